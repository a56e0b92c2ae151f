"""Every table. The migrations make the same; a test holds the two together.

What people chose or said carries no time and no order of arrival (`WITHOUT ROWID`), so that it cannot
be joined to when somebody was seen to act.

An id that stands in a message, in the custom_id of a button, is never given out again (`AUTOINCREMENT`): what an
old button leads to is there or gone, but never something else.
"""

from bot.storage.tables.asking import ballot_keys, ballots, polls, reviews
from bot.storage.tables.base import metadata
from bot.storage.tables.breaking import breakout_groups, breakout_members, breakouts
from bot.storage.tables.people import left_out, participations, profiles, sign_ups
from bot.storage.tables.reporting import deliveries, report_edits, report_files, reports
from bot.storage.tables.running import boards, cues, lease, notices, places, series, sessions
from bot.storage.tables.saying import (
    actions,
    audit,
    contributions,
    hands,
    introductions,
    listening,
    offers,
    questions,
    supports,
    theme_contributions,
    theme_imports,
    themes,
    unsaid,
)
from bot.storage.tables.zoom import zoom_files, zoom_people, zoom_polls

__all__ = [
    "actions",
    "audit",
    "ballot_keys",
    "ballots",
    "boards",
    "breakout_groups",
    "breakout_members",
    "breakouts",
    "contributions",
    "cues",
    "deliveries",
    "hands",
    "introductions",
    "lease",
    "left_out",
    "listening",
    "metadata",
    "notices",
    "offers",
    "participations",
    "places",
    "polls",
    "profiles",
    "questions",
    "report_edits",
    "report_files",
    "reports",
    "reviews",
    "series",
    "sessions",
    "sign_ups",
    "supports",
    "theme_contributions",
    "theme_imports",
    "themes",
    "unsaid",
    "zoom_files",
    "zoom_people",
    "zoom_polls",
]
