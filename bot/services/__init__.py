"""What the bot decides. Ids, texts and aware datetimes in, frozen dataclasses out; it would be as true on Slack."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.actions import Actions
from bot.services.answers import Answers
from bot.services.breakouts import Breakouts
from bot.services.comments import Comments
from bot.services.contributions import Contributions
from bot.services.deliveries import Deliveries
from bot.services.diary import Diary
from bot.services.editing import Editing
from bot.services.feedback import Feedback
from bot.services.hands import Hands
from bot.services.hooks import Webhook
from bot.services.imports import Imports
from bot.services.introductions import Introductions
from bot.services.ledger import Ledger
from bot.services.moving import Moving
from bot.services.offers import Offers
from bot.services.panel import Panel
from bot.services.polls import Polls
from bot.services.ports import Alarm, Boards, Events, Rooms
from bot.services.privacy import Privacy
from bot.services.profiles import Profiles
from bot.services.publishing import Publishing
from bot.services.queue import Queue
from bot.services.rehearsing import Rehearsing
from bot.services.reviews import Reviews
from bot.services.sessions import Sessions
from bot.services.show import Show
from bot.services.summaries import Summaries
from bot.services.telling import Telling
from bot.services.themes import Themes
from bot.services.venues import Venues
from bot.services.zoom.merging import Zoom
from bot.storage.database import Database


@dataclass(frozen=True)
class Services:
    """One door to each service."""

    actions: Actions
    answers: Answers
    breakouts: Breakouts
    comments: Comments
    contributions: Contributions
    deliveries: Deliveries
    diary: Diary
    editing: Editing
    feedback: Feedback
    hands: Hands
    imports: Imports
    introductions: Introductions
    moving: Moving
    offers: Offers
    panel: Panel
    polls: Polls
    privacy: Privacy
    profiles: Profiles
    publishing: Publishing
    queue: Queue
    rehearsing: Rehearsing
    reviews: Reviews
    sessions: Sessions
    show: Show
    summaries: Summaries
    telling: Telling
    themes: Themes
    venues: Venues
    zoom: Zoom

    @classmethod
    def over(
        cls,
        database: Database,
        painter: Boards,
        alarm: Alarm,
        events: Events,
        rooms: Rooms,
        venues: Venues,
        webhooks: Sequence[Webhook] = (),
    ) -> "Services":
        """All services on one database, showing what they do through one painter, and sending it to ``webhooks``."""
        ledger = Ledger(database)
        show = Show(database, painter, alarm, events, rooms, venues, ledger)
        return cls(
            actions=Actions(database, painter),
            answers=Answers(database, painter),
            breakouts=Breakouts(database, painter, rooms, venues, show),
            comments=Comments(database, painter),
            contributions=Contributions(database, painter),
            deliveries=Deliveries(database, painter, venues, webhooks),
            diary=Diary(database),
            editing=Editing(database, painter),
            feedback=Feedback(database, painter),
            hands=Hands(database, painter),
            imports=Imports(database, painter, venues, show),
            introductions=Introductions(database, painter),
            moving=Moving(database, painter, venues, show),
            offers=Offers(database, painter),
            panel=Panel(database, painter, venues),
            polls=Polls(database, painter, ledger),
            privacy=Privacy(database, painter, ledger),
            profiles=Profiles(database),
            publishing=Publishing(database, painter, venues),
            queue=Queue(database, painter),
            rehearsing=Rehearsing(database, show),
            reviews=Reviews(database, painter),
            sessions=Sessions(database, painter),
            show=show,
            summaries=Summaries(database),
            telling=Telling(database),
            themes=Themes(database, painter),
            venues=venues,
            zoom=Zoom(database, painter),
        )
