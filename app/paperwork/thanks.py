"""The letter of thanks for a champion: what is read from the database for it."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import NO_CLAIM, SPOKEN, Claim, ClaimStatus
from app.claims.service import handed_out
from app.conferences.models import Conference
from app.core.db import Statement, columns, filled
from app.core.errors import Conflict, NotFound
from app.core.geography import state_name
from app.core.language import Language, phrase, verbatim
from app.core.rules import Rules
from app.core.subjects import Thing
from app.paperwork.heading import heading, listed
from app.people.models import Person
from app.printing.documents import PaperSize
from app.printing.thanks import Thanks


def thanks(
    session: Session,
    *,
    claim_id: int,
    figures: bool,
    rules: Rules,
    actor: Actor,
    paper_size: PaperSize | None = None,
    language: Language | None = None,
) -> Thanks:
    """The letter for a claim whose final count is sent, complete; in the champion's language.

    ``figures``: it says how many ribbons were handed out, if any were. Raises :class:`NotFound`, also where the claim
    is none of the actor's business, and :class:`Conflict` for a claim that is not closed, or whose champion was erased.
    """
    statement: Statement = (
        select(
            col(Claim.champion_id),
            col(Claim.status),
            col(Claim.ended_at),
            filled(col(Person.paper_name), col(Person.name)).label("champion"),
            col(Person.language),
            col(Person.erased_at),
            filled(col(Conference.paper_name), col(Conference.name)).label("conference"),
            *(col(getattr(Conference, name)) for name in ("city", "state", "country", "starts_on", "ends_on")),
        )
        .join(Person, col(Person.id) == col(Claim.champion_id))
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(col(Claim.id) == claim_id)
    )
    claim = columns(session, statement).one_or_none()
    if claim is None or not actor.may_touch(claim.champion_id):
        raise NotFound(NO_CLAIM)
    if claim.status is not ClaimStatus.CLOSED:
        so = phrase("Its letter of thanks is written once the final count is sent.")
        raise Conflict(verbatim("{now} {so}", now=SPOKEN.now[claim.status], so=so), current_status=claim.status.value)
    if claim.erased_at is not None:
        raise Conflict(phrase("Who this letter would thank was erased: we no longer know who it was."))
    ended = claim.ended_at.astimezone(ZoneInfo(rules.timezone)).date() if claim.ended_at else claim.ends_on
    return Thanks(
        number=f"THANKS-{claim_id:04d}",
        about=Thing.CLAIM.named(claim_id),
        **heading(rules, paper_size, language or claim.language),
        champion=claim.champion,
        hashtag=rules.hashtag,
        conference=claim.conference,
        conference_place=listed(claim.city, state_name(claim.state) if claim.state else ""),
        country="" if claim.state else claim.country,
        starts_on=claim.starts_on,
        ends_on=claim.ends_on,
        handed_out=sum(handed_out(session, claim_id=claim_id).values()) if figures else 0,
        given_on=ended,
        contact=rules.contact_email,
    )
