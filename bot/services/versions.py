"""What becomes of a published report when somebody's words have to go from it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import boards, reports
from bot.storage.boards import Kind

TAKEN_OUT = "Somebody’s words were taken out at their wish."


async def take_out_in(connection: AsyncConnection, session_id: int) -> set[tuple[Kind, int]]:
    """Have the published report made anew, in the transaction that takes words away; the boards to repaint.

    Its files go at once, an organiser's own too: the bot cannot take anything out of that. What is being made just now
    is not the version any more that it was ordered for. What was only proposed has to be proposed anew.
    """
    version = await reports.current(connection, session_id)
    await reports.drop_proposed(connection, session_id)
    if version is None:
        return set()
    by, at = version.published_by, version.published_at  # its own date is that of its files
    follows = await reports.add(connection, session_id, "owed", by, at, what_changed=TAKEN_OUT)
    # What hosts have written since then has not been published.
    await reports.keep_edits(connection, session_id, version.version, follows.version)
    await reports.replace(connection, version)
    await boards.reopen(connection, "published", session_id)
    return {("published", session_id)}
