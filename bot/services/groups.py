"""Doing together what many people do at one moment: a transaction costs the same for one of them and for many."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from bot.services.refusal import Refusal

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE = 500
"""How many are done at once: those who come after wait for the next turn."""

QUIET = 6
"""How many turns of the event loop without a further one pass before those that wait are done."""


class Groups(Generic[Item, Result]):
    """Those who wait at one moment are done together: the first one's wait does it for all.

    What breaks a rule is refused alone; what goes wrong with the whole group, everybody in it is told.
    """

    def __init__(self, name: str, do: Callable[[list[Item]], Awaitable[Mapping[Item, Result | Refusal]]]) -> None:
        """``do`` is given what waits, in order, and says what became of each. Each item is itself, not its value."""
        self._name = name
        self._do = do
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._work: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Result:
        """Have it done; what became of it."""
        settled: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, settled))
        # A task of its own, so that nobody's cancellation takes what others wait for with it.
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run(), name=self._name)
        return await settled

    async def _run(self) -> None:
        while self._waiting:
            await self._gathered()
            group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            try:
                became = await self._do([item for item, _ in group])
            except Exception as error:  # noqa: BLE001  (whoever waits is told, and the next group goes on)
                for _, settled in group:
                    if not settled.done():
                        settled.set_exception(error)
                continue
            for item, settled in group:
                if settled.done():
                    continue  # the person's wait was cancelled
                result = became[item]
                if isinstance(result, Refusal):
                    settled.set_exception(result)
                else:
                    settled.set_result(result)

    async def _gathered(self) -> None:
        """Let those in who are at the door."""
        quiet = 0
        while quiet < QUIET and len(self._waiting) < AT_ONCE:
            before = len(self._waiting)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._waiting) == before else 0
