"""Sorting what people said into themes: by hand, with a menu or in a spreadsheet."""

import io
from collections.abc import Sequence
from itertools import groupby

import discord
from discord import app_commands

from bot.client import Plenary
from bot.controls import control
from bot.features import Interaction, TeamGroup
from bot.layout import Layout, button, row, safe, text
from bot.replies import acknowledge, replace, say, think
from bot.reports import sheets
from bot.services.refusal import Refusal
from bot.services.text import counted, shortened
from bot.services.themes import Survey
from bot.services.theming import NAME, Odd, Plan, same
from bot.stage import here
from bot.storage.themes import Theme
from cogs.sorting import INSIDE, MENU, UNTAGGED, no_longer_signed, overview, said_by, sort

DELETE = "themes:1:{theme}:delete"
KEEP = "themes:1:{theme}:keep"
IMPORT = "themes:1:{session}:import:{mark}"
DISMISS = "themes:1:{session}:dismiss"

MOST_REASONS = 8

Name = app_commands.Range[str, 1, 200]
Part = app_commands.Range[int, 1, 25]

PART = "Which session, by its number; the one that is live, or else the one that finished last, unless you say"


async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest the session's themes to those who may know of them."""
    bot, part = interaction.client, getattr(interaction.namespace, "part", None)
    try:
        await bot.stage.require_team(interaction)
        session = await bot.stage.held(interaction, part if isinstance(part, int) else None)
    except Refusal:
        return []
    found = [each.name for each in await bot.services.themes.all(session) if typed.casefold() in each.name.casefold()]
    return [app_commands.Choice(name=name, value=name) for name in found[:MENU]]


class ThemesCog(TeamGroup, name="themes", description="Sort what people said into themes"):
    @app_commands.command(name="add", description="Make a theme")
    @app_commands.describe(name="What it is called", part=PART)
    async def add(self, interaction: Interaction, name: Name, part: Part | None = None) -> None:
        session = await self.bot.stage.held(interaction, part)
        made = await self.bot.services.themes.add(session, name)
        await sort(self.bot, interaction, made, UNTAGGED)

    @app_commands.command(name="rename", description="Give a theme another name")
    @app_commands.describe(theme="Which theme", name="What it is to be called", part=PART)
    @app_commands.autocomplete(theme=suggest)
    async def rename(self, interaction: Interaction, theme: str, name: Name, part: Part | None = None) -> None:
        found = _named(await _survey(self.bot, interaction, part), theme)
        lost = await self.bot.services.themes.rename(here(interaction).id, found.id, name)
        now = (await self.bot.services.themes.of(here(interaction).id, found.id)).theme(found.id)
        await say(interaction, f"“{safe(found.name)}” is now called “{safe(now.name)}”.{no_longer_signed(lost)}")

    @app_commands.command(name="merge", description="Put what is in one theme into another, and take the first away")
    @app_commands.describe(theme="The theme that goes", into="The theme that stays", part=PART)
    @app_commands.autocomplete(theme=suggest, into=suggest)
    async def merge(self, interaction: Interaction, theme: str, into: str, part: Part | None = None) -> None:
        survey = await _survey(self.bot, interaction, part)
        gone, stays = _named(survey, theme), _named(survey, into)
        lost = await self.bot.services.themes.merge(here(interaction).id, gone.id, stays.id)
        count = (await self.bot.services.themes.of(here(interaction).id, stays.id)).counts[stays.id]
        now = f"“{safe(gone.name)}” is now part of “{safe(stays.name)}”, which has {said_by(count)}."
        await say(interaction, now + no_longer_signed(lost))

    @app_commands.command(name="assign", description="Choose what belongs to a theme: untagged first, many at once")
    @app_commands.describe(theme="Which theme", part=PART)
    @app_commands.autocomplete(theme=suggest)
    async def assign(self, interaction: Interaction, theme: str, part: Part | None = None) -> None:
        found = _named(await _survey(self.bot, interaction, part), theme)
        await sort(self.bot, interaction, found.id, UNTAGGED)

    @app_commands.command(name="show", description="The themes with their counts, and what is untagged")
    @app_commands.describe(theme="One theme, with all that is in it", part=PART)
    @app_commands.autocomplete(theme=suggest)
    async def show(self, interaction: Interaction, theme: str | None = None, part: Part | None = None) -> None:
        survey = await _survey(self.bot, interaction, part)
        if theme:
            await sort(self.bot, interaction, _named(survey, theme).id, INSIDE)
        else:
            await say(interaction, Layout(*overview(survey, 0)))

    @app_commands.command(name="sign-off", description="Vouch for the themes by name, until somebody changes them")
    @app_commands.describe(theme="Only this one", by="Whose name; yours unless you say", part=PART)
    @app_commands.autocomplete(theme=suggest)
    async def sign_off(
        self, interaction: Interaction, theme: str | None = None, by: Name | None = None, part: Part | None = None
    ) -> None:
        survey = await _survey(self.bot, interaction, part)
        one = _named(survey, theme).id if theme else None
        mine = interaction.user.display_name
        # Whoever signs for somebody else is named too.
        name = f"{shortened(by, NAME // 2)} (entered by {shortened(mine, NAME // 3)})" if by else shortened(mine, NAME)
        now = self.bot.clock.now()
        signed = await self.bot.services.themes.sign_off(survey.session, one, name, now)
        open_still = f" {said_by(survey.untagged)} still untagged." if survey.untagged.contributions else ""
        await say(
            interaction,
            f"Signed off by {safe(name)}: {_some([f'“{safe(each.name)}”' for each in signed])}. "
            f"A later change takes the signature away.{open_still}",
        )

    @app_commands.command(name="delete", description="Take a theme away, after asking once; the words stay")
    @app_commands.describe(theme="Which theme", part=PART)
    @app_commands.autocomplete(theme=suggest)
    async def delete(self, interaction: Interaction, theme: str, part: Part | None = None) -> None:
        survey = await _survey(self.bot, interaction, part)
        found = _named(survey, theme)
        signed = f" It is signed off by {safe(found.signed_by)}." if found.signed_by else ""
        question = f"Delete the theme “{safe(found.name)}”? It has {said_by(survey.counts[found.id])}.{signed}"
        choice = row(
            button("Delete it", DELETE.format(theme=found.id), discord.ButtonStyle.danger),
            button("Cancel", KEEP.format(theme=found.id)),
        )
        await say(interaction, Layout(text(f"{question} What people said stays."), choice))

    @app_commands.command(name="export", description="Get all that was said as a spreadsheet, to sort it there")
    @app_commands.describe(part=PART)
    async def export(self, interaction: Interaction, part: Part | None = None) -> None:
        await think(interaction)
        survey = await _survey(self.bot, interaction, part)
        if not survey.pieces:
            raise Refusal("Nothing has been said that could be sorted.")
        made = sheets.rows(survey.pieces, survey.names)
        stem = f"themes-part-{survey.session.number}"
        files = {f"{stem}.xlsx": await sheets.to_xlsx(made), f"{stem}.csv": sheets.to_csv(made)}
        fit = {name: data for name, data in files.items() if len(data) <= interaction.filesize_limit}
        if not fit:
            raise Refusal("That is more than Discord takes in a file.")
        await say(
            interaction,
            f"{said_by(survey.whole)}, without names. The .xlsx is for Excel and Google Sheets. Fill in the column "
            "*themes*, several with a semicolon between them, and send the file back with /themes import; rows that "
            "you delete stay as they are. Do not quote what is *for themes only*, and do not pass this on.",
            files=[discord.File(io.BytesIO(data), name) for name, data in fit.items()],
        )

    @app_commands.command(name="import", description="Take a spreadsheet of themes back; says first what would change")
    @app_commands.describe(file="The file of /themes export, as .xlsx or CSV", part=PART)
    async def take(self, interaction: Interaction, file: discord.Attachment, part: Part | None = None) -> None:
        sheets.refuse_size(file.size)
        await think(interaction)
        session = await self.bot.stage.held(interaction, part)
        lines, odd = await sheets.read(await file.read())
        plan = await self.bot.services.themes.propose(session, lines)
        told = [f"**Session {session.number}, {safe(session.headline)}.** This is a dry run: nothing is changed yet."]
        told += _changes(plan)
        told += _passed_over((*odd, *plan.odd))
        choice = row(
            button("Do it", IMPORT.format(session=session.id, mark=plan.mark), discord.ButtonStyle.primary),
            button("Cancel", DISMISS.format(session=session.id)),
        )
        await say(interaction, Layout(text("\n".join(told)), *(() if plan.nothing else (choice,))))

    @control(IMPORT)
    async def carry_out(self, interaction: Interaction, session: int, mark: int) -> None:
        await self.bot.stage.require_team(interaction)
        await acknowledge(interaction)
        done = await self.bot.services.themes.carry_out(here(interaction).id, session, mark)
        await replace(interaction, Layout(text("\n".join(("**Done.**", *_changes(done, done=True))))))

    @control(DISMISS)
    async def dismiss(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_team(interaction)
        await self.bot.services.themes.dismiss(here(interaction).id, session)
        await replace(interaction, Layout(text("Nothing was changed.")))

    @control(DELETE)
    async def delete_now(self, interaction: Interaction, theme: int) -> None:
        await self.bot.stage.require_team(interaction)
        gone = await self.bot.services.themes.remove(here(interaction).id, theme)
        await replace(interaction, Layout(text(f"The theme “{safe(gone.name)}” is deleted.")))

    @control(KEEP)
    async def keep(self, interaction: Interaction, theme: int) -> None:  # noqa: ARG002
        await replace(interaction, Layout(text("Nothing was changed.")))


async def _survey(bot: Plenary, interaction: Interaction, part: int | None) -> Survey:
    session = await bot.stage.held(interaction, part)
    return await bot.services.themes.survey(session.guild_id, session.id)


def _named(survey: Survey, name: str) -> Theme:
    if found := same(survey.themes, name):
        return found
    known = _some([f"“{safe(each.name)}”" for each in survey.themes])
    session = f"Session {survey.session.number}"
    has = f"{session} has {known}." if known else f"{session} has none: /themes add makes one."
    raise Refusal(f"There is no theme “{safe(shortened(name, NAME))}”. {has}")


def _some(told: Sequence[str], most: int = 10) -> str:
    """As many as can be read, and how many more there are."""
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + more


def _changes(plan: Plan, *, done: bool = False) -> list[str]:
    """What an import changes, or would."""
    if plan.nothing:
        return ["Everything is like that already."]
    counts = [
        (plan.gain, "got" if done else "would get", "a theme"),
        (plan.lose, "lost" if done else "would lose", "one"),
    ]
    lines = [f"- {counted(count, 'contribution')} {verb} {what}" for count, verb, what in counts if count]
    if plan.new:
        comma = " (a comma does not part two themes: a semicolon does)" if any("," in name for name in plan.new) else ""
        lines.append(f"- new themes: {_some([f'“{safe(name)}”' for name in plan.new])}{comma}")
    if plan.unsigned:
        signed = _some([f"“{safe(each.name)}” ({safe(each.signed_by)})" for each in plan.unsigned], 5)
        lines.append(f"- {'no longer' if done else 'would no longer be'} signed off: {signed}")
    return lines


def _passed_over(odd: Sequence[Odd]) -> list[str]:
    """The rows that are not understood, for each reason those that have it."""
    by_reason = sorted(odd, key=lambda each: (each.why, each.row))
    reasons = [(why, [str(each.row) for each in rows]) for why, rows in groupby(by_reason, lambda each: each.why)]
    lines = [f"- row{'' if len(rows) == 1 else 's'} {_some(rows)}: {why}" for why, rows in reasons[:MOST_REASONS]]
    more = [f"- and {len(reasons) - MOST_REASONS} more kinds of mistakes"] if len(reasons) > MOST_REASONS else []
    return [f"{len(odd):,} row{' is' if len(odd) == 1 else 's are'} passed over:", *lines, *more] if odd else []


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(ThemesCog(bot))
