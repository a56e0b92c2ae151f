"""Sending: over real TLS, to servers that behave in every way, and to addresses that nothing may go to."""

import asyncio
import base64
import json
import logging
import ssl
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from standardwebhooks import Webhook as Verifier

from bot import postman
from bot.postman import Postman, is_public
from bot.rehearsal.command import _apart
from bot.services.deliveries import SOON, Deliveries, owe_in
from bot.services.hooks import Webhook
from bot.services.retries import Tried
from bot.services.venues import Venues
from bot.settings import RehearsalSettings, Settings
from bot.storage.database import Database
from bot.storage.places import Places
from bot.webhooks import Webhooks
from tests.receiver import (
    Receiver,
    answer,
    drop,
    drop_midway,
    headers_without_end,
    nothing,
    receiver,
    without_end,
)
from tests.services.guild import GUILD, NOW, Recorder, copied, opened_session, over, path_of, query

CONTEXT = ssl.create_default_context()
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()


class Clock:
    """Time as the test says."""

    def __init__(self) -> None:
        self.at = NOW + SOON

    def now(self) -> datetime:
        return self.at


class Outbox:
    """A database that owes one event, and what sends it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    def sender(self, to: Receiver, kind: str = "json", **changes: object) -> Webhooks:
        """As after a start of the process."""
        made = {"name": "team", "kind": kind, "events": ["report.drafted"], "allow_private": True} | changes
        found = {"url": SecretStr(to.url()), "secret": SecretStr(SECRET) if kind == "json" else None}
        webhook = Webhook.model_validate(made).model_copy(update=found)
        venues = Venues(self.database, GUILD, Places(organiser_channel=12))
        deliveries = Deliveries(self.database, Recorder(self.database), venues, [webhook])
        return Webhooks(deliveries, [webhook], self.clock, Postman(trusted=to.trusted).post, chance=lambda: 1.0)

    def rows(self) -> list[tuple[str, int, str]]:
        """State, attempts and problem of what was owed."""
        asked = "SELECT state, attempts, problem FROM deliveries WHERE webhook != '' ORDER BY id"
        return [(str(state), int(str(tries)), str(why)) for state, tries, why in query(self.database, asked)]


@pytest.fixture(autouse=True)
def nothing_secret_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    yield
    said = "\n".join(f"{record.name} {record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    assert "s3cr3t" not in said
    assert SECRET not in said


@pytest.fixture
async def outbox(empty_database):
    async with copied(empty_database) as (database, _):
        session = await opened_session(over(database, Recorder(database)))
        async with database.write() as connection:
            await owe_in(connection, session, "report.drafted", NOW)
        yield Outbox(database, Clock())
        path = path_of(database)
        kept = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
        assert b"s3cr3t" not in kept
        assert SECRET.encode() not in kept


async def test_json_is_signed_as_standard_webhooks_want(outbox):
    async with receiver(answer(204)) as to:
        await outbox.sender(to).work()
        (one,) = to.received
        # Its own library looks at its own clock.
        signature = Verifier(SECRET).sign(one.headers["webhook-id"], outbox.clock.at, one.body)
        assert one.headers["webhook-signature"] == signature
        assert one.headers["webhook-timestamp"] == str(int(outbox.clock.at.timestamp()))
        assert one.headers["content-type"] == "application/json; charset=utf-8"
        assert one.headers["host"] == f"localhost:{to.port}"
        assert one.target == "/hooks/s3cr3t-path"
    told = json.loads(one.body)
    assert (told["type"], told["timestamp"]) == ("report.drafted", "2022-02-24T13:00:00Z")
    assert (told["data"]["part"], told["data"]["of"], told["data"]["guild_id"]) == (1, 4, str(GUILD))
    assert outbox.rows() == [("sent", 1, "")]


async def test_what_was_sent_is_not_sent_again(outbox):
    async with receiver(answer(200)) as to:
        for _ in range(3):
            await outbox.sender(to).work()
        assert len(to.received) == 1


async def test_every_try_is_the_same_message_with_a_signature_of_its_own(outbox):
    async with receiver(answer(503), answer(200)) as to:
        await outbox.sender(to).work()
        assert outbox.rows() == [("waiting", 1, "it answered 503")]
        await outbox.sender(to).work()
        assert len(to.received) == 1, "it is not its time yet"
        outbox.clock.at += timedelta(seconds=31)
        await outbox.sender(to).work()
    first, second = to.received
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert outbox.rows() == [("sent", 2, "")]


async def test_slack_and_teams_get_what_they_read(outbox):
    async with receiver(answer(200, body="ok")) as to:
        await outbox.sender(to, "slack").work()
        (slack,) = to.received
    assert "webhook-signature" not in slack.headers
    told = json.loads(slack.body)
    assert told["text"].startswith("The draft report of session 1 is ready: ")
    assert {each["type"] for each in told["blocks"]} == {"header", "section"}


async def test_a_redirect_is_not_followed(outbox):
    async with receiver(answer(307, "location: /elsewhere")) as to:
        await outbox.sender(to).work()
        assert len(to.received) == 1
    assert outbox.rows() == [("failed", 1, "it answered 307: it points elsewhere, where I do not follow")]


async def test_it_is_left_alone_as_long_as_it_asks(outbox):
    async with receiver(answer(429, "retry-after: 3600"), answer(200)) as to:
        await outbox.sender(to, "slack").work()
        outbox.clock.at += timedelta(seconds=3599)
        await outbox.sender(to, "slack").work()
        assert len(to.received) == 1
        outbox.clock.at += timedelta(seconds=1)
        await outbox.sender(to, "slack").work()
        assert len(to.received) == 2
    assert outbox.rows() == [("sent", 2, "")]


async def test_an_address_that_is_no_longer_in_use_fails(outbox):
    async with receiver(answer(410)) as to:
        await outbox.sender(to, "teams").work()
    assert outbox.rows() == [("failed", 1, "it answered 410: the address is no longer in use")]


@pytest.mark.parametrize(
    "given", [drop, drop_midway, nothing, b"what is this?\r\n\r\n", b"HTTP/1.1 999999 x\r\n\r\n", headers_without_end]
)
@pytest.mark.parametrize(("kind", "state"), [("json", "waiting"), ("slack", "unsure")])
async def test_without_a_proper_answer_it_may_have_arrived(outbox, given, kind, state, monkeypatch):
    monkeypatch.setattr(postman, "LIMIT", 0.5)
    async with receiver(given) as to:
        await outbox.sender(to, kind).work()
        assert len(to.received) == 1
    ((found, attempts, problem),) = outbox.rows()
    assert (found, attempts) == (state, 1)
    assert problem in {"it did not answer within 0 seconds", "the connection broke off before it had answered"}


async def test_an_answer_without_end_is_not_read(outbox):
    async with receiver(without_end) as to:
        await asyncio.wait_for(outbox.sender(to).work(), 5)
    assert outbox.rows() == [("sent", 1, "")]


async def test_what_cannot_be_reached_is_tried_again(outbox):
    async with receiver(answer(200)) as to:
        pass
    await outbox.sender(to, "slack").work()
    assert outbox.rows() == [("waiting", 1, "it could not be reached")]


async def test_a_certificate_that_nobody_vouches_for_gets_nothing(outbox):
    async with receiver(answer(200)) as to, receiver(answer(200)) as other:
        to.authority = other.authority
        await outbox.sender(to, "slack").work()
        assert to.received == []
    assert outbox.rows() == [("waiting", 1, "its certificate is not one to be trusted")]


async def test_it_ends_after_eight_tries_and_the_hosts_are_told(outbox):
    async with receiver(answer(500)) as to:
        for _ in range(12):
            await outbox.sender(to).work()
            outbox.clock.at += timedelta(hours=6)
        assert 4 <= len(to.received) <= 8
    ((state, attempts, problem),) = outbox.rows()
    assert (state, problem) == ("failed", f"it answered 500; I have tried {attempts} times")


@pytest.mark.parametrize(
    ("kind", "state", "sent"), [("json", "sent", 2), ("slack", "unsure", 1), ("teams", "unsure", 1)]
)
async def test_killed_between_the_claim_and_the_answer(outbox, kind, state, sent):
    async with receiver(nothing, answer(200)) as to:
        dying = asyncio.create_task(outbox.sender(to, kind).work())
        await to.came.wait()
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        assert outbox.rows() == [("sending", 1, "")]
        for _ in range(3):
            await outbox.sender(to, kind).work()
            outbox.clock.at += timedelta(minutes=1)
        assert len(to.received) == sent
        assert len({each.headers.get("webhook-id") for each in to.received}) == 1
    assert [row[0] for row in outbox.rows()] == [state]


async def test_a_webhook_that_the_settings_lost_fails(outbox):
    async with receiver(answer(200)) as to:
        await outbox.sender(to)._deliveries.due(outbox.clock.at)
        await outbox.sender(to, name="another").work()
        assert to.received == []
    assert outbox.rows() == [("failed", 1, "the settings do not have it any more")]


# ------------------------------------------------------------------ where nothing may go


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%1", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
        *("2002:7f00:1::", "2002:a00:1::1", "::127.0.0.1", "::ffff:169.254.169.254"),
    ],
)
def test_what_is_not_the_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101"])
def test_what_is_the_internet(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_in_another_dress_is_the_same_address(address):
    for dressed in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_public(dressed) == is_public(str(address))


@given(st.text() | st.text("abc.-:[]@/%é\x00", min_size=1).map("https://{}".format))
async def test_an_address_that_is_none_is_said_to_be_none(url):
    async def nobody(_host: str, _port: int) -> list[str]:
        return []

    tried = await Postman(nobody, CONTEXT).post(url, b"{}", {}, allow_private=False)
    assert tried.status is None
    assert not tried.may_have_arrived


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"]])
async def test_a_private_address_is_refused_whichever_of_them_it_is(addresses):
    async with receiver(answer(200)) as to:
        man = Postman(_says(addresses), to.trusted)
        tried = await man.post(to.url("hooks.example"), b"{}", {}, allow_private=False)
        assert to.received == []
    assert (tried.status, tried.for_good, tried.may_have_arrived) == (None, True, False)
    assert "private network" in tried.why


async def test_the_address_that_was_looked_at_is_the_one_that_is_called():
    """A name that leads elsewhere at the second look-up: there is none."""
    async with receiver(answer(200)) as to:
        looks: list[str] = []

        async def rebinding(host: str, _: int) -> list[str]:
            looks.append(host)
            return ["127.0.0.1"] if len(looks) == 1 else ["203.0.113.1"]

        tried = await Postman(rebinding, to.trusted).post(to.url("hooks.example"), b"{}", {}, allow_private=True)
        assert (tried, looks) == (Tried(200), ["hooks.example"])
        (one,) = to.received
        assert one.headers["host"] == f"hooks.example:{to.port}"


async def test_the_certificate_has_to_be_the_names():
    async with receiver(answer(200)) as to:
        man = Postman(_says(["127.0.0.1"]), to.trusted)
        tried = await man.post(to.url("another.example"), b"{}", {}, allow_private=True)
        assert (to.received, tried.why) == ([], "its certificate is not one to be trusted")


async def test_where_one_address_is_dead_the_next_one_is_called():
    async with receiver(answer(200)) as to:
        man = Postman(_says(["127.1.2.3", "127.0.0.1"]), to.trusted)
        assert await man.post(to.url(), b"{}", {}, allow_private=True) == Tried(200)


async def test_a_name_that_nobody_knows():
    async def unknown(_host: str, _port: int) -> list[str]:
        raise postman.socket.gaierror(-2, "Name or service not known")

    tried = await Postman(unknown).post("https://nowhere.example/s3cr3t", b"{}", {}, allow_private=False)
    assert tried == Tried(why="its address cannot be found")


async def test_no_proxy_of_the_surroundings_is_used(monkeypatch):
    async with receiver(answer(200)) as to:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
        assert await Postman(trusted=to.trusted).post(to.url(), b"{}", {}, allow_private=True) == Tried(200)


def _says(addresses: list[str]) -> postman.Look:
    async def look(_host: str, _port: int) -> list[str]:
        return addresses

    return look


def test_a_rehearsal_sends_nothing(tmp_path):
    webhook = Webhook.model_validate({"name": "team", "kind": "slack"})
    settings = Settings(rehearsal=RehearsalSettings(folder=tmp_path)).model_copy(update={"webhooks": (webhook,)})
    assert _apart(settings).webhooks == ()
