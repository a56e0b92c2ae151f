"""What was said in a session besides polls and review, in a line for each kind that there was."""

from collections import Counter

from bot.client import Plenary
from bot.reports.wording import listed, people
from bot.services.roomlist import Standing
from bot.storage import breakouts
from bot.storage.sessions import Session


async def told(bot: Plenary, session: Session) -> list[tuple[str, str]]:
    """For instance ("Comments", "60 from 38 people"), as the services count them."""
    services = bot.services
    comments = await services.comments.counted(session.id)
    panel = await services.panel.standing(session.id)
    fates = Counter("held" if each.question.state == "held" else each.status for each in panel.asked)
    wording = {"live": "answered live", "written": "answered in writing", "waiting": "left to follow up"}
    became = listed([f"{count} {wording.get(fate, fate)}" for fate, count in sorted(fates.items())])
    votes = sum(each.votes for each in panel.asked if each.status != "merged")
    rooms = [room for breakout in await _breakouts(bot, session) for room in breakout.rooms]
    silent = sum(room.feedback is None for room in rooms)
    help_ = await services.introductions.outcomes(session.series_id)
    actions = await services.actions.all(session.guild_id)
    themes = (await services.themes.survey(session.guild_id, session.id)).themes
    signed = sum(bool(each.signed_by) for each in themes)
    lines = {
        "Comments": (comments.comments, f"from {people(comments.people)}"),
        "Questions": (len(panel.asked), f"with {votes} votes; {became}"),
        "Breakout rooms": (len(rooms), f"to report back for; {silent} sent nothing"),
        "Offers of help": (help_.offers, f"and {help_.agreed} introductions"),
        "Actions": (len(actions), "under way"),
        "Themes": (len(themes), f"and {signed} of them signed off"),
    }
    return [(kind, f"{count} {more}") for kind, (count, more) in lines.items() if count]


async def _breakouts(bot: Plenary, session: Session) -> list[Standing]:
    async with bot.database.read() as connection:
        every = await breakouts.in_session(connection, session.id)
    return [await bot.services.breakouts.standing(each.id) for each in every]
