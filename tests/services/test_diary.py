"""Sessions as calendars are told of them."""

from datetime import datetime, timedelta

import pytest
import vobject

from bot.services.diary import BEFORE
from bot.services.refusal import Refusal
from bot.services.seriesfile import series_from
from bot.storage import sessions
from tests.services.guild import ELSEWHERE, EXAMPLE_SERIES, GUILD, NOW


async def change(database, number, **values):
    async with database.write() as connection:
        series = await sessions.current_series(connection, GUILD)
        session = next(each for each in await sessions.in_series(connection, series.id) if each.number == number)
        await sessions.update_session(connection, session.id, **values)


async def events(services):
    made = await services.diary.series(GUILD)
    return vobject.readOne(made.data.decode()).vevent_list


async def test_a_cancelled_session_says_so_and_leads_nowhere(services, database):
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    later = NOW + timedelta(days=1)
    values = {"state": "cancelled", "why_cancelled": "The speaker is ill.", "sequence": 1, "changed_at": later}
    await change(database, 2, **values)
    _, event = await events(services)
    assert (event.status.value, event.sequence.value, event.dtstamp.value) == ("CANCELLED", "1", later)
    assert event.description.value.startswith("This session is cancelled. The speaker is ill.\n\n")
    assert "https:" not in event.serialize()


async def test_cancelled_without_a_reason(services, database):
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    await change(database, 2, state="cancelled")
    _, event = await events(services)
    assert event.description.value.startswith("This session is cancelled.\n\n")


async def test_what_is_here_since_before_changes_were_kept_has_a_fixed_moment(services, database):
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    await change(database, 1, changed_at=None)
    first, second = await events(services)
    assert (first.dtstamp.value, second.dtstamp.value) == (BEFORE, NOW)
    assert (await services.diary.series(GUILD)).data == (await services.diary.series(GUILD)).data


async def test_what_a_plain_session_does_not_have_is_left_out(services):
    table = {"key": "plain", "title": "Plain", "time_zone": "UTC", "starts": "13:00", "ends": "14:00"}
    file = series_from(table | {"sessions": [{"title": "One", "date": datetime(2022, 3, 1).date()}]})  # noqa: DTZ001
    await services.imports.import_series(GUILD, file, NOW)
    [event] = await events(services)
    assert not {"description", "location", "url"} & event.contents.keys()


async def test_only_what_calendars_show_makes_a_new_version(services):
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    raw = EXAMPLE_SERIES.model_dump()
    raw["lead_days"] = 7
    raw["sessions"][0]["blurb"] = "Another blurb."
    raw["sessions"][1]["polls"] = ()
    done = await services.imports.import_series(GUILD, series_from(raw), NOW + timedelta(hours=1))
    assert [change.number for change in done.changes] == [1, 2, 3, 4]
    assert [event.sequence.value for event in await events(services)] == ["1", "0"]


async def test_each_guild_has_its_own(services):
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    await services.imports.import_series(ELSEWHERE, EXAMPLE_SERIES, NOW)
    ours, theirs = [await services.diary.series(guild) for guild in (GUILD, ELSEWHERE)]
    assert ours.data != theirs.data
    agenda = await services.sessions.agenda(ELSEWHERE)
    with pytest.raises(Refusal, match="not known here"):
        await services.diary.series(GUILD, series_id=agenda.series.id)
