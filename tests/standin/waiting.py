"""Waiting for something to be so, without sleeping and without waiting for ever."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
What = str | Callable[[], str]
"""What is waited for, in words; or how to say it at the end, where that is known only then."""


class Changes:
    """Whoever changes anything tells; whoever waits looks again."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def tell(self) -> None:
        """Something has changed."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, condition: Callable[[], T], what: What, timeout: float = 10.0) -> T:  # noqa: ASYNC109
        """What ``condition`` returns, once that is true; AssertionError, naming ``what``, where it stays false."""
        try:
            async with asyncio.timeout(timeout):
                while not (found := condition()):
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.add(waiter)
                    await waiter
        except TimeoutError:
            named = what if isinstance(what, str) else what()
            raise AssertionError(f"waited {timeout} s in vain for {named}") from None
        return found
