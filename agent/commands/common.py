"""What several commands share: where configuration and state are, and how their errors are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from agent.identity import Identity, create
from agent.sources.probe import ProbeError, Target, parse_target
from policies.cli import Failure, say
from policies.folders import state_folder
from policies.strict_yaml import ConfigError
from policies.vocabulary import Text


@contextmanager
def told() -> Iterator[None]:
    """Turns the errors that a user can mend into one clear message."""
    try:
        yield
    except (ConfigError, ProbeError) as error:
        raise Failure(error.text) from None


def own_identity() -> Identity:
    """This computer's identity, made at the first use."""
    folder = state_folder()
    try:
        return create(folder)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        text = Text(
            f"状态目录 {folder} 无法使用（{reason}）；可用环境变量 SHOUMI_STATE 指定其他目录",
            f"the state folder {folder} cannot be used ({reason}); SHOUMI_STATE names another one",
        )
        raise Failure(text) from None


def existing(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths, absolute; one that does not exist is an error."""
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise Failure(Text(f"{path} 不存在", f"{path} does not exist"))
    return tuple(path.absolute() for path in paths)


def targets(words: tuple[str, ...]) -> tuple[Target, ...]:
    """Probe targets as named on the command line or in a policy."""
    with told():
        return tuple(parse_target(word) for word in words)


def note(text: Text) -> None:
    """A remark, to standard error."""
    click.echo(say(text), err=True)
