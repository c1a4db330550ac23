"""The process that delivers: `python -m agent.sending FOLDER`, started by `agent.courier`, never by a person.

It is told an `Errand` on standard input and answers an `Outcome` on standard output.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from agent import __version__
from agent.courier import Errand, Outcome
from agent.delivery import Delivery
from agent.identity import Identity, load
from agent.keys import load_key
from agent.memory import open_memory
from agent.redact import redactor
from agent.sources.base import utc_now
from agent.spool import Author


def send(identity: Identity, errand: Errand) -> Outcome:
    """Deliver what waits in a state folder. Raises as `Store` does."""
    record = identity.record
    author = Author(computer=record.computer, key=load_key(identity.folder), agent=__version__, first=record.next)
    memory = open_memory(identity.folder, author, redactor(errand.paths, identity.fingerprint_key), utc_now())
    with memory.store:
        delivery = Delivery(memory.store, memory.spool, identity, errand.header, now=utc_now)
        return Outcome(delivered=delivery.attempt(ask=errand.ask), new_register=delivery.new_register)


def main(arguments: Sequence[str]) -> None:
    """Argument: the state folder."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    identity = load(Path(arguments[0]))
    if identity is None or not identity.enrolled:
        raise SystemExit("this computer has joined no collector")
    errand = msgspec.json.decode(sys.stdin.buffer.read(), type=Errand)
    sys.stdout.buffer.write(msgspec.json.encode(send(identity, errand)))


if __name__ == "__main__":
    main(sys.argv[1:])
