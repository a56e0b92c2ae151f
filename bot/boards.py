"""The only painter: what the database says a channel should show, it makes the channel show.

A board is a row first and a message after. So a crash between the two costs nothing: at the next start the
row without a message is posted, or its message adopted if it had got through, and every board that may have
been left behind by the truth is painted again. A changed board is edited at most once in two seconds, always
with the newest truth. What Discord refuses is tried again every minute, and the hosts are told, once.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import discord
from discord import ui
from discord.ext import tasks
from discord.utils import time_snowflake

from bot.layout import Layout, Painting, rehearsed
from bot.services.notices import Notices
from bot.services.ports import Clock
from bot.services.refusal import Refusal
from bot.storage import boards, sessions
from bot.storage.boards import Board
from bot.storage.database import Database
from bot.troubles import UNSENT, answered, discords_words, is_plain_no, is_unreachable, reason, why_not_in

log = logging.getLogger(__name__)

Channel = discord.PartialMessageable | discord.DMChannel

Renderer = Callable[[Board], Awaitable[Painting]]
Method = TypeVar("Method", bound=Callable[..., Awaitable[Painting]])

PACE = 2.2
"""Seconds between two looks at what is to be painted: somewhat more than `APART`."""

APART = timedelta(seconds=2)
"""How long after an edit a board is edited again, at the earliest, however long Discord took over it."""

SKEW = timedelta(minutes=1)
"""How far this machine's clock may be ahead of Discord's, by which messages are dated."""

PATIENCE = timedelta(seconds=60)
"""How long a board that Discord would not take waits for the next try."""

MARK = 1_000_000
"""A board's message carries this plus the board's id as a component id, by which it is found again."""


def paints(kind: str) -> Callable[[Method], Method]:
    """Mark a cog's method as the one that says how boards of ``kind`` look."""

    def mark(method: Method) -> Method:
        method.__paints__ = kind  # type: ignore[attr-defined]
        return method

    return mark


class Painter:
    """Keeps every board true."""

    def __init__(self, client: discord.Client, database: Database, clock: Clock, notices: Notices) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._notices = notices
        self._renderers: dict[str, Renderer] = {}
        self._stale: set[tuple[str, int]] = set()
        self._waiting: dict[int, datetime] = {}
        self._unsure: set[int] = set()
        self._pinned: set[int] = set()
        self._edited: dict[int, datetime] = {}
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._stopped = False

    def adopt(self, cog: object) -> None:
        """Take up a cog's renderers."""
        for name in dir(type(cog)):
            if kind := getattr(getattr(type(cog), name), "__paints__", None):
                self._renderers[kind] = getattr(cog, name)

    def stop(self) -> None:
        """Leave the boards as they are; the next start paints what is behind."""
        self._stopped = True
        self._tick.cancel()
        for work in self._busy.values():
            work.cancel()

    def stale(self, kind: str, subject: int) -> None:
        """Repaint the boards of a subject soon."""
        self._stale.add((kind, subject))
        self._wake()

    def soon(self, *board_ids: int) -> None:
        """Post boards, without waiting for Discord: there may be hundreds of direct messages."""
        self._wait(self._clock.now(), *board_ids)

    def _wait(self, until: datetime, *board_ids: int) -> None:
        self._waiting |= dict.fromkeys(board_ids, until)
        self._wake()

    def _wake(self) -> None:
        """The loop runs only while there is something to paint, so that idle time costs nothing."""
        if not self._stopped and not self._tick.is_running():
            self._tick.start()

    async def show(self, *board_ids: int) -> None:
        """Post boards now, in this order; a refusal says which channel would not take one."""
        # Whatever goes wrong below, what has not been posted is tried again.
        self._waiting |= dict.fromkeys(board_ids, self._clock.now() + PATIENCE)
        try:
            refused = [line for board_id in board_ids if (line := await self._attempt(board_id))]
        finally:
            if self._waiting:
                self._wake()
        if refused:
            sentence = "It is saved, but Discord would not let me post it. I try again by myself every minute."
            raise Refusal(sentence, *refused)

    @tasks.loop(seconds=PACE)
    async def _tick(self) -> None:
        """Paint what is stale, and what had to wait; stop when nothing is left.

        The channels are painted beside each other: none has to wait where Discord takes its time over another.
        """
        if not self._stale and not self._waiting:
            self._tick.stop()
            return
        for channel, due in (await self._due()).items():
            if channel in self._busy:
                self._wait(self._clock.now(), *due)
            else:
                self._busy[channel] = asyncio.create_task(self._paint_all(channel, sorted(due)), name="boards")

    async def _due(self) -> dict[int, set[int]]:
        """What is to be painted now, by channel. The direct messages are channel 0."""
        now = self._clock.now()
        stale, self._stale = self._stale, set()
        waited = {board_id for board_id, when in self._waiting.items() if when <= now}
        for board_id in waited:
            del self._waiting[board_id]
        due: defaultdict[int, set[int]] = defaultdict(set)
        try:
            async with self._database.read() as connection:
                found = list(await boards.get_all(connection, waited))
                for kind, subject in stale:
                    shown = await boards.of(connection, kind, subject)
                    # One that has no message yet is posted in its turn, or is being posted as it was just now.
                    there = [board for board in shown if board.message_id or self._locks[board.id].locked()]
                    found += [board for board in there if not board.final]
        except Exception:
            log.exception("what is to be painted could not be looked up")
            self._stale |= stale
            self._wait(now + PATIENCE, *waited)
            return due
        for board in found:
            if (soonest := self._edited.get(board.id, now - APART) + APART) > now:
                self._wait(soonest, board.id)
            else:
                due[board.channel_id].add(board.id)
        return due

    async def _paint_all(self, channel: int, board_ids: list[int]) -> None:
        """Whatever goes wrong with one board must not keep the others from being painted."""
        try:
            for board_id in board_ids:
                try:
                    await self._attempt(board_id)
                except Exception:
                    log.exception("board %s could not be painted", board_id)
        finally:
            del self._busy[channel]

    async def catch_up(self) -> None:
        """After a start: take everything that may be behind as due, and adopt what had got through."""
        async with self._database.read() as connection:
            unfinished = await boards.unfinished(connection)
        self._unsure.update(board.id for board in unfinished if board.message_id is None)
        self.soon(*(board.id for board in unfinished))

    async def _attempt(self, board_id: int) -> str:
        """Paint a board, or see to it that it is tried again; what to tell whoever waits for it, if so."""
        self._waiting.pop(board_id, None)
        try:
            async with answered():
                await self._paint(board_id)
        except Exception as error:
            self._wait(self._clock.now() + PATIENCE, board_id)
            if not isinstance(error, UNSENT):
                raise
            board = await self._board(board_id)
            return await self._refused(board, error) if board else ""
        return ""

    async def _refused(self, board: Board, error: Exception) -> str:
        log.warning("board %s (%s %s): %r", board.id, board.kind, board.subject, error)
        for_good = isinstance(error, discord.NotFound) if board.person is None else is_unreachable(error)
        if for_good:
            await self._settle(board, final=True)
            self._waiting.pop(board.id, None)
        if is_plain_no(error):
            why = why_not_in(board.channel_id, self._client.get_guild(board.guild_id), error)
            self.soon(*await self._notices.unposted(board, why, self._clock.now(), for_good=for_good))
        return "" if board.person is not None else f"<#{board.channel_id}>: {reason(error)}"

    async def _paint(self, board_id: int) -> None:
        """Post the board, or edit its message; one at a time, so that nothing is posted twice."""
        async with self._locks[board_id]:
            board = await self._board(board_id)
            if board is None or board.final or not (board.channel_id or board.person):
                return  # removed, painted or given up by whoever was quicker, or there is nobody to show it to
            painting = await self._painting(board)
            if painting is None:
                return
            layout = Layout(ui.Container[Any](*painting.items, id=MARK + board.id))
            channel = await self._channel(board)
            files = list(painting.files)
            message_id = board.message_id
            if message_id is None and board_id in self._unsure and (message_id := await self._posted_before(board)):
                await self._record(board, message_id)
            if message_id is None:
                message = await self._post(board, channel, layout, files)
            else:
                silent = discord.AllowedMentions.none()
                message = channel.get_partial_message(message_id)
                try:
                    message = await message.edit(view=layout, attachments=files, allowed_mentions=silent)
                    self._edited[board.id] = self._clock.now()
                except discord.NotFound:
                    # Somebody deleted it, or its channel: that is theirs to decide.
                    await self._settle(board, final=True)
                    if not painting.final:
                        self.soon(*await self._notices.deleted(board, self._clock.now()))
                    return
            await self._settle(board, final=painting.final)
            if painting.pin and board.id not in self._pinned:
                await self._pin(board, message)

    async def _painting(self, board: Board) -> Painting | None:
        """How the board looks now; None where its session has been removed meanwhile."""
        async with self._database.read() as connection:
            rehearsal = await sessions.rehearsal_in(connection, board.channel_id)
        try:
            painting = await self._renderers[board.kind](board)
        except Exception:
            if await self._board(board.id) is None:
                return None
            raise
        return replace(painting, items=rehearsed(painting.items)) if rehearsal else painting

    async def _post(self, board: Board, channel: Channel, layout: Layout, files: list[discord.File]) -> discord.Message:
        self._unsure.add(board.id)
        try:
            # The nonce makes Discord answer a repeat within minutes with the first message; hours later
            # `_posted_before` finds it.
            message = await channel.send(view=layout, files=files, nonce=f"board:{board.id}")
        except discord.HTTPException as error:
            if is_plain_no(error):
                self._unsure.discard(board.id)  # after anything else it may stand in the channel
            raise
        await self._record(board, message.id)
        return message

    async def _channel(self, board: Board) -> Channel:
        """Where a board is: a channel, or the direct messages of a person."""
        if board.person is not None:
            return await self._client.create_dm(discord.Object(board.person))
        return self._client.get_partial_messageable(board.channel_id, guild_id=board.guild_id)

    async def _board(self, board_id: int) -> Board | None:
        async with self._database.read() as connection:
            return await boards.get(connection, board_id)

    async def _posted_before(self, board: Board) -> int | None:
        """Find the message of a board whose id was not recorded: the process died, or Discord's answer was lost."""
        channel = await self._channel(board)
        # However much people have written since: it cannot be older than its row. (Old rows do not say when that was.)
        since = board.recorded_at and discord.Object(time_snowflake(board.recorded_at - SKEW))
        async for message in channel.history(limit=None if since else 50, after=since):
            ours = self._client.user is not None and message.author.id == self._client.user.id
            if ours and any(getattr(component, "id", None) == MARK + board.id for component in message.components):
                return message.id
        return None

    async def _record(self, board: Board, message_id: int) -> None:
        async with self._database.write() as connection:
            await boards.posted(connection, board.id, message_id)
        self._unsure.discard(board.id)

    async def _settle(self, board: Board, *, final: bool) -> None:
        if final != board.final:
            async with self._database.write() as connection:
                await boards.settle(connection, board.id, final=final)

    async def _pin(self, board: Board, message: discord.Message) -> None:
        """Pin it if we may: the board is there either way. Whoever takes the pin away decides that."""
        try:
            if not message.pinned:
                await message.pin()
        except UNSENT as refused:
            log.warning("board %s is not pinned: %r", board.id, refused)
            if not is_plain_no(refused):
                return  # the next time it is painted
            self.soon(*await self._notices.unpinned(board, discords_words(refused), self._clock.now()))
        self._pinned.add(board.id)
