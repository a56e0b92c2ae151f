"""Moments: only with a zone in, always in UTC out. And big numbers whole."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from bot.storage import people, sessions
from bot.storage.tables import left_out, series
from bot.storage.types import UtcDateTime

SERIES = {"guild_id": 1, "key": "qms", "title": "A series", "time_zone": "Europe/London", "hashtag": "", "contact": ""}
LONDON_IN_SUMMER = datetime(2022, 6, 1, 13, tzinfo=ZoneInfo("Europe/London"))


async def test_a_moment_comes_back_in_utc(database):
    async with database.write() as connection:
        series_id = await sessions.insert_series(connection, **SERIES, imported_at=LONDON_IN_SUMMER)
        wanted = select(series.c.imported_at).where(series.c.id == series_id)
        found = (await connection.execute(wanted)).scalar_one()
    assert found == LONDON_IN_SUMMER
    assert (found.hour, found.tzinfo) == (12, UTC)


async def test_a_moment_without_a_zone_is_refused(database):
    naive = datetime(2022, 6, 1, 13)  # noqa: DTZ001  (what is refused)
    async with database.write() as connection:
        with pytest.raises(StatementError, match="has no time zone"):
            await sessions.insert_series(connection, **SERIES, imported_at=naive)


async def test_a_question_about_a_moment_without_a_zone_is_refused(database):
    naive = datetime(2022, 6, 1, 13)  # noqa: DTZ001  (what is refused)
    async with database.read() as connection:
        with pytest.raises(StatementError, match="has no time zone"):
            await connection.execute(select(series).where(series.c.imported_at < naive))


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
YEARS = {"min_value": datetime(2, 1, 1), "max_value": datetime(9998, 1, 1)}  # noqa: DTZ001  (hypothesis adds the zone)


@given(st.datetimes(**YEARS, timezones=ZONES))
def test_it_is_the_same_moment_whatever_the_zone(moment):
    kind = UtcDateTime()
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        stored = kind.process_bind_param(moment, dialect)
        assert stored is not None
        assert stored.tzinfo is UTC
        assert kind.process_result_value(stored.replace(tzinfo=None), dialect) == moment
        assert kind.process_result_value(stored, dialect) == moment
    assert kind.process_bind_param(None, sqlite.dialect()) is None
    assert kind.process_result_value(None, sqlite.dialect()) is None


async def test_the_largest_discord_id_comes_back_whole(database):
    largest = 2**63 - 1
    async with database.write() as connection:
        await people.leave_out(connection, largest, largest, out=True)
        rows = (await connection.execute(select(left_out))).all()
    assert rows == [(largest, largest)]
