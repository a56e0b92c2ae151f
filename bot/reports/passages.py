"""The report's fixed passages, the same words in every form of it: attendance, counts of voices, method."""

from bot.reports.text import one_line
from bot.reports.wording import day, in_words, listed, number, people
from bot.services.reporting import Person, Report, ReportedPoll, Voices

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


def method(report: Report) -> list[str]:
    """How the figures were counted, a point each."""
    joined_too = (
        "“Took part here” counts the different people who did anything on Discord during the session. "
        f"“{joined_where(report)}” is a number the host gives. They are counted in different places and "
        "are not added together."
    )
    if report.joined is None:
        joined_too += " It was not given for this session, so no response rate is printed."
    return [*_COUNTED, joined_too, *_PRINTED, *_taken_out(report)]


def _taken_out(report: Report) -> list[str]:
    gone = [f"Poll {poll.number} (“{one_line(poll.why)}”)" for poll in report.taken_out]
    if not gone:
        return []
    which = f"{in_words(len(gone)).capitalize()} poll{' was' if len(gone) == 1 else 's were'}"
    return [f"{which} taken out of this report by a host, and why: {listed(gone)}."]
