"""Polls in a room: what is promised, what people do, and what the database has of it."""

from simcord import InteractionResult, MemberActor

from bot.rehearsal.room import Room
from bot.storage.polls import Poll

NAMED = "With your name: hosts can see that you chose this; other attendees can’t."
CONFIDENTIAL = (
    "Confidential: we keep a link to your account so that you can change or erase your answer. Hosts and organisers "
    "never see the link; whoever runs the server could. We erase it when the report is published, or on Wednesday "
    "25 May 2022 at the latest."
)
ANONYMOUS = (
    "Anonymous: hosts and organisers can’t see that it’s yours. You can change it until the poll closes. Then we "
    "destroy the key: we can no longer trace it, show it to you or erase it. That you took part is recorded separately."
)
PROMISES = {"named": NAMED, "confidential": CONFIDENTIAL, "anonymous": ANONYMOUS}


async def polls(room: Room) -> tuple[Poll, ...]:
    """What the database has of the running session's polls."""
    session = await room.bot.services.sessions.live(room.guild.id)
    return await room.bot.services.polls.in_session(session)


async def tallied(room: Room, poll: int = 1) -> list[int]:
    """What the database has of a poll's answers, option by option."""
    return [row.count for row in (await room.bot.services.polls.standing(poll)).tally.rows]


async def several_vote(room: Room, *options: int, number: int = 1) -> list[MemberActor]:
    """As many people as options are named answer a poll."""
    people = [room.member(f"Voter {i}") for i in range(len(options))]
    for who, option in zip(people, options, strict=True):
        await room.vote(who, number, option)
    await room.repaint()
    return people


async def see_mine(room: Room, who: MemberActor, number: int = 1) -> InteractionResult:
    """Press the button of an open poll that shows one's own answer."""
    return await who.click(room.board(f"Poll {number}, open"), label="See or change mine")


def lines(*text: str) -> str:
    """Several lines."""
    return "\n".join(text)


def saved(answer: str, privacy: str = "anonymous", number: int = 1) -> str:
    """The receipt."""
    return f"Saved. Your answer to Poll {number}: {answer}.\n-# {PROMISES[privacy]}"


def controls(message) -> list[tuple[str, ...]]:
    """The labels of a message's buttons, or the prompt of its menu, row by row."""
    rows = [each["components"] for each in _raw(message.components) if each.get("type") == 1]
    return [tuple(each.get("label") or each.get("placeholder") for each in row) for row in rows]


def _raw(components) -> list[dict]:
    found = []
    for each in components:
        raw = each if isinstance(each, dict) else each.to_dict()
        found += [raw, *_raw(raw.get("components", []))]
    return found
