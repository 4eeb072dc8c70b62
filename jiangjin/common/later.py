"""Numbers over a very large area come after the page: it is answered at once and asks for them itself.

A view that finds its area large answers without what takes long, and with `url`, unless it was `asked` for it;
`components/_later.html` asks. Without script it is a link.
"""

from django.http import HttpRequest

PARAMETER = "counted"


def asked(request: HttpRequest) -> bool:
    """Whether the page asks for what it left out."""
    return PARAMETER in request.GET


def url(request: HttpRequest) -> str:
    """The address of the page with everything."""
    query = request.GET.copy()
    query[PARAMETER] = "1"
    return f"{request.path}?{query.urlencode()}"
