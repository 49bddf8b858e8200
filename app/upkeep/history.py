"""What was before this service: read from a file, and booked through the ledger, marked as such."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pydantic import ConfigDict
from pydantic import Field as About
from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import OPEN, SERVED, Claim, ClaimStatus, CloseOutLine
from app.conferences.checking import conference_of, folded, settle
from app.conferences.files import ImportRefused, RowError
from app.conferences.models import SPOKEN, Conference, ConferenceStatus, Import, ImportKind
from app.conferences.service import NO_CONFERENCE
from app.conferences.standing import is_over
from app.core.clock import utcnow
from app.core.db import columns
from app.core.emails import canonical_email
from app.core.errors import Unfit
from app.core.language import Text, phrase
from app.core.rules import Rules
from app.core.schema import Out
from app.core.subjects import Thing
from app.people.models import Person
from app.stock.ledger import Transfer, move
from app.stock.locations import conference_locations, system_location
from app.stock.models import Design, Kind, Location, Move, Reason
from app.upkeep.history_file import HistoryRow

_Key = tuple[str, date] | int
"""How a file names a conference: by its name and first day, or by its number."""


class HistoryOut(Out):
    """What a file of history brings; where it was only tried, ``import_id`` is null and nothing was kept."""

    model_config = ConfigDict(from_attributes=True)

    import_id: int | None
    rows: int
    conferences_added: int
    conferences_known: int
    claims: int = About(description="closed claims of champions, each with its final count")
    handed_out: int
    lost: int
    left: int = About(description="kept in the final counts, and no stock: count what is there")


@dataclass
class _Line:
    """Of one design at one conference, by one champion or by nobody who is known."""

    handed_out: list[tuple[date, int]] = field(default_factory=list)
    lost: list[tuple[date, int]] = field(default_factory=list)
    left: int = 0


@dataclass
class _Plan:
    """All that a file says, once every row is found to be possible."""

    conferences: dict[_Key, Conference] = field(default_factory=dict)
    lines: dict[tuple[_Key, int | None], dict[int, _Line]] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def claims(self) -> list[tuple[_Key, int]]:
        """Who was the champion of which conference."""
        return [(key, champion_id) for key, champion_id in self.lines if champion_id is not None]


def import_history(
    session: Session, *, rows: Sequence[HistoryRow], rules: Rules, actor: Actor, dry_run: bool
) -> HistoryOut:
    """Books what was before, all of it or nothing: conferences, claims with their final counts, and ribbons.

    The ribbons come from ``adjustment``, and go to the conference and to loss. What was left makes no stock. Raises
    :class:`ImportRefused` with what is wrong in each line.
    """
    plan = _plan(session, rows, rules)
    if plan.errors:
        raise ImportRefused(sorted(plan.errors, key=lambda error: error.row))
    added = [conference for conference in plan.conferences.values() if conference.id is None]
    everything = [line for lines in plan.lines.values() for line in lines.values()]
    done = HistoryOut(
        import_id=None,
        rows=len(rows),
        conferences_added=len(added),
        conferences_known=len(plan.conferences) - len(added),
        claims=len(plan.claims()),
        handed_out=sum(number for line in everything for _, number in line.handed_out),
        lost=sum(number for line in everything for _, number in line.lost),
        left=sum(line.left for line in everything),
    )
    if dry_run:
        return done
    return done.model_copy(update={"import_id": _book(session, plan, len(rows), actor)})


def _plan(session: Session, rows: Sequence[HistoryRow], rules: Rules) -> _Plan:
    plan = _Plan()
    designs = {
        code.casefold(): design_id for code, design_id in columns(session, select(col(Design.code), col(Design.id)))
    }
    people = _people(session, rows)
    here = _conferences(session, rows)
    undone = set(session.scalars(select(col(Import.id)).where(col(Import.undone_at).is_not(None))))
    for row in rows:
        told = row.told
        key = _key(row)
        conference = plan.conferences.get(key) or here.get(key) or _described(row)
        design_id, champion_id = designs.get(told.design.casefold()), people.get(_email(told.champion) or "")
        wrong = list(_wrong(row, conference, design_id, champion_id, rules))
        if conference is not None and _is_off(conference, undone):
            wrong.append(("name" if row.draft else "conference", SPOKEN.now[conference.status]))
        plan.errors += [RowError(row.line, column, why) for column, why in wrong]
        if wrong or conference is None or design_id is None:
            continue
        plan.conferences[key] = conference
        line = plan.lines.setdefault((key, champion_id), {}).setdefault(design_id, _Line())
        day = told.day or conference.starts_on
        line.handed_out += [(day, told.handed_out)] if told.handed_out else []
        line.lost += [(day, told.lost)] if told.lost else []
        line.left += told.left
    if not plan.errors:
        plan.errors += _known_already(session, plan, {_key(row): row.line for row in reversed(rows)})
    return plan


def _is_off(conference: Conference, undone: set[int]) -> bool:
    """Whether nothing can be told of a conference: one of a file that was taken back may come in again."""
    return conference.status is not ConferenceStatus.SCHEDULED and (
        conference.status is not ConferenceStatus.CANCELLED or conference.import_id not in undone
    )


def _key(row: HistoryRow) -> _Key:
    if row.told.conference is not None:
        return row.told.conference
    assert row.draft is not None, "a row without a number describes its conference"
    return folded(row.draft.name), row.draft.starts_on


def _described(row: HistoryRow) -> Conference | None:
    if row.draft is None:
        return None
    conference = conference_of(row.draft, status=ConferenceStatus.SCHEDULED)
    settle(conference)
    return conference


def _email(written: str) -> str | None:
    try:
        return canonical_email(written)
    except Unfit:
        return None


def _people(session: Session, rows: Sequence[HistoryRow]) -> dict[str, int]:
    wanted = {email for row in rows if (email := _email(row.told.champion))}
    statement = select(col(Person.email), col(Person.id)).where(col(Person.email).in_(wanted))
    return dict(columns(session, statement).all())


def _conferences(session: Session, rows: Sequence[HistoryRow]) -> dict[_Key, Conference]:
    """The conferences of the file that are here, locked, as it names them."""
    numbers = {row.told.conference for row in rows if row.told.conference is not None}
    names = {folded(row.draft.name) for row in rows if row.draft is not None}
    wanted = col(Conference.id).in_(numbers) | col(Conference.folded_name).in_(names)
    found = session.scalars(select(Conference).where(wanted).order_by(col(Conference.id)).with_for_update()).all()
    by_name: dict[_Key, Conference] = {(each.folded_name, each.starts_on): each for each in found}
    return by_name | {each.id: each for each in found}


def _wrong(
    row: HistoryRow, conference: Conference | None, design_id: int | None, champion_id: int | None, rules: Rules
) -> Iterable[tuple[str, Text]]:
    """What of a row does not go together with what is here, by column."""
    told = row.told
    if design_id is None:
        yield "design", phrase("There is no design with this code.")
    if told.champion and champion_id is None:
        yield "champion", phrase("Nobody here has this e-mail address.")
    named = "conference" if row.draft is None else "name"
    if conference is None:
        yield named, NO_CONFERENCE
        return
    if not is_over(conference):
        yield named, phrase("This conference is not over yet: its ribbons are booked with its claims.")
    first = conference.starts_on - timedelta(days=rules.hand_out_days_before)
    if told.day is not None and not first <= told.day <= conference.ends_on:
        yield "day", phrase("This must be a day from {first} to {last}.", first=first, last=conference.ends_on)


def _known_already(session: Session, plan: _Plan, lines: dict[_Key, int]) -> list[RowError]:
    """Whoever has a claim there, and what another file has told already of ribbons that nobody is known to have had."""
    keys = {conference.id: key for key, conference in plan.conferences.items() if conference.id is not None}
    errors = []
    claims = select(col(Claim.conference_id), col(Claim.champion_id)).where(
        col(Claim.conference_id).in_(keys), col(Claim.status).in_(OPEN | SERVED)
    )
    for conference_id, champion_id in columns(session, claims):
        key = keys[conference_id]
        if (key, champion_id) in plan.lines:
            text = phrase("This champion has a claim for this conference already.")
            errors.append(RowError(lines[key], "champion", text))
    back = aliased(Move)
    moves = (
        select(col(Location.conference_id), col(Move.design_id), col(Move.happened_on), col(Move.quantity))
        .join(Location, col(Location.id) == col(Move.target_id))
        .outerjoin(back, col(back.reverses_id) == col(Move.id))
        .where(
            col(Location.conference_id).in_(keys),
            col(Move.reason) == Reason.HISTORY,
            col(Move.subject).startswith(Thing.IMPORT.named("")),
            col(back.id).is_(None),
        )
    )
    for conference_id, design_id, day, quantity in columns(session, moves):
        line = plan.lines.get((keys[conference_id], None), {}).get(design_id)
        if line is not None and (day, quantity) in line.handed_out:
            text = phrase("These ribbons came with another file already.")
            errors.append(RowError(lines[keys[conference_id]], "handed_out", text))
    return errors


def _book(session: Session, plan: _Plan, rows: int, actor: Actor) -> int:
    made = Import(kind=ImportKind.HISTORY, imported_by=actor.person_id, added=rows, known=0)
    session.add(made)
    session.flush()
    champions = Counter[_Key]()
    for key, _ in plan.claims():
        champions[key] += 1
    for key, conference in plan.conferences.items():
        if conference.id is None or conference.status is not ConferenceStatus.SCHEDULED:
            # New, or only here because the moves of a file are that was taken back.
            conference.import_id, conference.status = made.id, ConferenceStatus.SCHEDULED
            conference.champion_limit = max(1, champions[key])
            session.add(conference)
    session.flush()
    claims = {
        (key, champion_id): _claim(plan.conferences[key], champion_id, plan.lines[key, champion_id], made.id, actor)
        for key, champion_id in plan.claims()
    }
    session.add_all(claims.values())
    session.flush()
    places = conference_locations(
        session, conference_ids={plan.conferences[key].id for (key, _), lines in plan.lines.items() if _worn(lines)}
    )
    adjustment, loss = system_location(session, Kind.ADJUSTMENT), system_location(session, Kind.LOSS)
    transfers = []
    for (key, champion_id), lines in plan.lines.items():
        claim = claims.get((key, champion_id)) if champion_id is not None else None
        subject = Thing.CLAIM.named(claim.id) if claim else Thing.IMPORT.named(made.id)
        for design_id, line in lines.items():
            for target, given in ((places.get(plan.conferences[key].id, loss), line.handed_out), (loss, line.lost)):
                transfers += [
                    Transfer(design_id, adjustment, target, number, Reason.HISTORY, subject=subject, happened_on=day)
                    for day, number in given
                ]
            if claim:
                session.add(_close_out(claim.id, design_id, line))
    move(session, transfers, actor=actor)
    for claim in claims.values():
        claim.ended_at = utcnow()  # after its last move, as in any other final count
    session.flush()
    return made.id


def _worn(lines: dict[int, _Line]) -> bool:
    return any(line.handed_out for line in lines.values())


def _claim(conference: Conference, champion_id: int, lines: dict[int, _Line], import_id: int, actor: Actor) -> Claim:
    had = sum(n for line in lines.values() for _, n in (*line.handed_out, *line.lost)) + sum(
        line.left for line in lines.values()
    )
    return Claim(
        conference_id=conference.id,
        champion_id=champion_id,
        status=ClaimStatus.CLOSED,
        ribbons_requested=min(max(had, 1), 1_000_000),
        decided_by=actor.person_id,
        decided_at=utcnow(),
        import_id=import_id,
    )


def _close_out(claim_id: int, design_id: int, line: _Line) -> CloseOutLine:
    return CloseOutLine(
        claim_id=claim_id,
        design_id=design_id,
        handed_out=sum(number for _, number in line.handed_out),
        remaining=line.left,
        lost=sum(number for _, number in line.lost),
    )
