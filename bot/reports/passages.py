"""The report's fixed passages, the same words in every form of it: attendance, counts of voices, method."""

from bot.reports.text import one_line
from bot.reports.wording import day, in_words, listed, number, people
from bot.services.actions import Told
from bot.services.introductions import Connections
from bot.services.profiles import Composition
from bot.services.reporting import Asked, Person, Report, ReportedBreakout, ReportedPoll, ReportedTheme, Said, Voices

KIND = "Poll and comments summary report"
NOT_DRAWN = "The figure could not be drawn; the table has the same numbers."

_COUNTED = (
    (
        "n is the number of different people who answered the question. Answers could be changed until "
        "the poll closed; the last one counts."
    ),
    (
        "Percentages are rounded to whole numbers, so they may not add up to 100. Where people could "
        "choose several options, they can add up to more."
    ),
)
_PRINTED = (
    "Sentences put shares in words; “about”, “just over” and “just under” mark an approximation.",
    (
        "What people wrote is printed word for word and without names, in no order of arrival, and only "
        "where its author allowed quoting."
    ),
)


def introduction(report: Report) -> str:
    """What this report is, in a sentence."""
    when = f" held on {day(report.starts_at)}" if report.starts_at else ""
    return (
        "This short report summarises the poll results and comments from the webinar "
        f"“{one_line(report.title)}”{when}, part {report.part} of the series “{one_line(report.series)}”."
    )


def named(person: Person) -> str:
    """A host or guest with the role, where there is one."""
    return one_line(f"{person.name}, {person.role}" if person.role else person.name)


def joined_where(report: Report) -> str:
    """The label of the number the host gives."""
    return f"Joined on {one_line(report.place)}" if report.place.strip() else "Joined the webinar"


def took_part(report: Report) -> str:
    """How many acted on Discord; never a word on who joined elsewhere."""
    return f"{people(report.took_part)} did something on Discord, each counted once"


def joined(report: Report) -> str:
    """How many joined the webinar itself, with where the number is from."""
    if report.joined is None:
        return "not given"
    return f"{people(report.joined)}, as given by the host"


def response(report: Report, poll: ReportedPoll) -> str:
    """The poll's response rate with both numbers it is made of; empty where it is not known."""
    rate = report.response_rate(poll)
    if rate is None or report.joined is None:
        return ""
    label = joined_where(report)
    return (
        f"Response rate: {rate}% ({number(poll.tally.n)} answered here; {number(report.joined)} "
        f"{label[:1].lower()}{label[1:]}, as given by the host)."
    )


def came_in(voices: Voices, noun: str) -> str:
    """For instance "41 takeaways: 35 below, 4 given for themes only, 2 withheld by their authors."."""
    if not voices.count:
        return f"No {noun}s came in."
    parts = [f"{number(len(voices.quotable)) if voices.quotable else 'none'} below"]
    if voices.for_themes:
        parts.append(f"{number(len(voices.for_themes))} given for themes only")
    if voices.withheld:
        authors = "its author" if voices.withheld == 1 else "their authors"
        parts.append(f"{number(voices.withheld)} withheld by {authors}")
    return f"{number(voices.count)} {noun}{'' if voices.count == 1 else 's'}: {', '.join(parts)}."


def _several(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def comments(said: Said) -> str:
    """For instance "60 comments from 38 people: 58 below, 2 withheld by their authors."."""
    came = came_in(said.comments, "comment").replace(":", f" from {people(said.commenters)}:", 1)
    if not said.supported:
        return came
    return f"{came} {people(said.supporters)} supported {number(said.supported)} of them with a reaction."


def questions(said: Said) -> str:
    """How many questions there were, and how many were answered."""
    answered = sum(each.answered for each in said.questions)
    return f"{_several(len(said.questions), 'question')}, {number(answered)} answered."


def question(asked: Asked) -> str:
    """Of whom it was asked, and what became of it."""
    parts = [f"Q{asked.number}"]
    if asked.addressed:
        parts.append(f"to {one_line(asked.addressed)}")
    if asked.votes:
        parts.append(f"wanted by {_several(asked.votes, 'other')}")
    if not asked.answered:
        parts.append(f"not answered; {one_line(asked.follow_up)} will follow up" if asked.follow_up else "not answered")
    return f"{', '.join(parts)}:"


def rooms(breakout: ReportedBreakout) -> str:
    """How many rooms sent something back."""
    sent = f"Feedback came from {came_in(breakout.said, 'room')}" if breakout.said.count else "No feedback came in."
    silent = f" Nothing was heard of {_several(breakout.silent, 'room')}." if breakout.silent else ""
    return sent + silent


def in_theme(theme: ReportedTheme) -> str:
    """How much is in a theme, and who vouches for it."""
    counted = f"{_several(theme.contributions, 'contribution')} from {people(theme.people)}"
    return f"{counted}; signed off by {one_line(theme.signed_by)}" if theme.signed_by else f"{counted}; not signed off"


OFFERED = {
    "link": "A link",
    "person": "A person to talk to",
    "project": "A project",
    "paper": "A paper",
    "place": "A place to visit",
}


def connections(made: Connections) -> str:
    """What came of the offers of the series so far."""
    came = " What people say came of them:" if made.outcomes else ""
    asked = _several(made.asked, "introduction")
    return f"In the series so far {asked} {_were(made.asked)} asked for, and both sides agreed to {made.agreed}.{came}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def change(told: Told) -> str:
    """What was done about something that people said in an earlier part."""
    done = {"done": "done", "dropped": "will not be done"}.get(told.state, "under way")
    outcome = f": {one_line(told.outcome)}" if told.outcome else ""
    return f"Part {told.part}, {one_line(told.text)} ({one_line(told.owner)}): {done}{outcome}"


WHO = (
    "What people said of themselves, if they liked: it is not joined to anything they answered, and numbers under five "
    "are not shown."
)


ABOUT = {"role": "Role", "organisation": "Organisation", "reach": "Works", "region": "Region"}


def who(about: Composition) -> str:
    """For instance "Organisation (n=31): NHS trust 12; primary care 9; charity not shown."."""
    shown = ("not shown" if group.count is None else number(group.count) for group in about.groups)
    groups = (f"{one_line(group.text)} {count}" for group, count in zip(about.groups, shown, strict=True))
    return f"{ABOUT[about.field]} (n={number(about.n)}): {'; '.join(groups)}."


def method(report: Report) -> list[str]:
    """How the figures were counted, a point each."""
    joined_too = (
        "“Took part here” counts the different people who did anything on Discord during the session. "
        f"“{joined_where(report)}” is a number the host gives. They are counted in different places and "
        "are not added together."
    )
    if report.joined is None:
        joined_too += " It was not given for this session, so no response rate is printed."
    return [*_COUNTED, joined_too, *_PRINTED, *_taken_out(report), *_hidden(report)]


def _taken_out(report: Report) -> list[str]:
    gone = [f"Poll {poll.number} (“{one_line(poll.why)}”)" for poll in report.taken_out]
    if not gone:
        return []
    which = f"{in_words(len(gone)).capitalize()} poll{' was' if len(gone) == 1 else 's were'}"
    return [f"{which} taken out of this report by a host, and why: {listed(gone)}."]


def _hidden(report: Report) -> list[str]:
    count = report.said.hidden
    return [f"Hosts left {_several(count, 'contribution')} out of this report."] if count else []
