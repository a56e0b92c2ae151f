"""/setup: the roles and channels of a server."""

from typing import Any

import discord
import pytest
import simcord
from discord import Permissions
from simcord import InteractionResult, MemberActor

from bot.rehearsal.clock import SimulatedClock
from bot.rehearsal.room import Room, said
from bot.settings import Settings
from tests.features import forged
from tests.tables import every_row

FINE = "I have every right I need in these channels."


@pytest.fixture
def bare(env: simcord.Env, settings: Settings, clock: SimulatedClock) -> Room:
    """A server in which nobody has set the bot up."""
    return Room(env, settings, clock)


async def opened(room: Room) -> InteractionResult:
    return await room.admin.slash(room.lobby, "setup")


def begins_with(shown: InteractionResult) -> dict[str, list[int]]:
    """What each picker of the form begins with."""
    assert shown.modal
    pickers = [label["component"] for label in shown.modal["components"]]
    return {each["custom_id"]: [int(value["id"]) for value in each.get("default_values", [])] for each in pickers}


def lists(room: Room, **changes: str) -> str:
    """What /setup answers where everything is chosen."""
    chosen = {
        "Hosts": room.hosts.mention,
        "Organisers": room.organisers.mention,
        "Session channel": room.channel.mention,
        "Announcements": room.announcements.mention,
        "Organiser channel": room.office.mention,
    }
    return "\n".join(("Saved.", *(f"- {label}: {value}" for label, value in (chosen | changes).items())))


async def steward(room: Room) -> MemberActor:
    """Somebody whom an admin let see /setup, but who may not manage the server."""
    role = room.guild.create_role("Stewards")
    command = next(each for each in await room.bot.tree.fetch_commands() if each.name == "setup")
    room.guild.set_command_permissions(command, {role: True})
    return room.member("Stew Steward", role)


async def test_the_form_asks_for_two_roles_and_three_channels(bare: Room):
    shown = await opened(bare)
    assert shown.modal
    asked = [(each["label"], each["description"], each["component"]["type"]) for each in shown.modal["components"]]
    role, channel = discord.ComponentType.role_select.value, discord.ComponentType.channel_select.value
    assert shown.modal["title"] == "Set up Plenary"
    assert asked == [
        ("Hosts", "The role of those who run sessions", role),
        ("Organisers", "The role of those who get the reports", role),
        ("Session channel", "Where people vote, ask and reflect during a session", channel),
        ("Announcements", "Where sessions are announced", channel),
        ("Organiser channel", "Where reports go: only hosts and organisers should see it", channel),
    ]
    assert not any(begins_with(shown).values())


async def test_it_says_what_was_chosen(bare: Room):
    assert await bare.set_up() == f"{lists(bare)}\n{FINE}"


async def test_the_form_begins_with_what_was_chosen(room: Room):
    assert begins_with(await opened(room)) == {
        "hosts": [room.hosts.id],
        "organisers": [room.organisers.id],
        "session_channel": [room.channel.id],
        "announcements_channel": [room.announcements.id],
        "organiser_channel": [room.office.id],
    }


async def test_a_picker_left_empty_clears_the_choice(room: Room):
    assert await room.set_up(announcements_channel=[]) == f"{lists(room, Announcements='not chosen')}\n{FINE}"
    assert begins_with(await opened(room))["announcements_channel"] == []


async def test_what_was_deleted_since_is_not_offered_again(room: Room):
    room.env.backend.delete_role(room.guild.id, room.organisers.id)
    room.env.backend.delete_channel(room.announcements.id)
    shown = begins_with(await opened(room))
    assert (shown["organisers"], shown["announcements_channel"]) == ([], [])


async def test_announcements_may_go_to_an_announcement_channel(room: Room):
    news = room.guild.create_news_channel("news")
    assert await room.set_up(announcements_channel=[news]) == f"{lists(room, Announcements=news.mention)}\n{FINE}"


async def test_rights_that_are_missing_are_named_channel_by_channel(room: Room):
    room.forbid(room.channel, "send_messages", "attach_files")
    room.forbid(room.announcements, "read_message_history")
    assert await room.set_up() == "\n".join(
        (
            lists(room),
            "Please give me the rights I lack:",
            f"- {room.channel.mention}: I lack Send Messages and Attach Files.",
            f"- {room.announcements.mention}: I lack Read Message History.",
        )
    )


async def test_a_channel_chosen_twice_is_named_once(room: Room):
    room.forbid(room.channel, "read_message_history")
    assert await room.set_up(announcements_channel=[room.channel]) == "\n".join(
        (
            lists(room, Announcements=room.channel.mention),
            "Please give me the rights I lack:",
            f"- {room.channel.mention}: I lack Read Message History.",
        )
    )


async def test_hosts_who_would_not_see_the_commands_are_pointed_out(room: Room):
    role = room.guild.create_role("Speakers")
    answer = await room.set_up(hosts=[role])
    assert answer.split("\n")[-2:] == [
        "Please check:",
        (
            f"- Discord hides the hosts’ commands from {role.mention}: give it the right Manage Events, or allow it "
            "the commands under Server Settings > Integrations."
        ),
    ]


async def test_an_organiser_channel_that_everybody_reads_is_pointed_out(room: Room):
    answer = await room.set_up(organiser_channel=[room.lobby])
    assert answer.split("\n")[-2:] == [
        "Please check:",
        (
            f"- Everybody can read {room.lobby.mention}: make it private, because the reports in it hold what people "
            "wrote."
        ),
    ]


async def test_reports_do_not_go_to_the_session_channel(room: Room, settings: Settings):
    before = every_row(settings)
    assert await room.set_up(organiser_channel=[room.channel]) == (
        "The organiser channel has to be another one than the session channel and the announcements: the reports in "
        "it hold what people wrote. Nothing was changed."
    )
    assert every_row(settings) == before


async def test_people_who_may_not_manage_the_server_do_not_see_it(room: Room):
    assert "setup" in room.admin.available_commands(room.lobby)
    assert "setup" not in room.host.available_commands(room.lobby)


async def test_and_are_refused_if_they_are_let_see_it(room: Room):
    who = await steward(room)
    assert said(await who.slash(room.lobby, "setup")) == ("Only people who may manage this server can set Plenary up.")


async def test_a_form_is_refused_from_those_who_may_not_manage_the_server(room: Room, settings: Settings):
    before = every_row(settings)
    answer = await forged.form(room, room.host, "setup:1:0123abcd")
    assert answer == "Only people who may manage this server can set Plenary up."
    assert every_row(settings) == before


async def test_a_form_open_across_a_restart_is_taken(bare: Room):
    shown = await opened(bare)
    await bare.restart()
    assert said(await bare.admin.submit_modal(shown, {"hosts": [bare.hosts]})).split("\n")[:2] == [
        "Saved.",
        f"- Hosts: {bare.hosts.mention}",
    ]


async def test_two_forms_open_at_once_are_both_taken(bare: Room):
    other = bare.member("Bo Admin", bare.guild.create_role("More admins", permissions=Permissions(manage_guild=True)))
    mine, theirs = await opened(bare), await other.slash(bare.lobby, "setup")
    await bare.admin.submit_modal(mine, {"hosts": [bare.hosts]})
    await other.submit_modal(theirs, {"organisers": [bare.organisers]})
    chosen = begins_with(await opened(bare))
    assert (chosen["hosts"], chosen["organisers"]) == ([], [bare.organisers.id])


async def preset(room: Room, **presets: Any) -> None:
    """Write ids into the settings of the room's server, and start the bot with them."""
    discord_settings = {"guild": room.guild.id, **presets}
    room.settings = Settings.model_validate({"discord": discord_settings, "database": room.settings.database})
    await room.restart()


async def test_the_settings_can_preset_the_same(bare: Room):
    await preset(bare, hosts=bare.hosts.id, session_channel=bare.channel.id)
    shown = begins_with(await opened(bare))
    assert (shown["hosts"], shown["session_channel"]) == ([bare.hosts.id], [bare.channel.id])


async def test_setup_overrules_the_settings(bare: Room):
    await preset(bare, hosts=bare.organisers.id)
    await bare.set_up()
    assert begins_with(await opened(bare))["hosts"] == [bare.hosts.id]


async def test_presets_mean_nothing_in_another_server(bare: Room):
    other = Room(bare.env, bare.settings, bare.clock)
    await preset(bare, hosts=bare.hosts.id, session_channel=bare.channel.id)
    assert not any(begins_with(await opened(other)).values())


async def test_two_servers_are_set_up_apart(bare: Room):
    other = Room(bare.env, bare.settings, bare.clock)
    await bare.set_up()
    assert await other.set_up() == f"{lists(other)}\n{FINE}"
    assert begins_with(await opened(bare))["hosts"] == [bare.hosts.id]
