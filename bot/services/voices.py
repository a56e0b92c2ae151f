"""What people said in a session, as its report tells it: nothing that was taken back, left out or hidden is in it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import asked as asking
from bot.services.actions import changes_in, taken_up_in
from bot.services.introductions import outcomes_in
from bot.services.offers import is_listed
from bot.services.panel import all_asked
from bot.services.plans import Plan
from bot.services.profiles import counts_in
from bot.services.reporting import Asked, Offer, ReportedBreakout, ReportedTheme, Room, Said, Voices, Words
from bot.services.reviews import may_show
from bot.services.roomlist import standing_in
from bot.services.sections import mostly, sections
from bot.services.themes import survey_in
from bot.storage import breakouts, contributions, offers
from bot.storage.contributions import SPOKEN, Contribution, Kind
from bot.storage.sessions import Session

Heard = tuple[Contribution, bool]
"""What was said, and whether its author asked that it be left out."""


async def said_in(connection: AsyncConnection, session: Session) -> Said:
    """All of it, for a transaction that reads one snapshot."""
    every = await contributions.in_session(connection, session.id, SPOKEN)
    behind = await contributions.supporters(connection, session.id)
    every.sort(key=lambda one: -len(behind.get(one[0].id, ())))  # what most people support comes first
    words = worded(every, behind)
    chat = [each for each, _ in every if each.kind == "comment" and each.state not in OUT]
    zoom = [each for each in chat if is_from_zoom(each)]
    asked = await all_asked(connection, session.id)
    given = await offers.of_session(connection, session.id)
    changes = await changes_in(connection, session)
    return Said(
        comments=voices_of("In the chat", every, "comment", words),
        commenters=len({each.author for each in chat}),
        zoomers=len({each.author for each in zoom}),
        from_zoom=tuple(each.id for each in zoom),
        supported=tuple(each.id for each in chat if each.id in behind),
        supporters=len(set[int]().union(*(behind.get(each.id, set()) for each in chat))),
        questions=tuple(reported(each) for each in asked if each.public),
        breakouts=tuple(
            [await _breakout(connection, each.id) for each in await breakouts.in_session(connection, session.id)]
        ),
        offers=tuple(Offer(each.said.id, each.type, each.said.text) for each in given if is_listed(each)),
        offered=voices_of("What people offer", every, "offer", words),
        connections=await outcomes_in(connection, session.series_id),
        themes=await _themes(connection, session, words),
        changes=changes.told if changes else (),
        actions=await taken_up_in(connection, session),
        who=await counts_in(connection, session),
        hidden=sum(each.state in HELD_BACK for each, _ in every),
    )


def reported(asked: asking.Asked) -> Asked:
    """A question as it stands, as the report has it."""
    on = asked.question
    return Asked(asked.id, on.number, on.text, on.addressed, asked.votes, not asked.waits, asked.answer, on.follow_up)


def is_from_zoom(said: Contribution) -> bool:
    """Whether it was said in Zoom's chat."""
    return said.message_id is not None and said.message_id < 0


def worded(every: Sequence[Heard], behind: Mapping[int, Collection[int]]) -> dict[int, Words]:
    """What may be quoted, by its id, each with the replies to it. ``behind`` are those who support what was said."""
    quotable = {each.id: each for each, out in every if may_show(each, out=out)}
    answered: defaultdict[int, list[Contribution]] = defaultdict(list)
    for each in quotable.values():
        if each.kind == "comment" and each.reply_to in quotable:
            answered[each.reply_to].append(each)

    def words(said: Contribution) -> Words:
        replies = tuple(words(each) for each in answered[said.id]) if said.id in answered else ()
        return Words(said.id, said.text, said.step, len(behind.get(said.id, ())), is_from_zoom(said), replies)

    return {each.id: words(each) for each in quotable.values()}


async def _breakout(connection: AsyncConnection, breakout_id: int) -> ReportedBreakout:
    stands = await standing_in(connection, breakout_id)
    every = await breakouts.feedback(connection, breakout_id, erased=stands.breakout.state == "closed")
    sent = [(said, out) for said, out in every.values() if said.state not in OUT]
    rooms = tuple(
        Room(room.feedback.id, room.group.name, room.feedback.text, room.feedback.one_thing)
        for room in stands.shown
        if room.feedback
    )
    themes = tuple(
        Words(said.id, "\n".join(filter(None, (said.text, said.one_thing))))
        for said, out in sent
        if not out and not said.quotable and said.state in KEPT
    )
    quotable = tuple(Words(room.id, room.discussed) for room in rooms)
    known = {each.id for each in (*quotable, *themes)}
    withheld = tuple(said.id for said, _ in sent if said.id not in known)
    return ReportedBreakout(rooms, Voices(stands.breakout.prompt, quotable, themes, withheld), len(stands.silent))


async def _themes(
    connection: AsyncConnection, session: Session, words: Mapping[int, Words]
) -> tuple[ReportedTheme, ...]:
    """The themes, what most was said about first."""
    survey = await survey_in(connection, session)
    parts = sections(Plan.of(session).run_of_show)
    found: list[ReportedTheme] = []
    for theme in survey.themes:
        inside = [each for each in survey.pieces if theme.id in each.themes]
        quotes = [words.get(each.id) or Words(each.id, each.text) for each in inside if each.quotable]
        quotes.sort(key=lambda quote: -quote.support)
        section = mostly(parts, (quote.step for quote in quotes)) if theme.section is None else theme.section
        ids = tuple(each.id for each in inside)
        people = survey.counts[theme.id].people
        known = theme.id, theme.name, ids, people, theme.signed_by
        found.append(ReportedTheme(*known, section, theme.reply, tuple(quotes)))
    return tuple(sorted(found, key=lambda each: -len(each.ids)))


KEPT = frozenset({"captured", "shown"})
"""The states in which words are there to be read."""

HELD_BACK = frozenset({"held", "hidden"})
"""Those in which hosts have taken them out."""

OUT = HELD_BACK | {"withdrawn"}
"""Those in which they are not counted."""


def voices_of(prompt: str, said: Sequence[Heard], kind: Kind, words: Mapping[int, Words]) -> Voices:
    """What was said of one kind, by how it may be used. What was taken back, or out by a host, does not count."""
    ours = [(each, out) for each, out in said if each.kind == kind and each.state not in OUT]
    quotable = tuple(words[each.id] for each, _ in ours if each.id in words)
    themes = [each for each, out in ours if each.state in KEPT and not each.quotable and not out]
    known = {each.id for each in (*quotable, *themes)}
    withheld = tuple(each.id for each, _ in ours if each.id not in known)
    return Voices(prompt, quotable, tuple(Words(each.id, each.text) for each in themes), withheld)
