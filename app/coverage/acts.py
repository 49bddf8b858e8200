"""What can be asked about the figures."""

from dataclasses import fields

from app.acts.act import File, Work, fetches, reads
from app.acts.policy import Permission
from app.core.tables import MEDIA, Suffix, table
from app.coverage.queries import CoveredConferences, TrackedConference, coverage, newest_covered, tracked_conferences
from app.coverage.schemas import Coverage, CoverageFilter

EXPORTED = (*(field.name for field in fields(TrackedConference)), "covered")
"""The columns of the figures as a table."""


@reads(Permission.READ_PUBLIC, heavy=True, kept=True, at_one_moment=True)
def get_coverage(work: Work, *, wanted: CoverageFilter) -> Coverage:
    """Read where ribbons have been, in figures and in a sentence.

    What the public gets may have been counted some seconds ago, as `as_of` says.
    """
    return coverage(work.session, wanted=wanted, members=work.actor.is_staff)


@reads(Permission.READ_PUBLIC, heavy=True, kept=True)
def list_covered_conferences(work: Work, *, wanted: CoverageFilter) -> CoveredConferences:
    """List the conferences where ribbons were handed out, the newest first, and count them.

    What the public gets may have been counted some seconds ago.
    """
    return newest_covered(work.session, wanted=wanted)


@fetches(Permission.READ_PUBLIC, *MEDIA.values(), heavy=True)
def export_coverage(work: Work, *, suffix: Suffix, wanted: CoverageFilter) -> File:
    """Export the tracked conferences, with the ribbons and the champions of each, and which of them were covered.

    As CSV or as a workbook; the columns are in docs/exports.md.
    """
    found = tracked_conferences(work.session, wanted=wanted)
    return File(f"coverage.{suffix}", MEDIA[suffix], b"".join(table(EXPORTED, [found], suffix)))
