"""How a file leaves: as something to save, never as a page of ours."""

from datetime import datetime

from django.http import Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header

from prm.accounts.models import User
from prm.files import keeping
from prm.files.models import StoredFile
from prm.files.sockets import OWNERS


def sent(file: StoredFile, *, by: User, now: datetime, counted: bool = True) -> StreamingHttpResponse:
    """For somebody who may read it. Its owner hears of it, unless only the head is asked for."""
    if not keeping.is_there(file.key):
        raise Http404
    served = OWNERS[file.subject_type].served
    if counted and served is not None:
        served(file.subject_id, by, now)
    response = StreamingHttpResponse(keeping.portions(file.key), content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Length"] = str(file.size)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
