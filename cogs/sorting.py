"""The themes of a session to look at, and a menu of what was said to put into one or take out of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import discord

from bot.client import Plenary
from bot.controls import chosen_numbers, control
from bot.features import Feature, Interaction
from bot.layout import TEXT, Item, Layout, button, fitted, menu, row, safe, text
from bot.replies import replace, say
from bot.reports.wording import people
from bot.services.text import counted, one_line, shortened
from bot.services.themes import Count, Survey
from bot.services.theming import Piece
from bot.stage import here
from bot.storage.contributions import Kind
from bot.storage.themes import Theme

LIST = "themes:1:{session}:list:{page}"
SORT = "themes:1:{theme}:{view}:{page}"
PICK = "themes:1:{theme}:{view}:{page}:pick"

UNTAGGED, OTHERS, INSIDE = range(3)
"""What can be looked at when a theme is filled: what is in no theme, all that is not in this one, what is in it."""
VIEWS = {UNTAGGED: "Untagged", OTHERS: "Tagged ones too", INSIDE: "In this theme"}
INTRO = {
    UNTAGGED: "Choose what belongs to it, of what is in no theme yet.",
    OTHERS: "Choose what belongs to it, of everything else that was said.",
    INSIDE: "This is what is in it. Choose what to take out.",
}
NOTHING = {
    UNTAGGED: "Nothing is untagged.",
    OTHERS: "Everything that was said is in it.",
    INSIDE: "Nothing is in it.",
}

DOES = {UNTAGGED: "Put in", OTHERS: "Put in", INSIDE: "Take out"}

MENU = 25
ROOM = TEXT - 1000
"""How much of a message people's words may take; the rest is for what stands around them."""

NOUNS: dict[Kind, str] = {
    "comment": "a comment",
    "question": "a question",
    "takeaway": "a takeaway",
    "improvement": "an improvement",
    "answer": "an answer",
    "feedback": "feedback of a group",
    "offer": "an offer",
}


class SortingCog(Feature):
    @control(LIST)
    async def turn_list(self, interaction: Interaction, session: int, page: int) -> None:
        await self.bot.stage.require_team(interaction)
        survey = await self.bot.services.themes.survey(here(interaction).id, session)
        await replace(interaction, Layout(*overview(survey, page)))

    @control(SORT)
    async def turn(self, interaction: Interaction, theme: int, view: int, page: int) -> None:
        await self.bot.stage.require_team(interaction)
        survey = await self.bot.services.themes.of(here(interaction).id, theme)
        await replace(interaction, Layout(*_sorting(survey, theme, view, page)))

    @control(PICK)
    async def pick(self, interaction: Interaction, theme: int, view: int, page: int) -> None:
        await self.bot.stage.require_team(interaction)
        guild, ids = here(interaction).id, chosen_numbers(interaction)
        unsigned = await self.bot.services.themes.tag(guild, theme, ids, on=view != INSIDE)
        survey = await self.bot.services.themes.of(guild, theme)
        await replace(interaction, Layout(*_sorting(survey, theme, view, page, no_longer_signed(unsigned))))


async def sort(bot: Plenary, interaction: Interaction, theme: int, view: int) -> None:
    """Answer with what can be put into a theme, or is in it."""
    survey = await bot.services.themes.of(here(interaction).id, theme)
    await say(interaction, Layout(*_sorting(survey, theme, view, 0)))


def overview(survey: Survey, page: int) -> tuple[Item, ...]:
    """Every theme with its counts, then what is in none."""
    lines = [_line(survey, each) for each in survey.themes] or ["No themes yet. /themes add makes one."]
    lines.append(f"**Untagged:** {said_by(survey.untagged)}")
    untagged = (_entry(survey, each) for each in survey.pieces if not each.themes)
    on = _page(chain(lines, untagged), page)
    heading = [f"## Themes of session {survey.session.number}, {safe(survey.session.headline)}"]
    heading.append(f"{said_by(survey.whole)}, without names. One can be in several themes.")
    if survey.apart:
        heading.append("-# Whoever wrote in an anonymous poll counts there once more: nobody can tell who that was.")
    turns = _turns(on, lambda to: LIST.format(session=survey.session.id, page=to))
    return text(*heading), text("\n".join(on.entries)), *turns


def _line(survey: Survey, theme: Theme) -> str:
    when = f" on {discord.utils.format_dt(theme.signed_at, 'f')}" if theme.signed_at else ""
    signed = f"; signed off by {safe(theme.signed_by)}{when}" if theme.signed_by else ""
    return f"- **{safe(theme.name)}:** {said_by(survey.counts[theme.id])}{signed}"


def _sorting(survey: Survey, theme_id: int, view: int, page: int, told: str = "") -> tuple[Item, ...]:
    """What can be chosen, in full, above the menu: nobody should sort what they have not read."""
    view = view if view in VIEWS else UNTAGGED
    pieces = [each for each in survey.pieces if _belongs(each, theme_id, view)]
    on = _page((_entry(survey, each) for each in pieces), page)
    heading = f"{_line(survey, survey.theme(theme_id)).removeprefix('- ')}.{told}"
    items: list[Item] = [text(heading, INTRO[view] if pieces else NOTHING[view])]
    if pieces:
        numbered = list(enumerate(zip(on.entries, pieces[on.first :], strict=False), on.first + 1))
        options = [
            discord.SelectOption(label=shortened(f"{number}. {one_line(each.text)}", 100), value=str(each.id))
            for number, (_, each) in numbered
        ]
        picker = menu(DOES[view], PICK.format(theme=theme_id, view=view, page=on.number), options, len(options))
        items += [text("\n\n".join(f"**{number}.** {entry}" for number, (entry, _) in numbered)), row(picker)]
    items += _turns(on, lambda to: SORT.format(theme=theme_id, view=view, page=to))
    others = [(label, SORT.format(theme=theme_id, view=each, page=0)) for each, label in VIEWS.items() if each != view]
    return (*items, row(*(button(label, custom_id) for label, custom_id in others)))


def _belongs(piece: Piece, theme_id: int, view: int) -> bool:
    return not piece.themes if view == UNTAGGED else (theme_id in piece.themes) is (view == INSIDE)


def _entry(survey: Survey, piece: Piece) -> str:
    """The words, with what they are. Only such as fill a message by themselves are cut."""
    themes = sorted(name for theme, name in survey.names.items() if theme in piece.themes)
    about = [NOUNS[piece.kind], *([] if piece.quotable else ["for themes only"])]
    about += [f"in {', '.join(fitted(themes, 300))}"] if themes else []
    return f"“{fitted([piece.text], ROOM - 500)[0]}” ({', '.join(about)})"


@dataclass(frozen=True)
class Page:
    """The entries of one page; ``first`` is how many stand before it."""

    number: int
    first: int
    entries: list[str]
    more: bool


def _page(entries: Iterable[str], number: int) -> Page:
    """The page of that number, or the last one: no more of the entries is made than that takes."""
    page, room = Page(0, 0, [], more=False), ROOM
    for entry in entries:
        takes = len(entry) + len("**10000.** \n\n")
        if page.entries and (takes > room or len(page.entries) == MENU):
            if page.number == number:
                return Page(page.number, page.first, page.entries, more=True)
            page, room = Page(page.number + 1, page.first + len(page.entries), [], more=False), ROOM
        page.entries.append(entry)
        room -= takes
    return page


def _turns(on: Page, to: Callable[[int], str]) -> list[Item]:
    turns = [("Earlier", on.number - 1)] if on.number else []
    turns += [("More", on.number + 1)] if on.more else []
    return [row(*(button(label, to(page)) for label, page in turns))] if turns else []


def said_by(count: Count) -> str:
    """For instance "3 contributions from 2 people"."""
    return f"{counted(count.contributions, 'contribution')} from {people(count.people)}"


def no_longer_signed(themes: Sequence[Theme]) -> str:
    """What has become of signatures, to be said after something else."""
    return "".join(
        f" {safe(each.signed_by)} had signed off “{safe(each.name)}”; that no longer holds." for each in themes
    )


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SortingCog(bot))
