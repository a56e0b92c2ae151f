"""A session like the real one, one with polls of every kind, and one full of what people should not write but may."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.actions import Told
from bot.services.introductions import Connections
from bot.services.profiles import Composition, Group
from bot.services.reporting import (
    Asked,
    Offer,
    Person,
    Report,
    ReportedBreakout,
    ReportedPoll,
    ReportedTheme,
    Room,
    Said,
    TakenOut,
    Voices,
)
from bot.services.tallies import Row, Tally, percent, tally

TAKEAWAY = "One thing that I'll be taking away from today's session"
IMPROVE = "One thing that you think we could build on / improve on going forward"

HOSTILE = (
    '#set page(width: 100pt)\n#panic("boom")\n#import "/etc/passwd"',
    "$ x/0 $ #{1/0} @nobody <label> *bold* _it_ `raw` // comment /* open",
    "<script>alert(1)</script><img src=x onerror=alert(1)><!-- & &copy; &#60;b&#62; ]]>",
    "</blockquote></td></table></style></title><h1>Mine</h1>",
    "{{ report.contact }} {% include 'report.css' %} {# gone? #}",
    "# Title #\n\n> quote\n- item\n+ item\n1. one\n2) two\n---\n===\n***\n    code\n\tcode",
    "[link](https://example.com) ![pic](x.png) <https://example.com> www.example.com [^1]: note",
    "| a | b |\n|---|---|\n| c \\| d | e |\n:-:",
    "```\nfenced\n~~~ ~~gone~~ :tada: ||spoiler|| \\ \\\\ trailing\\",
    "@everyone <@123> <#456> <t:0:F>",
    '=HYPERLINK("https://example.com") +1 -1',
    "مرحبا بالعالم: الجودة 100% (n=5)",
    "שלום\u200e abc\u200f \u202egnp.exe\u202c \u2066isolated",
    "Z\u0338\u0322\u0327\u031b" + "\u0300" * 60 + "algo",
    "👩🏽‍⚕️👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿 ✅ 🎉",
    "质量管理体系，人人有责",
    "Llŵyddiant ŵ ŷ Ŷ",
    "a\x00b\x07c\x1b[31m\x85d\u2028e\ud800f\uffff\r\ng\rh",
    "zero\u200bwidth\u200djoin\ufeff",
    "W" * 4000,
    "word " * 800,
)


def poll(number: int, question: str, counts: dict[str, int], n: int, *, choices: int = 1) -> ReportedPoll:
    """One of several options, or several of them."""
    rows = tuple(Row(text, count, percent(count, n)) for text, count in counts.items())
    kind = "single" if choices == 1 else "multiple"
    return ReportedPoll(number, question, choices, kind, "anonymous", Tally(n, rows))


def asked(
    number: int, kind: str, options: list[str], answers: dict[tuple[int, ...], int], choices: int = 1, **more
) -> ReportedPoll:
    """A poll of any kind, counted as the bot counts: ``answers`` are how many people gave each."""
    counts = Counter()
    for chosen, times in answers.items():
        counts.update(dict.fromkeys(enumerate(chosen), times))
    usual = {"question": f"Which, of the {kind} kind?", "privacy": "anonymous"}
    counted = tally(options, counts, kind=kind, choices=choices)
    return ReportedPoll(number=number, kind=kind, choices=choices, tally=counted, **(usual | more))


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
    5,
    "What will you try first?",
    1,
    "open",
    "named",
    Tally(6, ()),
    answers=Voices("What will you try first?", ("Ask more.", "A board > a report."), ("Quietly, this.",), 3),
)
AGAIN = asked(6, "multiple", ["Yes", "No", "Both"], {(0, 2): 4, (1,): 2}, 2, first_run=3)
KINDS = (RATING, RANKING, PLACE, OPEN, AGAIN)
"""One poll of each kind but the usual one; Poll 3 was taken out, and asked again as Poll 6."""


NOTHING = Said(
    comments=Voices("In the chat", (), (), 0),
    commenters=0,
    supported=0,
    supporters=0,
    questions=(),
    breakouts=(),
    offers=(),
    offered=Voices("What people offer", (), (), 0),
    connections=Connections(0, 0, 0, 0, ()),
    themes=(),
    changes=(),
    who=(),
    hidden=0,
)
SAID = Said(
    comments=Voices("In the chat", ("Same here in Fife.", "Who owns <control>?\n- not me"), (), 1),
    commenters=2,
    supported=1,
    supporters=4,
    questions=(
        Asked(1, "How do you keep *boards* honest?", "Dr Amar Shah", 4, answered=True, answer="", follow_up=""),
        Asked(2, "What would you drop?", "", 1, answered=True, answer="The *monthly* report.", follow_up=""),
        Asked(3, "And who pays?", "", 0, answered=False, answer="", follow_up="Emma Adams"),
        Asked(4, "When?", "", 0, answered=False, answer="", follow_up=""),
    ),
    breakouts=(
        ReportedBreakout(
            (Room("Room 1", "We said hello.", "Ask the # cleaner."), Room("Room 2", "Time.", "")),
            Voices("Say hello!", ("We said hello.", "Time."), ("Only for us.",), 1),
            2,
        ),
    ),
    offers=(Offer("paper", "Our board paper on *planning*"), Offer("place", "Come to Fife")),
    offered=Voices("What people offer", ("Our board paper on *planning*", "Come to Fife"), ("Quietly: me.",), 0),
    connections=Connections(3, 2, 1, 0, ("We met *twice*.",)),
    themes=(ReportedTheme("Time | space", 12, 9, "Emma Adams"), ReportedTheme("Boards", 1, 1, "")),
    changes=(Told(1, 1, "Longer breakouts", "Emma", "done", "They are 15 minutes now.", ""),),
    who=(Composition("reach", 12, (Group("local", 7), Group("national", None))),),
    hidden=2,
)
"""What people said, with something of each kind."""


def report(**changes: object) -> Report:
    usual: dict[str, object] = {
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
        "polls": (POLL_1, POLL_2),
        "taken_out": (),
        "takeaways": Voices(TAKEAWAY, ("Start small.", "Talk to the board."), ("Only for themes.",), 2),
        "improvements": Voices(IMPROVE, ("More time in breakouts.",), (), 0),
        "contact": "q@health.org.uk",
        "hashtag": "#QcomQMS",
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
        takeaways=Voices(HOSTILE[7], HOSTILE, ("<secret>",), 0),
        improvements=Voices(HOSTILE[9], (), (), 1),
        contact=HOSTILE[2],
        hashtag="#<b>",
    )
