"""What people write: nothing hidden goes through, and nothing that anybody means is lost."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.services.refusal import Refusal
from bot.services.text import MARKS, clean, one_line, required, sameness, shortened

WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
AWKWARD = " \t\n\r\u200b\u200c\u200d\u200e\u202e\u2066\ufeff\u00ad\u0301\u0323\ufe0f\u3000\u2028\ud800\u3164\x00eé"
ANYTHING = st.text(
    st.sampled_from([*AWKWARD, *WALES]) | st.characters(exclude_categories=()) | st.sampled_from("аb가가")
)


@pytest.mark.parametrize(
    "text",
    [
        "What do you think, and why? (59% – “n=90”)",
        "Beth yw'r peth pwysicaf? Ŵŷ â tô",
        "ما الأهم في رأيك؟ ١٢٣",
        "مَا رَأْيُكُمْ",
        "می‌خواهم",  # Persian, with the zero-width non-joiner its spelling needs
        "מה הכי חשוב? בְּרֵאשִׁ֖ית",
        "您认为什么最重要？",
        "क्‍ष और क्ष",  # Hindi, with and without the joiner
        "ก็ที่นี่",
        f"{FAMILY} {WALES} ❤️‍🔥 1️⃣ 👍🏽",
        "one\n\ntwo\nthree",
        "**bold** @everyone <@123> `code`",  # the renderer's to escape, not ours to change
    ],
)
def test_what_people_mean_survives(text):
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a \t b  ", "a b"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a  \n   b", "a\nb"),
        ("\n\na\n\n\n\n\nb\n\n", "a\n\nb"),
        ("a\u00a0\u3000b", "a b"),
        ("\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c", "evil x"),
        ("a\u200bb\u2060c\ufeffd\u00ade\u180ef", "abcdef"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("a\ud800b\ufffec\U0010ffffd", "abcd"),
        ("e\u0301", "\u00e9"),
        ("e\u200b\u0301", "\u00e9"),
        ("pay\u200dpal \u200c x\u200d", "paypal x"),
        ("é\u200d\u200c\u200dé", "é\u200dé"),
        ("\u3164\u115f\uffa0", ""),
        ("x\U000e0068\U000e0069", "x"),
        ("\U0001f3f4\U000e0068", "\U0001f3f4"),
        ("\U0001f3f4" + "\U000e0068" * 7 + "\U000e007f", "\U0001f3f4"),
    ],
)
def test_what_hides_or_reorders_goes(text, cleaned):
    assert clean(text) == cleaned


def test_a_pile_of_marks_is_cut_to_what_a_letter_can_carry():
    assert clean("z" + "\u0335" * 30 + "!") == "z" + "\u0335" * MARKS + "!"
    assert clean("é" + "\u0335\u200d" * 30 + "!").count("\u0335") == MARKS


@given(ANYTHING)
@example("a\u0301\u0301\u0301\u0301\u0301\u200db")
@example("\U0001f3f4\u200b\U000e0067\U000e0062\U000e0077\U000e007f")
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)


@given(ANYTHING)
def test_whatever_comes_in_nothing_dangerous_comes_out(text):
    cleaned = clean(text)
    cleaned.encode()
    assert cleaned == cleaned.strip()
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]", cleaned
    )
    assert not re.search("  | \n|\n |\n\n\n", cleaned)
    assert "\n" not in one_line(text)


@given(ANYTHING)
def test_cleaning_does_not_change_what_a_text_looks_the_same_as(text):
    assert sameness(clean(text)) == sameness(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yes", "  yes\u200b "),
        ("on time", "ON\u00a0\nTIME"),
        ("ﬁne", "fine"),
        ("Ｙes", "yes"),
        ("STRASSE", "straße"),
        ("é", "e\u0301"),
        ("✔", "✔\ufe0f"),
        ("می‌خواهم", "میخواهم"),
    ],
)
def test_texts_that_look_the_same(one, other):
    assert sameness(one) == sameness(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Yes", "No"), ("online", "on line"), ("é", "e"), (WALES, SCOTLAND), ("1.", "1")]
)
def test_texts_that_look_different(one, other):
    assert sameness(one) != sameness(other)


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\u3164", "\u2800", "\ufe0f", "\u202e\u202c"])
def test_a_text_with_nothing_to_see_is_empty(text):
    assert sameness(text) == ""
    with pytest.raises(Refusal, match=r"^The question is empty\.$"):
        required(text, "The question", 300)


def test_the_limit_counts_what_is_left_after_cleaning():
    assert required("  " + "é" * 300 + "\u200b", "The question", 300) == "é" * 300
    with pytest.raises(Refusal, match=r"^The question has 301 characters; at most 300 fit\.$"):
        required("é" * 301, "The question", 300)


def test_one_line_makes_spaces_of_line_breaks():
    assert one_line(" a\r\n\r\n b\nc ") == "a b c"


def test_shortened_ends_in_an_ellipsis_within_the_limit():
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abc def", 5) == "abc…"
