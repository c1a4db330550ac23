"""`agent media list|usbguard`: the media register as this computer has it, what is plugged in, and rules for USBGuard from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from agent.assembly import Configuration, configure
from agent.commands.common import note, own_identity, told
from agent.commands.output import emit
from agent.registers import load_register
from agent.sources.base import SourceUnavailable
from agent.sources.media import MediaSource
from agent.usbguard import rules
from checks.subjects import Device
from policies.cli import BilingualGroup, Failure, option, say
from policies.folders import config_folder
from policies.register import Medium, Register
from policies.table import printable, table
from policies.vocabulary import Text

command = BilingualGroup(
    "media", text=Text("存储介质台账与已接入的介质。", "The media register, and the media that are plugged in.")
)

_NO_REGISTER = Text(
    "本机没有存储介质台账：请登记到服务器，用 agent import 导入，或写入 computer.yaml 的 media",
    "this computer has no media register: enrol it, carry one in (agent import), or write one under `media` in computer.yaml",
)
_HEADS = (
    Text("编号", "number"),
    Text("密级", "level"),
    Text("状态", "state"),
    Text("有效期", "valid until"),
    Text("接入", "plugged in"),
    Text("设备", "device"),
)


@command.command(
    "list", text=Text("列出台账和已接入的存储设备。", "Show the register and the storage devices that are plugged in.")
)
def show() -> None:
    """The rows of the register, then what no row speaks of."""
    register = _register(_configured())
    try:
        present = [d for d in MediaSource().present() if isinstance(d, Device) and d.is_storage]
    except SourceUnavailable as error:
        raise Failure(error.reason) from None
    text = register.issue.text
    note(Text(f"存储介质台账：{text.zh}", f"media register: {text.en}"))
    emit(table([say(head) for head in _HEADS], _rows(register, present)) + "\n")


@command.command(
    "usbguard",
    text=Text(
        "按台账输出 USBGuard 规则：只放行可在本机使用的介质，其余一律阻止。\n\n本程序自身从不阻止设备。",
        "Print USBGuard rules from the register: media that may be used here are let in, all else is blocked.\n\n"
        "This program blocks nothing by itself.",
    ),
)
@option("--allow-input", is_flag=True, text=Text("放行键盘和鼠标", "let keyboards and mice in"))
def usbguard(*, allow_input: bool) -> None:
    """The rules, with a head that says what they were made from."""
    setup = _configured()
    register = _register(setup)
    today = date.today()  # noqa: DTZ011  the office's own day
    head = say(
        Text(f"由守密生成，台账版本 {register.version}，{today}", f"made by Shoumi from register {register.version}, {today}")
    )
    emit("\n".join([f"# {head}", *rules(setup.computer, today, allow_input=allow_input)]) + "\n")


def _configured() -> Configuration:
    with told():
        identity = own_identity()
        setup = configure(identity, config_folder(), load_register(identity))
    for text in setup.notes:
        note(text)
    return setup


def _register(setup: Configuration) -> Register:
    if setup.computer.register is None:
        raise Failure(_NO_REGISTER)
    return setup.computer.register


def _rows(register: Register, present: list[Device]) -> Iterator[tuple[str, ...]]:
    yes, no = Text("是", "yes"), Text("未登记", "not registered")
    by_number: dict[str, list[Device]] = {}
    unknown: list[Device] = []
    for device in present:
        medium = register.find(device.vendor_id, device.product_id, device.serial)
        (by_number.setdefault(medium.number, []) if medium else unknown).append(device)
    for medium in register.media:
        here = by_number.get(medium.number, [])
        yield (*_row(medium), say(yes) if here else "", " ".join(printable(d.label) for d in here) or medium.serial)
    for device in unknown:
        yield (say(no), "", "", "", say(yes), device.label)


def _row(medium: Medium) -> tuple[str, str, str, str]:
    return medium.number, say(medium.level.text), say(medium.state.text), str(medium.valid_until or "")
