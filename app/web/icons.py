"""The icons of the pages: strokes on a grid of 24, in one place."""

from markupsafe import Markup

_STROKES = {
    "ribbon": '<path d="M4 6h16v8H4z"/><path d="M7 14v5l2-2 2 2v-5M4 10h16"/>',
    "meet": '<circle cx="8" cy="8" r="3"/><circle cx="16.5" cy="9" r="2.5"/>'
    '<path d="M2.5 19a5.5 5.5 0 0 1 11 0M13.5 15.2A4.6 4.6 0 0 1 21.5 19"/>',
    "box": '<path d="M3.5 7.5 12 3.5l8.5 4v9L12 20.5l-8.5-4zM3.5 7.5 12 11.5l8.5-4M12 11.5v9"/>',
    "flag": '<path d="M5 12.5l4.5 4.5L19 7"/><circle cx="12" cy="12" r="10"/>',
    "code": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2v6h-6v-2M18 18"/>',
    "back": '<path d="M15 5l-7 7 7 7"/>',
    "undo": '<path d="M8 5 4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9"/>',
    "done": '<path d="M4 12.5l5 5L20 6.5"/>',
}


def _icon(strokes: str) -> Markup:
    return Markup(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{strokes}</svg>')  # noqa: S704


ICONS = {name: _icon(strokes) for name, strokes in _STROKES.items()}
"""Each by its name; a screen reader passes over them, so that words stand beside."""
