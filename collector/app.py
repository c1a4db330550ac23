"""Every route of the server in one place, and how what goes wrong is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from collector.api import Api, answer
from collector.enrol import Enrolment
from collector.headers import SafeHeaders
from collector.ingest import Ingest
from collector.office import Office
from collector.refused import RequestError
from collector.store.store import is_full
from collector.web.site import Site
from policies.vocabulary import Text

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "web" / "static"
_BUSY_SECONDS, _FULL_SECONDS = 5, 300


def build(office: Office, now: Callable[[], datetime]) -> Starlette:
    """The server of an office. `now` is the clock."""
    api = Api(office.store, Ingest(office.store, now), Enrolment(office.store, office.key, now))
    site = Site(office, now)
    routes = [
        Route("/api/v1/enrol", api.enrol, methods=["POST"]),
        Route("/api/v1/reports", api.reports, methods=["POST"]),
        Route("/api/v1/register", api.register),
        Route("/healthz", api.health),
        Route("/", site.page),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    handlers = {RequestError: _refused, OperationalError: _out_of_order, HTTPException: _http_error, Exception: _failed}
    return Starlette(routes=routes, exception_handlers=handlers, middleware=[Middleware(SafeHeaders)])


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)  # noqa: S101  it is registered for no other
    headers = {"WWW-Authenticate": 'Basic realm="Shoumi", charset="UTF-8"'} if error.status == 401 else {}
    return _told(error.status, error.code, error.text, headers, error.details)


def _out_of_order(request: Request, error: Exception) -> Response:
    """The database cannot store now: nothing was acknowledged, so the agent comes again."""
    assert isinstance(error, OperationalError)  # noqa: S101  it is registered for no other
    log.error("the database cannot be used: %s", error.orig)
    if is_full(error):
        text = Text("服务器磁盘已满", "the server's disk is full")
        return _told(507, "disk_full", text, {"Retry-After": str(_FULL_SECONDS)})
    return _told(
        503, "busy", Text("数据库忙，请稍后再试", "the database is busy, try again"), {"Retry-After": str(_BUSY_SECONDS)}
    )


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  it is registered for no other
    texts = {404: Text("没有这个地址", "there is nothing here"), 405: Text("不允许此方法", "this method is not allowed")}
    text = texts.get(error.status_code, Text("请求无法处理", error.detail))
    return _told(error.status_code, "http", text, dict(error.headers or {}))


def _failed(request: Request, error: Exception) -> Response:
    """A fault of ours; Starlette raises it again for the log once this is sent."""
    return _told(500, "internal", Text("服务器内部错误", "internal error of the server"), {})


def _told(status: int, code: str, text: Text, headers: dict[str, str], details: Mapping[str, int] | None = None) -> Response:
    return answer({"error": {"code": code, "zh": text.zh, "en": text.en}, **(details or {})}, status, headers)
