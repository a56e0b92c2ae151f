"""Telling the hosts what went wrong at Discord: once, in a sentence, with what helps."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.venues import Venues
from bot.storage import boards, notices, sessions
from bot.storage.boards import Board
from bot.storage.database import Database

CALLED = {
    "welcome": "the welcome of a session",
    "takeaway": "the first question of the review",
    "improvement": "the second question of the review",
    "nudge": "the count at half time of the review",
    "featured": "what was chosen from the review",
    "summary": "the summary of a session",
    "arc": "what became of what people said in the series",
    "report": "the report of a session",
    "overall": "the report of the series",
    "published": "the published report of a session",
    "followup": "the first message of a follow-up thread",
    "card": "the announcement of a session",
    "doors": "the message that a session is about to begin",
    "now": "“Live now”",
    "console": "the hosts’ console",
    "ready": "the ready check",
    "changed": "the news that a session has changed",
    "poll": "a poll",
    "results": "the results of a poll",
    "answers": "what was chosen from the answers to an open question",
    "cloud": "the picture of the words people wrote",
    "panel": "the board of questions to the panel",
    "queue": "the hosts’ queue of questions",
    "written": "an answer in writing",
    "breakout": "the breakout",
    "collated": "what the groups bring back",
    "silent": "the list of rooms that have sent nothing",
    "prompt": "what to do in a step of the session",
    "reminder": "a reminder",
}
"""What the hosts call each kind of board. Trouble with any other is not told: direct messages, what hosts are told
themselves, and what stands in the rooms of breakouts, which come and go."""

REVIEW_AGAIN = "/review close and then /review open post both questions anew."

AGAIN = {
    "panel": "/panel open posts it anew.",
    "queue": "/panel open posts it anew.",
    "takeaway": REVIEW_AGAIN,
    "improvement": REVIEW_AGAIN,
    "card": "/series announce posts it anew.",
    "report": "/report draft posts it anew.",
    "published": "/report publish posts it anew, as a new version.",
    "console": "The commands of /session do the same.",
    "poll": "To ask it again, close it with /poll close and open another.",
    "results": "/poll results posts them once more.",
}
"""What helps where a board is gone for good."""


class Notices:
    """What the hosts of each guild are told."""

    def __init__(self, database: Database, venues: Venues) -> None:
        self._database = database
        self._venues = venues

    async def tell(self, guild_id: int, key: str, sentence: str, now: datetime) -> list[int]:
        """Tell the hosts, unless they have been told about ``key`` or have no channel; the boards that are owed."""
        async with self._database.write() as connection:
            places = await self._venues.within(connection, guild_id)
            return await owe(connection, places.for_hosts, guild_id, key, sentence, now)

    async def unposted(self, board: Board, why: str, now: datetime, *, for_good: bool) -> list[int]:
        """The same of a board that Discord would not take. ``for_good``: it is not tried again."""
        verb = "updated" if board.message_id else "posted"
        then = AGAIN.get(board.kind, "") if for_good else "I try again every minute."
        return await self._of(board, "", f"could not be {verb}. {why} {then}", now)

    async def deleted(self, board: Board, now: datetime) -> list[int]:
        """The same of a board that people still need and somebody has deleted."""
        then = AGAIN.get(board.kind, "It stays away.")
        return await self._of(board, ":deleted", f"has been deleted in <#{board.channel_id}>. {then}", now)

    async def unpinned(self, board: Board, why: str, now: datetime) -> list[int]:
        """The same of a board that could not be pinned."""
        helps = "You can pin it by hand."
        return await self._of(board, ":pin", f"could not be pinned in <#{board.channel_id}>. {why} {helps}", now)

    async def _of(self, board: Board, trouble: str, said: str, now: datetime) -> list[int]:
        """Tell it where it can be read: not in the channel that is itself the trouble."""
        if board.person is not None or board.kind not in CALLED:
            return []
        called = CALLED[board.kind]
        async with self._database.write() as connection:
            if await sessions.rehearsal_in(connection, board.channel_id):
                return []  # whoever rehearses sees it
            places = await self._venues.within(connection, board.guild_id)
            channels = [each for each in (places.for_hosts, places.organiser_channel) if each != board.channel_id]
            key, sentence = f"board:{board.id}{trouble}", f"{called[0].upper()}{called[1:]} {said}".strip()
            return await owe(connection, channels[0] if channels else None, board.guild_id, key, sentence, now)


async def owe(
    connection: AsyncConnection, channel: int | None, guild_id: int, key: str, sentence: str, now: datetime
) -> list[int]:
    """Within a transaction: tell a guild's hosts in their ``channel``, unless they have been told about ``key``.

    The boards that are owed. ``sentence`` is shown as it is: what people wrote in it has to be made inert before.
    """
    notice = await notices.add(connection, guild_id, key, sentence) if channel else None
    return [await boards.add(connection, "notice", notice, guild_id, channel, now=now)] if channel and notice else []
