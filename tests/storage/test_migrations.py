"""The database's history: it makes what the tables say, and loses nothing on the way."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncConnection

import migrations
from bot.storage import database as storage
from bot.storage import migrating
from bot.storage.tables import metadata

RECREATES_POLLS = """
with op.batch_alter_table("polls", recreate="always") as batch:
    batch.add_column(sa.Column("note", sa.Text()))
"""
ORPHANS_BALLOTS = """
op.execute("DELETE FROM polls")
"""
FAILS_HALF_WAY = """
op.create_table("half", sa.Column("id", sa.Integer()))
op.execute("DELETE FROM ballots")
raise ValueError("the power went")
"""

FILL = """
INSERT INTO series (id, guild_id, key, title, time_zone, hashtag, contact, imported_at)
VALUES (1, 1, 'qms', 'A series', 'Europe/London', '', '', '2022-01-01');
INSERT INTO sessions (id, series_id, guild_id, number, title, plan, state) VALUES (1, 1, 1, 1, 'First', '{}', 'live');
INSERT INTO polls (id, guild_id, session_id, number, question, options, choices, results, state, opened_at)
VALUES (1, 1, 1, 1, 'Which?', '["a", "b"]', 1, 'live', 'open', '2022-01-01');
INSERT INTO ballots VALUES (1, 100, 0, 0), (1, 200, 0, 1);
"""

UPGRADE = command.upgrade

Migrated = Callable[[str], None]


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "plenary.db"


@pytest.fixture
def url(path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    """What the file says, to whoever opens it with nothing of ours."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute(sql).fetchall()
        connection.commit()
    finally:
        connection.close()
    return found


def schema(path: Path) -> dict[str, list[str]]:
    """For each table and index its lines, in no order: the order of constraints means nothing.

    SQLite puts an added column on the last line, and quotes the name of a table that was made anew.
    """
    rows = ask(path, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")
    return {
        str(name): sorted(
            re.sub(r"\s+", " ", line).strip(" ,")
            for line in re.split(r"\n|, (?=[a-z_]+ [A-Z])", str(sql).replace(f'"{name}"', str(name)))
        )
        for name, sql in rows
    }


async def check(url: str) -> None:
    """``alembic check``."""
    one = storage.Database(url)
    try:
        async with one.write() as connection:
            await _run(connection, command.check)
    finally:
        await one.close()


async def _run(connection: AsyncConnection, what: Callable[..., None], *arguments: str) -> None:
    await connection.run_sync(lambda sync: what(migrating.alembic_config(sync), *arguments))


@pytest.fixture
def next_step(tmp_path, monkeypatch) -> Callable[[str], None]:
    """Add a step to a copy of the history, and let that copy be the one that is found."""

    def add(body: str) -> None:
        copy = tmp_path / "migrations"
        shutil.copytree(Path(migrations.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
        indented = "".join(f"    {line}\n" for line in body.strip().splitlines())
        (copy / "versions" / "9999_next.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n\n"
            f'revision = "9999"\ndown_revision = "{newest()}"\n\n\ndef upgrade():\n{indented}'
        )
        monkeypatch.setattr(migrations, "__file__", str(copy / "__init__.py"))

    return add


def newest() -> str:
    """The last revision's id: they are numbered, so the highest."""
    return max(path.name[:4] for path in Path(migrations.__file__).parent.glob("versions/*.py"))


async def test_from_nothing_to_the_newest(url, path):
    await migrating.migrate(url)
    assert ask(path, "SELECT version_num FROM alembic_version") == [(newest(),)]
    ours = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    tables = {name for (name,) in ask(path, ours)}
    assert tables == {*metadata.tables, "alembic_version"}
    assert ask(path, "PRAGMA foreign_key_check") == []
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]


async def test_the_migrations_and_the_tables_say_the_same(url):
    await migrating.migrate(url)
    await check(url)


async def test_the_check_would_find_a_difference(url, path):
    await migrating.migrate(url)
    ask(path, "ALTER TABLE places ADD COLUMN unheard_of TEXT")
    with pytest.raises(CommandError, match="New upgrade operations detected"):
        await check(url)


async def test_they_make_the_same_schema_to_the_letter(url, path, tmp_path):
    # `alembic check` passes over WITHOUT ROWID, CHECK constraints and the conditions of indexes.
    await migrating.migrate(url)
    other = tmp_path / "tables.db"
    engine = create_engine(f"sqlite:///{other}")
    metadata.create_all(engine)
    engine.dispose()
    assert schema(path) == schema(other)


@pytest.mark.parametrize("table", ["ballots", "participations", "left_out", "sign_ups", "profiles"])
async def test_no_order_of_arrival_is_kept(url, path, table):
    await migrating.migrate(url)
    with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
        ask(path, f"SELECT rowid FROM {table}")


async def test_no_id_that_stood_in_a_message_is_given_out_again(url, path):
    await migrating.migrate(url)
    connection = sqlite3.connect(path)
    connection.executescript(FILL)
    connection.execute("DELETE FROM polls")
    add = (
        "INSERT INTO polls (guild_id, session_id, number, question, options, choices, results, state, opened_at) "
        "VALUES (1, 1, 1, 'Which?', '[]', 1, 'live', 'open', '2022-01-01')"
    )
    connection.execute(add)
    (found,) = connection.execute("SELECT id FROM polls")
    connection.close()
    assert found == (2,)
    kept = {table.name for table in metadata.tables.values() if "AUTOINCREMENT" in str(schema(path)[table.name])}
    assert kept == {
        "actions",
        "boards",
        "breakout_groups",
        "breakouts",
        "contributions",
        "cues",
        "deliveries",
        "hands",
        "introductions",
        "polls",
        "reports",
        "series",
        "sessions",
        "themes",
        "zoom_files",
        "zoom_polls",
    }


async def test_what_was_there_keeps_its_ids_when_they_are_given_out_once(url, path, tmp_path, monkeypatch):
    with monkeypatch.context() as before:
        copy = tmp_path / "migrations"
        shutil.copytree(Path(migrations.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for later in copy.glob("versions/*.py"):
            if later.name >= "0004":
                later.unlink()
        before.setattr(migrations, "__file__", str(copy / "__init__.py"))
        await migrating.migrate(url)
    connection = sqlite3.connect(path)
    connection.executescript(FILL + "UPDATE polls SET id = 7; UPDATE ballots SET poll_id = 7;")
    connection.close()
    await migrating.migrate(url)
    assert ask(path, "SELECT id, question FROM polls") == [(7, "Which?")]
    assert ask(path, 'SELECT poll_id, voter, "option" FROM ballots ORDER BY voter') == [(7, 100, 0), (7, 200, 1)]
    assert ask(path, "SELECT seq FROM sqlite_sequence WHERE name = 'polls'") == [(7,)]
    assert ask(path, "PRAGMA foreign_key_check") == []


async def test_migrating_twice_changes_nothing(url, path):
    await migrating.migrate(url)
    ask(path, "INSERT INTO left_out VALUES (1, 2)")
    before = schema(path)
    await migrating.migrate(url)
    assert schema(path) == before
    assert ask(path, "SELECT * FROM left_out") == [(1, 2)]


async def test_the_history_is_found_from_anywhere(url, path, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    await migrating.migrate(url)
    assert ask(path, "SELECT count(*) FROM ballots") == [(0,)]


@pytest.fixture
async def filled(url, path) -> Path:
    """A database that has come to the newest schema and has two ballots in it."""
    await migrating.migrate(url)
    connection = sqlite3.connect(path)
    connection.executescript(FILL)
    connection.close()
    return path


OLD = """
INSERT INTO series (id, guild_id, key, title, time_zone, hashtag, contact, imported_at)
VALUES (1, 1, 'qms', 'A series', 'Europe/London', '', '', '2022-01-01');
INSERT INTO sessions (id, series_id, guild_id, number, title, plan, state) VALUES (1, 1, 1, 1, 'First', '{}', 'live');
INSERT INTO polls (id, guild_id, session_id, number, question, options, choices, results, state, opened_at)
VALUES (1, 1, 1, 1, 'Which?', '["a", "b"]', 1, 'live', 'open', '2022-01-01'),
       (2, 1, 1, 2, 'Which two?', '["a", "b", "c"]', 2, 'at_close', 'closed', '2022-01-01');
INSERT INTO ballots VALUES (1, 100, 0, 0), (1, -7, 0, 1), (2, 100, 0, 2), (2, 100, 1, 0);
INSERT INTO contributions VALUES (5, 1, 100, 'takeaway', 'Ask why', 1, 'captured', NULL);
INSERT INTO participations VALUES (1, 100);
"""


async def test_what_was_asked_before_there_were_modes_is_kept_as_it_was_promised(url, path, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(migrating.command, "upgrade", lambda config, _: UPGRADE(config, "0003"))
        await migrating.migrate(url)
    connection = sqlite3.connect(path)
    connection.executescript(OLD)
    connection.close()
    await migrating.migrate(url)
    kept = ask(path, "SELECT id, kind, privacy, choices, state, also, rerun_of, why_void, shown FROM polls")
    assert kept == [
        (1, "single", "confidential", 1, "open", None, None, "", None),
        (2, "multiple", "confidential", 2, "closed", None, None, "", None),
    ]
    ballots = ask(path, 'SELECT poll_id, voter, slot, "option" FROM ballots ORDER BY 1, 2, 3')
    assert ballots == [(1, -7, 0, 1), (1, 100, 0, 0), (2, 100, 0, 2), (2, 100, 1, 0)]
    assert ask(path, "SELECT author, text, poll_id FROM contributions") == [(100, "Ask why", None)]
    assert ask(path, "SELECT * FROM participations") == [(1, 100)]
    assert ask(path, "SELECT * FROM ballot_keys") == []
    assert ask(path, "PRAGMA foreign_key_check") == []
    for table in ("ballots", "participations"):
        with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
            ask(path, f"SELECT rowid FROM {table}")


ONE_MESSAGE = """
INSERT INTO series (id, guild_id, key, title, time_zone, hashtag, contact, imported_at)
VALUES (1, 1, 'qms', 'A series', 'Europe/London', '', '', '2022-01-01');
INSERT INTO sessions (id, series_id, guild_id, number, title, plan, state) VALUES (1, 1, 1, 1, 'First', '{}', 'live');
INSERT INTO sessions (id, series_id, guild_id, number, title, plan, state)
VALUES (2, 1, 1, 2, 'Next', '{}', 'finished');
INSERT INTO reviews VALUES (1, 'open'), (2, 'closed');
INSERT INTO boards (id, guild_id, channel_id, kind, subject, message_id, final, recorded_at)
VALUES (7, 1, 11, 'review', 1, 70, 1, '2022-01-01'), (8, 1, 11, 'review', 1, 80, 0, '2022-01-02'),
       (9, 1, 11, 'review', 2, 90, 1, '2022-01-03');
"""


PUBLISHED = """
INSERT INTO series (id, guild_id, key, title, time_zone, hashtag, contact, imported_at)
VALUES (1, 1, 'qms', 'A series', 'Europe/London', '', '', '2022-01-01');
INSERT INTO sessions (id, series_id, guild_id, number, title, plan, state, recording)
VALUES (1, 1, 1, 1, 'First', '{}', 'finished', 'https://example.org/1'), (2, 1, 1, 2, 'Next', '{}', 'finished', '');
INSERT INTO report_edits VALUES (1, 'title', 'Ours'), (2, 'title', 'Not out');
INSERT INTO reports (session_id, version, state, what_changed, published_by, published_at, edited)
VALUES (1, 1, 'replaced', '', 'Emma', '2022-01-01', 0), (1, 2, 'made', 'It.', 'Emma', '2022-01-02', 0);
"""


async def test_what_hosts_wrote_into_a_report_that_is_out_is_its_draft_s_and_its_own(url, path, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(migrating.command, "upgrade", lambda config, _: UPGRADE(config, "0007"))
        await migrating.migrate(url)
    connection = sqlite3.connect(path)
    connection.executescript(PUBLISHED)
    connection.close()
    await migrating.migrate(url)
    assert ask(path, "SELECT * FROM report_edits ORDER BY session_id, version") == [
        (1, 0, "title", "Ours"),
        (1, 2, "title", "Ours"),
        (2, 0, "title", "Not out"),
    ]
    assert ask(path, "SELECT recording, subtitles FROM sessions WHERE id = 1") == [("https://example.org/1", None)]
    assert ask(path, "SELECT version, summary FROM reports ORDER BY version") == [(1, ""), (2, "")]


async def test_a_review_that_was_one_message_gets_its_second(url, path, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(migrating.command, "upgrade", lambda config, _: UPGRADE(config, "0005"))
        await migrating.migrate(url)
    connection = sqlite3.connect(path)
    connection.executescript(ONE_MESSAGE)
    connection.close()
    await migrating.migrate(url)
    assert ask(path, "SELECT id, kind, subject, channel_id, message_id, final FROM boards ORDER BY id") == [
        (7, "takeaway", 1, 11, 70, 1),
        (8, "takeaway", 1, 11, 80, 0),
        (9, "takeaway", 2, 11, 90, 1),
        (10, "improvement", 1, 11, None, 0),
    ]


async def test_recreating_a_parent_keeps_its_children(url, filled, next_step):
    next_step(RECREATES_POLLS)
    await migrating.migrate(url)
    assert ask(filled, "SELECT version_num FROM alembic_version") == [("9999",)]
    assert ask(filled, "SELECT id, question, note FROM polls") == [(1, "Which?", None)]
    assert ask(filled, 'SELECT voter, "option" FROM ballots ORDER BY voter') == [(100, 0), (200, 1)]
    assert ask(filled, "PRAGMA foreign_key_check") == []


async def test_it_is_the_way_of_migrating_that_keeps_them(url, filled, next_step):
    # The trap: on the program's usual connection the same step succeeds, and takes the ballots with it.
    next_step(RECREATES_POLLS)
    usual = storage.Database(url)
    async with usual.write() as connection:
        await _run(connection, command.upgrade, "head")
    await usual.close()
    assert ask(filled, "SELECT count(*) FROM polls") == [(1,)]
    assert ask(filled, "SELECT count(*) FROM ballots") == [(0,)]


async def test_a_step_that_would_orphan_rows_is_refused_and_undone(url, filled, next_step):
    before = newest()
    next_step(ORPHANS_BALLOTS)
    with pytest.raises(RuntimeError, match="rows without their parents"):
        await migrating.migrate(url)
    assert ask(filled, "SELECT version_num FROM alembic_version") == [(before,)]
    assert ask(filled, "SELECT count(*) FROM polls") == [(1,)]


async def test_a_step_that_fails_half_way_is_undone(url, filled, next_step):
    before = schema(filled)
    next_step(FAILS_HALF_WAY)
    with pytest.raises(ValueError, match="the power went"):
        await migrating.migrate(url)
    assert schema(filled) == before
    assert ask(filled, "SELECT count(*) FROM ballots") == [(2,)]
