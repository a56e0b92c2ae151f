"""Every number of a report with the records it came from. Pure.

The values are the report's own, and the records are found apart from them: so a test can hold one to the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.services.countedrows import BallotRow, ProfileRow, ZoomPersonRow
from bot.services.dataset import NumberRow
from bot.services.records import Given, every_poll, named, poll_id
from bot.services.reporting import Report, ReportedPoll, Voices


@dataclass(frozen=True)
class Sources:
    """Where the numbers come from: ballots and what was ``wrote`` by the polls' ids, Zoom's people, profiles.

    ``hidden`` is what hosts have taken out.
    """

    given: Given
    wrote: Mapping[str, Sequence[int]]
    stays: Sequence[ZoomPersonRow]
    who: Sequence[ProfileRow]
    hidden: Sequence[int]


def numbers(report: Report, sources: Sources) -> Iterator[NumberRow]:
    """All of them. What nobody knows is not there, what is not shown has no value."""
    yield from _attendance(report, sources.stays)
    yield from _profiles(report, sources.who)
    for poll in every_poll(report):
        yield from _poll(report, poll, sources)
    yield from _said(report, sources.hidden)
    yield from _questions(report)
    yield from _breakouts(report)
    yield from _themes(report)


def _count(name: str, value: int, records: Iterable[str]) -> NumberRow:
    return NumberRow(name, value, "count", tuple(records), ())


def _said_in(name: str, ids: Iterable[int]) -> NumberRow:
    return _count(name, len(found := sorted(ids)), map(named, found))


def _people(name: str, value: int, records: Iterable[int]) -> NumberRow:
    return NumberRow(name, value, "people", tuple(map(named, sorted(records))), ())


def _per_cent(name: str, value: int, *of: str) -> NumberRow:
    return NumberRow(name, value, "per_cent", (), of)


def _suppressed(name: str) -> NumberRow:
    return NumberRow(name, None, "suppressed", (), ())


def _nobodies(what: str, many: int) -> Iterator[str]:
    """Records of which nothing is told but that they count."""
    return (f"{what}-{i}" for i in range(1, many + 1))


def _attendance(report: Report, stays: Sequence[ZoomPersonRow]) -> Iterator[NumberRow]:
    if report.took_part is not None:
        yield _count("attendance/took_part", report.took_part, _nobodies("participant", report.took_part))
    there = tuple(dict.fromkeys(each.id for each in stays)) if report.counted_by_zoom else ()
    if len(there) != report.joined:  # a host has said something else
        there = ()
    if report.joined is not None:
        yield NumberRow("attendance/joined", report.joined, "count" if there else "stated", there, ())
    if report.peak is not None:
        yield NumberRow("attendance/peak", report.peak, "peak" if there else "stated", there, ())


def _profiles(report: Report, who: Sequence[ProfileRow]) -> Iterator[NumberRow]:
    rows: defaultdict[tuple[str, str | None], list[str]] = defaultdict(list)
    for row in who:
        rows[row.field, row.answer].append(row.id)
    for about in report.said.who:
        name = f"profile/{about.field}"
        yield _count(f"{name}/n", about.n, (row.id for row in who if row.field == about.field))
        for group in about.groups:
            this = f"{name}/{group.text}"
            found = rows[about.field, group.text]
            yield _suppressed(this) if group.count is None else _count(this, group.count, found)


def _poll(report: Report, poll: ReportedPoll, sources: Sources) -> Iterator[NumberRow]:
    name, tally = poll_id(poll), poll.tally
    if poll.on_zoom and poll.kind == "open":  # what was written there is not kept
        yield _count(f"{name}/n", tally.n, _nobodies(f"{name}/respondent", tally.n))
    elif poll.kind == "open":
        yield _count(f"{name}/n", tally.n, map(named, sorted(sources.wrote[name])))
        if poll.answers:
            yield from _voices(f"{name}/answers", poll.answers)
    else:
        yield from _options(poll, sources.given[name])
    if not poll.on_zoom and (rate := report.response_rate(poll)) is not None:
        yield _per_cent(f"{name}/response_rate", rate, f"{name}/n", "attendance/joined")


def _options(poll: ReportedPoll, rows: Sequence[BallotRow]) -> Iterator[NumberRow]:
    name, tally = poll_id(poll), poll.tally
    everybody = tuple(dict.fromkeys(row.id for row in rows))
    chose: defaultdict[int | None, list[str]] = defaultdict(list)
    first: defaultdict[int | None, list[str]] = defaultdict(list)
    for row in rows:
        chose[row.option].append(row.id)
        if row.rank in {None, 1}:
            first[row.option].append(row.id)
    yield _count(f"{name}/n", tally.n, everybody)
    if tally.mean is not None and tally.median is not None:
        yield NumberRow(f"{name}/mean", round(float(tally.mean), 4), "mean", everybody, ())
        yield NumberRow(f"{name}/median", float(tally.median), "median", everybody, ())
    for number, row in enumerate(tally.rows, 1):
        this = f"{name}/option-{number}"
        if row.hidden:
            yield from map(_suppressed, (f"{this}/people", f"{this}/per_cent"))
            continue
        if poll.kind == "ranking":
            yield NumberRow(f"{this}/points", row.count, "points", tuple(chose[number]), ())
            yield _count(f"{this}/people", len(first[number]), first[number])
        else:
            yield _count(f"{this}/people", row.count, chose[number])
        yield _per_cent(f"{this}/per_cent", row.percent, f"{this}/people", f"{name}/n")
    if unshown := chose[None]:
        yield _count(f"{name}/not_shown/people", len(unshown), unshown)


def _voices(name: str, voices: Voices) -> Iterator[NumberRow]:
    yield _said_in(f"{name}/count", voices.ids)
    yield _said_in(f"{name}/quotable", (each.id for each in voices.quotable))
    yield _said_in(f"{name}/for_themes", (each.id for each in voices.for_themes))
    yield _said_in(f"{name}/withheld", voices.withheld)


def _said(report: Report, hidden: Sequence[int]) -> Iterator[NumberRow]:
    said = report.said
    yield from _voices("comments", said.comments)
    yield _people("comments/people", said.commenters, said.comments.ids)
    yield _said_in("comments/from_zoom", said.from_zoom)
    yield _people("comments/people_on_zoom", said.zoomers, said.from_zoom)
    yield _said_in("comments/supported", said.supported)
    yield _people("comments/supporters", said.supporters, said.supported)
    yield from _voices("takeaways", report.takeaways)
    yield from _voices("improvements", report.improvements)
    yield from _voices("offers", said.offered)
    made = said.connections
    yield _count("introductions/asked", made.asked, _nobodies("introduction", made.asked))
    yield _count("introductions/agreed", made.agreed, _nobodies("introduction-agreed", made.agreed))
    yield _count("introductions/declined", made.declined, _nobodies("introduction-declined", made.declined))
    yield _count("hidden", said.hidden, map(named, sorted(hidden)))


def _questions(report: Report) -> Iterator[NumberRow]:
    asked = report.said.questions
    answered = [each for each in asked if each.answered]
    yield _said_in("questions/count", (each.id for each in asked))
    yield _said_in("questions/answered", (each.id for each in answered))
    yield _said_in("questions/open", (each.id for each in report.unanswered))
    for each in asked:
        yield _people(f"questions/{each.number}/votes", each.votes, (each.id,))


def _breakouts(report: Report) -> Iterator[NumberRow]:
    for i, each in enumerate(report.said.breakouts, 1):
        name = f"breakout-{i}"
        yield from _voices(f"{name}/feedback", each.said)
        yield _count(f"{name}/silent", each.silent, _nobodies(f"{name}/silent-room", each.silent))


def _themes(report: Report) -> Iterator[NumberRow]:
    for each in report.said.themes:
        name = f"theme-{each.id}"
        yield _said_in(f"{name}/contributions", each.ids)
        yield _people(f"{name}/people", each.people, each.ids)
