"""The whole series, from its import to the last follow-up, in simulated time.

Wherever the bot is restarted the same is posted, once and in the same order. And where it is away for hours, nothing
comes twice, nothing stays open, and what came too late is told.
"""

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import simcord
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.boards import MARK
from bot.rehearsal.clock import SimulatedClock
from bot.rehearsal.room import Room, text_of
from bot.services.cues import TIMING, WAITS
from bot.settings import Settings
from bot.storage import cues
from bot.storage.cues import Cue
from tests.conftest import SERIES, simulated

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When the simulated Discord's own clock begins, so that its events begin and end with the sessions."""

END = datetime(2026, 11, 9, tzinfo=UTC)

DATES = (date(2026, 2, 24), date(2026, 4, 8), date(2026, 9, 15), date(2026, 11, 5))
"""Between its first reminder and the session the UK's clocks go forward before the second, and back before the last."""

HOURS = (13, 12, 12, 13)
"""When it is 13:00 in London, UTC."""

SHOW = """
[[series.sessions.run_of_show]]
kind = "welcome"
title = "Welcome"
minutes = 5

[[series.sessions.run_of_show]]
kind = "talk"
title = "A talk"
minutes = 40

[[series.sessions.run_of_show]]
kind = "review"
title = "Looking back"
at = "1:00"
minutes = 20

[[series.sessions.run_of_show]]
kind = "close"
title = "Thank you"
minutes = 10
"""

LOOKS_LATER = timedelta(minutes=1)
"""How long after each cue the host and the person who came look what there is to do."""

LATE = "## This did not happen"

OUTSIDE = {"announce", "unlink", *TIMING}
"""Cues whose times are not those of the plan."""

HALF = datetime(2026, 4, 20, tzinfo=UTC)
"""After the second session."""

AWAY = [timedelta(minutes=minutes) for minutes in (4, 25, 180, 48 * 60)]

Cuts = Sequence[tuple[int, float]]

CUTS = st.lists(st.tuples(st.integers(0, 6), st.floats(0, 1)), min_size=8, max_size=8)
"""Where the process ends, for every seven cues: after which of them, and how far on the way to the next."""

few = settings(max_examples=1, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
"""An example takes seconds: the plainest will do, in which the process ends at the very instant of a cue."""


def series(run: str) -> bytes:
    """The example with four dates, and a run of show for each."""
    head, *parts = SERIES.decode().replace('"7 days", "1 day"', '"14 days"').split("[[series.sessions]]\n")
    undated = [re.sub(r"^date = .*\n", "", part, flags=re.MULTILINE) for part in parts]
    whole = [f"date = {on}\n{part}" for on, part in zip(DATES, undated, strict=True)]
    shown = [part if "run_of_show" in part else part + SHOW for part in whole]
    return "[[series.sessions]]\n".join([head.replace('run = "prompted"', f'run = "{run}"'), *shown]).encode()


class Stage:
    """The room with everybody in it: two ask for direct messages, and one of them takes part."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.people = {name: room.member(name) for name in ("Came", "Missed")}
        self.answered: set[int] = set()

    async def sign_up(self) -> None:
        for who in self.people.values():
            for number in range(1, 5):
                await who.click(self.room.board(f"## {number} of 4"), label="Remind me by direct message")

    async def next_cue(self) -> datetime | None:
        async with self.room.bot.database.read() as connection:
            return await cues.next_due(connection, self.room.clock.now())

    async def until(self, when: datetime) -> None:
        await self.room.clock.pass_time(max(when - self.room.clock.now(), timedelta(0)))

    async def look(self) -> None:
        """The host opens what waits for them; the person who came answers what is open."""
        room, came = self.room, self.people["Came"]
        due = (await room.bot.services.sessions.agenda(room.guild.id)).due
        stands = await room.bot.services.show.standing(due.id, room.clock.now()) if due else None
        if stands and stands.waiting and stands.waiting.kind == "close":
            await room.finish_session()
        elif stands and stands.waiting:
            await room.command("session next")
        for opened in (await room.bot.services.show.view(due.id, room.clock.now())).open if due else ():
            if opened.message_id not in self.answered:
                if opened.title == "After action review":
                    await room.review(came, "Start small", "More time", quote=True)
                elif opened.title.startswith("Poll "):
                    await room.vote(came, int(opened.title.removeprefix("Poll ")), 0)
                self.answered.add(opened.message_id or 0)

    def places(self) -> dict[str, simcord.ChannelHandle]:
        room = self.room
        places = {"webinar": room.channel, "announcements": room.announcements, "office": room.office}
        return places | {name: who.user.dm_channel for name, who in self.people.items()}

    async def cues(self) -> list[Cue]:
        async with self.room.bot.database.read() as connection:
            return [cue for session in range(1, 5) for cue in await cues.of(connection, session)]

    def events(self) -> list[tuple[str | None, ...]]:
        every = self.room.env.backend.get_guild(self.room.guild.id).scheduled_events.values()
        return [(e.name, e.scheduled_start_time, e.scheduled_end_time, str(e.status)) for e in every]

    def nothing_twice(self) -> None:
        for name, place in self.places().items():
            marks = Counter(each.id for message in place.history() for each in message.components)
            assert set(marks.values()) == {1}, name
            assert min(marks) > MARK
            assert self.posts(place) == len(marks), name

    def posts(self, place: simcord.ChannelHandle) -> int:
        """How many messages were ever posted there."""
        path = f"/channels/{place.id}/messages"
        return sum(each.method == "POST" and each.path == path for each in self.room.env.http_requests)

    def told_late(self) -> int:
        return sum(text.startswith(LATE) for text in self.room.texts(self.room.office))


@asynccontextmanager
async def stage(run: str) -> AsyncIterator[Stage]:
    """The series is imported, and people have signed up."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = Settings.model_validate({"database": {"url": f"sqlite+aiosqlite:///{folder}/plenary.db"}})
        clock = SimulatedClock(BEGINNING)
        async with simulated(chosen, clock) as env:
            room = Room(env, chosen, clock)
            with env.time_context():
                await room.set_up()
                await room.import_series(series(run))
                there = Stage(room)
                await there.sign_up()
                yield there


@dataclass(frozen=True)
class Played:
    """What people can read in the end, place by place; Discord's events; the cues."""

    read: dict[str, list[str]]
    events: list[tuple[str | None, ...]]
    cues: list[Cue]


async def play(run: str, restarts: Iterable[datetime] = ()) -> Played:
    """The whole series, with restarts at these times."""
    async with stage(run) as there:
        ahead = sorted(restarts, reverse=True)
        while there.room.clock.now() < END:
            upcoming = await there.next_cue()
            looks = upcoming + LOOKS_LATER if upcoming else END
            while ahead and ahead[-1] <= looks:
                await there.until(ahead.pop())
                await there.room.restart()
            await there.until(looks)
            await there.look()
        there.nothing_twice()
        # Ids are numbered otherwise in each run.
        read = {
            name: [re.sub(r"\d{16,}", "#", text_of(each)) for each in place.history()]
            for name, place in there.places().items()
        }
        return Played(read, there.events(), await there.cues())


@pytest.fixture(scope="module")
def unbroken() -> Played:
    """The automatic series, as one process plays it."""
    return asyncio.run(play("automatic"))


def happened(played: Played) -> list[datetime]:
    """When the process had something to do."""
    return sorted({cue.began_at for cue in played.cues if cue.began_at})


def instants(cuts: Cuts, times: Sequence[datetime]) -> list[datetime]:
    """One for every seven cues, at one of them or between two."""
    chunks = [list(pairwise(times[i : i + 8])) for i in range(0, len(times) - 1, 7)]
    pairs = [(*chunk[which % len(chunk)], part) for chunk, (which, part) in zip(chunks, cuts, strict=False)]
    return [before + (after - before) * part for before, after, part in pairs]


def test_everything_happens_on_the_minute(unbroken: Played):
    days = 24 * 60
    for session, (on, hour) in enumerate(zip(DATES, HOURS, strict=True), 1):
        start = datetime(on.year, on.month, on.day, hour, tzinfo=UTC)
        every = [cue for cue in unbroken.cues if cue.session_id == session and cue.kind not in OUTSIDE]
        assert {cue.state for cue in every} == {"done"}
        assert [(cue.began_at - start) / timedelta(minutes=1) for cue in every] == [
            *(-14 * days, -60, -30, -10, -5),
            # Without the place, the two polls and the panel; but the third step has to begin on the minute.
            *((0, 5, 9, 22, 25, 38, 53, 66, 78, 81, 87) if session == 1 else (0, 5, 60, 80)),
            (87 if session == 1 else 80) + days,
        ]


@few
@example("prompted", [(i % 7, 0.5) for i in range(8)])
@given(st.just("automatic"), CUTS)
def test_restarts_and_a_host_who_taps_what_is_due_change_nothing(unbroken: Played, run: str, cuts: Cuts):
    broken = asyncio.run(play(run, instants(cuts, happened(unbroken))))
    assert broken.read == unbroken.read
    assert broken.events == unbroken.events
    # The close is a host's too, but what they do is to finish the session.
    waited = {cue.kind for cue in broken.cues if cue.began_at and cue.began_at > cue.due_at}
    assert waited == (WAITS - {"close"} if run == "prompted" else set())


@few
@example([(3 * i, 0.3) for i in range(8)], 2)
@given(CUTS, st.integers(0, len(AWAY) - 1))
def test_hours_without_the_bot_are_told_of_and_nothing_comes_twice(unbroken: Played, cuts: Cuts, first: int):
    ends = instants(cuts, [each for each in happened(unbroken) if each < HALF])
    asyncio.run(interrupted(sorted(zip(ends, (AWAY * 3)[first:], strict=False))))


async def interrupted(ends: Sequence[tuple[datetime, timedelta]]) -> None:
    """The first half of the automatic series, with the bot away now and then."""
    async with stage("automatic") as there:
        for end, away in ends:
            await there.until(end)
            told = there.told_late()
            await there.room.restart(away)
            assert there.told_late() <= told + 1
        await there.until(HALF)
        there.nothing_twice()
        show, agenda = there.room.bot.services.show, await there.room.bot.services.sessions.agenda(there.room.guild.id)
        for session in agenda.sessions[:2]:
            every = [cue for cue in await there.cues() if cue.session_id == session.id and cue.kind != "unlink"]
            assert {cue.state for cue in every} <= {"done", "skipped"}
            assert [cue for cue in every if cue.note and cue.told_on is None] == []
            begun = any(cue.began_at for cue in every if cue.kind == "welcome")
            assert session.state == ("finished" if begun else "planned")
            assert (await show.view(session.id, there.room.clock.now())).open == ()
