"""Interactions: what the bot may answer, once, within three seconds, and what it answered."""

import time
from dataclasses import dataclass, field
from secrets import token_hex

from tests.standin import checks
from tests.standin.messages import Messages
from tests.standin.payloads import EVERYTHING, JSON
from tests.standin.reading import text_of
from tests.standin.routing import Call, Refused, route
from tests.standin.world import Person, World

COMMAND, COMPONENT, SUGGESTION, FORM = 2, 3, 4, 5

SAY, THINK, WAIT, CHANGE, SUGGEST, ASK = 4, 5, 6, 7, 8, 9
"""The kinds of callback."""

EPHEMERAL = 64
PATIENCE = 3.0
"""Seconds within which Discord wants the first answer."""


@dataclass(eq=False)
class Answers:
    """Everything that the bot said to one thing that a person did."""

    id: int
    token: str
    kind: int
    who: Person
    channel: int
    source: JSON | None
    sent: float
    callbacks: list[JSON] = field(default_factory=list)
    followups: list[JSON] = field(default_factory=list)
    edits: list[JSON] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    first: int | None = None
    thinking: bool = False
    took: float | None = None

    @property
    def answered(self) -> bool:
        """Whether the person sees an answer: more than that there will be one."""
        said = self.callbacks[0]["type"] if self.callbacks else None
        return bool(self.followups or self.edits) if said in (THINK, WAIT) else said is not None

    @property
    def form(self) -> JSON:
        """The form that was shown."""
        shown = self.callbacks[0]
        assert shown["type"] == ASK, f"not a form: {shown}"
        return shown["data"]

    @property
    def choices(self) -> list[JSON]:
        """What was suggested."""
        return self.callbacks[0]["data"]["choices"]


class Interactions:
    """The interactions that are open, and the routes by which the bot answers them."""

    def __init__(self, world: World, messages: Messages) -> None:
        self._world = world
        self._messages = messages
        self.patience = PATIENCE
        self.all: list[Answers] = []
        self._by_token: dict[str, Answers] = {}

    def begin(self, kind: int, who: Person, channel: int, data: JSON, source: JSON | None = None) -> Answers:
        """A person does something; every listening process is told."""
        interaction_id = self._world.new_id()
        # Not digits alone, as the real ones are not: a path takes those for an id.
        token = f"t{token_hex(60)}"
        answers = Answers(interaction_id, token, kind, who, channel, source, time.monotonic())
        self.all.append(answers)
        self._by_token[token] = answers
        self._world.gateway.dispatch("INTERACTION_CREATE", self._payload(answers, data))
        return answers

    def _payload(self, answers: Answers, data: JSON) -> JSON:
        world = self._world
        told: JSON = {"id": str(answers.id), "application_id": world.bot["id"], "type": answers.kind, "version": 1}
        told |= {"token": answers.token, "data": data, "locale": "en-GB", "guild_locale": "en-GB", "entitlements": []}
        told |= {"channel_id": str(answers.channel), "attachment_size_limit": 10 << 20}
        told |= {"app_permissions": str(EVERYTHING), "authorizing_integration_owners": {"0": str(world.guild_id)}}
        if answers.source is not None:
            told["message"] = answers.source
        if channel := world.in_guild(answers.channel):
            guild = {"id": str(world.guild_id), "locale": "en-GB", "features": ["COMMUNITY"]}
            told |= {"guild_id": str(world.guild_id), "guild": guild, "context": 0}
            rights = world.permissions(answers.who)
            told |= {"channel": channel | {"permissions": str(rights)}}
            return told | {"member": world.member(answers.who)}
        return told | {"user": world.user(answers.who), "context": 1, "channel": world.direct[answers.channel]}

    # ---------------------------------------------------------------- what the bot says

    @route("POST", "/interactions/{interaction}/{token}/callback")
    def callback(self, call: Call, interaction: int, token: str) -> JSON | None:
        """Take the first answer."""
        answers = self._by_token.get(token)
        late = answers is not None and time.monotonic() - answers.sent > self.patience
        if answers is None or answers.id != interaction:
            raise Refused(404, 10062, "Unknown interaction")
        if answers.callbacks or late:
            answers.refused.append(40060 if answers.callbacks else 10062)
            if answers.callbacks:
                raise Refused(400, 40060, "Interaction has already been acknowledged.")
            raise Refused(404, 10062, "Unknown interaction")
        shown = self._show(answers, call)
        answers.callbacks.append(call.body)
        answers.took = time.monotonic() - answers.sent
        self._world.changes.tell()
        if call.query.get("with_response") not in ("1", "true"):
            return None
        told: JSON = {"id": str(answers.id), "type": answers.kind, "response_message_loading": answers.thinking}
        if shown is None:
            return {"interaction": told}
        told |= {"response_message_id": shown["id"], "response_message_ephemeral": bool(shown["flags"] & EPHEMERAL)}
        return {"interaction": told, "resource": {"type": call.body["type"], "message": shown}}

    def _show(self, answers: Answers, call: Call) -> JSON | None:
        """The message that the callback makes or changes."""
        kind, data = call.body["type"], call.body.get("data") or {}
        if kind in (SAY, THINK):
            checks.message(data)
            answers.thinking = kind == THINK
            if kind == SAY:
                checks.not_empty(data, len(call.uploads))
            shown = self._messages.show(self._messages.build(answers.channel, data, call.uploads))
        elif kind in (WAIT, CHANGE):
            if answers.source is None:
                raise checks.invalid("type", "There is no message to change")
            shown = self.current(answers.source)
            if kind == CHANGE:
                checks.message(data, shown["flags"])
                shown = self._messages.replace(shown, data, call.uploads)
        elif kind == ASK and answers.kind == FORM:
            raise checks.invalid("type", "A form cannot be answered with a form")
        else:
            return None
        answers.first = int(shown["id"])
        return shown

    @route("POST", "/webhooks/{application}/{token}")
    def follow_up(self, call: Call, application: int, token: str) -> JSON:
        """Say more; the first time after a mere "thinking" this fills that message in."""
        answers = self._open(application, token)
        checks.message(call.body)
        checks.not_empty(call.body, len(call.uploads))
        if answers.thinking:
            answers.thinking = False
            made = self._messages.replace(self._original(answers), call.body, call.uploads)
        else:
            made = self._messages.show(self._messages.build(answers.channel, call.body, call.uploads))
        answers.followups.append(made)
        self._world.changes.tell()
        return made

    @route("PATCH", "/webhooks/{application}/{token}/messages/{message}")
    def edit(self, call: Call, application: int, token: str, message: str | int) -> JSON:
        answers = self._open(application, token)
        before = self._said(answers, message)
        checks.message(call.body, before["flags"])
        answers.thinking = False
        made = self._messages.replace(before, call.body, call.uploads)
        answers.edits.append(made)
        self._world.changes.tell()
        return made

    @route("GET", "/webhooks/{application}/{token}/messages/{message}")
    def get(self, _call: Call, application: int, token: str, message: str | int) -> JSON:
        return self._said(self._open(application, token), message)

    @route("DELETE", "/webhooks/{application}/{token}/messages/{message}")
    def delete(self, _call: Call, application: int, token: str, message: str | int) -> None:
        gone = self._said(self._open(application, token), message)
        if self._messages.private.pop(int(gone["id"]), None) is None:
            self._messages.delete(gone)

    def _open(self, application: int, token: str) -> Answers:
        answers = self._by_token.get(token)
        if application != self._world.bot_id or answers is None or not answers.callbacks:
            raise Refused(404, 10015, "Unknown Webhook")
        return answers

    def _said(self, answers: Answers, message: str | int) -> JSON:
        return self._original(answers) if message == "@original" else self._stands(int(message))

    def _original(self, answers: Answers) -> JSON:
        if answers.first is None:
            raise Refused(404, 10008, "Unknown Message")
        return self._stands(answers.first)

    def _stands(self, message: int) -> JSON:
        everywhere: list[dict[int, JSON]] = [self._messages.private, *self._messages.in_channel.values()]
        for messages in everywhere:
            if message in messages:
                return messages[message]
        raise Refused(404, 10008, "Unknown Message")

    # ---------------------------------------------------------------- what the person sees

    def current(self, message: JSON) -> JSON:
        """The message as it stands now, or as it was last known where it is gone."""
        try:
            return self._stands(int(message["id"]))
        except Refused:
            return message

    def seen(self, answers: Answers) -> list[JSON]:
        """The messages of an answer as they stand now, the first one first."""
        ids = [*([answers.first] if answers.first else []), *(int(each["id"]) for each in answers.followups)]
        return [self._stands(each) for each in dict.fromkeys(ids)]

    def said(self, answers: Answers) -> str:
        """Everything that an answer says; AssertionError where not only that person sees it."""
        shown = self.seen(answers)
        public = [each for each in shown if not each["flags"] & EPHEMERAL and each is not answers.source]
        assert not public, f"a private answer was shown to everybody: {public}"
        return "\n".join(text_of(each) for each in shown)
