"""Command lines in two languages: click's commands, options and own messages in zh or en, by `--lang` or the locale.

click takes plain strings where it declares, and these are made before the language is known; so here a declaration keeps a
`Text` and says it when the help is written. click's own words come from the catalogue in `policies/locale`.
"""

from __future__ import annotations

import gettext
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

import click

from policies.vocabulary import Language, Text

F = TypeVar("F", bound=Callable[..., Any])

_INTERRUPTED = 130
"""The exit code after Ctrl-C, as a shell has it: 1 would say that a violation was found."""
_LOCALE = Path(__file__).with_name("locale")
_language: ContextVar[Language] = ContextVar("language", default=Language.EN)

_LANG_OPTION = Text("界面语言（默认按环境变量 LANG）", "language of help and output (default: by LANG)")
_VERSION_OPTION = Text("显示版本号", "show the version")
_USAGE = {"[OPTIONS]": Text("[选项]", "[OPTIONS]"), "COMMAND [ARGS]...": Text("命令 [参数]...", "COMMAND [ARGS]...")}
_HELP_OPTION = Text("显示帮助", "show this help")


def language() -> Language:
    """The language of the running command."""
    return _language.get()


def say(text: Text) -> str:
    """A text in the language of the running command."""
    return text.say(language())


def locale_language(environ: Mapping[str, str] = os.environ) -> Language:
    """zh where the locale's messages are Chinese, otherwise en."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return Language.ZH if locale.lower().startswith("zh") else Language.EN


class Failure(click.ClickException):
    """One clear error for the user; the program exits with 2."""

    exit_code = 2

    def __init__(self, text: Text) -> None:
        super().__init__(say(text))

    def show(self, file: Any = None) -> None:
        """Print the error, without a traceback."""
        click.echo(f"{say(Text('错误：', 'Error: '))}{self.message}", file=file or sys.stderr)


class FilePath(click.Path):
    """A path as the user names it. An empty one, as of a shell variable that is not set, would stand for this folder: refused."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)  # who opens it tells more of what is wrong than click would

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, not looked at yet."""
        if value == "":
            self.fail(say(Text("路径为空。", "the path is empty.")), param, ctx)
        return super().convert(value, param, ctx)


class _Formatter(click.HelpFormatter):
    """Help with the colons of its language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or say(Text("用法：", "Usage: ")))

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{heading}{say(Text('：', ':'))}\n")


class _Context(click.Context):
    formatter_class = _Formatter


class BilingualCommand(click.Command):
    """A command whose help is a `Text`."""

    context_class = _Context

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What stands in the usage line after the command's name."""
        return [say(_USAGE.get(piece, Text(piece, piece))) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, said in the user's language."""
        return _said(super().get_help_option(ctx), _HELP_OPTION)

    def get_short_help_str(self, limit: int = 80) -> str:
        """The first sentence."""
        return say(self.text).split("\n\n")[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The whole text, indented below the usage line."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(self.text))


class BilingualGroup(BilingualCommand, click.Group):
    """A group of bilingual commands. The outermost one has a version and takes `--lang` wherever it stands."""

    def __init__(self, *args: Any, text: Text, version: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, text=text, **kwargs)
        self._lazy: dict[str, tuple[str, Text]] = {}
        if version is not None:
            self.params += [_lang_option(), _version_option(version)]

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run the program; the language is settled first, so that even a usage error speaks it."""
        words, chosen = take_language(list(sys.argv[1:] if args is None else args))
        speak(chosen or locale_language())
        return super().main(words, *rest, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Do what was asked for; Ctrl-C ends it with a word and without a traceback."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo(say(Text("\n已中止。", "\nAborted.")), err=True)
            ctx.exit(_INTERRUPTED)

    def lazy(self, name: str, module: str, text: Text) -> None:
        """Declare a command that stands as `command` in a module, which is imported only when the command is used."""
        self._lazy[name] = (module, text)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return sorted([*super().list_commands(ctx), *self._lazy])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        if cmd_name in self._lazy:
            found: click.Command = importlib.import_module(self._lazy[cmd_name][0]).command
            return found
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; a wrong name is answered with the nearest, late ones included."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=self.list_commands(ctx), ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands; it imports none of them."""
        texts = {name: text for name, (_, text) in self._lazy.items()}
        texts |= {name: command.text for name, command in self.commands.items() if isinstance(command, BilingualCommand)}
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl([(name, say(texts[name])) for name in self.list_commands(ctx)])

    def command(self, name: str, *, text: Text, **attributes: Any) -> Callable[[Callable[..., Any]], click.Command]:  # type: ignore[override]
        """Declare a command of this group."""

        def declare(function: Callable[..., Any]) -> click.Command:
            declared: click.Command = click.command(name, cls=BilingualCommand, text=text, **attributes)(function)
            self.add_command(declared)
            return declared

        return declare

    def group(self, name: str, *, text: Text) -> BilingualGroup:  # type: ignore[override]
        """Declare a group inside this one."""
        inner = BilingualGroup(name, text=text)
        self.add_command(inner)
        return inner


class _BilingualOption(click.Option):
    """An option whose help is a `Text`."""

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's line in the help."""
        self.help = say(self.text)
        return super().get_help_record(ctx)


def option(*names: str, text: Text, **attributes: Any) -> Callable[[F], F]:
    """Declare an option with help in both languages."""
    return click.option(*names, cls=_BilingualOption, text=text, **attributes)


def speak(chosen: Language) -> None:
    """Settle the language of this run, for us and for click's own messages."""
    _language.set(chosen)
    os.environ["LANGUAGE"] = chosen.value
    gettext.bindtextdomain("messages", str(_LOCALE))


def take_language(words: list[str]) -> tuple[list[str], Language | None]:
    """Take every `--lang zh|en` out of a command line, wherever it stands before `--`; the last one counts.

    Where one is wrong, it alone is left of the command line, for click to refuse.
    """
    end = words.index("--") if "--" in words else len(words)
    kept, chosen, rest = [], None, iter(words[:end])
    for word in rest:
        name, equals, value = word.partition("=")
        if name != "--lang":
            kept.append(word)
            continue
        value = value if equals else next(rest, "")
        if value not in [known.value for known in Language]:
            return ["--lang", value] if equals or value else ["--lang"], None
        chosen = Language(value)
    return kept + words[end:], chosen


def _lang_option() -> click.Option:
    choices = click.Choice([known.value for known in Language])
    return _BilingualOption(["--lang"], text=_LANG_OPTION, type=choices, expose_value=False)


def _version_option(version: str) -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo(f"{ctx.info_name} {version}")
            ctx.exit()

    return _BilingualOption(["--version"], text=_VERSION_OPTION, is_flag=True, is_eager=True, expose_value=False, callback=show)


def _said(found: click.Option | None, text: Text) -> click.Option | None:
    if found is not None:
        found.help = say(text)
    return found
