"""The only painter: what the database says a channel should show, it makes the channel show.

A board is a row first and a message after. So a crash between the two costs nothing: at the next start the
row without a message is posted, or its message adopted if it had got through, and every board that may have
been left behind by the truth is painted again. A changed board is edited at most once in two seconds, always
with the newest truth.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import aiohttp
import discord
from discord import ui
from discord.ext import tasks
from discord.utils import time_snowflake

from bot.layout import Layout, Painting
from bot.services.ports import Clock
from bot.services.refusal import Refusal
from bot.storage import boards
from bot.storage.boards import Board
from bot.storage.database import Database

log = logging.getLogger(__name__)

Channel = discord.PartialMessageable | discord.DMChannel

Renderer = Callable[[Board], Awaitable[Painting]]
Method = TypeVar("Method", bound=Callable[..., Awaitable[Painting]])

PACE = 2.0
"""Seconds between two edits of one board."""

SKEW = timedelta(minutes=1)
"""How far this machine's clock may be ahead of Discord's, by which messages are dated."""

PATIENCE = timedelta(seconds=60)
"""How long a board that Discord would not take waits for the next try."""

UNSENT = (discord.HTTPException, aiohttp.ClientError, OSError)
"""Discord said no, or could not be reached."""

SERVER_ERRORS = 500
"""From this status on, Discord's no does not say whether it has done what was asked."""

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

    def __init__(self, client: discord.Client, database: Database, clock: Clock) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._renderers: dict[str, Renderer] = {}
        self._stale: set[tuple[str, int]] = set()
        self._waiting: dict[int, datetime] = {}
        self._unsure: set[int] = set()
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

    def stale(self, kind: str, subject: int) -> None:
        """Repaint the boards of a subject soon."""
        self._stale.add((kind, subject))
        self._wake()

    def _wake(self) -> None:
        """The loop runs only while there is something to paint, so that idle time costs nothing."""
        if not self._stopped and not self._tick.is_running():
            self._tick.start()

    async def show(self, *board_ids: int) -> None:
        """Post boards now, in this order; a refusal says which channel would not take one."""
        refused: list[str] = []
        # Whatever goes wrong below, what has not been posted is tried again.
        self._waiting |= dict.fromkeys(board_ids, self._clock.now() + PATIENCE)
        try:
            for board_id in board_ids:
                try:
                    await self._paint(board_id)
                except UNSENT as error:
                    board = await self._board(board_id)
                    if board.person is not None and isinstance(error, discord.Forbidden):
                        await self._settle(board, final=True)  # they take no direct messages: that is theirs to decide
                        self._waiting.pop(board_id, None)
                    else:
                        self._wait(board, error)
                        refused.append(f"<#{board.channel_id}>: {_reason(error)}")
                else:
                    self._waiting.pop(board_id, None)
        finally:
            if self._waiting:
                self._wake()
        if refused:
            sentence = "It is saved, but Discord would not let me post it. I try again by myself every minute."
            raise Refusal(sentence, *refused)

    @tasks.loop(seconds=PACE)
    async def _tick(self) -> None:
        """Paint what is stale, and what had to wait; stop when nothing is left."""
        if not self._stale and not self._waiting:
            self._tick.stop()
            return
        for board_id in sorted(await self._due()):
            await self._paint_or_wait(board_id)

    async def _due(self) -> set[int]:
        now = self._clock.now()
        stale, self._stale = self._stale, set()
        due = {board_id for board_id, when in self._waiting.items() if when <= now}
        try:
            async with self._database.read() as connection:
                for kind, subject in stale:
                    found = await boards.of(connection, kind, subject)
                    due.update(board.id for board in found if not board.final)
        except Exception:
            log.exception("the stale boards could not be looked up")
            self._stale |= stale
        return due

    async def catch_up(self) -> None:
        """After a start: take everything that may be behind as due, and adopt what had got through."""
        async with self._database.read() as connection:
            unfinished = await boards.unfinished(connection)
        self._unsure.update(board.id for board in unfinished if board.message_id is None)
        self._waiting |= dict.fromkeys((board.id for board in unfinished), self._clock.now())
        self._wake()

    async def _paint_or_wait(self, board_id: int) -> None:
        """Whatever goes wrong with one board must not keep the others from being painted."""
        self._waiting.pop(board_id, None)
        try:
            await self._paint(board_id)
        except discord.NotFound as gone:
            # Somebody deleted the message or its channel: that is theirs to decide.
            await self._settle(await self._board(board_id), final=True)
            log.warning("board %s: its message or channel is gone: %s", board_id, gone)
        except UNSENT as refused:
            self._wait(await self._board(board_id), refused)
        except Exception:
            log.exception("board %s could not be painted", board_id)
            self._waiting[board_id] = self._clock.now() + PATIENCE

    async def _paint(self, board_id: int) -> None:
        """Post the board, or edit its message; one at a time, so that nothing is posted twice."""
        async with self._locks[board_id]:
            board = await self._board(board_id)
            painting = await self._renderers[board.kind](board)
            layout = Layout(ui.Container[Any](*painting.items, id=MARK + board.id))
            channel = await self._channel(board)
            files = list(painting.files)
            message_id = board.message_id
            if message_id is None and board_id in self._unsure and (message_id := await self._posted_before(board)):
                await self._record(board, message_id)
            if message_id is None:
                message = await self._post(board, channel, layout, files)
                if painting.pin:
                    await _pin(message)
            else:
                silent = discord.AllowedMentions.none()
                message = channel.get_partial_message(message_id)
                await message.edit(view=layout, attachments=files, allowed_mentions=silent)
            await self._settle(board, final=painting.final)

    async def _post(self, board: Board, channel: Channel, layout: Layout, files: list[discord.File]) -> discord.Message:
        self._unsure.add(board.id)
        try:
            # The nonce makes Discord answer a repeat within minutes with the first message; hours later
            # `_posted_before` finds it.
            message = await channel.send(view=layout, files=files, nonce=f"board:{board.id}")
        except discord.HTTPException as error:
            if error.status < SERVER_ERRORS:
                self._unsure.discard(board.id)  # a plain no; after anything else it may stand in the channel
            raise
        await self._record(board, message.id)
        return message

    async def _channel(self, board: Board) -> Channel:
        """Where a board is: a channel, or the direct messages of a person."""
        if board.person is not None:
            return await self._client.create_dm(discord.Object(board.person))
        return self._client.get_partial_messageable(board.channel_id, guild_id=board.guild_id)

    async def _board(self, board_id: int) -> Board:
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

    def _wait(self, board: Board, refused: Exception) -> Board:
        log.warning("board %s (%s %s): %s", board.id, board.kind, board.subject, refused)
        self._waiting[board.id] = self._clock.now() + PATIENCE
        self._wake()
        return board


async def _pin(message: discord.Message) -> None:
    """Pin it if we may: the board is there either way."""
    try:
        await message.pin()
    except discord.HTTPException as refused:
        log.warning("message %s is not pinned: %s", message.id, refused)


def _reason(error: Exception) -> str:
    if isinstance(error, discord.HTTPException):
        return error.text or f"error {error.status}"
    return "it could not be reached"
