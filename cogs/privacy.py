"""What is kept about me."""

import io
import json
from typing import Any

import discord
from discord import app_commands

from bot.client import Plenary
from bot.controls import control
from bot.features import Feature, Interaction
from bot.layout import Layout, button, row, text
from bot.replies import replace, say, think
from bot.services.privacy import Kept
from bot.services.promises import LINKS_KEPT
from bot.services.text import counted
from bot.stage import here

WHAT = "privacy:1:what"
LEAVE_OUT = "privacy:1:out"
LET_IN = "privacy:1:in"
ASK = "privacy:1:ask"
ERASE = "privacy:1:erase"
CANCEL = "privacy:1:cancel"

KEPT = (
    "In this server Plenary keeps, with a link to your Discord account: that you took part in a session; what you say "
    "in its forms and in answer to the review; your answers to polls; whose words you supported; your breakout group; "
    "what you say about yourself; and about which sessions you asked for direct messages. {chat} It keeps no names, "
    "but the one that you let stand beside a question, and no addresses.\n"
    "**With your name:** hosts can see what you answered. **Confidential**, and everything you write: hosts and "
    "organisers see totals and, without names, the words; they may show others what you allowed them to quote. Whoever "
    f"runs the bot could see the link; it is erased {LINKS_KEPT.days} days after the session began, at the latest. "
    "**Anonymous:** once the poll has closed, nobody can tell any more what you answered."
)
CHAT = {
    True: "While a session is live, it also keeps what people type in that session’s channel and its threads.",
    False: "Of what people type in chat it keeps replies to the review’s prompts, and what was added to the report.",
}

LEFT_OUT = (
    "Your words are left out of everything that is shared from now on, and taken off what is still shown. What you "
    "type in chat is no longer kept. Your answers to polls stay in the totals. /privacy can let your words in again. "
    "What you write anonymously cannot be told from what others write: you can take it back while that poll is open."
)

NOUNS = {
    "supports": ("time you supported somebody’s words", "times you supported somebody’s words"),
    "hands": ("raised hand", "raised hands"),
    "breakout_groups": ("breakout group", "breakout groups"),
    "introductions_asked_for": ("introduction you asked for", "introductions you asked for"),
    "done_as_a_host": ("decision as a host", "decisions as a host"),
    "about_me": ("page about yourself", "pages about yourself"),
}
"""What is neither an answer nor words, in a sentence. Questions and offers are words, so they are counted already."""

STAYS = (
    "What no longer leads to you stays as it is: what you answered anonymously in polls that have closed, and what "
    f"you said in confidence more than {LINKS_KEPT.days} days ago."
)


class PrivacyCog(Feature):
    @app_commands.command(name="privacy", description="What is stored about me; leave mine out; erase it")
    @app_commands.guild_only()
    async def privacy(self, interaction: Interaction) -> None:
        await self._account(interaction)

    @control(WHAT)
    async def what(self, interaction: Interaction) -> None:
        await self._account(interaction)

    async def _account(self, interaction: Interaction) -> None:
        await think(interaction)
        kept = await self.bot.services.privacy.kept(here(interaction).id, interaction.user.id)
        record = json.dumps(kept.record, ensure_ascii=False, indent=2).encode()
        file = discord.File(io.BytesIO(record), "what-plenary-keeps.json", description="The same as a file")
        what = KEPT.format(chat=CHAT[self.bot.settings.discord.read_messages])
        await say(interaction, "\n\n".join((what, _account(kept))), files=[file])
        await say(interaction, Layout(text("What would you like to do?"), row(*_buttons(kept))))

    @control(LEAVE_OUT)
    async def leave_out(self, interaction: Interaction) -> None:
        await self.bot.services.privacy.leave_out(here(interaction).id, interaction.user.id, out=True)
        done = Layout(text(LEFT_OUT))
        # The button stands on the welcome too, which everybody sees.
        private = interaction.message is not None and interaction.message.flags.ephemeral
        await (replace(interaction, done) if private else say(interaction, done))

    @control(LET_IN)
    async def let_in(self, interaction: Interaction) -> None:
        await self.bot.services.privacy.leave_out(here(interaction).id, interaction.user.id, out=False)
        await replace(interaction, Layout(text("Your words may be shared again, as you allowed with each of them.")))

    @control(ASK)
    async def ask(self, interaction: Interaction) -> None:
        question = text(
            "Erase what Plenary keeps about you in this server? Your words are deleted. Answers to polls that are "
            "open are taken back, anonymous ones too; in closed polls the totals stay and the link to you is cut. "
            f"{STAYS} You get no more direct messages about sessions. This cannot be undone."
        )
        yes = button("Erase it", ERASE, discord.ButtonStyle.danger)
        await replace(interaction, Layout(question, row(yes, button("Cancel", CANCEL))))

    @control(ERASE)
    async def erase(self, interaction: Interaction) -> None:
        await self.bot.services.privacy.erase(here(interaction).id, interaction.user.id)
        await replace(interaction, Layout(text("Erased. Nothing here is linked to your account any more.")))

    @control(CANCEL)
    async def cancel(self, interaction: Interaction) -> None:
        await replace(interaction, Layout(text("Nothing was done.")))


def _account(kept: Kept) -> str:
    beside = [counted(kept.more[what], *nouns) for what, nouns in NOUNS.items() if what in kept.more]
    if n := kept.direct_messages:
        beside.append(f"direct messages about {counted(n, 'session')}")
    if not kept.sessions and not kept.words and not beside:
        held = "At the moment it keeps nothing of that."
    else:
        told = (
            f"{counted(kept.sessions, 'session')} you took part in",
            counted(kept.answers, "poll answer"),
            counted(kept.words, "written contribution"),
            *beside,
        )
        held = f"At the moment: {', '.join(told)}. The attached file has every word of it."
    if kept.untraceable:
        n = kept.untraceable
        polls = "1 anonymous poll has closed" if n == 1 else f"{n} anonymous polls have closed"
        held += f" In sessions you took part in {polls}: what you answered there cannot be shown."
    wish = "You have asked to be left out of what is shared; that wish is kept too."
    return f"{held} {wish}" if kept.left_out else held


def _buttons(kept: Kept) -> list[discord.ui.Button[Any]]:
    share = button("Let mine in again", LET_IN) if kept.left_out else button("Leave mine out", LEAVE_OUT)
    return [share, button("Erase what is kept about me", ASK, discord.ButtonStyle.danger)]


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(PrivacyCog(bot))
