"""Markdown that says only what we say, and the web page that it becomes.

Names and printed text come from learners. `plain` lets Markdown see nothing but text in them; the page is made without
raw HTML, links and pictures, and tells the browser to load nothing and to run nothing.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Mapping

from adim.learn.languages import Language

_STYLE = """\
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --quiet: #59636e; --line: #d1d9e0; --soft: #f6f8fa;
  --mark: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16191d; --ink: #e6e9ed; --quiet: #9aa4af; --line: #353c44; --soft: #20252b; --mark: #6cb8ea; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif;
  overflow-wrap: break-word; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 0.75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 2rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
a { color: var(--mark); }
code, pre { font: 0.875em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { background: var(--soft); border-radius: 4px; padding: 0.1em 0.3em; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem;
  overflow-x: auto; }
pre code { background: none; padding: 0; font-size: 1em; }
blockquote { margin: 1rem 0; padding: 0.1rem 1rem; border-left: 4px solid var(--mark); background: var(--soft); }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; border-bottom-width: 2px; vertical-align: bottom; }
th:has(> code) { writing-mode: sideways-lr; padding: 0.75rem 0.35rem; text-align: left !important; }
th > code { background: none; }
td:first-child { min-width: 7rem; overflow-wrap: anywhere; }
img { display: block; max-width: 100%; height: auto; border-radius: 6px; }
@media print {
  :root { --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --soft: #f4f4f4; --mark: #0072b2; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  h1, h2, h3 { break-after: avoid; }
  pre, blockquote, tr, img { break-inside: avoid; }
  pre { white-space: pre-wrap; }
}
"""


def plain(text: str) -> str:
    r"""Return text in which Markdown sees nothing but text, on one line.

    Examples
    --------
    >>> print(plain("*<b>*"))
    \*\<b\>\*
    """
    text = re.sub(r"([\\`*_\[\]<>|~$&#!])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", text)  # where a line begins, these would begin a list


def table(head: Iterable[str], align: str, rows: Iterable[Iterable[object]]) -> str:
    """Return a table; `align` has a letter for each column, l or r.

    Examples
    --------
    >>> print(table(["function", "points"], "lr", [["zero_pad", 8]]))
    | function | points |
    | --- | ---: |
    | zero_pad | 8 |
    """
    rule = ["---:" if letter == "r" else "---" for letter in align]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (head, rule, *rows))


def page(markdown: str, title: str, language: Language, pictures: Mapping[str, bytes] | None = None) -> str:
    """Return a web page that stands alone.

    Parameters
    ----------
    markdown : str
        What it says. HTML in it is shown as it is written, not obeyed.
    title : str
        What the browser's tab says.
    language : {"en", "tr"}
        The language of the text.
    pictures : mapping of str to bytes, optional
        PNG files by the names under which the text refers to them. Where there are none, as on learners' pages,
        neither pictures nor links are made of anything in the text.

    Examples
    --------
    >>> "&lt;script&gt;" in page("<script>alert(1)</script>", "x", "en")
    True
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only when needed

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    if pictures is None:
        reader.disable(["link", "image", "autolink"])
    body = str(reader.render(markdown))
    for name, content in (pictures or {}).items():
        width = int.from_bytes(content[16:20]) * 3 // 5  # its dots are finer than a screen's
        data = base64.b64encode(content).decode()
        body = body.replace(f'src="{name}"', f'width="{width}" src="data:image/png;base64,{data}"')
    body = re.sub(r"<td[^>]*><code>\w+(?=</code></td>)", lambda cell: cell[0].replace("_", "_<wbr>"), body)
    body = body.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
    return f"""\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{html.escape(title)}</title>
<style>
{_STYLE}</style>
</head>
<body>
{body}</body>
</html>
"""
