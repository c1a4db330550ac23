"""Command lines speak the user's language, click's own words included; and `--lang` may stand anywhere."""

from __future__ import annotations

import gettext
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from policies.cli import BilingualGroup, Failure, FilePath, language, locale_language, option, say, take_language
from policies.vocabulary import Language, Text

LOCALE = Path(__file__).parents[2] / "policies" / "locale" / "zh" / "LC_MESSAGES"
CJK = re.compile("[\u4e00-\u9fff]")
GREETING = Text("你好", "hello")


@pytest.fixture
def program() -> BilingualGroup:
    """A program with a command, a nested group and every kind of mistake to make."""
    program = BilingualGroup("demo", text=Text("演示程序。\n\n第二段。", "A demo program.\n\nA second part."), version="1.2")

    @program.command("greet", text=Text("打招呼", "greet somebody"))
    @click.argument("name")
    @option("--times", type=click.IntRange(1, 9), default=1, show_default=True, text=Text("次数", "how often"))
    @option("--tone", type=click.Choice(["warm", "cold"]), text=Text("语气", "the tone"))
    @option("--to", "place", required=True, text=Text("地点", "the place"))
    @option("--loud", is_flag=True, text=Text("大声", "loudly"))
    @option("--file", type=click.Path(exists=True, dir_okay=False), text=Text("一个文件", "a file"))
    def greet(name: str, times: int, tone: str | None, place: str, loud: bool, file: str | None) -> None:
        click.echo(" ".join([say(GREETING), name, place, str(times), str(tone), str(loud)]))

    @program.command("open", text=Text("打开", "open a file"))
    @click.argument("path", type=FilePath())
    def open_file(path: Path) -> None:
        click.echo(repr(path))

    @program.command("wait", text=Text("等待", "wait"))
    def wait() -> None:
        raise KeyboardInterrupt

    @program.command("fail", text=Text("失败", "fail"))
    def fail() -> None:
        raise Failure(Text("磁盘已满", "the disk is full"))

    inner = program.group("media", text=Text("介质台账", "the register of media"))

    @inner.command("wait", text=Text("等待", "wait"))
    def wait_inside() -> None:
        raise KeyboardInterrupt

    @inner.command("list", text=Text("列出", "list them"))
    def list_media() -> None:
        click.echo(say(GREETING))

    return program


def run(program: BilingualGroup, line: str, lang: str = "C.UTF-8", **environ: str) -> Result:
    return CliRunner(env={"LANG": lang, **environ}).invoke(program, line.split(), prog_name="demo")


# --- which language ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Language.EN),
        ({"LANG": "C"}, Language.EN),
        ({"LANG": "POSIX"}, Language.EN),
        ({"LANG": ""}, Language.EN),
        ({"LANG": "en_US.UTF-8"}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "zh_CN.GB18030"}, Language.ZH),
        ({"LANG": "ZH_cn"}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, Language.EN),
        ({"LANG": "C", "LC_ALL": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, Language.EN),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, Language.EN),
        ({"LC_CTYPE": "zh_CN.UTF-8", "LANG": "C"}, Language.EN),
    ],
)
def test_the_locale_s_messages_settle_the_language(environ: dict[str, str], expected: Language) -> None:
    assert locale_language(environ) is expected


ZH, EN = Language.ZH, Language.EN


@pytest.mark.parametrize(
    ("words", "kept", "chosen"),
    [
        ("scan --lang zh x", "scan x", ZH),
        ("--lang zh scan", "scan", ZH),
        ("scan x --lang=en", "scan x", EN),
        ("--lang zh scan --lang en", "scan", EN),
        ("--lang=zh --lang=zh", "", ZH),
        ("scan -- --lang zh", "scan -- --lang zh", None),
        ("scan --lang zh -- --lang en", "scan -- --lang en", ZH),
        ("scan x", "scan x", None),
        ("", "", None),
        ("scan --lang fr x", "--lang fr", None),
        ("scan --lang=fr", "--lang fr", None),
        ("scan --lang ZH", "--lang ZH", None),
        ("scan x --lang", "--lang", None),
        ("scan --lang -- x", "--lang", None),
        ("scan --language zh", "scan --language zh", None),
    ],
)
def test_lang_is_taken_wherever_it_stands(words: str, kept: str, chosen: Language | None) -> None:
    assert take_language(words.split()) == (kept.split(), chosen)


@pytest.mark.parametrize(
    "line", ["--lang zh greet w --to x", "greet --lang zh w --to x", "greet w --to x --lang=zh", "greet w --lang zh --to x"]
)
def test_a_command_speaks_the_language_that_is_asked_for(program: BilingualGroup, line: str) -> None:
    assert run(program, line).output.startswith("你好 w x")


@pytest.mark.parametrize(("lang", "word"), [("zh_CN.UTF-8", "你好"), ("C", "hello"), ("en_GB.UTF-8", "hello")])
def test_a_command_speaks_the_locale_s_language(program: BilingualGroup, lang: str, word: str) -> None:
    assert run(program, "greet w --to x", lang).output.startswith(word)


def test_lang_outdoes_the_locale_for_us_and_for_click(program: BilingualGroup) -> None:
    chinese = run(program, "greet --lang zh", "en_US.UTF-8", LC_ALL="C")
    english = run(program, "greet --lang en", "zh_CN.UTF-8", LC_ALL="zh_CN.UTF-8", LANGUAGE="zh_CN:zh")
    assert "错误：缺少参数" in chinese.output
    assert english.output == (
        "Usage: demo greet [OPTIONS] NAME\nTry 'demo greet --help' for help.\n\nError: Missing argument 'NAME'.\n"
    )


def test_a_language_does_not_outlive_its_command(program: BilingualGroup) -> None:
    run(program, "greet --lang zh w --to x")
    assert run(program, "greet w --to x").output.startswith("hello")
    assert language() is Language.EN


@pytest.mark.parametrize("line", ["--lang fr greet w", "greet w --lang fr", "media list --lang=fr"])
def test_an_unknown_language_is_refused_wherever_it_stands(program: BilingualGroup, line: str) -> None:
    result = run(program, line)
    assert result.exit_code == 2
    assert "Invalid value for '--lang': 'fr' is not one of 'zh', 'en'." in result.output


def test_lang_without_a_language_is_refused(program: BilingualGroup) -> None:
    result = run(program, "media list --lang")
    assert result.exit_code == 2
    assert "Option '--lang' requires an argument." in result.output


# --- help -------------------------------------------------------------------------------------------------------------------

HELP_EN = """\
Usage: demo [OPTIONS] COMMAND [ARGS]...

  A demo program.

  A second part.

Options:
  --lang [zh|en]  language of help and output (default: by LANG)
  --version       show the version
  --help          show this help

Commands:
  fail   fail
  greet  greet somebody
  media  the register of media
  open   open a file
  wait   wait
"""

HELP_ZH = """\
用法：demo [选项] 命令 [参数]...

  演示程序。

  第二段。

选项：
  --lang [zh|en]  界面语言（默认按环境变量 LANG）
  --version       显示版本号
  --help          显示帮助

命令：
  fail   失败
  greet  打招呼
  media  介质台账
  open   打开
  wait   等待
"""


@pytest.mark.parametrize(("lang", "expected"), [("C", HELP_EN), ("zh_CN.UTF-8", HELP_ZH)])
def test_the_help_of_a_program(program: BilingualGroup, lang: str, expected: str) -> None:
    assert run(program, "--help", lang).output == expected


def test_the_help_of_a_command_in_chinese(program: BilingualGroup) -> None:
    output = run(program, "greet --help --lang zh").output
    assert output.startswith("用法：demo greet [选项] NAME\n\n  打招呼\n\n选项：\n")
    assert re.search(r"--times .*次数 \[默认：1; 1<=x<=9\]", re.sub(r"\s+", " ", output))
    assert re.search(r"--to TEXT\s+地点\s+\[必填\]", output)
    assert re.search(r"--help\s+显示帮助", output)


def test_the_help_of_a_nested_group(program: BilingualGroup) -> None:
    assert "命令：\n  list  列出\n  wait  等待\n" in run(program, "media --help --lang zh").output
    assert "Commands:\n  list  list them\n  wait  wait\n" in run(program, "media --help").output


def test_only_the_outermost_group_takes_version(program: BilingualGroup) -> None:
    assert run(program, "--version").output == "demo 1.2\n"
    assert run(program, "media --version").exit_code == 2


def test_a_command_without_arguments_shows_its_help(program: BilingualGroup) -> None:
    assert "命令：" in run(program, "--lang zh").output


# --- mistakes ---------------------------------------------------------------------------------------------------------------

MISTAKES = [
    ("greet --to x", "缺少参数 'NAME'", "Missing argument 'NAME'."),
    ("greet w", "缺少选项 '--to'", "Missing option '--to'."),
    (
        "greet w --to x --tines 1",
        "没有选项 '--tines'。 是否要写 '--file', '--times', '--tone'？",
        "No such option '--tines'. (Did you mean one of: '--file', '--times', '--tone'?)",
    ),
    ("greet w --to x -q", "没有选项 '-q'。", "No such option '-q'."),
    ("greet w --to", "选项 '--to' 需要 1 个值。", "Option '--to' requires an argument."),
    ("greet w --to x --loud=1", "选项 '--loud' 不带值。", "Option '--loud' does not take a value."),
    ("greet w --to x y z", "多余的参数（y z）", "Got unexpected extra arguments (y z)"),
    ("greet w --to x y", "多余的参数（y）", "Got unexpected extra argument (y)"),
    ("greet w --to x --times 12", "'--times' 的值无效：12 不在范围 1<=x<=9 之内。", "12 is not in the range 1<=x<=9."),
    ("greet w --to x --times ab", "'--times' 的值无效：'ab' 不是有效的数字", "'ab' is not a valid integer range."),
    (
        "greet w --to x --tone hot",
        "'--tone' 的值无效：'hot' 不在可选值之内：'warm', 'cold'。",
        "'hot' is not one of 'warm', 'cold'.",
    ),
    ("greet w --to x --file /none", "'/none' 不存在。", "File '/none' does not exist."),
    ("greet w --to x --file /", "'/' 是目录。", "File '/' is a directory."),
    ("gret", "没有命令 'gret'。 是否要写 'greet'？", "No such command 'gret'. Did you mean 'greet'?"),
    ("zzz", "没有命令 'zzz'。", "No such command 'zzz'."),
    ("fail", "错误：磁盘已满", "Error: the disk is full"),
]


@pytest.mark.parametrize(("line", "zh", "en"), MISTAKES, ids=[line for line, _, _ in MISTAKES])
def test_a_mistake_is_told_in_the_user_s_language(program: BilingualGroup, line: str, zh: str, en: str) -> None:
    chinese, english = run(program, line, "zh_CN.UTF-8"), run(program, line)
    assert (chinese.exit_code, english.exit_code) == (2, 2)
    assert zh in chinese.output
    assert en in english.output
    assert chinese.stdout == english.stdout == ""


@pytest.mark.parametrize("line", [line for line, _, _ in MISTAKES])
def test_a_mistake_in_chinese_holds_no_english_and_one_in_english_no_chinese(program: BilingualGroup, line: str) -> None:
    chinese = run(program, line, "zh_CN.UTF-8").output
    own = re.sub(r"'[^']*'|demo( greet)?|NAME|x<=9|integer range|File |（[yz ]+）", "", chinese)
    assert not re.search("[A-Za-z]{2,}", own), own
    assert CJK.search(chinese)
    assert not CJK.search(run(program, line).output)


def test_the_way_to_help_is_named(program: BilingualGroup) -> None:
    assert "用法：demo greet [选项] NAME\n运行 'demo greet --help' 查看帮助。\n" in run(program, "greet", "zh_CN.UTF-8").output


@pytest.mark.parametrize("line", ["wait", "media wait"])
@pytest.mark.parametrize(("lang", "said"), [("zh_CN.UTF-8", "\n已中止。\n"), ("C", "\nAborted.\n")])
def test_an_interrupted_command_ends_with_130_and_a_word(program: BilingualGroup, line: str, lang: str, said: str) -> None:
    result = run(program, line, lang)
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", said)


def test_a_path_is_taken_as_it_is_and_an_empty_one_refused(program: BilingualGroup) -> None:
    assert run(program, "open ./no/such/file").output == f"{Path('no/such/file')!r}\n"
    for lang, said in (("zh_CN.UTF-8", "路径为空"), ("C", "the path is empty")):
        result = CliRunner(env={"LANG": lang}).invoke(program, ["open", ""], prog_name="demo")
        assert result.exit_code == 2
        assert said in result.stderr


# --- commands that are imported when they are used --------------------------------------------------------------------------


@pytest.fixture
def lazy_module() -> Iterator[str]:
    """A module that holds a command, and was imported already, so that its name is enough."""
    module = ModuleType("lazy_demo")
    module.command = click.Command("late", callback=lambda: click.echo("here"))  # type: ignore[attr-defined]
    sys.modules["lazy_demo"] = module
    yield "lazy_demo"
    del sys.modules["lazy_demo"]


def test_a_late_command_runs(program: BilingualGroup, lazy_module: str) -> None:
    program.lazy("late", lazy_module, Text("晚到", "comes late"))
    assert run(program, "late").output == "here\n"


def test_help_names_a_late_command_without_importing_it(program: BilingualGroup) -> None:
    program.lazy("late", "no.such.module", Text("晚到", "comes late"))
    assert re.search(r"\n  late   晚到\n", run(program, "--help --lang zh").output)
    assert "Did you mean 'late'?" in run(program, "lat").output


# --- the catalogue ----------------------------------------------------------------------------------------------------------

# What only a programmer, a person at a shell's completion or at an editor can meet: nobody who runs our programs.
NOT_MET = re.compile(
    "editor|Windows|Bash|color|Choice\\(|defined twice|Boolean option|Could not determine name|No options defined|"
    "Arguments take exactly|Invalid start character|must be an iterable|Press any key|standard stream|^d$"
)


def catalogue() -> Catalog:
    with (LOCALE / "messages.po").open("rb") as file:
        return read_po(file, locale="zh")


def test_every_message_of_click_that_a_user_can_meet_is_translated() -> None:
    known = {message.id if isinstance(message.id, str) else message.id[0]: message.string for message in catalogue()}
    met = {found[2] if isinstance(found[2], str) else found[2][0] for found in extract_from_dir(str(Path(click.__file__).parent))}
    missing = sorted(id for id in met if not NOT_MET.search(id) and not known.get(id))
    assert missing == []


def test_no_translation_is_of_a_message_that_click_does_not_have() -> None:
    met = {found[2] for found in extract_from_dir(str(Path(click.__file__).parent))}
    assert sorted(str(message.id) for message in catalogue() if message.id and message.id not in met) == []


@pytest.mark.parametrize("message", [m for m in catalogue() if m.id], ids=lambda m: str(m.id)[:30])
def test_a_translation_is_chinese_and_fills_in_no_other_names(message: object) -> None:
    id, string = message.id, message.string  # type: ignore[attr-defined]
    ids, strings = ([id], [string]) if isinstance(id, str) else (list(id), list(string))
    for text in strings:
        assert CJK.search(text) or text == "%(prog)s %(version)s"
        names = set(re.findall(r"\{(\w+)(?:![rs])?\}", " ".join(ids)))
        assert set(re.findall(r"\{(\w+)(?:![rs])?\}", text)) <= names
        assert not re.search("[\u4e00-\u9fff][,;:!?()]", text)


def test_the_compiled_catalogue_is_the_readable_one() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    shipped = (LOCALE / "messages.mo").read_bytes()
    ours, theirs = read_mo(compiled), read_mo(io.BytesIO(shipped))
    assert [(m.id, m.string) for m in ours] == [(m.id, m.string) for m in theirs], "run make locale"
    assert gettext.GNUTranslations(io.BytesIO(shipped)).gettext("Usage:") == "用法："
