"""Pages as a person reads them, and forms as a person fills them in."""

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localdate

BLOCKS = {
    "p",
    "div",
    "li",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "dt",
    "dd",
    "section",
    "tr",
    "label",
    "option",
    "button",
    "br",
    "small",
}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.hidden += tag in {"script", "style", "head"}
        self.parts += [" "] * (tag in BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "head"}
        self.parts += [" "] * (tag in BLOCKS)

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def html(response: Any) -> str:
    return response.content.decode()


def text(response: Any) -> str:
    """What stands on the page, in one line."""
    reader = _Text()
    reader.feed(html(response))
    return re.sub(r"\s+", " ", "".join(reader.parts)).strip()


def main(response: Any) -> str:
    """The text of the page without navigation: everything from its heading on."""
    body = html(response)
    return text(HttpResponse(body[body.index('id="content"') :]))


def errors(response: Any, name: str, form: str = "id") -> str:
    """What is said at one field of a form; its ids start with the form's name."""
    found = re.findall(rf'<ul class="errorlist" id="{form}_{name}_error">(.*?)</ul>', html(response), flags=re.DOTALL)
    return text(HttpResponse(" ".join(found)))


def rows(response: Any) -> list[str]:
    """The first cell of each row of the page's table."""
    cells = re.findall(r'<td class="main-cell">(.*?)</td>', html(response), flags=re.DOTALL)
    return [text(HttpResponse(cell)) for cell in cells]


def deal_form(**changes: Any) -> dict[str, Any]:
    """Everything that a complete registration needs, as a browser sends it."""
    given = {
        "customer_name": "Müller Logistik GmbH",
        "customer_website": "mueller-logistik.de",
        "customer_country": "DE",
        "customer_city": "Hamburg",
        "products": ["fleet-cloud"],
        "products-fleet-cloud": "240",
        "value": "86,400",
        "currency": "EUR",
        "expected_close": f"{localdate().year + 1}-02-28",
        "motion": "managed",
        "opportunity": "new",
        "engagement": "independent",
        "work_done": "Found the project, ran two workshops with the head of fleet.",
        "then": "register",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}
