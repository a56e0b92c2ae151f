"""What people said in a session, as its report tells it: nothing that was taken back, left out or hidden is in it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.actions import changes_in
from bot.services.introductions import outcomes_in
from bot.services.offers import is_listed
from bot.services.panel import all_asked
from bot.services.profiles import counts_in
from bot.services.reporting import Asked, Offer, ReportedBreakout, ReportedTheme, Room, Said, Voices
from bot.services.reviews import may_show
from bot.services.roomlist import standing_in
from bot.services.themes import survey_in
from bot.storage import breakouts, contributions, offers
from bot.storage.contributions import SPOKEN, Contribution, Kind
from bot.storage.sessions import Session


async def said_in(connection: AsyncConnection, session: Session) -> Said:
    """All of it, for a transaction that reads one snapshot."""
    every = await contributions.in_session(connection, session.id, SPOKEN)
    behind = await contributions.supporters(connection, session.id)
    every.sort(key=lambda one: -len(behind.get(one[0].id, ())))  # what most people support comes first
    chat = [each for each, _ in every if each.kind == "comment" and each.state not in OUT]
    asked = await all_asked(connection, session.id)
    given = await offers.of_session(connection, session.id)
    changes = await changes_in(connection, session)
    return Said(
        comments=voices_of("In the chat", every, "comment"),
        commenters=len({each.author for each in chat}),
        supported=sum(each.id in behind for each in chat),
        supporters=len(set[int]().union(*(behind.get(each.id, set()) for each in chat))),
        questions=tuple(
            Asked(
                each.question.number,
                each.question.text,
                each.question.addressed,
                each.votes,
                not each.waits,
                each.answer,
                each.question.follow_up,
            )
            for each in asked
            if each.public
        ),
        breakouts=tuple(
            [await _breakout(connection, each.id) for each in await breakouts.in_session(connection, session.id)]
        ),
        offers=tuple(Offer(each.type, each.said.text) for each in given if is_listed(each)),
        offered=voices_of("What people offer", every, "offer"),
        connections=await outcomes_in(connection, session.series_id),
        themes=await _themes(connection, session),
        changes=changes.told if changes else (),
        who=await counts_in(connection, session),
        hidden=sum(each.state in HELD_BACK for each, _ in every),
    )


async def _breakout(connection: AsyncConnection, breakout_id: int) -> ReportedBreakout:
    stands = await standing_in(connection, breakout_id)
    every = await breakouts.feedback(connection, breakout_id)
    sent = [(said, out) for said, out in every.values() if said.state not in OUT]
    rooms = tuple(
        Room(room.group.name, room.feedback.text, room.feedback.one_thing) for room in stands.shown if room.feedback
    )
    themes = tuple(
        "\n".join(filter(None, (said.text, said.one_thing)))
        for said, out in sent
        if not out and not said.quotable and said.state in KEPT
    )
    withheld = len(sent) - len(rooms) - len(themes)
    said = Voices(stands.breakout.prompt, tuple(room.discussed for room in rooms), themes, withheld)
    return ReportedBreakout(rooms, said, len(stands.silent))


async def _themes(connection: AsyncConnection, session: Session) -> tuple[ReportedTheme, ...]:
    survey = await survey_in(connection, session)
    found: list[ReportedTheme] = []
    for theme in survey.themes:
        count = survey.counts[theme.id]
        found.append(ReportedTheme(theme.name, count.contributions, count.people, theme.signed_by))
    return tuple(sorted(found, key=lambda each: -each.contributions))


KEPT = frozenset({"captured", "shown"})
"""The states in which words are there to be read."""

HELD_BACK = frozenset({"held", "hidden"})
"""Those in which hosts have taken them out."""

OUT = HELD_BACK | {"withdrawn"}
"""Those in which they are not counted."""


def voices_of(prompt: str, said: list[tuple[Contribution, bool]], kind: Kind) -> Voices:
    """What was said of one kind, by how it may be used. What was taken back, or out by a host, does not count."""
    ours = [(each, out) for each, out in said if each.kind == kind and each.state not in OUT]
    quotable = tuple(each.text for each, out in ours if may_show(each, out=out))
    themes = tuple(each.text for each, out in ours if each.state in KEPT and not each.quotable and not out)
    return Voices(prompt, quotable, themes, len(ours) - len(quotable) - len(themes))
