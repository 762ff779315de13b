"""Keeps the charset that a request claims away from Django."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_TYPE_AS_SENT = "prm.content_type"
# What was taken is not given back: blanks without end are read once.
_CHARSET = re.compile(r";\s*+charset\s*+(?:\*\s*+)?=[^;]*", re.IGNORECASE)


class CharsetAside:
    """Around the WSGI application: takes the charset out of Content-Type, for the middleware to judge.

    Django decodes the query with it while the request is built, where an odd codec raises and nobody can answer.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        sent = environ.get("CONTENT_TYPE", "")
        if _CHARSET.search(sent):
            environ[CONTENT_TYPE_AS_SENT] = sent
            environ["CONTENT_TYPE"] = _CHARSET.sub("", sent)
        return self.application(environ, start_response)
