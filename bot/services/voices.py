"""What people said in a session, as its report tells it: nothing that was taken back, left out or hidden is in it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.actions import changes_in
from bot.services.offers import is_listed
from bot.services.panel import all_asked
from bot.services.profiles import counts_in
from bot.services.reporting import Asked, Offer, ReportedBreakout, ReportedTheme, Room, Said, Voices
from bot.services.reviews import may_show
from bot.services.roomlist import standing_in
from bot.services.themes import survey_in
from bot.storage import breakouts, comments, contributions, offers
from bot.storage.contributions import SPOKEN, Contribution, Kind
from bot.storage.sessions import Session


async def said_in(connection: AsyncConnection, session: Session) -> Said:
    """All of it, for a transaction that reads one snapshot."""
    every = await contributions.in_session(connection, session.id, SPOKEN)
    chat = voices_of("In the chat", every, "comment")
    asked = await all_asked(connection, session.id)
    given = await offers.of_session(connection, session.id)
    changes = await changes_in(connection, session)
    return Said(
        comments=chat,
        commenters=(await comments.counted(connection, session.id))[1],
        questions=tuple(
            Asked(
                each.question.number,
                each.question.text,
                each.question.asker,
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
        themes=await _themes(connection, session),
        changes=changes.told if changes else (),
        who=await counts_in(connection, session),
        hidden=sum(each.state == "hidden" for each, _ in every),
    )


async def _breakout(connection: AsyncConnection, breakout_id: int) -> ReportedBreakout:
    stands = await standing_in(connection, breakout_id)
    sent = await breakouts.feedback(connection, breakout_id)
    rooms = tuple(
        Room(room.group.name, room.feedback.text, room.feedback.one_thing) for room in stands.shown if room.feedback
    )
    themes = tuple(
        "\n".join(filter(None, (said.text, said.one_thing)))
        for said, out in sent.values()
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
        quotes = tuple(each.text for each in survey.pieces if theme.id in each.themes and each.quotable)
        found.append(ReportedTheme(theme.name, count.contributions, count.people, theme.signed_by, quotes))
    return tuple(sorted(found, key=lambda each: -each.contributions))


KEPT = frozenset({"captured", "shown"})
"""The states in which words are there to be read."""


def voices_of(prompt: str, said: list[tuple[Contribution, bool]], kind: Kind) -> Voices:
    """What was said of one kind, by how it may be used. What was taken back, or out by a host, does not count."""
    ours = [(each, out) for each, out in said if each.kind == kind and each.state not in {"withdrawn", "hidden"}]
    quotable = tuple(each.text for each, out in ours if may_show(each, out=out))
    themes = tuple(each.text for each, out in ours if each.state in KEPT and not each.quotable and not out)
    return Voices(prompt, quotable, themes, len(ours) - len(quotable) - len(themes))
