"""A page's own values and names never stand in the place of what every page has."""

import pytest
from jinja2 import nodes

from app.web.rendering import ENVIRONMENT, render, speaking

SHARED = {
    *("visit", "path", "rules", "me", "public", "look", "others", "typed", "errors", "new_key", "key_field"),
    *speaking("en"),
    *ENVIRONMENT.globals,
    "language",
}


def hiding(source: str) -> set[str]:
    """What a template sets, loops over or imports under a name that every page has for something else.

    A macro's own parameters are what it is called with, and hide nothing from the page.
    """
    tree = ENVIRONMENT.parse(source)
    stored = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    return (stored | {one.target for one in tree.find_all(nodes.Import)}) & SHARED


def test_no_template_hides_what_every_page_has() -> None:
    assert ENVIRONMENT.loader is not None
    for name in ENVIRONMENT.list_templates():
        assert (name, hiding(ENVIRONMENT.loader.get_source(ENVIRONMENT, name)[0])) == (name, set())
    assert hiding("{% for day in days %}{% set others = day %}{% endfor %}{% import 'x' as icons %}") == {
        "day",
        "others",
        "icons",
    }


@pytest.mark.parametrize("name", ["others", "place", "icons"])
def test_a_value_of_a_page_that_would_hide_what_every_page_has_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"figures.txt: \\['{name}'\\] would hide"):
        render("figures.txt", "en", {"figures": [], name: "mine"}, shared={"others": []})
