"""Webinar 1 of 4, played by the audience in `audience.toml`."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import discord
import simcord

from bot.client import create_bot
from bot.rehearsal.audience import Audience
from bot.rehearsal.clock import SimulatedClock
from bot.rehearsal.room import Room
from bot.rehearsal.script import Act, Script
from bot.rehearsal.stage import Stage
from bot.rehearsal.told import told
from bot.services.reporting import Report
from bot.services.seriesfile import parse_series
from bot.settings import Settings

Step = Callable[[str], None]
"""Called before each thing that somebody does, with what is going on."""

SOME_DAY = datetime(2022, 2, 24, 13, 0, tzinfo=UTC)
"""When a session without a date is rehearsed."""


@dataclass(frozen=True)
class Production:
    """What is played: the series file as a host would send it (and what it says), and who comes."""

    settings: Settings
    series: bytes
    audience: Audience

    @cached_property
    def script(self) -> Script:
        """What happens in the session that is played: the first."""
        return Script(parse_series(self.series).resolved()[0], self.series, self.audience)


@dataclass(frozen=True)
class Played:
    """What the bot has in its database of the session, and the files that hang on its messages.

    ``told`` is what was said besides what is in the report, by its kind.
    """

    report: Report
    told: tuple[tuple[str, str], ...]
    files: tuple[Path, ...]


def acts(production: Production, *, in_browser: bool) -> int:
    """How many times ``play`` will call its ``step``, or what leaves the room open in a browser."""
    script = production.script
    return sum(1 for _ in script.left_open()) if in_browser else sum(1 for _ in script.whole()) + 1


@asynccontextmanager
async def rehearsing(production: Production) -> AsyncGenerator[Stage, None]:
    """A room with everybody in it, five minutes before the session's time."""
    settings, session = production.settings, production.script.session
    clock = SimulatedClock((session.starts_at or SOME_DAY) - timedelta(minutes=5))
    async with simcord.run(create_bot(settings, clock=clock), settle_timeout=60) as env:
        room = Room(env, settings, clock)
        seats = {each.name: room.member(each.name) for each in production.audience.attendees}
        plan = session.plan
        try:
            if room.bot.user:
                await room.bot.user.edit(username="Plenary")
            yield Stage(room, seats, [each.name for each in plan.guests], [name for name, *_ in plan.regions])
        finally:
            await room.bot.close()


async def perform(stage: Stage, script: Iterable[Act], step: Step) -> None:
    """Do one act after the other."""
    for act in script:
        step(act.what)
        await act.do(stage)


async def play(production: Production, step: Step) -> Played:
    """Play the whole session on a simulated Discord, and keep what came of it in the settings' folder."""
    async with rehearsing(production) as stage:
        await perform(stage, production.script.whole(), step)
        step("keeping the report")
        return await _account(stage.room, production.settings.rehearsal.folder)


async def _account(room: Room, folder: Path) -> Played:
    """What the database says happened, and the files as they hang on the messages."""
    agenda = await room.bot.services.sessions.agenda(room.guild.id)
    [session, *_] = agenda.sessions
    report = await room.bot.services.summaries.report(session.id)
    posted = [*room.channel.history(), *room.office.history()]
    return Played(report, tuple(await told(room.bot, session)), tuple(await keep_files(posted, folder)))


async def keep_files(messages: Sequence[discord.Message], folder: Path) -> list[Path]:
    """Write the files that hang on the messages into ``folder``; of those of one name there is one."""
    kept = {each.filename: each for message in messages for each in message.attachments}
    for name, attachment in kept.items():
        (folder / name).write_bytes(await attachment.read())
    return [folder / name for name in kept]
