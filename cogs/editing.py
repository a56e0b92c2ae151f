"""What hosts write into a report: a menu of what can be edited, and a form for each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace as changed
from typing import Any

import discord
from discord import ui

from bot.client import Plenary
from bot.controls import FORM, chosen, control, fields
from bot.features import Feature, Interaction
from bot.layout import TEXT, Item, Layout, button, fitted, form, menu, row, safe, text
from bot.replies import replace, say
from bot.reports.contents import QUOTES
from bot.reports.passages import introduction
from bot.reports.wording import finding, listed
from bot.services.cutting import NOT_PRINTED, RULE, lines
from bot.services.editing import BY_ITSELF, KINDS, LIMITS, USUAL, Kind, Passage, Written, order_of, quotes_of
from bot.services.refusal import Refusal
from bot.services.reporting import NEXT_STEPS, Report
from bot.services.text import clean, one_line, shortened
from bot.stage import here

MENU = "report:1:{session}:menu:{page}"
THEME = "report:1:{session}:theme:{theme}:{page}"
PICK = "report:1:{session}:pick"
WRITE = "report:1:{session}:write:{kind}:{subject}:{seen}"

ON_PAGE = 25
"""How many things a menu offers (Discord)."""

INSIDE = len(KINDS)
"""Stands for the second menu, of what is in a theme; its subject 0 is what is in none."""

CALLED: dict[Kind, str] = {
    "title": "The title",
    "introduction": "The introduction",
    "next_steps": "Next steps suggested",
    "themes": "The order of the themes",
    "sentence": "Poll {subject}: its finding",
    "zoom": "Zoom poll {subject}: its finding",
    "theme": "Its reply, and where it stands",
    "quotes": "Which quotes, and in which order",
}

ASKED: dict[Kind, str] = {
    "title": "The report’s title",
    "introduction": "The first paragraph",
    "next_steps": "One on each line",
    "themes": "Put the lines into the order you want",
    "sentence": "What was found, in a sentence",
    "zoom": "What was found, in a sentence",
    "theme": "What hosts or the panel say to it",
    "quotes": "Put the lines into the order you want",
    "quote": "The quote",
}

Choice = tuple[int, int, str, str]
"""Something on a menu: its kind, its subject, its label, and what stands there."""


class EditingCog(Feature):
    @control(MENU)
    async def turn(self, interaction: Interaction, session: int, page: int) -> None:
        await replace(interaction, page_of(await self._report(interaction, session), page))

    @control(THEME)
    async def turn_inside(self, interaction: Interaction, session: int, theme: int, page: int) -> None:
        await replace(interaction, _inside(await self._report(interaction, session), theme, page))

    @control(PICK)
    async def pick(self, interaction: Interaction, session: int) -> None:
        picked = re.fullmatch(r"([0-9]{1,2}):([0-9]{1,18})", "".join(chosen(interaction)))
        if picked is None or int(picked[1]) > INSIDE:
            raise Refusal("That is not on the menu. Nothing was changed.")
        kind, subject = int(picked[1]), int(picked[2])
        if kind == INSIDE:
            await self.turn_inside(interaction, session, subject, 0)
            return
        await self.bot.stage.require_team(interaction)
        passage = await self.bot.services.editing.passage(here(interaction).id, session, KINDS[kind], subject)
        await interaction.response.send_modal(_form(session, passage))

    @control(WRITE + FORM)
    async def take(self, interaction: Interaction, session: int, kind: int, subject: int, seen: int) -> None:
        await self.bot.stage.require_team(interaction)
        if kind >= len(KINDS):
            raise Refusal("That form is no longer in use. Open it anew.")
        filled, what, guild = fields(interaction), KINDS[kind], here(interaction).id
        words = str(filled.get("words") or "")
        try:
            passage = await self.bot.services.editing.passage(guild, session, what, subject)
            typed = "" if clean(words) == clean(_own(passage)) else words
            written = await self.bot.services.editing.write(
                guild, session, what, subject, typed, seen, _section(filled)
            )
        except Refusal as refusal:
            if not clean(words):
                raise
            # A form that was sent cannot be opened again, so what they wrote would be lost.
            heading = text(*fitted([str(refusal)], 1000), "This is what you wrote, so that you can copy it:")
            await say(interaction, Layout(heading, text(*fitted([clean(words)], TEXT - 1500))))
            return
        published = await self.bot.services.publishing.published(session)
        layout = _after(written, is_published=published is not None)
        private = interaction.message is not None and interaction.message.flags.ephemeral
        await (replace if private else say)(interaction, layout)

    async def _report(self, interaction: Interaction, session: int) -> Report:
        await self.bot.stage.require_team(interaction)
        return await self.bot.services.editing.report(here(interaction).id, session)


def page_of(report: Report, page: int = 0, *above: str) -> Layout:
    """The menu of what can be edited."""
    heading = f"**What would you like to edit in the report of {report.part}, {safe(shortened(report.title, 200))}?**"
    note = "What you write is kept when the report is made anew. An empty form brings back what Plenary writes."
    choices = list(_choices(report))
    return Layout(
        *_menu(report, choices, page, MENU.format(session=report.session, page="{page}"), *above, heading, note)
    )


def _choices(report: Report) -> Iterator[Choice]:
    edits = report.edits
    yield _choice("title", 0, edits.get("title") or report.title)
    yield _choice("introduction", 0, edits.get("introduction") or introduction(report))
    for place in (place for poll in report.polls for place in poll.places):
        said = edits.get(f"sentence:{place.key}") or finding(place)
        yield _choice("zoom" if place.on_zoom else "sentence", place.number, said)
    yield _choice("next_steps", 0, edits.get("next_steps", ""))
    if len(report.said.themes) > 1:
        yield _choice("themes", 0, listed([theme.name for theme in report.said.themes]))
    for theme in report.said.themes:
        yield INSIDE, theme.id, f"Theme: {theme.name}", f"{len(theme.quotes)} quotes, the reply, where it stands"
    if alone := len(dict(quotes_of(report))):
        yield INSIDE, 0, "Quotes that are in no theme", f"{alone} of them"


def _choice(kind: Kind, subject: int, there: str) -> Choice:
    return KINDS.index(kind), subject, CALLED[kind].format(subject=subject), there


def _inside(report: Report, theme_id: int, page: int, *above: str) -> Layout:
    """The second menu: what can be edited of a theme, or of the quotes that are in none."""
    theme = next((each for each in report.said.themes if each.id == theme_id), None)
    if theme is None and theme_id:
        raise Refusal("That theme is gone.")
    quotes = {each.id: each.text for each in theme.quotes} if theme else dict(quotes_of(report))
    choices: list[Choice] = []
    if theme:
        choices.append(_choice("theme", theme.id, theme.reply))
    if theme and quotes:
        choices.append(_choice("quotes", theme.id, f"{len(quotes)} can be quoted"))
    for contribution, words in quotes.items():
        cut = report.edits.get(f"quote:{contribution}")
        choices.append((KINDS.index("quote"), contribution, "A cut quote" if cut else "A quote", cut or words))
    heading = f"**Theme: {safe(theme.name)}**" if theme else "**Quotes that are in no theme**"
    turn = THEME.format(session=report.session, theme=theme_id, page="{page}")
    items = _menu(report, choices, page, turn, *above, heading)
    return Layout(*items, row(button("Back to the report", MENU.format(session=report.session, page=0))))


def _menu(report: Report, choices: Sequence[Choice], page: int, turn: str, *said: str) -> list[Item]:
    pages = [choices[at : at + ON_PAGE] for at in range(0, len(choices), ON_PAGE)]
    if not pages:
        return [text(*said, "There is nothing left to edit here.")]
    at = min(page, len(pages) - 1)
    options = [
        discord.SelectOption(
            label=shortened(one_line(label), 100),
            value=f"{kind}:{subject}",
            description=shortened(one_line(there), 100) or None,
        )
        for kind, subject, label, there in pages[at]
    ]
    turns = [("Earlier", at - 1)] if at else []
    turns += [("More", at + 1)] if at + 1 < len(pages) else []
    buttons = [row(*(button(label, turn.format(page=to)) for label, to in turns))] if turns else []
    return [text(*said), row(menu("Choose what to edit", PICK.format(session=report.session), options)), *buttons]


def _own(passage: Passage) -> str:
    """What stands there by itself."""
    match passage.kind:
        case "title":
            return passage.report.title
        case "introduction":
            return introduction(passage.report)
        case "quote":
            return passage.original
        case "quotes" | "themes":
            return _listed(changed(passage, now=""))
        case _:
            return finding(passage.poll) if passage.poll else ""


def _listed(passage: Passage) -> str:
    return lines(passage.items or {}, order_of(passage, QUOTES), USUAL - 100)


def _form(session: int, passage: Passage) -> ui.Modal:
    kind, limit = passage.kind, LIMITS.get(passage.kind, USUAL)
    there = _listed(passage) if passage.items is not None else passage.now or _own(passage)
    written = ui.TextInput[Any](
        custom_id="words",
        style=discord.TextStyle.short if kind == "title" else discord.TextStyle.paragraph,
        required=False,
        max_length=limit,
        default=shortened(clean(there), limit) or None,
    )
    items: list[Item] = [ui.TextDisplay(hint)] if (hint := _hint(passage)) else []
    items.append(ui.Label[Any](text=ASKED[kind], component=written))
    if kind == "theme":
        items.append(_where(passage))
    called = CALLED.get(kind, "A quote").format(subject=passage.subject)
    custom_id = WRITE.format(session=session, kind=KINDS.index(kind), subject=passage.subject, seen=passage.seen)
    return form(called, custom_id, *items)


def _hint(passage: Passage) -> str:
    match passage.kind:
        case "quote":
            return RULE
        case "quotes":
            return (
                f"Lines that you take away, or put below the line “{NOT_PRINTED}”, are not printed. Only the numbers "
                "count: the words beside them are there for you."
            )
        case "themes":
            return "Only the numbers count: the names beside them are there for you."
        case "sentence" | "zoom":
            return safe(shortened(passage.poll.question, 500)) if passage.poll else ""
        case _:
            return ""


def _where(passage: Passage) -> ui.Label[Any]:
    """The field that asks where a theme is to stand."""
    report, now = passage.report, passage.theme.section if passage.theme else None
    places = [(BY_ITSELF, "Where most of it was said"), *((each.start, each.title) for each in report.sections[:23])]
    places.append((NEXT_STEPS, "With the next steps suggested"))
    shown = now if now in dict(places) else BY_ITSELF
    options = [
        discord.SelectOption(label=shortened(one_line(title), 100), value=str(start), default=start == shown)
        for start, title in places
    ]
    asked = ui.Select[Any](custom_id="section", options=options, min_values=1, max_values=1)
    return ui.Label[Any](text="Where it stands", component=asked)


def _section(filled: dict[str, Any]) -> int | None:
    picked = "".join(filled.get("section") or [])
    if picked and not re.fullmatch(r"-?[0-9]{1,4}", picked):
        raise Refusal("That is not on the menu. Nothing was changed.")
    return int(picked) if picked else None


def _after(written: Written, *, is_published: bool) -> Layout:
    """What was saved, and the menu again."""
    passage = written.passage
    told = "Saved: the draft is being made anew."
    if not passage.now and passage.kind != "theme":
        told = "What Plenary writes stands there: the draft is being made anew."
    told += " What is published stays as it is until /report publish." if is_published else ""
    said = [told]
    if written.unknown:
        are = "is not a number" if len(written.unknown) == 1 else "are not numbers"
        said.append(f"**Please check:** {listed(list(written.unknown))} {are} that the record of this poll has.")
    if passage.theme:
        return _inside(passage.report, passage.theme.id, 0, *said)
    if passage.kind == "quote":
        theme = next((t.id for t in passage.report.said.themes if passage.subject in {q.id for q in t.quotes}), 0)
        return _inside(passage.report, theme, 0, *said)
    return page_of(passage.report, 0, *said)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(EditingCog(bot))
