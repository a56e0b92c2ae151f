"""The report's plain sentences: shares in words, one finding a poll, counts and dates."""

from datetime import datetime
from fractions import Fraction
from math import floor

from bot.reports.text import one_line
from bot.services.reporting import Brief, ReportedPoll
from bot.services.tallies import LIVE_FROM, SCALE, Row, Tally
from bot.services.text import counted

IN_WORDS_FROM = 5
"""From this many respondents on a share is put in words; "three-quarters" of four people would be silly."""

NOT_SHOWN = "not shown"
"""What stands in the place of a number that could single people out."""

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
_PLACES = ("first", "second", "third", "fourth", "fifth")
_HOW = {
    "named": "with names (names are not in this report)",
    "confidential": "confidentially",
    "anonymous": "anonymously",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


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


def told(report: Brief, poll: ReportedPoll) -> str:
    """The finding, or what a host has written in its place."""
    return one_line(report.edits.get(f"sentence:{poll.key}", "")) or finding(poll)


def finding(poll: ReportedPoll) -> str:
    """One sentence on what was answered, with its n: what was chosen most, and how much."""
    n = poll.tally.n
    if not n:
        return "Nobody answered this poll."
    match poll.kind:
        case "open":
            return f"{people(n)} wrote an answer (n={number(n)})."
        case "rating":
            middle = f"the mean was {mean(poll.tally)} and the median {median(poll.tally)}"
            return f"On a scale of 1 to {SCALE}, {middle} (n={number(n)})."
        case "ranking":
            return _most_points(poll.tally)
        case _:
            return _most_selected(poll.tally)


def mean(tally: Tally) -> str:
    """The mean of a rating to one decimal, halves rounded up; empty where nobody answered."""
    if tally.mean is None:
        return ""
    tenths = floor(tally.mean * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def median(tally: Tally) -> str:
    """The median of a rating: a step, or half-way between two; empty where nobody answered."""
    return "" if tally.median is None else f"{float(tally.median):g}"


def _most_selected(tally: Tally) -> str:
    n, rows = tally.n, tally.rows
    top = _top(rows)
    if not top:
        hidden = any(row.hidden for row in rows)
        none = "No region can be shown without giving people away" if hidden else "None of the options was selected"
        return f"{none} (n={number(n)})."
    if len(top) == 1:
        return _one_winner(top[0], n)
    if n < IN_WORDS_FROM:
        each = f"{top[0].count} of the {n} people who answered" if n > 1 else "the one person who answered"
    else:
        each = f"{share_in_words(Fraction(100 * top[0].count, n))} ({top[0].percent}%)"
    return _level(top, tally, f"selected by {each}")


def _top(rows: tuple[Row, ...]) -> list[Row]:
    most = max(row.count for row in rows)
    return [row for row in rows if row.count == most > 0]


def _one_winner(row: Row, n: int) -> str:
    option = _quote(row)
    if n == 1:
        return f"The one person who answered selected {option} (n=1)."
    if n < IN_WORDS_FROM:
        who = f"All {n}" if row.count == n else f"{row.count} of {n}"
        return f"{who} people who answered selected {option} (n={n})."
    share = share_in_words(Fraction(100 * row.count, n))
    return f"{share[:1].upper()}{share[1:]} ({row.percent}%) selected {option} (n={number(n)})."


def _most_points(tally: Tally) -> str:
    top = _top(tally.rows)
    if len(top) > 1:
        return _level(top, tally, f"with {points(top[0].count)}")
    first = f"{top[0].percent}% put it first (n={number(tally.n)})."
    return f"{_quote(top[0])} has the most points, {number(top[0].count)}; {first}"


def _level(top: list[Row], tally: Tally, each: str) -> str:
    """``each`` says what every one of the ``top`` has."""
    if len(top) == len(tally.rows):
        which = f"{'Both' if len(top) == 2 else f'All {in_words(len(top))}'} options were level"  # noqa: PLR2004
    else:
        which = f"{in_words(len(top)).capitalize()} options were level at the top"
        if len(top) <= 3:  # noqa: PLR2004  (more would bury the numbers; the table names them)
            which += f", {listed([_quote(row) for row in top])}"
    return f"{which}, each {each} (n={number(tally.n)})."


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
    return counted(count, "person", "people")


def listed(items: list[str]) -> str:
    """For instance "A, B and C"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def recording(subtitles: bool | None) -> str:
    """What the link to it is called: who needs subtitles sees at once whether there are any."""
    match subtitles:
        case None:
            return "The recording"
        case True:
            return "The recording, with subtitles"
        case False:
            return "The recording, without subtitles"


def points(count: int) -> str:
    """For instance "1 point" or "53 points"."""
    return counted(count, "point")


def answered_how(poll: ReportedPoll) -> str:
    """For instance "Answered anonymously."; a poll that was asked before says so first."""
    if poll.on_zoom:
        return f"Answered on Zoom (n={number(poll.tally.n)})."
    again = "" if poll.first_run is None else f"Asked again (first run: Poll {poll.first_run}). "
    return f"{again}{'Answered' if poll.tally.n else 'It could be answered'} {_HOW[poll.privacy]}."


def choices_note(poll: ReportedPoll) -> str:
    """What to know about how a poll was answered and counted; empty for one of several options."""
    match poll.kind:
        case "multiple":
            any_number = poll.choices >= len(poll.tally.rows)
            return "People could choose any number." if any_number else f"People could choose up to {poll.choices}."
        case "rating":
            return "People who left it blank are not counted."
        case "ranking":
            lower = (f", {poll.choices - i} for a {_PLACES[i]}" for i in range(1, poll.choices))
            return f"Borda count: {points(poll.choices)} for a first place{''.join(lower)}."
        case "place":
            return _not_shown(poll.tally)
        case _:
            return ""


def _not_shown(tally: Tally) -> str:
    """Why regions are hidden, and how many people are in those: never fewer than five, as they are chosen."""
    hidden = [row for row in tally.rows if row.hidden]
    if not hidden:
        return ""
    few = f"Regions with fewer than {in_words(LIVE_FROM)} people are not shown"
    why = f"{few}, nor is a larger one that would give them away."
    if len(hidden) == len(tally.rows):
        return why
    there = tally.n - sum(row.count for row in tally.rows)
    return f"{why} {people(there)} chose those that are not shown."


def average(tally: Tally) -> str:
    """For instance "Mean 3.8, median 4."; empty for what is not a rating."""
    return "" if tally.mean is None else f"Mean {mean(tally)}, median {median(tally)}."


def amounts(poll: ReportedPoll, row: Row) -> tuple[str, ...]:
    """What a row counts, in words: for instance "53 people", "59%"."""
    if row.hidden:
        return (NOT_SHOWN,)
    if poll.kind == "ranking":
        return points(row.count), f"first for {row.percent}%"
    return people(row.count), f"{row.percent}%"


def cells(row: Row) -> tuple[str, str]:
    """What stands beside a row's text in the poll's table."""
    return (NOT_SHOWN, NOT_SHOWN) if row.hidden else (number(row.count), f"{row.percent}%")


def columns(poll: ReportedPoll) -> tuple[str, str, str]:
    """The headings of the poll's table."""
    if poll.kind == "ranking":
        return "Option", "Points", "Put it first"
    return {"rating": "Step", "place": "Region"}.get(poll.kind, "Option"), "People", "Per cent"


def caption(poll: ReportedPoll) -> str:
    """What the poll's figure shows."""
    what = "points, and the share who put it first" if poll.kind == "ranking" else "per cent of the people who answered"
    return f"{what} (n={number(poll.tally.n)})"


def day(moment: datetime) -> str:
    """For instance "Thursday 24 February 2022", whatever the machine's locale."""
    return f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def day_and_time(moment: datetime) -> str:
    """For instance "Thursday 24 February 2022, 13:00", whatever the machine's locale."""
    return f"{day(moment)}, {moment:%H:%M}"
