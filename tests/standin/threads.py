"""Private threads of a text channel, and public ones that people make: made, filled, put away, listed while active."""

from tests.standin import checks, payloads
from tests.standin.gateway import GUILDS
from tests.standin.payloads import JSON
from tests.standin.routing import Call, Refused, route
from tests.standin.world import Person, World, moment

TEXT_CHANNEL, PUBLIC, PRIVATE = 0, 11, 12

METADATA = ("archived", "locked", "auto_archive_duration", "invitable")


class Threads:
    """The routes about threads, and who is in each."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.members: dict[int, set[int]] = {}

    def begin(self, who: Person, channel: int, name: str) -> int:
        """A person begins a public thread; its id."""
        return int(self._made(channel, name, PUBLIC, who.id, {})["id"])

    def named(self, containing: str = "", *, archived: bool | None = None) -> list[JSON]:
        """The threads with that in their names, the oldest first, put away or not."""
        every = sorted(self._world.threads.values(), key=lambda each: int(each["id"]))
        away = {True, False} if archived is None else {archived}
        return [each for each in every if containing in each["name"] and each["thread_metadata"]["archived"] in away]

    @route("POST", "/channels/{channel}/threads")
    def new(self, call: Call, channel: int) -> JSON:
        body = call.body
        if self._world.known_channel(channel)["type"] != TEXT_CHANNEL:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if not 1 <= len(body.get("name") or "") <= 100:
            raise checks.invalid("name", "Must be between 1 and 100 in length.")
        if body.get("type") not in (PUBLIC, PRIVATE):
            raise checks.invalid("type", "Value must be one of {10, 11, 12}.")
        return self._made(channel, body["name"], body["type"], self._world.bot_id, body)

    @route("POST", "/channels/{channel}/messages/{message}/threads")
    def of_message(self, call: Call, channel: int, message: int) -> JSON:
        self._world.known_channel(channel)
        if message in self._world.threads:
            raise Refused(400, 160004, "A thread has already been created for this message")
        return self._made(channel, call.body["name"], PUBLIC, self._world.bot_id, call.body, message)

    @route("PUT", "/channels/{thread}/thread-members/{person}")
    def bring(self, _call: Call, thread: int, person: int) -> None:
        found = self._world.known_thread(thread)
        if found["thread_metadata"]["archived"]:
            raise Refused(400, 50083, "Thread is archived")
        if person not in self._world.people:
            raise Refused(404, 10013, "Unknown User")
        self.members[thread].add(person)

    @route("GET", "/guilds/{guild}/threads/active")
    def active(self, _call: Call, guild: int) -> JSON:
        if guild != self._world.guild_id:
            raise Refused(404, 10004, "Unknown Guild")
        found = self.named(archived=False)
        joined = [each["id"] for each in found if self._world.bot_id in self.members[int(each["id"])]]
        member = {"user_id": self._world.bot["id"], "join_timestamp": payloads.JOINED, "flags": 0}
        return {"threads": found, "members": [member | {"id": each} for each in joined]}

    def _made(self, channel: int, name: str, kind: int, owner: int, wanted: JSON, message: int | None = None) -> JSON:
        """A new thread; that of a message has the message's id."""
        thread_id = message or self._world.new_id()
        shown: JSON = {"id": str(thread_id), "guild_id": str(self._world.guild_id), "parent_id": str(channel)}
        shown |= {"type": kind, "name": name, "owner_id": str(owner), "message_count": 0, "member_count": 1, "flags": 0}
        metadata: JSON = {"archived": False, "locked": False, "auto_archive_duration": 1440, "invitable": True}
        metadata |= {key: wanted[key] for key in METADATA if key in wanted}
        metadata |= {"archive_timestamp": moment(thread_id), "create_timestamp": moment(thread_id)}
        shown |= {"rate_limit_per_user": 0, "last_message_id": None, "thread_metadata": metadata}
        self._world.threads[thread_id] = shown
        self.members[thread_id] = {owner}
        self._world.gateway.dispatch("THREAD_CREATE", shown | {"newly_created": True}, GUILDS)
        return shown
