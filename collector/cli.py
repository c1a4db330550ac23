"""The `collector` program. Its commands are imported when they are used, so that `collector --help` is quick."""

from __future__ import annotations

import logging
import os
import resource

from collector import __version__
from policies.cli import BilingualGroup
from policies.vocabulary import Text

program = BilingualGroup(
    "collector",
    text=Text(
        "守密服务器程序：接收各计算机的检查报告，管理台账，汇总季度检查。",
        "Shoumi in the office: takes the computers' reports, keeps the ledgers, sums up the quarter.",
    ),
    version=__version__,
)

program.lazy("init", "collector.commands.init", Text("初始化：数据库、证书、密钥", "set up: database, certificates, keys"))
program.lazy("serve", "collector.commands.serve", Text("运行服务", "run the server"))
program.lazy("summary", "collector.commands.summary", Text("季度检查汇总", "the quarterly inspection's figures"))
program.lazy("computers", "collector.commands.computers", Text("计算机台账", "the ledger of computers"))
program.lazy("media", "collector.commands.media", Text("存储介质台账", "the ledger of removable media"))


def main() -> None:
    """Run the program. What it writes is for its own user only, no core dump of it is written: findings may be classified."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    program(prog_name="collector")
