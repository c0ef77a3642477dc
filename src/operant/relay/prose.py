"""
Our own guides as pages: the few signs of Markdown that they use, and nothing that could be markup.

What people write is never read here: that is the widgets' own reader (`packages/widgets/markdown.ts`).
"""

import re
from collections.abc import Callable, Iterator

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

_FENCE = re.compile(r"```")
_HEADING = re.compile(r"(#{1,3}) +(.+)")
_ENTRY = re.compile(r"(-|\d+\.) +(.+)")
_SIGNS = re.compile(r"`([^`]+)`|\*\*(.+?)\*\*|\*(.+?)\*|\[([^]]+)\]\(([^)]+)\)")


def rendered(text: str, link: Callable[[str], str]) -> SafeString:
    """Return a guide as HTML, without its first heading; `link` says where a link leads."""
    return mark_safe("".join(_block(kind, lines, link) for kind, lines in _blocks(text)))  # noqa: S308 - each part is escaped


def title(text: str) -> str:
    """Return what a guide is called."""
    return text.partition("\n")[0].lstrip("# ")


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Paragraphs, headings, fenced lines, and lists, whose entries go on in lines that are indented."""
    kind, lines = "", list[str]()
    for line in [*text.splitlines()[1:], ""]:
        if kind == "pre":
            if not _FENCE.match(line):
                lines.append(line)
                continue
            yield kind, lines
            kind, lines = "", []
            continue
        found = _kind(line, kind)
        if kind and found != kind:
            yield kind, lines
            lines = []
        kind = found
        if entry := _ENTRY.match(line):
            lines.append(entry[2])
        elif kind in {"ul", "ol"}:
            lines[-1] += " " + line.strip()
        elif kind not in {"", "pre"}:
            lines.append(line)


def _kind(line: str, before: str) -> str:
    if _FENCE.match(line):
        return "pre"
    if heading := _HEADING.match(line):
        return f"h{len(heading[1])}"
    if entry := _ENTRY.match(line):
        return "ul" if entry[1] == "-" else "ol"
    if not line.strip():
        return ""
    return before if before in {"ul", "ol"} and line.startswith(" ") else "p"


def _block(kind: str, lines: list[str], link: Callable[[str], str]) -> SafeString:
    if kind == "pre":
        return format_html('<pre class="ot-sql" tabindex="0" aria-label="Lines to copy"><code>{}</code></pre>', "\n".join(lines))
    if kind in {"ul", "ol"}:
        entries = mark_safe("".join(format_html("<li>{}</li>", _run(each, link)) for each in lines))  # noqa: S308
        return format_html(f"<{kind}>{{}}</{kind}>", entries)
    words = [_HEADING.sub(r"\2", each) for each in lines]
    return format_html(f"<{kind}>{{}}</{kind}>", _run(" ".join(words), link))


def _run(text: str, link: Callable[[str], str]) -> SafeString:
    made, at = [], 0
    for found in _SIGNS.finditer(text):
        made += [conditional_escape(text[at : found.start()]), _signed(found, link)]
        at = found.end()
    return mark_safe("".join([*made, conditional_escape(text[at:])]))  # noqa: S308


def _signed(found: re.Match[str], link: Callable[[str], str]) -> SafeString:
    code, strong, emphasis, words, target = found.groups()
    if code:
        return format_html("<code>{}</code>", code)
    if words:
        return format_html('<a class="ot-link" href="{}">{}</a>', link(target), _run(words, link))
    return format_html("<strong>{}</strong>", _run(strong, link)) if strong else format_html("<em>{}</em>", _run(emphasis, link))
