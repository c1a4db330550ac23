"""Who this computer is to its collector: its keys, its number and whom it trusts. Enrolment joins the two."""

from __future__ import annotations

import secrets
import ssl
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from agent.https import Answer, Link, pinned_context
from agent.store import write_safely
from policies.vocabulary import Level, Profile, Text

RECORD = "identity.json"
PRIVATE_KEY = "identity.key"
FINGERPRINT_KEY = "fingerprint.key"
CA_FILE = "collector-ca.pem"
SCHEMA = "shoumi.identity/1"


class EnrolmentError(Exception):
    """The computer could not be joined to the collector; `reason` says why and what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is kept in identity.json. `computer` is a local number until the collector gives one; `url` "" until then.

    `next`: the number of its first report; a computer that is set up anew goes on counting.
    """

    computer: str
    url: str = ""
    signing_key: bytes = b""
    next: int = 1
    level: Level | None = None
    profile: Profile = Profile.STANDALONE
    department: str = ""
    person: str = ""
    schema: str = SCHEMA


class _Granted(msgspec.Struct, frozen=True):
    """The collector's answer to an enrolment."""

    computer: str
    signing_key: bytes
    next: int = 1
    level: Level | None = None
    profile: Profile = Profile.STANDALONE
    department: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """This computer's keys and what it knows of its collector."""

    folder: Path
    record: Record
    key: Ed25519PrivateKey
    fingerprint_key: bytes

    @property
    def enrolled(self) -> bool:
        """Whether a collector knows this computer."""
        return bool(self.record.url)

    @property
    def ca_file(self) -> Path:
        """The only CA that the collector's certificate may come from."""
        return self.folder / CA_FILE

    @property
    def signing_key(self) -> Ed25519PublicKey:
        """The key that the collector signs registers with. Raises ValueError before enrolment."""
        return Ed25519PublicKey.from_public_bytes(self.record.signing_key)

    def link(self) -> Link:
        """A connection to the collector. Raises ValueError before enrolment, OSError where the CA file is gone."""
        return Link(self.record.url, self.ca_file)


def load(folder: Path) -> Identity | None:
    """The identity in a state folder, None before its first use. Raises ValueError and OSError for wrong or missing files."""
    file = folder / RECORD
    if not file.exists():
        return None
    try:
        record = msgspec.json.decode(file.read_bytes(), type=Record)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from None
    if record.schema != SCHEMA:
        raise ValueError(f"{file} is of version {record.schema[:40]!r}, this program reads {SCHEMA!r}")
    return Identity(folder, record, _private_key(folder), (folder / FINGERPRINT_KEY).read_bytes())


def create(folder: Path) -> Identity:
    """The identity in a state folder, made where there is none. Keys are on disk before anybody hears of them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (known := load(folder)) is not None:
        return known
    _make_keys(folder)
    record = Record(computer=secrets.token_hex(16))
    write_safely(folder / RECORD, msgspec.json.encode(record))
    return Identity(folder, record, _private_key(folder), (folder / FINGERPRINT_KEY).read_bytes())


def enrol(folder: Path, url: str, token: str, ca_file: Path, hostname: str, agent: str) -> Identity:
    """Join a collector. Asking again after an interruption is harmless: the key stays the same. Raises EnrolmentError."""
    identity = create(folder)
    if identity.enrolled:
        raise EnrolmentError(
            Text(
                f"本机已加入 {identity.record.url}，编号 {identity.record.computer}",
                f"this computer has joined {identity.record.url} already, as {identity.record.computer}",
            )
        )
    ca = _read_ca(ca_file)
    public_key = identity.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
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


def _private_key(folder: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key((folder / PRIVATE_KEY).read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{folder / PRIVATE_KEY} is not an Ed25519 key")
    return key


def _make_keys(folder: Path) -> None:
    """Keys that are there already are kept: an interrupted enrolment is asked for again with the same key."""
    if not (folder / PRIVATE_KEY).exists():
        fresh = Ed25519PrivateKey.generate()
        write_safely(folder / PRIVATE_KEY, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    if not (folder / FINGERPRINT_KEY).exists():
        write_safely(folder / FINGERPRINT_KEY, secrets.token_bytes(32))


def _read_ca(ca_file: Path) -> bytes:
    try:
        pinned_context(ca_file)  # refuses what is no certificate
        return ca_file.read_bytes()
    except ssl.SSLError:
        raise EnrolmentError(Text(f"{ca_file} 不是 PEM 证书", f"{ca_file} is not a PEM certificate")) from None
    except OSError as error:
        raise EnrolmentError(
            Text(f"无法读取 CA 文件 {ca_file}：{error.strerror}", f"the CA file {ca_file} cannot be read: {error.strerror}")
        ) from None


def _ask(url: str, ca_file: Path, body: bytes) -> Answer:
    try:
        with Link(url, ca_file) as link:
            return link.post("/api/v1/enrol", body)
    except ssl.SSLCertVerificationError as error:
        raise EnrolmentError(
            Text(
                f"服务器证书与 CA 文件不符（{error.verify_message}）：请核对 CA 文件与主机名",
                f"the server's certificate does not fit the CA file ({error.verify_message}): check CA file and host name",
            )
        ) from None
    except ValueError:  # after the one above, which is a ValueError too
        raise EnrolmentError(
            Text(f"地址应为 https://主机[:端口]，而不是 {url!r}", f"the address must be https://HOST[:PORT], not {url!r}")
        ) from None
    except (OSError, HTTPException) as error:
        raise EnrolmentError(Text(f"无法连接 {url}：{error}", f"{url} cannot be reached: {error}")) from None


def _understand(answer: Answer) -> _Granted:
    if answer.status not in (200, 201):
        raise EnrolmentError(_refusal(answer.status))
    try:
        granted = msgspec.json.decode(answer.body, type=_Granted)
        Ed25519PublicKey.from_public_bytes(granted.signing_key)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise EnrolmentError(
            Text(f"服务器的答复无法理解：{error}", f"the server's answer cannot be understood: {error}")
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
