"""Answering with a file; only the views of whoever owns it may, after checking who asks."""

from urllib.parse import quote

from django.http import Http404, HttpResponse

from yakuba.files import queries, rules
from yakuba.files.models import StoredFile


def response(file: StoredFile, *, as_download: bool = False) -> HttpResponse:
    """Return `file` to a browser, in a way that nothing in it can run.

    Raises:
        Http404: the file is not there any more.
    """
    try:
        content = queries.read(file)
    except queries.Gone:
        raise Http404 from None
    is_shown = file.content_type in rules.USUAL and not as_download
    answer = HttpResponse(content, content_type=file.content_type)
    disposition = "inline" if is_shown else "attachment"
    answer["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(file.name, safe='')}"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
