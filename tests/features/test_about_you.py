"""About you: asked once a series, each answer optional, changed or emptied at any time."""

import json

from simcord import InteractionResult, MemberActor

from bot.rehearsal.room import Room, said
from bot.settings import Settings
from tests.features import forged
from tests.tables import ask, every_row

USE = (
    "Others learn only how many people gave each answer, and only where they are five or more. It is never joined to "
    "what you answer anonymously. A link to your account is kept so that you can change or empty it."
)
SAVED = "Saved for all sessions of Quality Management Systems webinar series. This is what we keep:"
FILLED = {"role": ["Clinical or care"], "organisation": ["Primary care"], "reach": ["Regional"], "region": ["Wales"]}
EMPTIED = "Emptied: nothing of it is stored any more."


async def form(room: Room, who: MemberActor) -> InteractionResult:
    return await who.slash(room.channel, "about-me")


async def fill(room: Room, who: MemberActor, **answers: list[str]) -> InteractionResult:
    return await who.submit_modal(await form(room, who), answers)


def stored(settings: Settings) -> list[tuple[str, ...]]:
    return list(ask(settings, "SELECT role, organisation, reach, region FROM profiles ORDER BY person"))


def fields(shown: InteractionResult) -> dict[str, dict[str, object]]:
    """The form's menus by their names."""
    assert shown.modal
    menus = [each["component"] for each in shown.modal["components"] if "component" in each]
    return {each["custom_id"]: each for each in menus}


async def test_the_form_asks_four_things_none_of_which_one_has_to_say(live: Room, ana: MemberActor):
    shown = await form(live, ana)
    assert shown.modal
    assert shown.modal["title"] == "About you"
    assert shown.modal["components"][0]["content"] == f"All of it is optional. {USE}"
    menus = fields(shown)
    assert list(menus) == ["role", "organisation", "reach", "region"]
    assert all((each["required"], each["min_values"]) == (False, 0) for each in menus.values())
    assert [each["label"] for each in menus["reach"]["options"]] == ["Local", "Regional", "National"]  # type: ignore[attr-defined]
    assert "Wales" in [each["label"] for each in menus["region"]["options"]]  # type: ignore[attr-defined]


async def test_the_receipt_says_what_is_kept_and_who_sees_it(live: Room, ana: MemberActor, settings: Settings):
    assert said(await fill(live, ana, **FILLED)) == "\n".join(
        (
            SAVED,
            "**Your role:** Clinical or care",
            "**Your organisation:** Primary care",
            "**You work:** Regional",
            "**Your region:** Wales",
            f"-# {USE}",
        )
    )
    assert stored(settings) == [("Clinical or care", "Primary care", "Regional", "Wales")]


async def test_it_is_asked_once_and_begins_with_what_was_said(live: Room, ana: MemberActor, settings: Settings):
    await fill(live, ana, reach=["Local"])
    await live.finish_session()
    await live.start_session()
    menu = fields(await form(live, ana))["reach"]
    assert next((each["label"], each.get("default")) for each in menu["options"]) == ("Local", True)  # type: ignore[attr-defined]
    await fill(live, ana, reach=["National"], role=[])
    assert stored(settings) == [("", "", "National", "")]


async def test_the_welcome_offers_it(live: Room, ana: MemberActor, settings: Settings):
    shown = await ana.click(live.board("How we’re running"), label="About you")
    await ana.submit_modal(shown, {"reach": ["Local"]})
    assert stored(settings) == [("", "", "Local", "")]


async def test_sending_it_empty_keeps_nothing(live: Room, ana: MemberActor, settings: Settings):
    assert said(await fill(live, ana)) == "You left everything empty, so nothing is stored."
    await fill(live, ana, **FILLED)
    assert said(await fill(live, ana, role=[])) == "You left everything empty, so nothing is stored."
    assert stored(settings) == []


async def test_it_can_be_changed_and_emptied_after_restarts(live: Room, ana: MemberActor, settings: Settings):
    open_form = await form(live, ana)
    await live.restart()
    shown = await ana.submit_modal(open_form, FILLED)
    await live.restart()
    changed = await live.press(ana, shown, "Change it")
    assert said(await ana.submit_modal(changed, {"reach": ["Local"]})).startswith(SAVED)
    assert stored(settings) == [("", "", "Local", "")]
    await live.restart()
    assert said(await live.press(ana, shown, "Empty it")) == EMPTIED
    assert stored(settings) == []


async def test_privacy_shows_it_and_erases_it(live: Room, ana: MemberActor, settings: Settings):
    await fill(live, ana, reach=["Local"])
    shown = await ana.slash(live.channel, "privacy")
    [file] = [file for each in (shown.response, *shown.followups) if each for file in each.attachments]
    assert '"reach": "Local"' in json.dumps(json.loads(await file.read()))
    await live.privacy(ana, "Erase what is kept about me", "Erase it")
    assert stored(settings) == []


async def test_what_was_never_on_the_menu(live: Room, ana: MemberActor, settings: Settings):
    await fill(live, ana, reach=["Local"])
    before = every_row(settings)
    no = "That is not on the menu. Nothing was changed."
    for forgery in ({"reach": "Galactic"}, {"role": "x" * 4000}, {"region": "**Wales**"}):
        assert await forged.form(live, ana, "about:1:1:0123abcd", **forgery) == no
    assert await forged.click(live, ana, "about:1:77") == "That series is not known here."
    assert await forged.click(live, ana, "about:1:77:empty") == "That series is not known here."
    assert await forged.form(live, ana, "about:1:77:0123abcd") == "That series is not known here."
    assert every_row(settings) == before


async def test_without_a_series_there_is_nobody_to_tell(room: Room, ana: MemberActor):
    assert said(await form(room, ana)).startswith("There is no series here yet.")


async def test_a_series_without_regions_asks_for_none(room: Room, ana: MemberActor):
    series = '[series]\nkey = "s"\ntitle = "S"\ntime_zone = "Europe/London"\nsessions = [{ title = "One" }]\n'
    await room.import_series(series.encode())
    assert list(fields(await form(room, ana))) == ["role", "organisation", "reach"]
