"""Themes by hand: what people said, sorted into named groups that somebody vouches for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.services.text import one_line, required
from bot.services.theming import MOST, NAME, Line, Piece, Plan, plan, same, theme_name
from bot.storage import boards, contributions, polls, sessions, themes
from bot.storage.contributions import Contribution, Kind
from bot.storage.database import Database
from bot.storage.sessions import Session
from bot.storage.themes import Theme

KINDS: tuple[Kind, ...] = get_args(Kind)
STANDING = frozenset({"captured", "shown"})
"""What has not been held, hidden or taken back."""


@dataclass(frozen=True)
class Count:
    """How many contributions, and of how many distinct people."""

    contributions: int
    people: int


@dataclass(frozen=True)
class Survey:
    """A session's themes with what is in them, and what is in none.

    ``apart``: some of it was written in anonymous polls, where nobody can tell who said something else as well.
    """

    session: Session
    themes: tuple[Theme, ...]
    counts: dict[int, Count]
    untagged: Count
    whole: Count
    pieces: tuple[Piece, ...]
    apart: bool

    @property
    def names(self) -> dict[int, str]:
        """The themes' names by their ids."""
        return {each.id: each.name for each in self.themes}

    def theme(self, theme_id: int) -> Theme:
        """One of its themes."""
        found = next((each for each in self.themes if each.id == theme_id), None)
        if found is None:
            raise Refusal("That theme is gone.")
        return found


class Themes:
    """The themes of a guild's sessions. Where a change takes signatures away, it hands back whose they were."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def survey(self, guild_id: int, session_id: int) -> Survey:
        """The session's themes as they stand."""
        async with self._database.read() as connection:
            return await survey_in(connection, await known(connection, guild_id, session_id))

    async def all(self, session: Session) -> tuple[Theme, ...]:
        """The session's themes, without what is in them."""
        async with self._database.read() as connection:
            return await themes.of(connection, session.id)

    async def of(self, guild_id: int, theme_id: int) -> Survey:
        """The themes of the session that this one is of."""
        async with self._database.read() as connection:
            return await survey_in(connection, await _session_of(connection, guild_id, theme_id))

    async def add(self, session: Session, name: str) -> int:
        """Add a theme; its id."""
        kept = theme_name(name)
        async with self._database.write() as connection:
            there = await themes.of(connection, session.id)
            _refuse_same(there, kept)
            _refuse_many(len(there) + 1)
            return await themes.add(connection, session.id, kept)

    async def rename(self, guild_id: int, theme_id: int, name: str) -> tuple[Theme, ...]:
        """Give a theme another name."""
        kept = theme_name(name)
        async with self._database.write() as connection:
            survey = await survey_in(connection, await _session_of(connection, guild_id, theme_id))
            theme = survey.theme(theme_id)
            _refuse_same([each for each in survey.themes if each != theme], kept)
            if theme.name == kept:
                raise Refusal("It has that name already.")
            await themes.change(connection, [theme.id], name=kept)
            return await _unsign(connection, [theme])

    async def merge(self, guild_id: int, theme_id: int, into_id: int) -> tuple[Theme, ...]:
        """Put what is in one theme into another, and take the first away."""
        if theme_id == into_id:
            raise Refusal("Those are one and the same theme.")
        async with self._database.write() as connection:
            session = await _session_of(connection, guild_id, theme_id)
            here = {each.id: each for each in await themes.of(connection, session.id)}
            if into_id not in here:
                raise Refusal("That theme is gone.")
            tags = await themes.tags(connection, session.id)
            await themes.tag(connection, {(into_id, piece) for theme, piece in tags if theme == theme_id})
            await themes.remove(connection, theme_id)
            gone, into = here[theme_id], here[into_id]
            return (*((gone,) if gone.signed_by else ()), *await _unsign(connection, [into]))

    async def remove(self, guild_id: int, theme_id: int) -> Theme:
        """Take a theme away; what was in it stays as it is."""
        async with self._database.write() as connection:
            session = await _session_of(connection, guild_id, theme_id)
            theme = (await survey_in(connection, session)).theme(theme_id)
            await themes.remove(connection, theme_id)
            return theme

    async def tag(self, guild_id: int, theme_id: int, ids: Collection[int], *, on: bool) -> tuple[Theme, ...]:
        """Put contributions into a theme, or take them out of it; of those that are like that already nothing comes."""
        async with self._database.write() as connection:
            survey = await survey_in(connection, await _session_of(connection, guild_id, theme_id))
            picked = [each for each in survey.pieces if each.id in ids]
            if not picked:
                raise Refusal("Those are not there any more: they have been hidden or taken back. Nothing was changed.")
            changed = {(theme_id, each.id) for each in picked if (theme_id in each.themes) is not on}
            await (themes.tag if on else themes.untag)(connection, changed)
            return await _unsign(connection, [survey.theme(theme_id)] if changed else [])

    async def sign_off(self, session: Session, theme_id: int | None, by: str, now: datetime) -> tuple[Theme, ...]:
        """Record by its name who vouches for one theme, or for all that nobody vouches for yet. Which they are.

        The draft of the report is made anew, for now it can be read with them.
        """
        name = required(one_line(by), "The name", NAME)
        async with self._database.write() as connection:
            there = await themes.of(connection, session.id)
            if not there:
                raise Refusal("There are no themes yet. /themes add makes one.")
            chosen = [each for each in there if theme_id in {None, each.id}]
            if not chosen:
                raise Refusal("That theme is gone.")
            unsigned = tuple(each for each in chosen if not each.signed_by)
            if not unsigned:
                what = f"“{chosen[0].name}” is" if theme_id else "All themes are"
                raise Refusal(f"{what} signed off already.")
            await themes.change(connection, [each.id for each in unsigned], signed_by=name, signed_at=now)
            await boards.reopen(connection, "report", session.id)
        self._painter.stale("report", session.id)
        return unsigned

    async def propose(self, session: Session, lines: Sequence[Line]) -> Plan:
        """Say what a spreadsheet would change, and keep it until a host decides."""
        async with self._database.write() as connection:
            survey = await survey_in(connection, session)
            await _refuse_other_session(connection, survey, lines)
            proposed = _planned(survey, lines)
            passed_over = {each.row for each in proposed.odd}
            kept = [[each.row, each.contribution, each.themes] for each in lines if each.row not in passed_over]
            await themes.keep_import(connection, session.id, kept)
        return proposed

    async def carry_out(self, guild_id: int, session_id: int, mark: int) -> Plan:
        """Do what a dry run said, if that is still exactly what would be done."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            kept = await themes.kept_import(connection, session_id)
            if kept is None:
                raise Refusal("This has been decided already. Send the file again if there is more to change.")
            survey = await survey_in(connection, session)
            done = _planned(survey, [Line(number, piece, tuple(names)) for number, piece, names in kept])
            if done.mark != mark:
                what = "Something has changed since this dry run, or there is a newer one."
                raise Refusal(f"{what} Nothing was done: send the file again.")
            ids = {each.name: each.id for each in survey.themes}
            for name in done.new:
                ids[name] = await themes.add(connection, session_id, name)
            await themes.tag(connection, {(ids[name], piece) for name, piece in done.gets})
            await themes.untag(connection, done.loses)
            await _unsign(connection, done.unsigned)
            await themes.drop_import(connection, session_id)
        return done

    async def dismiss(self, guild_id: int, session_id: int) -> None:
        """Forget a spreadsheet that was tried out."""
        async with self._database.write() as connection:
            await known(connection, guild_id, session_id)
            await themes.drop_import(connection, session_id)


def _planned(survey: Survey, lines: Sequence[Line]) -> Plan:
    proposed = plan({each.id: each.themes for each in survey.pieces}, survey.themes, lines)
    _refuse_many(len(survey.themes) + len(proposed.new))
    return proposed


async def survey_in(connection: AsyncConnection, session: Session) -> Survey:
    """A session's themes and what is in them, within a transaction."""
    asked = {poll.id: poll for poll in await polls.in_session(connection, session.id)}
    said = [
        each
        for each, out in await contributions.in_session(connection, session.id, KINDS)
        if each.state in STANDING and not out and not (each.poll_id and asked[each.poll_id].state == "void")
    ]
    inside = dict[int, set[int]]()
    for theme, piece in await themes.tags(connection, session.id):
        inside.setdefault(piece, set()).add(theme)
    there = await themes.of(connection, session.id)
    filled: dict[int, list[Contribution]] = {theme.id: [] for theme in there}
    for each in said:
        for theme in inside.get(each.id, ()):
            filled[theme].append(each)
    return Survey(
        session,
        there,
        {theme: _count(members) for theme, members in filled.items()},
        _count([each for each in said if each.id not in inside]),
        _count(said),
        tuple(Piece(e.id, e.kind, _words(e), e.quotable, frozenset(inside.get(e.id, ()))) for e in said),
        any(each.poll_id and asked[each.poll_id].privacy == "anonymous" for each in said),
    )


def _words(said: Contribution) -> str:
    """All of it: a breakout group's feedback may end with one thing for everyone."""
    return "\n".join(filter(None, (said.text, said.one_thing)))


def _count(said: Sequence[Contribution]) -> Count:
    """An author whose link was cut has a number of nobody's, another for each person, so people stay distinct."""
    return Count(len(said), len({each.author for each in said}))


async def _session_of(connection: AsyncConnection, guild_id: int, theme_id: int) -> Session:
    theme = await themes.get(connection, theme_id)
    if theme is None:
        raise Refusal("That theme is gone.")
    return await known(connection, guild_id, theme.session_id)


async def _unsign(connection: AsyncConnection, changed: Iterable[Theme]) -> tuple[Theme, ...]:
    """Nobody vouches any longer for what has been changed. Those for which somebody did."""
    signed = tuple(each for each in changed if each.signed_by)
    await themes.change(connection, [each.id for each in signed], signed_by="", signed_at=None)
    return signed


def _refuse_same(there: Iterable[Theme], name: str) -> None:
    if found := same(there, name):
        raise Refusal(f"There is a theme “{found.name}” already. /themes merge puts two into one.")


def _refuse_many(count: int) -> None:
    if count > MOST:
        raise Refusal(f"That would be {count} themes; a session can have {MOST}. Nothing was changed.")


async def _refuse_other_session(connection: AsyncConnection, survey: Survey, lines: Sequence[Line]) -> None:
    """Where nothing in a spreadsheet is of this session, but something of another, say of which."""
    here = {each.id for each in survey.pieces}
    if not lines or any(line.contribution in here for line in lines):
        return
    said = await contributions.get(connection, lines[0].contribution)
    other = said and await sessions.get(connection, said.session_id)
    if other and other.guild_id == survey.session.guild_id and other.id != survey.session.id:
        raise Refusal(f"That spreadsheet is of session {other.number}, {other.headline}. Nothing was changed.")
