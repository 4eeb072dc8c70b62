"""Forms as a browser sends them: everything that stands in the form, with what was typed instead."""

from typing import Any

from households.forms.changing import raw
from jiangjin.evidence.forms import EvidenceField


def filled_in(form: Any, **typed: str) -> dict[str, str]:
    """What the opened form sends when these fields were typed into; files are added by who sends some."""
    typing = [bound for bound in form if not isinstance(bound.field, EvidenceField)]
    untouched = {bound.html_name: raw(bound.field, bound.value()) for bound in typing}
    unknown = set(typed) - set(untouched)
    assert not unknown, f"the form does not ask for {unknown}"
    return {**untouched, **typed}


def send(client: Any, url: str, **typed: str) -> Any:
    """Open the page, type, send."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code)
    return client.post(url, filled_in(page.context["form"], **typed))


def errors(response: Any) -> dict[str, list[str]]:
    """The messages of a refused form by field; "__all__" for those of the whole form."""
    assert response.status_code == 422, (response.status_code, response.headers.get("Location"))
    return dict(response.context["form"].errors)


def told(response: Any) -> str:
    """The messages that the next page shows."""
    return " ".join(str(message) for message in response.wsgi_request._messages)
