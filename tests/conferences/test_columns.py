"""What people say of a conference is one list: whatever stands in it is kept, taken, edited, imported and told."""

import pytest

from app.conferences.importers import OPTIONAL, REQUIRED
from app.conferences.models import Conference, ConferenceColumns
from app.conferences.schemas import ConferenceOut, ConferencePatch, NewConference

APART = {"id", "folded_name", "folded_specialty", "folded_city", "search_text", "over_at", "status"}
APART |= {
    "champion_limit",
    "proposed_by",
    "created_at",
    "changed_at",
    "version",
    "import_id",
    "merged_into",
    "mode_before",
}
"""Columns that nobody fills in when describing a conference."""


@pytest.mark.parametrize("column", [*ConferenceColumns.model_fields, "timezone"])
def test_a_column_is_known_wherever_a_conference_comes_in_or_goes_out(column: str) -> None:
    for known in (Conference, NewConference, ConferenceOut):
        assert column in known.model_fields
    if column != "fictional":  # that is said once, and not in a file
        assert column in ConferencePatch.model_fields
        assert column in {*REQUIRED, *OPTIONAL}


def test_every_other_column_of_the_table_has_its_reason() -> None:
    assert Conference.model_fields.keys() - ConferenceColumns.model_fields.keys() - {"timezone"} == APART


@pytest.mark.parametrize("text", [" ", "x" * 201, "a\nb", "\u0344" * 101])
def test_a_text_is_one_clean_line_no_longer_than_its_column(text: str) -> None:
    plain = {"name": "A", "starts_on": "2027-11-14", "ends_on": "2027-11-14", "country": "US"}
    assert NewConference.model_validate({**plain, "venue": "  Palais   des congrès "}).venue == "Palais des congrès"
    for schema, said in ((NewConference, plain), (ConferencePatch, {})):
        with pytest.raises(ValueError, match="name"):
            schema.model_validate({**said, "name": text})
