"""Who may see the page, and in which language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from collector.auth import may_enter
from collector.office import Office
from collector.refused import RequestError
from collector.web.page import Page
from policies.vocabulary import Language, Text


class Site:
    """The office's side of the server."""

    def __init__(self, office: Office, now: Callable[[], datetime]) -> None:
        self._access = office.access
        self._page = Page(office, now)

    async def page(self, request: Request) -> Response:
        """GET: the quarter, for those who have the access code."""
        if not may_enter(request.headers.get("authorization"), self._access):
            raise RequestError(401, "no_access", Text("需要用户名和访问码", "user name and access code are needed"))
        language = _language(request.query_params.get("lang"), request.headers.get("accept-language", ""))
        text = await run_in_threadpool(self._page.render, request.query_params, language)
        return HTMLResponse(text)


def _language(wanted: str | None, accepted: str) -> Language:
    """As asked for, else the first known one that the browser prefers, else Chinese."""
    names = [wanted or "", *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    known = {language.value: language for language in Language}
    return next((known[name] for name in names if name in known), Language.ZH)
