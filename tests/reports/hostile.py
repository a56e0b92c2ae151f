"""What people might write, in every language that a file could be made in."""

from hypothesis import strategies as st

HOSTILE = (
    '#set page(width: 100pt)\n#panic("boom")\n#import "/etc/passwd"',
    "$ x/0 $ #{1/0} @nobody <label> *bold* _it_ `raw` // comment /* open",
    "<script>alert(1)</script><img src=x onerror=alert(1)><!-- & &copy; &#60;b&#62; ]]>",
    "</blockquote></td></table></style></title><h1>Mine</h1>",
    "{{ report.contact }} {% include 'report.css' %} {# gone? #}",
    "# Title #\n\n> quote\n- item\n+ item\n1. one\n2) two\n---\n===\n***\n    code\n\tcode",
    "[link](https://example.com) ![pic](x.png) <https://example.com> www.example.com [^1]: note",
    "| a | b |\n|---|---|\n| c \\| d | e |\n:-:",
    "```\nfenced\n~~~ ~~gone~~ :tada: ||spoiler|| \\ \\\\ trailing\\",
    "@everyone <@123> <#456> <t:0:F>",
    '=HYPERLINK("https://example.com") +1 -1',
    "مرحبا بالعالم: الجودة 100% (n=5)",
    "שלום\u200e abc\u200f \u202egnp.exe\u202c \u2066isolated",
    "Z\u0338\u0322\u0327\u031b" + "\u0300" * 60 + "algo",
    "👩🏽‍⚕️👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿 ✅ 🎉",
    "质量管理体系，人人有责",
    "Llŵyddiant ŵ ŷ Ŷ",
    "a\x00b\x07c\x1b[31m\x85d\u2028e\ud800f\uffff\r\ng\rh",
    "zero\u200bwidth\u200djoin\ufeff",
    "W" * 4000,
    "word " * 800,
)

TEXTS = (
    # Nothing but what some Markdown acts on, and white space.
    st.text(alphabet="\\`*_{}[]()<>#+-=.!|~&:;$^'\"/… \n\r\tab1w@©\u00a0\u2028", max_size=60)
    | st.text(max_size=200)
    | st.sampled_from(HOSTILE)
)
"""Any text, and those above all."""
