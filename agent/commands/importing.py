"""`agent import`: take in what was carried here by hand. So far that is the media register, for computers without a network."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent.assembly import COMPUTER_FILE
from agent.commands.common import WRITING, existing, note, own_identity, usable_state
from agent.https import MAX_ANSWER
from agent.identity import Identity
from agent.registers import NotNewerError, collectors_key, store_register, trust_key
from agent.store import lock_holder
from policies.cli import BilingualCommand, Failure, FilePath, option, say
from policies.computer import load_computer
from policies.folders import config_folder
from policies.mistakes import system_reason
from policies.report import EnvelopeError, SignatureError
from policies.signed import is_register, key_fingerprint, open_register, read_key
from policies.strict_yaml import ConfigError
from policies.table import printable
from policies.vocabulary import Text


@click.command(
    "import",
    cls=BilingualCommand,
    text=Text(
        "导入用文件带来的存储介质台账（由服务器上的 `collector media register` 输出）。\n\n"
        "已登记到服务器的计算机只需该文件；从未登记的，第一次须用 --key 给出服务器的签名公钥。",
        "Take in the media register from a file (`collector media register` writes it).\n\n"
        "A computer that has joined the collector needs nothing else; one that never joins needs the collector's public key "
        "the first time (--key).",
    ),
)
@click.argument("file", type=FilePath())
@option(
    "--key",
    "key_file",
    type=FilePath(),
    text=Text("信任此签名公钥（由 `collector media key` 输出）", "trust this public key (`collector media key` writes it)"),
)
@option(
    "--fingerprint",
    metavar="SHA256",
    text=Text("公钥应有的指纹；给出后不再询问", "the fingerprint that the key must have; nothing is asked then"),
)
@option(
    "--replace-key",
    "replace",
    is_flag=True,
    text=Text(
        "以 --key 取代本机原先信任的公钥（服务器更换了签名密钥时）",
        "let --key take the place of the key that is trusted (where the collector has another key now)",
    ),
)
def command(file: Path, key_file: Path | None, fingerprint: str | None, *, replace: bool) -> None:
    """Verify, keep, and say what was taken."""
    for name, given in (("--fingerprint", fingerprint is not None), ("--replace-key", replace)):
        if given and key_file is None:
            raise Failure(Text(f"{name} 须与 --key 同用", f"{name} goes with --key"))
    data = _read(file)
    if not is_register(data):
        raise Failure(_no_register(file))
    key = _read_key(key_file, fingerprint) if key_file else None
    identity = own_identity(signs=False)
    if key is not None:
        identity = _trusting(identity, file, data, key, asked=fingerprint is None, replace=replace)
    if not identity.knows_key:
        raise Failure(_NO_KEY)
    _verify(file, data, collectors_key(identity))
    _keep(identity, file, data)


_NO_KEY = Text(
    "本机未登记到服务器，没有可用来验证台账的密钥：请加 --key 密钥文件（在服务器上：collector media key -o 密钥文件）",
    "this computer has joined no collector and knows no key to believe a register by: add --key KEYFILE "
    "(on the collector: collector media key -o KEYFILE)",
)


def _no_register(file: Path) -> Text:
    name = printable(str(file))
    return Text(
        f"{name} 不是签名的存储介质台账（在服务器上：collector media register -o 文件）",
        f"{name} is no signed media register (on the collector: collector media register -o FILE)",
    )


def _read(file: Path) -> bytes:
    """A file of no more than what would also come by wire."""
    (place,) = existing((file,))
    name = printable(str(file))
    try:
        with place.open("rb") as opened:
            data = opened.read(MAX_ANSWER + 1)
    except OSError as error:
        reason = system_reason(error)
        raise Failure(Text(f"无法读取 {name}：{reason.zh}", f"cannot read {name}: {reason.en}")) from None
    if len(data) > MAX_ANSWER:
        raise Failure(_no_register(file))
    return data


# --- the key ----------------------------------------------------------------------------------------------------------------


def _read_key(file: Path, fingerprint: str | None) -> Ed25519PublicKey:
    """The key in a file, which must have this fingerprint where one is given."""
    try:
        key = read_key(_read(file))
    except ValueError:
        name = printable(str(file))
        raise Failure(
            Text(
                f"{name} 不是服务器的签名公钥（在服务器上：collector media key -o 文件）",
                f"{name} is not a collector's public key (on the collector: collector media key -o FILE)",
            )
        ) from None
    if fingerprint is not None and _bare(fingerprint) != key_fingerprint(key):
        raise Failure(
            Text(
                f"公钥的指纹是 {key_fingerprint(key)}，与 --fingerprint 不符：未采用",
                f"the key's fingerprint is {key_fingerprint(key)}, not what --fingerprint says: it is not trusted",
            )
        )
    return key


def _bare(fingerprint: str) -> str:
    """Without the colons or blanks that some programs and people write."""
    return "".join(fingerprint.split()).replace(":", "").lower()


def _trusting(identity: Identity, file: Path, data: bytes, key: Ed25519PublicKey, *, asked: bool, replace: bool) -> Identity:
    """The identity with this key in it. A person agrees to it once, after the register was seen to be signed with it."""
    known = key_fingerprint(collectors_key(identity)) if identity.knows_key else ""
    if known == key_fingerprint(key):
        return identity
    if known:
        _refuse_other(identity, known, key_fingerprint(key), replace=replace)
    _verify(file, data, key)
    if asked and not _agreed(key_fingerprint(key), known):
        raise Failure(Text("未信任该公钥，未作任何更改", "the key is not trusted; nothing was changed"))
    with usable_state():
        return trust_key(identity, key)


def _refuse_other(identity: Identity, known: str, given: str, *, replace: bool) -> None:
    """A trusted key gives way only where that is asked for, and never one that came with enrolment."""
    if identity.enrolled:
        raise Failure(
            Text(
                f"本机信任所登记服务器的公钥（指纹 {known}），不接受指纹为 {given} 的公钥："
                "服务器若已更换，请重新登记（agent enrol）",
                f"this computer trusts the key of the collector that it has joined ({known}), so not the one of {given}: where "
                "there is another collector now, join that (agent enrol)",
            )
        )
    if not replace:
        raise Failure(
            Text(
                f"本机已信任另一把公钥（指纹 {known}），不接受指纹为 {given} 的公钥：请与保密办核对；"
                "确已更换密钥的，再加 --replace-key",
                f"this computer trusts another key already ({known}), so not the one of {given}: ask the secrecy office; "
                "where the key has really been replaced, add --replace-key",
            )
        )


def _agreed(fingerprint: str, known: str) -> bool:
    """The answer of the person at the terminal; where there is none, it is no."""
    instead = (
        Text(f"\n它将取代原先信任的公钥：{known}", f"\nIt takes the place of the key trusted so far: {known}")
        if known
        else Text("", "")
    )
    question = Text(
        f"公钥指纹（SHA-256）：{fingerprint}{instead.zh}\n与 `collector media register` 给出的相同吗？信任该公钥",
        f"the key's fingerprint (SHA-256): {fingerprint}{instead.en}\n"
        "Is it the one that `collector media register` told? Trust this key",
    )
    try:
        return click.confirm(say(question), err=True)
    except click.Abort:
        click.echo(err=True)  # the line of the question has no end yet
        return False


# --- the register -----------------------------------------------------------------------------------------------------------


def _verify(file: Path, data: bytes, key: Ed25519PublicKey) -> None:
    name, trusted = printable(str(file)), key_fingerprint(key)
    try:
        open_register(data, key)
    except SignatureError:
        raise Failure(
            Text(
                f"{name} 的签名与公钥（指纹 {trusted}）不符：可能被改动，或由另一台服务器签发；未导入",
                f"the signature of {name} does not fit the key of fingerprint {trusted}: the file was changed, or another "
                "collector signed it; it is not taken",
            )
        ) from None
    except EnvelopeError:
        raise Failure(
            Text(
                f"{name} 已损坏，或属于另一版本的程序；未导入",
                f"{name} is damaged, or of another version of this program; it is not taken",
            )
        ) from None


def _keep(identity: Identity, file: Path, data: bytes) -> None:
    try:
        with usable_state(WRITING):
            register = store_register(identity, data)
    except NotNewerError as error:
        _tell_of_known(file, error)
        return
    text, folder = register.issue.text, identity.folder
    click.echo(say(Text(f"已导入台账：{text.zh}（{folder}）", f"register taken: {text.en} ({folder})")))
    _note_own()
    with usable_state(WRITING):
        _tell_daemon(folder)


def _tell_of_known(file: Path, error: NotNewerError) -> None:
    """The very same register again is no mistake, but neither does it say that there is no newer one."""
    known, came, name = error.known.issue.text, error.came.issue.text, printable(str(file))
    if not error.same:
        raise Failure(
            Text(
                f"{name} 是{came.zh}，不比本机已有的新（{known.zh}）；未导入",
                f"{name} is {came.en}, which is not newer than what is here already ({known.en}); it is not taken",
            )
        )
    click.echo(
        say(
            Text(
                f"这份台账本机已有：{known.zh}。再次导入不会使其变新；要新日期的：collector media register --anew",
                f"this register is here already: {known.en}. It gets no younger by that; for one dated today: "
                "collector media register --anew",
            )
        )
    )


def _note_own() -> None:
    """That the computer file's own register stays in force. What is wrong with that file, whoever needs it tells."""
    file = config_folder() / COMPUTER_FILE
    with suppress(ConfigError):
        if load_computer(file, id="", hostname="").register is not None:
            note(
                Text(
                    f"注意：{file} 中的 media 优先，导入的台账不起作用；请将其删去",
                    f"mind: `media` in {file} goes before the register that was taken in; remove it there",
                )
            )


def _tell_daemon(folder: Path) -> None:
    """A running daemon reads its configuration again at SIGHUP. One that only begins (process 0) has not read it yet."""
    pid = lock_holder(folder)
    if not pid:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGHUP)
        note(Text(f"监控程序（进程 {pid}）将使用新台账", f"the daemon (process {pid}) takes it up now"))
