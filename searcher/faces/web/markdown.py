"""The Markdown that our own pages are written in (headings, paragraphs, tables, code, emphasis) → HTML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*|\[(?P<text>[^\]]+)\]\((?P<to>[^)\s]+)\)"
)
_CELL = re.compile(r"(?<!\\)\|")


def html(text: str) -> Markup:
    """A page, its headings a rank lower, so that they stand below the heading of the page they are shown on."""
    made: list[Markup] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.splitlines()
        if heading := re.match(r"(#+) (.*)", lines[0]):
            rank = min(len(heading[1]) + 1, 6)
            name = re.sub(r"\W+", "-", heading[2].lower()).strip("-")
            made.append(Markup(f'<h{rank} id="{name}">') + _inline(heading[2]) + Markup(f"</h{rank}>"))
            lines = lines[1:]
        if not lines:
            continue
        made.append(_table(lines) if lines[0].startswith("|") else Markup("<p>{}</p>").format(_inline(" ".join(lines))))
    return Markup("\n").join(made)


def _table(lines: list[str]) -> Markup:
    rows = [[cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]] for line in lines]
    head = rows[0] if len(rows) > 1 and set("".join(rows[1])) <= set("-: ") else None
    made = [Markup('<div class="scroll" tabindex="0"><table>')]
    if head is not None:
        cells = (Markup('<th scope="col">{}</th>').format(_inline(cell)) for cell in head)
        made.append(Markup("<thead><tr>{}</tr></thead>").format(Markup("").join(cells)))
        rows = rows[2:]
    made.append(Markup("<tbody>"))
    for row in rows:
        cells = (Markup("<td>{}</td>").format(_inline(cell)) for cell in row)
        made.append(Markup("<tr>{}</tr>").format(Markup("").join(cells)))
    made.append(Markup("</tbody></table></div>"))
    return Markup("").join(made)


def _inline(text: str) -> Markup:
    pieces, at = [], 0
    for found in _INLINE.finditer(text):
        pieces.append(escape(text[at : found.start()]))
        for name in ("code", "strong", "em"):
            if found[name]:
                pieces.append(Markup(f"<{name}>") + escape(found[name]) + Markup(f"</{name}>"))
        if found["to"]:
            pieces.append(escape(found["text"]))
        at = found.end()
    return Markup("").join((*pieces, escape(text[at:])))
