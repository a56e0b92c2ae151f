"""The news of a session's report as its receivers want it: plain JSON, a Slack message, a Teams card.

Titles, questions and options are somebody's words, and stand where neither Slack nor Teams reads markup or mentions
in them; what Slack takes for its own signs is made harmless everywhere.
"""

import json
from datetime import UTC, datetime
from typing import Any

from bot.reports.wording import number, people, told
from bot.services.deliveries import News
from bot.services.hooks import Kind
from bot.services.text import shortened

HEADER, SECTION, BUTTON = 150, 2000, 75
"""How many characters Slack takes as a heading (the limit), in a section (it would take 3,000 once made harmless), and
on a button."""

SHOWN = 10
"""How many polls a message has: Teams takes 28 KB, and the report has them all."""


def body(kind: Kind, news: News) -> str:
    """What is sent."""
    match kind:
        case "json":
            made = _plain(news)
        case "slack":
            made = _slack(news)
        case "teams":
            made = _teams(news)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def _plain(news: News) -> dict[str, Any]:
    brief = news.brief
    data = {
        "guild_id": str(news.guild_id),
        "session_id": brief.session,
        "series": {"key": brief.key, "title": brief.series},
        "part": brief.number,
        "of": brief.of,
        "title": brief.heading,
        "starts_at": _iso(brief.starts_at),
        "took_part": brief.took_part,
        "joined": brief.joined,
        "peak": brief.peak,
        "polls": [
            {
                "number": each.number,
                "on_zoom": each.on_zoom,
                "question": each.question,
                "kind": each.kind,
                "n": each.tally.n,
                "finding": told(brief, each),
            }
            for each in brief.polls
        ],
        "version": news.version,
        "what_changed": news.what_changed,
        "links": [{"name": name, "url": url} for name, url in news.links],
    }
    return {"type": news.event, "timestamp": _iso(news.at), "data": data}


def _iso(moment: datetime | None) -> str | None:
    return moment and moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _heading(news: News) -> str:
    if news.event == "report.drafted":
        return f"The draft report of session {news.brief.number} is ready"
    again = "A new version of the" if news.version > 1 else "The"
    return f"{again} report of session {news.brief.number} is published"


def _opening(news: News) -> str:
    brief = news.brief
    joined = f" {number(brief.joined)} joined the webinar." if brief.joined else ""
    took_part = f"{people(brief.took_part or 0)} took part on Discord.{joined}"
    where = " It is in the organisers’ channel on Discord." if news.event == "report.drafted" else ""
    changed = f"\nWhat has changed: {news.what_changed}" if news.what_changed else ""
    return f"{brief.series}, part {brief.part}: {brief.heading}\n{took_part}{where}{changed}"


def _findings(news: News) -> list[str]:
    polls = news.brief.polls
    shown = [f"{each.name}: {each.question}\n{told(news.brief, each)}" for each in polls[:SHOWN]]
    more = len(polls) - len(shown)
    return [
        *shown,
        *([f"The report has {more} more polls." if more > 1 else "The report has one more poll."] * (more > 0)),
    ]


def _slack(news: News) -> dict[str, Any]:
    def plain(words: str, limit: int) -> dict[str, Any]:
        return {"type": "plain_text", "text": _harmless(shortened(words, limit)), "emoji": False}

    blocks: list[dict[str, Any]] = [{"type": "header", "text": plain(_heading(news), HEADER)}]
    blocks += [{"type": "section", "text": plain(each, SECTION)} for each in (_opening(news), *_findings(news))]
    if news.links:
        buttons = [{"type": "button", "text": plain(name, BUTTON), "url": url} for name, url in news.links]
        blocks.append({"type": "actions", "elements": buttons})
    fallback = _harmless(f"{_heading(news)}: {shortened(news.brief.heading, SECTION)}")
    return {"text": fallback, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _harmless(words: str) -> str:
    """Without Slack's signs, so that nothing in it is a link or calls anybody."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(news: News) -> dict[str, Any]:
    def plain(words: str, **more: Any) -> dict[str, Any]:
        # A text run, unlike a text block, has no markup.
        run = {"type": "TextRun", "text": shortened(words, SECTION), **more}
        return {"type": "RichTextBlock", "inlines": [run]}

    heading = plain(_heading(news), weight="Bolder", size="Large")
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [heading, plain(_opening(news)), *map(plain, _findings(news))],
        "actions": [{"type": "Action.OpenUrl", "title": name, "url": url} for name, url in news.links],
        "msteams": {"width": "Full"},
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}
