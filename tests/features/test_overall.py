"""After the last part the organisers get the report of the whole series."""

from datetime import timedelta

from simcord import MemberActor

from bot.rehearsal.room import Room, text_of
from tests.conftest import SERIES
from tests.reports.readers import read_markdown

PARTS = 4


async def play(room: Room, part: int, people: list[MemberActor]) -> None:
    """A part in which the same is asked as in the others, and the host says how many joined."""
    await room.start_session()
    await room.open_poll("Yes", "No", question="Was it worth it?")
    for number, person in enumerate(people[: part + 1]):
        await room.vote(person, 1, int(number > 1))
    await room.clock.pass_time(timedelta(minutes=1))
    await room.finish_session()
    await room.command("session attendance", joined=100 + part)


async def test_after_the_last_part_there_is_one_with_all_parts_side_by_side(room: Room) -> None:
    await room.import_series(SERIES)
    people = [room.member(f"Person {number}") for number in range(PARTS + 1)]
    for part in range(1, PARTS):
        await play(room, part, people)
    assert not [each for each in room.texts(room.office) if "Report of the series" in each]
    await play(room, PARTS, people)
    await room.repaint()
    board = room.board("Report of the series", room.office)
    assert "Part 4, " in text_of(board)
    assert "5 people took part" in text_of(board)
    files = {each.filename.removeprefix("qms-series-report."): each for each in board.attachments}
    assert sorted(files) == ["docx", "html", "md", "pdf"]
    read = read_markdown((await files["md"].read()).decode())
    attendance, came_to, _, asked = read.tables
    assert attendance[1] == ["Took part here", "2", "3", "4", "5"]
    assert attendance[2] == ["Joined", "101", "102", "103", "104"]
    assert came_to[1:] == [["One part", "1"], ["Two parts", "1"], ["Three parts", "1"], ["Four parts", "2"]]
    assert asked[0] == ["Option", "Part 1 (n=2)", "Part 2 (n=3)", "Part 3 (n=4)", "Part 4 (n=5)"]
    assert asked[1] == ["Yes", "100% (2)", "67% (2)", "50% (2)", "40% (2)"]
    assert len([each for each in room.texts(room.office) if "Report of the series" in each]) == 1


async def test_of_a_rehearsal_of_the_last_part_there_is_none(room: Room) -> None:
    await room.import_series(SERIES)
    await room.command("session rehearse", session=PARTS)
    thread = room.office.threads[-1]
    shown = await room.host.slash(thread, "session finish")
    await room.press(room.host, shown, "Finish it")
    await room.repaint()
    assert not [each for each in (*room.texts(thread), *room.texts(room.office)) if "Report of the series" in each]
