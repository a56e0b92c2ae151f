"""What there is on the stand-in Discord: a guild with its roles, channels and people, and the bot in it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.standin import payloads
from tests.standin.gateway import GUILDS, Gateway
from tests.standin.payloads import EVERYTHING, JSON
from tests.standin.routing import Refused
from tests.standin.waiting import Changes

EPOCH = 1420070400000

MANAGE_GUILD, MANAGE_EVENTS, SAY = 1 << 5, 1 << 33, 1 << 10 | 1 << 11 | 1 << 16


@dataclass(frozen=True)
class Person:
    """Somebody in the guild."""

    id: int
    name: str
    roles: tuple[int, ...] = ()


class World:
    """The guild. Everything here is plain data; the rest of the package changes it and tells.

    ``ahead`` is how much later it is here than on this machine, and in the bots that are started from then on.
    """

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.ahead = timedelta(0)
        self._last = 0
        self.token = "the-token-of-a-stand-in"  # noqa: S105  (there is nothing behind it)
        self.url = ""
        self.people: dict[int, Person] = {}
        self.roles: dict[int, JSON] = {}
        self.channels: dict[int, JSON] = {}
        self.threads: dict[int, JSON] = {}
        self.direct: dict[int, JSON] = {}
        self.events: dict[int, JSON] = {}
        self.commands: list[JSON] = []
        self.gateway = Gateway(changes, self._greeting, self.guild)
        self.gateway.token = self.token

        self.guild_id = self.new_id()
        self.roles[self.guild_id] = payloads.role(self.guild_id, "@everyone", SAY, 0)
        self.bots = self.new_role("Plenary", EVERYTHING)
        self.admins = self.new_role("Admins", MANAGE_GUILD)
        self.hosts = self.new_role("Hosts", MANAGE_EVENTS)
        self.organisers = self.new_role("Organisers")
        self.bot = payloads.user(self.new_id(), "Plenary", bot=True)
        self.admin = self.person("Ada Admin", self.admins)
        self.host = self.person("Emma Host", self.hosts)
        self.channel = self.new_channel("webinar")
        self.announcements = self.new_channel("announcements")
        self.office = self.new_channel("organisers")

    @property
    def bot_id(self) -> int:
        """The bot's user, which is its application too."""
        return int(self.bot["id"])

    @property
    def gateway_url(self) -> str:
        """Where the gateway is."""
        return self.url.replace("http", "ws", 1) + "/gateway"

    def now(self) -> datetime:
        """The time, here."""
        return datetime.now(UTC) + self.ahead

    def new_id(self) -> int:
        """A snowflake: later than all before it, and as old as it says."""
        now = (int(self.now().timestamp() * 1000) - EPOCH) << 22
        self._last = max(self._last + 1, now)
        return self._last

    def person(self, name: str, *roles: int) -> Person:
        """Somebody new in the guild."""
        who = Person(self.new_id(), name, roles)
        self.people[who.id] = who
        return who

    def new_role(self, name: str, permissions: int = 0) -> int:
        """A new role's id."""
        role_id = self.new_id()
        self.roles[role_id] = payloads.role(role_id, name, permissions, len(self.roles))
        self.gateway.dispatch(
            "GUILD_ROLE_CREATE", {"guild_id": str(self.guild_id), "role": self.roles[role_id]}, GUILDS
        )
        return role_id

    def new_channel(self, name: str, **other: object) -> int:
        """A new channel's id."""
        channel_id = self.new_id()
        made = payloads.channel(channel_id, self.guild_id, name, len(self.channels), **other)
        self.channels[channel_id] = made
        self.gateway.dispatch("CHANNEL_CREATE", made, GUILDS)
        return channel_id

    def change_channel(self, channel_id: int, **changes: object) -> JSON:
        """Change a channel, for instance its ``permission_overwrites``."""
        channel = self.known_channel(channel_id)
        if metadata := channel.get("thread_metadata"):
            metadata |= {key: changes.pop(key) for key in tuple(changes) if key in metadata}
        channel.update(changes)
        self.gateway.dispatch("THREAD_UPDATE" if metadata else "CHANNEL_UPDATE", channel, GUILDS)
        return channel

    def delete_channel(self, channel_id: int) -> JSON:
        """Delete a channel, as somebody in the guild may at any time."""
        gone = self.known_channel(channel_id)
        del self.channels[channel_id]
        self.gateway.dispatch("CHANNEL_DELETE", gone, GUILDS)
        return gone

    def known_channel(self, channel_id: int) -> JSON:
        """A channel, a thread or a direct conversation; refused as Discord refuses one that is gone."""
        found = self.in_guild(channel_id) or self.direct.get(channel_id)
        if found is None:
            raise Refused(404, 10003, "Unknown Channel")
        return found

    def in_guild(self, channel_id: int) -> JSON | None:
        """A channel or a thread of the guild."""
        return self.channels.get(channel_id) or self.threads.get(channel_id)

    def known_thread(self, channel_id: int) -> JSON:
        """A thread; refused as Discord refuses what is none."""
        self.known_channel(channel_id)
        if channel_id not in self.threads:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        return self.threads[channel_id]

    def permissions(self, who: Person) -> int:
        """What the roles of somebody allow."""
        allowed = 0
        for role_id in (self.guild_id, *who.roles):
            allowed |= int(self.roles[role_id]["permissions"])
        return allowed

    def user(self, who: Person) -> JSON:
        """A person as Discord shows them."""
        return payloads.user(who.id, who.name)

    def member(self, who: Person) -> JSON:
        """A person of the guild, as an interaction names them."""
        return payloads.member(self.user(who), who.roles, self.permissions(who))

    def guild(self) -> JSON:
        """All of it, as GUILD_CREATE shows it."""
        about = {"id": str(self.guild_id), "name": "Q community", "owner_id": str(self.admin.id), "icon": None}
        about |= {"features": ["COMMUNITY"], "preferred_locale": "en-GB", "premium_tier": 0, "unavailable": False}
        mine = payloads.member(self.bot, (self.bots,))
        people = [payloads.member(self.user(who), who.roles) for who in (self.admin, self.host)]
        lists = {"roles": list(self.roles.values()), "channels": list(self.channels.values())}
        lists |= {"members": [mine, *people], "guild_scheduled_events": list(self.events.values())}
        lists["threads"] = [each for each in self.threads.values() if not each["thread_metadata"]["archived"]]
        empty = ("emojis", "stickers", "presences", "voice_states", "stage_instances", "soundboard_sounds")
        # A large guild sends only a few of its members: the bot has to do without the others.
        return about | lists | {name: [] for name in empty} | {"member_count": len(self.people) + 1, "large": True}

    def _greeting(self, session: JSON) -> JSON:
        there = {"guilds": [{"id": str(self.guild_id), "unavailable": True}], "private_channels": []}
        about = {"resume_gateway_url": self.gateway_url, "application": {"id": self.bot["id"], "flags": 0}}
        return session | there | about | {"v": 10, "user": self.bot}


def created(snowflake: int) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH) / 1000, UTC)


def moment(snowflake: int) -> str:
    """The same, as Discord writes times."""
    return created(snowflake).isoformat()
