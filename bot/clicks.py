"""The busiest controls, taken from the gateway before discord.py builds its objects for each click.

Of what a click costs, discord.py spends two fifths on the interaction, its message and its member, none of which a
ballot needs, and as much on posting the answer. So a method marked with `quick` is given the few numbers it needs and
says what the person reads; that goes out in one request, after whatever the method has committed. All other controls
take the usual way (`bot.controls`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import aiohttp
import discord
from discord import InteractionResponseType as Kind
from discord.http import MultipartParameters
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.callbacks import Callbacks
from bot.controls import Handlers
from bot.replies import ACKNOWLEDGED, UNHEARD, sentence_for
from bot.services.text import shortened

PATIENCE = 2.0
"""Seconds after which a person who has no answer yet is told that it takes longer: Discord waits for three."""

TRIES = 3
"""How often an answer is posted that Discord would not take for a reason of its own."""

BROKEN = 500
"""From this status on the reason is Discord's own."""

SAYS = 2000
"""How many characters a message may have."""

EPHEMERAL = {"flags": 64}
"""One person sees it."""

log = logging.getLogger(__name__)

Method = TypeVar("Method", bound=Callable[..., Awaitable[str]])


@dataclass(frozen=True, slots=True)
class Click:
    """What Discord says of a click, as far as a ballot needs it. ``values`` are those picked in a menu."""

    id: int
    token: str
    application: int
    guild: int
    person: int
    custom_id: str
    values: tuple[str, ...]


def quick(pattern: str) -> Callable[[Method], Method]:
    """Mark a cog's method as the one that answers ``pattern`` (as of `bot.controls.control`); it is given a `Click`.

    What it returns is what the person reads.
    """

    def mark(method: Method) -> Method:
        method.__quick__ = pattern  # type: ignore[attr-defined]
        return method

    return mark


class Answers(AsyncWebhookAdapter):
    """Posts the answers to clicks over connections of their own, without what a webhook's rate limits need."""

    def __init__(self, callbacks: Callbacks) -> None:
        super().__init__()
        self._callbacks = callbacks

    async def create_interaction_response(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, interaction_id: int, token: str, *, session: aiohttp.ClientSession | None, params: Any, **others: Any
    ) -> Any:
        """As discord.py's own; without a session of discord.py's it is a click's."""
        if session is not None:
            return await super().create_interaction_response(
                interaction_id, token, session=session, params=params, **others
            )
        path = f"/interactions/{interaction_id}/{token}/callback"
        for left in reversed(range(TRIES)):
            try:
                reply = await self._callbacks.post(path, params.payload)
            except OSError:
                if not left:
                    raise
            else:
                if reply.ok:
                    break
                if not left or reply.status < BROKEN:
                    raise discord.HTTPException(cast("Any", reply), reply.said)
        return None


def answer_through(callbacks: Callbacks) -> None:
    """Post the answers to clicks through these, unless a simulated Discord has brought its own way."""
    if type(async_context.get()) is AsyncWebhookAdapter:
        async_context.set(Answers(callbacks))


class Clicks:
    """The methods marked `quick`, and the clicks they are answering."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._handlers = Handlers("__quick__")
        self._answering: set[asyncio.Task[None]] = set()
        # discord.py has no public way to a raw interaction.
        state: Any = client._connection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self._usual: Callable[[Any], None] = state.parsers["INTERACTION_CREATE"]
        state.parsers["INTERACTION_CREATE"] = self._take

    def adopt(self, cog: object) -> None:
        """Take up a cog's methods."""
        self._handlers.adopt(cog)

    def _take(self, raw: dict[str, Any]) -> None:
        """Answer the click if it is one of ours; all else goes the usual way."""
        data: dict[str, Any] = raw.get("data") or {}
        in_guild = "guild_id" in raw and raw["type"] == discord.InteractionType.component.value
        found = self._handlers.find(data["custom_id"]) if in_guild else None
        if found is None:
            self._usual(raw)
            return
        task = asyncio.create_task(self._answer(_click(raw, data), *found))
        self._answering.add(task)  # the loop itself keeps no hold of it
        task.add_done_callback(self._answering.discard)

    async def _answer(self, click: Click, handler: Callable[..., Awaitable[str]], numbers: dict[str, int]) -> None:
        pattern: str = getattr(handler, "__quick__")  # noqa: B009  (set by `quick`): no id in the log tells an answer
        deferred: list[asyncio.Task[None]] = []
        # A timer rather than a second task: nearly all are answered within milliseconds.
        patience = asyncio.get_running_loop().call_later(
            PATIENCE,
            lambda: deferred.append(asyncio.create_task(_post(click, Kind.deferred_channel_message, EPHEMERAL))),
        )
        try:
            said = await handler(click, **numbers)
        except Exception as error:  # noqa: BLE001  (the funnel is for whatever comes)
            said = sentence_for(error, f"control {pattern}")
        finally:
            patience.cancel()
        try:
            if deferred:
                with suppress(discord.HTTPException):  # it may have got through for all that; if not, we see it now
                    await deferred[0]
                await self._say_after_all(click, said)
            else:
                await _post(click, Kind.channel_message, {"content": shortened(said, SAYS), **EPHEMERAL})
        except (discord.HTTPException, *UNHEARD) as unsaid:
            if isinstance(unsaid, discord.HTTPException) and unsaid.code == ACKNOWLEDGED:
                log.warning("Discord held an answer to control %s already", pattern)
                return
            # What the method has done stands: the person can see it by asking again.
            log.warning("the answer to control %s could not be given: %s", pattern, unsaid)

    async def _say_after_all(self, click: Click, said: str) -> None:
        session: Any = getattr(self._client.http, "_HTTPClient__session")  # noqa: B009  (it is private)
        await async_context.get().edit_original_interaction_response(
            click.application, click.token, session=session, payload={"content": shortened(said, SAYS)}
        )


async def _post(click: Click, kind: Kind, data: dict[str, Any]) -> None:
    body: dict[str, Any] = {"type": kind.value, "data": data | {"allowed_mentions": {"parse": list[str]()}}}
    params = MultipartParameters(payload=body, multipart=None, files=None)
    await async_context.get().create_interaction_response(
        click.id, click.token, session=cast("Any", None), params=params
    )


def _click(raw: dict[str, Any], data: dict[str, Any]) -> Click:
    return Click(
        int(raw["id"]),
        raw["token"],
        int(raw["application_id"]),
        int(raw["guild_id"]),
        int(raw["member"]["user"]["id"]),
        data["custom_id"],
        tuple(data.get("values", ())),
    )
