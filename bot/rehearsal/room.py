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
from simcord.results import ResponseMessage, to_discord_message

from bot.client import Plenary, create_bot
from bot.rehearsal.clock import SimulatedClock
from bot.services.text import shortened
from bot.settings import Settings
from bot.storage.places import Places

TEXT = discord.ComponentType.text_display.value

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
        offered = [str(each.get("custom_id", "")) for each in walk(board.components)]
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
        """Answer the review's prompts, each in its own form, but not with nothing. What the bot answers."""
        answers: list[str] = []
        for prompt, words in enumerate((takeaway, improvement), 1):
            if words:
                asked = self.board(f"After action review, {prompt} of 2, open")
                shown = await who.click(asked, label="Write my answer")
                filled = {"words": words, "use": "quote" if quote else "themes"}
                answers.append(said(await who.submit_modal(shown, filled)))
        return "\n".join(answers)

    async def say(self, who: MemberActor, words: str, *, to: discord.Message | None = None) -> discord.Message:
        """Type in the chat, maybe in reply ``to`` a message."""
        return await who.send(self.channel, words, reply_to=to)

    async def go_on(self, title: str) -> bool:
        """Tap “Open …” for a step of the run of show on the hosts' console. False where it offers no such step."""
        label = shortened(f"Open “{title}”", 80)
        for message in reversed(self.office.history()):
            if _has_button(message.components, label):
                await self.host.click(message, label=label)
                return True
        return False

    async def ask(self, who: MemberActor, question: str, *, to: str = "", without_my_name: bool = False) -> str:
        """Ask the panel. What the bot answers."""
        options = {"to": to} if to else {}
        return said(await who.slash(self.channel, "ask", question=question, without_my_name=without_my_name, **options))

    async def upvote(self, who: MemberActor, question: str) -> str:
        """Vote for a question on the panel's board or, where it is not among its first, in the list. The answer."""
        board = self.board("Ask the panel", self.channel)
        if vote := button_by(board.components, question, "Vote"):
            return said(await who.click(board, custom_id=vote))
        shown = await who.click(board, label="See all and vote")
        while not (vote := button_by((page := one_answer(shown)).components, question, "Vote")):
            shown = await self.press(who, shown, "Next")
        return said(await who.click(page, custom_id=vote))

    async def queue(self, question: str, *labels: str, **filled: Any) -> str:
        """The host picks a question in the queue and presses buttons, the last maybe for a form. The answer."""
        board = self.board("Questions to the panel", self.office)
        options = [each for menu in walk(board.components) for each in menu.get("options", [])]
        picked = next(each["value"] for each in options if question[:60] in each["label"])
        page = one_answer(shown := await self.host.select(board, [picked]))
        for label in labels:
            shown = await self.host.click(page, label=label)
        return said(await self.host.submit_modal(shown, filled) if filled else shown)

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
        await self.env.restart_bot(create_bot(self.settings, clock=self.clock, printer=self.bot.printer))

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
        stored = [each for channel in everywhere for each in self.env.backend.messages.get(channel.id, {}).values()]
        for each in sorted(stored, key=lambda message: message.id, reverse=True):
            if each.visible_to(None) and title in text_of(each):
                return to_discord_message(self.env, each)
        raise LookupError(title)


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
    return [each["content"] for each in walk(components) if each.get("type") == TEXT]


def _pickers(message: ResponseMessage) -> dict[str, dict[str, Any]]:
    """The menus of /setup by their places."""
    menus = [each for each in walk(message.components) if "default_values" in each or each.get("min_values") == 0]
    return dict(zip(asdict(Places()), menus, strict=True))


def button_by(components: Any, words: str, label: str) -> str | None:
    """The custom_id of the button with that label beside or under the text that holds ``words``, if it has one."""
    flat = walk(components)
    texts = [i for i, each in enumerate(flat) if each.get("type") == TEXT]
    for at, following in zip(texts, [*texts[1:], len(flat)], strict=True):
        if words in read(flat[at]["content"]):
            below = [each["custom_id"] for each in flat[at:following] if each.get("label", "").startswith(label)]
            return below[0] if below else None
    return None


def form_fields(form: InteractionResult) -> list[dict[str, Any]]:
    """What can be filled in."""
    return [each.get("component", {}) for each in (form.modal or {}).get("components", [])]


def preset(form: InteractionResult) -> dict[str, list[str]]:
    """What the menus of a form begin with, as Discord sends it where nobody changes that."""
    chosen = {each["custom_id"]: each["options"] for each in form_fields(form) if "options" in each}
    found = {field: [each["value"] for each in options if each.get("default")] for field, options in chosen.items()}
    return {field: values for field, values in found.items() if values}


def one_answer(shown: InteractionResult) -> ResponseMessage:
    """The message that somebody is answered with."""
    return (*([shown.response] if shown.response else ()), *shown.followups)[0]


def _has_button(components: Any, label: str) -> bool:
    return any(each.get("label") == label for each in walk(components))


def walk(components: Any) -> list[dict[str, Any]]:
    """All components, what holds others before what it holds, and a text before the button at its side."""
    found: list[dict[str, Any]] = []
    for each in components:
        raw = cast("dict[str, Any]", each if isinstance(each, dict) else each.to_dict())
        found += [raw, *walk(raw.get("components", [])), *walk([raw["accessory"]] if "accessory" in raw else [])]
    return found
