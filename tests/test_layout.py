"""What people wrote, made inert for Discord."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.layout import fitted, safe

ZERO_WIDTH = "\N{ZERO WIDTH SPACE}"
MARKUP = r"\*_~`|<>#[]()-+.:/@1 "
words = st.one_of(
    st.text(st.characters(exclude_characters=ZERO_WIDTH, exclude_categories=["Cs"])),
    st.text(st.sampled_from([*MARKUP, "\n", "a", "é"])),
    st.lists(
        st.sampled_from(["@everyone", "@here", "<@1>", "https://", ":tada:", "**", "-#", "1.", "\n", "x", " "])
    ).map("".join),
)


def stripped(shown: str) -> str:
    return re.sub(r"\\(.)", r"\1", shown, flags=re.DOTALL).replace(ZERO_WIDTH, "")


def without_escapes(shown: str) -> str:
    """What Discord still looks at for markup: an escaped character has had its turn."""
    return re.sub(r"\\.", "\N{REPLACEMENT CHARACTER}", shown, flags=re.DOTALL)


@given(words)
def test_without_the_escapes_it_is_the_text(text: str):
    assert stripped(safe(text)) == text


@given(words)
def test_no_markup_is_left(text: str):
    left = without_escapes(safe(text))
    for kind, markup in {
        "emphasis, code, spoilers, mentions, links": r"[*_~`|<\[\]\\]",
        "lines of a heading, a quotation, a list": r"^\s*(?:[#>+-]|\d+[.)])",
        "everybody": r"@(?:everyone|here)",
        "bare links": r"\w://",
        "emoji by name": r":[^\s:]+:",
    }.items():
        assert not re.search(markup, left, re.MULTILINE), kind


@given(words)
def test_it_is_at_most_twice_as_long(text: str):
    assert len(safe(text)) <= 2 * len(text)


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters=MARKUP)))
def test_plain_text_is_left_as_it_is(text: str):
    assert safe(f"x{text}") == f"x{text}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@everyone and @here", f"@{ZERO_WIDTH}everyone and @{ZERO_WIDTH}here"),
        ("<@1> <#2> <@&3>", "\\<@1> \\<#2> \\<@&3>"),
        ("[free](https://example.org)", "\\[free\\](https\\://example.org)"),
        ("It costs £3. Is 10:30 fine?", "It costs £3. Is 10:30 fine?"),
        ("snake_case", "snake\\_case"),
        ("std::pair::first", "std\\:\\:pair\\::first"),
        ("a\n# b\n  - c\n2. d", "a\n\\# b\n  \\- c\n2\\. d"),
    ],
)
def test_examples(text: str, shown: str):
    assert safe(text) == shown


@given(st.lists(words, min_size=1, max_size=4), st.integers(40, 400))
def test_texts_are_cut_to_the_room_there_is(texts: list[str], room: int):
    shown = fitted(texts, room)
    assert sum(map(len, shown)) <= room
    if sum(len(safe(each)) for each in texts) <= room:
        assert shown == [safe(each) for each in texts]
