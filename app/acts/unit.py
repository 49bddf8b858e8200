"""The unit of work: an act done for whoever asks, in one read or one transaction that every delivery opens here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from sqlmodel import Session

from app.acts.act import Act, Export, Work, Write
from app.acts.application import Service
from app.acts.audit import record
from app.acts.entries import TooLate, keep_late, keep_made, read_late, take_entry
from app.acts.idempotency import Answer, claim_key, keep_answer
from app.acts.policy import Actor, Permission, Role, require
from app.acts.throttle import Throttle, count_attempt, count_made
from app.core.errors import TooMany, Unauthenticated
from app.core.paging import Page, Paging
from app.core.subjects import NOTHING, Subject

EXPORTED = 500
"""Rows of an export that are read at once."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Unit:
    """Somebody's access to the acts, for one request or one command.

    ``address`` is her network address, which wrong secrets are counted for. ``key`` is her own name for the request,
    with the fingerprint of what was sent under it. ``meet`` is told who she is as soon as we know, before anything is
    refused to her.
    """

    service: Service
    credential: str | None = None
    request_id: str = ""
    address: str = ""
    key: str | None = None
    fingerprint: str = ""
    meet: Callable[[Actor], None] = lambda _actor: None

    def under_key(self, key: str, print_: str) -> "Unit":
        """The same for a request that came with a key of its sender's, and with this fingerprint."""
        return replace(self, key=key, fingerprint=print_)

    def read(self, act: Act[P, R], *args: P.args, **values: P.kwargs) -> R:
        """What the act reads. Raises :class:`Unauthenticated`, :class:`Forbidden`, and what the act refuses."""
        try:
            return self._read(act, lambda work: act.do(work, *args, **values), values)[1]
        except Unauthenticated:
            self._count_wrong(act, values)
            raise

    def known(self, act: Act[..., R], values: Mapping[str, Any]) -> R | None:
        """What somebody without a credential gets at once, since it is kept; None where it has to be read."""
        if not act.kept or self.credential is not None:
            return None
        found: R | None = self.service.kept.known(_called(act, values))
        return found

    def read_as(self, act: Act[..., R], values: Mapping[str, Any]) -> tuple[Actor, R]:
        """Who asks, and what the act reads for her."""
        return self._read(act, lambda work: act.verb(work, **values), values)

    def pages(self, act: Export[...], values: Mapping[str, Any]) -> Iterator[list[Any]]:
        """The list that the act exports, in pages, each of which is read when it is asked for, by itself.

        So nothing is held open for whoever takes long to receive them; what changes meanwhile may be there as it was
        before or as it is now, and nothing is there twice. Raises what :meth:`read` does, at any page.
        """
        paging = Paging(limit=EXPORTED)
        while True:
            page: Page[Any] = self.read_as(act, {**values, "paging": paging})[1]
            yield page.items
            if page.next is None:
                return
            paging = Paging(limit=EXPORTED, cursor=page.next)

    def check(self, permission: Permission) -> Actor:
        """Who asks. Raises :class:`Unauthenticated` or :class:`Forbidden` for whoever may not."""
        return self.service.database.read(lambda session: self._work(session, permission).actor)

    def do(self, act: Write[P, R], *args: P.args, **values: P.kwargs) -> R:
        """Does the act in one transaction, under no key, and gives its result."""

        def once(session: Session) -> R:
            work = self._work(session, act.permission, _paper_of(act, values))
            return self._recorded(work, act, lambda work: act.do(work, *args, **values), values)

        return self.service.database.run(once)

    def answer(
        self,
        act: Write[..., R],
        values: Mapping[str, Any],
        *,
        answer: Callable[[R], Answer],
    ) -> tuple[Answer, R | None]:
        """Does the act in one transaction; its answer, and its result. A repeated key gets its first answer, and None.

        What the act asks outside is asked before. A refusal leaves nothing behind, and so no key: sent again, it may
        well succeed.
        """
        heard = self._prepare(act, values)

        def once(session: Session) -> tuple[Answer, R | None]:
            work = self._work(session, act.permission, _paper_of(act, values))
            principal, key = work.actor.principal, None if act.secret else self.key
            before = claim_key(session, principal=principal, key=key, print_=self.fingerprint) if key else None
            if before is not None:
                return before, None
            self._count_account(session, act, values)
            self._count_stranger(work, act)
            result = self._counted_once(work, act, lambda work: act.verb(work, *heard, **values), values)
            answered = answer(result)
            if key:
                keep_answer(session, principal=principal, key=key, answer=answered)
            return answered, result

        known_again = bool(self.key and not act.secret) or _entry_of(act, values) is not None
        try:
            return self.service.database.run(once, repeatable=known_again)
        except Unauthenticated:
            self._count_wrong(act, values)
            raise

    def note_reading(self, session: Session, *, actor: Actor, act: Act[..., Any], subjects: Sequence[Subject]) -> None:
        """Notes in the trail that somebody reads what is not hers, and of whom or what."""
        record(
            session,
            principal=actor.principal,
            action=act.name,
            subjects=subjects,
            request_id=self.request_id,
            through=actor.through,
        )

    def _read(self, act: Act[..., Any], verb: Callable[[Work], R], values: Mapping[str, Any]) -> tuple[Actor, R]:
        def once(session: Session) -> tuple[Actor, R]:
            work = self._work(session, act.permission)
            if act.kept and not work.actor.is_staff:
                return work.actor, self.service.kept.get(_called(act, values), partial(verb, work))
            return work.actor, verb(work)

        return self.service.database.read(once, at_one_moment=act.at_one_moment)

    def _recorded(self, work: Work, act: Write[..., R], verb: Callable[[Work], R], values: Mapping[str, Any]) -> R:
        result = verb(work)
        count_made(work.session, quota=act.quota, act=act.name, actor=work.actor, values=values)
        subject = act.about.find(work.actor, values, result)
        if subject is not None:
            through = act.about.through(result) if act.about.through else work.actor.through
            self.note_reading(work.session, actor=replace(work.actor, through=through), act=act, subjects=[subject])
        return result

    def _counted_once(
        self, work: Work, act: Write[..., R], verb: Callable[[Work], R], values: Mapping[str, Any]
    ) -> Any:
        """What :meth:`_recorded` does, once for each entry. One that comes again, or too late: as it stands now."""
        entry_id = _entry_of(act, values)
        if act.repeats is None or entry_id is None:
            return self._recorded(work, act, verb, values)
        entry: dict[str, Any] = {"entry_id": entry_id, "act": act.name, "actor": work.actor, "values": values}
        before = take_entry(work.session, **entry)
        if before is not None:
            made = Subject(before.made)
            return act.repeats.again(work, made) if made else read_late(work.session, entry_id=entry_id)
        try:
            with work.session.begin_nested():
                result = self._recorded(work, act, verb, values)
        except TooLate as late:
            if not act.repeats.late:
                raise
            count_made(work.session, quota=act.quota, act=act.name, actor=work.actor, values=values)
            kept = keep_late(work.session, **entry, subject=late.subject)
            self.note_reading(work.session, actor=work.actor, act=act, subjects=[late.subject])
            return kept
        keep_made(work.session, entry_id=entry_id, made=act.repeats.made(values, result))
        return result

    def _prepare(self, act: Write[..., Any], values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Asks outside what the act has to know, and counts that. Raises :class:`TooMany`."""
        if act.asks is None:
            return ()
        asking = act.asks
        actor, question = self._read(act, lambda work: asking.question(work, **values), values)
        if question is None:
            return (None,)
        tries = [(throttle, "for", account, throttle.per_account) for throttle, account in asking.counts(question)]
        if act.throttle is not None:
            # Of those whom we do not know, all who come from one network address are one.
            whom = self.address if actor.role is Role.ANYONE else actor.principal
            tries.append((act.throttle, "by", whom, act.throttle.per_person))
        self._count(tries)
        return (asking.ask(question, self.service.settings),)

    def _count_account(self, session: Session, act: Write[..., Any], values: Mapping[str, Any]) -> None:
        """Counts what is asked for an account, with the work itself. Raises :class:`TooMany`."""
        throttle = act.throttle
        if throttle is not None and act.account is not None and (account := act.account(**values)):
            name = self._called(throttle, "for", account)
            count_attempt(session, name=name, most=throttle.per_account, window=throttle.window)

    def _count_stranger(self, work: Work, act: Write[..., Any]) -> None:
        """Counts what somebody makes whom we do not know, by this client, with the work itself.

        Raises :class:`TooMany`.
        """
        throttle = act.throttle
        if throttle is not None and throttle.by_strangers and work.actor.role is Role.ANYONE:
            name = self._called(throttle, "made from", self.address)
            count_attempt(work.session, name=name, most=throttle.by_strangers, window=throttle.window)

    def _count_wrong(self, act: Act[..., Any], values: Mapping[str, Any]) -> None:
        """Counts a secret that was wrong, by this client, and what the act itself notes of it. Raises :class:`TooMany`.

        Both in one transaction, which writes as much whoever the secret might have been for; and all of it stays, also
        where this client has tried too often.
        """
        throttle = act.throttle
        if throttle is None or not throttle.wrong_per_address:
            return
        name, most = self._called(throttle, "from", self.address), throttle.wrong_per_address

        def once(session: Session) -> TooMany | None:
            if act.wrong is not None:
                act.wrong(session, **values)
            try:
                count_attempt(session, name=name, most=most, window=throttle.window)
            except TooMany as refusal:
                return refusal
            return None

        refusal = self.service.database.run(once, repeatable=True)  # at worst a try counts twice
        if refusal is not None:
            raise refusal

    def _called(self, throttle: Throttle, how: str, whom: str) -> str:
        """What attempts are counted under: a mark, since who has the database alone could try all network addresses."""
        return self.service.key().mark("attempts", throttle.name, how, whom)

    def _count(self, tries: Sequence[tuple[Throttle, str, str, int]]) -> None:
        """Counts a try under all of these, and keeps the counts whatever becomes of it; none where one is too much."""

        def once(session: Session) -> None:
            for throttle, how, whom, most in tries:
                name = self._called(throttle, how, whom)
                count_attempt(session, name=name, most=most, window=throttle.window)

        self.service.database.run(once, repeatable=True)  # at worst a try counts twice

    def _work(self, session: Session, permission: Permission, paper: Subject = NOTHING) -> Work:
        actor = self.service.identify(session, self.credential)
        if actor.role is Role.ANYONE:
            actor = replace(actor, paper=paper)
        self.meet(actor)
        require(actor, permission)
        return Work(session, actor, self.service.rules, self.service.key)


def _called(act: Act[..., Any], values: Mapping[str, Any]) -> tuple[str, str]:
    """What the answer of an act to this is kept under."""
    return act.name, repr(sorted(values.items()))


def _paper_of(act: Write[..., Any], values: Mapping[str, Any]) -> Subject:
    """The paper whose code an act is given; nothing where it takes none. Raises :class:`NotFound` for what is none."""
    return NOTHING if act.paper is None else act.paper(**values)


def _entry_of(act: Write[..., Any], values: Mapping[str, Any]) -> UUID | None:
    """The entry that an act is given; None where it takes none, or got none."""
    entry_id: UUID | None = values["body"].entry_id if act.repeats is not None else None
    return entry_id
