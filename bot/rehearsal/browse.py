"""The rehearsal's room in a browser, for a person to act in."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import simcord

from bot.rehearsal.play import Production, Step, keep_files, perform, rehearsing
from bot.rehearsal.room import Room

BEAT = 0.5
"""Seconds between two looks at the room: nothing else moves the simulated time while a person acts in it."""


async def browse(production: Production, step: Step, say: Callable[[str | list[Path]], None]) -> None:
    """Play up to the review, with the last poll and a breakout open, and hand the room over until it is interrupted.

    ``say`` is given the address of the room, and later the files that the organisers get.
    """
    async with rehearsing(production) as stage:
        await perform(stage, production.script.left_open(), step)
        room = stage.room
        viewers = [room.host, room.member("You Attendee"), room.organiser, room.admin]
        async with room.env.preview(room.channel, viewers=viewers, layout="channel", locale="en-GB") as preview:
            say(preview.url)
            await _keep_time(room, production.settings.rehearsal.folder, say)


async def _keep_time(room: Room, folder: Path, say: Callable[[list[Path]], None]) -> None:
    handed_over: set[Path] = set()
    while True:
        await asyncio.sleep(BEAT)
        with contextlib.suppress(simcord.SetupError):  # the person is acting this very moment: next time
            await room.env.advance_time(BEAT)
            files = await keep_files(room.office.history(), folder)
            if new := [file for file in files if file not in handed_over]:
                handed_over.update(new)
                say(new)
