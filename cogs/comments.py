"""What is said in a session's chat, as Discord tells of it, and keeping one message by hand."""

import asyncio
import logging
import re
from collections.abc import Iterable
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import time_snowflake

from bot.client import Plenary
from bot.features import Feature, Interaction
from bot.layout import Layout, fitted, text
from bot.replies import say, think
from bot.services.comments import Cleared, Deleted, Edited, Happening, Reacted
from bot.services.refusal import Refusal
from bot.services.text import clean
from bot.stage import Vocal
from bot.storage.comments import Heard
from bot.storage.sessions import Session
from bot.troubles import UNSENT

log = logging.getLogger(__name__)

SPOKEN = (discord.MessageType.default, discord.MessageType.reply)

Talk = discord.TextChannel | discord.Thread | Vocal

TAKEN = "✅"
"""Shows that a reply to one of the review's prompts was taken as an answer."""

_PEOPLE = re.compile(r"<@!?\d+>")
_ROLES = re.compile(r"<@&\d+>")
_CHANNELS = re.compile(r"<#\d+>")
_NAMED = re.compile(r"<(?:a?(:\w+:)|(/[^:>]+):)\d+>")


class CommentsCog(Feature):
    def __init__(self, bot: Plenary) -> None:
        super().__init__(bot)
        self._add = app_commands.ContextMenu(name="Add to report", callback=self.add_to_report)
        self._caught_up = asyncio.Event()

    async def cog_load(self) -> None:
        """Offer the message command."""
        self.bot.tree.add_command(self._add)

    @property
    def _reads(self) -> bool:
        return self.bot.settings.discord.read_messages

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        await self._caught_up.wait()
        if heard := self.heard(message):
            await self._hear(heard, message)

    async def _hear(self, heard: Heard, message: discord.Message) -> None:
        """A reply to a prompt of the review is an answer to that; anything else is a comment, where those are kept."""
        comments, reviews = self.bot.services.comments, self.bot.services.reviews
        board = await comments.board_of(heard.reply_to) if heard.reply_to else None
        where = heard.author, heard.message_id, heard.channel_id
        taken = board is not None and await reviews.reply(heard.guild_id, board, *where, heard.text)
        # Without its words it is only noted as heard, so that no restart takes it for something missed.
        await comments.hear(heard if self._reads and not taken else replace(heard, text=""))
        if taken:
            try:
                await message.add_reaction(TAKEN)
            except UNSENT as refused:  # the answer is kept all the same, and /mine and /privacy show it
                log.warning("a reply to the review could not be marked as taken: %r", refused)

    def heard(self, message: discord.Message) -> Heard | None:
        """What a person said; None of bots, of webhooks, and of what Discord itself writes."""
        if message.guild is None or message.author.bot or message.webhook_id or message.type not in SPOKEN:
            return None
        reference = message.reference
        return Heard(
            message.guild.id,
            message.channel.id,
            self._parent(message.channel),
            message.id,
            message.author.id,
            _plain(message.content),
            reference.message_id if reference and message.type is discord.MessageType.reply else None,
        )

    def _parent(self, channel: object) -> int | None:
        """The channel whose talk goes on in this thread: not in a private one, nor in one that the bot has made."""
        if not isinstance(channel, discord.Thread) or channel.is_private():
            return None
        ours = self.bot.user is not None and channel.owner_id == self.bot.user.id
        return None if ours else channel.parent_id

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        words = payload.data.get("content", "")
        # What leaves the words alone may come without them, and without the intent they come empty.
        if words or (self._reads and "content" in payload.data):
            await self._tell(Edited(payload.message_id, _plain(words)))

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        await self._tell(Deleted(payload.message_id))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        await asyncio.gather(*(self._tell(Deleted(each)) for each in payload.message_ids))

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        if payload.member is None or not payload.member.bot:
            await self._react(payload, on=True)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        await self._react(payload, on=False)

    async def _react(self, payload: discord.RawReactionActionEvent, *, on: bool) -> None:
        if self.bot.user and payload.user_id != self.bot.user.id:
            happened = Reacted(payload.message_id, payload.user_id, str(payload.emoji), on)
            await self._tell(happened)

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        await self._tell(Cleared(payload.message_id, None))

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, payload: discord.RawReactionClearEmojiEvent) -> None:
        await self._tell(Cleared(payload.message_id, str(payload.emoji)))

    async def _tell(self, happened: Happening) -> None:
        await self._caught_up.wait()
        await self.bot.services.comments.hear(happened)

    @commands.Cog.listener()
    async def on_connect(self) -> None:
        """Hold what comes from now on: to hear it would mark what was missed before it as heard."""
        self._caught_up.clear()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Discord is there (again): take in what was said, changed and deleted meanwhile."""
        try:
            for session in await self.bot.services.comments.live():
                guild = self.bot.get_guild(session.guild_id)
                channel = guild and guild.get_channel_or_thread(session.channel)
                if guild and isinstance(channel, Talk):
                    threads = [each for each in guild.threads if self._parent(each) == channel.id]
                    await self._catch_up(session, filter(_readable, (channel, *threads)))
        finally:
            self._caught_up.set()

    async def _catch_up(self, session: Session, channels: Iterable[Talk]) -> None:
        if session.started_at is None:
            return
        comments = self.bot.services.comments
        began = time_snowflake(session.started_at)
        missed: list[tuple[Heard, discord.Message]] = []
        changed: list[Happening] = []
        for channel in channels:
            until, kept = await comments.kept(session.id, channel.id)
            try:
                said = [each async for each in channel.history(limit=None, after=discord.Object(began))]
            except UNSENT as refused:
                log.warning("what was said in channel %s could not be looked up: %r", channel.id, refused)
                continue
            for message in said:
                if (heard := self.heard(message)) is None:
                    continue
                if message.id not in kept and message.id > (until or began):
                    missed.append((heard, message))
                elif self._reads and kept.get(message.id, heard.text) != heard.text:
                    changed.append(Edited(message.id, heard.text))
            there = {message.id for message in said}
            # Nothing at all is also what Discord shows to whom it lets see nothing.
            changed += [Deleted(gone) for gone in kept if there and gone > began and gone not in there]
        async with asyncio.TaskGroup() as tasks:
            # In the order in which it was said everywhere, for there is one mark for all that was heard.
            for heard, message in sorted(missed, key=lambda each: each[1].id):
                tasks.create_task(self._hear(heard, message))
            for each in changed:
                tasks.create_task(comments.hear(each))

    @app_commands.guild_only()
    async def add_to_report(self, interaction: Interaction, message: discord.Message) -> None:
        """Keep one message: a host anybody's, others their own."""
        await think(interaction)
        heard = self.heard(message)
        if heard is None:
            raise Refusal("Only what a person wrote can be added.")
        host = await self.bot.stage.is_host(interaction)
        comments = self.bot.services.comments
        who, now = interaction.user.id, self.bot.clock.now()
        said, session = await comments.add(heard, who, message.created_at, now, host=host)
        [words] = fitted([said.text], 3000)
        whose = "You" if said.author == interaction.user.id else "Its author"
        kept = text(
            f"This is kept for the report of session {session.number}:",
            words,
            "-# Hosts and organisers read it, and the report may quote it, without a name. "
            f"{whose} can change it or take it back with /mine.",
        )
        await say(interaction, Layout(kept))


def _readable(channel: Talk) -> bool:
    """Whether the bot may look up what was said; where it may not, Discord shows an empty channel."""
    rights = channel.permissions_for(channel.guild.me)
    return rights.view_channel and rights.read_message_history


def _plain(content: str) -> str:
    """The words without Discord's markup for people, whose ids nothing that is kept may hold."""
    content = _PEOPLE.sub("@someone", content)
    content = _CHANNELS.sub("#channel", _ROLES.sub("@role", content))
    return clean(_NAMED.sub(lambda match: match[1] or match[2], content))


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(CommentsCog(bot))
