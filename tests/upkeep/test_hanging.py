"""What hangs on a conference is known by every column that names one."""

from app.maintenance.tables import metadata
from app.upkeep.hanging import HANGING


def test_every_column_that_names_a_conference_is_known() -> None:
    named = {
        f"{table.name}.{key.parent.name}"
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "conference"
    }
    assert {f"{column.class_.__tablename__}.{column.key}" for column, _ in HANGING} == named != set()
