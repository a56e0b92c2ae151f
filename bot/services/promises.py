"""What is promised about an answer: the same words on every board and in every receipt."""

from datetime import datetime, timedelta

from bot.storage.polls import Privacy

LINKS_KEPT = timedelta(days=90)
"""How long after a session has begun a link to an account is kept at most, where the answer is confidential."""


def links_until(started_at: datetime) -> datetime:
    """When the confidential links of a session that began then are erased at the latest."""
    return started_at + LINKS_KEPT


def promise(privacy: Privacy, until: str) -> str:
    """What people are told before and after they answer; ``until`` is the day of `links_until` in words."""
    match privacy:
        case "named":
            return "With your name: hosts can see that you chose this; other attendees can’t."
        case "confidential":
            return (
                "Confidential: we keep a link to your account so that you can change or erase your answer. Hosts and "
                "organisers never see the link; whoever runs the server could. We erase it when the report is "
                f"published, or on {until} at the latest."
            )
        case "anonymous":
            return (
                "Anonymous: hosts and organisers can’t see that it’s yours. You can change it until the poll closes. "
                "Then we destroy the key: we can no longer trace it, show it to you or erase it. That you took part "
                "is recorded separately."
            )
