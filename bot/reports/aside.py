"""What was given for themes only: a document of its own, so that it is never shared by mistake."""

from dataclasses import replace

from bot.reports.contents import contents
from bot.reports.document import Block, Document, Heading, Paragraph, Quote
from bot.reports.text import one_line
from bot.services.reporting import Report

ASIDE = (
    "This is for the organising team. The people who wrote it allowed its use for themes and nothing more: no part of "
    "it may be quoted, read out or shared, with or without a name."
)


def for_themes(report: Report) -> Document | None:
    """What was given for themes only, for the organising team's eyes; None where nothing was."""
    given = [(title, said) for title, said in report.voices if said.for_themes]
    if not given:
        return None
    blocks: list[Block] = [Paragraph(ASIDE)]
    for title, said in given:
        blocks += [Heading(2, title), Paragraph(f"“{one_line(said.prompt)}”", quiet=True)]
        blocks += [Quote(words.text) for words in said.for_themes]
    whole = contents(report)
    return replace(whole, kind="Given for themes only: do not quote", blocks=tuple(blocks))
