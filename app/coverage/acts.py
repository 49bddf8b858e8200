"""What can be asked about the figures."""

from app.acts.act import Work, reads
from app.acts.policy import Permission
from app.coverage.queries import coverage
from app.coverage.schemas import Coverage, CoverageFilter


@reads(Permission.READ_PUBLIC)
def get_coverage(work: Work, *, wanted: CoverageFilter) -> Coverage:
    """Read where ribbons have been, in figures and in a sentence."""
    figures = coverage(work.session, wanted=wanted)
    return figures if work.actor.is_staff else figures.without_members()
