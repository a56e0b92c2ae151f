"""What a room needs for themes: things said, the menus to sort them with, and files handed to and fro."""

import re
from collections.abc import Sequence
from typing import Any

from simcord import InteractionResult, MemberActor

from bot.rehearsal.room import Room, said
from bot.storage import contributions, people


async def say(
    room: Room, who: MemberActor, words: str, *, kind: contributions.Kind = "comment", quote: bool = True
) -> int:
    """Something is said in the session that is live, or was first; its id."""
    async with room.bot.database.write() as connection:
        await people.take_part(connection, {(1, who.id)})
        return await contributions.add(connection, 1, who.id, kind, words, quotable=quote)


async def themes(room: Room, command: str, /, who: MemberActor | None = None, **options: Any) -> InteractionResult:
    """One of the commands, by the host unless somebody else is named."""
    return await (who or room.host).slash(room.office, f"themes {command}", **options)


async def told(room: Room, command: str, /, **options: Any) -> str:
    """What it answers."""
    return said(await themes(room, command, **options))


def labels(shown: InteractionResult) -> list[str]:
    """What the menu offers."""
    return [each["label"] for each in _options(shown)]


async def pick(room: Room, shown: InteractionResult, *numbers: int) -> InteractionResult:
    """Pick from the menu by the numbers it shows."""
    values = {int(each["label"].split(".")[0]): each["value"] for each in _options(shown)}
    return await room.host.select(shown.response, [values[number] for number in numbers])


def buttons(shown: InteractionResult) -> dict[str, str]:
    """The buttons' labels, with their custom_ids."""
    return {each["label"]: each["custom_id"] for each in _controls(shown) if each.get("type") == 2}


async def export(room: Room, **options: Any) -> dict[str, bytes]:
    """The files by their endings."""
    shown = await themes(room, "export", **options)
    return {each.filename.rpartition(".")[2]: await each.read() for each in files(shown)}


def files(shown: InteractionResult) -> Sequence[Any]:
    """What is attached to an answer."""
    return _answer(shown).attachments


async def send_in(room: Room, data: bytes | str, name: str = "themes.csv", **options: Any) -> InteractionResult:
    """Send a spreadsheet."""
    held = data.encode() if isinstance(data, str) else data
    return await themes(room, "import", file=(name, held), **options)


def _controls(shown: InteractionResult) -> Sequence[dict[str, Any]]:
    return [each for line in _answer(shown).components for each in line.get("components", [])]


def _answer(shown: InteractionResult) -> Any:
    return shown.followups[-1] if shown.followups else shown.response


def _options(shown: InteractionResult) -> list[dict[str, Any]]:
    return [option for each in _controls(shown) for option in each.get("options", [])]


def without_times(text: str) -> str:
    """With a word in the place of Discord's times."""
    return re.sub(r"<t:\d+:f>", "TIME", text)
