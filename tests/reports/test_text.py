import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.reports.text import for_markdown, is_rtl, one_line, plain, quoted, web_address
from tests.reports.hostile import TEXTS
from tests.reports.readers import inline_text, parse_markdown, read_markdown


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@given(TEXTS)
def test_what_was_written_is_what_markdown_prints(text: str) -> None:
    tokens = parse_markdown(for_markdown(text))
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    printed = "\n".join(inline_text(token) for token in tokens if token.type == "inline")
    assert lines(printed) == lines(plain(text))


@given(TEXTS)
def test_every_line_of_a_quote_stays_inside_it(text: str) -> None:
    read = read_markdown(f"before\n\n{quoted(text)}\n\n{quoted(text, reply=True)}\n\nafter")
    assert [lines(quote) for quote in read.quotes] == [lines(plain(text))] * 2


@given(TEXTS)
@example("C #")
@example("a | b \\")
def test_a_heading_and_a_cell_hold_any_text(text: str) -> None:
    safe = for_markdown(one_line(text))
    read = read_markdown(f"# {safe}\n\n| a | b |\n| --- | --- |\n| {safe} | 5 |\n")
    assert read.headings == [(1, one_line(text))]
    assert read.tables == [[["a", "b"], [one_line(text), "5"]]]


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_plain_text_can_be_written_and_is_plain_already(text: str) -> None:
    clean = plain(text)
    assert plain(clean) == clean
    assert clean.encode().decode() == clean
    assert not set(clean) & set("\x00\x07\x1b\r\t\x7f\x85\u2028\u202e\u2066")


def test_plain_keeps_words_lines_and_joiners() -> None:
    assert plain("one\r\ntwo\rthree\u2028four\tfive\x00") == "one\ntwo\nthree\nfour five"
    assert plain("👩🏽‍⚕️ می‌خواهم") == "👩🏽‍⚕️ می‌خواهم"
    assert plain("a\u202eb\ud800") == "ab\N{REPLACEMENT CHARACTER}"
    assert one_line("  one\n\n two\u00a0three ") == "one two three"


def test_escaping_leaves_ordinary_prose_alone() -> None:
    prose = "Well, it's a light-touch exercise (really): quality & safety, 50% of it! “Yes”; a/b, C#."
    assert for_markdown(prose) == prose
    assert for_markdown("https://a.org www.a.org :tada:") == r"https\://a.org www\.a.org \:tada:"
    assert for_markdown("1. *Start*\nsmall") == "1\\. \\*Start\\*\\\nsmall"


def test_a_cut_stays_readable_unless_it_could_be_a_link() -> None:
    assert for_markdown("one […] two [...]") == "one […] two [...]"
    assert for_markdown("[…](x) [...][…] […]: x") == r"\[…\](x) \[...\][…] \[…\]: x"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://www.example.com/a?b=1&c=%20#d", "https://www.example.com/a?b=1&c=%20#d"),
        ("HTTPS://example.com/a b", "https://example.com/a%20b"),
        (" https://example.com/(a)<b>\"'\\\n", "https://example.com/%28a%29%3Cb%3E%22%27%5C"),
        ("https://example.com/Llŵydd", "https://example.com/Ll%C5%B5ydd"),
        ("http://example.com", ""),
        ("javascript:alert(1)//https://example.com", ""),
        ("https:", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_only_what_leads_to_the_web_is_an_address(url: str, address: str) -> None:
    assert web_address(url) == address


@given(TEXTS)
def test_an_address_cannot_end_its_link(text: str) -> None:
    assert not set(web_address(f"https://example.com/{text}")) & set(" \n\t<>()\"'\\`")


@pytest.mark.parametrize(
    ("text", "rtl"),
    [("مرحبا", True), ("🎉 1. שלום", True), ("Hello مرحبا", False), ("12 🎉", False), ("", False)],
)
def test_the_first_letter_says_which_way_a_text_runs(text: str, rtl: bool) -> None:
    assert is_rtl(text) is rtl
