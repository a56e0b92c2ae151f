"""What a guild allows: who is a host, and what the bot may do in a channel."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import discord

from bot.reports.wording import listed
from bot.services.plans import Plan
from bot.services.refusal import Refusal
from bot.services.sessions import Sessions
from bot.services.venues import Venues
from bot.storage.places import Places
from bot.storage.sessions import Session

Interaction = discord.Interaction[Any]

NEEDS = ("view_channel", "send_messages", "attach_files", "read_message_history")
"""What the bot needs in a channel it posts in."""

IN_A_THREAD = tuple("send_messages_in_threads" if need == "send_messages" else need for need in NEEDS)
"""The same in a thread."""

PINS, EVENTS = ("pin_messages",), ("create_events",)
THREADS = ("create_private_threads", "send_messages_in_threads")
"""What a session runs without: pinning in its channel, Discord events in the server, threads for rehearsals where hosts
are and for breakouts in its channel."""

TALK = ("create_public_threads", "send_messages_in_threads")
"""The same: the thread on a published report, in the session's channel."""

REACTIONS = ("add_reactions",)
"""The same: showing that a reply to the review was taken as an answer."""

MOVING = ("view_channel", "connect", "move_members")
CHANNELS = ("manage_channels",)
"""What breakouts in voice channels need as well: where the session is, and where the rooms are made."""

Vocal = discord.VoiceChannel | discord.StageChannel

WEEK = 7 * 24 * 60
"""For how many minutes nothing may happen in a thread until Discord puts it away: as many as it allows."""


def missing(permissions: discord.Permissions, needs: Iterable[str] = NEEDS) -> list[str]:
    """The names, as Discord's settings show them, of the rights that are not there."""
    return [need.replace("_", " ").title().replace(" In ", " in ") for need in needs if not getattr(permissions, need)]


def file_room(guild: discord.Guild | None) -> int:
    """How many bytes of files Discord takes on one message there."""
    return guild.filesize_limit if guild else discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES


def postable(guild: discord.Guild, channel_id: int | None) -> None:
    """Refuse a channel that the bot cannot post in; the sentence says what is missing."""
    found = guild.get_channel_or_thread(channel_id) if channel_id else None
    if found is None:
        raise Refusal("That channel is gone, or I cannot see it. An admin can choose another with /setup.")
    needs = IN_A_THREAD if isinstance(found, discord.Thread) else NEEDS
    if lacking := missing(found.permissions_for(guild.me), needs):
        raise Refusal(f"I cannot post in {found.mention}: I lack {listed(lacking)} there.")


async def private_thread(
    guild: discord.Guild, channel_id: int | None, name: str, host: discord.Member
) -> discord.Thread:
    """Make a thread in a channel that only the host and those whom they bring in can see; the bot may post in it."""
    channel = guild.get_channel(channel_id or 0)
    if not isinstance(channel, discord.TextChannel):
        raise Refusal("There is no channel for hosts, or I cannot see it. An admin can choose one with /setup.")
    if not channel.permissions_for(host).view_channel:
        raise Refusal(f"You cannot see {channel.mention}, so I cannot bring you into a thread there.")
    if lacking := missing(channel.permissions_for(guild.me), dict.fromkeys((*THREADS, *IN_A_THREAD))):
        raise Refusal(f"I cannot make a thread in {channel.mention}: I lack {listed(lacking)} there.")
    try:
        kind = discord.ChannelType.private_thread
        thread = await channel.create_thread(name=name, type=kind, auto_archive_duration=WEEK)
        await thread.add_user(host)
    except discord.HTTPException as refused:
        raise Refusal(f"Discord would not let me make a thread in {channel.mention}: {refused.text}") from refused
    return thread


def voice_of(guild: discord.Guild, session: Session) -> Vocal | None:
    """The voice or stage channel in which a session is held: its link to join leads there, or its place is that."""
    plan = Plan.of(session)
    named = re.search(rf"/channels/{guild.id}/(\d+)|<#(\d+)>", f"{plan.join_url} {plan.place}")
    ids = [session.channel_id, *(named.groups() if named else ())]
    found = (guild.get_channel(int(each)) for each in ids if each)
    return next((each for each in found if isinstance(each, Vocal)), None)


def why_no_rooms(guild: discord.Guild, session: Session, kind: Literal["threads", "voice"]) -> str:
    """Why groups cannot meet in rooms of their own: a sentence, empty where they can."""
    if kind == "threads":
        channel = guild.get_channel(session.channel_id or 0)
        if not isinstance(channel, discord.TextChannel):
            return f"Private threads need a text channel, which <#{session.channel_id}> is not."
        lacking = missing(channel.permissions_for(guild.me), THREADS)
        return f"I lack {listed(lacking)} in {channel.mention}." if lacking else ""
    main = voice_of(guild, session)
    if main is None:
        return "The session is in no voice channel here: its link to join leads elsewhere."
    if lacking := missing(main.permissions_for(guild.me), MOVING):
        return f"I lack {listed(lacking)} in {main.mention}."
    around = main.category.permissions_for(guild.me) if main.category else guild.me.guild_permissions
    lacking = missing(around, CHANNELS)
    return f"I lack {listed(lacking)} around {main.mention}." if lacking else ""


class Stage:
    """The guild as the bot finds it."""

    def __init__(self, venues: Venues, sessions: Sessions) -> None:
        self._venues = venues
        self._sessions = sessions

    async def require_host(self, interaction: Interaction) -> None:
        """Refuse anybody who is neither a host nor may manage the server."""
        hosts = (await self._venues.of(here(interaction).id)).hosts
        _require(interaction, {hosts}, "Only hosts can do that.", hosts)

    async def is_host(self, interaction: Interaction) -> bool:
        """Whether somebody is a host, where others may do it too."""
        try:
            await self.require_host(interaction)
        except Refusal:
            return False
        return True

    async def require_team(self, interaction: Interaction) -> None:
        """Refuse anybody who is neither a host nor an organiser."""
        places = await self._venues.of(here(interaction).id)
        team = {places.hosts, places.organisers}
        _require(interaction, team, "Only hosts and organisers can do that.", places.hosts)

    async def live(self, interaction: Interaction) -> Session:
        """The running session, asked for in its channel, a thread of it, or the organisers' channel."""
        session = await self.ending(interaction)
        if _gone(here(interaction), session):
            raise Refusal("The session’s channel is gone. Finish the session with /session finish.")
        return session

    async def held(self, interaction: Interaction, number: int | None) -> Session:
        """The session of that number; unless one is given, the one that is live, or else the one that finished last."""
        guild = here(interaction).id
        if number is None:
            return await self._sessions.latest(guild, interaction.channel_id)
        session = (await self._sessions.agenda(guild)).numbered(number)
        if session.state not in {"live", "finished"}:
            raise Refusal(f"Session {number} has not been held.")
        return session

    async def ending(self, interaction: Interaction) -> Session:
        """As ``live``, and also where the session's channel is gone: a session that nobody can end blocks the next."""
        guild = here(interaction)
        session = await self._sessions.live(guild.id, interaction.channel_id)
        if _gone(guild, session):
            return session
        organisers = (await self._venues.of(guild.id)).organiser_channel
        asked_in = {interaction.channel_id, getattr(interaction.channel, "parent_id", None)}
        if not asked_in & {session.channel, organisers}:
            raise Refusal(f"The session is running in <#{session.channel}>. Use this command there.")
        postable(guild, session.channel)
        return session


def _gone(guild: discord.Guild, session: Session) -> bool:
    return guild.get_channel_or_thread(session.channel) is None


def _require(interaction: Interaction, roles: set[int | None], sentence: str, ask_for: int | None) -> None:
    user = interaction.user
    has = {role.id for role in user.roles} if isinstance(user, discord.Member) else set[int]()
    if not (interaction.permissions.manage_guild or has & roles):
        role = f"Ask an admin for the role <@&{ask_for}>." if ask_for else "An admin can name the hosts with /setup."
        raise Refusal(f"{sentence} {role}")


def here(interaction: Interaction) -> discord.Guild:
    """The guild of an interaction; every command is guild-only, so a direct message is a stale one."""
    if interaction.guild is None:
        raise Refusal("This works in a server, not in a direct message.")
    return interaction.guild


def missing_rights(guild: discord.Guild, places: Places) -> list[str]:
    """A line for each chosen channel where the bot lacks something that it cannot work without."""
    lines: list[str] = []
    chosen = (
        places.session_channel,
        places.announcements_channel,
        places.organiser_channel,
        places.host_channel,
    )
    for channel_id in dict.fromkeys(each for each in chosen if each):
        channel = guild.get_channel(channel_id)
        if channel is None:
            lines.append(f"<#{channel_id}>: I cannot see it.")
        elif lacking := missing(channel.permissions_for(guild.me)):
            lines.append(f"{channel.mention}: I lack {listed(lacking)}.")
    return lines


def doubts(guild: discord.Guild, places: Places) -> list[str]:
    """A line for each choice that works, but hardly as it is meant, and for each right that would be nice to have."""
    lines: list[str] = []
    hosts = guild.get_role(places.hosts) if places.hosts else None
    if hosts and not (hosts.permissions.manage_events or hosts.permissions.administrator):
        lines.append(
            f"Discord hides the hosts’ commands from {hosts.mention}: give it the right Manage Events, or allow it the "
            "commands under Server Settings > Integrations."
        )
    for channel_id, why in (
        (places.organiser_channel, "the reports in it hold what people wrote"),
        (places.host_channel, "what is in it is for hosts only"),
    ):
        team = guild.get_channel(channel_id) if channel_id else None
        if team and team.permissions_for(guild.default_role).view_channel:
            lines.append(f"Everybody can read {team.mention}: make it private, because {why}.")
    return [*lines, *_wishes(guild, places)]


def _wishes(guild: discord.Guild, places: Places) -> Iterator[str]:
    """The rights that a session runs without."""
    stage = guild.get_channel(places.session_channel or 0)
    if stage and (lacking := missing(stage.permissions_for(guild.me), PINS)):
        yield f"I cannot pin what is live in {stage.mention}, because I lack {listed(lacking)} there."
    if isinstance(stage, discord.TextChannel) and (lacking := missing(stage.permissions_for(guild.me), THREADS)):
        yield f"Breakouts cannot meet in threads of {stage.mention}, because I lack {listed(lacking)} there."
    if isinstance(stage, discord.TextChannel) and (lacking := missing(stage.permissions_for(guild.me), TALK)):
        yield f"I cannot open threads on published reports in {stage.mention}, because I lack {listed(lacking)} there."
    if stage and (lacking := missing(stage.permissions_for(guild.me), REACTIONS)):
        yield f"I cannot mark replies to the review as taken in {stage.mention}, because I lack {listed(lacking)}."
    if places.announcements_channel and (lacking := missing(guild.me.guild_permissions, EVENTS)):
        yield f"I cannot make the sessions Discord events, because I lack {listed(lacking)} in this server."
    backstage = guild.get_channel(places.for_hosts or 0)
    if backstage and (lacking := missing(backstage.permissions_for(guild.me), THREADS)):
        yield f"Hosts cannot rehearse in {backstage.mention}, because I lack {listed(lacking)} there."


def checkup(guild: discord.Guild, places: Places) -> list[str]:
    """What is missing and what is doubtful, under a heading each; nothing where all is well."""
    lacking, doubtful = missing_rights(guild, places), doubts(guild, places)
    lines = ["Please give me the rights I lack:", *(f"- {line}" for line in lacking)] if lacking else []
    return [*lines, *(["Please check:", *(f"- {line}" for line in doubtful)] if doubtful else [])]
