"""What the bot decides. Ids, texts and aware datetimes in, frozen dataclasses out; it would be as true on Slack."""

from dataclasses import dataclass

from bot.services.imports import Imports
from bot.services.polls import Polls
from bot.services.ports import Boards
from bot.services.privacy import Privacy
from bot.services.reviews import Reviews
from bot.services.sessions import Sessions
from bot.services.summaries import Summaries
from bot.services.venues import Venues
from bot.storage.database import Database
from bot.storage.places import Places


@dataclass(frozen=True)
class Services:
    """One door to each service."""

    imports: Imports
    polls: Polls
    privacy: Privacy
    reviews: Reviews
    sessions: Sessions
    summaries: Summaries
    venues: Venues

    @classmethod
    def over(cls, database: Database, painter: Boards, preset_guild: int | None, presets: Places) -> "Services":
        """All services on one database, showing what they do through one painter."""
        return cls(
            Imports(database),
            Polls(database, painter),
            Privacy(database, painter),
            Reviews(database, painter),
            Sessions(database, painter),
            Summaries(database),
            Venues(database, preset_guild, presets),
        )
