"""You said, we did: an improvement becomes an action with an owner, and people are told what came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.reviews import may_show
from bot.services.sessions import Agenda, agenda_in
from bot.services.text import one_line, required
from bot.storage import actions, boards, contributions, sessions
from bot.storage.actions import Action, State
from bot.storage.contributions import Contribution
from bot.storage.database import Database
from bot.storage.sessions import Session

WORDS = 300
"""How many characters an action may have."""

OUTCOME = 500
"""The same of what came of it."""

OWNER = 100

HELD = frozenset({"live", "finished"})


@dataclass(frozen=True)
class Told:
    """An action as people are told of it. ``quote``: the words it came from, if they may still be shown.

    ``part`` is the session in which they were said; ``outcome`` says what was done, or why nothing is.
    """

    number: int
    part: int
    text: str
    owner: str
    state: State
    outcome: str
    quote: str


@dataclass(frozen=True)
class Changes:
    """What has changed ``since`` an earlier session of the series."""

    since: int
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Arc:
    """What became of what people said in each session of a series that was held."""

    series: str
    parts: tuple[tuple[Session, tuple[Told, ...]], ...]


class Actions:
    """The actions of a guild's series."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def improvements(self, guild_id: int) -> list[tuple[int, Contribution]]:
        """What could become an action, each with the number of its session; hosts read the words without names."""
        found: list[tuple[int, Contribution]] = []
        async with self._database.read() as connection:
            for session in (await agenda_in(connection, guild_id)).sessions:
                said = await contributions.in_session(connection, session.id, ("improvement",))
                found += [(session.number, each) for each, out in said if _may_be_read(each, out=out)]
        return found

    async def improvement(self, guild_id: int, contribution_id: int) -> Contribution:
        """One of them."""
        for _, each in await self.improvements(guild_id):
            if each.id == contribution_id:
                return each
        raise Refusal("That improvement is not known here, or its author has taken it back.")

    async def add(self, guild_id: int, words: str, owner: str, said: int | None = None) -> Action:
        """Take something up, in the host's own words: they stay, whatever becomes of what was ``said``."""
        text = required(one_line(words), "The action", WORDS)
        whose = required(one_line(owner), "The owner", OWNER)
        source = await self.improvement(guild_id, said) if said is not None else None
        async with self._database.write() as connection:
            agenda = await agenda_in(connection, guild_id)
            held = [session for session in agenda.sessions if session.state in HELD]
            if not held:
                raise Refusal("No session has been started yet, so there is nothing to act on.")
            of = source.session_id if source else held[-1].id
            values = {"session_id": of, "contribution_id": source and source.id, "text": text, "owner": whose}
            return await actions.add(connection, agenda.series.id, **values)

    async def done(self, guild_id: int, number: int, outcome: str) -> Action:
        """Say what was done; the next session's welcome tells people. Said again, it replaces what was said."""
        text = required(one_line(outcome), "The outcome", OUTCOME)
        async with self._database.write() as connection:
            agenda = await agenda_in(connection, guild_id)
            action = await _numbered(connection, agenda, number)
            following = next((each.id for each in agenda.sessions if each.state == "planned"), None)
            done_in = action.done_in if action.state == "done" else following
            await _change(connection, action, state="done", outcome=text, done_in=done_in)
            told = await _repainted(connection, agenda)
        self._repaint(told)
        return action

    async def drop(self, guild_id: int, number: int, why: str) -> Action:
        """Say that nothing comes of it, and why."""
        text = required(one_line(why), "The reason", OUTCOME)
        async with self._database.write() as connection:
            agenda = await agenda_in(connection, guild_id)
            action = await _numbered(connection, agenda, number)
            if action.state == "done":
                raise Refusal(f"Action {number} is done already. Nothing was changed.")
            await _change(connection, action, state="dropped", outcome=text)
            told = await _repainted(connection, agenda)
        self._repaint(told)
        return action

    def _repaint(self, told: list[tuple[boards.Kind, int]]) -> None:
        for kind, subject in told:
            self._painter.stale(kind, subject)

    async def all(self, guild_id: int) -> tuple[Told, ...]:
        """Every action of the series, in order."""
        async with self._database.read() as connection:
            return await actions_in(connection, (await agenda_in(connection, guild_id)).series.id)

    async def changes(self, session: Session) -> Changes | None:
        """What a session's welcome tells has changed since the one before it; None where there was none."""
        async with self._database.read() as connection:
            return await changes_in(connection, session)

    async def arc(self, session: Session) -> Arc:
        """What became of what people said in all sessions of the series."""
        async with self._database.read() as connection:
            series = await sessions.series_of(connection, session)
            every = await sessions.in_series(connection, series.id)
            told = [each for each, _ in await _all(connection, series.id, every)]
        held = [each for each in every if each.state in HELD]
        return Arc(series.title, tuple((one, tuple(each for each in told if each.part == one.number)) for one in held))


async def changes_in(connection: AsyncConnection, session: Session) -> Changes | None:
    """The same within a transaction."""
    every = await sessions.in_series(connection, session.series_id)
    before = [each for each in every if each.number < session.number and each.state in HELD]
    if not before:
        return None
    since = before[-1].number
    told = await _all(connection, session.series_id, every)
    numbers = {each.id: each.number for each in every}
    new = (
        each
        for each, action in told
        if each.part < session.number
        and (each.state == "open" or (each.state == "done" and numbers.get(action.done_in or 0, since + 1) > since))
    )
    return Changes(since, tuple(sorted(new, key=lambda each: each.state != "done")))


async def actions_in(connection: AsyncConnection, series_id: int) -> tuple[Told, ...]:
    """Every action of a series, in order, within a transaction."""
    every = await sessions.in_series(connection, series_id)
    return tuple(told for told, _ in await _all(connection, series_id, every))


async def taken_up_in(connection: AsyncConnection, session: Session) -> tuple[Told, ...]:
    """What was taken up of what people said in a session, within a transaction."""
    return tuple(told for told in await actions_in(connection, session.series_id) if told.part == session.number)


async def arc_in(connection: AsyncConnection, session: Session, now: datetime) -> list[int]:
    """Within the transaction that finishes a session: the last one shows what became of what was said in all."""
    every = await sessions.in_series(connection, session.series_id)
    if every[-1].number != session.number or not await actions.of_series(connection, session.series_id):
        return []
    return [await boards.add(connection, "arc", session.id, session.guild_id, session.channel, now=now)]


def _may_be_read(said: Contribution, *, out: bool) -> bool:
    """Whether hosts read it: nobody asked that it be left out, and no host has hidden it."""
    return said.state in {"captured", "shown", "held"} and not out


async def _numbered(connection: AsyncConnection, agenda: Agenda, number: int) -> Action:
    action = await actions.numbered(connection, agenda.series.id, number)
    if action is None:
        raise Refusal(f"There is no action {number}. /actions list shows them all.")
    return action


async def _change(connection: AsyncConnection, action: Action, **values: object) -> None:
    if not await actions.change(connection, action, **values):
        raise Refusal("Somebody changed it at the same moment. Look again, and try once more.")


async def _repainted(connection: AsyncConnection, agenda: Agenda) -> list[tuple[boards.Kind, int]]:
    """What tells of the actions, to be painted again even after a crash."""
    told = await actions.telling(connection, agenda.series.id)
    for kind, subject in told:
        await boards.reopen(connection, kind, subject)
    return told


async def _all(connection: AsyncConnection, series_id: int, every: tuple[Session, ...]) -> list[tuple[Told, Action]]:
    numbers = {each.id: each.number for each in every}
    sources = await actions.sources(connection, series_id)
    found: list[tuple[Told, Action]] = []
    for each in await actions.of_series(connection, series_id):
        said, out = sources.get(each.contribution_id or 0, (None, False))
        quote = said.text if said and may_show(said, out=out) else ""
        part = numbers[each.session_id]
        found.append((Told(each.number, part, each.text, each.owner, each.state, each.outcome, quote), each))
    return found
