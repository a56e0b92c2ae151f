"""A session that ten thousand people took part in, put into a database beside the one that is live."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.process import person
from benchmarks.seed import DATABASE
from benchmarks.standin.payloads import CHANNEL, GUILD, OFFICE

PEOPLE, POLLS, COMMENTS = 10_000, 20, 5_000
THEMES = 12
WORDS = "We tried that on our ward in {}: it took a year, and what helped was that somebody asked us every week. "


def finished(folder: Path, people: int = PEOPLE, polls: int = POLLS, comments: int = COMMENTS) -> int:
    """Make the second session of the series in ``folder`` one that has just finished; its id.

    Its summary and report are owed. Everybody answered every poll, and half of them wrote something.
    """
    now = datetime.now(UTC)
    began = f"{now - timedelta(minutes=90):%Y-%m-%d %H:%M:%S.%f}"
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        (session,) = connection.execute("SELECT id FROM sessions WHERE number = 2").fetchone()
        connection.execute(
            "UPDATE sessions SET state = 'finished', channel_id = ?, started_at = ?, finished_at = ?, joined = ? "
            "WHERE id = ?",
            (CHANNEL, began, f"{now:%Y-%m-%d %H:%M:%S.%f}", people + 500, session),
        )
        crowd = [person(900_000_000 + number) for number in range(people)]
        connection.executemany("INSERT INTO participations VALUES (?, ?)", ((session, each) for each in crowd))
        options = json.dumps([f"Option {letter}: {WORDS[:70]}" for letter in "ABCDE"])
        for number in range(1, polls + 1):
            (poll,) = connection.execute(
                "INSERT INTO polls (guild_id, session_id, number, question, options, choices, results, state, "
                "opened_at, closed_at, kind, privacy) "
                "VALUES (?, ?, ?, ?, ?, 1, 'at_close', 'closed', ?, ?, 'single', 'confidential') RETURNING id",
                (GUILD, session, number, f"What matters most to you, {number}?", options, began, began),
            ).fetchone()
            cast = ((poll, each, 0, (who * number) % 5) for who, each in enumerate(crowd))
            connection.executemany("INSERT INTO ballots VALUES (?, ?, ?, ?)", cast)
        said = (
            (7 * number + 1, session, crowd[number % people], WORDS.format(number), 1, "captured", number % 10)
            for number in range(comments)
        )
        connection.executemany(
            "INSERT INTO contributions (id, session_id, author, kind, text, quotable, state, step) "
            "VALUES (?, ?, ?, 'comment', ?, ?, ?, ?)",
            said,
        )
        for number in range(THEMES):
            (theme,) = connection.execute(
                "INSERT INTO themes (session_id, name, signed_by) VALUES (?, ?, 'Emma') RETURNING id",
                (session, f"Theme {number}"),
            ).fetchone()
            inside = ((theme, 7 * each + 1) for each in range(number, comments, 2 * THEMES))
            connection.executemany("INSERT INTO theme_contributions VALUES (?, ?)", inside)
        for kind, channel in (("summary", CHANNEL), ("report", OFFICE)):
            connection.execute(
                "INSERT INTO boards (guild_id, channel_id, kind, subject, final, recorded_at) "
                "VALUES (?, ?, ?, ?, 0, ?)",
                (GUILD, channel, kind, session, began),
            )
    return session
