"""What people do in the rehearsal: its acts, and what they have to remember of the ones before."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import discord
from simcord import InteractionResult, MemberActor

from bot.rehearsal.audience import About, Action, Attendee, Audience, BreakoutRoom, Comment, Offer, Question, Theme
from bot.rehearsal.room import Room, button_by, form_fields, one_answer, preset, said, walk
from bot.reports import sheets
from bot.services.text import one_line, shortened


@dataclass
class Stage:
    """The room, and who has which seat in it. ``guests`` are the panellists, ``spoken`` everybody's latest message."""

    room: Room
    seats: dict[str, MemberActor]
    guests: Sequence[str]
    regions: Sequence[str]
    polls: int = 0
    board: discord.Message | None = None
    spoken: dict[str, discord.Message] = field(default_factory=dict[str, discord.Message])

    async def pass_time(self, minutes: float) -> None:
        """Let time go by, with all that is due meanwhile."""
        await self.room.clock.pass_time(timedelta(minutes=minutes))
        await self.room.repaint()

    # What is asked of everybody

    async def tell_about(self, who: Attendee, about: About) -> None:
        """Fill in the form *About you*."""
        shown = await self.seats[who.name].slash(self.room.channel, "about-me")
        filled = {"role": [about.role], "organisation": [about.organisation], "reach": [who.scope.capitalize()]}
        region = {"region": [who.place]} if who.place in self.regions else {}
        said(await self.seats[who.name].submit_modal(shown, filled | region))

    async def look_at_poll(self) -> None:
        """The next poll is the one that people answer from now on."""
        self.polls += 1
        self.board = self.room.board(f"Poll {self.polls}, open", self.room.channel)

    async def answer(self, who: Attendee, option: int) -> None:
        """Answer the poll; options are numbered from 0."""
        if self.board is None:
            raise LookupError("no poll is open")
        await self.room.answer(self.seats[who.name], self.board, option)

    async def say_where(self, who: Attendee) -> None:
        """Choose one's region, or type a place."""
        if who.place in self.regions:
            await self.answer(who, self.regions.index(who.place))
        elif who.place:
            await self.room.type_place(self.seats[who.name], self.polls, who.place)

    async def look_back(self, who: Attendee, takeaway: str, improvement: str) -> None:
        """Answer the review, in its forms or by replying to its messages."""
        seat = self.seats[who.name]
        if not who.in_chat:
            await self.room.review(seat, takeaway, improvement, quote=who.quote)
            return
        for prompt, words in enumerate((takeaway, improvement), 1):
            if words:
                await self.room.say(seat, words, to=self.room.board(f"After action review, {prompt} of 2, open"))

    # In the chat

    async def comment(self, said: Comment) -> None:
        """Say something; maybe change it; others react."""
        seat, to = self.seats[said.by], self.spoken[said.replies_to] if said.replies_to else None
        message = self.spoken[said.by] = await self.room.say(seat, said.first or said.text, to=to)
        if said.first:
            await seat.edit(message, said.text)
        for emoji, people in said.reactions.items():
            for name in people:
                await self.seats[name].react(message, emoji)

    # With the panel

    async def ask(self, asked: Question) -> None:
        """Ask the panel, or let a host add what was asked on Zoom."""
        to = self.guests[asked.to - 1] if asked.to and asked.to <= len(self.guests) else ""
        if asked.by:
            seat = self.seats[asked.by]
            await self.room.ask(seat, asked.text, to=to, without_my_name=asked.without_my_name)
            return
        board = self.room.board("Questions to the panel", self.room.office)
        shown = await self.room.host.click(board, label="Add from Zoom")
        filled = {"words": asked.text} | preset(shown) | ({"to": [to]} if to else {})
        said(await self.room.host.submit_modal(shown, filled))

    async def upvote(self, name: str, asked: Question) -> None:
        """Vote for a question."""
        await self.room.upvote(self.seats[name], asked.text)

    async def deal_with(self, asked: Question, merged: Question | None) -> None:
        """A host does what is to become of a question."""
        queue = self.room.queue
        if merged:
            await queue(asked.text, "Merge into…", number=self._number(merged))
        elif asked.held:
            await queue(asked.text, "Hold")
        elif asked.answer:
            await queue(asked.text, "Answer in writing", words=asked.answer)
        elif asked.follow_up:
            await queue(asked.text, "Who follows up", words=asked.follow_up)
        else:
            await queue(asked.text, "Take", "Answered live")

    def _number(self, asked: Question) -> str:
        board = self.room.board("Questions to the panel", self.room.office)
        labels = [each["label"] for menu in walk(board.components) for each in menu.get("options", [])]
        return next(label for label in labels if asked.text[:60] in label).split()[0]

    # In small groups

    async def volunteer(self, by: str, room: BreakoutRoom) -> None:
        """Say that one reports back for a room; maybe pass that on."""
        taken = await self.seats[by].click(self._breakout, label="I’ll report back")
        if taken.modal:  # in a group that was drawn nobody is asked which
            taken = await self.seats[by].submit_modal(taken, {"room": room.name})
        if by == room.passed_on_by:
            taken = await self.room.press(self.seats[by], taken, "Pass it on")
        said(taken)

    async def send_feedback(self, sent: BreakoutRoom) -> None:
        """Send what a group brings back."""
        shown = await self.seats[sent.by].click(self._breakout, label="Send our feedback")
        filled = {"discussed": sent.discussed, "one_thing": sent.one_thing, "use": _use(quote=sent.quote)}
        which = {"room": sent.name} if any(each.get("custom_id") == "room" for each in form_fields(shown)) else {}
        said(await self.seats[sent.by].submit_modal(shown, filled | which))

    @property
    def _breakout(self) -> discord.Message:
        return self.room.board("## Breakout", self.room.channel)

    # Help, and what comes of it

    async def offer(self, made: Offer) -> None:
        """Offer help, in a form or with a message."""
        seat, room = self.seats[made.by], self.room
        if made.in_chat:
            message = await room.say(seat, made.text)
            shown = await seat.context_menu(room.channel, "This is an offer of help", message)
        else:
            shown = await seat.slash(room.channel, "offer")
        filled = {"words": made.text, "type": made.type, "use": _use(quote=made.quote)}
        said(await seat.submit_modal(shown, filled))

    async def introduce(self, made: Offer, asker: str) -> None:
        """Somebody asks to be introduced to the one who offers, who agrees."""
        seat = self.seats[asker]
        shown = await seat.slash(self.room.channel, "offers")
        while not (asked := button_by((page := one_answer(shown)).components, made.text, "Introduce us")):
            shown = await self.room.press(seat, shown, "More")
        said(await seat.click(page, custom_id=asked))
        await self._introductions(made, "Introduce us")

    async def tell_outcome(self, made: Offer) -> None:
        """The one who offers says what came of it."""
        shown = await self._introductions(made, "What came of it?")
        said(await self.seats[made.by].submit_modal(shown, {"words": made.came_of_it}))

    async def _introductions(self, made: Offer, label: str) -> InteractionResult:
        seat = self.seats[made.by]
        page = one_answer(await seat.slash(self.room.channel, "offers"))
        mine = next(each["custom_id"] for each in walk(page.components) if "Your intro" in each.get("label", ""))
        shown = one_answer(await seat.click(page, custom_id=mine))
        return await seat.click(shown, custom_id=button_by(shown.components, made.text, label))

    async def take_up(self, action: Action, improvement: str) -> None:
        """A host makes an action of an improvement."""
        host, office = self.room.host, self.room.office
        choices = await host.autocomplete(office, "actions add", "from", improvement[:40])
        options = {"from": choices[0]["value"], "owner": action.owner, "text": action.text}
        said(await host.slash(office, "actions add", **options))

    # Afterwards

    async def add_theme(self, theme: Theme, comments: Sequence[Comment]) -> None:
        """A host makes a theme, and chooses what belongs to it of the first that is shown."""
        page = one_answer(await self.room.host.slash(self.room.office, "themes add", name=theme.name))
        options = [each for menu in walk(page.components) for each in menu.get("options", [])]
        mine = {shortened(one_line(each.text), 60) for each in comments if theme.name in each.themes}
        if picked := [each["value"] for each in options if shortened(each["label"].split(" ", 1)[1], 60) in mine]:
            said(await self.room.host.select(page, picked))

    async def sort(self, comments: Sequence[Comment]) -> None:
        """A host sorts comments into their themes in a spreadsheet."""
        themes = {each.text: "; ".join(each.themes) for each in comments if each.themes}
        shown = await self.room.host.slash(self.room.office, "themes export")
        [table] = [each for each in one_answer(shown).attachments if each.filename.endswith(".csv")]
        rows = list(csv.reader(io.StringIO((await table.read()).decode("utf-8-sig"), newline="")))
        at, words = rows[0].index("themes"), rows[0].index("text")
        filled = [[*row[:at], themes.get(row[words], row[at]), *row[at + 1 :]] for row in rows]
        changed = table.filename, sheets.to_csv(filled)
        proposed = await self.room.host.slash(self.room.office, "themes import", file=changed)
        said(await self.room.press(self.room.host, proposed, "Do it"))

    async def sign_off(self, theme: Theme) -> None:
        """The host signs, or enters another's signature."""
        host = self.room.host
        by = {"by": theme.signed_by} if theme.signed_by != host.user.global_name else {}
        said(await host.slash(self.room.office, "themes sign-off", theme=theme.name, **by))

    async def link(self, audience: Audience) -> None:
        """The host says where the recording is, or that there is none."""
        recorded = {"recording": audience.recording, "subtitles": audience.subtitles}
        links = recorded if audience.recording else {"no_recording": True}
        await self.room.command("report links", **links, **({"blog": audience.blog} if audience.blog else {}))

    async def publish(self, *, without_themes: bool) -> None:
        """The host publishes the report, after another look at what will be public."""
        asked = await self.room.host.slash(self.room.office, "report publish", without_themes=without_themes)
        said(await self.room.press(self.room.host, asked, "Publish it"))


def _use(*, quote: bool) -> str:
    return "quote" if quote else "themes"
