"""Works off the outbox of `bot/services/deliveries.py`: what is due is sent to the webhooks, once as far as can be.

A delivery is claimed, and that is committed, before anything is sent. So whatever is found being sent at the beginning
of a pass was being sent by a process that has died, or got no further for another reason: JSON goes out again under
the same id, by which its receiver knows a repeat; of Slack and Teams nobody can tell, and a host decides.
"""

import asyncio
import base64
import hmac
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from discord.ext import tasks

from bot.reports import envelopes
from bot.services.deliveries import Deliveries
from bot.services.hooks import Webhook
from bot.services.ports import Clock
from bot.services.retries import Tried, judge
from bot.storage.deliveries import Delivery

log = logging.getLogger(__name__)

PACE = 5.0
"""Seconds between two looks at what is due; there are none where the settings have no webhooks."""

STOPPED = Tried(why="I was stopped while I was sending it", may_have_arrived=True)
GONE = Tried(why="the settings do not have it any more", for_good=True)


class Post(Protocol):
    """What posts: `bot/postman.py`."""

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool) -> Tried:
        """Send ``body`` once."""
        ...


class Webhooks:
    """Sends what is due."""

    def __init__(
        self,
        deliveries: Deliveries,
        webhooks: Sequence[Webhook],
        clock: Clock,
        post: Post,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._deliveries = deliveries
        self._webhooks = {each.name: each for each in webhooks}
        self._clock = clock
        self._post = post
        self._chance = chance

    def start(self) -> None:
        """Begin to look, unless that has begun."""
        if not self._tick.is_running():
            self._tick.start()

    def stop(self) -> None:
        """Leave the rest for the next start."""
        self._tick.cancel()

    @tasks.loop(seconds=PACE)
    async def _tick(self) -> None:
        try:
            await self.work()
        except Exception:
            log.exception("what is to be delivered could not be looked up")

    async def work(self) -> None:
        """Send what is due, all of it at once."""
        for found in await self._deliveries.under_way():
            await self._settle(found, STOPPED)
        due = await self._deliveries.due(self._clock.now())
        await asyncio.gather(*map(self._deliver, due))

    async def _deliver(self, delivery: Delivery) -> None:
        """Whatever goes wrong with one must not keep the others from being sent."""
        try:
            webhook = self._webhooks.get(delivery.webhook)
            body = delivery.body or (webhook and await self._body(webhook, delivery)) or ""
            claimed = await self._deliveries.claim(delivery, body)
            if claimed is not None:
                await self._settle(claimed, await self._send(webhook, claimed) if webhook else GONE)
        except Exception:
            log.exception("delivery %s could not be made", delivery.id)

    async def _body(self, webhook: Webhook, delivery: Delivery) -> str:
        return envelopes.body(webhook.kind, await self._deliveries.news(delivery))

    async def _send(self, webhook: Webhook, delivery: Delivery) -> Tried:
        url = webhook.url.get_secret_value() if webhook.url else ""
        headers = {"content-type": "application/json; charset=utf-8"}
        if webhook.kind == "json":
            headers |= signed(webhook.key, delivery, self._clock.now())
        return await self._post(url, delivery.body.encode(), headers, allow_private=webhook.allow_private)

    async def _settle(self, delivery: Delivery, tried: Tried) -> None:
        webhook, now = self._webhooks.get(delivery.webhook), self._clock.now()
        kind = webhook.kind if webhook else "slack"
        verdict = judge(kind, tried, delivery.attempts, delivery.since, now, self._chance())
        if verdict.problem:
            log.warning("delivery %s to %s is %s: %s", delivery.id, delivery.webhook, verdict.state, verdict.problem)
        await self._deliveries.settle(delivery, verdict, now)


def signed(key: bytes, delivery: Delivery, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks. The id is the same for every try, and no other database has it."""
    digested = sha256(f"{delivery.webhook}\n{delivery.body}".encode()).hexdigest()
    name = f"msg_{digested[:32]}"
    moment = str(int(now.timestamp()))
    digest = hmac.digest(key, f"{name}.{moment}.{delivery.body}".encode(), "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
