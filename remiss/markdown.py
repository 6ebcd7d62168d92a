"""Plan texts in Markdown → sanitised HTML. Answers are plain text and never come here."""

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr"} | {
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# The page owns the first two heading levels.
HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}


def to_html(source: str) -> str:
    """Sanitised HTML: raw HTML is escaped, pictures and script links are dropped."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(source)
    for token in tokens:
        token.tag = HEADINGS.get(token.tag, token.tag)
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            token.attrSet("class", "list")
    html = reader.renderer.render(tokens, reader.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ul": {"class"}, "ol": {"class"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )
