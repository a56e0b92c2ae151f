"""When everything happens, and what becomes of what is late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.cues import WAITS, counts_from, decide, halfway, plan, replan, ripple, shifted, unlinking
from bot.services.promises import LINKS_KEPT
from bot.storage.cues import Cue
from bot.storage.sessions import Session
from tests.services.guild import EXAMPLE_SERIES

START = datetime(2022, 2, 24, 13, tzinfo=UTC)
MONTH_BEFORE = START - timedelta(days=30)
EXAMPLE = EXAMPLE_SERIES.resolved()[0]


def a_session(**changes: object) -> Session:
    stored = EXAMPLE.plan.model_copy(update={"run": changes.pop("run", "prompted")}).stored()
    usual: dict[str, object] = dict.fromkeys(Session.__dataclass_fields__) | {
        "id": 1,
        "number": 1,
        "title": EXAMPLE.title,
        "starts_at": START,
        "ends_at": START + timedelta(minutes=90),
        "plan": stored,
        "state": "planned",
        "sequence": 0,
    }
    return Session(**(usual | changes))


def table(session: Session, now: datetime = MONTH_BEFORE) -> list[Cue]:
    """The cues of a session as they would be kept."""
    return [
        Cue(
            i, 1, each.key, each.kind, each.position, each.title, each.minutes, each.due_at, each.due_at, "planned",
            None, "", None,
        )
        for i, each in enumerate(replan([], plan(session, now), now).add)
    ]  # fmt: skip


def verdicts(session: Session, cues: list[Cue], now: datetime) -> list[tuple[str, str]]:
    due = [cue for cue in cues if cue.state == "planned" and cue.due_at <= now]
    steps = sorted((cue for cue in cues if cue.position is not None), key=lambda cue: cue.position or 0)
    return [(verdict.cue.key, verdict.act) for verdict in decide(session, due, steps, now)]


def unlinking_cue(now: datetime = START) -> Cue:
    each = unlinking(now)
    return Cue(99, 1, each.key, each.kind, None, each.title, 0, each.due_at, each.due_at, "planned", None, "", None)


@pytest.mark.parametrize("state", ["planned", "live", "finished", "cancelled"])
def test_links_are_cut_whatever_has_become_of_the_session(state: str):
    session, due = a_session(state=state), [unlinking_cue()]
    assert [verdict.act for verdict in decide(session, due, [], START + LINKS_KEPT) if not verdict.why] == ["fire"]


def test_no_change_of_plans_does_away_with_the_cutting_of_links():
    kept = [*table(a_session()), unlinking_cue()]
    for wanted in ((), plan(a_session(sequence=1), MONTH_BEFORE)):
        assert unlinking_cue().id not in replan(kept, wanted, MONTH_BEFORE).remove


def test_the_example_is_planned_as_the_slides_have_it():
    cues = plan(a_session(), MONTH_BEFORE)
    times = [(cue.kind, cue.due_at - START) for cue in cues]
    minutes = [round(after.total_seconds() / 60) for _, after in times]
    assert [kind for kind, _ in times] == [
        *("announce", "reminder", "reminder", "reminder", "ready", "reminder", "doors"),
        *("welcome", "place", "talk", "poll", "talk", "breakout", "talk", "panel", "poll", "review", "close"),
        "follow_up",
    ]
    assert minutes[1:7] == [-7 * 24 * 60, -24 * 60, -60, -30, -10, -5]
    assert minutes[7:] == [0, 5, 9, 22, 25, 38, 53, 66, 78, 81, 87, 90 + 24 * 60]


def test_a_session_without_a_date_or_with_one_that_is_over_has_no_cues():
    assert plan(a_session(starts_at=None, ends_at=None), MONTH_BEFORE) == ()
    assert plan(a_session(), START + timedelta(minutes=90)) == ()


def test_by_hand_means_nothing_but_reminders():
    assert {cue.kind for cue in plan(a_session(run="manual"), MONTH_BEFORE)} == {"reminder"}


def test_by_hand_every_step_waits_for_the_host():
    steps = table(a_session())
    steps = [cue for cue in steps if cue.position is not None]
    hours_later = START + timedelta(hours=3)
    assert verdicts(a_session(run="manual", state="live"), steps, hours_later) == [(steps[0].key, "wait")]


def test_what_would_come_too_late_is_not_planned():
    kinds = [cue.key for cue in table(a_session(), START - timedelta(minutes=20)) if cue.position is None]
    assert kinds == ["announce", "0:reminder:10", "0:doors", "follow_up"]


@given(st.integers(-100_000, 100_000))
def test_planning_twice_changes_nothing_and_a_move_moves_everything_that_has_yet_to_happen(by: int):
    session = a_session()
    now = START - timedelta(days=100)
    cues = table(session, now)
    again = replan(cues, plan(session, now), now)
    assert (again.add, again.change, again.remove) == ((), (), ())
    later = timedelta(minutes=by)
    moved = replace(session, starts_at=START + later, ends_at=START + timedelta(minutes=90) + later, sequence=1)
    changed = replan(cues, plan(moved, now), now)
    steps = {cue.key: cue.due_at for _, cue in changed.change if cue.position is not None}
    before = {cue.key: cue.due_at for cue in cues if cue.position is not None}
    assert all(steps.get(key, at) == at + later for key, at in before.items())


def test_prompted_waits_for_what_concerns_the_room_and_automatic_for_nothing():
    assert {"welcome", "poll", "breakout", "panel", "review", "close"} == WAITS
    for run, act in (("prompted", "wait"), ("automatic", "fire")):
        session = a_session(run=run)
        cues = [cue for cue in table(session) if cue.position is not None]
        assert verdicts(session, cues, START) == [("step:0", act)]


def test_steps_keep_their_order_and_none_begins_while_another_waits():
    session = a_session(state="live")
    cues = [cue for cue in table(session) if cue.position is not None]
    waiting = [replace(cues[0], state="due"), *cues[1:]]
    assert verdicts(session, waiting, START + timedelta(hours=1)) == []
    begun = [replace(cues[0], state="running"), *cues[1:]]
    assert verdicts(session, begun, START + timedelta(minutes=10)) == [("step:1", "fire")]
    assert verdicts(replace(session, paused_at=START), begun, START + timedelta(minutes=10)) == []


@pytest.mark.parametrize(
    ("minutes", "fired"),
    [
        (-8 * 24 * 60, ["announce"]),
        (-7 * 24 * 60, ["announce", "0:reminder:10080"]),
        (-12 * 60, ["announce", "0:reminder:1440"]),  # the week's reminder would be old news beside the day's
        (-20, ["announce", "0:reminder:60", "0:ready"]),
        (-1, ["announce", "0:reminder:10", "0:ready", "0:doors"]),
        (1, []),  # nothing that leads up to a session comes after its start
    ],
)
def test_after_a_pause_of_the_bot_each_kind_is_late_in_its_own_way(minutes: int, fired: list[str]):
    session = a_session()
    told = verdicts(session, table(session), START + timedelta(minutes=minutes))
    assert sorted(key for key, act in told if act == "fire") == sorted(fired)


def test_a_session_that_was_never_started_is_let_go_whole():
    session = a_session()
    told = verdicts(session, table(session), START + timedelta(days=3))
    assert {act for _, act in told} == {"skip"}
    assert len(told) == len(table(session))


@pytest.mark.parametrize(
    ("state", "acts"),
    [("live", []), ("finished", ["fire"]), ("planned", ["skip"]), ("cancelled", ["skip"])],
)
def test_the_follow_up_is_for_what_is_over(state: str, acts: list[str]):
    cues = [cue for cue in table(a_session()) if cue.kind == "follow_up"]
    told = verdicts(a_session(state=state), cues, START + timedelta(days=3))
    assert [act for _, act in told] == acts


@pytest.mark.parametrize(
    ("position", "minutes", "run", "act"),
    [
        (1, 9, "automatic", "fire"),  # it would just be over
        (1, 10, "automatic", "fire"),
        (1, 11, "automatic", "skip"),
        (2, 23, "prompted", "fire"),
        (2, 24, "prompted", "skip"),
        (3, 60, "automatic", "skip"),
        (3, 60, "prompted", "wait"),  # that is for a host to say
        (10, 600, "automatic", "fire"),  # the close closes what is open
    ],
)
def test_what_is_over_is_not_made_good(position: int, minutes: int, run: str, act: str):
    session = a_session(state="live", run=run)
    steps = [cue for cue in table(session) if cue.position is not None]
    steps[:position] = [replace(cue, state="done") for cue in steps[:position]]
    now = START + timedelta(minutes=minutes)
    assert verdicts(session, steps, now) == [(f"step:{position}", act)]


def test_a_step_that_begins_by_itself_keeps_to_its_time_while_that_lasts():
    poll = next(cue for cue in table(a_session()) if cue.key == "step:3")
    for late, since in ((0, 0), (2, 0), (3, 3), (7, 7)):
        now = poll.due_at + timedelta(minutes=late)
        assert counts_from(poll, now) == poll.due_at + timedelta(minutes=since)


def test_a_step_that_has_to_begin_on_the_minute_begins_no_earlier():
    steps = [cue for cue in table(a_session()) if cue.position is not None]
    fixed = {2, 5}
    for late in (-4, 0, 3, 30):
        now = START + timedelta(minutes=5 + late)
        moved = ripple(steps, steps[1], now, fixed)
        assert moved[0].due_at == max(steps[2].due_at, now + timedelta(minutes=4))
        assert all(moved[i].due_at >= steps[i + 2].due_at for i in (0, 3))
        for before, after in pairwise(moved):
            follows = before.due_at + timedelta(minutes=before.minutes)
            assert after.due_at == (max(follows, after.planned_at) if after.position in fixed else follows)


@given(st.integers(0, 90), st.integers(0, 10))
def test_when_a_step_begins_the_later_ones_follow_one_another(late: int, position: int):
    steps = [cue for cue in table(a_session()) if cue.position is not None]
    begun, now = steps[position], START + timedelta(minutes=late)
    moved = ripple(steps, begun, now)
    assert [cue.position for cue in moved] == list(range(position + 1, len(steps)))
    ends = now + timedelta(minutes=begun.minutes)
    for cue in moved:
        assert cue.due_at == ends
        ends += timedelta(minutes=cue.minutes)


@given(st.integers(-600, 600))
def test_more_time_moves_only_what_has_yet_to_happen(seconds: int):
    steps = [cue for cue in table(a_session()) if cue.position is not None]
    steps[0] = replace(steps[0], state="done")
    moved = shifted(steps, timedelta(seconds=seconds), MONTH_BEFORE)
    assert [cue.due_at - before.due_at for cue, before in zip(moved, steps[1:], strict=True)] == [
        timedelta(seconds=seconds)
    ] * (len(steps) - 1)


# ------------------------------------------------------------------ the nudge at half time


def nudge_cue(review: Cue) -> Cue:
    each = halfway(review, review.due_at)
    return Cue(98, 1, each.key, each.kind, None, each.title, 0, each.due_at, each.due_at, "planned", None, "", None)


def test_the_nudge_comes_in_the_middle_and_moves_half_as_far_as_the_end():
    steps = [cue for cue in table(a_session()) if cue.position is not None]
    review, close = steps[-2:]
    nudge = nudge_cue(review)
    assert (nudge.due_at - review.due_at, nudge.position) == (timedelta(minutes=3), None)
    moved = shifted([nudge, close], timedelta(minutes=4), START, nudges=timedelta(minutes=2))
    assert [cue.due_at for cue in moved] == [nudge.due_at + timedelta(minutes=2), close.due_at + timedelta(minutes=4)]
    paused = shifted([nudge, close], timedelta(minutes=4), START)
    assert [cue.due_at - timedelta(minutes=4) for cue in paused] == [nudge.due_at, close.due_at]


def test_the_nudge_waits_while_the_session_is_paused():
    nudge = nudge_cue(next(cue for cue in table(a_session()) if cue.kind == "review"))
    for paused_at, acts in ((None, [("nudge:9", "fire")]), (START, [])):
        session = a_session(state="live", paused_at=paused_at)
        assert verdicts(session, [nudge], nudge.due_at) == acts
