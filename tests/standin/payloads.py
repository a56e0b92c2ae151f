"""The JSON that Discord's objects are made of: what discord.py needs, and what it would be astonished to miss."""

from typing import Any

JSON = dict[str, Any]

JOINED = "2022-01-10T12:00:00+00:00"

ADMINISTRATOR = 1 << 3
EVERYTHING = ((1 << 53) - 1) & ~ADMINISTRATOR
"""The rights of the bot: all that can be given one by one, so that a channel can still take some away."""


def user(user_id: int, name: str, *, bot: bool = False) -> JSON:
    """A person, or the bot."""
    named = {"id": str(user_id), "username": name.lower().replace(" ", "."), "global_name": None if bot else name}
    return named | {"discriminator": "0", "avatar": None, "public_flags": 0} | ({"bot": True} if bot else {})


def member(who: JSON, roles: tuple[int, ...], permissions: int | None = None) -> JSON:
    """A person in the guild; with permissions where an interaction says who it is from."""
    shown: JSON = {"user": who, "nick": None, "avatar": None, "roles": [str(role) for role in roles], "flags": 0}
    shown |= {"joined_at": JOINED, "deaf": False, "mute": False, "pending": False, "premium_since": None}
    return shown if permissions is None else shown | {"permissions": str(permissions)}


def role(role_id: int, name: str, permissions: int, position: int) -> JSON:
    """A role."""
    colours = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    shown: JSON = {"id": str(role_id), "name": name, "permissions": str(permissions), "position": position}
    return shown | {"color": 0, "colors": colours, "hoist": False, "managed": False, "mentionable": False, "flags": 0}


def channel(channel_id: int, guild_id: int, name: str, position: int, **other: Any) -> JSON:
    """A text channel, unless ``other`` says another type."""
    shown: JSON = {"id": str(channel_id), "guild_id": str(guild_id), "type": 0, "name": name, "position": position}
    shown |= {"topic": None, "nsfw": False, "parent_id": None, "rate_limit_per_user": 0, "last_message_id": None}
    return shown | {"permission_overwrites": [], "flags": 0} | other


def application(bot: JSON, owner: JSON) -> JSON:
    """The bot's application."""
    shown: JSON = {"id": bot["id"], "name": bot["username"], "description": "", "icon": None, "bot": bot}
    shown |= {"bot_public": False, "bot_require_code_grant": False, "owner": owner, "team": None}
    return shown | {"verify_key": "00" * 32, "flags": 0, "tags": [], "install_params": None}


def message(message_id: int, channel_id: int, author: JSON, when: str, **other: Any) -> JSON:
    """A message with nothing in it but what ``other`` puts there."""
    shown: JSON = {"id": str(message_id), "channel_id": str(channel_id), "author": author, "type": 0, "content": ""}
    shown |= {"timestamp": when, "edited_timestamp": None, "tts": False, "mention_everyone": False, "pinned": False}
    shown |= {"mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "components": [], "flags": 0}
    return shown | other
