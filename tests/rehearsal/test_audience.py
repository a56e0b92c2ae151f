"""The rehearsal's audience is what the head of its file says, and a wrong file is refused in words."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from bot.rehearsal.audience import AUDIENCE_FILE, Attendee, Audience, load_audience
from bot.rehearsal.script import moment, scenes
from bot.services.profiles import CHOICES
from bot.services.regions import matched
from bot.services.seriesfile import parse_series
from bot.storage.offers import Type

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


def test_60_comments_by_38_people_who_took_part(audience: Audience) -> None:
    assert len(audience.comments) == 60
    assert len({one.by for one in audience.comments}) == 38
    assert sum(one.replies_to is not None for one in audience.comments) == 15
    assert sum(one.first is not None for one in audience.comments) == 1
    reacted = [name for one in audience.comments for people in one.reactions.values() for name in people]
    assert (len(reacted), len(set(reacted))) == (196, 92)
    assert all(one.by not in people for one in audience.comments for people in one.reactions.values())


def test_every_comment_has_its_step_in_the_example(audience: Audience) -> None:
    played = {scene.moment for scene in scenes(parse_series(CONFIG.read_bytes()).resolved()[0])}
    said = [moment(one) for one in audience.comments]
    assert {*said} - played == {"close 1"}, "what is said at the close is said at the end"
    order = [*dict.fromkeys(said)]
    steps = [scene.moment for scene in scenes(parse_series(CONFIG.read_bytes()).resolved()[0])]
    assert order == [*(each for each in steps if each in order), "close 1"]


def test_nine_questions_and_what_becomes_of_them(audience: Audience) -> None:
    asked = audience.questions
    became = Counter(one.answered or ("merged" if one.merged_into else "held" if one.held else "left") for one in asked)
    assert became == {"live": 4, "in writing": 1, "merged": 2, "held": 1, "left": 1}
    assert [one.name for one in asked if one.by is None] == ["zoom"]
    assert sum(len(one.upvotes) for one in asked) == 69
    assert all(len({*one.upvotes, one.by}) == len(one.upvotes) + 1 for one in asked), "one each, and not one's own"


def test_rooms_offers_actions_and_themes(audience: Audience) -> None:
    assert len(audience.rooms) == len({one.by for one in audience.rooms}) == 12
    assert sum(one.discussed is None for one in audience.rooms) == 1
    assert sum(one.passed_on_by is not None for one in audience.rooms) == 1
    assert Counter(one.type for one in audience.offers) == dict.fromkeys(get_args(Type), 1)
    assert sum(one.in_chat for one in audience.offers) == 1
    assert sum(len(one.introduced) for one in audience.offers) == 2
    assert len(audience.actions) == 2
    assert len(audience.themes) == 5
    assert sum(one.signed_by is not None for one in audience.themes) == 5
    themes = [one.themes for one in audience.comments if one.themes]
    assert (len(themes), sum(len(each) > 1 for each in themes)) == (34, 3)


def test_41_people_say_who_they_are_by_what_the_form_offers(audience: Audience) -> None:
    about = [one.about for one in audience.attendees if one.about]
    assert len(about) == 41
    assert {one.role for one in about} <= {*CHOICES["role"]}
    assert {one.organisation for one in about} <= {*CHOICES["organisation"]}


def test_five_people_answer_the_review_in_the_chat(audience: Audience) -> None:
    in_chat = [one for one in audience.attendees if one.in_chat]
    assert len(in_chat) == 5
    assert sum(bool(one.takeaway) + bool(one.improvement) for one in in_chat) == 6


def test_who_acts_is_among_those_who_took_part(audience: Audience) -> None:
    there = {one.name for one in audience.attendees if took_part(one)}
    acting = {
        *(name for one in audience.comments for name in (one.by, *sum(one.reactions.values(), ()))),
        *(name for one in audience.questions for name in (*filter(None, [one.by]), *one.upvotes)),
        *(name for one in audience.rooms for name in filter(None, (one.by, one.passed_on_by))),
        *(name for one in audience.offers for name in (one.by, *one.introduced)),
        *(one.name for one in audience.attendees if one.about),
    }
    assert acting <= there


def everything_said(audience: Audience) -> list[str]:
    every = [
        *(text for one in audience.attendees for text in (one.takeaway, one.takeaway_first, one.improvement)),
        *(text for one in audience.comments for text in (one.text, one.first)),
        *(text for one in audience.questions for text in (one.text, one.answer)),
        *(text for one in audience.rooms for text in (one.discussed, one.one_thing)),
        *(text for one in audience.offers for text in (one.text, one.came_of_it)),
        *(one.text for one in audience.actions),
    ]
    return [text for text in every if text is not None]


def test_texts_are_short_enough_distinct_and_awkward(audience: Audience) -> None:
    texts = everything_said(audience)
    assert len({text.casefold() for text in texts}) == len(texts) == 177
    assert all(len(text) <= 1000 and text == text.strip() for text in texts)
    for awkward in ("@everyone", "*", "#", '"', "'", "&", "<", "\n", "😬", "https://", "teh", "(", "Prynhawn da"):
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

COMMENT = """
[[comments]]
during = "talk 2"
by = "Anna Example"
text = "Hello."
"""

QUESTION = """
[[questions]]
name = "why"
by = "Anna Example"
text = "Why?"
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
        (
            ANNA + "in_chat = true",
            "audience.toml: Anna Example: in_chat: what is said in the chat may be quoted",
        ),
        ("attendees = [1]", "audience.toml: attendee 1: "),
        (
            ANNA + COMMENT.replace("Anna", "Nobody"),
            "audience.toml: comment 1: Nobody Example is not among the attendees",
        ),
        (ANNA + COMMENT + 'replies_to = "Anna Example"', "audience.toml: comment 1: replies_to: Anna Example has said"),
        (ANNA + COMMENT + 'themes = ["Trust"]', "audience.toml: comment 1: themes: Trust is not among the themes"),
        (ANNA + COMMENT.replace("talk 2", "lunch?"), "audience.toml: comment 1: during: String should match pattern"),
        (ANNA + QUESTION, "audience.toml: why: needs one of answered, follow_up, merged_into and held"),
        (
            ANNA + QUESTION + 'answered = "in writing"',
            'audience.toml: why: answer: belongs to what is answered "in wri',
        ),
        (ANNA + QUESTION + 'merged_into = "how"', "audience.toml: why: merged_into: how is no question that stands"),
        (
            ANNA + '[[rooms]]\nname = "3"\nby = "Anna Example"\ndiscussed = "Us."',
            "audience.toml: 3: needs discussed and",
        ),
        (ANNA + '[[actions]]\nof = "Anna Example"\ntext = "Do."\nowner = "Us"', "audience.toml: action 1: of: Anna"),
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
