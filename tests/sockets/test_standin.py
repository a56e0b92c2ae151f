"""The stand-in answers as Discord does: seen by discord.py itself, for what the bot's own tests do not show."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import discord
import pytest
from discord.http import Route

from tests.standin.faults import POST
from tests.standin.messages import PINNED
from tests.standin.server import StandIn

EVENT: dict[str, Any] = {"entity_type": 3, "privacy_level": 2, "entity_metadata": {"location": "Zoom"}}


@pytest.fixture
async def client(standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[discord.Client]:
    """discord.py, logged in and not connected."""
    monkeypatch.setattr(Route, "BASE", f"{standin.url}/api/v10")
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(standin.world.token)
        yield client


@pytest.fixture
def channel(standin: StandIn, client: discord.Client) -> discord.PartialMessageable:
    """The session's channel."""
    return client.get_partial_messageable(standin.world.channel, guild_id=standin.world.guild_id)


def times(**later: float) -> dict[str, str]:
    start = datetime.now(UTC) + timedelta(**later)
    ends = start + timedelta(hours=1)
    return {"scheduled_start_time": start.isoformat(), "scheduled_end_time": ends.isoformat()}


async def test_a_nonce_names_one_message_for_a_while(standin: StandIn, channel: discord.PartialMessageable):
    first = await channel.send("Once", nonce="cue:1")
    assert (await channel.send("Once", nonce="cue:1")).id == first.id
    assert (await channel.send("Once", nonce="cue:2")).id != first.id
    standin.messages.nonce_window = 0
    assert (await channel.send("Once", nonce="cue:1")).id != first.id
    assert len(standin.messages.ever_posted) == len(standin.posted(standin.world.channel)) == 3


async def test_history_comes_newest_first_page_by_page(channel: discord.PartialMessageable):
    sent = [(await channel.send(str(i))).id for i in range(130)]
    assert [message.id async for message in channel.history(limit=None)] == sent[::-1]
    after = discord.Object(sent[9])
    assert [message.id async for message in channel.history(limit=None, after=after)] == sent[10:]
    before = discord.Object(sent[3])
    assert [message.id async for message in channel.history(before=before)] == sent[2::-1]


async def test_what_people_write_is_not_shown_without_the_intent(standin: StandIn, channel: discord.PartialMessageable):
    standin.messages.write(standin.world.host, standin.world.channel, "Good morning")
    assert [message.content async for message in channel.history()] == [""]
    standin.gateway.allowed_intents = 1 << 15
    assert [message.content async for message in channel.history()] == ["Good morning"]


async def test_files_come_and_stay_and_go(client: discord.Client, channel: discord.PartialMessageable):
    view = discord.ui.LayoutView()
    gallery = discord.MediaGalleryItem("attachment://a.png", description="A figure")
    view.add_item(discord.ui.MediaGallery(gallery))
    picture = discord.File(BytesIO(b"picture"), "a.png", description="A figure")
    message = await channel.send(view=view, files=[picture])
    assert [(each.filename, each.size, each.description) for each in message.attachments] == [("a.png", 7, "A figure")]
    assert await client.http.get_from_cdn(message.attachments[0].url) == b"picture"
    kept = await message.edit(attachments=[*message.attachments, discord.File(BytesIO(b"b"), "b.txt")])
    assert [each.filename for each in kept.attachments] == ["a.png", "b.txt"]
    assert [each.filename for each in (await kept.edit(attachments=[kept.attachments[1]])).attachments] == ["b.txt"]


async def test_a_pin_is_said_in_the_channel(standin: StandIn, channel: discord.PartialMessageable):
    message = await channel.send("Live now")
    for _ in range(2):
        await message.pin()
    assert [each.id async for each in channel.pins()] == [message.id]
    assert [each["type"] for each in standin.messages.history(standin.world.channel)] == [0, PINNED]
    await message.unpin()
    assert [each async for each in channel.pins()] == []


async def test_a_direct_message_goes_to_one_conversation(standin: StandIn, client: discord.Client):
    host = await client.fetch_user(standin.world.host.id)
    await host.send("Today at 13:00")
    conversation = await client.create_dm(discord.Object(standin.world.host.id))
    assert [message.content async for message in conversation.history()] == ["Today at 13:00"]
    with pytest.raises(discord.NotFound):
        await client.create_dm(discord.Object(1))


async def test_a_deleted_channel_takes_nothing(standin: StandIn, channel: discord.PartialMessageable):
    standin.world.delete_channel(standin.world.channel)
    with pytest.raises(discord.NotFound) as refused:
        await channel.send("Hello?")
    assert refused.value.code == 10003


async def test_an_event_lives_as_discord_lets_it(standin: StandIn, client: discord.Client):
    http, guild = client.http, standin.world.guild_id
    event = await http.create_guild_scheduled_event(guild, name="1 of 4", **EVENT, **times(days=1))
    event_id = int(event["id"])
    assert await http.get_scheduled_events(guild, with_user_count=False) == [event]
    moved = await http.edit_scheduled_event(guild, event_id, **times(days=2))
    assert moved["scheduled_start_time"] > event["scheduled_start_time"]
    assert moved["entity_metadata"] == {"location": "Zoom"}
    for status in (2, 3):
        assert (await http.edit_scheduled_event(guild, event_id, status=status))["status"] == status
    with pytest.raises(discord.HTTPException, match="finished"):
        await http.edit_scheduled_event(guild, event_id, status=2)
    await http.delete_scheduled_event(guild, event_id)
    with pytest.raises(discord.NotFound) as gone:
        await http.get_scheduled_event(guild, event_id, with_user_count=False)
    assert gone.value.code == 10070


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"entity_type": None}, "entity_type"),
        ({"privacy_level": None}, "privacy_level"),
        ({"name": "x" * 101}, "name"),
        ({"entity_metadata": {"location": ""}}, "entity_metadata.location"),
        ({"scheduled_end_time": None}, "scheduled_end_time"),
        (times(days=-1), "scheduled_start_time"),
    ],
)
async def test_an_event_needs_its_fields(standin: StandIn, client: discord.Client, body: dict[str, Any], field: str):
    whole = EVENT | times(days=1) | {"name": "1 of 4"} | body
    with pytest.raises(discord.HTTPException, match=f"In {field}:"):
        await client.http.create_guild_scheduled_event(standin.world.guild_id, **whole)
    assert not standin.world.events


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "empty message"),
        ({"content": "x" * 2001}, "In content"),
        ({"content": "x", "nonce": "n" * 26}, "In nonce"),
        ({"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "x"}]}, "In content"),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4001}]}, "In components"),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41}, "In components"),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x", "id": 7}] * 2}, "id cannot be duplicated"),
    ],
)
async def test_a_message_keeps_the_limits(
    standin: StandIn, client: discord.Client, body: dict[str, Any], sentence: str
):
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=standin.world.channel)
    with pytest.raises(discord.HTTPException, match=sentence):
        await client.http.request(route, json=body)
    assert not standin.messages.ever_posted


async def test_what_it_does_not_know_it_refuses_and_notes(standin: StandIn, client: discord.Client):
    with pytest.raises(discord.NotFound):
        await client.http.request(Route("GET", "/sticker-packs"))
    assert standin.unknown == ["GET /sticker-packs"]
    standin.unknown.clear()


@pytest.mark.usefixtures("client")
async def test_a_token_that_is_not_the_bots_is_refused(standin: StandIn):
    async with discord.Client(intents=discord.Intents.none()) as another:
        with pytest.raises(discord.LoginFailure):
            await another.login("another")
    assert standin.calls[-1].status == 401


async def test_a_limit_of_all_requests_holds_them_all(standin: StandIn, channel: discord.PartialMessageable):
    limit = standin.faults.add("POST", POST, 429, retry_after=0.2, everywhere=True)
    await channel.send("Later")
    first, second = (call for call in standin.calls if call.path == limit.hits[0].path)
    assert second.at - first.at >= 0.2
