"""What a guild allows: who is a host, and what the bot may do in a channel."""

from collections.abc import Iterable
from typing import Any

import discord

from bot.reports.wording import listed
from bot.services.refusal import Refusal
from bot.services.sessions import Sessions
from bot.services.venues import Venues
from bot.storage.places import Places
from bot.storage.sessions import Session

Interaction = discord.Interaction[Any]

NEEDS = ("view_channel", "send_messages", "attach_files", "read_message_history")
"""What the bot needs in a channel it posts in."""


def missing(permissions: discord.Permissions, needs: Iterable[str] = NEEDS) -> list[str]:
    """The names, as Discord's settings show them, of the rights that are not there."""
    return [need.replace("_", " ").title() for need in needs if not getattr(permissions, need)]


def postable(guild: discord.Guild, channel_id: int | None) -> None:
    """Refuse a channel that the bot cannot post in; the sentence says what is missing."""
    found = guild.get_channel_or_thread(channel_id) if channel_id else None
    if found is None:
        raise Refusal("That channel is gone, or I cannot see it. An admin can choose another with /setup.")
    if lacking := missing(found.permissions_for(guild.me)):
        raise Refusal(f"I cannot post in {found.mention}: I lack {listed(lacking)} there.")


class Stage:
    """The guild as the bot finds it."""

    def __init__(self, venues: Venues, sessions: Sessions) -> None:
        self._venues = venues
        self._sessions = sessions

    async def require_host(self, interaction: Interaction) -> None:
        """Refuse anybody who is neither a host nor may manage the server."""
        hosts = (await self._venues.of(here(interaction).id)).hosts
        _require(interaction, {hosts}, "Only hosts can do that.", hosts)

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

    async def ending(self, interaction: Interaction) -> Session:
        """As ``live``, and also where the session's channel is gone: a session that nobody can end blocks the next."""
        guild = here(interaction)
        session = await self._sessions.live(guild.id)
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
    """A line for each chosen channel where the bot lacks something."""
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
    """A line for each choice that works, but hardly as it is meant."""
    lines: list[str] = []
    hosts = guild.get_role(places.hosts) if places.hosts else None
    if hosts and not (hosts.permissions.manage_events or hosts.permissions.administrator):
        lines.append(
            f"Discord hides the hosts’ commands from {hosts.mention}: give it the right Manage Events, or allow it the "
            "commands under Server Settings > Integrations."
        )
    office = guild.get_channel(places.organiser_channel) if places.organiser_channel else None
    if office and office.permissions_for(guild.default_role).view_channel:
        lines.append(
            f"Everybody can read {office.mention}: make it private, because the reports in it hold what people wrote."
        )
    return lines
