"""What becomes of a published report when somebody's words have to go from it, and what hosts are told of a version."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import boards, reports
from bot.storage.boards import Kind
from bot.storage.reports import Version
from bot.storage.sessions import Session

TAKEN_OUT = "Somebody’s words were taken out at their wish."

TAKEN_DOWN = (
    "Somebody’s words had to be taken out of the published report of session {number}. Your own file was taken down, "
    "because I cannot change it; mine stands there instead. Take the words out of your file too before you publish it "
    "again."
)

INCOMPLETE = (
    "The published report of session {number} came out without its {missing}, which could not be made. The log says "
    "why; /report publish makes it anew, as a new version."
)


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


async def news_of(
    connection: AsyncConnection, session: Session, version: Version, failed: Iterable[str]
) -> list[tuple[str, str]]:
    """What the hosts have to know once a version is made, without what ``failed``: keys of notices, and sentences."""
    every = await reports.versions(connection, session.id)
    before = next((each for each in reversed(every) if each.version < version.version), None)
    news = list[tuple[str, str]]()
    if before and before.edited and version.what_changed == TAKEN_OUT:
        news.append((f"report:{version.id}:own", TAKEN_DOWN.format(number=session.number)))
    if missing := " and ".join(failed):
        news.append((f"report:{version.id}:failed", INCOMPLETE.format(number=session.number, missing=missing)))
    return news
