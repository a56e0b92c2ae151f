"""A session like the real one, and one full of what people should not write but may."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.reporting import Person, Report, ReportedPoll, Voices
from bot.services.tallies import Row, Tally, percent

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
    rows = tuple(Row(text, count, percent(count, n)) for text, count in counts.items())
    return ReportedPoll(number, question, choices, Tally(n, rows))


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
        "takeaways": Voices(TAKEAWAY, ("Start small.", "Talk to the board."), ("Only for themes.",), 2),
        "improvements": Voices(IMPROVE, ("More time in breakouts.",), (), 0),
        "contact": "q@health.org.uk",
        "hashtag": "#QcomQMS",
    }
    return Report(**(usual | changes))


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
