"""How a computer gets its identity: its keys are made at the first use, and it joins a collector."""

from __future__ import annotations

import secrets
import socket
import ssl
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent.https import Answer, Link, pinned_context
from agent.identity import FINGERPRINT_KEY, PRIVATE_KEY, RECORD, Identity, Record, load
from agent.keys import load_key, make_key
from agent.store import write_safely
from policies.mistakes import system_reason
from policies.trusted import refuse_others
from policies.vocabulary import Level, Profile, Text


class EnrolmentError(Exception):
    """The computer could not be joined to the collector; `reason` says why and what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class _Granted(msgspec.Struct, frozen=True):
    """The collector's answer to an enrolment."""

    computer: str
    signing_key: bytes
    next: int = 1
    level: Level | None = None
    profile: Profile = Profile.STANDALONE
    department: str = ""
    person: str = ""


def create(folder: Path) -> Identity:
    """The identity in a state folder, made where there is none. Raises ValueError and OSError for wrong or missing files."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_others(folder)
    identity = load(folder) or _begin(folder)
    load_key(folder)  # refuses what is no key before anything is built on it
    return identity


def _begin(folder: Path) -> Identity:
    """Keys that are there already are kept: an interrupted enrolment is asked for again with the same key."""
    if not (folder / PRIVATE_KEY).exists():
        make_key(folder)
    if not (folder / FINGERPRINT_KEY).exists():
        write_safely(folder / FINGERPRINT_KEY, secrets.token_bytes(32))
    record = Record(computer=secrets.token_hex(16))
    write_safely(folder / RECORD, msgspec.json.encode(record))
    return Identity(folder, record, (folder / FINGERPRINT_KEY).read_bytes())


def enrol(folder: Path, url: str, token: str, ca_file: Path, hostname: str, agent: str) -> Identity:
    """Join a collector. Asking again after an interruption is harmless: the key stays the same. Raises EnrolmentError."""
    identity = create(folder)
    if identity.enrolled:
        raise EnrolmentError(
            Text(
                f"本机已登记到 {identity.record.url}，编号 {identity.record.computer}",
                f"this computer has joined {identity.record.url} already, as {identity.record.computer}",
            )
        )
    ca = _read_ca(ca_file)
    public_key = load_key(folder).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    body = {"token": token, "public_key": public_key, "hostname": hostname, "agent": agent}
    granted = _understand(_ask(url, ca_file, msgspec.json.encode(body)))
    write_safely(identity.ca_file, ca)
    record = replace(
        identity.record,
        computer=granted.computer,
        url=url,
        signing_key=granted.signing_key,
        next=granted.next,
        level=granted.level,
        profile=granted.profile,
        department=granted.department,
        person=granted.person,
    )
    write_safely(folder / RECORD, msgspec.json.encode(record))
    return replace(identity, record=record)


def _read_ca(ca_file: Path) -> bytes:
    try:
        pinned_context(ca_file)  # refuses what is no certificate
        return ca_file.read_bytes()
    except ssl.SSLError:
        raise EnrolmentError(Text(f"{ca_file} 不是 PEM 证书", f"{ca_file} is not a PEM certificate")) from None
    except OSError as error:
        reason = system_reason(error)
        raise EnrolmentError(
            Text(f"无法读取 CA 文件 {ca_file}：{reason.zh}", f"the CA file {ca_file} cannot be read: {reason.en}")
        ) from None


def _ask(url: str, ca_file: Path, body: bytes) -> Answer:
    try:
        with Link(url, ca_file) as link:
            return link.post("/api/v1/enrol", body)
    except ssl.SSLCertVerificationError as error:
        why = _CERTIFICATE.get(error.verify_code, "不是该 CA 签发的")
        raise EnrolmentError(
            Text(
                f"服务器证书与 CA 文件不符（{why}）：请核对 CA 文件与主机名",
                f"the server's certificate does not fit the CA file ({error.verify_message}): check CA file and host name",
            )
        ) from None
    except ValueError:  # after the one above, which is a ValueError too
        raise EnrolmentError(
            Text(f"地址应为 https://主机[:端口]，而不是 {url!r}", f"the address must be https://HOST[:PORT], not {url!r}")
        ) from None
    except (OSError, HTTPException) as error:
        reason = _why(error)
        raise EnrolmentError(Text(f"无法连接 {url}：{reason.zh}", f"{url} cannot be reached: {reason.en}")) from None


_CERTIFICATE = {9: "尚未生效", 10: "已过期", 62: "不是发给这个主机名的", 64: "不是发给这个 IP 地址的"}
"""What is wrong with a certificate, by OpenSSL's number (X509_V_ERR_...)."""


def _why(error: OSError | HTTPException) -> Text:
    """Why nobody answered as our server does."""
    if isinstance(error, socket.gaierror):
        return Text("找不到这个主机名", "there is no such host name")
    if isinstance(error, TimeoutError):
        return Text("超时", "it does not answer in time")
    if isinstance(error, (ssl.SSLError, HTTPException)):
        return Text("对方不是守密的服务器，或端口有误", "what answers there is no server of ours, or the port is wrong")
    return system_reason(error)


def _understand(answer: Answer) -> _Granted:
    if answer.status not in (200, 201):
        raise EnrolmentError(_refusal(answer.status))
    try:
        granted = msgspec.json.decode(answer.body, type=_Granted)
        Ed25519PublicKey.from_public_bytes(granted.signing_key)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise EnrolmentError(
            Text(
                "服务器的答复无法理解：请核对地址，以及两端程序的版本",
                f"the server's answer cannot be understood ({error}): check the address, and the versions at both ends",
            )
        ) from None
    return granted


def _refusal(status: int) -> Text:
    if status in (401, 403):
        return Text(
            "服务器不接受该令牌：可能有误、已使用或已过期，请向保密办重新领取",
            "the server does not accept the token: it is wrong, used or expired; ask the secrecy office for another",
        )
    if status == 409:
        return Text(
            "本机的密钥在服务器上已属于另一台计算机：请由保密办核对登记",
            "the server knows this computer's key as another computer's: the secrecy office has to look into it",
        )
    return Text(f"服务器答复 {status}，请稍后再试", f"the server answered {status}; try again later")
