"""What the bot decides. Ids, texts and aware datetimes in, frozen dataclasses out; it would be as true on Slack."""

from dataclasses import dataclass

from bot.services.answers import Answers
from bot.services.diary import Diary
from bot.services.imports import Imports
from bot.services.ledger import Ledger
from bot.services.moving import Moving
from bot.services.polls import Polls
from bot.services.ports import Alarm, Boards, Events
from bot.services.privacy import Privacy
from bot.services.rehearsing import Rehearsing
from bot.services.reviews import Reviews
from bot.services.sessions import Sessions
from bot.services.show import Show
from bot.services.summaries import Summaries
from bot.services.telling import Telling
from bot.services.venues import Venues
from bot.storage.database import Database


@dataclass(frozen=True)
class Services:
    """One door to each service."""

    answers: Answers
    diary: Diary
    imports: Imports
    moving: Moving
    polls: Polls
    privacy: Privacy
    rehearsing: Rehearsing
    reviews: Reviews
    sessions: Sessions
    show: Show
    summaries: Summaries
    telling: Telling
    venues: Venues

    @classmethod
    def over(cls, database: Database, painter: Boards, alarm: Alarm, events: Events, venues: Venues) -> "Services":
        """All services on one database, showing what they do through one painter."""
        ledger = Ledger(database)
        show = Show(database, painter, alarm, events, venues, ledger)
        return cls(
            answers=Answers(database, painter),
            diary=Diary(database),
            imports=Imports(database, painter, venues, show),
            moving=Moving(database, painter, venues, show),
            polls=Polls(database, painter, ledger),
            privacy=Privacy(database, painter, ledger),
            rehearsing=Rehearsing(database, show),
            reviews=Reviews(database, painter),
            sessions=Sessions(database, painter),
            show=show,
            summaries=Summaries(database),
            telling=Telling(database),
            venues=venues,
        )
