"""What a room needs for publishing: a session that has finished, its report, and what stands in the channel."""

import re
from typing import Any

import discord
from simcord import InteractionResult

from bot.press import Order, Press
from bot.rehearsal.room import Room, one_answer, said, text_of
from bot.reports.contents import contents
from bot.reports.html import to_html
from bot.reports.made import Made, ReportFile
from bot.services.summaries import Summaries
from bot.storage.database import Database
from tests.features.sorting import say, told

RECORDING = "https://example.org/recording"


async def finished(room: Room) -> dict[str, int]:
    """Two people say something, and session 1 finishes; the ids of what they said."""
    ana, bo = (room.member(f"{name} Attendee") for name in ("Ana", "Bo"))
    words = {"Ask why": await say(room, ana, "Ask why"), "Build trust": await say(room, bo, "Build trust")}
    words["For me alone"] = await say(room, bo, "For me alone", kind="takeaway", quote=False)
    await room.finish_session()
    await room.repaint()
    return words


async def signed(room: Room) -> None:
    """A theme is made and signed for, and the recording's address given."""
    await told(room, "add", name="Trust")
    await told(room, "sign-off")
    await report(room, "links", recording=RECORDING, subtitles=True)


async def report(room: Room, command: str, /, **options: Any) -> str:
    """What one of the commands answers the host."""
    return said(await room.host.slash(room.office, f"report {command}", **options))


async def publish(room: Room, **options: Any) -> str:
    """Ask for it, and say yes."""
    shown = await room.host.slash(room.office, "report publish", **options)
    answer = said(await room.press(room.host, shown, "Publish it"))
    await rested(room)
    return answer


async def correct(room: Room, changed: str, **options: Any) -> str:
    """Ask for a correction, and say what has changed."""
    shown = await room.host.slash(room.office, "report publish", **options)
    form = await room.press(room.host, shown, "Say what has changed")
    answer = said(await room.host.submit_modal(form, {"changed": changed}))
    await rested(room)
    return answer


async def rested(room: Room) -> None:
    """The files are made, the message is posted, the thread is opened."""
    for _ in range(4):
        await room.repaint()


def published(room: Room) -> list[discord.Message]:
    """The public messages."""
    return [each for each in room.channel.history() if text_of(each).startswith("## The report of")]


def files(message: Any) -> list[str]:
    """The names of its files without their beginnings."""
    return [re.sub(r"^.*-1-of-4-", "", each.filename) for each in message.attachments]


def threads(room: Room) -> dict[int, list[str]]:
    """The threads of the channel, with what stands in them."""
    found = [each for each in room.env.backend.channels.values() if each.parent_id == room.channel.id]
    return {
        each.id: [text_of(message) for message in room.env.backend.messages.get(each.id, {}).values()] for each in found
    }


def answer(shown: InteractionResult) -> Any:
    """The message somebody is answered with."""
    return one_answer(shown)


def quickly(database: Database) -> Press:
    """A press that prints only HTML; the other forms take too long to be made for each test."""

    async def press(order: Order) -> Made:
        page = to_html(contents(await Summaries(database).report(order.subject, order.version)), []).encode()
        names = [f"qms-1-of-4-report.{ending}" for ending in ("pdf", "docx", "html", "md")]
        return Made(tuple(ReportFile(name, page, "The report") for name in (*names, "qms-1-of-4-for-themes.md")))

    return press


def hurry(room: Room) -> None:
    """Have the files of this bot, and of those after it, made quickly."""
    room.bot.printer = quickly
    room.bot.press = quickly(room.bot.database)
