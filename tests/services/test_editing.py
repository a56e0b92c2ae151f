"""What hosts write into a report, and what becomes of it."""

import pytest

from bot.services.editing import Kind, Overtaken, Passage, Written
from bot.services.refusal import Refusal
from bot.services.reporting import NEXT_STEPS
from bot.storage import contributions, people, themes
from bot.storage.database import Database
from bot.storage.sessions import Session
from tests.services.guild import ELSEWHERE, GUILD, NOW, Recorder, ask, opened_session, over

ANA, BO, HOST = 101, 102, 201


class Desk:
    """A finished session with a poll, two themes and some words, and a host who edits its report."""

    def __init__(self, database: Database, session: Session, words: dict[str, int], named: dict[str, int]) -> None:
        self.database = database
        self.painter = Recorder(database)
        self.services = over(database, self.painter)
        self.session = session.id
        self.words = words
        self.themes = named

    async def edits(self) -> dict[str, str]:
        """What stands in the report."""
        return dict((await self.services.summaries.report(self.session)).edits)

    async def write(self, kind: Kind, typed: str, subject: int = 0, section: int | None = None) -> Written:
        """Write with a form that is opened for it."""
        seen = (await self.services.editing.passage(GUILD, self.session, kind, subject)).seen
        return await self.services.editing.write(GUILD, self.session, kind, subject, typed, seen, section)


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Three comments in one theme, and a takeaway in none."""
    services = over(database, Recorder(database))
    session = await opened_session(services)
    poll = await ask(services, session)
    await services.polls.cast(GUILD, poll.id, (0,), ANA)
    words: dict[str, int] = {}
    async with database.write() as connection:
        await people.take_part(connection, {(session.id, ANA), (session.id, BO)})
        spoken: list[tuple[int, contributions.Kind, str]] = [
            (ANA, "comment", "Ask why, and then ask why again"),
            (BO, "comment", "Build trust"),
            (BO, "comment", "Count less"),
            (ANA, "takeaway", "Start small"),
        ]
        for who, kind, said in spoken:
            words[said] = await contributions.add(connection, session.id, who, kind, said, quotable=True)
        trust = await themes.add(connection, session.id, "Trust")
        time = await themes.add(connection, session.id, "Time")
        await themes.tag(connection, {(trust, words[said]) for said in words if said != "Start small"})
    await services.show.finish(GUILD, session.id, NOW)
    return Desk(database, session, words, {"Trust": trust, "Time": time})


async def test_each_passage_is_kept_and_emptying_it_brings_back_what_plenary_writes(desk: Desk):
    written: list[tuple[Kind, int, str, str]] = [
        ("title", 0, "  A better\ntitle ", "A better title"),
        ("introduction", 0, "It went **well**.", "It went **well**."),
        ("next_steps", 0, "First\n\nSecond ", "First\n\nSecond"),
        ("sentence", 1, "One person chose A.", "One person chose A."),
        ("quote", desk.words["Start small"], "[…] small", "[…] small"),
    ]
    for kind, subject, typed, kept in written:
        assert (await desk.write(kind, typed, subject)).passage.now == kept
    assert await desk.edits() == {
        "title": "A better title",
        "introduction": "It went **well**.",
        "next_steps": "First\n\nSecond",
        "sentence:1": "One person chose A.",
        f"quote:{desk.words['Start small']}": "[…] small",
    }
    for kind, subject, _, _ in written:
        assert (await desk.write(kind, " ", subject)).passage.now == ""
    assert await desk.edits() == {}
    assert set(desk.painter.went_stale) == {("report", desk.session)}


async def test_the_order_of_quotes_and_of_themes(desk: Desk):
    trust, time = desk.themes["Trust"], desk.themes["Time"]
    asked = await desk.services.editing.passage(GUILD, desk.session, "quotes", trust)
    ids = list(asked.items or {})
    await desk.write("quotes", "3.\n1. Build\n--- not printed:\n2.", trust)
    await desk.write("themes", "2. Time\n1. Trust")
    assert await desk.edits() == {f"quotes:{trust}": f"{ids[2]} {ids[0]}", "themes": f"{time} {trust}"}
    with pytest.raises(Refusal, match="At least one quote has to stay"):
        await desk.write("quotes", "--- not printed:\n1.\n2.\n3.", trust)


async def test_a_reply_to_a_theme_and_where_it_stands(desk: Desk):
    trust = desk.themes["Trust"]
    await desk.write("theme", "We will.", trust, NEXT_STEPS)
    theme = next(t for t in (await desk.services.summaries.report(desk.session)).said.themes if t.id == trust)
    assert (theme.reply, theme.section) == ("We will.", NEXT_STEPS)
    with pytest.raises(Refusal, match="That part of the session is not known"):
        await desk.write("theme", "We will.", trust, 99)


async def test_numbers_that_the_poll_does_not_have_are_told(desk: Desk):
    assert (await desk.write("sentence", "1 person (100%) chose A, of 3 options: 0% B.", 1)).unknown == ("3",)
    assert (await desk.write("sentence", "63% of 1,200 people", 1)).unknown == ("63", "1200")


async def test_a_quote_that_is_more_than_cut_is_refused(desk: Desk):
    with pytest.raises(Refusal, match="A quote can only be cut"):
        await desk.write("quote", "Start big", desk.words["Start small"])
    assert await desk.edits() == {}


async def test_nobody_replaces_unseen_what_another_host_has_written(desk: Desk):
    trust = desk.themes["Trust"]
    passages: list[tuple[Kind, int]] = [("title", 0), ("quotes", trust), ("theme", trust)]
    forms: list[tuple[Kind, int, Passage]] = [
        (kind, each, await desk.services.editing.passage(GUILD, desk.session, kind, each)) for kind, each in passages
    ]
    await desk.write("title", "Theirs")
    await desk.write("quotes", "2", trust)
    await desk.write("theme", "Theirs", trust)
    before = await desk.edits()
    for kind, subject, form in forms:
        with pytest.raises(Overtaken):
            await desk.services.editing.write(GUILD, desk.session, kind, subject, "1", form.seen)
    assert await desk.edits() == before


async def test_a_form_of_other_quotes_is_not_taken(desk: Desk):
    """Its numbers would mean other words."""
    trust = desk.themes["Trust"]
    seen = (await desk.services.editing.passage(GUILD, desk.session, "quotes", trust)).seen
    await desk.services.contributions.hide(GUILD, desk.words["Build trust"], HOST, "off topic", NOW)
    with pytest.raises(Overtaken):
        await desk.services.editing.write(GUILD, desk.session, "quotes", trust, "1\n2", seen)


@pytest.mark.parametrize("how", ["withdraw", "erase", "edit"])
async def test_the_cut_version_goes_with_the_words(desk: Desk, how: str):
    said, other = desk.words["Start small"], desk.words["Build trust"]
    await desk.write("quote", "Start […]", said)
    await desk.write("quote", "Build […]", other)
    match how:
        case "withdraw":
            await desk.services.contributions.withdraw(GUILD, said, ANA)
        case "erase":
            await desk.services.privacy.erase(GUILD, ANA)
        case _:
            await desk.services.contributions.edit(GUILD, said, ANA, "Something else")
    assert await desk.edits() == {f"quote:{other}": "Build […]"}


async def test_a_quote_that_is_hidden_and_restored_is_as_short_as_before(desk: Desk):
    said = desk.words["Start small"]
    await desk.write("quote", "Start […]", said)
    await desk.services.contributions.hide(GUILD, said, HOST, "off topic", NOW)
    await desk.services.contributions.restore(GUILD, said, HOST, NOW)
    assert await desk.edits() == {f"quote:{said}": "Start […]"}


async def test_what_is_not_there_cannot_be_edited(desk: Desk):
    gone: list[tuple[Kind, int]] = [("sentence", 9), ("zoom", 1), ("theme", 77), ("quotes", 77), ("quote", 5)]
    for kind, subject in gone:
        with pytest.raises(Refusal):
            await desk.write(kind, "x", subject)
    with pytest.raises(Refusal, match="That session is not known here"):
        await desk.services.editing.passage(ELSEWHERE, desk.session, "title", 0)
    with pytest.raises(Refusal, match="at most 200 fit"):
        await desk.write("title", "x" * 201)


async def test_a_session_that_goes_on_has_no_report_to_edit(database: Database):
    services = over(database, Recorder(database))
    session = await opened_session(services)
    with pytest.raises(Refusal, match="Session 1 has not finished"):
        await services.editing.report(GUILD, session.id)
