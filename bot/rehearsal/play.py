"""Webinar 1 of 4, played by the audience in `audience.toml`."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import discord
import simcord
from simcord import MemberActor

from bot.client import create_bot
from bot.rehearsal.audience import Attendee, Audience
from bot.rehearsal.clock import SimulatedClock
from bot.rehearsal.room import Room
from bot.services.reporting import Report
from bot.services.seriesfile import PreparedPoll, ResolvedSession, parse_series
from bot.settings import Settings

Step = Callable[[str], None]
"""Called before each thing that somebody does, with what is going on."""

Seat = tuple[Attendee, MemberActor]


SOME_DAY = datetime(2022, 2, 24, 13, 0, tzinfo=UTC)
"""When a session without a date is rehearsed."""


@dataclass(frozen=True)
class Production:
    """What is played: the series file as a host would send it (and what it says), and who comes."""

    settings: Settings
    series: bytes
    audience: Audience

    @cached_property
    def session(self) -> ResolvedSession:
        """The session that is played: the first."""
        return parse_series(self.series).resolved()[0]

    @property
    def first_poll(self) -> int:
        """The number that the first prepared poll gets: Poll 1 asks where people are, if the series has regions."""
        return 2 if self.session.plan.regions else 1


@dataclass(frozen=True)
class Played:
    """What the bot has in its database of the session, and the files that hang on its messages."""

    report: Report
    files: tuple[Path, ...]


def acts(production: Production) -> int:
    """How many times ``play`` will call its ``step``."""
    seats, polls = production.audience.attendees, production.session.plan.polls
    votes = sum((each.answers | each.first_answers).keys() >= {poll.name} for each in seats for poll in polls)
    changed = sum(poll.name in each.first_answers for each in seats for poll in polls)
    forms = sum(bool(each.takeaway or each.improvement) + bool(each.takeaway_first) for each in seats)
    places = 1 + sum(bool(each.place) for each in seats) if production.session.plan.regions else 0
    return 4 + places + 2 * len(polls) + votes + changed + forms + 5


@asynccontextmanager
async def rehearsing(production: Production, step: Step) -> AsyncGenerator[tuple[Room, list[Seat]], None]:
    """A room with everybody in it, the series imported and session 1 open, five minutes before its time.

    People have said where they are, if the series has regions.
    """
    settings = production.settings
    clock = SimulatedClock((production.session.starts_at or SOME_DAY) - timedelta(minutes=5))
    async with simcord.run(create_bot(settings, clock=clock), settle_timeout=60) as env:
        room = Room(env, settings, clock)
        seats = [(each, room.member(each.name)) for each in production.audience.attendees]
        try:
            step("setting up")
            if room.bot.user:
                await room.bot.user.edit(username="Plenary")
            await room.set_up()
            step("importing the series")
            await room.import_series(production.series)
            step("reading the agenda")
            await room.command("agenda")
            step("welcoming everybody")
            await room.start_session()
            if regions := [name for name, *_ in production.session.plan.regions]:
                await ask_where(room, regions, seats, step)
            yield room, seats
        finally:
            await room.bot.close()


async def ask_where(room: Room, regions: list[str], seats: list[Seat], step: Step) -> None:
    """The host asks where people are, and they choose their region or type a place. It stays open."""
    step("asking where everybody is")
    await room.command("poll place")
    for who, actor in seats:
        if who.place:
            step("saying where they are")
            if who.place in regions:
                await room.vote(actor, 1, regions.index(who.place))
            else:
                await room.type_place(actor, 1, who.place)
    await room.repaint()


async def hold_poll(room: Room, number: int, poll: PreparedPoll, seats: list[Seat], step: Step) -> None:
    """The host opens a prepared poll and the audience answers; some change their minds."""
    step(f"opening Poll {number}")
    await room.command("poll prepared", name=poll.name)
    for answers in ("first_answers", "answers"):
        for who, actor in seats:
            if choice := getattr(who, answers).get(poll.name):
                step(f"answering Poll {number}")
                await room.vote(actor, number, choice - 1)
    await room.repaint()


async def hold_review(room: Room, seats: list[Seat], step: Step) -> None:
    """The host opens the review and the audience writes; some replace what they wrote."""
    step("opening the after action review")
    await room.command("review open")
    for who, actor in seats:
        if who.takeaway_first:
            step("looking back")
            await room.review(actor, who.takeaway_first, "", quote=who.quote)
    for who, actor in seats:
        if who.takeaway or who.improvement:
            step("looking back")
            await room.review(actor, who.takeaway or "", who.improvement or "", quote=who.quote)
    await room.repaint()


async def play(production: Production, step: Step) -> Played:
    """Play the whole session on a simulated Discord, and keep what came of it in the settings' folder."""
    async with rehearsing(production, step) as (room, seats):
        for number, poll in enumerate(production.session.plan.polls, production.first_poll):
            await hold_poll(room, number, poll, seats, step)
            step(f"closing Poll {number}")
            await room.command("poll close")
        await hold_review(room, seats, step)
        step("closing the review")
        await room.command("review close")
        step("counting who joined")
        await room.command("session attendance", joined=len(seats))
        step("finishing")
        await room.finish_session()
        step("keeping the report")
        return await _account(room, production.settings.rehearsal.folder)


async def _account(room: Room, folder: Path) -> Played:
    """What the database says happened, and the files as they hang on the messages."""
    agenda = await room.bot.services.sessions.agenda(room.guild.id)
    report = await room.bot.services.summaries.report(agenda.sessions[0].id)
    posted = [*room.channel.history(), *room.office.history()]
    return Played(report, tuple(await keep_files(posted, folder)))


async def keep_files(messages: Sequence[discord.Message], folder: Path) -> list[Path]:
    """Write the files that hang on the messages into ``folder``."""
    kept: list[Path] = []
    for attachment in [each for message in messages for each in message.attachments]:
        kept.append(folder / attachment.filename)
        kept[-1].write_bytes(await attachment.read())
    return kept
