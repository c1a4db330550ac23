"""`make demo`: the whole line on this computer, in folders of its own; nothing outside them and loopback is touched.

A collector is set up and started, this computer joins it, documents are written, the real checks run on this computer and those
documents, the report travels, and the quarter's summary is printed. With `--keep` the collector is left running.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
from pathlib import Path

from policies.cli import locale_language
from policies.vocabulary import Text
from tests.demo import samples
from tests.e2e.world import Endpoint, Office

_MEDIA = (
    "编号,密级,序列号,vendor_id,product_id,保管人,部门,适用计算机,有效期,状态\n"
    "JZ-001,机密,60A44C413FDE,0951,1666,李四,办公室,,2027-12-31,在用\n"
    "JZ-002,秘密,4C530001230712,0781,5567,王五,办公室,,2026-12-31,停用\n"
)

_LANG = ("--lang", locale_language().value)


def main(words: list[str]) -> int:
    """Run the demonstration; answers the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="shoumi-demo-"))
    office: Office | None = None
    kept = False
    try:
        _step(Text("建立服务器，登记两个介质：collector init", "set up a collector, register two media: collector init"))
        office = Office(folder / "office")
        _demonstrate(folder, office)
        kept = "--keep" in words
    finally:
        if not kept:
            if office is not None:
                office.end()
            shutil.rmtree(folder, ignore_errors=True)
    if kept:
        how = f"kill {office.pid}; rm -r {folder}"
        _tell(Text(f"服务器仍在运行；结束并清除：{how}", f"the collector goes on running; to end it and clean up: {how}"))
    return 0


def _demonstrate(folder: Path, office: Office) -> None:
    (folder / "media.csv").write_text(_MEDIA, encoding="utf-8")
    _show(office.run("media", "import", folder / "media.csv", *_LANG).stdout)
    office.serve()

    _step(Text("本机登记到服务器，写入示例文档", "this computer joins it; sample documents are written"))
    endpoint = Endpoint(folder / "computer")
    documents = folder / "documents"
    samples.write(documents)
    endpoint.write_policy(documents)
    endpoint.enrol(office, socket.gethostname())

    _step(Text("文档中的密级标志：agent marks", "the marks in the documents: agent marks"))
    _show(endpoint.run("marks", documents, *_LANG).stdout)

    _step(Text("守护进程检查本机并上报：agent run", "the daemon judges this computer and reports: agent run"))
    endpoint.start_daemon()
    endpoint.wait_for_whole_scan()
    endpoint.wait_until_all_is_told()
    _show(endpoint.run("status", *_LANG).stdout)

    _step(Text("同样的检查，手工一次：agent scan", "the same checks once by hand: agent scan"))
    _show(endpoint.run("scan", *_LANG).stdout)
    endpoint.end_daemon()

    _step(Text("季度汇总：collector summary", "the quarter: collector summary"))
    _show(office.run("summary", *_LANG).stdout)
    _tell(
        Text(
            f"网页：{office.url}  用户名 inspector  访问码 {office.access_code}",
            f"the page: {office.url}  user inspector  access code {office.access_code}",
        )
    )


def _step(text: Text) -> None:
    print(f"\n\x1b[1m── {_say(text)}\x1b[0m" if sys.stdout.isatty() else f"\n── {_say(text)}", flush=True)


def _tell(text: Text) -> None:
    print(_say(text), flush=True)


def _show(output: str) -> None:
    print(output, end="", flush=True)


def _say(text: Text) -> str:
    return text.say(locale_language())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
