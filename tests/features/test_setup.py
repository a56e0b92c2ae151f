"""/setup: the roles and channels of a server."""

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord
from discord import PermissionOverwrite, Permissions
from simcord import InteractionResult, MemberActor

from bot.rehearsal.clock import SimulatedClock
from bot.rehearsal.room import Room, chosen_in, said, text_of
from bot.settings import Settings
from bot.storage.places import Places
from tests.conftest import SERIES
from tests.features import forged
from tests.tables import every_row

FINE = "I have every right I need."
NO = "Only people who may manage this server can set Plenary up."
NOT_OFFERED = "That is not on the menu. Nothing was changed."
NOTHING: dict[str, list[int]] = {place: [] for place in asdict(Places())}


@pytest.fixture
def bare(env: simcord.Env, settings: Settings, clock: SimulatedClock) -> Room:
    """A server in which nobody has set the bot up."""
    return Room(env, settings, clock)


async def opened(room: Room) -> InteractionResult:
    return await room.admin.slash(room.lobby, "setup")


async def chosen(room: Room) -> dict[str, list[int]]:
    return chosen_in(await opened(room))


def everything(room: Room) -> dict[str, list[int]]:
    """What `Room.set_up` chooses."""
    return {
        "hosts": [room.hosts.id],
        "organisers": [room.organisers.id],
        "session_channel": [room.channel.id],
        "announcements_channel": [room.announcements.id],
        "organiser_channel": [room.office.id],
        "host_channel": [],
    }


def shows(room: Room, *health: str, **changes: str) -> str:
    """What /setup says where `Room.set_up` has chosen, apart from ``changes``."""
    chosen = {
        "Hosts": room.hosts.mention,
        "Organisers": room.organisers.mention,
        "Session channel": room.channel.mention,
        "Announcements": room.announcements.mention,
        "Organiser channel": room.office.mention,
        "Hosts’ channel": "not chosen",
    }
    what = (
        "The role of those who run sessions",
        "The role of those who get the reports",
        "Where people vote, ask and reflect during a session",
        "Where sessions are announced",
        "Where reports go: only hosts and organisers should see it",
        "Where hosts have their console and are told things; without one, it is the organiser channel",
    )
    menus = [f"**{label}:** {now}\n{why}" for (label, now), why in zip((chosen | changes).items(), what, strict=True)]
    how = "Each choice is saved at once. To take one back, empty its menu."
    return "\n".join(("## Set up Plenary", how, *menus, *(health or (FINE,))))


def menus(shown: InteractionResult) -> list[dict[str, Any]]:
    assert shown.response
    rows = [each for each in shown.response.components if each["type"] == discord.ComponentType.action_row.value]
    return [menu for row in rows for menu in row["components"]]


def admin(room: Room) -> MemberActor:
    """Another admin."""
    return room.member("Bo Admin", room.guild.create_role("More admins", permissions=Permissions(manage_guild=True)))


def backstage(room: Room) -> simcord.ChannelHandle:
    """A channel for the hosts."""
    hidden = {room.guild.default_role: PermissionOverwrite(view_channel=False)}
    team: tuple[Any, ...] = (room.hosts, room.admin, room.bot.user)
    shown = dict.fromkeys(team, PermissionOverwrite(view_channel=True))
    return room.guild.create_text_channel("hosts", overwrites=hidden | shown)


def withhold(room: Room, *rights: str) -> None:
    """Take rights in the whole server away from the bot."""
    guild = room.env.backend.guilds[room.guild.id]
    role = next(each for each in guild.roles.values() if each.managed)
    left = Permissions(role.permissions)
    left.update(**dict.fromkeys(rights, False))
    room.env.backend.edit_role(guild.id, role.id, {"permissions": left.value})


async def steward(room: Room) -> MemberActor:
    """Somebody whom an admin let see /setup, but who may not manage the server."""
    role = room.guild.create_role("Stewards")
    command = next(each for each in await room.bot.tree.fetch_commands() if each.name == "setup")
    room.guild.set_command_permissions(command, {role: True})
    return room.member("Stew Steward", role)


async def test_it_shows_two_menus_of_roles_and_four_of_channels(bare: Room):
    shown = await opened(bare)
    role, channel = discord.ComponentType.role_select.value, discord.ComponentType.channel_select.value
    text, news = discord.ChannelType.text.value, discord.ChannelType.news.value
    assert [(each["type"], each.get("channel_types")) for each in menus(shown)] == [
        (role, None),
        (role, None),
        (channel, [text, discord.ChannelType.voice.value, discord.ChannelType.stage_voice.value]),
        (channel, [text, news]),
        (channel, [text]),
        (channel, [text]),
    ]
    nothing = dict.fromkeys(
        ("Hosts", "Organisers", "Session channel", "Announcements", "Organiser channel"), "not chosen"
    )
    assert said(shown) == shows(bare, **nothing)
    assert chosen_in(shown) == NOTHING


async def test_each_choice_is_saved_at_once_and_shown(bare: Room):
    shown = await opened(bare)
    picked = await bare.pick(bare.admin, shown, "hosts", bare.hosts)
    assert f"**Hosts:** {bare.hosts.mention}\n" in said(picked)
    assert chosen_in(shown) == NOTHING | {"hosts": [bare.hosts.id]}
    assert await chosen(bare) == NOTHING | {"hosts": [bare.hosts.id]}


async def test_all_of_it_can_be_chosen(bare: Room):
    assert await bare.set_up() == shows(bare)
    assert await chosen(bare) == everything(bare)
    place = backstage(bare)
    assert await bare.set_up(host_channel=[place]) == shows(bare, **{"Hosts’ channel": place.mention})


async def test_hosts_are_told_things_in_their_channel(room: Room):
    place = backstage(room)
    await room.set_up(host_channel=[place])
    places = await room.bot.services.venues.of(room.guild.id)
    assert places.for_hosts == place.id


async def test_an_emptied_menu_takes_the_choice_back(room: Room):
    assert await room.set_up(announcements_channel=[]) == shows(room, Announcements="not chosen")
    assert await chosen(room) == everything(room) | {"announcements_channel": []}


async def test_what_was_deleted_since_is_not_offered_again(room: Room):
    room.env.backend.delete_role(room.guild.id, room.organisers.id)
    room.env.backend.delete_channel(room.announcements.id)
    shown = await opened(room)
    assert chosen_in(shown) == everything(room) | {"organisers": [], "announcements_channel": []}
    assert f"- <#{room.announcements.id}>: I cannot see it." in said(shown)


async def test_announcements_may_go_to_an_announcement_channel(room: Room):
    news = room.guild.create_news_channel("news")
    assert await room.set_up(announcements_channel=[news]) == shows(room, Announcements=news.mention)


async def test_rights_that_are_missing_are_named_channel_by_channel(room: Room):
    room.forbid(room.channel, "send_messages", "attach_files")
    room.forbid(room.announcements, "read_message_history")
    assert said(await opened(room)) == shows(
        room,
        "Please give me the rights I lack:",
        f"- {room.channel.mention}: I lack Send Messages and Attach Files.",
        f"- {room.announcements.mention}: I lack Read Message History.",
    )


async def test_a_channel_chosen_twice_is_named_once(room: Room):
    room.forbid(room.channel, "read_message_history")
    assert await room.set_up(announcements_channel=[room.channel]) == shows(
        room,
        "Please give me the rights I lack:",
        f"- {room.channel.mention}: I lack Read Message History.",
        Announcements=room.channel.mention,
    )


async def test_rights_that_a_session_runs_without_are_named_apart(room: Room):
    withhold(room, "create_events")
    room.forbid(room.channel, "pin_messages", "create_private_threads", "create_public_threads")
    room.forbid(room.office, "create_private_threads", "send_messages_in_threads", "pin_messages")
    told = (
        "Please check:",
        f"- I cannot pin what is live in {room.channel.mention}, because I lack Pin Messages there.",
        f"- Breakouts cannot meet in threads of {room.channel.mention}, because I lack Create Private Threads there.",
        (
            f"- I cannot open threads on published reports in {room.channel.mention}, because I lack Create Public "
            "Threads there."
        ),
        "- I cannot make the sessions Discord events, because I lack Create Events in this server.",
        (
            f"- Hosts cannot rehearse in {room.office.mention}, because I lack Create Private Threads and Send "
            "Messages in Threads there."
        ),
    )
    assert said(await opened(room)) == shows(room, *told)
    await room.import_series(SERIES.replace(b"2022-02-24", b"2022-02-25"))
    assert "\n".join(told) in said(await room.host.slash(room.office, "series check"))
    await room.clock.pass_time(timedelta(days=1))
    ready = text_of(room.board("Ready check", room.office))
    assert ready.endswith("\n".join(told[1:]))
    assert (await room.start_session()).endswith(f"is open in {room.channel.mention}.")


async def test_what_they_are_for_decides_whether_they_are_named(room: Room):
    withhold(room, "create_events")
    room.forbid(room.office, "create_private_threads")
    place = backstage(room)
    told = await room.set_up(announcements_channel=[], host_channel=[place])
    assert told == shows(room, Announcements="not chosen", **{"Hosts’ channel": place.mention})


async def test_a_check_names_the_hosts_channel_only_where_nothing_stands_in_for_it(room: Room):
    await room.import_series(SERIES)
    assert "Not chosen yet" not in await room.command("series check")
    await room.set_up(organiser_channel=[], session_channel=[])
    left = "Not chosen yet (an admin can, with /setup): Session channel, Organiser channel, Hosts’ channel."
    assert left in await room.command("series check")


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


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("organiser_channel", "the reports in it hold what people wrote"),
        ("host_channel", "what is in it is for hosts only"),
    ],
)
async def test_a_channel_of_the_team_that_everybody_reads_is_pointed_out(room: Room, place: str, why: str):
    answer = await room.set_up(**{place: [room.lobby]})
    assert answer.split("\n")[-2:] == [
        "Please check:",
        f"- Everybody can read {room.lobby.mention}: make it private, because {why}.",
    ]


@pytest.mark.parametrize("public", ["channel", "announcements"])
@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("organiser_channel", "The organiser channel {}: the reports in it hold what people wrote."),
        ("host_channel", "The hosts’ channel {}: what is in it is for hosts only."),
    ],
)
async def test_what_is_for_the_team_does_not_go_where_everybody_is(
    room: Room, settings: Settings, place: str, what: str, public: str
):
    before, shown = every_row(settings), await opened(room)
    ids = {each["custom_id"] for each in menus(shown)}
    answer = said(await room.pick(room.admin, shown, place, getattr(room, public)))
    why = what.format("has to be another one than the session channel and the announcements")
    assert answer == f"{shows(room)}\n{why} Nothing was changed."
    assert every_row(settings) == before
    assert chosen_in(shown) == everything(room)
    assert ids.isdisjoint(each["custom_id"] for each in menus(shown)), "a client would go on showing what was refused"


@pytest.mark.parametrize("place", ["session_channel", "announcements_channel"])
async def test_nor_does_what_is_for_all_go_to_the_team(room: Room, settings: Settings, place: str):
    before = every_row(settings)
    assert (await room.set_up(**{place: [room.office]})).endswith("hold what people wrote. Nothing was changed.")
    assert every_row(settings) == before


async def test_people_who_may_not_manage_the_server_do_not_see_it(room: Room):
    assert "setup" in room.admin.available_commands(room.lobby)
    assert "setup" not in room.host.available_commands(room.lobby)


async def test_and_are_refused_if_they_are_let_see_it(room: Room):
    who = await steward(room)
    assert said(await who.slash(room.lobby, "setup")) == NO


async def test_a_choice_is_refused_from_those_who_may_not_manage_the_server(room: Room, settings: Settings):
    before = every_row(settings)
    assert await forged.click(room, room.host, "setup:1:0:0123abcd", str(room.hosts.id)) == NO
    assert every_row(settings) == before


async def test_what_no_menu_offers_is_refused(room: Room, settings: Settings):
    other = Room(room.env, room.settings, room.clock)
    voice = room.guild.create_voice_channel("voice")
    before = every_row(settings)
    for place, *values in (
        (0, room.channel.id),
        (0, room.guild.id),
        (0, other.hosts.id),
        (0, room.hosts.id, room.organisers.id),
        (0, "everybody"),
        (0, 10**30),
        (3, voice.id),
        (2, other.channel.id),
        (6, room.channel.id),
    ):
        answer = await forged.click(room, room.admin, f"setup:1:{place}:0123abcd", *map(str, values))
        assert answer == NOT_OFFERED, (place, values)
    assert every_row(settings) == before


async def test_menus_shown_before_a_restart_are_taken(bare: Room):
    shown = await opened(bare)
    await bare.restart()
    await bare.pick(bare.admin, shown, "hosts", bare.hosts)
    assert chosen_in(shown) == NOTHING | {"hosts": [bare.hosts.id]}


async def test_two_admins_at_once_change_only_what_each_chooses(bare: Room):
    other = admin(bare)
    mine, theirs = await opened(bare), await other.slash(bare.lobby, "setup")
    await bare.pick(bare.admin, mine, "hosts", bare.hosts)
    await bare.pick(other, theirs, "organisers", bare.organisers)
    both = NOTHING | {"hosts": [bare.hosts.id], "organisers": [bare.organisers.id]}
    assert chosen_in(theirs) == both
    assert await chosen(bare) == both


async def test_choices_at_the_same_moment_are_all_kept(bare: Room):
    venues = bare.bot.services.venues
    ids = {name: number for number, name in enumerate(asdict(Places()), 1)}
    await asyncio.gather(*(venues.choose(bare.guild.id, name, number) for name, number in ids.items()))
    assert await venues.of(bare.guild.id) == Places(**ids)


async def preset(room: Room, **presets: Any) -> None:
    """Write ids into the settings of the room's server, and start the bot with them."""
    discord_settings = {"guild": room.guild.id, **presets}
    room.settings = Settings.model_validate({"discord": discord_settings, "database": room.settings.database})
    await room.restart()


async def test_the_settings_can_preset_the_same(bare: Room):
    await preset(bare, hosts=bare.hosts.id, session_channel=bare.channel.id)
    assert await chosen(bare) == NOTHING | {"hosts": [bare.hosts.id], "session_channel": [bare.channel.id]}


async def test_setup_overrules_the_settings_until_its_menu_is_emptied(bare: Room):
    await preset(bare, hosts=bare.organisers.id)
    await bare.set_up()
    assert await chosen(bare) == everything(bare)
    await bare.set_up(hosts=[])
    assert await chosen(bare) == everything(bare) | {"hosts": [bare.organisers.id]}


async def test_what_the_settings_preset_counts_for_what_goes_where(bare: Room):
    await preset(bare, session_channel=bare.channel.id)
    assert "The organiser channel has to be another one" in await bare.set_up(organiser_channel=[bare.channel])
    await preset(bare, session_channel=bare.channel.id, organiser_channel=bare.channel.id)
    shown = await opened(bare)
    await bare.pick(bare.admin, shown, "hosts", bare.hosts)  # however the settings are, it can be mended
    await bare.pick(bare.admin, shown, "organiser_channel", bare.office)
    assert chosen_in(shown)["organiser_channel"] == [bare.office.id]


async def test_presets_mean_nothing_in_another_server(bare: Room):
    other = Room(bare.env, bare.settings, bare.clock)
    await preset(bare, hosts=bare.hosts.id, session_channel=bare.channel.id)
    assert await chosen(other) == NOTHING


async def test_two_servers_are_set_up_apart(bare: Room):
    other = Room(bare.env, bare.settings, bare.clock)
    await bare.set_up()
    assert await other.set_up() == shows(other)
    assert await chosen(bare) == everything(bare)
