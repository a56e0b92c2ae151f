"""What becomes of a delivery after a try: it is sent, tried again later, given up, or nobody can tell."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.services.hooks import Kind
from bot.storage.deliveries import State

TRIES = 8
"""How often a delivery is tried at most."""

IN_ALL = timedelta(hours=24)
"""How long a delivery is tried at most."""

FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=6)
"""The longest wait after the first try, each later one being four times as long; and the longest of all."""

TRIED_AGAIN = frozenset({408, 425, 429})
"""Answers that ask for another try, beside those of 500 and above."""

HINTS = {
    401: "it does not accept the address or the secret",
    403: "it does not accept the address or the secret",
    404: "there is nothing at that address",
    410: "the address is no longer in use",
    413: "it was too long for it",
}


@dataclass(frozen=True)
class Tried:
    """What came of one try: the ``status`` of an answer, or None and ``why``, a clause.

    ``may_have_arrived``: part of the request was sent. ``for_good``: another try would end in the same way.
    """

    status: int | None = None
    retry_after: str = ""
    why: str = ""
    may_have_arrived: bool = False
    for_good: bool = False


@dataclass(frozen=True)
class Verdict:
    """What becomes of the delivery; ``problem`` is a clause, empty where it was sent."""

    state: State
    next_at: datetime
    problem: str = ""


def longest_wait(attempts: int) -> timedelta:
    """The longest that is waited after so many tries."""
    return min(LONGEST, FIRST * 4 ** min(attempts - 1, TRIES))


def judge(kind: Kind, tried: Tried, attempts: int, since: datetime, now: datetime, chance: float) -> Verdict:
    """What becomes of a delivery that has been tried ``attempts`` times.

    ``chance``, from 0 to 1, is how much of the longest wait is waited: many senders that failed together had better not
    come back together. A receiver of JSON knows a repeat by its id; Slack and Teams would show it twice, so nothing is
    sent again there that may have arrived.
    """
    status = tried.status
    if status is None:
        why, again = tried.why, not tried.for_good and (kind == "json" or not tried.may_have_arrived)
        if not again and not tried.for_good:
            return Verdict("unsure", now, why)
    else:
        if 200 <= status < 300:  # noqa: PLR2004
            return Verdict("sent", now)
        why, again = _said(status), status in TRIED_AGAIN or status >= 500  # noqa: PLR2004
    wait = max(longest_wait(attempts) * chance, min(_asked(tried.retry_after, now), LONGEST))
    if again and attempts < TRIES and now + wait <= since + IN_ALL:
        return Verdict("waiting", now + wait, why)
    return Verdict("failed", now, f"{why}; I have tried {attempts} times" if again else why)


def _said(status: int) -> str:
    if 300 <= status < 400:  # noqa: PLR2004
        return f"it answered {status}: it points elsewhere, where I do not follow"
    return f"it answered {status}: {HINTS[status]}" if status in HINTS else f"it answered {status}"


def _asked(retry_after: str, now: datetime) -> timedelta:
    """How long the receiver asks to be left alone: seconds or a date; nothing where that cannot be read."""
    asked = retry_after.strip()
    if asked.isascii() and asked.isdigit():
        return timedelta(seconds=min(int(asked[:9]), LONGEST.total_seconds()))
    try:
        when = parsedate_to_datetime(asked)
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta(0)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)) - now
