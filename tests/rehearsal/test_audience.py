"""The rehearsal's audience is what the head of its file says, and a wrong file is refused in words."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.rehearsal.audience import AUDIENCE_FILE, Attendee, Audience, load_audience
from bot.services.regions import matched
from bot.services.seriesfile import parse_series

CONFIG = Path(__file__).parents[2] / "config.example.toml"


@pytest.fixture(scope="module")
def audience() -> Audience:
    return load_audience()


def took_part(attendee: Attendee) -> bool:
    return bool(attendee.answers or attendee.takeaway or attendee.improvement)


def votes(audience: Audience, poll: str) -> Counter[int]:
    return Counter(one.answers[poll] for one in audience.attendees if poll in one.answers)


def prepared_polls() -> dict[str, int]:
    """How many options each poll of the example's first session has."""
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    return {poll["name"]: len(poll["options"]) for poll in config["series"]["sessions"][0]["polls"]}


def test_122_distinct_people_joined_and_109_took_part(audience: Audience) -> None:
    assert len(audience.attendees) == 122
    assert len({one.name.casefold() for one in audience.attendees}) == 122
    assert sum(took_part(one) for one in audience.attendees) == 109


def test_scopes_are_roughly_even(audience: Audience) -> None:
    scopes = Counter(one.scope for one in audience.attendees)
    assert set(scopes) == {"local", "regional", "national"}
    assert all(36 <= count <= 46 for count in scopes.values())


@pytest.mark.parametrize(("poll", "n", "first"), [("encourage", 90, 53), ("useful", 74, 27)])
def test_the_polls_have_the_seeds_figures(audience: Audience, poll: str, n: int, first: int) -> None:
    counts = votes(audience, poll)
    assert counts.total() == n
    assert counts[1] == first
    assert all(count < first for option, count in counts.items() if option != 1)


def test_every_option_of_the_example_is_chosen_and_no_other(audience: Audience) -> None:
    polls = prepared_polls()
    chosen = {poll for one in audience.attendees for poll in one.answers}
    assert chosen == {"encourage", "useful"} == chosen & polls.keys()
    for poll in chosen:
        assert set(votes(audience, poll)) == set(range(1, polls[poll] + 1))
    for one in audience.attendees:
        assert all(option <= polls[poll] for poll, option in one.first_answers.items())


def test_102_people_say_where_they_are_by_a_name_that_the_example_knows(audience: Audience) -> None:
    regions = parse_series(CONFIG.read_bytes()).resolved()[0].plan.regions
    options, also = [name for name, *_ in regions], [others for _, *others in regions]
    places = [one.place for one in audience.attendees if one.place]
    assert all(took_part(one) for one in audience.attendees if one.place)
    counts = Counter(matched(place, options, also) for place in places)
    assert [counts[at] for at in range(len(options))] == [11, 5, 5, 4, 12, 8, 7, 6, 7, 16, 9, 8, 3, 1]
    assert counts.total() == len(places) == 102
    assert 0 < sum(place in options for place in places) < 102, "some choose and some type"


def test_41_takeaways_and_33_improvements(audience: Audience) -> None:
    assert sum(one.takeaway is not None for one in audience.attendees) == 41
    assert sum(one.improvement is not None for one in audience.attendees) == 33
    reviewers = [one for one in audience.attendees if one.takeaway or one.improvement]
    assert len(reviewers) == 54
    assert sum(one.quote for one in reviewers) == 43
    assert not any(one.quote for one in audience.attendees if one not in reviewers)


def test_some_people_think_again(audience: Audience) -> None:
    assert sum(bool(one.first_answers) for one in audience.attendees) == 3
    assert sum(one.takeaway_first is not None for one in audience.attendees) == 2


def test_texts_are_short_enough_distinct_and_awkward(audience: Audience) -> None:
    texts = [
        text
        for one in audience.attendees
        for text in (one.takeaway, one.takeaway_first, one.improvement)
        if text is not None
    ]
    assert len({text.casefold() for text in texts}) == len(texts) == 76
    assert all(len(text) <= 1000 and text == text.strip() for text in texts)
    for awkward in ("@everyone", "*", "#", '"', "'", "&", "<", "\n", "😬"):
        assert any(awkward in text for text in texts), awkward
    assert sum(len(text) > 200 for text in texts) >= 3


def test_the_file_says_that_the_people_are_invented() -> None:
    assert "invented" in AUDIENCE_FILE.read_text(encoding="utf-8").split("[[attendees]]\n", 1)[0]


def test_nobody_changes_once_read(audience: Audience) -> None:
    with pytest.raises(ValidationError):
        audience.attendees[0].name = "Somebody Else"


ANNA = """
[[attendees]]
name = "Anna Example"
role = "matron"
organisation = "acute trust"
scope = "local"
"""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (ANNA + ANNA, "audience.toml: Anna Example: name: is there twice"),
        (
            ANNA + "answers = { encourage = 0 }",
            "audience.toml: Anna Example: answers.encourage: options are numbered from 1, and it is 0",
        ),
        (
            ANNA + "first_answers = { useful = -1 }",
            "audience.toml: Anna Example: first_answers.useful: options are numbered from 1, and it is -1",
        ),
        (
            ANNA + "answers = { encourage = true }",
            "audience.toml: Anna Example: answers.encourage: Input should be a valid integer, and it is True",
        ),
        (
            ANNA + 'takeway = "Culture."',
            "audience.toml: Anna Example: takeway: is not a key that is known here",
        ),
        ("people = []\n" + ANNA, "audience.toml: people: is not a key that is known here"),
        (ANNA.replace("role", "job"), "audience.toml: Anna Example: role: is missing"),
        (ANNA.replace('name = "Anna Example"\n', ""), "audience.toml: attendee 1: name: is missing"),
        ("", "audience.toml: attendees: is missing"),
        (
            ANNA.replace("local", "global"),
            "audience.toml: Anna Example: scope: Input should be 'local', 'regional' or 'national'",
        ),
        (
            ANNA + "first_answers = { useful = 1 }",
            "audience.toml: Anna Example: first_answers.useful: needs another option in answers.useful",
        ),
        (
            ANNA + 'takeaway_first = "Culture."',
            "audience.toml: Anna Example: takeaway_first: needs another text in takeaway",
        ),
        ("attendees = [1]", "audience.toml: attendee 1: "),
        (ANNA + "answers = ", "audience.toml cannot be read as TOML: "),
    ],
)
def test_a_wrong_file_is_refused_with_the_person_and_the_key(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "audience.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="audience") as refused:
        load_audience(path)
    assert any(line.startswith(sentence) for line in str(refused.value).splitlines()), str(refused.value)


def test_every_mistake_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(ANNA + 'mood = "good"\nanswers = { useful = 0 }\n', encoding="utf-8")
    with pytest.raises(ValueError, match="mood") as refused:
        load_audience(path)
    assert len(str(refused.value).splitlines()) == 2
    assert str(refused.value).count("mine.toml: Anna Example: ") == 2
