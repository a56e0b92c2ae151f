"""The report's plain sentences: shares in words, one finding a poll, counts and dates."""

from datetime import datetime
from fractions import Fraction
from typing import Protocol

from bot.reports.text import one_line
from bot.services.tallies import Row, Tally

IN_WORDS_FROM = 5
"""From this many respondents on a share is put in words; "three-quarters" of four people would be silly."""

_HALF = Fraction(50)
_SHARES = {
    Fraction(1): "one in a hundred",
    Fraction(2): "one in fifty",
    Fraction(5): "one in twenty",
    Fraction(10): "a tenth",
    Fraction(25, 2): "an eighth",
    Fraction(50, 3): "a sixth",
    Fraction(20): "a fifth",
    Fraction(25): "a quarter",
    Fraction(30): "three-tenths",
    Fraction(100, 3): "a third",
    Fraction(40): "two-fifths",
    _HALF: "half",
    Fraction(60): "three-fifths",
    Fraction(200, 3): "two-thirds",
    Fraction(70): "seven-tenths",
    Fraction(75): "three-quarters",
    Fraction(80): "four-fifths",
    Fraction(90): "nine-tenths",
    Fraction(95): "nineteen in twenty",
}
_ABOUT = Fraction(10, 3)  # half the widest gap that "about" bridges: from a third to two-fifths
_ALMOST_ALL = 97
_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Asked(Protocol):
    """A poll as far as sentences and figures need it: a ReportedPoll is one."""

    @property
    def question(self) -> str:
        """As it was asked."""
        ...

    @property
    def choices(self) -> int:
        """How many options a person could pick."""
        ...

    @property
    def tally(self) -> Tally:
        """What was answered."""
        ...


def share_in_words(percent: Fraction | int) -> str:
    """``percent`` (0 to 100) as people say it; an approximation says that it is one."""
    exact = Fraction(percent)
    if exact <= 0:
        return "nobody"
    if exact >= 100:  # noqa: PLR2004
        return "everyone who answered"
    if exact >= _ALMOST_ALL:
        return "almost everyone who answered"
    nearest = min(_SHARES, key=lambda share: (abs(share - exact), share != _HALF))
    words, off = _SHARES[nearest], exact - nearest
    if not off:
        return words
    # On which side of half a share lies is what readers want to know: "about" would hide it.
    if nearest != _HALF and abs(off) <= _ABOUT:
        return f"about {words}"
    return f"just {'over' if off > 0 else 'under'} {words}"


def finding(poll: Asked) -> str:
    """One sentence on what was chosen most, with its per cent and n."""
    n, rows = poll.tally.n, poll.tally.rows
    most = max((row.count for row in rows), default=0)
    if not n:
        return "Nobody answered this poll."
    if not most:
        return f"None of the options was selected (n={number(n)})."
    top = [row for row in rows if row.count == most]
    if len(top) == 1:
        return _one_winner(top[0], n)
    return _level(top, n, everything=len(top) == len(rows))


def _one_winner(row: Row, n: int) -> str:
    option = _quote(row)
    if n == 1:
        return f"The one person who answered selected {option} (n=1)."
    if n < IN_WORDS_FROM:
        who = f"All {n}" if row.count == n else f"{row.count} of {n}"
        return f"{who} people who answered selected {option} (n={n})."
    share = share_in_words(Fraction(100 * row.count, n))
    return f"{share[:1].upper()}{share[1:]} ({row.percent}%) selected {option} (n={number(n)})."


def _level(top: list[Row], n: int, *, everything: bool) -> str:
    if n < IN_WORDS_FROM:
        each = f"{top[0].count} of the {n} people who answered" if n > 1 else "the one person who answered"
    else:
        each = f"{share_in_words(Fraction(100 * top[0].count, n))} ({top[0].percent}%)"
    if everything:
        return f"All {in_words(len(top))} options were level, each selected by {each} (n={number(n)})."
    which = f"{in_words(len(top)).capitalize()} options were level at the top"
    if len(top) <= 3:  # noqa: PLR2004  (more would bury the numbers; the table names them)
        which += f", {listed([_quote(row) for row in top])}"
    return f"{which}, each selected by {each} (n={number(n)})."


def _quote(row: Row) -> str:
    return f"“{one_line(row.text)}”"


def number(count: int) -> str:
    """``count`` with thousands set off: 12,345."""
    return f"{count:,}"


def in_words(count: int) -> str:
    """``count`` in words up to ten, else in digits."""
    return _NUMBERS[count] if count < len(_NUMBERS) else number(count)


def people(count: int) -> str:
    """For instance "1 person" or "53 people"."""
    return f"{number(count)} {'person' if count == 1 else 'people'}"


def listed(items: list[str]) -> str:
    """For instance "A, B and C"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def choices_note(poll: Asked) -> str:
    """What to know about a question with several choices; empty for one choice."""
    if poll.choices <= 1:
        return ""
    any_number = poll.choices >= len(poll.tally.rows)
    return "People could choose any number." if any_number else f"People could choose up to {poll.choices}."


def day(moment: datetime) -> str:
    """For instance "Thursday 24 February 2022", whatever the machine's locale."""
    return f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def day_and_time(moment: datetime) -> str:
    """For instance "Thursday 24 February 2022, 13:00", whatever the machine's locale."""
    return f"{day(moment)}, {moment:%H:%M}"
