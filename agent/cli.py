"""The `agent` program. Its commands are imported when they are used, so that `agent --help` is quick."""

from __future__ import annotations

import os
import resource

from agent import __version__, lean  # noqa: F401  lean: before whatever hashes
from policies.cli import BilingualGroup
from policies.vocabulary import Text

program = BilingualGroup(
    "agent",
    text=Text(
        "守密终端程序：检查本机是否按保密规定管理。", "Shoumi on the endpoint: is this computer kept as the secrecy rules demand?"
    ),
    version=__version__,
)

program.lazy(
    "scan", "agent.commands.scan", Text("检查本机一次，或检查给定的文件", "judge this computer once, or the files given")
)
program.lazy("marks", "agent.commands.marks", Text("列出文件中的密级标志", "show the classification marks in files"))
program.lazy("facts", "agent.commands.facts", Text("以 JSON 输出本机事实", "print the facts about this computer as JSON"))
program.lazy("checks", "agent.commands.checks", Text("列出全部检查和条款", "list every check and clause"))
program.lazy("policy", "agent.commands.policy", Text("核对或显示策略", "check or show a policy"))
program.lazy("media", "agent.commands.media", Text("存储介质台账，USBGuard 规则", "the media register, rules for USBGuard"))
program.lazy("run", "agent.commands.run", Text("作为守护进程持续监测", "watch this computer, as a daemon"))
program.lazy("status", "agent.commands.status", Text("守护进程的状态", "how the daemon fares"))
program.lazy("enrol", "agent.commands.enrol", Text("登记到服务器", "join a collector"))
program.lazy("import", "agent.commands.importing", Text("导入带来的存储介质台账", "take in a media register from a file"))


def main() -> None:
    """Run the program. No core dump and no file that others can read: this process handles classified files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    program(prog_name="agent")
