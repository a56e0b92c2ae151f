"""Whoever holds the whole database after an anonymous poll has closed cannot tell who answered what."""

import asyncio
import logging
import random
import sqlite3
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from shutil import copytree

import pytest

from bot.services import Services
from bot.services.drafts import Draft
from bot.services.promises import LINKS_KEPT
from bot.storage.database import Database, Unavailable, opened
from bot.storage.polls import Poll, Privacy
from bot.storage.sessions import Session
from tests.services.guild import CHANNEL, GUILD, NOW, Recorder, ask, opened_session, over, path_of, query

DICE = random.Random(4)  # noqa: S311  (the same people each time)
MEMBERS = [DICE.randrange(10**17, 10**18) for _ in range(700)]
"""Everybody in the server: the adversary has the list."""

VOTERS = MEMBERS[:150]
KEY = 32
PAGE = 4096
SHORT = 2**47


def files(folder: Path) -> bytes:
    """Everything that lies in the database's folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def in_file(number: int) -> bytes:
    """A number as SQLite writes a large one; of random ones every 65,536th is less large than the others."""
    return number.to_bytes(6 if -SHORT <= number < SHORT else 8, "big", signed=True)


def known_as(key: bytes, person: int) -> int:
    """What a person is called in a poll of that key, worked out without the bot."""
    digest = blake2b(person.to_bytes(8, "big"), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def keys_that_fit(data: bytes, person: int, stored: set[int]) -> list[bytes]:
    """Every 32 bytes in a row, tried as the key: those under which somebody is found among the voters."""
    windows = {data[i : i + KEY] for i in range(len(data) - KEY + 1)}
    return [key for key in windows if known_as(key, person) in stored]


def occurrences(data: bytes, people: Iterable[int]) -> Counter[int]:
    """How often each person's number stands in the files."""
    return Counter({person: times for person in people if (times := data.count(in_file(person)))})


def out_of_order(database: bytes, numbers: Iterable[int]) -> int:
    """How often, in a page, rows do not lie in the order of their numbers: where they do, none tells when it came."""
    lies: dict[int, list[int]] = {}
    for at, number in sorted((database.find(in_file(number)), number) for number in numbers):
        assert at >= 0
        lies.setdefault(at // PAGE, []).append(number)
    falls = [sum(a < b for a, b in pairwise(page)) for page in lies.values()]
    rises = [sum(a > b for a, b in pairwise(page)) for page in lies.values()]
    return sum(map(min, falls, rises))


@pytest.mark.parametrize("number", [SHORT, SHORT - 1, -SHORT, -SHORT - 1, 2**62])
def test_numbers_are_looked_for_as_sqlite_writes_them(tmp_path: Path, number: int):
    with closing(sqlite3.connect(tmp_path / "one.db")) as connection, connection:
        connection.execute("CREATE TABLE one (number INTEGER)")
        connection.execute("INSERT INTO one VALUES (?)", (number,))
    assert in_file(number) in files(tmp_path)


@dataclass
class Evening:
    """A session with an anonymous poll and an anonymous open question, both answered by the same people."""

    database: Database
    services: Services
    session: Session
    poll: Poll
    words: Poll

    @property
    def folder(self) -> Path:
        """Where the database is."""
        return path_of(self.database).parent

    @property
    def stored(self) -> set[int]:
        """The voters as the database knows them."""
        return {int(str(voter)) for (voter,) in query(self.database, "SELECT DISTINCT voter FROM ballots")}

    async def close(self) -> None:
        """Close both."""
        for poll in (self.poll, self.words):
            await self.services.polls.close(poll, CHANNEL, NOW)


async def _make(path: Path, privacy: Privacy, voters: Sequence[int], authors: int) -> Path:
    async with opened(f"sqlite+aiosqlite:///{path}") as database:
        services = over(database, Recorder(database))
        session = await opened_session(services)
        poll = await ask(services, session, results="live", choices=2, privacy=privacy)
        words = await services.polls.open(session, Draft("Why?", (), 1, "at_close", kind="open", privacy=privacy), NOW)
        for start in range(0, len(voters), 50):
            some = enumerate(voters[start : start + 50], start)
            chosen = ((person, [i % 3, (i + 1) % 3][: 1 + i % 2]) for i, person in some)
            await asyncio.gather(*(services.polls.cast(GUILD, poll.id, each, person) for person, each in chosen))
        for i, person in enumerate(voters[:authors]):
            await services.polls.write(GUILD, words.id, person, f"The reason of {i}", quotable=bool(i % 2))
        for person in voters[:5]:
            await services.polls.cast(GUILD, poll.id, [2], person)
        await services.polls.withdraw(GUILD, poll.id, voters[7])
    return path


@asynccontextmanager
async def _copy(made: Path, folder: Path) -> AsyncIterator[Evening]:
    copytree(made.parent, folder)
    async with opened(f"sqlite+aiosqlite:///{folder / made.name}") as database:
        services = over(database, Recorder(database))
        session = await services.sessions.live(GUILD)
        yield Evening(database, services, session, *await services.polls.in_session(session))


@pytest.fixture(scope="module")
def anonymous_evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(_make(tmp_path_factory.mktemp("anonymous") / "plenary.db", "anonymous", VOTERS, 40))


@pytest.fixture
async def evening(anonymous_evening: Path, tmp_path: Path) -> AsyncIterator[Evening]:
    """An anonymous poll and an anonymous question, open."""
    async with _copy(anonymous_evening, tmp_path / "evening") as evening:
        yield evening


async def test_a_copy_made_while_the_poll_is_open_tells_everything(evening: Evening):
    # What the tests below look for is found by how they look for it.
    found = keys_that_fit(files(evening.folder), VOTERS[0], evening.stored)
    assert len(found) == 1
    assert {known_as(found[0], person) for person in VOTERS} == evening.stored | {known_as(found[0], VOTERS[7])}


async def test_no_key_that_lies_about_leads_to_a_voter(evening: Evening):
    keys, before = _keys(evening.database), evening.stored
    assert len(keys) == 2
    await evening.close()
    data = files(evening.folder)
    assert not _keys(evening.database)
    assert not any(key in data for key in keys)
    assert evening.stored == before
    for person in (VOTERS[0], VOTERS[-1]):
        assert not keys_that_fit(data, person, before)


def _keys(database: Database) -> list[bytes]:
    return [bytes(key) for (key,) in query(database, "SELECT key FROM ballot_keys")]  # type: ignore[arg-type]


async def test_who_took_part_stands_once_and_beside_nothing_they_said(evening: Evening):
    await evening.close()
    assert occurrences(files(evening.folder), MEMBERS) == dict.fromkeys(VOTERS, 1)
    columns = {
        str(table): {str(name) for _, name, *_ in query(evening.database, f"PRAGMA table_info({table})")}
        for (table,) in query(evening.database, "SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    assert columns["participations"] == {"session_id", "person"}
    assert columns["ballots"] == {"poll_id", "voter", "slot", "option"}
    authors = {author for (author,) in query(evening.database, "SELECT author FROM contributions")}
    assert not (evening.stored | authors) & set(MEMBERS)
    assert not evening.stored & authors, "the two polls can be joined"


async def test_where_a_row_lies_does_not_tell_when_it_came(evening: Evening):
    def numbers(sql: str) -> list[int]:
        return [int(str(number)) for (number,) in query(evening.database, sql)]

    tables = ("SELECT DISTINCT voter FROM ballots", "SELECT person FROM participations")
    data = path_of(evening.database).read_bytes()
    # Those who took part are written in order, a group at a time.
    assert max(out_of_order(data, numbers(sql)) for sql in tables) > 20, "this test shows nothing"
    await evening.close()
    data = path_of(evening.database).read_bytes()
    assert [out_of_order(data, numbers(sql)) for sql in tables] == [0, 0]
    by_id = [int(str(number)) for (number,) in query(evening.database, "SELECT id FROM contributions ORDER BY text")]
    assert by_id != sorted(by_id)


async def test_a_backup_made_after_the_close_holds_no_key(evening: Evening, tmp_path: Path):
    keys = _keys(evening.database)
    await evening.close()
    with (
        closing(sqlite3.connect(path_of(evening.database))) as source,
        closing(sqlite3.connect(tmp_path / "b")) as copy,
    ):
        source.backup(copy)
    data = (tmp_path / "b").read_bytes()
    assert not any(key in data for key in keys)
    assert not keys_that_fit(data, VOTERS[0], evening.stored)


async def test_killed_between_the_close_and_the_forgetting_the_next_start_forgets(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    async def killed(_: Database) -> None:
        """What a kill -9 leaves undone."""

    monkeypatch.setattr(Database, "_forget", killed)
    await evening.close()
    left = tmp_path / "left"
    copytree(evening.folder, left)
    monkeypatch.undo()
    assert keys_that_fit(files(left), VOTERS[0], evening.stored), "this test shows nothing"
    async with opened(f"sqlite+aiosqlite:///{left / 'plenary.db'}") as database:
        async with database.write():
            pass  # as the lease does at every start
        assert not keys_that_fit(files(left), VOTERS[0], evening.stored)


async def test_somebody_who_reads_all_the_while_puts_it_off_and_holds_nobody_up(evening: Evening):
    with closing(sqlite3.connect(path_of(evening.database), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM ballots").fetchall()
        began = asyncio.get_running_loop().time()
        await evening.close()
        assert asyncio.get_running_loop().time() - began < 2
        assert keys_that_fit(files(evening.folder), VOTERS[0], evening.stored)
        reader.execute("COMMIT")
    async with evening.database.write():
        pass  # as the lease does every few seconds
    assert not keys_that_fit(files(evening.folder), VOTERS[0], evening.stored)


# ------------------------------------------------------------------ erasing, and the links of what was confidential


@pytest.fixture(scope="module")
def confidential_evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(_make(tmp_path_factory.mktemp("confidential") / "plenary.db", "confidential", MEMBERS, 30))


@pytest.fixture
async def confidential(confidential_evening: Path, tmp_path: Path) -> AsyncIterator[Evening]:
    """So many ballots in confidence that the database had to split its pages."""
    async with _copy(confidential_evening, tmp_path / "evening") as evening:
        yield evening


@pytest.mark.parametrize("closed", [False, True])
async def test_whoever_is_erased_is_gone_from_every_byte(confidential: Evening, closed: bool):
    if closed:
        await confidential.close()
    goners = VOTERS[::10]
    for person in goners:
        await confidential.services.privacy.erase(GUILD, person)
    assert not occurrences(files(confidential.folder), goners)
    assert len(occurrences(files(confidential.folder), MEMBERS)) == len(MEMBERS) - len(goners)


async def test_links_that_are_cut_are_gone_from_every_byte(confidential: Evening):
    services, database = confidential.services, confidential.database
    named = await ask(services, confidential.session, question="Who?", privacy="named")
    await services.polls.cast(GUILD, named.id, [0], VOTERS[0])
    before = await services.polls.standing(confidential.poll.id)
    await services.show.finish(GUILD, confidential.session.id, NOW)
    assert min(occurrences(files(confidential.folder), MEMBERS).values()) >= 2
    await services.show.run_due(NOW + LINKS_KEPT - timedelta(seconds=1))
    assert min(occurrences(files(confidential.folder), MEMBERS).values()) >= 2
    await services.show.run_due(NOW + LINKS_KEPT)
    assert occurrences(files(confidential.folder), MEMBERS) == dict.fromkeys(MEMBERS, 1) | {VOTERS[0]: 2}
    assert query(database, "SELECT voter FROM ballots WHERE voter > 0") == [(VOTERS[0],)]
    assert (await services.polls.standing(confidential.poll.id)).tally == before.tally


# ------------------------------------------------------------------ the log


async def test_the_log_never_says_who_voted_what(evening: Evening, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    person = MEMBERS[-1]
    await evening.services.polls.cast(GUILD, evening.poll.id, [1], person)
    with closing(sqlite3.connect(path_of(evening.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable) as refused:
            await evening.services.polls.cast(GUILD, evening.poll.id, [2], person)
    async with evening.database.write() as connection:
        await connection.exec_driver_sql("DROP TABLE participations")
    with pytest.raises(Unavailable) as broken:
        await evening.services.polls.cast(GUILD, evening.poll.id, [2], person)
    told = caplog.text + "".join("".join(traceback.format_exception(each.value)) for each in (refused, broken))
    assert "participations" in told
    assert str(person) not in told
    assert not [who for who in evening.stored if str(who) in told]
