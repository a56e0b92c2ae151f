"""From a draft to a published report: what is missing, one message, one thread, versions, and words that go."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.press import Order
from bot.rehearsal.room import Room, read, said, text_of
from bot.reports.contents import contents
from bot.reports.made import Made
from bot.reports.word import to_docx
from bot.settings import Settings
from tests.features import forged
from tests.features.publishing import (
    RECORDING,
    answer,
    correct,
    files,
    finished,
    hurry,
    publish,
    published,
    report,
    rested,
    signed,
    threads,
)
from tests.features.sorting import told
from tests.tables import ask

TITLE = "Everybody's Business: Quality Management at an organisational level"


@pytest.fixture
async def drafted(live: Room) -> Room:
    """Session 1 has finished, and its draft is with the organisers."""
    hurry(live)
    await finished(live)
    return live


@pytest.fixture
async def out(drafted: Room) -> Room:
    """Its report is published."""
    await signed(drafted)
    await publish(drafted)
    return drafted


def versions(settings: Settings) -> list[tuple[int, str, str]]:
    return [*ask(settings, "SELECT version, state, what_changed FROM reports ORDER BY version")]


def kept(settings: Settings) -> list[tuple[int, str]]:
    joined = "report_files JOIN reports ON reports.id = report_id"
    return [*ask(settings, f"SELECT version, name FROM {joined} ORDER BY version, name")]


# ------------------------------------------------------------------ what is missing


async def test_it_says_all_that_is_missing(drafted: Room, settings: Settings):
    await told(drafted, "add", name="Trust")
    assert read(await report(drafted, "publish")) == (
        "Before the report of session 1 can be published:\n"
        "- 1 theme is not signed off: /themes sign-off does it.\n"
        "- The link to the recording is missing: /report links takes it, or that there is none."
    )
    assert versions(settings) == []


async def test_it_can_go_out_without_themes_and_a_recording_if_somebody_says_so(drafted: Room, settings: Settings):
    assert "There are no themes" in await report(drafted, "publish")
    assert "No recording, says Emma Host" in await report(drafted, "links", no_recording=True)
    await publish(drafted, without_themes=True)
    (message,) = published(drafted)
    assert "There is no recording." in text_of(message)
    assert ask(settings, "SELECT text FROM report_edits WHERE key = 'without_themes' AND version = 1") == [
        ("Emma Host",)
    ]


async def test_a_session_that_goes_on_is_not_published(live: Room):
    assert await report(live, "publish") == "Session 1 has not finished, so there is no report yet."


async def test_whether_the_recording_has_subtitles_has_to_be_said_and_stands_beside_it(drafted: Room):
    assert "There is no recording yet" in await report(drafted, "links", subtitles=True)
    assert "Please say, too, whether" in await report(drafted, "links", recording=RECORDING)
    assert "whether the recording has subtitles" in await report(drafted, "publish", without_themes=True)
    assert read(await report(drafted, "links", subtitles=False)) == (
        f"**Saved for session 1.**\nThe recording, without subtitles: <{RECORDING}>"
    )
    await publish(drafted, without_themes=True)
    (message,) = published(drafted)
    assert f"**The recording, without subtitles:** <{RECORDING}>" in text_of(message)
    again = await report(drafted, "links", recording=f"{RECORDING}/2")
    assert "Please say, too, whether" in again, "of another recording nobody has said it"
    await report(drafted, "links", subtitles=True)
    await rested(drafted)
    (message,) = published(drafted)
    assert f"**The recording, with subtitles:** <{RECORDING}/2>" in text_of(message)


@pytest.mark.parametrize("wrong", ["http://example.org/x", "example.org", "javascript:alert(1)"])
async def test_links_are_https(drafted: Room, wrong: str):
    assert "https" in await report(drafted, "links", recording=wrong)
    assert "https" in await report(drafted, "links", blog=wrong)


# ------------------------------------------------------------------ publishing


async def test_one_message_one_thread_and_nothing_that_was_given_for_themes_only(out: Room, settings: Settings):
    (message,) = published(out)
    assert files(message) == ["report.pdf", "report.docx", "report.html"]
    assert read(text_of(message)).startswith(f"## The report of 1 of 4: {TITLE}\n2 people took part here.\n")
    assert "<https://example.org/recording>" in text_of(message)
    assert f"<#{message.id}>" in text_of(message)
    assert "Ask why" not in text_of(message), "what people wrote is in the files only"
    assert list(threads(out)) == [message.id]
    ((policy,),) = threads(out).values()
    assert policy.startswith("## After part 1:")
    assert "Nothing from this thread goes into the report" in policy
    assert out.env.backend.channels[message.id].name == f"After part 1: {TITLE}"
    assert ask(settings, "SELECT thread_id FROM sessions WHERE number = 1") == [(message.id,)]
    assert versions(settings) == [(1, "made", "")]
    assert kept(settings) == [(1, f"qms-1-of-4-report.{ending}") for ending in ("docx", "html", "pdf")]


async def test_all_forms_are_made(live: Room, settings: Settings):
    await finished(live)
    await signed(live)
    await publish(live)
    (message,) = published(live)
    assert [(await each.read())[:4] for each in message.attachments] == [b"%PDF", b"PK\x03\x04", b"<!DO"]
    everything = b"".join(data for (data,) in ask(settings, "SELECT data FROM report_files"))
    assert b"For me alone" not in everything


async def test_nothing_happens_without_a_yes(drafted: Room, settings: Settings):
    await signed(drafted)
    shown = await drafted.host.slash(drafted.office, "report publish")
    assert "this cannot be undone" in said(shown)
    assert said(await drafted.press(drafted.host, shown, "Cancel")) == "Nothing was published."
    assert "decided already" in await forged.click(drafted, drafted.host, "report:1:1:publish")
    await rested(drafted)
    assert (published(drafted), versions(settings)) == ([], [])


async def test_a_newer_question_takes_the_place_of_an_older_one(drafted: Room, settings: Settings):
    await signed(drafted)
    first = await drafted.host.slash(drafted.office, "report publish")
    second = await drafted.host.slash(drafted.office, "report publish")
    assert "decided already" in said(await drafted.press(drafted.host, first, "Publish it"))
    assert "is published" in said(await drafted.press(drafted.host, second, "Publish it"))
    assert "decided already" in await forged.click(drafted, drafted.host, "report:1:2:publish")
    await rested(drafted)
    assert (len(published(drafted)), versions(settings)) == (1, [(1, "made", "")])


async def test_what_has_changed_between_question_and_answer_is_seen(drafted: Room, settings: Settings):
    await signed(drafted)
    shown = await drafted.host.slash(drafted.office, "report publish")
    await told(drafted, "rename", theme="Trust", name="Distrust")
    assert "not signed off" in said(await drafted.press(drafted.host, shown, "Publish it"))
    assert versions(settings) == [(1, "proposed", "")]


async def test_the_promised_links_are_cut_and_no_other(live: Room, settings: Settings):
    await live.open_poll("A", "B", privacy="confidential")
    ana = live.member("Ana Voter")
    await live.vote(ana, 1, 0)
    await live.command("poll close")
    await live.open_poll("A", "B", privacy="named")
    await live.vote(ana, 2, 0)
    hurry(live)
    await finished(live)
    await signed(live)
    await publish(live)
    voters = dict(ask(settings, "SELECT poll_id, voter FROM ballots"))
    assert (voters[1] < 0, voters[2]) == (True, ana.id)
    assert all(author > 0 for (author,) in ask(settings, "SELECT author FROM contributions"))


@pytest.mark.parametrize("times", [1, 3])
async def test_a_restart_after_each_step_posts_everything_once(drafted: Room, settings: Settings, times: int):
    await signed(drafted)
    shown = await drafted.host.slash(drafted.office, "report publish")
    await drafted.restart()
    answer = said(await drafted.press(drafted.host, shown, "Publish it"))
    assert "is published" in answer
    for _ in range(times):
        await drafted.restart()
    await rested(drafted)
    (message,) = published(drafted)
    assert list(threads(drafted)) == [message.id]
    assert len(threads(drafted)[message.id]) == 1
    assert versions(settings) == [(1, "made", "")]


async def test_a_thread_that_was_made_without_being_recorded_is_adopted(out: Room, settings: Settings):
    (message,) = published(out)
    async with out.bot.database.write() as connection:
        await connection.execute(text("UPDATE sessions SET thread_id = NULL"))
        await connection.execute(text("DELETE FROM boards WHERE kind = 'followup'"))
    await out.restart()
    await rested(out)
    assert list(threads(out)) == [message.id]
    assert ask(settings, "SELECT thread_id FROM sessions WHERE number = 1") == [(message.id,)]


async def test_hosts_are_told_where_no_thread_can_be_made(drafted: Room):
    await signed(drafted)
    drafted.forbid(drafted.channel, "create_public_threads")
    await publish(drafted)
    assert threads(drafted) == {}
    assert any(
        "The follow-up thread of session 1 could not be opened." in each for each in drafted.texts(drafted.office)
    )
    drafted.allow(drafted.channel)
    await drafted.env.advance_time(61)
    await rested(drafted)
    assert len(threads(drafted)) == 1


async def test_only_the_team_publishes(drafted: Room, settings: Settings):
    await signed(drafted)
    await drafted.host.slash(drafted.office, "report publish")
    ivy = forged.impostor(drafted)
    for custom_id in ("report:1:1:publish", "report:1:1:correct", "report:1:1:dismiss"):
        assert "Only hosts and organisers" in await forged.click(drafted, ivy, custom_id)
    assert "Only hosts and organisers" in await forged.form(drafted, ivy, "report:1:1:correct:0123abcd", changed="x")
    assert "decided already" in await forged.click(drafted, drafted.host, "report:1:77:publish")
    assert versions(settings) == [(1, "proposed", "")]


async def test_another_guild_does_not_see_it(drafted: Room):
    await signed(drafted)
    await drafted.host.slash(drafted.office, "report publish")
    with pytest.raises(Exception, match="decided already"):
        await drafted.bot.services.publishing.proposal(drafted.guild.id + 1, 1)


# ------------------------------------------------------------------ versions


async def test_a_correction_says_what_has_changed(out: Room, settings: Settings):
    (before,) = published(out)
    await correct(out, "The *title* was wrong.")
    (after,) = published(out)
    assert after.id == before.id
    assert "**Version 2, Thursday 24 February 2022:** The *title* was wrong." in read(text_of(after))
    assert versions(settings) == [(1, "replaced", ""), (2, "made", "The *title* was wrong.")]
    assert {version for version, _ in kept(settings)} == {2}
    assert len(threads(out)) == 1


async def test_a_published_report_stays_as_it_was(out: Room, settings: Settings):
    before = ask(settings, "SELECT name, data FROM report_files ORDER BY name")
    ids = dict(ask(settings, "SELECT text, id FROM contributions"))
    now = out.clock.now()
    await out.bot.services.contributions.hide(out.guild.id, ids["Ask why"], out.host.id, "off topic", now)
    await rested(out)
    await out.bot.services.contributions.restore(out.guild.id, ids["Ask why"], out.host.id, now)
    await out.restart()
    await rested(out)
    assert ask(settings, "SELECT name, data FROM report_files ORDER BY name") == before
    assert versions(settings) == [(1, "made", "")]


async def test_what_hosts_write_later_is_not_in_the_public_message_before_it_is_published(out: Room):
    editing, guild = out.bot.services.editing, out.guild.id
    seen = (await editing.passage(guild, 1, "title", 0)).seen
    await editing.write(guild, 1, "title", 0, "Not yet", seen)
    await report(out, "links", blog="https://example.org/blog")
    await out.restart()
    await rested(out)
    (message,) = published(out)
    assert TITLE in read(text_of(message))
    assert "<https://example.org/blog>" in text_of(message)
    await correct(out, "The title.")
    (message,) = published(out)
    assert "1 of 4: Not yet\n" in text_of(message)


async def test_the_longest_public_message_fits(live: Room):
    hurry(live)
    for question in ("Which way?", "And then?", "Why?"):
        await live.open_poll("A", "B", question=question)
    await finished(live)
    editing, guild = live.bot.services.editing, live.guild.id
    found = await editing.report(guild, 1)
    passages = [("title", 0), *(("sentence", poll.number) for poll in found.polls)]
    for kind, subject in passages:
        seen = (await editing.passage(guild, 1, kind, subject)).seen
        await editing.write(guild, 1, kind, subject, "*_" * 100 if kind == "title" else "*_" * 500, seen)
    await live.restart()
    await signed(live)
    await publish(live)
    await correct(live, "*" * 300)
    far = f"https://example.org/{'x' * 480}"
    await report(live, "links", recording=far, blog=far)
    await rested(live)
    (message,) = published(live)
    assert text_of(message).count(far) == 2


@pytest.mark.parametrize("how", ["Erase", "Leave out", "Withdraw"])
async def test_words_that_are_taken_back_go_from_what_is_published(out: Room, settings: Settings, how: str):
    ids = dict(ask(settings, "SELECT text, id FROM contributions"))
    ((author,),) = ask(settings, "SELECT author FROM contributions WHERE text = 'Ask why'")
    privacy, guild = out.bot.services.privacy, out.guild.id
    before = html(settings)
    assert b"Ask why" in before
    match how:
        case "Erase":
            await privacy.erase(guild, author)
        case "Leave out":
            await privacy.leave_out(guild, author, out=True)
        case _:
            await out.bot.services.contributions.withdraw(guild, ids["Ask why"], author)
    assert kept(settings) == [], "the old files are gone at once"
    await out.restart()
    await rested(out)
    (message,) = published(out)
    assert "**Version 2, Thursday 24 February 2022:** Somebody’s words were taken out at their wish." in text_of(
        message
    )
    assert b"Ask why" not in html(settings)
    assert b"Build trust" in html(settings)
    assert versions(settings)[-1][1] == "made"
    told_elsewhere = ask(settings, "SELECT event FROM deliveries ORDER BY id")
    assert told_elsewhere[-2:] == [("report.published:1",), ("report.published:2",)]


async def test_what_hosts_write_later_is_not_published_by_it(out: Room, settings: Settings):
    """When words are taken out only they go; the hosts' newer sentences wait for the hosts' next yes."""
    ids = dict(ask(settings, "SELECT text, id FROM contributions"))
    ((author,),) = ask(settings, "SELECT author FROM contributions WHERE text = 'Ask why'")
    editing, guild = out.bot.services.editing, out.guild.id
    for kind, subject, words in (("introduction", 0, "Not agreed yet."), ("quote", ids["Build trust"], "[…] trust")):
        seen = (await editing.passage(guild, 1, kind, subject)).seen
        await editing.write(guild, 1, kind, subject, words, seen)
    await out.bot.services.contributions.withdraw(guild, ids["Ask why"], author)
    await out.restart()
    await rested(out)
    page = html(settings).decode()
    assert [state for _, state, _ in versions(settings)] == ["replaced", "made"]
    assert "Ask why" not in page
    assert "Build trust" in page
    assert "Not agreed yet." not in page
    await correct(out, "The introduction.")
    page = html(settings).decode()
    assert "Not agreed yet." in page
    assert "Build trust" not in page


async def test_a_cut_quote_goes_from_every_version_with_its_words(out: Room, settings: Settings):
    ids = dict(ask(settings, "SELECT text, id FROM contributions"))
    editing, guild = out.bot.services.editing, out.guild.id
    seen = (await editing.passage(guild, 1, "quote", ids["Build trust"])).seen
    await editing.write(guild, 1, "quote", ids["Build trust"], "Build […]", seen)
    await correct(out, "A shorter quote.")
    assert [version for (version,) in ask(settings, "SELECT version FROM report_edits WHERE text LIKE 'Build%'")] == [
        0,
        2,
    ]
    now = out.clock.now()
    await out.bot.services.contributions.hide(guild, ids["Build trust"], out.host.id, "off topic", now)
    await out.bot.services.contributions.restore(guild, ids["Build trust"], out.host.id, now)
    cuts = "SELECT text FROM report_edits WHERE text LIKE 'Build%'"
    assert len(ask(settings, cuts)) == 2, "what a host had cut does not come back whole"
    ((author,),) = ask(settings, "SELECT author FROM contributions WHERE text = 'Build trust'")
    await out.bot.services.contributions.withdraw(guild, ids["Build trust"], author)
    assert ask(settings, "SELECT version FROM report_edits WHERE text LIKE 'Build%'") == []


async def test_somebody_who_is_not_in_it_changes_nothing(out: Room, settings: Settings):
    quiet = out.member("Quinn Quiet")
    await out.privacy(quiet, "Leave mine out")
    await out.privacy(quiet, "Erase what is kept about me", "Erase it")
    assert versions(settings) == [(1, "made", "")]


async def test_whoever_asks_twice_to_be_left_out_makes_one_version(out: Room, settings: Settings):
    ((author,),) = ask(settings, "SELECT author FROM contributions WHERE text = 'Ask why'")
    for _ in range(3):
        await out.bot.services.privacy.leave_out(out.guild.id, author, out=True)
        await rested(out)
    assert [version for version, *_ in versions(settings)] == [1, 2]


async def test_words_that_go_while_the_files_are_made_are_in_none(drafted: Room, settings: Settings):
    """What was ordered before somebody withdrew is not kept."""
    await signed(drafted)
    ids = dict(ask(settings, "SELECT text, id FROM contributions"))
    ((author,),) = ask(settings, "SELECT author FROM contributions WHERE text = 'Ask why'")
    made, withdrawn = drafted.bot.press, False

    async def slow(order: Order) -> Made:
        nonlocal withdrawn
        files = await made(order)
        if not withdrawn:
            withdrawn = True
            await drafted.bot.services.contributions.withdraw(drafted.guild.id, ids["Ask why"], author)
        return files

    drafted.bot.press = slow
    await publish(drafted)
    assert b"Ask why" not in html(settings)
    assert [state for _, state, _ in versions(settings)] == ["replaced", "made"]


def html(settings: Settings) -> bytes:
    ((data,),) = ask(settings, "SELECT data FROM report_files WHERE name LIKE '%.html'")
    return data


# ------------------------------------------------------------------ an organiser's own file


async def own(room: Room) -> tuple[str, bytes]:
    """The draft's DOCX, as if somebody had edited it."""
    return "My report.docx", to_docx(contents(await room.bot.services.summaries.report(1)), [])


async def test_an_own_file_is_published_instead(drafted: Room):
    await signed(drafted)
    name, data = await own(drafted)
    shown = await drafted.host.slash(drafted.office, "report publish", file=(name, data))
    assert "Your file differs from the record" not in said(shown)
    await drafted.press(drafted.host, shown, "Publish it")
    await rested(drafted)
    (message,) = published(drafted)
    assert files(message) == ["report.docx"]
    assert await message.attachments[0].read() == data


async def test_an_own_file_is_taken_down_where_somebody_s_words_go(drafted: Room, settings: Settings):
    await signed(drafted)
    await publish(drafted, file=await own(drafted))
    ids = dict(ask(settings, "SELECT text, id FROM contributions"))
    ((author,),) = ask(settings, "SELECT author FROM contributions WHERE text = 'Ask why'")
    await drafted.bot.services.contributions.withdraw(drafted.guild.id, ids["Ask why"], author)
    await drafted.restart()
    await rested(drafted)
    (message,) = published(drafted)
    assert files(message) == ["report.pdf", "report.docx", "report.html"]
    told_of = [each for each in drafted.texts(drafted.office) if "Your own file was taken down" in each]
    assert len(told_of) == 1


async def test_whoever_publishes_an_own_file_is_told_that_words_were_taken_back(drafted: Room, settings: Settings):
    await signed(drafted)
    file = await own(drafted)
    asked = said(await drafted.host.slash(drafted.office, "report publish", file=file))
    assert "may not be read any more" not in asked
    ids = dict(ask(settings, "SELECT text, id FROM contributions"))
    ((author,),) = ask(settings, "SELECT author FROM contributions WHERE text = 'Ask why'")
    await drafted.bot.services.contributions.withdraw(drafted.guild.id, ids["Ask why"], author)
    asked = said(await drafted.host.slash(drafted.office, "report publish", file=file))
    assert "Of what people wrote, 1 may not be read any more" in asked


async def test_a_file_with_other_numbers_is_warned_of(drafted: Room):
    await signed(drafted)
    made = await drafted.bot.services.summaries.report(1)
    data = to_docx(contents(replace(made, took_part=7)), [])
    shown = await drafted.host.slash(drafted.office, "report publish", file=("My report.docx", data))
    assert "**Your file differs from the record:**" in said(shown)
    assert "The record says 2" in said(shown)


async def test_what_is_no_report_is_refused(drafted: Room, settings: Settings):
    await signed(drafted)
    for name, data in (("x.pdf", b"hello"), ("x.docx", b"PK\x03\x04nothing")):
        shown = await drafted.host.slash(drafted.office, "report publish", file=(name, data))
        assert "That" in said(shown)
    large = await drafted.host.slash(drafted.office, "report publish", file=("x.pdf", b"%PDF-" + b"x" * 10_000_000))
    assert said(large) == "That file has more than 10 MB."
    assert versions(settings) == []


# ------------------------------------------------------------------ the draft, and the files


async def test_the_draft_is_remade_and_posted_anew_where_it_is_gone(drafted: Room):
    before = drafted.board("Report of", drafted.office)
    assert await report(drafted, "draft") == "The draft of session 1’s report is being made anew, in its message."
    await rested(drafted)
    assert drafted.board("Report of", drafted.office).id == before.id
    drafted.env.backend.delete_message(drafted.office.id, before.id)
    assert await report(drafted, "draft") == "The draft of session 1’s report is being posted anew."
    await rested(drafted)
    assert drafted.board("Report of", drafted.office).id != before.id


async def test_two_who_see_that_a_message_is_gone_have_one_posted(drafted: Room):
    before = drafted.board("Report of", drafted.office)
    drafted.env.backend.delete_message(drafted.office.id, before.id)
    publishing, now = drafted.bot.services.publishing, drafted.clock.now()
    assert [await publishing.draft(drafted.guild.id, 1, now, gone=before.id) for _ in range(2)] == [True, False]
    await drafted.restart()
    await rested(drafted)
    assert len([each for each in drafted.texts(drafted.office) if "Report of" in each]) == 1


async def test_a_public_message_that_was_deleted_is_posted_with_the_next_version(out: Room):
    (before,) = published(out)
    out.env.backend.delete_message(out.channel.id, before.id)
    await correct(out, "A new start.")
    (after,) = published(out)
    assert after.id != before.id
    assert len(threads(out)) == 1, "people go on in the thread there is"


async def test_a_message_that_was_deleted_before_it_had_a_thread_does_not_keep_the_next_from_one(
    drafted: Room, settings: Settings
):
    await signed(drafted)
    shown = await drafted.host.slash(drafted.office, "report publish")
    await drafted.press(drafted.host, shown, "Publish it")
    await drafted.repaint()
    (before,) = published(drafted)
    drafted.env.backend.delete_message(drafted.channel.id, before.id)
    await rested(drafted)
    assert ask(settings, "SELECT thread_id FROM sessions WHERE number = 1") == [(0,)]
    made = drafted.bot.press

    async def slow(order: Order) -> Made:
        await drafted.bot.followups.follow()
        return await made(order)

    drafted.bot.press = slow
    await correct(drafted, "A new start.")
    (after,) = published(drafted)
    assert list(threads(drafted)) == [after.id]


async def test_the_files_are_for_the_team(drafted: Room):
    shown = await drafted.host.slash(drafted.office, "report files", xlsx=True)
    assert "the draft, and the data" in said(shown)
    names = [each.filename for each in answer(shown).attachments]
    assert "qms-1-of-4-for-themes.md" in names
    await signed(drafted)
    await publish(drafted)
    shown = await drafted.host.slash(drafted.office, "report files")
    assert "version 1, as it was published" in said(shown)
    assert files(answer(shown))[:3] == ["report.pdf", "report.docx", "report.html"]
