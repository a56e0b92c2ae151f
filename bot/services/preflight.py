"""What somebody careful asks about a series before it goes out: what cannot be shown, and what may be a slip."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.services.localtime import in_words
from bot.services.plans import offsets, on_zoom
from bot.services.promises import kept
from bot.services.refusal import Refusal
from bot.services.seriesfile import (
    Mistakes,
    ResolvedSession,
    SeriesFile,
    Session,
    Speaker,
    in_file_order,
    parse_series,
    where,
)
from bot.services.seriestimes import minutes_long
from bot.services.slips import (
    WEEKDAYS,
    NamedDay,
    Register,
    alike,
    bare_name,
    days_named,
    spellings,
    titled_names,
    years_meant,
)
from bot.services.slips import Name as BareName
from bot.services.text import counted
from bot.services.tomltables import Place, Problem, shown

MESSAGE = 4000
"""How many characters all the texts of one Discord message may have together."""

_MOST_NAMES = 200
"""More different names than that are not compared: each is compared with each."""

UNDATED = "it has no date yet, so nothing announces it."
UNLINKED = "it has no join_url, so people are not told where to join."

_ESCAPED = re.compile(r"[\\*_~`|<\[\]]|:(?=//|[^\s:]*:)|@(?=everyone|here)|^\s*(?:[#>+-]|\d+[.)])", re.MULTILINE)
"""What is shown to the letter with a character before it, which Discord counts."""


@dataclass(frozen=True)
class Finding:
    """An error stops an import, a warning does not. ``place`` is in words, and empty for the file as a whole."""

    severity: Literal["error", "warning"]
    place: str
    said: str

    def __str__(self) -> str:
        return f"{self.place}: {self.said}" if self.place else self.said


def check_file(data: bytes, now: datetime) -> tuple[Finding, ...]:
    """Everything about a series file. One that cannot be read as a series has nothing but errors."""
    try:
        series = parse_series(data)
    except Mistakes as mistakes:
        return tuple(Finding("error", place, said) for place, said in mistakes.problems)
    except Refusal as refusal:
        return (Finding("error", "", str(refusal)),)
    return findings(series, now)


def admitted(series: SeriesFile, now: datetime) -> tuple[Finding, ...]:
    """The warnings about a series that may be imported; a Refusal with the errors of one that may not."""
    found = findings(series, now)
    errors = tuple((each.place, each.said) for each in found if each.severity == "error")
    if errors:
        raise Mistakes(errors)
    return found


def findings(series: SeriesFile, now: datetime) -> tuple[Finding, ...]:
    """What the parser lets pass and a person should look at, in the order of the sessions."""
    warned = (
        *_dates(series, now),
        *_named_days(series),
        *_shows(series),
        *_unasked_regions(series),
        *_missing_links(series),
        *_names(series),
        *_spellings(series),
    )
    errors = [(place, Finding("error", where(place, series), said)) for place, said in _welcomes(series)]
    doubts = [(place, Finding("warning", where(place, series), said)) for place, said in warned]
    return tuple(found for _, found in sorted(errors + doubts, key=lambda each: in_file_order(each[0])))


def _dates(series: SeriesFile, now: datetime) -> Iterator[Problem]:
    days = {number: each.date for number, each in enumerate(series.sessions, 1) if each.date}
    meant = years_meant(days, now.astimezone(series.zone).date())
    latest: ResolvedSession | None = None
    for session in series.resolved():
        place = ("sessions", session.number - 1)
        if not (session.starts_local and session.starts_at and session.ends_at):
            if days:
                yield place, UNDATED
            continue
        day = in_words(session.starts_local)
        past = session.ends_at <= now
        if other := meant.get(session.number):
            why = "is in the past" if past else "is far from those of the other sessions"
            yield place, f"its date, {day}, {why}. If {in_words(other)} is meant, change the year."
        elif past:
            yield place, f"its date, {day}, is in the past."
        if session.number not in meant and latest and latest.starts_at and session.starts_at < latest.starts_at:
            yield place, f"its date, {day}, is before that of session {latest.number}."
        if said := short_notice(session.starts_at, now, series.lead_days):
            yield place, said
        if session.number not in meant and (
            latest is None or latest.starts_at is None or latest.starts_at < session.starts_at
        ):
            latest = session


def short_notice(starts_at: datetime, now: datetime, lead_days: int) -> str:
    """The sentence about a session that begins sooner than people are promised; else nothing."""
    if not now < starts_at < now + timedelta(days=lead_days):
        return ""
    left = (starts_at - now).days
    soon = f"in {counted(left, 'day')}" if left else "in less than a day"
    return f"it begins {soon}, and people are promised {counted(lead_days, 'day')} (lead_days)."


def _named_days(series: SeriesFile) -> Iterator[Problem]:
    """Days in the texts of a session that are not its date, or have the wrong weekday."""
    days = {number: each.date for number, each in enumerate(series.sessions, 1) if each.date}
    for at, session in enumerate(series.sessions):
        for place, text in _texts(session):
            named = days_named(text)
            # The steps and a text that has the right date as well may speak of other sessions.
            free = place[0] == "run_of_show" or (session.date and any(each.fits(session.date) for each in named))
            for each in named:
                others = [number for number, day in days.items() if each.fits(day) and number != at + 1]
                if not (free and others) and (said := _disagrees(each, session.date, others)):
                    yield ("sessions", at, *place), said


def _disagrees(named: NamedDay, day: date | None, others: list[int]) -> str:
    if day is None:
        return f"it says {shown(named.said)}, but the session has no date." if named.readings else ""
    if not named.fits(day):
        whose = f" {shown(named.said)} is that of session {others[0]}." if named.readings and others else ""
        return (
            f"it says {shown(named.said)}, but the session's date is {WEEKDAYS[day.weekday()]} {in_words(day)}.{whose}"
        )
    if named.weekday not in (None, day.weekday()):
        return f"it says {shown(named.said)}, but {in_words(day)} is a {WEEKDAYS[day.weekday()]}."
    return ""


def _shows(series: SeriesFile) -> Iterator[Problem]:
    """Runs of show that do not fit their sessions, and what is left out of them."""
    for at, (session, written) in enumerate(zip(series.resolved(), series.sessions, strict=True)):
        place, steps = ("sessions", at), session.plan.run_of_show
        lasts = minutes_long(dict(series), dict(written))
        takes = max((end for _, end in offsets(steps)), default=0)
        if lasts is not None and takes > lasts:
            yield place, f"its run of show takes {takes} minutes, the session {lasts}."
        known = [bare_name(speaker.name) for speaker in (*session.plan.hosts, *session.plan.guests)]
        for number, step in enumerate(steps):
            name = bare_name(step.speaker)
            if step.kind == "talk" and not step.speaker:
                yield (*place, "run_of_show", number), "it is a talk without a speaker."
            # One that is nearly the name of somebody there is asked about as a slip.
            if step.speaker and name not in known and not any(alike(name, other) for other in known):
                said = f'the speaker of step {number + 1}, "{step.speaker}", is neither a host nor a guest of it.'
                yield place, said
            if step.kind == "breakout" and (step.groups or step.size) and not step.rooms and on_zoom(session.plan):
                said = 'it asks for groups, but none are drawn on Zoom. For rooms on Discord, say rooms = "threads".'
                yield (*place, "run_of_show", number), said
        opened = {step.poll for step in steps}
        for number, poll in enumerate(session.plan.polls):
            if steps and poll.name not in opened:
                yield (*place, "polls", number), "no step of the run of show opens it."


def _unasked_regions(series: SeriesFile) -> Iterator[Problem]:
    asked = [part.kind for session in series.sessions for part in (*session.run_of_show, *session.polls)]
    if series.regions and "place" not in asked:
        yield ("regions",), "no step and no poll of the kind place asks people for them."


def _missing_links(series: SeriesFile) -> Iterator[Problem]:
    # A session's own join_url = "" says that it has none, in a room for instance.
    missing = [at for at, each in enumerate(series.sessions) if each.join_url is None and not series.join_url]
    if len(missing) == len(series.sessions):
        yield (), UNLINKED
    else:
        for at in missing:
            yield ("sessions", at), UNLINKED


def _welcomes(series: SeriesFile) -> Iterator[Problem]:
    """Welcomes that one message cannot hold."""
    for session in series.resolved():
        plan = session.plan
        lists = [("Hosts", plan.hosts), ("Guests", plan.guests)]
        speakers = "\n".join(f"**{label}:** {_people(who)}" for label, who in lists if who)
        points = [f"\n{number}. {_escaped(point)}" for number, point in enumerate(plan.housekeeping, 1)]
        parts = {
            "title": f"# {_escaped(session.title)}\n{_escaped(series.title)}, {session.number} of {session.of}",
            "hosts and guests": speakers,
            "housekeeping": f"## How we’re running today’s session{''.join(points)}" if points else "",
            "recording notice": f"**Recording.** {_escaped(plan.recording_notice)}" if plan.recording_notice else "",
            "what people are told of what is kept": max(kept(reads=True), kept(reads=False), key=len),
        }
        total = sum(map(len, parts.values()))
        if total > MESSAGE:
            each = ", ".join(f"{name} {len(text):,}" for name, text in parts.items() if text)
            said = f"its welcome has {total:,} characters ({each}); Discord shows at most {MESSAGE:,} in one message"
            yield ("sessions", session.number - 1), f"{said} ({total - MESSAGE:,} too many)."


def _people(who: tuple[Speaker, ...]) -> str:
    return "; ".join(
        f"{_escaped(each.name)} ({_escaped(each.role)})" if each.role else _escaped(each.name) for each in who
    )


def _escaped(text: str) -> str:
    """As long as what Discord is sent for it."""
    return _ESCAPED.sub(r"\\\g<0>", text)


def _names(series: SeriesFile) -> Iterator[Problem]:
    """Names that are spelt two ways. The rarer spelling is asked about."""
    written: dict[BareName, list[tuple[Place, str]]] = {}
    for place, name in _listed(series):
        written.setdefault(bare_name(name), []).append((place, name))
    texts = list(_all_texts(series))
    for place, text in texts:
        for said, name in titled_names(text):
            written.setdefault(name, []).append((place, said))
    register = Register(list(written)[:_MOST_NAMES])
    for place, text in texts:
        for said, name in register.found_in(text):
            written.setdefault(name, []).append((place, said))
    names = list(written)[:_MOST_NAMES]
    for at, name in enumerate(names):
        for other in names[:at]:
            if alike(name, other):
                usual, rare = (name, other) if len(written[name]) > len(written[other]) else (other, name)
                (place, said), (there, instead) = written[rare][0], written[usual][0]
                yield place, f"{shown(said)} is {shown(instead)} in {where(there, series)}. One of them may be a slip."


def _listed(series: SeriesFile) -> Iterator[tuple[Place, str]]:
    for at, host in enumerate(series.hosts):
        yield ("hosts", at), host.name
    for number, session in enumerate(series.sessions):
        for key, people in (("hosts", session.hosts or ()), ("guests", session.guests)):
            for at, person in enumerate(people):
                yield ("sessions", number, key, at), person.name
        for at, step in enumerate(session.run_of_show):
            if step.speaker:
                yield ("sessions", number, "run_of_show", at), step.speaker


def _spellings(series: SeriesFile) -> Iterator[Problem]:
    """One word in British and in American spelling, in the titles."""
    seen: dict[tuple[int, str], tuple[str, str, Place]] = {}
    for place, text in _all_texts(series):
        if place[-1] != "title":
            continue
        for word, key, way in spellings(text):
            first, usual, there = seen.setdefault(key, (word, way, place))
            if way != usual:
                yield place, f"{shown(word)} is spelt the other way in {where(there, series)}, {shown(first)}."


def _all_texts(series: SeriesFile) -> Iterator[tuple[Place, str]]:
    yield ("title",), series.title
    yield from ((("housekeeping", at), point) for at, point in enumerate(series.housekeeping))
    for number, session in enumerate(series.sessions):
        yield from ((("sessions", number, *place), text) for place, text in _texts(session))


def _texts(session: Session) -> Iterator[tuple[Place, str]]:
    yield ("title",), session.title
    yield ("blurb",), session.blurb
    for at, step in enumerate(session.run_of_show):
        yield ("run_of_show", at, "title"), step.title
        yield ("run_of_show", at, "prompt"), step.prompt
