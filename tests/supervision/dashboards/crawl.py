"""Reading the numbers of a page and of the lists behind them."""

import re
from dataclasses import dataclass
from html import unescape

from django.test import Client

LINKED = re.compile(r'<a href="([^"]+)">([\d,]+)</a>')
STAT = re.compile(
    r'<a class="card stat[^"]*" href="([^"]+)">\s*<span class="stat-label">[^<]*</span>\s*'
    r'<span class="stat-value"><span class="num">([\d,]+)</span>'
)
BARE_CELL = re.compile(r'<td class="num[^"]*">([\d,]+)</td>')
BARE_STAT = re.compile(
    r'<div class="card stat[^"]*">\s*<span class="stat-label">[^<]*</span>\s*'
    r'<span class="stat-value"><span class="num">([\d,]+)</span>'
)


@dataclass(frozen=True)
class Opened:
    """A number and where it opens."""

    url: str
    value: int


def numbers(html: str) -> list[Opened]:
    """The numbers of the tables and of the figures on top, with their links."""
    return [Opened(unescape(url), number(text)) for url, text in [*LINKED.findall(html), *STAT.findall(html)]]


def unlinked(html: str) -> set[int]:
    """The numbers that open nothing. In the tables of charts the name before the number is the link: they are left out."""
    html = re.sub(r"<figure.*?</figure>", "", html, flags=re.S)
    return {number(text) for text in [*BARE_CELL.findall(html), *BARE_STAT.findall(html)]}


def number(text: str) -> int:
    return int(text.replace(",", ""))


def behind(client: Client, url: str) -> int:
    """What the list behind a number adds up to: its rows, or the sum that it shows above them."""
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    total = response.context.get("total")
    if total is not None:
        assert f"{total:,}" in response.content.decode()
        return total
    return response.context["page"].paginator.count


def results(html: str) -> str:
    """The part of the page that the month changes."""
    return html[html.index('id="results"') : html.index("</main>")]
