"""What a file of Zoom's would change, in sentences: for a host's preview, and for the command line. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Self

from bot.services.text import counted, one_line, shortened
from bot.services.zoom.chat import ZoomChat
from bot.services.zoom.people import ZoomPeople
from bot.services.zoom.plan import ChatPlan, NewLine, NewPoll, PeoplePlan, PollsPlan, plain
from bot.storage.polls import Poll
from bot.storage.sessions import Session
from bot.storage.zoom import ZoomPollRow

POLLS, SAMPLES, EXTRA = 12, 3, 5


@dataclass(frozen=True)
class Preview:
    """``lines`` say what a file is, ``sample`` is of what would be taken, ``odd`` what to look at.

    ``asks``: somebody has to say whether words may be quoted. ``nothing``: all of it is in already. ``file_id`` is set
    once it is kept.
    """

    lines: tuple[str, ...]
    sample: tuple[str, ...]
    odd: tuple[str, ...]
    asks: bool
    nothing: bool
    file_id: int = 0

    def kept(self, file_id: int) -> Self:
        """The same with the id of the file that waits."""
        return replace(self, file_id=file_id)


def tell_polls(plan: PollsPlan, here: Sequence[Poll], before: Sequence[ZoomPollRow], there: Collection[int]) -> Preview:
    """Of a poll report."""
    numbers = {poll.id: poll for poll in here}
    lines = [f"A poll report with {counted(len(plan.polls), 'question')}."]
    odd: list[str] = []
    for each in plan.polls[:POLLS]:
        twin = numbers.get(each.poll_id or 0)
        lines.append(_asked(each, twin))
        extra = [text for text in each.options if twin and plain(text) not in map(plain, twin.options)]
        if twin and extra:
            some = ", ".join(f"“{_short(text)}”" for text in extra[:EXTRA])
            more = f" and {len(extra) - EXTRA} more" if len(extra) > EXTRA else ""
            odd.append(f"Answers that poll {twin.number} does not have here: {some}{more}. They are counted too.")
    if len(plan.polls) > POLLS:
        lines.append(f"… and {len(plan.polls) - POLLS} more.")
    new = [line for line in plan.lines if line.key not in there]
    same = [_known(each) for each in before] == [
        (each.question, list(each.options), [list(one) for one in each.answers], each.poll_id) for each in plan.polls
    ]
    if before and not same:
        odd.append(f"It replaces the {counted(len(before), 'question')} of an earlier file.")
    if new:
        words = counted(len(new), "answer")
        odd.append(f"{words} in words would stand among the comments, without names.")
    if plan.how:
        odd.append(plan.how)
    return Preview(tuple(lines), _sample(new), tuple(odd), bool(new), same and not new)


def _known(row: ZoomPollRow) -> tuple[str, list[str], list[list[int]], int | None]:
    return row.question, list(row.options), [list(each) for each in row.answers], row.poll_id


def _asked(poll: NewPoll, twin: Poll | None) -> str:
    how = f"{len(poll.options)} different answers" if poll.options else "answered in words"
    matched = f", the same as poll {twin.number} here" if twin else ""
    return f"“{_short(poll.question, 120)}”: n={len(poll.answers):,}, {how}{matched}."


def tell_people(file: ZoomPeople, plan: PeoplePlan, session: Session, *, same: bool) -> Preview:
    """Of a report of who was there."""
    at_once = f", {plan.peak:,} at once at most" if plan.peak is not None else ""
    joined = counted(plan.joined, "person", "people")
    if file.webinar:
        team = f" {counted(file.team, 'host or panellist', 'hosts and panellists')} not counted." if file.team else ""
        lines = [f"A webinar’s report: {joined} attended{at_once}.{team}"]
    else:
        lines = [f"A meeting’s participants: {joined}{at_once}. Hosts are counted, for the file does not tell them."]
    lines.append("Whoever came back counts once, by their e-mail address or else their name. Neither is kept.")
    odd: list[str] = []
    if session.joined not in {None, plan.joined}:
        odd.append(f"It replaces the {session.joined:,} who joined by what was recorded before.")
    if plan.peak is None:
        odd.append("The file has no times, so how many there were at once is not known.")
    if plan.how:
        odd.append(plan.how)
    nothing = same and (session.joined, session.peak) == (plan.joined, plan.peak)
    return Preview(tuple(lines), (), tuple(odd), asks=False, nothing=nothing)


def tell_chat(file: ZoomChat, plan: ChatPlan, there: Collection[int]) -> Preview:
    """Of a chat."""
    new = [line for line in plan.lines if line.key not in there]
    reactions = sum(len(line.supports) for line in plan.lines)
    with_reactions = f", with {counted(reactions, 'reaction')}" if reactions else ""
    messages = counted(len(plan.lines), "message")
    lines = [f"A chat: {messages} from {counted(file.people, 'person', 'people')}{with_reactions}."]
    if file.private:
        were = (
            "message to a single person or a room is" if file.private == 1 else "messages to single people or rooms are"
        )
        lines.append(f"{file.private:,} {were} left out and kept nowhere.")
    odd: list[str] = []
    if panel := sum(line.panel for line in new):
        were = "was" if panel == 1 else "were"
        odd.append(f"{panel:,} {were} written to hosts and panellists only: for themes, and never quoted.")
    if file.odd:
        odd.append(f"{counted(file.odd, 'line')} not understood, and left out.")
    if len(new) < len(plan.lines):
        odd.append(f"{counted(len(plan.lines) - len(new), 'message')} in already, so {len(new):,} would be added.")
    if plan.how:
        odd.append(plan.how)
    return Preview(tuple(lines), _sample(new), tuple(odd), bool(new), not new)


def _sample(lines: Sequence[NewLine]) -> tuple[str, ...]:
    return tuple(_short(line.text, 150) for line in lines[:SAMPLES])


def _short(text: str, limit: int = 60) -> str:
    return shortened(one_line(text), limit)
