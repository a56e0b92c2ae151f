"""The ballots in polls, and the keys of the anonymous ones while they are open."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import bulk
from bot.storage.database import forget
from bot.storage.tables import ballot_keys, ballots

Answer = tuple[int, ...]
"""The indices of the chosen options: one for a single choice, the first place first for a ranking."""

Counts = Counter[tuple[int, int]]
"""How often each (slot, option) was chosen: every tally follows from it."""


_KEY = select(ballot_keys.c.key).where(ballot_keys.c.poll_id == bindparam("poll"))


async def answers(connection: AsyncConnection, poll_id: int, voters: Iterable[int]) -> dict[int, Answer]:
    """The answers of those of the voters who have one."""
    found: dict[int, list[tuple[int, int]]] = {}
    asked = [(poll_id, voter) for voter in voters]
    for voter, *chosen in await bulk.find(
        connection, ballots, ("voter", "slot", "option"), ("poll_id", "voter"), asked
    ):
        found.setdefault(voter, []).append((chosen[0], chosen[1]))
    return {voter: tuple(option for _, option in sorted(chosen)) for voter, chosen in found.items()}


async def answer(connection: AsyncConnection, poll_id: int, voter: int) -> Answer:
    """What one voter chose, empty where they have not answered."""
    return (await answers(connection, poll_id, (voter,))).get(voter, ())


async def replace(
    connection: AsyncConnection, poll_id: int, before: Mapping[int, Answer], after: Mapping[int, Answer]
) -> None:
    """Put the voters' new answers in the place of those they had; an empty one takes it back."""
    gone = [(poll_id, voter) for voter in after if before.get(voter)]
    rows = [(poll_id, voter, slot, option) for voter, chosen in after.items() for slot, option in enumerate(chosen)]
    if gone:
        await bulk.delete(connection, ballots, ("poll_id", "voter"), gone)
    if rows:
        await bulk.insert(connection, ballots, ("poll_id", "voter", "slot", "option"), rows)


async def count(connection: AsyncConnection, poll_id: int) -> Counts:
    """Count the ballots of a poll."""
    each = ballots.c.slot, ballots.c.option
    wanted = select(*each, func.count()).where(ballots.c.poll_id == poll_id).group_by(*each)
    return Counter({(slot, option): times for slot, option, times in await connection.execute(wanted)})


async def everybody(connection: AsyncConnection, poll_id: int) -> dict[int, Answer]:
    """Every voter of a poll with their answer."""
    found: dict[int, list[int]] = {}
    wanted = select(ballots.c.voter, ballots.c.option).where(ballots.c.poll_id == poll_id)
    for voter, option in await connection.execute(wanted.order_by(ballots.c.voter, ballots.c.slot)):
        found.setdefault(voter, []).append(option)
    return {voter: tuple(options) for voter, options in found.items()}


async def add_key(connection: AsyncConnection, poll_id: int, key: bytes) -> None:
    """Keep the key of an anonymous poll while it is open."""
    await connection.execute(insert(ballot_keys).values(poll_id=poll_id, key=key))


async def key(connection: AsyncConnection, poll_id: int) -> bytes | None:
    """The poll's key; None where it is not anonymous, or has closed."""
    return (await connection.execute(_KEY, {"poll": poll_id})).scalar_one_or_none()


async def destroy_key(connection: AsyncConnection, poll_id: int) -> None:
    """Nobody can join the poll's ballots to people from now on."""
    gone = await connection.execute(delete(ballot_keys).where(ballot_keys.c.poll_id == poll_id))
    if gone.rowcount:
        forget(connection)
