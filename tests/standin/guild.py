"""The rest of REST: logging in, commands, channels, people, direct messages, scheduled events."""

from typing import Any

from tests.standin import checks, payloads
from tests.standin.gateway import EVENTS
from tests.standin.payloads import JSON
from tests.standin.routing import Call, Refused, route
from tests.standin.world import Person, World

EVENT_LIMIT = 100
EVENT_FIELDS = ("name", "description", "privacy_level", "entity_type", "entity_metadata", "channel_id", "status")
EVENT_TIMES = ("scheduled_start_time", "scheduled_end_time")


class Guild:
    """The routes about the bot and the guild."""

    def __init__(self, world: World) -> None:
        self._world = world

    # ---------------------------------------------------------------- logging in

    @route("GET", "/users/@me")
    def me(self, _call: Call) -> JSON:
        return self._world.bot

    @route("GET", "/oauth2/applications/@me")
    def application(self, _call: Call) -> JSON:
        return payloads.application(self._world.bot, self._world.user(self._world.admin))

    @route("GET", "/gateway/bot")
    def gateway(self, _call: Call) -> JSON:
        starts = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        return {
            "url": self._world.url.replace("http", "ws", 1) + "/gateway",
            "shards": 1,
            "session_start_limit": starts,
        }

    @route("PUT", "/applications/{application}/commands")
    def commands(self, call: Call, application: int) -> list[JSON]:
        return self._sync(call, application, None)

    @route("PUT", "/applications/{application}/guilds/{guild}/commands")
    def guild_commands(self, call: Call, application: int, guild: int) -> list[JSON]:
        return self._sync(call, application, guild)

    def _sync(self, call: Call, application: int, guild: int | None) -> list[JSON]:
        """Take over a scope's commands; a name that was there keeps its id."""
        scope = {"guild_id": str(guild)} if guild else {}
        others = [each for each in self._world.commands if bool(each.get("guild_id")) != bool(guild)]
        before = {each["name"]: each["id"] for each in self._world.commands if each not in others}
        made = []
        for each in call.body:
            ids = {"id": before.get(each["name"]) or str(self._world.new_id()), "application_id": str(application)}
            made.append({"type": 1, "description": ""} | each | ids | scope | {"version": "1"})
        self._world.commands = others + made
        self._world.changes.tell()
        return made

    # ---------------------------------------------------------------- channels and people

    @route("GET", "/channels/{channel}")
    def channel(self, _call: Call, channel: int) -> JSON:
        return self._world.known_channel(channel)

    @route("PATCH", "/channels/{channel}")
    def change_channel(self, call: Call, channel: int) -> JSON:
        return self._world.change_channel(channel, **call.body)

    @route("DELETE", "/channels/{channel}")
    def delete_channel(self, _call: Call, channel: int) -> JSON:
        return self._world.delete_channel(channel)

    @route("POST", "/guilds/{guild}/channels")
    def new_channel(self, call: Call, guild: int) -> JSON:
        self._own(guild)
        if not 1 <= len(call.body.get("name") or "") <= 100:
            raise checks.invalid("name", "Must be between 1 and 100 in length.")
        return self._world.channels[self._world.new_channel(**call.body)]

    @route("GET", "/guilds/{guild}/members/{person}")
    def get_member(self, _call: Call, guild: int, person: int) -> JSON:
        self._own(guild)
        who = self._person(person, 10007, "Unknown Member")
        return payloads.member(self._world.user(who), who.roles)

    @route("GET", "/users/{person}")
    def get_user(self, _call: Call, person: int) -> JSON:
        return self._world.user(self._person(person, 10013, "Unknown User"))

    @route("POST", "/users/@me/channels")
    def direct(self, call: Call) -> JSON:
        """The conversation with a person, the same one each time."""
        who = self._person(int(call.body["recipient_id"]), 10013, "Unknown User")
        for channel in self._world.direct.values():
            if channel["recipients"][0]["id"] == str(who.id):
                return channel
        channel_id = self._world.new_id()
        shown = {"id": str(channel_id), "type": 1, "last_message_id": None, "recipients": [self._world.user(who)]}
        self._world.direct[channel_id] = shown
        return shown

    def _own(self, guild: int) -> None:
        if guild != self._world.guild_id:
            raise Refused(404, 10004, "Unknown Guild")

    def _person(self, person: int, code: int, sentence: str) -> Person:
        if person not in self._world.people:
            raise Refused(404, code, sentence)
        return self._world.people[person]

    # ---------------------------------------------------------------- scheduled events

    @route("GET", "/guilds/{guild}/scheduled-events")
    def events(self, _call: Call, guild: int) -> list[JSON]:
        self._own(guild)
        return list(self._world.events.values())

    @route("GET", "/guilds/{guild}/scheduled-events/{event}")
    def event(self, _call: Call, guild: int, event: int) -> JSON:
        self._own(guild)
        if event not in self._world.events:
            raise Refused(404, 10070, "Unknown Guild Scheduled Event")
        return self._world.events[event]

    @route("POST", "/guilds/{guild}/scheduled-events")
    def new_event(self, call: Call, guild: int) -> JSON:
        self._own(guild)
        if sum(each["status"] in (1, 2) for each in self._world.events.values()) >= EVENT_LIMIT:
            raise Refused(400, 30038, "Maximum number of guild scheduled events reached (100)")
        made = self._event(call.body, None)
        made |= {"id": str(self._world.new_id()), "guild_id": str(guild), "creator_id": self._world.bot["id"]}
        self._world.events[int(made["id"])] = made
        self._world.gateway.dispatch("GUILD_SCHEDULED_EVENT_CREATE", made, EVENTS)
        return made

    @route("PATCH", "/guilds/{guild}/scheduled-events/{event}")
    def change_event(self, call: Call, guild: int, event: int) -> JSON:
        made = self._event(call.body, self.event(call, guild, event))
        self._world.events[event] = made
        self._world.gateway.dispatch("GUILD_SCHEDULED_EVENT_UPDATE", made, EVENTS)
        return made

    @route("DELETE", "/guilds/{guild}/scheduled-events/{event}")
    def delete_event(self, call: Call, guild: int, event: int) -> None:
        self._world.gateway.dispatch("GUILD_SCHEDULED_EVENT_DELETE", self.event(call, guild, event), EVENTS)
        del self._world.events[event]

    @route("GET", "/guilds/{guild}/scheduled-events/{event}/users")
    def subscribers(self, call: Call, guild: int, event: int) -> list[Any]:
        self.event(call, guild, event)
        return []

    def _event(self, body: JSON, before: JSON | None) -> JSON:
        """The event as ``body`` makes it of what was there."""
        nothing: JSON = dict.fromkeys((*EVENT_FIELDS, *EVENT_TIMES, "image", "entity_id")) | {"status": 1}
        made = (before or nothing) | {key: body[key] for key in (*EVENT_FIELDS, *EVENT_TIMES) if key in body}
        checks.event(made, before, self._world.now())
        return made
