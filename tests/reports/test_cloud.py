"""The words people wrote: which are counted, how often, and what the picture says of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.cloud import MOST, alt_text, counted, draw
from bot.reports.figures import ALT_LIMIT

SAID = st.lists(st.text(max_size=60), max_size=12)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([], []),
        (["time", "data"], []),
        (["time, time and time", "no more time"], [("time", 2)]),
        (["Time", "time", "time"], [("time", 3)]),
        (["NHS", "the NHS", "nhs"], [("NHS", 3)]),
        (["the and of it", "the and of it", "I don’t", "I don't"], []),
        (["team-work", "team-work is good", "good work"], [("good", 2), ("team-work", 2)]),
        (["Llŵyd Ŵy", "llŵyd"], [("Llŵyd", 2)]),
        (["日本語", "日本語"], [("日本語", 2)]),
        (["42 a_b", "42 a_b"], []),
        (["b a", "b c", "c b", "zeal cake", "cake zeal"], [("cake", 2), ("zeal", 2)]),
    ],
)
def test_a_word_counts_once_a_person_and_from_two_people_on(texts, words):
    assert counted(texts) == tuple(words)


@given(SAID)
def test_what_one_person_alone_wrote_is_never_in_it(texts):
    for word, people in counted(texts):
        wrote = [text for text in texts if word.casefold().replace("’", "'") in text.casefold().replace("’", "'")]
        assert len(wrote) >= people >= 2


@given(SAID, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_means_nothing(texts, random):
    shuffled = list(texts)
    random.shuffle(shuffled)
    assert counted(shuffled) == counted(texts)


def test_no_more_words_than_a_picture_holds():
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    many = " ".join(f"word{one}{other}" for one in alphabet for other in alphabet)
    assert len(counted([many, many])) == MOST


async def test_the_picture_is_drawn_whatever_the_words():
    words = (("time", 9), ("x" * 300, 3), ("日本語", 2), ("#set", 2), ("السلام", 2))
    assert (await draw(words)).startswith(b"\x89PNG")


def test_the_picture_in_words():
    assert alt_text("What\nhelps?", [("time", 3), ("NHS", 2)]) == (
        "Words and how many people wrote them. What helps? time 3, NHS 2."
    )
    assert len(alt_text("?", [("x" * 300, 2)] * MOST)) == ALT_LIMIT
