"""What is kept about one person beside their words and their votes: told to them, and to nobody else."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import (
    audit,
    breakout_groups,
    breakout_members,
    breakouts,
    contributions,
    hands,
    introductions,
    offers,
    profiles,
    questions,
    series,
    sessions,
    supports,
)

Lines = list[dict[str, Any]]


async def of_session(connection: AsyncConnection, session_id: int, person: int) -> dict[str, Lines]:
    """Everything of a session in plain words, by what it is."""
    said = contributions.c.session_id == session_id, contributions.c.author == person
    groups = select(breakout_groups.c.name.label("group"), (breakout_groups.c.rapporteur == person).label("reports"))
    groups = groups.select_from(breakout_groups.join(breakouts).outerjoin(breakout_members)).where(
        breakouts.c.session_id == session_id
    )
    asked = select(questions.c.number, questions.c.addressed.label("to"), questions.c.asker.label("shown_name"))
    acts = select(audit.c.act, audit.c.why, audit.c.at).where(audit.c.session_id == session_id, audit.c.host == person)
    introduced = select(introductions.c.state, introductions.c.asker_says.label("what_came_of_it"))
    came_of_mine = (introductions.c.contribution_id == offers.c.contribution_id) & (introductions.c.offerer_says != "")
    found = {
        "supports": select(contributions.c.kind, supports.c.emoji)
        .select_from(supports.join(contributions))
        .where(contributions.c.session_id == session_id, supports.c.person == person),
        "questions": asked.join(contributions, contributions.c.id == questions.c.contribution_id).where(*said),
        "hands": select(hands.c.state).where(hands.c.session_id == session_id, hands.c.person == person),
        "breakout_groups": groups.where(
            (breakout_members.c.person == person) | (breakout_groups.c.rapporteur == person)
        ).distinct(),
        "offers": select(offers.c.type, introductions.c.offerer_says.label("what_came_of_it"))
        .select_from(offers.join(contributions).outerjoin(introductions, came_of_mine))
        .where(*said),
        "introductions_asked_for": introduced.join(contributions).where(
            contributions.c.session_id == session_id, introductions.c.asker == person
        ),
        "done_as_a_host": acts,
    }
    return {what: await _lines(connection, query) for what, query in found.items()}


async def profiles_of(connection: AsyncConnection, guild_id: int, person: int) -> Lines:
    """What the person said of themselves, once a series."""
    wanted = select(
        series.c.title.label("series"),
        profiles.c.role,
        profiles.c.organisation,
        profiles.c.reach,
        profiles.c.region,
    )
    return await _lines(
        connection, wanted.join(series).where(series.c.guild_id == guild_id, profiles.c.person == person)
    )


async def telling_outcomes(connection: AsyncConnection, guild_id: int, person: int) -> set[int]:
    """The sessions of the series in which the person has said what came of an introduction: all may tell that."""
    asker = (introductions.c.asker == person) & (introductions.c.asker_says != "")
    offerer = (contributions.c.author == person) & (introductions.c.offerer_says != "")
    told = select(sessions.c.series_id).select_from(introductions.join(contributions).join(sessions))
    told = told.where(asker | offerer)
    wanted = select(sessions.c.id).where(sessions.c.guild_id == guild_id, sessions.c.series_id.in_(told))
    return set((await connection.execute(wanted)).scalars())


async def _lines(connection: AsyncConnection, query: Any) -> Lines:
    rows = (await connection.execute(query)).mappings()
    return [
        {name: value if isinstance(value, int | str) else str(value) for name, value in row.items()} for row in rows
    ]
