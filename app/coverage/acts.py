"""What can be asked about the figures."""

from collections.abc import Sequence
from dataclasses import fields

from app.acts.act import File, Work, fetches, reads
from app.acts.policy import Permission
from app.core.csv_out import to_csv
from app.coverage.queries import TrackedConference, coverage, covered_conferences, tracked_conferences
from app.coverage.schemas import Coverage, CoverageFilter

_CSV = "text/csv; charset=utf-8"


@reads(Permission.READ_PUBLIC, heavy=True, kept=True)
def get_coverage(work: Work, *, wanted: CoverageFilter) -> Coverage:
    """Read where ribbons have been, in figures and in a sentence.

    What the public gets may have been counted some seconds ago, as `as_of` says.
    """
    return coverage(work.session, wanted=wanted, members=work.actor.is_staff)


@reads(Permission.READ_PUBLIC, heavy=True, kept=True)
def list_covered_conferences(work: Work, *, wanted: CoverageFilter) -> Sequence[TrackedConference]:
    """List the conferences where ribbons were handed out, the newest first."""
    return covered_conferences(work.session, wanted=wanted)[::-1]


@fetches(Permission.READ_PUBLIC, _CSV, heavy=True, kept=True)
def export_coverage(work: Work, *, wanted: CoverageFilter) -> File:
    """Export the tracked conferences, with the ribbons and the champions of each, as CSV."""
    head = [field.name for field in fields(TrackedConference)]
    found = tracked_conferences(work.session, wanted=wanted)
    rows = [[_cell(getattr(each, name)) for name in head] for each in found]
    return File("coverage.csv", _CSV, to_csv([head, *rows]).encode())


def _cell(value: object) -> str:
    return "" if value is None else str(value)
