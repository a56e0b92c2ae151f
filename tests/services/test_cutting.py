"""What may be done to people's words in a report."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.services.cutting import NOT_PRINTED, cut_of, is_cut_of, lines, numbers_in, rearranged
from bot.services.refusal import Refusal

WRITTEN = (
    "keep the meeting less of a list of duties and more of a talk: it’s “borrowed” as a way of looking busy, a "
    "cloak to hide decisions and people with"
)

WORDS = st.text(st.characters(categories=("L", "N", "Po", "Zs")), min_size=1, max_size=60).filter(str.strip)


@pytest.mark.parametrize(
    "cut",
    [
        WRITTEN,
        "keep the meeting [of every ward] less of a list of duties […] a cloak to hide decisions",
        "[…] more of a talk […]",
        "[K]eep the meeting less of a list of duties",
        'keep  the\nmeeting […] it\'s "borrowed"',
        "keep the meeting[…]less of a list of duties",
        "keep the meeting […] [sic] […] people with",
    ],
)
def test_a_quote_can_be_cut(cut: str):
    assert is_cut_of(WRITTEN, cut)


@pytest.mark.parametrize(
    ("cut", "why"),
    [
        ("keep the meeting more", "After “keep the meeting ” you have “more”, but what was written goes on “less of a"),
        ("a cloak […] keep the meeting", "you have “keep the meeting”, but what was written goes on “ to hide"),
        ("Keep the meeting", "It begins “Keep the meeting”, but what was written goes on “keep the meeting"),
        ("people with them", "After “people ” you have “with them”, but what was written goes on “with”."),
        ("people with […] more", "After “people with […] ” you have “more”, but nothing more was written."),
        ("[…]", "Nothing of it would be left."),
    ],
)
def test_it_says_where_a_quote_is_more_than_cut(cut: str, why: str):
    with pytest.raises(Refusal) as refused:
        cut_of(WRITTEN, cut)
    assert why in str(refused.value)


@pytest.mark.parametrize("nothing", ["", "  ", WRITTEN, WRITTEN.replace("’", "'").replace(" ", "  ")])
def test_what_is_not_cut_is_no_edit(nothing: str):
    assert cut_of(WRITTEN, nothing) == ""


def test_brackets_in_what_was_written_stay():
    written = "see [1] and [a [b] c], a lone [ too"
    assert is_cut_of(written, written)
    assert is_cut_of(written, "see [1] and […] a lone [ too")


@given(WORDS, st.data())
def test_every_cut_by_the_rule_is_one(written: str, data: st.DataObject):
    """Pieces of it in their order, with brackets between them."""
    places = sorted(data.draw(st.lists(st.integers(0, len(written)), min_size=2, max_size=8)))
    pieces = [written[a:b] for a, b in zip(places[::2], places[1::2], strict=False)]
    assume(any(piece.strip() for piece in pieces))
    between = data.draw(st.sampled_from([" […] ", "[…]", "[of ours]", " […] [sic] ", "\n[...]\n"]))
    assert is_cut_of(written, between.join(pieces))


@given(WORDS, st.data())
def test_no_letter_can_be_changed_or_put_in(written: str, data: st.DataObject):
    at = data.draw(st.integers(0, len(written) - 1))
    assume(written[at].strip())
    keep = data.draw(st.booleans())
    assert not is_cut_of(written, f"{written[:at]}#{written[at + keep :]}") or "#" in written


# ------------------------------------------------------------------ putting into an order

ITEMS = {70: "Ask why", 9: "Build\ntrust", 33: "Count less"}


def test_lines_to_rearrange():
    shown = lines(ITEMS, (33, 70), 1000)
    assert shown == f"3. Count less\n1. Ask why\n{NOT_PRINTED}\n2. Build trust"
    assert rearranged(ITEMS, shown) == (33, 70)
    assert lines(ITEMS, (70, 9, 33), 1000) == "1. Ask why\n2. Build trust\n3. Count less"


def test_only_the_numbers_count():
    assert rearranged(ITEMS, "2\n\n 1. whatever stands here\n3) Count") == (9, 70, 33)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("1. Ask why\nBuild trust", "Line 2 does not begin with a number: “Build trust”. Nothing was changed."),
        ("4. Ask why", "There is no number 4: they go up to 3. Nothing was changed."),
        ("0", "There is no number 0: they go up to 3. Nothing was changed."),
        ("1\n2\n1", "Number 1 stands there twice. Nothing was changed."),
        ("99999999", "Line 1 does not begin with a number: “99999999”. Nothing was changed."),
    ],
)
def test_lines_that_say_no_order(typed: str, why: str):
    with pytest.raises(Refusal) as refused:
        rearranged(ITEMS, typed)
    assert str(refused.value) == why


@given(st.dictionaries(st.integers(1, 2**52), st.text(max_size=200), max_size=300), st.randoms())
def test_any_order_of_any_words_comes_back_and_fits(items: dict[int, str], dice: Random):
    order = dice.sample(list(items), k=dice.randint(0, len(items)))
    shown = lines(items, order, 3900)
    assert len(shown) <= 3900
    assert rearranged(items, shown) == tuple(order)


def test_the_numbers_of_a_text():
    assert numbers_in("Three-fifths (59%) of 1,234 people, 3.50 of 5") == {"59", "1234", "3.5", "5"}
