"""The label on a roll, 4 by 6 inches: room enough for all that the post, the porter and the coordinator look for."""

from collections.abc import Sequence

from app.core.errors import Unprintable
from app.core.language import Language, phrase
from app.printing import words
from app.printing.label_face import (
    CAPITALS,
    PLAIN,
    PLANS,
    Face,
    Fill,
    Run,
    centred,
    fit_block,
    fit_line,
    number_size,
    placed_bars,
)
from app.printing.label_stock import LabelStock
from app.printing.letters import MEDIUM, REGULAR, SEMIBOLD

MARGIN = 16.0
# Upper edges, from below: of the bars with their number, and of the row of facts above them.
_BARS_TOP, _FACTS_TOP = 111.0, 154.0
_HAIRLINE = 0.7
_SMALL = 8.0


def roll_face(
    label_stock: LabelStock,
    *,
    number: str,
    to: Sequence[str],
    sender: Sequence[str],
    facts: Sequence[tuple[str, str]],
    community: str,
    colors: tuple[str, str],
    language: Language,
    field: str,
) -> Face:
    """From whom, to whom in large letters, what is to be known (label and value), and bars for any reader.

    Refuses (``Unprintable``) what does not fit, naming it below ``field``.
    """
    plan = PLANS[label_stock.part]
    bars, module = placed_bars(label_stock, plan, number, field=f"{field}.number")
    left, width = MARGIN, label_stock.width - 2 * MARGIN
    runs, fills, top = _head(label_stock, community, colors)
    if sender:
        runs.append((MEDIUM, _SMALL, left, top - 7, words.FROM.say(language)))
        block = fit_block(
            sender,
            width=width,
            height=66,
            sizes=(plan.sender, 7, 6),
            field=f"{field}.sender.lines",
            fonts=PLAIN,
        )
        runs += block.runs(left, top - 10)
        top -= 10 + block.height + 7
    fills.append(_rule(label_stock, top))
    runs.append((MEDIUM, _SMALL, left, top - 14, words.TO.say(language)))
    bottom = _FACTS_TOP if facts else _BARS_TOP
    top -= 19
    block = fit_block(to, width=width, height=top - bottom - 7, sizes=plan.sizes, field=f"{field}.to")
    runs += block.runs(left, top)
    if facts:
        fills.append(_rule(label_stock, _FACTS_TOP))
        runs += _facts(label_stock, facts, field)
    fills.append(_rule(label_stock, _BARS_TOP))
    middle = label_stock.width / 2
    size = number_size(number, plan.number, width, field=f"{field}.number")
    runs.append(centred(SEMIBOLD, size, middle, MARGIN, number))
    at = (middle - bars.width * module / 2, MARGIN + CAPITALS * plan.number + 6)
    return Face(tuple(runs), bars, at, module, plan.bars, tuple(fills))


def _head(label_stock: LabelStock, community: str, colors: tuple[str, str]) -> tuple[list[Run], list[Fill], float]:
    """The ribbon and whose parcel it is; and the upper edge of what stands below."""
    top = label_stock.height - MARGIN
    ribbon, foil = colors
    fills: list[Fill] = [(MARGIN, top - 4, 54, 4, ribbon), (MARGIN, top - 6.4, 54, 1.4, foil)]
    top -= 11
    try:
        block = fit_block(
            (community,), width=label_stock.width - 2 * MARGIN, height=24, sizes=(10, 8, 6), field="community"
        )
    except Unprintable as refusal:
        raise Unprintable(
            phrase("The name of the community is too long for this label."), field="community"
        ) from refusal
    return block.runs(MARGIN, top), fills, top - block.height - 10


def _rule(label_stock: LabelStock, y: float) -> Fill:
    return MARGIN, y, label_stock.width - 2 * MARGIN, _HAIRLINE, "#000000"


def _facts(label_stock: LabelStock, facts: Sequence[tuple[str, str]], field: str) -> list[Run]:
    """Side by side, the heaviest first and with half of the width."""
    width = label_stock.width - 2 * MARGIN
    half = width / 2
    columns = [(MARGIN, half)]
    others = len(facts) - 1
    columns += [(MARGIN + half + index * half / others, half / others) for index in range(others)]
    runs: list[Run] = []
    for (label, value), (x, room) in zip(reversed(facts), columns, strict=True):
        size = fit_line(value, font=SEMIBOLD, size=PLANS[label_stock.part].facts, smallest=7, width=room - 6)
        small = fit_line(label, font=REGULAR, size=_SMALL, smallest=5, width=room - 6)
        if size is None or small is None:
            long = phrase("{label}: {value} is too long for its place on the label.", label=label, value=value)
            raise Unprintable(long, field=field)
        runs += [(MEDIUM, small, x, _FACTS_TOP - 14, label), (SEMIBOLD, size, x, _FACTS_TOP - 31, value)]
    return runs
