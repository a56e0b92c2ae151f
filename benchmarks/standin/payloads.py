"""What Discord's objects look like, with every field that a client has to read over."""

import time
from itertools import count
from typing import Any

JSON = dict[str, Any]

APPLICATION = 900000000000000001
"""The bot's user has the same id."""

GUILD = 910000000000000000
HOSTS, ORGANISERS = GUILD + 1, GUILD + 2
CHANNEL, ANNOUNCEMENTS, OFFICE = 920000000000000000, 920000000000000001, 920000000000000002
OWNER = 930000000000000000

EVERYTHING = "2251799813685247"
EPOCH = 1420070400000
JOINED = "2024-03-01T12:00:00.000000+00:00"
POSTED = "2026-11-22T08:00:00.000000+00:00"

_serial = count()


def snowflake() -> int:
    """An id as old as it says, unlike every other."""
    return (int(time.time() * 1000 - EPOCH) << 22) | (next(_serial) & 0x3FFFFF)


def user(user_id: object, name: str, *, bot: bool = False) -> JSON:
    """A user."""
    return {
        "id": str(user_id),
        "username": name,
        "avatar": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "discriminator": "0000" if bot else "0",
        "public_flags": 0,
        "flags": 0,
        "banner": None,
        "accent_color": None,
        "global_name": None if bot else name.title(),
        "avatar_decoration_data": None,
        "collectibles": None,
        "display_name_styles": None,
        "banner_color": None,
        "clan": None,
        "primary_guild": None,
    } | ({"bot": True} if bot else {})


BOT = user(APPLICATION, "plenary", bot=True)
ME = BOT | {"verified": True, "email": None, "mfa_enabled": False, "locale": "en-US", "bio": ""}

ABOUT = {
    "id": str(APPLICATION),
    "name": "plenary",
    "description": "",
    "icon": None,
    "bot_public": True,
    "bot_require_code_grant": False,
    "owner": user(OWNER, "owner"),
    "team": None,
    "verify_key": "00" * 32,
    "flags": 565248,
    "bot": BOT,
    "hook": True,
}


def member(who: JSON) -> JSON:
    """A user as a member of the guild."""
    return {
        "user": who,
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [str(HOSTS)],
        "joined_at": JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "unusual_dm_activity_until": None,
        "communication_disabled_until": None,
    }


def _role(number: int) -> JSON:
    return {
        "id": str(GUILD + number),
        "name": f"role-{number}" if number else "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": number,
        "permissions": EVERYTHING,
        "managed": False,
        "mentionable": False,
        "flags": 0,
        "icon": None,
        "unicode_emoji": None,
    }


def channel(number: int) -> JSON:
    """A text channel."""
    return {
        "id": str(CHANNEL + number),
        "type": 0,
        "name": f"channel-{number}",
        "position": number,
        "topic": None,
        "nsfw": False,
        "last_message_id": None,
        "parent_id": None,
        "icon_emoji": None,
        "theme_color": None,
        "permission_overwrites": [],
        "rate_limit_per_user": 0,
        "guild_id": str(GUILD),
        "flags": 0,
    }


CHANNELS = [channel(number) for number in range(20)]


def guild(members: int) -> JSON:
    """The guild, as GUILD_CREATE tells a bot that does not ask for its members."""
    nothing = "icon splash discovery_splash afk_channel_id application_id rules_channel_id vanity_url_code description"
    empty = "emojis stickers voice_states threads presences stage_instances guild_scheduled_events soundboard_sounds"
    return {
        **dict.fromkeys((*nothing.split(), "banner", "public_updates_channel_id", "safety_alerts_channel_id")),
        **{name: [] for name in empty.split()},
        "id": str(GUILD),
        "name": "Webinar",
        "owner_id": str(OWNER),
        "region": "us",
        "afk_timeout": 300,
        "widget_enabled": False,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "features": ["COMMUNITY"],
        "mfa_level": 0,
        "system_channel_id": str(CHANNEL),
        "system_channel_flags": 0,
        "max_members": 500000,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "roles": [_role(number) for number in range(10)],
        "joined_at": JOINED,
        "large": members > 250,  # noqa: PLR2004  (Discord's number)
        "unavailable": False,
        "member_count": members + 2,
        "members": [member(BOT), member(user(OWNER, "owner"))],
        "channels": CHANNELS,
    }


def message(message_id: int, channel_id: object, content: JSON) -> JSON:
    """A message of the bot's, its components numbered where they have no id."""
    shown: JSON = {
        "id": str(message_id),
        "type": 0,
        "channel_id": str(channel_id),
        "author": BOT,
        "content": content.get("content") or "",
        "timestamp": POSTED,
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": content.get("embeds") or [],
        "components": content.get("components") or [],
        "pinned": False,
        "flags": content.get("flags") or 0,
        "application_id": str(APPLICATION),
    }
    for number, component in enumerate(components(shown), 1):
        component.setdefault("id", number)
    return shown


def components(shown: JSON) -> list[JSON]:
    """All components of a message or a container, outer ones first."""
    found: list[JSON] = []
    for each in [*shown.get("components", ()), *filter(None, [shown.get("accessory")])]:
        found += [each, *components(each)]
    return found


def chat(who: int, words: str) -> JSON:
    """The data of a MESSAGE_CREATE: somebody writes in the session's channel."""
    author = user(who, f"person_{who}")
    writer = {name: value for name, value in member(author).items() if name != "user"} | {"roles": []}
    said = message(snowflake(), CHANNEL, {"content": words})
    del said["application_id"]
    return said | {"author": author, "member": writer, "guild_id": str(GUILD)}


def click(shown: JSON, data: JSON, **ids: str) -> JSON:
    """The data of an INTERACTION_CREATE: somebody used a control of a message. ``ids``: id, token and who."""
    return _interaction(3, shown["channel_id"], data, **ids) | {"message": shown}


def command(name: str, options: JSON, **ids: str) -> JSON:
    """The same: somebody used a command, with texts for its options."""
    given = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    data = {"id": str(snowflake()), "name": name, "type": 1, "options": given, "guild_id": str(GUILD)}
    return _interaction(2, str(CHANNEL), data, **ids)


def _interaction(kind: int, channel_id: str, data: JSON, **ids: str) -> JSON:
    return {
        "id": ids["id"],
        "application_id": str(APPLICATION),
        "type": kind,
        "token": ids["token"],
        "version": 1,
        "guild_id": str(GUILD),
        "channel_id": channel_id,
        "locale": "en-US",
        "guild_locale": "en-US",
        "app_permissions": EVERYTHING,
        "context": 0,
        "attachment_size_limit": 10485760,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": str(GUILD)},
        "guild": {"id": str(GUILD), "locale": "en-US", "features": ["COMMUNITY"]},
        "channel": CHANNELS[0] | {"id": channel_id, "permissions": EVERYTHING},
        "member": member(user(ids["who"], "voter_name")) | {"permissions": EVERYTHING},
        "data": data,
    }
