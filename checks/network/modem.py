"""No indirect connection by telephone: a modem leads out past every network cable that was pulled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.subjects import Network
from policies.computer import Computer
from policies.vocabulary import Severity, Text

_KIND = "modem"


@dataclass(frozen=True)
class Modem(Check[Network]):
    """A modem, or a device that calls itself one. Critical where a driver serves it, otherwise major.

    `allow_ids`: devices ("vendor:product" in hex) that are approved.
    """

    id: ClassVar[str] = "network.modem"
    title: ClassVar[Text] = Text("不得装有调制解调器", "there is no modem")
    clauses: ClassVar[tuple[str, ...]] = ("NET-02",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Network]] = Network
    needs: ClassVar[tuple[str, ...]] = ("adapters",)

    allow_ids: tuple[str, ...] = ()

    def examine(self, subject: Network, computer: Computer) -> Iterator[Violation]:
        """One violation for each modem."""
        allowed = {ids.lower() for ids in self.allow_ids}
        for adapter in subject.adapters:
            if adapter.kind == _KIND and adapter.ids.lower() not in allowed:
                yield Violation(
                    about=adapter.name,
                    identity=adapter.path,
                    severity=Severity.CRITICAL if adapter.driver else Severity.MAJOR,
                    message=_MESSAGE,
                    evidence={"bus": adapter.bus, "ids": adapter.ids, "driver": adapter.driver, "path": adapter.path},
                )


_MESSAGE = Text(
    "本机接有调制解调器，可拨号连通外部网络。请拆除该设备，并查明来历。",
    "this computer has a modem, which may dial out: remove it and find out where it came from",
)
