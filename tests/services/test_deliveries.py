"""The outbox: what is owed is sent to those who want it, once; and when it is tried again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.services import Services
from bot.services.deliveries import NEWS, SOON, Deliveries, owe_in
from bot.services.hooks import Webhook
from bot.services.refusal import Refusal
from bot.services.retries import IN_ALL, LONGEST, TRIES, Tried, Verdict, judge, longest_wait
from bot.services.venues import Venues
from bot.storage import boards as stored
from bot.storage.database import Database
from bot.storage.places import Places
from bot.storage.sessions import Session
from tests.services.guild import GUILD, NOW, Recorder

TEAM = Webhook(name="team", kind="slack", events=("report.drafted", "report.published"))
PUBLIC = Webhook(name="public", kind="json")
LATER = NOW + SOON


def outbox(database: Database, painter: Recorder, *webhooks: Webhook, guild: int | None = GUILD) -> Deliveries:
    venues = Venues(database, guild, Places(organiser_channel=700))
    return Deliveries(database, painter, venues, webhooks or (TEAM, PUBLIC))


async def owe(database: Database, session: Session, event: str, now: datetime = NOW) -> None:
    async with database.write() as connection:
        await owe_in(connection, session, event, now)


async def claimed(deliveries: Deliveries, now: datetime = LATER):
    (one,) = await deliveries.due(now)
    claim = await deliveries.claim(one, "{}")
    assert claim is not None
    return claim


async def test_everybody_gets_what_they_want_once(database, boards, session):
    deliveries = outbox(database, boards)
    for event in ("report.drafted", "report.published", "report.published:2", "report.published:2"):
        await owe(database, session, event)
    assert await deliveries.due(NOW) == (), "what it links to has to be posted first"
    for _ in range(2):
        found = await deliveries.due(LATER)
        assert sorted((each.webhook, each.event) for each in found) == [
            ("public", "report.published"),
            ("public", "report.published:2"),
            ("team", "report.drafted"),
            ("team", "report.published"),
            ("team", "report.published:2"),
        ]
        await owe(database, session, "report.published")


@pytest.mark.parametrize("guild", [None, GUILD + 1])
async def test_another_servers_sessions_are_told_to_nobody(database, boards, session, guild):
    await owe(database, session, "report.drafted")
    assert await outbox(database, boards, guild=guild).due(LATER) == ()


async def test_old_news_are_not_told_to_webhooks_that_come_later(database, boards, session):
    await owe(database, session, "report.drafted")
    assert await outbox(database, boards).due(NOW + NEWS + timedelta(seconds=1)) == ()
    assert await outbox(database, boards).due(LATER) == (), "and never again"


async def test_the_finish_owes_the_draft(services: Services, database, boards, session):
    await services.show.finish(GUILD, session.id, NOW)
    (delivery,) = await outbox(database, boards).due(LATER)
    assert (delivery.webhook, delivery.event, delivery.since) == ("team", "report.drafted", NOW)
    news = await outbox(database, boards).news(delivery)
    assert (news.event, news.version, news.brief.of, news.brief.took_part) == ("report.drafted", 1, 4, 0)


async def test_of_a_rehearsal_nobody_is_told(services: Services, database, boards, session):
    rehearsed = await services.sessions.get(GUILD, session.id)
    object.__setattr__(rehearsed, "rehearses", session.id)
    await owe(database, rehearsed, "report.drafted")
    assert await outbox(database, boards).due(LATER) == ()


async def test_only_one_claims_it(database, boards, session):
    deliveries = outbox(database, boards)
    await owe(database, session, "report.drafted")
    (one,) = await deliveries.due(LATER)
    first, second = await deliveries.claim(one, "first"), await deliveries.claim(one, "second")
    assert first is not None
    assert (first.state, first.attempts, first.body, second) == ("sending", 1, "first", None)
    assert await deliveries.due(LATER) == ()
    assert await deliveries.under_way() == (first,)


async def test_what_failed_is_told_once_and_sent_again_once(database, boards, session):
    deliveries = outbox(database, boards)
    await owe(database, session, "report.drafted")
    claim = await claimed(deliveries)
    for _ in range(2):
        await deliveries.settle(claim, Verdict("failed", LATER, "it answered 404"), LATER)
    async with database.read() as connection:
        (board,) = await stored.of(connection, "delivery", claim.id)
    assert (board.channel_id, board.guild_id) == (700, GUILD)

    await deliveries.again(GUILD, claim.id, LATER)
    with pytest.raises(Refusal, match="being sent already"):
        await deliveries.again(GUILD, claim.id, LATER)
    again = await claimed(deliveries)
    assert (again.attempts, again.body) == (1, "{}")
    await deliveries.settle(again, Verdict("unsure", LATER, "it did not answer"), LATER)
    async with database.read() as connection:
        assert len(await stored.of(connection, "delivery", claim.id)) == 1
    await deliveries.again(GUILD, claim.id, LATER)
    await deliveries.settle(await claimed(deliveries), Verdict("sent", LATER), LATER)
    with pytest.raises(Refusal, match="has been sent"):
        await deliveries.again(GUILD, claim.id, LATER)


async def test_nobody_else_sends_it_again(database, boards, session):
    deliveries = outbox(database, boards)
    await owe(database, session, "report.drafted")
    claim = await claimed(deliveries)
    await deliveries.settle(claim, Verdict("failed", LATER, "it answered 404"), LATER)
    with pytest.raises(Refusal, match="not known here"):
        await deliveries.again(GUILD + 1, claim.id, LATER)
    with pytest.raises(Refusal, match="not known here"):
        await deliveries.again(GUILD, 10**9, LATER)
    with pytest.raises(Refusal, match="no webhook “team” any more"):
        await outbox(database, boards, PUBLIC).again(GUILD, claim.id, LATER)


# ------------------------------------------------------------------ when it is tried again

KINDS = st.sampled_from(("json", "slack", "teams"))
CHANCES = st.floats(0, 1)
ATTEMPTS = st.integers(1, TRIES)


@given(ATTEMPTS, CHANCES, st.sampled_from((408, 425, 429, 500, 502, 503, 504)), KINDS)
def test_a_wait_is_never_longer_than_its_step_allows(attempts, chance, status, kind):
    verdict = judge(kind, Tried(status), attempts, NOW, NOW, chance)
    if attempts == TRIES:
        assert verdict.state == "failed"
    else:
        assert verdict.state == "waiting"
        assert NOW <= verdict.next_at <= NOW + longest_wait(attempts) <= NOW + LONGEST


def test_each_step_is_longer_until_the_longest():
    steps = [longest_wait(attempt) for attempt in range(1, TRIES)]
    assert steps[0] == timedelta(seconds=30)
    assert steps == sorted(steps)
    assert steps[-1] == LONGEST
    assert sum(steps, timedelta(0)) < IN_ALL


@given(st.lists(CHANCES, min_size=TRIES, max_size=TRIES), st.lists(st.text() | st.integers().map(str), min_size=TRIES))
def test_it_ends_after_a_day_or_eight_tries_whatever_is_answered(chances, asked):
    now = NOW
    for tries, (chance, wish) in enumerate(zip(chances, asked, strict=False), 1):
        verdict = judge("json", Tried(503, wish), tries, NOW, now, chance)
        assert verdict.next_at >= now
        now = verdict.next_at
        if verdict.state == "failed":
            break
    assert verdict.state == "failed"
    assert now <= NOW + IN_ALL


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 120 ", timedelta(seconds=120)),
        (format_datetime((NOW + timedelta(hours=1)).astimezone(UTC), usegmt=True), timedelta(hours=1)),
        ("99999999999999999999", LONGEST),
        ("Mon, 01 Jan 9999 00:00:00 GMT", LONGEST),
        ("Mon, 01 Jan 1990 00:00:00 -0000", timedelta(0)),
        ("-5", timedelta(0)),
        ("soon", timedelta(0)),
        ("²", timedelta(0)),
        ("", timedelta(0)),
    ],
)
def test_how_long_it_asks_to_be_left_alone(asked, wait):
    assert judge("slack", Tried(429, asked), 1, NOW, NOW, 0).next_at == NOW + wait


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("kind", ["json", "slack", "teams"])
def test_what_was_taken_is_sent(kind, status):
    assert judge(kind, Tried(status), TRIES, NOW, NOW + 2 * IN_ALL, 1).state == "sent"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (302, "it answered 302: it points elsewhere, where I do not follow"),
        (400, "it answered 400"),
        (404, "it answered 404: there is nothing at that address"),
        (410, "it answered 410: the address is no longer in use"),
    ],
)
def test_what_is_refused_is_not_tried_again(status, said):
    assert judge("json", Tried(status), 1, NOW, NOW, 0.5) == Verdict("failed", NOW, said)


@pytest.mark.parametrize(
    ("kind", "may_have_arrived", "state"),
    [("json", True, "waiting"), ("slack", True, "unsure"), ("teams", True, "unsure"), ("slack", False, "waiting")],
)
def test_only_json_is_sent_again_where_it_may_have_arrived(kind, may_have_arrived, state):
    tried = Tried(why="it broke off", may_have_arrived=may_have_arrived)
    assert judge(kind, tried, 1, NOW, NOW, 0.5).state == state


def test_nothing_that_is_kept_secret_is_in_a_repr():
    webhook = PUBLIC.model_copy(update={"url": SecretStr("https://a.example/abc"), "secret": SecretStr("whsec_x")})
    assert "abc" not in repr(webhook)
    assert "whsec" not in repr(webhook)
