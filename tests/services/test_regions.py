"""What people type for where they are becomes one of the regions they can choose, or nothing."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.services.drafts import place_draft, prepared_draft
from bot.services.refusal import Refusal
from bot.services.regions import matched
from bot.services.seriesfile import parse_series
from bot.services.text import sameness
from tests.conftest import SERIES
from tests.services.test_seriesfile import HEAD, SESSION, STEP, kept

REGIONS = parse_series(SERIES).resolved()[0].plan.regions
OPTIONS = [name for name, *_ in REGIONS]
ALSO = [tuple(others) for _, *others in REGIONS]

NAMES = st.sampled_from([(at, name) for at, names in enumerate(REGIONS) for name in names])


def region(text: str) -> str | None:
    at = matched(text, OPTIONS, ALSO)
    return None if at is None else OPTIONS[at]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *((" LONDON ", "London"), ("the North West", "North West"), ("north-east", "North East")),
        *(("Hackney", "London"), ("Leeds", "Yorkshire and the Humber"), ("Newcastle-upon-Tyne", "North East")),
        *(("N. Ireland", "Northern Ireland"), ("éire", "Ireland"), ("E\u0301ire", "Ireland")),
        *(("Manchestr", "North West"), ("Whales", "Wales"), ("somwhere else", "Somewhere else")),
        *(("East Midland", "East Midlands"), ("Sout East", "South East")),
    ],
)
def test_it_is_known_by_its_name_by_another_or_with_a_slip(typed: str, meant: str):
    assert region(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "\u200b", "?!", "🙂", "x" * 5000),
        *("England", "UK", "Midlands", "south", "France", "Paris, Texas"),
        "Dery",  # Derry or Derby?
        "North est",  # West or East?
        *("Iceland", "Northwich"),  # places of their own, one letter from Ireland and Norwich
    ],
)
def test_nobody_guesses(typed: str):
    assert region(typed) is None


@given(NAMES, st.sampled_from([str.upper, str.lower, str.title, "  {} ".format, "The {}".format, "\u200b{}".format]))
def test_every_name_is_known_however_it_is_written(name: tuple[int, str], written):
    assert matched(written(name[1]), OPTIONS, ALSO) == name[0]


@given(NAMES, st.data())
def test_one_slip_never_leads_elsewhere(name: tuple[int, str], data: st.DataObject):
    meant, text = name
    at = data.draw(st.integers(0, len(text) - 1))
    swapped = text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
    slip = data.draw(st.sampled_from([text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:], swapped]))
    assume(sameness(slip) not in {sameness(each) for names in REGIONS for each in names})  # N Ireland without its N
    assert matched(slip, OPTIONS, ALSO) in {meant, None}


@given(
    st.text(max_size=30),
    st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=4), min_size=2, max_size=6),
)
def test_whatever_is_typed_the_answer_is_an_option_or_nothing(typed: str, names: list[list[str]]):
    own, others = [each[0] for each in names], [each[1:] for each in names]
    at = matched(typed, own, others)
    assert at is None or 0 <= at < len(own)
    exact = [i for i, name in enumerate(own) if sameness(name) and sameness(name) == sameness(typed)]
    if exact:
        assert at == (exact[0] if len(exact) == 1 else None)
    assert matched(typed, own, ()) in {None, *range(len(own))}


@given(st.text(st.characters(categories=["Ll"]), min_size=8, max_size=20), st.integers(0, 7))
def test_between_two_that_are_as_near_there_is_no_answer(name: str, at: int):
    one, other, typed = (name[:at] + letter + name[at:] for letter in "123")
    assert matched(typed, [one, other], ()) is None
    assert matched(one, [one, other], ()) == 0


def test_the_options_own_name_counts_more_than_anothers_other_name():
    assert matched("Here", ["There", "Here"], [["Here"], []]) == 1


# ------------------------------------------------------------------ the question


def place_of(steps: str = "", regions: str = 'regions = ["Here", { name = "There", also = ["Far"] }]\n'):
    series = parse_series((HEAD + regions + SESSION[len(HEAD) :] + steps).encode())
    return place_draft(kept(series.resolved()[0].plan.stored()))


def test_a_place_step_asks_for_the_regions():
    asked = place_of(STEP + 'kind = "place"\nminutes = 4\nprompt = "Where from?"\n')
    assert (asked.question, asked.options, asked.also) == ("Where from?", ("Here", "There"), ((), ("Far",)))
    assert (asked.kind, asked.privacy, asked.results, asked.choices) == ("place", "anonymous", "live", 1)
    assert asked.prepared == "Where are you?"
    assert place_of(STEP + 'kind = "place"\nminutes = 4\n').question == place_of().question == "Where are you?"


def test_a_prepared_poll_may_ask_for_them_in_its_own_way():
    poll = '[[series.sessions.polls]]\nname = "home"\nquestion = "Where is home?"\nkind = "place"\nprivacy = "named"\n'
    series = parse_series((HEAD + 'regions = ["Here", "There"]\n' + SESSION[len(HEAD) :] + poll).encode())
    asked = prepared_draft(kept(series.resolved()[0].plan.stored()), "home")
    assert (asked.question, asked.options, asked.privacy) == ("Where is home?", ("Here", "There"), "named")
    assert (asked.prepared, asked.results) == ("home", "at_close")


def test_without_regions_there_is_nothing_to_ask():
    with pytest.raises(Refusal, match=r"^The series names no regions that people could choose from\."):
        place_of(regions="")
