"""Zoom's files, told apart by what is in them: polls, people, chat."""

from datetime import date

from bot.services.refusal import Refusal
from bot.services.text import one_line, shortened
from bot.services.zoom.cells import decoded, sheets, shown
from bot.services.zoom.chat import ZoomChat, is_chat, parse_chat
from bot.services.zoom.people import ZoomPeople, is_people, parse_people
from bot.services.zoom.polls import ZoomPolls, is_polls, parse_polls

ZoomFile = ZoomPolls | ZoomPeople | ZoomChat


def parse(data: bytes, name: str, near: date | None) -> ZoomFile:
    """What a file says. ``near`` is the day of the session, for dates that could be two days.

    Raises a Refusal where it is none of Zoom's, in another language, or not whole.
    """
    told = shortened(one_line(name), 60) or "That file"
    text = decoded(data, told)
    if is_chat(text):
        return parse_chat(text, told)
    for sheet in sheets(text, told):
        if is_polls(sheet):
            return parse_polls(sheet, near)
        if is_people(sheet):
            return parse_people(sheet, near)
    begins = next((line for line in text.splitlines() if line.strip()), "")
    raise Refusal(
        f"{told} is not known. A poll report has the headings “User Name” and “Submitted Date/Time”, a report of "
        "participants “Name” or “User Name” and “Join Time”, and a chat has lines such as “13:05:00 From Ana to "
        f"Everyone:”. This file begins with {shown(begins) if begins else 'nothing'}. If Zoom wrote it in another "
        "language, switch Zoom to English, at the foot of its web pages, and download it again."
    )
