"""Who does what in the rehearsal, and when: every act, in an order like the run of show."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from bot.rehearsal.audience import Attendee, Audience, Comment
from bot.rehearsal.stage import Stage
from bot.services.seriesfile import ResolvedSession

Do = Callable[[Stage], Awaitable[object]]
BREAKOUT = 15
"""Minutes, where the run of show has no breakout."""
WARNED = 2
"""How many minutes before the end of a breakout its warning comes."""

ALONE = {"place": "poll place", "review": "review open", "panel": "panel open"}
"""The commands that open what no step of the run of show opens."""


@dataclass(frozen=True)
class Act:
    """Something that somebody does, and what is going on then."""

    what: str
    do: Do


@dataclass(frozen=True)
class Scene:
    """A step of the run of show or, not ``planned``, what is played though none is there for it.

    ``moment`` is its kind and, counted from 1, its number among those of the kind.
    """

    kind: str
    title: str
    minutes: int
    moment: str
    poll: str = ""
    planned: bool = True


def scenes(session: ResolvedSession) -> list[Scene]:
    """The run of show of a session; what it has no step for comes before the close."""
    plan, count = session.plan, Counter[str]()
    made: list[Scene] = []

    def add(kind: str, title: str, minutes: int, poll: str = "", *, planned: bool = False) -> None:
        count[kind] += 1
        made.append(Scene(kind, title, minutes, f"{kind} {count[kind]}", poll, planned))

    for step in plan.run_of_show:
        if step.kind != "close":
            add(step.kind, step.title, step.minutes, step.poll, planned=True)
    shown = {(each.kind, each.poll) for each in made}
    for kind in ("welcome", *(["place"] if plan.regions else [])):
        if (kind, "") not in shown:
            add(kind, kind, 0)
    for poll in plan.polls:
        if ("poll", poll.name) not in shown:
            add("poll", poll.name, 0, poll.name)
    for kind, minutes in (("breakout", BREAKOUT), ("panel", 0), ("review", 0)):
        if (kind, "") not in shown:
            add(kind, kind, minutes)
    return made


@dataclass(frozen=True)
class Script:
    """What ``audience`` does in a session."""

    session: ResolvedSession
    series: bytes
    audience: Audience

    def whole(self) -> Iterator[Act]:
        """Everything, from the setting up to the report."""
        yield from self.opening()
        for i, scene in enumerate(scenes(self.session)):
            yield from self.scene(scene, first=not i)
        yield from self.closing()

    def left_open(self) -> Iterator[Act]:
        """The same up to the review, for somebody to go on from: what people can take part in is open, all at once."""
        yield from self.opening()
        for i, scene in enumerate(scenes(self.session)):
            if scene.kind == "review":
                # By a command: its step would end the one before, and close the poll of that.
                yield from self.scene(replace(scene, minutes=0, planned=False))
                break
            yield from self.scene(scene, first=not i)
        yield from self._offers()
        yield Act(
            "opening a breakout", lambda stage: stage.room.command("breakout open", minutes=BREAKOUT, rooms="zoom")
        )
        yield Act("tidying up", _time(0))

    def opening(self) -> Iterator[Act]:
        """Until the session is open."""
        yield Act("setting up", lambda stage: stage.room.set_up())
        yield Act("importing the series", lambda stage: stage.room.import_series(self.series))
        yield Act("reading the agenda", lambda stage: stage.room.command("agenda"))
        yield Act("welcoming everybody", lambda stage: stage.room.start_session())

    def scene(self, scene: Scene, *, first: bool = False) -> Iterator[Act]:
        """One step: it begins, people act in it, and its time goes by."""
        if not first:
            yield Act(f"opening “{scene.title}”", partial(_begin, scene=scene))
        yield from self._chat(scene.moment)
        match scene.kind:
            case "welcome":
                yield from self._about_you()
            case "place":
                yield from self._places()
            case "poll":
                yield from self._poll(scene)
            case "breakout":
                yield from self._breakout(scene)
            case "panel":
                yield from self._panel()
            case "review":
                yield from self._review(scene)
            case _:
                pass
        if scene.kind not in {"breakout", "review"}:
            yield Act(scene.title, _time(scene.minutes))

    def closing(self) -> Iterator[Act]:
        """What is left to say, the close, and what hosts do after it."""
        yield Act("closing the review", lambda stage: stage.room.command("review close"))
        played = {scene.moment for scene in scenes(self.session)}
        yield from (_say(each) for each in self.audience.comments if moment(each) not in played)
        yield from self._offers()
        for action in self.audience.actions:
            improvement = self._attendee(action.of).improvement or ""
            yield Act("taking up an improvement", partial(Stage.take_up, action=action, improvement=improvement))
        joined = len(self.audience.attendees)
        yield Act("counting who joined", lambda stage: stage.room.command("session attendance", joined=joined))
        yield Act("finishing", lambda stage: stage.room.finish_session())
        comments = self.audience.comments
        for theme in self.audience.themes:
            yield Act("making a theme", partial(Stage.add_theme, theme=theme, comments=comments))
        if self.audience.themes:
            yield Act("sorting the comments", partial(Stage.sort, comments=comments))
        for theme in self.audience.themes:
            if theme.signed_by:
                yield Act("signing off a theme", partial(Stage.sign_off, theme=theme))
        yield Act("saying where the recording is", partial(Stage.link, audience=self.audience))
        if all(theme.signed_by for theme in self.audience.themes):
            yield Act("publishing the report", partial(Stage.publish, without_themes=not self.audience.themes))
        else:
            yield Act("making the draft anew", lambda stage: stage.room.command("report draft"))
        yield Act("opening the follow-up thread", _time(1))

    def _attendee(self, name: str) -> Attendee:
        return next(each for each in self.audience.attendees if each.name == name)

    def _chat(self, when: str) -> Iterator[Act]:
        yield from (_say(each) for each in self.audience.comments if moment(each) == when)

    def _about_you(self) -> Iterator[Act]:
        for who in self.audience.attendees:
            if who.about:
                yield Act("saying who they are", partial(Stage.tell_about, who=who, about=who.about))

    def _places(self) -> Iterator[Act]:
        yield Act("asking where everybody is", Stage.look_at_poll)
        for who in self.audience.attendees:
            if who.place:
                yield Act("saying where they are", partial(Stage.say_where, who=who))

    def _poll(self, scene: Scene) -> Iterator[Act]:
        """Everybody answers a prepared poll; some change their minds."""
        yield Act(f"reading “{scene.title}”", Stage.look_at_poll)
        for when in ("first_answers", "answers"):
            for who in self.audience.attendees:
                if choice := getattr(who, when).get(scene.poll):
                    yield Act(f"answering “{scene.title}”", partial(Stage.answer, who=who, option=choice - 1))

    def _breakout(self, scene: Scene) -> Iterator[Act]:
        """Most groups send what they bring back before the end, the rest after it; some stay silent."""
        rooms = self.audience.rooms
        for room in rooms:
            for by in filter(None, (room.passed_on_by, room.by)):
                yield Act("volunteering to report back", partial(Stage.volunteer, by=by, room=room))
        sent = [room for room in rooms if room.discussed]
        most = len(sent) * 2 // 3
        yield Act("talking in small groups", _time(max(scene.minutes - WARNED, 0)))
        for room in sent[:most]:
            yield Act("sending a group’s feedback", partial(Stage.send_feedback, sent=room))
        yield Act("hearing the two minute warning", _time(min(WARNED, scene.minutes)))
        for room in sent[most:]:
            yield Act("sending a group’s feedback", partial(Stage.send_feedback, sent=room))

    def _panel(self) -> Iterator[Act]:
        questions = {each.name: each for each in self.audience.questions}
        for asked in questions.values():
            yield Act("asking the panel", partial(Stage.ask, asked=asked))
        yield Act("reading the questions", _time(0))
        for asked in questions.values():
            for name in asked.upvotes:
                yield Act("voting for a question", partial(Stage.upvote, name=name, asked=asked))
        # Duplicates first, while the question that they repeat still waits.
        for asked in sorted(questions.values(), key=lambda each: each.merged_into is None):
            merged = questions.get(asked.merged_into or "")
            yield Act("answering a question", partial(Stage.deal_with, asked=asked, merged=merged))

    def _review(self, scene: Scene) -> Iterator[Act]:
        """Some replace what they wrote; half of the time goes by in the middle, so that all are reminded.

        The other half does not: where the bot keeps the time, the session closes after it.
        """
        everybody = self.audience.attendees
        answers = [(who, who.takeaway_first, "") for who in everybody if who.takeaway_first]
        last = [(who, who.takeaway or "", who.improvement or "") for who in everybody]
        answers += [each for each in last if any(each[1:])]
        half = len(answers) // 2
        for i, (who, takeaway, improvement) in enumerate(answers):
            if i == half:
                yield Act("thinking back", _time(scene.minutes / 2))
            wrote = partial(Stage.look_back, who=who, takeaway=takeaway, improvement=improvement)
            yield Act("looking back", wrote)

    def _offers(self) -> Iterator[Act]:
        for made in self.audience.offers:
            yield Act("offering help", partial(Stage.offer, made=made))
        for made in self.audience.offers:
            for asker in made.introduced:
                yield Act("being introduced", partial(Stage.introduce, made=made, asker=asker))
            if made.came_of_it:
                yield Act("telling what came of it", partial(Stage.tell_outcome, made=made))


def _say(comment: Comment) -> Act:
    return Act("talking in the chat", partial(Stage.comment, said=comment))


def moment(comment: Comment) -> str:
    """When it is said: the first of a kind needs no number."""
    return comment.during if comment.during[-1].isdigit() else f"{comment.during} 1"


def _time(minutes: float) -> Do:
    return partial(Stage.pass_time, minutes=minutes)


async def _begin(stage: Stage, scene: Scene) -> None:
    """The host opens a step, if it has not begun by itself; or by a command what is no step."""
    if scene.planned:
        await stage.room.go_on(scene.title)
    elif scene.kind == "poll":
        await stage.room.command("poll prepared", name=scene.poll)
    elif scene.kind == "breakout":
        await stage.room.command("breakout open", minutes=scene.minutes, rooms="zoom")
    elif scene.kind in ALONE:
        await stage.room.command(ALONE[scene.kind])
