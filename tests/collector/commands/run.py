"""Runs the program in this process, as a shell would."""

from __future__ import annotations

from click.testing import CliRunner, Result

from collector.cli import program


def run(*words: str) -> Result:
    """The result of `collector WORDS`; output and errors stay apart."""
    return CliRunner().invoke(program, list(words))


def ok(*words: str) -> str:
    """The output of a command that works."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def fails(*words: str) -> str:
    """The one clear error of a command that does not."""
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert "Traceback" not in result.stderr
    return result.stderr
