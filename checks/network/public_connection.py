"""No exchange with the internet, not even an attempt: what tries to reach it will reach it one day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.addresses import parse
from checks.base import Check, Violation
from checks.contacts import evidence, foreign_contacts, identity
from checks.subjects import Contact, Network
from policies.computer import Computer
from policies.vocabulary import Kind, Severity, Text


@dataclass(frozen=True)
class PublicConnection(Check[Network]):
    """A connection to a public address: critical, or major where nothing answered. `allow`: approved addresses."""

    id: ClassVar[str] = "network.public-connection"
    title: ClassVar[Text] = Text("不得与公网地址建立连接", "nothing connects to a public address")
    clauses: ClassVar[tuple[str, ...]] = ("NET-01",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    kind: ClassVar[Kind] = Kind.INCIDENT
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("connections",)

    allow: tuple[str, ...] = ()

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each exchange with a remote end."""
        for contact in foreign_contacts(subject, computer):
            if str(parse(contact.remote)) not in self.allow:
                yield _violation(contact)


def _violation(contact: Contact) -> Violation:
    return Violation(
        about=f"{contact.protocol} {parse(contact.remote)}",
        # An attempt that is answered later is another matter: it is told anew.
        identity=f"{identity(contact)} {contact.answered}",
        severity=Severity.CRITICAL if contact.answered else Severity.MAJOR,
        message=_ANSWERED if contact.answered else _TRIED,
        evidence={"remote": str(parse(contact.remote)), "answered": contact.answered, **evidence(contact)},
    )


_ANSWERED = Text(
    "本机与公网地址有数据往来，属违规外联。请立即断网、保持现状，并报告保密管理员。",
    "this computer exchanged packets with a public address: disconnect it at once, "
    "change nothing else and tell the secrecy officer",
)
_TRIED = Text(
    "本机有程序试图连接公网地址，尚无应答。请查明并停用该程序。",
    "a program on this computer tries to reach a public address, without an answer so far: find it and stop it",
)
