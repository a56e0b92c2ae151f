"""A session like the real one, one with polls of every kind, and one full of what people should not write but may."""

from collections import Counter
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from bot.services.actions import Told
from bot.services.introductions import Connections
from bot.services.profiles import Composition, Group
from bot.services.reporting import (
    NEXT_STEPS,
    Asked,
    Offer,
    Person,
    Report,
    ReportedBreakout,
    ReportedPoll,
    ReportedTheme,
    Room,
    Said,
    Section,
    TakenOut,
    Voices,
    Words,
)
from bot.services.tallies import Row, Tally, percent, tally
from tests.reports.hostile import HOSTILE

TAKEAWAY = "One thing that I'll be taking away from today's session"
IMPROVE = "One thing that you think we could build on / improve on going forward"


def said(prompt: str, quotable: tuple[str, ...] = (), for_themes: tuple[str, ...] = (), withheld: int = 0) -> Voices:
    """As they come from the database, each with an id of its own."""
    ids = count(1)
    words = [tuple(Words(next(ids), text) for text in texts) for texts in (quotable, for_themes)]
    return Voices(prompt, *words, tuple(next(ids) for _ in range(withheld)))


def poll(number: int, question: str, counts: dict[str, int], n: int, *, choices: int = 1) -> ReportedPoll:
    """One of several options, or several of them."""
    rows = tuple(Row(text, count, percent(count, n)) for text, count in counts.items())
    kind = "single" if choices == 1 else "multiple"
    return ReportedPoll(100 + number, number, question, choices, kind, "anonymous", Tally(n, rows))


def asked(
    number: int, kind: str, options: list[str], answers: dict[tuple[int, ...], int], choices: int = 1, **more
) -> ReportedPoll:
    """A poll of any kind, counted as the bot counts: ``answers`` are how many people gave each."""
    counts = Counter()
    for chosen, times in answers.items():
        counts.update(dict.fromkeys(enumerate(chosen), times))
    usual = {"question": f"Which, of the {kind} kind?", "privacy": "anonymous"}
    counted = tally(options, counts, kind=kind, choices=choices)
    return ReportedPoll(id=100 + number, number=number, kind=kind, choices=choices, tally=counted, **(usual | more))


CULTURE = "Creating an aligned and enabling culture that supports those on the frontline to improve"
POLL_1 = poll(
    1,
    "What do you think is most important in encouraging people to take a more improvement focused approach?",
    {
        CULTURE: 53,
        "Visible commitment from boards and senior leaders": 16,
        "Time and headspace for improvement": 12,
        "Training and coaching in improvement methods": 7,
        "Something else": 2,
    },
    90,
)
POLL_2 = poll(
    2,
    "In what way might the development of such a framework be most useful to you in your work?",
    {"Encouraging organisations and systems to be more joined up and aligned": 27, "A shared language": 50},
    74,
    choices=2,
)


REGIONS = ["Scotland", "Wales", "Northern Ireland", "England", "The Isle of Man"]
STEPS = ["1: Strongly disagree", "2: Disagree", "3: Neither", "4: Agree", "5: Strongly agree"]
RATING = asked(1, "rating", STEPS, {(0,): 1, (1,): 3, (2,): 6, (3,): 21, (4,): 12}, privacy="confidential")
RANKING = asked(2, "ranking", ["Culture", "Time", "Data"], {(1, 0, 2): 14, (0, 1): 9, (2, 1, 0): 5}, 3)
PLACE = asked(4, "place", REGIONS, {(0,): 12, (1,): 3, (3,): 40, (4,): 9}, question="Where are you?")
OPEN = ReportedPoll(
    105,
    5,
    "What will you try first?",
    1,
    "open",
    "named",
    Tally(6, ()),
    answers=said("What will you try first?", ("Ask more.", "A board > a report."), ("Quietly, this.",), 3),
)
AGAIN = asked(6, "multiple", ["Yes", "No", "Both"], {(0, 2): 4, (1,): 2}, 2, first_run=3)
KINDS = (RATING, RANKING, PLACE, OPEN, AGAIN)
"""One poll of each kind but the usual one; Poll 3 was taken out, and asked again as Poll 6."""


NOTHING = Said(
    comments=said("In the chat", (), (), 0),
    commenters=0,
    zoomers=0,
    from_zoom=(),
    supported=(),
    supporters=0,
    questions=(),
    breakouts=(),
    offers=(),
    offered=said("What people offer", (), (), 0),
    connections=Connections(0, 0, 0, 0, ()),
    themes=(),
    changes=(),
    actions=(),
    who=(),
    hidden=0,
)
SAID = Said(
    comments=said("In the chat", ("Same here in Fife.", "Who owns <control>?\n- not me"), (), 1),
    commenters=2,
    zoomers=0,
    from_zoom=(),
    supported=(1,),
    supporters=4,
    questions=(
        Asked(201, 1, "How do you keep *boards* honest?", "Dr Amar Shah", 4, answered=True, answer="", follow_up=""),
        Asked(202, 2, "What would you drop?", "", 1, answered=True, answer="The *monthly* report.", follow_up=""),
        Asked(203, 3, "And who pays?", "", 0, answered=False, answer="", follow_up="Emma Adams"),
        Asked(204, 4, "When?", "", 0, answered=False, answer="", follow_up=""),
    ),
    breakouts=(
        ReportedBreakout(
            (Room(31, "Room 1", "We said hello.", "Ask the # cleaner."), Room(32, "Room 2", "Time.", "")),
            said("Say hello!", ("We said hello.", "Time."), ("Only for us.",), 1),
            2,
        ),
    ),
    offers=(Offer(41, "paper", "Our board paper on *planning*"), Offer(42, "place", "Come to Fife")),
    offered=said("What people offer", ("Our board paper on *planning*", "Come to Fife"), ("Quietly: me.",), 0),
    connections=Connections(3, 2, 1, 0, ("We met *twice*.",)),
    themes=(
        ReportedTheme(
            1,
            "Time | space",
            (1, 2, 31),
            3,
            "Emma Adams",
            2,
            "Will said: *soon*.",
            (Words(1, "Same here in Fife.", 2),),
        ),
        ReportedTheme(2, "Boards", (201,), 1, "", None, "", ()),
        ReportedTheme(3, "Training", (52,), 1, "Emma Adams", NEXT_STEPS, "", ()),
    ),
    changes=(Told(1, 1, "Longer breakouts", "Emma", "done", "They are 15 minutes now.", ""),),
    actions=(Told(2, 1, "A shorter deck", "Joy", "open", "", ""),),
    who=(Composition("reach", 12, (Group("local", 7), Group("national", None))),),
    hidden=2,
)
"""What people said, with something of each kind."""


def report(**changes: object) -> Report:
    usual: dict[str, object] = {
        "session": 7,
        "key": "qms",
        "series": "QMS",
        "number": 1,
        "of": 4,
        "title": "Everybody's Business",
        "starts_at": datetime(2022, 2, 24, 13, tzinfo=ZoneInfo("Europe/London")),
        "place": "Zoom",
        "hosts": (Person("Emma Adams", "Generation Q Fellow"), Person("Dr Joy Furnival", "")),
        "guests": (Person("Michael Canavan", "Portfolio Lead, QMS"),),
        "took_part": 118,
        "joined": 122,
        "peak": None,
        "counted_by_zoom": False,
        "sections": (Section(2, "Scotland’s approach"), Section(4, "East London")),
        "polls": (POLL_1, POLL_2),
        "taken_out": (),
        "takeaways": said(TAKEAWAY, ("Start small.", "Talk to the board."), ("Only for themes.",), 2),
        "improvements": said(IMPROVE, ("More time in breakouts.",), (), 0),
        "contact": "q@health.org.uk",
        "hashtag": "#QcomQMS",
        "colour": "",
        "resources": (),
        "recording": "",
        "no_recording": "",
        "subtitles": None,
        "blog": "",
        "said": NOTHING,
    }
    return Report(**(usual | changes))


def talkative_report() -> Report:
    return report(said=SAID)


def report_of_kinds() -> Report:
    return report(polls=KINDS, taken_out=(TakenOut(3, "It had one option *twice*."),), joined=80)


def hostile_report() -> Report:
    options = {text[:100]: i for i, text in enumerate(HOSTILE)}
    return report(
        series=HOSTILE[2],
        title=HOSTILE[5],
        place=HOSTILE[6],
        hosts=(Person(HOSTILE[3], HOSTILE[11]),),
        guests=(Person(HOSTILE[8], HOSTILE[12]),),
        polls=tuple(poll(i, text, options, 400, choices=25) for i, text in enumerate(HOSTILE[:3], start=1)),
        takeaways=said(HOSTILE[7], HOSTILE, ("<secret>",), 0),
        improvements=said(HOSTILE[9], (), (), 1),
        contact=HOSTILE[2],
        hashtag="#<b>",
    )
