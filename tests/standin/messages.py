"""Messages: posting, editing, history, pins, files; and the nonce, by which a repeat is the first message again."""

import copy
from collections.abc import Iterable
from typing import Any

from tests.standin import checks, payloads
from tests.standin.gateway import CONTENT, DIRECT_MESSAGES, GUILDS, HIDDEN, MESSAGES
from tests.standin.payloads import JSON
from tests.standin.reading import walk
from tests.standin.routing import Call, Refused, Upload, route
from tests.standin.world import Person, World, created, moment

PINNED, REPLY = 6, 19
"""The types of the message that says that somebody has pinned one, and of a reply."""

SUPPRESS = 1 << 2
"""The flag that hides a message's embeds."""

NONCE_WINDOW = 300.0
"""Seconds. Discord says "the past few minutes"."""


class Messages:
    """Every message, by channel; private answers apart from them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.nonce_window = NONCE_WINDOW
        self.in_channel: dict[int, dict[int, JSON]] = {}
        self.private: dict[int, JSON] = {}
        self.ever_posted: list[JSON] = []
        self.reactions: list[tuple[int, str]] = []
        self.files: dict[str, bytes] = {}
        self._nonces: dict[tuple[int, str], int] = {}

    # ---------------------------------------------------------------- what tests and people do

    def history(self, channel_id: int) -> list[JSON]:
        """The messages that stand in a channel, oldest first."""
        return [message for _, message in sorted(self.in_channel.get(channel_id, {}).items())]

    def write(self, who: Person, channel_id: int, content: str, reply_to: JSON | None = None) -> JSON:
        """A person writes something in a channel."""
        message_id = self._world.new_id()
        author = self._world.user(who)
        made = payloads.message(message_id, channel_id, author, moment(message_id), content=content)
        if reply_to:
            reference = {"channel_id": str(channel_id), "message_id": reply_to["id"], "type": 0}
            made |= {"type": REPLY, "message_reference": reference, "referenced_message": reply_to}
        return self._put(channel_id, made)

    def delete(self, message: JSON) -> None:
        """Somebody deletes a message."""
        self.remove(None, int(message["channel_id"]), int(message["id"]))

    def build(self, channel_id: int, body: JSON, uploads: dict[int, Upload], **other: Any) -> JSON:
        """A message of the bot's from what it sent, not yet put anywhere."""
        message_id = self._world.new_id()
        flags = {"flags": body.get("flags") or 0}
        made = payloads.message(message_id, channel_id, self._world.bot, moment(message_id), **flags, **other)
        return self.changed(made, body, uploads)

    def changed(self, message: JSON, body: JSON, uploads: dict[int, Upload]) -> JSON:
        """The message with what ``body`` says of it; what it does not mention stays."""
        made = copy.deepcopy(message)
        made |= {key: body[key] or type(made[key])() for key in ("content", "embeds") if key in body}
        if body.get("flags") is not None:
            # A message stays private, and made of components, whatever an edit says.
            made["flags"] = made["flags"] & ~SUPPRESS | body["flags"] & (SUPPRESS | checks.V2)
        if uploads or "attachments" in body:
            made["attachments"] = self._attachments(made, body.get("attachments") or [], uploads)
        if "components" in body:
            made["components"] = _numbered(copy.deepcopy(body["components"] or []))
            self._show_files(made)
        return made

    # ---------------------------------------------------------------- what the bot asks

    @route("POST", "/channels/{channel}/messages")
    def post(self, call: Call, channel: int) -> JSON:
        """Post, or answer with the first message where the nonce was used a short while ago."""
        if self._world.known_channel(channel).get("thread_metadata", {}).get("archived"):
            self._world.change_channel(channel, archived=False, locked=False)  # whoever speaks in it brings it back
        checks.message(call.body)
        checks.not_empty(call.body, len(call.uploads))
        nonce = call.body.get("nonce")
        key = (channel, str(nonce))
        if nonce is not None and call.body.get("enforce_nonce") and key in self._nonces:
            first = self._nonces[key]
            age = self._world.now() - created(first)
            if age.total_seconds() < self.nonce_window and first in self.in_channel[channel]:
                return self.in_channel[channel][first] | {"nonce": nonce}
        made = self._put(channel, self.build(channel, call.body, call.uploads))
        self.ever_posted.append(made)
        if nonce is not None:
            self._nonces[key] = int(made["id"])
        return made | ({} if nonce is None else {"nonce": nonce})

    @route("PATCH", "/channels/{channel}/messages/{message}")
    def edit(self, call: Call, channel: int, message: int) -> JSON:
        before = self.own(channel, message)
        if self._world.known_channel(channel).get("thread_metadata", {}).get("archived"):
            raise Refused(400, 50083, "Thread is archived")
        checks.message(call.body, before["flags"])
        return self.replace(before, call.body, call.uploads)

    @route("GET", "/channels/{channel}/messages/{message}")
    def get(self, _call: Call, channel: int, message: int) -> JSON:
        return self._seen(self.known(channel, message))

    @route("DELETE", "/channels/{channel}/messages/{message}")
    def remove(self, _call: Call | None, channel: int, message: int) -> None:
        self.known(channel, message)
        del self.in_channel[channel][message]
        gone = {"id": str(message), "channel_id": str(channel), "guild_id": str(self._world.guild_id)}
        self._world.gateway.dispatch("MESSAGE_DELETE", gone, MESSAGES)

    @route("GET", "/channels/{channel}/messages")
    def page(self, call: Call, channel: int) -> list[JSON]:
        """Newest first; with ``after`` the ones that come next, still newest first."""
        self._world.known_channel(channel)
        limit = int(call.query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise checks.invalid("limit", "Must be 1 to 100.")
        ids = sorted(self.in_channel.get(channel, {}))
        if "before" in call.query:
            ids = [each for each in ids if each < int(call.query["before"])][-limit:]
        elif "after" in call.query:
            ids = [each for each in ids if each > int(call.query["after"])][:limit]
        return [self._seen(self.in_channel[channel][each]) for each in reversed(ids[-limit:])]

    @route("PUT", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me")
    def react(self, _call: Call, channel: int, message: int, emoji: str) -> None:
        self.reactions.append((int(self.known(channel, message)["id"]), emoji))

    @route("PUT", "/channels/{channel}/messages/pins/{message}")
    def pin(self, _call: Call, channel: int, message: int) -> None:
        """Pin, which Discord says in a message of its own."""
        pinned = self.known(channel, message)
        if not pinned["pinned"]:
            self._pins(pinned, pinned=True)
            reference = {"channel_id": str(channel), "message_id": str(message), "guild_id": str(self._world.guild_id)}
            self._put(channel, self.build(channel, {}, {}, type=PINNED, message_reference=reference))

    @route("DELETE", "/channels/{channel}/messages/pins/{message}")
    def unpin(self, _call: Call, channel: int, message: int) -> None:
        self._pins(self.known(channel, message), pinned=False)

    @route("GET", "/channels/{channel}/messages/pins")
    def pins(self, _call: Call, channel: int) -> JSON:
        pinned = [each for each in reversed(self.history(channel)) if each["pinned"]]
        return {"items": [{"pinned_at": each["timestamp"], "message": each} for each in pinned], "has_more": False}

    # ---------------------------------------------------------------- what the two have in common

    def known(self, channel: int, message: int) -> JSON:
        """A message that stands; refused as Discord refuses one that is gone."""
        self._world.known_channel(channel)
        if message not in self.in_channel.get(channel, {}):
            raise Refused(404, 10008, "Unknown Message")
        return self.in_channel[channel][message]

    def own(self, channel: int, message: int) -> JSON:
        """A message of the bot's."""
        found = self.known(channel, message)
        if found["author"]["id"] != self._world.bot["id"]:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        return found

    def replace(self, before: JSON, body: JSON, uploads: dict[int, Upload]) -> JSON:
        """Change a message, public or private, in its place."""
        after = self.changed(before, body, uploads) | {"edited_timestamp": moment(self._world.new_id())}
        message_id, channel = int(before["id"]), int(before["channel_id"])
        if message_id in self.private:
            self.private[message_id] = after
        else:
            self.in_channel[channel][message_id] = after
            self._tell("MESSAGE_UPDATE", after)
        return after

    def show(self, made: JSON) -> JSON:
        """Put an answer where it belongs: in its channel, or before one person only."""
        if made["flags"] & 64:
            self.private[int(made["id"])] = made
            return made
        return self._put(int(made["channel_id"]), made)

    def _put(self, channel: int, made: JSON) -> JSON:
        self.in_channel.setdefault(channel, {})[int(made["id"])] = made
        self._tell("MESSAGE_CREATE", made)
        return made

    def _tell(self, name: str, message: JSON) -> None:
        in_guild = self._world.in_guild(int(message["channel_id"])) is not None
        where = {"guild_id": str(self._world.guild_id)} if in_guild else {}
        self._world.gateway.dispatch(name, message | where, MESSAGES if in_guild else DIRECT_MESSAGES)

    def _seen(self, message: JSON) -> JSON:
        """Without the intent a bot reads its own messages only, over REST too."""
        own = message["author"]["id"] == self._world.bot["id"]
        bare = not own and not self._world.gateway.allowed_intents & CONTENT
        return message | ({key: type(message[key])() for key in HIDDEN} if bare else {})

    def _pins(self, message: JSON, *, pinned: bool) -> None:
        message["pinned"] = pinned
        where = {"guild_id": str(self._world.guild_id), "channel_id": message["channel_id"]}
        self._world.gateway.dispatch("CHANNEL_PINS_UPDATE", where | {"last_pin_timestamp": None}, GUILDS)

    def _attachments(self, message: JSON, named: Iterable[JSON], uploads: dict[int, Upload]) -> list[JSON]:
        """What is attached now: the new files, and those of before that are named again."""
        before = {each["id"]: each for each in message["attachments"]}
        kept = [before[str(each["id"])] for each in named if str(each["id"]) in before]
        described = {int(each["id"]): each for each in named if str(each["id"]) not in before}
        made = []
        for number, upload in sorted(uploads.items()):
            about = described.get(number, {})
            made.append(self.keep_file(about.get("filename") or upload.name, upload.data, about.get("description")))
        return kept + made

    def keep_file(self, name: str, data: bytes, description: str | None = None) -> JSON:
        """An attachment that can be fetched at its address."""
        file_id = str(self._world.new_id())
        path = f"/files/{file_id}/{name}"
        self.files[path] = data
        where = {"url": self._world.url + path, "proxy_url": self._world.url + path}
        return {"id": file_id, "filename": name, "size": len(data), "description": description} | where

    def _show_files(self, message: JSON) -> None:
        """Components name a file `attachment://name`; the message that is shown has its address."""
        by_name = {f"attachment://{each['filename']}": each for each in message["attachments"]}
        for each in walk(message["components"]):
            for media in (each.get("media"), each.get("file"), *(item["media"] for item in each.get("items", []))):
                if media and media["url"].startswith("attachment://"):
                    if media["url"] not in by_name:
                        raise checks.invalid("components", f"{media['url']} is not attached")
                    found = by_name[media["url"]]
                    media |= {"url": found["url"], "proxy_url": found["url"], "attachment_id": found["id"]}


def _numbered(components: list[JSON]) -> list[JSON]:
    """Give an id to every component that has none, as Discord does."""
    every = list(walk(components))
    taken = {each["id"] for each in every if each.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)
    for each in every:
        if not each.get("id"):
            each["id"] = next(free)
    return components
