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


CONSENT = (
    "Typing in chat shows your Discord name. Buttons and forms don’t show it to other attendees. Please don’t describe "
    "anyone who could be recognised."
)
"""What people read before anything of theirs is kept."""


def chat(*, reads: bool) -> str:
    """What becomes of what people type in the session's channel; ``reads``: whether the bot listens there."""
    if reads:
        return (
            "What you type in this channel and its threads while the session runs is kept, and hosts and organisers "
            "read it. The report may quote it, without your name; editing or deleting your message changes that too. "
            "What is said in breakout rooms is not kept."
        )
    return (
        "What you type in chat is not kept, unless you add it to the report, or a host does. The report may quote "
        "such a message, without your name. What you answer to the review’s prompts is kept."
    )


def kept(*, reads: bool) -> str:
    """The same in the welcome of a session."""
    return f"**What is kept, and who sees it.** {CONSENT} {chat(reads=reads)}"
