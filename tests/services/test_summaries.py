"""A session's report: what stands in its files is what the ballots in the database say, for polls of every kind."""

import statistics
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from bot.reports.files import session_files
from bot.services.drafts import Draft
from bot.services.tallies import percent
from tests.reports.readers import Read, read_html, read_markdown
from tests.services.guild import CHANNEL, GUILD, NOW, query

STEPS = ("1: Poor", "2 of 5", "3 of 5", "4 of 5", "5: Good")
REGIONS = ("Scotland", "Wales", "England", "Northern Ireland")

TEXT = (".md", ".html")

Given = Sequence[tuple[int, ...]]


async def hold(services, session, kind, options, given: Given, *, choices=1, privacy="anonymous"):
    """A poll that people answer as given, closed."""
    new = Draft(f"Of the {kind} kind?", tuple(options), choices, "at_close", kind=kind, privacy=privacy)
    poll = await services.polls.open(session, new, NOW)
    for person, chosen in enumerate(given, start=101):
        await services.polls.cast(GUILD, poll.id, chosen, person)
    await services.polls.close(poll, CHANNEL, NOW)
    return poll


async def write(services, poll, *said: tuple[str, bool]) -> None:
    for person, (words, quotable) in enumerate(said, start=101):
        await services.polls.write(GUILD, poll.id, person, words, quotable=quotable)


async def read_back(services, session) -> tuple[list[Read], dict[str, str]]:
    """The report's two documents that are text, and every such file's text or every other's description."""
    files = session_files(await services.summaries.report(session.id)).files
    texts = {
        file.name.partition("-1-of-4-")[2]: file.data.decode() if file.name.endswith(TEXT) else file.description
        for file in files
    }
    return [read_markdown(texts["report.md"]), read_html(texts["report.html"])], texts


def cast(database, poll) -> list[tuple[int, ...]]:
    """Every ballot of a poll as it stands in the file."""
    found: dict[object, list[int]] = {}
    rows = query(database, "SELECT voter, option FROM ballots WHERE poll_id = ? ORDER BY voter, slot", poll.id)
    for voter, option in rows:
        found.setdefault(voter, []).append(int(str(option)))
    return [tuple(chosen) for chosen in found.values()]


async def test_a_poll_of_several_options(services, database, session):
    poll = await hold(services, session, "multiple", "ABC", [(0, 2), (0,), (2, 0, 1)], choices=3)
    ballots = cast(database, poll)
    chosen = Counter(option for ballot in ballots for option in ballot)
    documents, texts = await read_back(services, session)
    for read in documents:
        [table] = read.tables
        assert table[1:] == [["ABC"[i], str(chosen[i]), f"{percent(chosen[i], len(ballots))}%"] for i in range(3)]
        assert "Answered anonymously." in read.text
    assert "n=3. People could choose any number. A: 3 people, 100%. B: 1 person, 33%." in texts["figure-1.png"]


async def test_a_rating(services, database, session):
    given = [(4,), (4,), (1,), (2,), (3,), (3,), (0,)]
    poll = await hold(services, session, "rating", STEPS, given, privacy="confidential")
    ratings = [Fraction(step + 1) for (step,) in cast(database, poll)]
    mean, median = float(statistics.mean(ratings)), float(statistics.median(ratings))
    documents, texts = await read_back(services, session)
    for read in documents:
        [table] = read.tables
        assert [row[:2] for row in table] == [
            ["Step", "People"],
            *([step, str(ratings.count(i))] for i, step in enumerate(STEPS, 1)),
        ]
        assert f"the mean was {mean:.1f} and the median {median:g} (n=7)" in read.text
        assert "Answered confidentially." in read.text
    assert f"Mean {mean:.1f}, median {median:g}." in texts["figure-1.png"]


async def test_a_ranking(services, database, session):
    poll = await hold(services, session, "ranking", "ABCD", [(0, 1, 2), (3, 0), (0, 3, 1), (1, 0, 3)], choices=3)
    ballots = cast(database, poll)
    points, firsts = Counter[int](), Counter[int]()
    for ballot in ballots:
        firsts[ballot[0]] += 1
        points.update({option: 3 - place for place, option in enumerate(ballot)})
    documents, texts = await read_back(services, session)
    expected = [["ABCD"[i], str(points[i]), f"{percent(firsts[i], len(ballots))}%"] for i in range(4)]
    for read in documents:
        [table] = read.tables
        assert table == [["Option", "Points", "Put it first"], *expected]
        assert "Borda count: 3 points for a first place, 2 for a second, 1 for a third." in read.text
    assert "A: 10 points, first for 50%. B: 6 points, first for 25%." in texts["figure-1.png"]


async def test_places_that_could_single_people_out_are_in_no_file(services, database, session):
    poll = await hold(services, session, "place", REGIONS, [(0,)] * 13 + [(1,)] * 3 + [(2,)] * 7)
    assert Counter(cast(database, poll)) == {(0,): 13, (1,): 3, (2,): 7}
    documents, texts = await read_back(services, session)
    hidden = ["not shown", "not shown"]
    for read in documents:
        assert read.tables == [
            [
                ["Region", "People", "Per cent"],
                ["Scotland", "13", "57%"],
                ["Wales", *hidden],
                ["England", *hidden],
                ["Northern Ireland", "0", "0%"],
            ]
        ]
        assert "10 people chose those that are not shown." in read.text
    assert "Wales: not shown. England: not shown." in texts["figure-1.png"]
    assert not any(share in text for share in ("13%", "30%", " 3 people", " 7 people") for text in texts.values())


async def test_an_open_question(services, session):
    new = Draft("What first?", (), 1, "at_close", kind="open", privacy="confidential")
    poll = await services.polls.open(session, new, NOW)
    await write(services, poll, ("Ask more.", True), ("Quietly, this.", False), ("Left out.", True), ("Gone.", True))
    await services.polls.close(poll, CHANNEL, NOW)
    await services.privacy.leave_out(GUILD, 103, out=True)
    await services.privacy.erase(GUILD, 104)
    documents, texts = await read_back(services, session)
    for read in documents:
        assert read.tables == []
        assert read.quotes == ["Ask more."]
        assert "4 people wrote an answer (n=4)." in read.text
        assert "4 answers: 1 quotable, 1 given for themes only, 2 withheld by their authors." in read.text
        assert "No takeaways came in." in read.text
    assert read_markdown(texts["for-themes.md"]).quotes == ["Quietly, this."]
    assert sorted(texts) == ["for-themes.md", "report.docx", "report.html", "report.md", "report.pdf"]


async def test_a_second_run_names_the_first_and_keeps_its_own_numbers(services, session):
    first = await hold(services, session, "single", "AB", [(0,), (0,), (1,)])
    second = await services.polls.rerun(session, first, NOW)
    await services.polls.cast(GUILD, second.id, (1,), 101)
    documents, _ = await read_back(services, session)
    for read in documents:
        assert [[row[1] for row in table[1:]] for table in read.tables] == [["2", "1"], ["0", "1"]]
        assert read.text.count("Asked again (first run: Poll 1). Answered anonymously.") == 1


async def test_a_poll_that_was_taken_out_is_named_with_its_reason_and_nothing_of_it_is_told(services, session):
    void = await hold(services, session, "single", ("Marmalade", "Jam"), [(0,)])
    kept = await hold(services, session, "multiple", "AB", [(0,)], choices=2)
    await services.polls.void(GUILD, void.id, "It was the wrong question.", NOW)
    documents, texts = await read_back(services, session)
    for read in documents:
        assert [text for level, text in read.headings if level == 3][:1] == [f"Poll 2: {kept.question}"]
        gone = "One poll was taken out of this report by a host, and why: Poll 1 (“It was the wrong question.”)."
        assert gone in read.text
    assert not any("Marmalade" in text or void.question in text for text in texts.values())
    assert "figure-1.png" in texts
