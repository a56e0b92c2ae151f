"""Hosts are told of each trouble once, where there is somewhere to tell them."""

import asyncio

import pytest

from bot.services.notices import Notices
from bot.services.venues import Venues
from bot.storage import boards
from bot.storage.places import Places
from tests.services.guild import ELSEWHERE, GUILD, NOW, OFFICE, query

BACKSTAGE, ROOM = 13, 14


@pytest.fixture
def notices(database):
    """In a guild whose hosts and organisers have a channel each."""
    places = Places(organiser_channel=OFFICE, host_channel=BACKSTAGE)
    return Notices(database, Venues(database, GUILD, places))


async def board(database, kind="poll", channel=ROOM, person=None):
    """A board of a poll, as it is kept."""
    async with database.write() as connection:
        made = await boards.add(connection, kind, 1, GUILD, channel, now=NOW, person=person)
        return await boards.get(connection, made)


def told(database):
    """The notices with the channels in which they are told."""
    joined = "notices JOIN boards ON boards.kind = 'notice' AND boards.subject = notices.id"
    return query(database, f"SELECT key, text, channel_id FROM {joined}")


async def test_each_trouble_is_told_once_in_each_guild(notices, database, services):
    await services.venues.choose(ELSEWHERE, "host_channel", 99)
    for guild_id in (GUILD, ELSEWHERE):
        twice = (notices.tell(guild_id, "thing:1", "It broke.", NOW) for _ in range(2))
        owed = await asyncio.gather(*twice)
        assert sorted(map(len, owed)) == [0, 1]
    assert await notices.tell(GUILD, "thing:2", "So did this.", NOW)
    assert told(database) == [
        ("thing:1", "It broke.", BACKSTAGE),
        ("thing:1", "It broke.", 99),
        ("thing:2", "So did this.", BACKSTAGE),
    ]


async def test_where_nobody_can_be_told_it_is_told_later(notices, services):
    assert await notices.tell(ELSEWHERE, "thing:1", "It broke.", NOW) == []
    await services.venues.choose(ELSEWHERE, "host_channel", 99)
    assert await notices.tell(ELSEWHERE, "thing:1", "It broke.", NOW)


async def test_trouble_with_the_hosts_channel_is_told_in_the_organisers_and_with_both_nowhere(notices, database):
    await notices.unposted(await board(database, "console", BACKSTAGE), "Why.", NOW, for_good=False)
    await notices.unposted(await board(database, "report", OFFICE), "Why.", NOW, for_good=False)
    assert [channel for _, _, channel in told(database)] == [OFFICE, BACKSTAGE]
    lone = Notices(database, Venues(database, GUILD, Places(organiser_channel=OFFICE)))
    assert await lone.unposted(await board(database, "report", OFFICE), "Why.", NOW, for_good=False) == []


@pytest.mark.parametrize(("kind", "person"), [("notice", None), ("late", None), ("note", 5), ("changed", 5)])
async def test_of_what_hosts_are_told_and_of_direct_messages_nothing_is_told(notices, database, kind, person):
    made = await board(database, kind, 0 if person else ROOM, person)
    assert await notices.unposted(made, "Why.", NOW, for_good=True) == []
    assert await notices.deleted(made, NOW) == []
    assert told(database) == []


async def test_a_board_has_three_kinds_of_trouble(notices, database):
    made = await board(database)
    for _ in range(2):
        await notices.unposted(made, "Why.", NOW, for_good=False)
        await notices.deleted(made, NOW)
        await notices.unpinned(made, "Why.", NOW)
    assert [text for _, text, _ in told(database)] == [
        "A poll could not be posted. Why. I try again every minute.",
        f"A poll has been deleted in <#{ROOM}>. To ask it again, close it with /poll close and open another.",
        f"A poll could not be pinned in <#{ROOM}>. Why. You can pin it by hand.",
    ]
