"""Finishing a session tells those outside; what could not be told is told to the hosts, who have it sent again."""

import asyncio
import base64
import json
from datetime import timedelta

import discord
import pytest
from pydantic import SecretStr

from bot.rehearsal.room import Room, said, text_of, walk
from bot.services.hooks import Webhook
from tests.features import forged
from tests.receiver import Receiver, answer, receiver

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()
SOON = timedelta(seconds=25)


async def connect(room: Room, to: Receiver, *kinds: str) -> None:
    """The operator names the webhooks in the settings, and starts the bot anew."""
    made = [
        Webhook.model_validate(
            {"name": kind, "kind": kind, "events": ["report.drafted"], "allow_private": True}
        ).model_copy(update={"url": SecretStr(to.url()), "secret": SecretStr(SECRET) if kind == "json" else None})
        for kind in kinds
    ]
    discord = room.settings.discord.model_copy(update={"guild": room.guild.id})
    room.settings = room.settings.model_copy(update={"discord": discord, "webhooks": tuple(made)})
    await room.restart()


@pytest.fixture(autouse=True)
def trusting(monkeypatch, tmp_path):
    """Where the machine keeps whom it trusts."""
    path = tmp_path / "trusted.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


async def until(room: Room, to: Receiver, count: int) -> None:
    """Real sockets take real time."""
    await room.clock.pass_time(SOON)
    async with asyncio.timeout(20):
        while len(to.received) < count:
            await room.env.settle()
    await room.env.settle()
    await room.repaint()


def button_of(notice: discord.Message) -> str:
    """The custom_id of what sends it again."""
    (found,) = [each["custom_id"] for each in walk(notice.components) if each.get("label") == "Send again"]
    return found


async def test_the_draft_is_told_everywhere_once(live: Room, trusting) -> None:
    async with receiver(answer(200)) as to:
        to.authority.cert_pem.write_to_path(str(trusting))
        await connect(live, to, "json", "slack", "teams")
        await live.finish_session()
        await until(live, to, 3)
        await live.restart(SOON)
        await live.clock.pass_time(SOON)
        assert len(to.received) == 3
    told = next(json.loads(each.body) for each in to.received if "webhook-id" in each.headers)
    assert told["type"] == "report.drafted"
    office, report = live.office.id, live.board("Report of").id
    link = f"https://discord.com/channels/{live.guild.id}/{office}/{report}"
    assert told["data"]["links"] == [{"name": "Draft", "url": link}]
    assert not [text for text in live.texts(live.office) if "Please note" in text]


async def test_the_hosts_have_it_sent_again_after_a_restart(live: Room, trusting) -> None:
    async with receiver(answer(404), answer(200)) as to:
        to.authority.cert_pem.write_to_path(str(trusting))
        await connect(live, to, "slack")
        await live.finish_session()
        await until(live, to, 1)
        notice = live.board("Please note", live.office)
        assert text_of(notice) == (
            "## Please note\nThe draft report of session 1 could not be sent to “slack”: it answered 404: there is "
            "nothing at that address."
        )
        again = button_of(notice)
        await live.restart()
        refused = said(await live.organiser.click(notice, label="Send again"))
        assert refused.startswith("Only hosts can do that.")
        assert said(await live.host.click(notice, label="Send again")) == "It is being sent again."
        assert said(await live.host.click(notice, label="Send again")) == "It is being sent already."
        await until(live, to, 2)
        assert len(to.received) == 2
        assert to.received[0].body == to.received[1].body
    assert text_of(live.board("Delivered", live.office)) == (
        "## Delivered\nThe draft report of session 1 has been sent to “slack” after all."
    )
    assert await forged.click(live, live.host, again) == "It has been sent."


async def test_nobody_else_has_it_sent_again(live: Room, trusting) -> None:
    async with receiver(answer(404)) as to:
        to.authority.cert_pem.write_to_path(str(trusting))
        await connect(live, to, "slack")
        await live.finish_session()
        await until(live, to, 1)
        again = button_of(live.board("Please note", live.office))
        denied = await forged.click(live, forged.impostor(live), again)
        assert denied.startswith("Only hosts can do that.")
        assert await forged.click(live, live.host, "delivery:1:999:again") == "That is not known here."
        elsewhere = Room(live.env, live.settings, live.clock)
        await elsewhere.set_up()
        assert await forged.click(elsewhere, elsewhere.host, again) == "That session is not known here."
        await live.clock.pass_time(SOON)
        assert len(to.received) == 1
