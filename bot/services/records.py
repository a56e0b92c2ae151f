"""The records of an export, numbered so that a number leads to nobody. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.services.countedrows import BallotRow, OptionRow, PollRow, ProfileRow
from bot.services.reporting import Report, ReportedPoll, Voices, Words
from bot.services.saidrows import ContributionRow
from bot.storage.ballots import Answer
from bot.storage.contributions import Kind

Given = Mapping[str, Sequence[BallotRow]]
"""The ballots, by their polls' ids."""


def named(contribution: int) -> str:
    """A contribution's id in an export."""
    return f"contribution-{contribution}"


def poll_id(poll: ReportedPoll) -> str:
    """A poll's."""
    return f"zoom-poll-{poll.number}" if poll.on_zoom else f"poll-{poll.number}"


def every_poll(report: Report) -> Iterator[ReportedPoll]:
    """The polls, and the same on Zoom after each."""
    return (place for poll in report.polls for place in poll.places)


def respondents(report: Report, answers: Mapping[str, Iterable[tuple[Answer, int]]]) -> dict[str, list[BallotRow]]:
    """Everybody's answers, by the polls' ids. Beside an answer stands the account, 0 where it is not to be told.

    What the report does not show is taken out first, the answers are sorted then, and numbered last: so a number tells
    neither who came when, nor, by its neighbours, how many chose what is not shown.
    """
    given: dict[str, list[BallotRow]] = {}
    for poll in every_poll(report):
        if poll.kind == "open":
            continue
        rows = given[poll_id(poll)] = []
        shown = [None if row.hidden else number for number, row in enumerate(poll.tally.rows, 1)]
        cast = sorted(
            (tuple(shown[option] or 0 for option in _ordered(poll, answer)), account)
            for answer, account in answers.get(poll_id(poll), ())
        )
        for number, (chosen, account) in enumerate(cast, 1):
            known = f"{poll_id(poll)}/respondent-{number}", poll_id(poll), number
            person = f"discord-{account}" if account else ""
            for rank, option in enumerate(chosen, 1):
                rows.append(BallotRow(*known, rank if poll.kind == "ranking" else None, option or None, person))
    return given


def _ordered(poll: ReportedPoll, answer: Answer) -> Iterable[int]:
    """The options that somebody chose; but in a ranking their order is no answer."""
    return answer if poll.kind == "ranking" else sorted(answer)


def poll_rows(report: Report) -> tuple[PollRow, ...]:
    """The polls, those that were taken out with nothing but their number and the reason."""
    rows = [_poll(poll) for poll in report.polls]
    rows += [_poll(poll.zoom, same_as=poll_id(poll)) for poll in report.polls if poll.zoom]
    rows += [_taken_out(each.number, each.why) for each in report.taken_out]
    return tuple(sorted(rows, key=lambda row: (row.place != "here", row.number)))


def _poll(poll: ReportedPoll, same_as: str | None = None) -> PollRow:
    mean, median = poll.tally.mean, poll.tally.median
    return PollRow(
        id=poll_id(poll),
        number=poll.number,
        place="zoom" if poll.on_zoom else "here",
        state="counted",
        why_taken_out="",
        question=poll.question,
        kind=poll.kind,
        privacy=poll.privacy,
        choices=poll.choices,
        n=poll.tally.n,
        mean=None if mean is None else round(float(mean), 4),
        median=None if median is None else float(median),
        section=poll.step,
        asked_again=f"poll-{poll.first_run}" if poll.first_run else None,
        same_as=same_as,
    )


def _taken_out(number: int, why: str) -> PollRow:
    return PollRow(
        id=f"poll-{number}",
        number=number,
        place="here",
        state="taken out",
        why_taken_out=why,
        question="",
        kind=None,
        privacy=None,
        choices=None,
        n=None,
        mean=None,
        median=None,
        section=None,
        asked_again=None,
        same_as=None,
    )


def option_rows(report: Report, given: Given) -> tuple[OptionRow, ...]:
    """The options of all polls."""
    rows: list[OptionRow] = []
    for poll in every_poll(report):
        first = _firsts(given.get(poll_id(poll), ()))
        for number, row in enumerate(poll.tally.rows, 1):
            ranking = poll.kind == "ranking"
            people = first.get(number, 0) if ranking else row.count
            shown = (None, None) if row.hidden else (people, row.percent)
            points = row.count if ranking else None
            rows.append(OptionRow(f"{poll_id(poll)}/option-{number}", poll_id(poll), number, row.text, *shown, points))
    return tuple(rows)


def _firsts(rows: Iterable[BallotRow]) -> dict[int | None, int]:
    found: defaultdict[int | None, int] = defaultdict(int)
    for row in rows:
        found[row.option] += row.rank == 1
    return found


def profile_rows(report: Report) -> tuple[ProfileRow, ...]:
    """What people say of themselves: as many rows as the report tells people, and for the rest empty ones."""
    rows: list[ProfileRow] = []
    for about in report.said.who:
        told: list[str | None] = [each.text for each in about.groups for _ in range(each.count or 0)]
        told += [None] * (about.n - len(told))
        rows += (ProfileRow(f"profile-{about.field}-{i}", about.field, text) for i, text in enumerate(told, 1))
    return tuple(rows)


def contribution_rows(report: Report) -> tuple[ContributionRow, ...]:
    """What may be quoted, by kinds. The report holds nothing else, so that consent is looked at in one place only."""
    said = report.said
    every: list[tuple[Kind, Words, str | None, str]] = []

    def take(kind: Kind, voices: Voices, poll: str | None = None) -> None:
        every.extend((kind, words, poll, "") for words in voices.quotable)

    take("comment", said.comments)
    every.extend(("question", Words(each.id, each.text, support=each.votes), None, "") for each in said.questions)
    take("takeaway", report.takeaways)
    take("improvement", report.improvements)
    for poll in report.polls:
        if poll.answers:
            take("answer", poll.answers, poll_id(poll))
    rooms = [room for each in said.breakouts for room in each.rooms]
    every.extend(("feedback", Words(room.id, room.discussed), None, room.one_thing) for room in rooms)
    take("offer", said.offered)
    there = {words.id for _, words, _, _ in every}
    to = {reply.id: words.id for _, words, _, _ in every for reply in words.replies}
    return tuple(
        ContributionRow(
            id=named(words.id),
            kind=kind,
            place="zoom" if words.zoom else "here",
            text=words.text,
            one_thing=one_thing,
            poll=poll,
            section=words.step,
            reactions=words.support,
            reply_to=named(to[words.id]) if to.get(words.id) in there else None,
        )
        for kind, words, poll, one_thing in sorted(every, key=lambda one: (_ORDER[one[0]], one[1].id))
    )


_ORDER: Mapping[Kind, int] = {
    kind: i for i, kind in enumerate(("comment", "question", "takeaway", "improvement", "answer", "feedback", "offer"))
}
