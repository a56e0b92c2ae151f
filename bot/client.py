"""The composition root for real use: settings in, a bot ready to start out."""

import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from importlib import import_module
from typing import Any

import aiohttp
import discord
from discord.ext import commands

from bot import replies
from bot.boards import Painter
from bot.callbacks import CONNECTIONS, Callbacks
from bot.clicks import Clicks, answer_through
from bot.clock import RealClock
from bot.controls import Controls
from bot.events import Events
from bot.followups import FollowUps
from bot.lease import Lease
from bot.press import Press, press_beside
from bot.prompter import Prompter
from bot.rooms import Rooms
from bot.services import Services
from bot.services.notices import Notices
from bot.services.ports import Clock
from bot.services.refusal import Refusal
from bot.services.venues import Venues
from bot.settings import Settings
from bot.stage import Stage
from bot.storage.database import Database, opened
from bot.storage.places import Places
from bot.webhooks import Webhooks

log = logging.getLogger(__name__)

FEATURES = (
    "actions",
    "agenda",
    "announce",
    "ask",
    "ballot",
    "breakout",
    "comments",
    "console",
    "feedback",
    "introductions",
    "offers",
    "contributions",
    "deliveries",
    "editing",
    "panel",
    "poll",
    "privacy",
    "profile",
    "published",
    "queue",
    "queued",
    "report",
    "results",
    "review",
    "room",
    "series",
    "session",
    "setup",
    "sorting",
    "summary",
    "themes",
    "zoom",
)

CONTROLS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


Printer = Callable[[Database], Press]


class Plenary(commands.AutoShardedBot):
    """The bot. `services` decide, the cogs show, the `painter` keeps public messages true."""

    database: Database
    services: Services
    painter: Painter
    press: Press
    events: Events
    rooms: Rooms
    followups: FollowUps
    stage: Stage

    def __init__(self, settings: Settings, clock: Clock, lease: Lease | None, printer: Printer) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=replies.Tree,
            # Without the content of messages, Discord tells it only where the bot is mentioned or replied to.
            intents=discord.Intents(
                guilds=True,
                guild_messages=True,
                guild_reactions=True,
                voice_states=True,
                message_content=settings.discord.read_messages,
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            # Nothing here needs to know who is in the server: no member is cached, however many there are.
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=1,
        )
        self.settings = settings
        self.clock = clock
        self.controls = Controls()
        self.clicks = Clicks(self)
        self.prompter = Prompter(clock)
        self.webhooks: Webhooks | None = None
        self._lease = lease
        self.printer = printer
        self._resources = AsyncExitStack()

    async def login(self, token: str) -> None:
        """Log in, with a connector of our own: it needs the running loop."""
        self.http.connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        await super().login(token)

    async def setup_hook(self) -> None:
        """Open the database, wire the rooms together, load the features, tell Discord the commands."""
        chosen = self.settings.discord
        answer_through(await self._resources.enter_async_context(Callbacks(self.http.user_agent)))
        self.database = await self._resources.enter_async_context(opened(self.settings.database.url))
        self.press = self.printer(self.database)
        if self._lease:
            await self._resources.enter_async_context(self._lease.held(self.database, self.clock))
        presets = Places(
            chosen.hosts,
            chosen.organisers,
            chosen.session_channel,
            chosen.announcements_channel,
            chosen.organiser_channel,
            chosen.host_channel,
        )
        venues = Venues(self.database, chosen.guild, presets)
        notices = Notices(self.database, venues)
        self.painter = Painter(self, self.database, self.clock, notices)
        self.events = Events(self, self.database, self.clock, self.painter, notices)
        self.rooms = Rooms(self, self.database, self.clock, self.painter, notices, venues)
        self.followups = FollowUps(self, self.database, self.clock, self.painter, notices)
        hooks = self.settings.webhooks
        self.services = Services.over(
            self.database, self.painter, self.prompter, self.events, self.rooms, venues, hooks
        )
        if hooks:
            from bot.postman import Postman  # noqa: PLC0415  (httpx takes memory: only where something is sent)

            self.webhooks = Webhooks(self.services.deliveries, hooks, self.clock, Postman().post)
        self.prompter.drive(self.services.show.run_due)
        self.stage = Stage(self.services.venues, self.services.sessions)
        for feature in FEATURES:
            # Not as an extension, whose module is run anew for each bot in a process: nothing is ever reloaded.
            await import_module(f"cogs.{feature}").setup(self)
        await self._sync_commands(chosen.guild)

    async def _sync_commands(self, guild_id: int | None) -> None:
        guild = discord.Object(guild_id) if guild_id else None
        if guild:
            self.tree.copy_global_to(guild=guild)
        await self.tree.sync(guild=guild)

    async def add_cog(self, cog: commands.Cog, /, **options: Any) -> None:
        """Add a feature with its commands, its controls and its boards."""
        await super().add_cog(cog, **options)
        self.controls.adopt(cog)
        self.clicks.adopt(cog)
        self.painter.adopt(cog)

    async def on_ready(self) -> None:
        """Discord is there (again): make the boards true, and do what has become due meanwhile."""
        await self.painter.catch_up()
        self.prompter.poke()
        self.rooms.behind()
        self.followups.behind()
        if self.webhooks:
            self.webhooks.start()
        chosen = self.settings
        if chosen.series and chosen.discord.guild:
            try:
                await self.services.imports.import_if_new(chosen.discord.guild, chosen.series, self.clock.now())
            except Refusal as refusal:
                log.warning("the series of the settings is not imported: %s", refusal)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take clicks and forms; the slash commands go through the tree."""
        if interaction.type in CONTROLS:
            try:
                await self.controls.answer(interaction)
            except Exception as error:  # noqa: BLE001  (the funnel is for whatever comes)
                await replies.fail(interaction, error)

    async def on_message(self, message: discord.Message, /) -> None:
        """Pass: there are no text commands."""

    async def close(self) -> None:
        """Stop painting, say goodbye to Discord, give the lease back, close the database."""
        if hasattr(self, "painter"):
            self.painter.stop()
        self.prompter.stop()
        if self.webhooks:
            self.webhooks.stop()
        if hasattr(self, "events"):
            self.events.stop()
            self.rooms.stop()
            self.followups.stop()
        await super().close()
        self.clock.stop()
        await self._resources.aclose()


def create_bot(
    settings: Settings, *, clock: Clock | None = None, lease: Lease | None = None, printer: Printer = press_beside
) -> Plenary:
    """A bot ready to start. ``clock`` is the machine's unless a rehearsal brings its own.

    Without a ``lease`` nobody else may know the database: a rehearsal's is made for it. ``printer`` says where files
    are made.
    """
    return Plenary(settings, clock or RealClock(), lease, printer)
