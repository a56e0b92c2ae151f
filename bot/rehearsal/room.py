"""A guild on the simulated Discord, the people in it, and what people do there."""

import re
from dataclasses import asdict
from datetime import timedelta
from typing import Any, cast

import discord
import simcord
from discord import PermissionOverwrite, Permissions
from simcord import ChannelHandle, InteractionResult, MemberActor, RoleHandle
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.results import ResponseMessage

from bot.client import Plenary, create_bot
from bot.rehearsal.clock import SimulatedClock
from bot.settings import Settings
from bot.storage.places import Places

PACE = 2.5
"""Seconds: a little more than the painter leaves between two edits."""


class Room:
    """A server as an organiser would have made it for a series, with the bot set up in it."""

    def __init__(self, env: simcord.Env, settings: Settings, clock: SimulatedClock) -> None:
        self.env = env
        self.settings = settings
        self.clock = clock
        clock.bind(env)
        self.guild = guild = env.create_guild("Q community")
        self.hosts = guild.create_role("Hosts", permissions=Permissions(manage_events=True))
        self.organisers = guild.create_role("Organisers")
        self.channel = guild.create_text_channel("webinar")
        self.announcements = guild.create_text_channel("announcements")
        hidden, shown = PermissionOverwrite(view_channel=False), PermissionOverwrite(view_channel=True)
        admins = guild.create_role("Admins", permissions=Permissions(manage_guild=True))
        plenary = cast("discord.ClientUser", env.bot.user)
        team = dict.fromkeys((self.hosts, self.organisers, admins, plenary), shown)
        self.office = guild.create_text_channel("organisers", overwrites={guild.default_role: hidden, **team})
        self.lobby = guild.create_text_channel("lobby")
        self.admin = self.member("Ada Admin", admins)
        self.host = self.member("Emma Host", self.hosts)
        self.organiser = self.member("Olu Organiser", self.organisers)

    @property
    def bot(self) -> Plenary:
        """The bot as it runs now."""
        return cast("Plenary", self.env.bot)

    def member(self, name: str, *roles: RoleHandle) -> MemberActor:
        """Somebody new in the server."""
        user = self.env.create_user(name.lower().replace(" ", "."), global_name=name)
        return self.guild.add_member(user, roles=roles)

    async def set_up(self, **changes: Any) -> str:
        """The admin chooses in the menus of /setup whatever is not chosen yet. What the last answer says."""
        shown = await self.admin.slash(self.lobby, "setup")
        wanted: dict[str, Any] = {
            "hosts": [self.hosts],
            "organisers": [self.organisers],
            "session_channel": [self.channel],
            "announcements_channel": [self.announcements],
            "organiser_channel": [self.office],
        }
        answer = shown
        for place, picked in (wanted | changes).items():
            if [each.id for each in picked] != chosen_in(shown)[place]:
                answer = await self.pick(self.admin, shown, place, *picked)
        return said(answer)

    async def pick(
        self, who: MemberActor, shown: InteractionResult, place: str, *picked: RoleHandle | ChannelHandle
    ) -> InteractionResult:
        """Choose in one of the menus of /setup."""
        message = cast("ResponseMessage", shown.response)
        return await who.select(message, picked, custom_id=_pickers(message)[place]["custom_id"])

    async def import_series(self, data: bytes, **options: Any) -> str:
        """The host sends a series file. What the bot answers."""
        return said(await self.host.slash(self.office, "series import", file=("series.toml", data), **options))

    async def start_session(self, **options: Any) -> str:
        """The host starts a session and says yes. What the bot asked, and then answered."""
        asked = await self.host.slash(self.channel, "session start", **options)
        return "\n".join((said(asked), said(await self.press(self.host, asked, "Start it"))))

    async def finish_session(self) -> str:
        """The host finishes the session and says yes. What the bot asked, and then answered."""
        asked = await self.host.slash(self.channel, "session finish")
        return "\n".join((said(asked), said(await self.press(self.host, asked, "Finish it"))))

    async def command(self, name: str, /, **options: Any) -> str:
        """The host's command in the session's channel. What the bot answers."""
        return said(await self.host.slash(self.channel, name, **options))

    async def open_poll(self, *options: str, question: str = "Which way?", **more: Any) -> str:
        """The host opens a poll. What the bot answers."""
        return await self.command("poll open", question=question, options="|".join(options), **more)

    async def press(self, who: MemberActor, shown: InteractionResult, label: str) -> InteractionResult:
        """Press a button of an answer that only ``who`` sees."""
        answers = [*shown.followups, *([shown.response] if shown.response else [])]
        return await who.click(next(each for each in answers if _has_button(each.components, label)), label=label)

    async def vote(self, who: MemberActor, number: int, *options: int) -> str:
        """Answer a poll on its newest board. What the bot answers."""
        return await self.answer(who, self.board(f"Poll {number}, open"), *options)

    async def answer(self, who: MemberActor, board: discord.Message, *options: int) -> str:
        """Answer a poll on that board, by what stands there: buttons, a menu, a form. What the bot answers."""
        values = [str(option) for option in options]
        offered = [str(each.get("custom_id", "")) for each in _walk(board.components)]
        if ranking := next((each for each in offered if each.endswith(":rank")), None):
            shown = await who.click(board, custom_id=ranking)
            return said(await who.submit_modal(shown, {str(i): [value] for i, value in enumerate(values)}))
        if pressed := next((each for each in offered if re.fullmatch(rf"poll:1:\d+:{values[0]}", each)), None):
            return said(await who.click(board, custom_id=pressed))
        return said(await who.select(board, values))

    async def write(self, who: MemberActor, number: int, words: str, *, quote: bool) -> str:
        """Answer an open question in its form. What the bot answers."""
        shown = await who.click(self.board(f"Poll {number}, open"), label="Write my answer")
        use = "quote" if quote else "themes"
        return said(await who.submit_modal(shown, {"words": words, "use": use}))

    async def type_place(self, who: MemberActor, number: int, place: str) -> str:
        """Type where one is instead of choosing the region. What the bot answers."""
        shown = await who.click(self.board(f"Poll {number}, open"), label="Type it instead")
        return said(await who.submit_modal(shown, {"place": place}))

    async def review(self, who: MemberActor, takeaway: str, improvement: str, *, quote: bool) -> str:
        """Fill in the review's form. What the bot answers."""
        shown = await who.click(self.board("After action review, open"), label="Write my answer")
        use = "quote" if quote else "themes"
        filled = {"takeaway": takeaway, "improvement": improvement, "use": use}
        return said(await who.submit_modal(shown, filled))

    async def privacy(self, who: MemberActor, *labels: str) -> str:
        """Ask what is kept, then press these buttons one after the other. What the bot answers at the end."""
        shown = await who.slash(self.channel, "privacy")
        for label in labels:
            shown = await self.press(who, shown, label)
        return said(shown)

    async def repaint(self) -> None:
        """Let the painter take its turn."""
        await self.env.advance_time(PACE)

    async def restart(self, after: timedelta = timedelta(0)) -> None:
        """End the process; some time ``after`` start another on the same database and the same Discord."""
        await self.env.settle()
        await self.bot.close()
        await self.clock.pass_time(after)
        await self.env.restart_bot(create_bot(self.settings, clock=self.clock))

    def forbid(self, channel: ChannelHandle, *rights: str) -> None:
        """Take rights in a channel away from the bot, by their names in `discord.Permissions`."""
        self._overwrite(channel, PermissionOverwrite(**({"view_channel": True} | dict.fromkeys(rights, False))))

    def allow(self, channel: ChannelHandle) -> None:
        """Give the bot back what ``forbid`` took."""
        self._overwrite(channel, PermissionOverwrite(view_channel=True))

    def _overwrite(self, channel: ChannelHandle, rights: PermissionOverwrite) -> None:
        allowed, denied = (each.value for each in rights.pair())
        bot = self.env.backend.bot_user.id
        self.env.backend.set_overwrite(channel.id, Overwrite(bot, OverwriteType.MEMBER, allowed, denied))

    def texts(self, channel: ChannelHandle) -> list[str]:
        """What stands in a channel, the oldest first."""
        return [text_of(each) for each in channel.history()]

    def board(self, title: str, *channels: ChannelHandle) -> discord.Message:
        """The newest message whose text holds ``title``; LookupError where there is none."""
        everywhere = channels or (self.channel, self.office, self.announcements, self.lobby)
        found = [each for channel in everywhere for each in channel.history() if title in text_of(each)]
        if not found:
            raise LookupError(title)
        return max(found, key=lambda message: message.id)


def text_of(message: Any) -> str:
    """Everything a person reads in a message."""
    return "\n".join((message.content, *_texts(message.components))).strip()


def chosen_in(shown: InteractionResult) -> dict[str, list[int]]:
    """What each menu of /setup begins with."""
    menus = _pickers(cast("ResponseMessage", shown.response))
    return {place: [int(each["id"]) for each in menu.get("default_values", [])] for place, menu in menus.items()}


def read(shown: str) -> str:
    """What a person sees of a text that has been made `safe`: without the escapes."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", shown).replace("@\N{ZERO WIDTH SPACE}", "@")


def said(result: InteractionResult) -> str:
    """Everything an answer says, which only that person may see; RuntimeError where that fails."""
    if not result.acknowledged:
        raise RuntimeError(f"somebody was left without an answer: {result!r}")
    answers = [*([result.response] if result.response else []), *result.followups]
    if any(not answer.ephemeral for answer in answers):
        raise RuntimeError(f"a private answer was shown to everybody: {result!r}")
    return "\n".join(text_of(answer) for answer in answers)


def _texts(components: Any) -> list[str]:
    return [
        each["content"] for each in _walk(components) if each.get("type") == discord.ComponentType.text_display.value
    ]


def _pickers(message: ResponseMessage) -> dict[str, dict[str, Any]]:
    """The menus of /setup by their places."""
    menus = [each for each in _walk(message.components) if "default_values" in each or each.get("min_values") == 0]
    return dict(zip(asdict(Places()), menus, strict=True))


def _has_button(components: Any, label: str) -> bool:
    return any(each.get("label") == label for each in _walk(components))


def _walk(components: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in components:
        raw = cast("dict[str, Any]", each if isinstance(each, dict) else each.to_dict())
        found += [raw, *_walk(raw.get("components", []))]
    return found
