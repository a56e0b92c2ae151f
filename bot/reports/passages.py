"""The report's fixed passages, the same words in every form of it: attendance, counts of voices, method."""

from bot.reports.text import one_line
from bot.reports.wording import day, in_words, listed, number, people
from bot.services.actions import Told
from bot.services.introductions import Connections
from bot.services.profiles import Composition
from bot.services.reporting import Asked, Person, Report, ReportedBreakout, ReportedPoll, ReportedTheme, Said, Voices
from bot.services.text import counted

KIND = "Poll and comments summary report"

COUNTED = (
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
        "where its author allowed quoting. Brackets […] mark what was left out or put in."
    ),
)


def introduction(report: Report) -> str:
    """What this report is, in a sentence."""
    when = f" held on {day(report.starts_at)}" if report.starts_at else ""
    return (
        "This short report summarises the poll results and comments from the webinar "
        f"“{one_line(report.heading)}”{when}, part {report.part} of the series “{one_line(report.series)}”."
    )


def named(person: Person) -> str:
    """A host or guest with the role, where there is one."""
    return one_line(f"{person.name}, {person.role}" if person.role else person.name)


def joined_where(report: Report) -> str:
    """The label of the number that does not come from here."""
    return f"Joined on {one_line(report.place)}" if report.place.strip() else "Joined the webinar"


def took_part(count: int) -> str:
    """How many acted on Discord; never a word on who joined elsewhere."""
    return f"{people(count)} did something on Discord{', each counted once' if count > 1 else ''}"


def source(report: Report) -> str:
    """Where the number of those who joined is from."""
    return "as Zoom’s own file has it" if report.counted_by_zoom else "as given by the host"


def joined(report: Report) -> str:
    """How many joined the webinar itself, with where the number is from."""
    return "not given" if report.joined is None else f"{people(report.joined)}, {source(report)}"


def response(report: Report, poll: ReportedPoll) -> str:
    """The poll's response rate with both numbers it is made of; empty where it is not known."""
    rate = report.response_rate(poll)
    if rate is None or report.joined is None:
        return ""
    label = joined_where(report)
    return (
        f"Response rate: {rate}% ({number(poll.tally.n)} answered {'there' if poll.on_zoom else 'here'}; "
        f"{number(report.joined)} {label[:1].lower()}{label[1:]}, {source(report)})."
    )


def harvest(report: Report) -> str:
    """What came in, for instance "60 comments from 38 people and 41 takeaways"; empty where nothing did."""
    said = report.said
    counted = (
        (said.comments.count, "comment", f" from {people(said.commenters)}"),
        (len(said.questions), "question to the panel", ""),
        (sum(each.said.count for each in said.breakouts), "room’s feedback from breakouts", ""),
        (report.takeaways.count, "takeaway", ""),
        (report.improvements.count, "improvement", ""),
        (said.offered.count, "offer of help", ""),
    )
    parts = [f"{_several(count, noun)}{more}" for count, noun, more in counted if count]
    return listed(parts)


def came_in(voices: Voices, noun: str) -> str:
    """For instance "41 takeaways: 35 quotable, 4 given for themes only, 2 withheld by their authors."."""
    if not voices.count:
        return f"No {noun}s came in."
    parts = [f"{number(len(voices.quotable)) if voices.quotable else 'none'} quotable"]
    if voices.for_themes:
        parts.append(f"{number(len(voices.for_themes))} given for themes only")
    if voices.withheld:
        authors = "its author" if len(voices.withheld) == 1 else "their authors"
        parts.append(f"{number(len(voices.withheld))} withheld by {authors}")
    return f"{counted(voices.count, noun)}: {', '.join(parts)}."


_PLURALS = {
    "room’s feedback from breakouts": "rooms’ feedback from breakouts",
    "question to the panel": "questions to the panel",
    "offer of help": "offers of help",
}


def _several(count: int, noun: str) -> str:
    return counted(count, noun, _PLURALS.get(noun, ""))


def comments(said: Said) -> str:
    """For instance "60 comments from 38 people: 58 quotable, 2 withheld by their authors."."""
    came = came_in(said.comments, "comment").replace(":", f" from {people(said.commenters)}:", 1)
    if said.from_zoom and len(said.from_zoom) == said.comments.count:
        came += " They were written in Zoom’s chat."
    elif said.from_zoom:
        where = f"{number(len(said.from_zoom))} of them, from {people(said.zoomers)}, {_were(len(said.from_zoom))}"
        came += f" {where} written in Zoom’s chat; whoever wrote here too is counted twice among the people."
    if said.supported:
        came += f" {people(said.supporters)} supported {number(len(said.supported))} of them with a reaction."
    return came


def questions(said: Said) -> str:
    """How many questions there were, and how many were answered."""
    answered = sum(each.answered for each in said.questions)
    return f"{_several(len(said.questions), 'question')}, {number(answered)} answered."


def question(asked: Asked) -> str:
    """Of whom it was asked, and what became of it: what stands before its words."""
    parts = [f"to {one_line(asked.addressed)}"] if asked.addressed else []
    if asked.votes:
        parts.append(f"wanted by {_several(asked.votes, 'other')}")
    if asked.answered:
        parts.append("answered in writing" if asked.answer else "answered in the session")
    else:
        parts.append(f"not answered; {one_line(asked.follow_up)} will follow up" if asked.follow_up else "not answered")
    said = ", ".join(parts)
    return f"{said[:1].upper()}{said[1:]}:"


def rooms(breakout: ReportedBreakout) -> str:
    """How many rooms sent something back."""
    sent = f"Feedback came from {came_in(breakout.said, 'room')}" if breakout.said.count else "No feedback came in."
    silent = f" Nothing was heard of {_several(breakout.silent, 'room')}." if breakout.silent else ""
    return sent + silent


def in_theme(theme: ReportedTheme) -> str:
    """How much is in a theme, and who vouches for it."""
    counted = f"{_several(len(theme.ids), 'contribution')} from {people(theme.people)}"
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
    return f"In the series so far {introductions(made)}{came}"


def introductions(made: Connections) -> str:
    """How many were asked for and agreed to."""
    asked = _several(made.asked, "introduction")
    return f"{asked} {_were(made.asked)} asked for, and both sides agreed to {made.agreed}."


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


SEVERAL = 2
"""From more answers on that are not shown they are only counted."""

ABOUT = {"role": "Role", "organisation": "Organisation", "reach": "Works", "region": "Region"}


def who(about: Composition) -> str:
    """For instance "Organisation (n=31): NHS trust 12; primary care 9; charity not shown."."""
    shown = [f"{one_line(group.text)} {number(group.count)}" for group in about.groups if group.count is not None]
    hidden = [one_line(group.text) for group in about.groups if group.count is None]
    if len(hidden) > SEVERAL:
        hidden = [f"{in_words(len(hidden))} {'others' if shown else 'answers, each'}"]
    parts = [*shown, *(f"{each} not shown" for each in hidden)]
    return f"{ABOUT[about.field]} (n={number(about.n)}): {'; '.join(parts)}."


def method(report: Report) -> list[str]:
    """How the figures were counted, a point each."""
    where = joined_where(report)
    if report.took_part is None:
        attended = "Nothing was asked or said on Discord: every number is from Zoom’s own files."
    else:
        whose = "is from Zoom’s own file" if report.counted_by_zoom else "is a number the host gives"
        attended = (
            "“Took part here” counts the different people who did anything on Discord during the session. "
            f"“{where}” {whose}. They are counted in different places and are not added together."
        )
    if report.joined is None:
        attended += (
            f" How many joined {'is not known' if report.took_part is None else 'was not given'} for this session, "
        )
        attended += "so no response rate is printed."
    points = [*COUNTED, attended, *_PRINTED]
    if any(poll.zoom for poll in report.polls):
        points.append(
            "Where a question was asked here and on Zoom, the answers are counted and printed apart: one person may "
            "have answered in both."
        )
    if any(theme.ids for theme in report.said.themes):
        points.append("A contribution may be in several themes, so their counts can add up to more than there are.")
    return [*points, *_taken_out(report), *_hidden(report)]


def _taken_out(report: Report) -> list[str]:
    gone = [f"Poll {poll.number} (“{one_line(poll.why)}”)" for poll in report.taken_out]
    if not gone:
        return []
    which = f"{in_words(len(gone)).capitalize()} poll{' was' if len(gone) == 1 else 's were'}"
    return [f"{which} taken out of this report by a host, and why: {listed(gone)}."]


def _hidden(report: Report) -> list[str]:
    count = report.said.hidden
    return [f"Hosts left {_several(count, 'contribution')} out of this report."] if count else []
