"""What is sent to webhooks: true, and nothing of it can call anybody or lead anywhere."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.reports.envelopes import body
from bot.services.deliveries import News
from bot.services.reporting import Brief, ReportedPoll
from bot.services.tallies import Row, Tally
from tests.reports.samples import report

NOW = datetime(2022, 2, 24, 14, 30, tzinfo=UTC)

ROWS = (Row("Creating an enabling culture", 53, 59), Row("Better data", 37, 41))


def polled(question: str, number: int = 1) -> ReportedPoll:
    return ReportedPoll(
        id=number,
        number=number,
        question=question,
        choices=1,
        kind="single",
        privacy="anonymous",
        tally=Tally(90, ROWS),
    )


def of(*polls: ReportedPoll, **more: Any) -> Brief:
    """What a session of these polls came to."""
    usual = {"series": "Quality Management", "title": "Everybody’s Business", "starts_at": NOW, "took_part": 109}
    return report(polls=polls, **(usual | more))


NEWS = News(
    "report.published",
    1,
    NOW,
    5,
    of(polled("What helps most?")),
    (("Report", "https://discord.com/channels/5/6/7"), ("Recording", "https://vimeo.com/1?a=b&c=d")),
)

NASTY = "<!channel> <@U024BE7LR> @everyone *b* [x](https://evil.example) <https://evil.example|here> {{DATE(1)}} ${x} &"


def sent(kind: Any, news: News = NEWS) -> Any:
    return json.loads(body(kind, news))


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


def test_json_says_what_happened_with_its_numbers():
    told = sent("json")
    assert (told["type"], told["timestamp"]) == ("report.published", "2022-02-24T14:30:00Z")
    data = told["data"]
    assert (data["guild_id"], data["part"], data["of"], data["took_part"], data["joined"]) == ("5", 1, 4, 109, 122)
    assert data["polls"] == [
        {
            "number": 1,
            "on_zoom": False,
            "question": "What helps most?",
            "kind": "single",
            "n": 90,
            "finding": data["polls"][0]["finding"],
        }
    ]
    assert "53" in data["polls"][0]["finding"] or "59%" in data["polls"][0]["finding"]
    assert data["links"][1] == {"name": "Recording", "url": "https://vimeo.com/1?a=b&c=d"}


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_message_says_the_same(kind):
    said = "\n".join(strings(sent(kind)))
    for part in (
        "The report of session 1 is published",
        "Quality Management, part 1 of 4: Everybody’s Business",
        "109 people took part on Discord. 122 joined the webinar.",
        "Poll 1: What helps most?",
        "59%",
        "https://discord.com/channels/5/6/7",
        "https://vimeo.com/1?a=b&c=d",
    ):
        assert part in said


def test_what_hosts_have_written_is_told_in_place_of_what_stood_there():
    edited = of(polled("What helps most?"), edits={"title": "Ours", "sentence:1": "Most say culture (59%)."})
    for kind in ("json", "slack", "teams"):
        said = strings(sent(kind, replace(NEWS, brief=edited)))
        assert any("Ours" in text for text in said)
        assert any("Most say culture (59%)." in text for text in said)
        assert not any("Everybody" in text for text in said)


def test_a_new_version_and_a_draft_are_called_so():
    corrected = body("slack", replace(NEWS, version=2, what_changed="A number was wrong."))
    assert "A new version of the report of session 1 is published" in corrected
    assert "What has changed: A number was wrong." in corrected
    draft = replace(NEWS, event="report.drafted", links=())
    assert "The draft report of session 1 is ready" in body("teams", draft)
    assert "It is in the organisers’ channel on Discord." in body("teams", draft)


def test_slack_takes_nothing_for_its_own_signs():
    news = replace(NEWS, brief=of(polled(NASTY), title=NASTY, series=NASTY))
    told = sent("slack", news)
    shown = [text for text in strings(told) if not text.startswith("https://")]
    assert not any("<" in text or ">" in text for text in shown)
    assert all(text.count("&") == sum(text.count(each) for each in ("&amp;", "&lt;", "&gt;")) for text in shown)
    kinds = {block["text"]["type"] for block in told["blocks"] if "text" in block}
    assert kinds == {"plain_text"}, "there is no markup in plain text"


def test_teams_reads_no_markup_in_what_somebody_wrote():
    news = replace(NEWS, brief=of(polled(NASTY), title=NASTY))
    told = sent("teams", news)
    (attachment,) = told["attachments"]
    assert (told["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attachment["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert "entities" not in card["msteams"], "nobody is mentioned"


@pytest.mark.parametrize("kind", ["json", "slack", "teams"])
def test_the_largest_session_fits(kind):
    many = tuple(polled("&" * 300, number) for number in range(1, 21))
    made = body(kind, replace(NEWS, brief=of(*many, title="<" * 300)))
    assert len(made.encode()) < 28_000
    if kind == "slack":
        blocks = json.loads(made)["blocks"]
        assert len(blocks) <= 50
        assert all(len(block["text"]["text"]) <= 3000 for block in blocks if "text" in block)


def test_the_same_news_are_the_same_bytes():
    for kind in ("json", "slack", "teams"):
        assert body(kind, NEWS) == body(kind, replace(NEWS))
