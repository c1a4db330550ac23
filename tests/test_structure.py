"""The house keeps its shape: tests mirror the source, rooms keep to themselves, dependencies have reasons.

Every rule is a function of a root folder that lists the breaches, so that each is shown to speak on a small broken tree.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("agent", "checks", "policies", "collector")
CODE_FOLDERS = {*PACKAGES, "tests", "systemd"}
CODE_SUFFIXES = {".py", ".pyi", ".sh", ".js", ".c", ".rs", ".go"}
MADE = "build"  # what benchmarks and fuzzing leave behind, no part of the project
MIGRATIONS = Path("collector/store/migrations/versions")
# What reads the world: forbidden to a check even where the module that holds it is not.
WORLDLY_CALLS = {"open", "input", "print", "exec", "eval", "__import__", "breakpoint"}
WORLDLY_METHODS = {"now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes"}
PURE_PATHS = {"PurePath", "PurePosixPath", "PureWindowsPath"}


def sources(root: Path) -> Iterator[Path]:
    """Every source file that owes a test file, relative to the root."""
    for package in PACKAGES:
        for path in sorted(root.glob(f"{package}/**/*.py")):
            relative = path.relative_to(root)
            if path.name != "__init__.py" and not relative.is_relative_to(MIGRATIONS):
                yield relative


def untested(root: Path) -> list[str]:
    """Source files without a test file of their own."""
    return [str(path) for path in sources(root) if not (root / "tests" / path.with_name(f"test_{path.name}")).is_file()]


def stray_code(root: Path) -> list[str]:
    """Top-level folders and files that hold code beyond the fixed ones."""
    strays = []
    for entry in sorted(root.iterdir()):
        if entry.name.startswith(".") or entry.name in {*CODE_FOLDERS, MADE}:
            continue
        files = entry.rglob("*") if entry.is_dir() else [entry]
        if any(file.suffix in CODE_SUFFIXES for file in files):
            strays.append(entry.name)
    return strays


def folders_without_init(root: Path) -> list[str]:
    """Folders of tests that are no packages: two files of one name in them would collide."""
    folders = {path.parent for path in root.glob("tests/**/test_*.py")}
    return sorted(str(folder.relative_to(root)) for folder in folders if not (folder / "__init__.py").is_file())


def _worldly(node: ast.AST) -> str | None:
    """What a node of a check's syntax tree does to the world, or None."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in WORLDLY_CALLS:
            return f"{name}()"
        case ast.Call(func=ast.Attribute(attr=name)) if name in WORLDLY_METHODS:
            return f".{name}()"
        case ast.Import(names=names) if any(alias.name == "pathlib" for alias in names):
            return "import pathlib"
        case ast.ImportFrom(module="pathlib", names=names) if not {alias.name for alias in names} <= PURE_PATHS:
            return "a path that touches the disk"
    return None


def impure_checks(root: Path) -> list[str]:
    """Places in checks that read a file, a clock or a person, which no import contract can see."""
    breaches = []
    for path in sorted(root.glob("checks/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if deed := _worldly(node):
                breaches.append(f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}: {deed}")
    return breaches


def unexplained_dependencies(root: Path) -> list[str]:
    """Dependencies in pyproject.toml without the reason beside them."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    named = {requirement for group in _dependencies(root).values() for requirement in group}
    explained = set(re.findall(r'^\s*"([^"]+)",\s*# \S', text, flags=re.MULTILINE))
    return sorted(named - explained)


def _dependencies(root: Path) -> dict[str, list[str]]:
    """The requirements of pyproject.toml by the pins file that holds them; all of them are in dev."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    common, extras = project["dependencies"], project["optional-dependencies"]
    groups = {name: [*common, *extras[name]] for name in ("agent", "collector")}
    return groups | {"dev": [*common, *(requirement for extra in extras.values() for requirement in extra)]}


def _pins(root: Path, group: str) -> dict[str, str]:
    """Names and exact versions in one requirements file."""
    text = (root / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", text, flags=re.MULTILINE))


def unpinned_dependencies(root: Path) -> list[str]:
    """What pyproject.toml asks for and a requirements file does not hold, or holds in another version than dev."""
    breaches, everything = [], _pins(root, "dev")
    for group, requirements in _dependencies(root).items():
        pins = _pins(root, group)
        names = {re.split(r"[^a-z0-9-]", requirement)[0] for requirement in requirements}
        breaches += [f"{group}: {name} has no pin" for name in sorted(names - pins.keys())]
        breaches += [f"{group}: {name} differs from dev" for name, pin in pins.items() if everything.get(name) != pin]
    return breaches


def addresses(root: Path) -> list[str]:
    """Lines of requirements files that say where to fetch from, or name a pin without its hash."""
    breaches = []
    for path in sorted(root.glob("requirements/*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            unhashed = "==" in line and "--hash=sha256:" not in "".join(lines[number : number + 2])
            if "://" in line or re.match(r"\s*--?(?!hash=)\w", line) or unhashed:
                breaches.append(f"{path.name}:{number + 1}: {line.strip()}")
    return breaches


def broken_contracts(root: Path) -> list[str]:
    """Names of the import contracts of pyproject.toml that do not hold."""
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache", "--no-logo"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # fails where one is broken
    verdicts = re.findall(r"^(.+) (KEPT|BROKEN)\b", run.stdout, flags=re.MULTILINE)
    assert verdicts, run.stdout + run.stderr
    return [name for name, verdict in verdicts if verdict == "BROKEN"]


def write(root: Path, files: dict[str, str]) -> Path:
    """A tree of files for a rule to look at."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def possessive_groups(root: Path) -> list[str]:
    """Lines with a possessive or atomic group in a pattern: Python before 3.11.5, Debian 12's too, matches them wrongly."""
    group = re.compile(r"\)(?:[*+?]|\{\{?\d*,?\d*\}\}?)\+|\(\?>")
    files = [path for package in PACKAGES for path in sorted(root.glob(f"{package}/**/*.py"))]
    return [
        f"{path.relative_to(root)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if group.search(line)
    ]


# --- the project ------------------------------------------------------------------------------------------------------------


def test_every_source_file_has_its_own_test_file() -> None:
    assert untested(ROOT) == []


def test_no_code_lies_beside_the_fixed_folders() -> None:
    assert stray_code(ROOT) == []


def test_no_pattern_needs_a_newer_python_than_debians() -> None:
    assert possessive_groups(ROOT) == []


def test_a_possessive_group_is_found_and_a_possessive_class_is_not(tmp_path: Path) -> None:
    write(tmp_path, {"agent/a.py": 'A = r"(?:a|b)*+"\nB = r"[ab]*+"\nC = r"(?>ab)"\n', "checks/b.py": 'D = r"(a){2,}+b"\n'})
    assert possessive_groups(tmp_path) == ["agent/a.py:1", "agent/a.py:3", "checks/b.py:1"]


def test_every_folder_of_tests_is_a_package() -> None:
    assert folders_without_init(ROOT) == []


def test_no_check_reads_a_file_or_a_clock() -> None:
    assert impure_checks(ROOT) == []


def test_every_dependency_has_its_reason_beside_it() -> None:
    assert unexplained_dependencies(ROOT) == []


def test_every_dependency_is_pinned_once() -> None:
    assert unpinned_dependencies(ROOT) == []


def test_the_pins_are_hashed_and_name_no_address() -> None:
    assert addresses(ROOT) == []


# --- each rule speaks -------------------------------------------------------------------------------------------------------


def test_a_source_file_without_test_is_found(tmp_path: Path) -> None:
    files = ["agent/__init__.py", "agent/a.py", "agent/b.py", "tests/agent/test_a.py", f"{MIGRATIONS}/0001_first.py"]
    assert untested(write(tmp_path, dict.fromkeys(files, ""))) == ["agent/b.py"]


def test_code_in_another_top_level_folder_is_found(tmp_path: Path) -> None:
    files = ["agent/a.py", "docs/guide.md", "scripts/deep/tool.sh", "setup.py", ".venv/x.py"]
    assert stray_code(write(tmp_path, dict.fromkeys(files, ""))) == ["scripts", "setup.py"]


def test_a_folder_of_tests_without_init_is_found(tmp_path: Path) -> None:
    files = ["tests/__init__.py", "tests/test_a.py", "tests/agent/test_a.py"]
    assert folders_without_init(write(tmp_path, dict.fromkeys(files, ""))) == ["tests/agent"]


@pytest.mark.parametrize(
    "code",
    ["open('/etc/passwd')", "datetime.now(UTC)", "path.read_text()", "import pathlib", "from pathlib import Path"],
)
def test_a_check_that_reads_the_world_is_found(tmp_path: Path, code: str) -> None:
    assert len(impure_checks(write(tmp_path, {"checks/media/clock.py": code}))) == 1


def test_a_check_may_take_a_path_apart(tmp_path: Path) -> None:
    assert impure_checks(write(tmp_path, {"checks/media/a.py": "from pathlib import PurePosixPath"})) == []


PROJECT = """\
[project]
dependencies = [
  "click>=8",  # commands
  "pyyaml>=6",
]
[project.optional-dependencies]
agent = [
  "psutil",    #
]
collector = []
dev = []
"""


def test_a_dependency_without_a_reason_is_found(tmp_path: Path) -> None:
    assert unexplained_dependencies(write(tmp_path, {"pyproject.toml": PROJECT})) == ["psutil", "pyyaml>=6"]


def test_a_missing_and_a_differing_pin_are_found(tmp_path: Path) -> None:
    dev = "click==8.1 \\\npyyaml==6.0 \\\npsutil==7.0 \\\n"
    agent, collector = "click==8.2 \\\npyyaml==6.0 \\\n", "click==8.1 \\\npyyaml==6.0 \\\n"
    texts = {"dev": dev, "agent": agent, "collector": collector}
    files = {"pyproject.toml": PROJECT} | {f"requirements/{name}.txt": text for name, text in texts.items()}
    assert unpinned_dependencies(write(tmp_path, files)) == ["agent: psutil has no pin", "agent: click differs from dev"]


@pytest.mark.parametrize(
    "line", ["--index-url index.example", "-i index.example", "click @ https://example.org/click.whl", "click==8.1"]
)
def test_an_address_or_a_pin_without_hash_is_found(tmp_path: Path, line: str) -> None:
    good = "click==8.1 \\\n    --hash=sha256:00\n    # via shoumi\n"
    assert len(addresses(write(tmp_path, {"requirements/dev.txt": good + line + "\n"}))) == 1


HOUSE = {
    **dict.fromkeys([f"{package}/__init__.py" for package in PACKAGES], ""),
    **dict.fromkeys([f"checks/{area}/__init__.py" for area in ("document", "media", "network")], ""),
    "agent/engine.py": "import sqlite3\nimport checks.media.first\nimport policies.words\n",
    "checks/catalog.py": "import importlib\nimport pkgutil\n",
    "checks/media/first.py": "from pathlib import PurePosixPath\nimport policies.words\n",
    "checks/media/second.py": "",
    "collector/ingest.py": "import sqlite3\nimport policies.words\n",
    "policies/words.py": "import yaml\n",
}
BREACHES = {
    "agent -> checks -> policies": {"policies/words.py": "import checks.media.first"},
    "agent and collector never meet": {"agent/engine.py": "import collector.ingest"},
    "the collector never imports checks": {"collector/ingest.py": "import checks.media.first"},
    "checks only judge": {"checks/media/first.py": "from os import path"},
    "a check never imports another check": {"checks/media/first.py": "from checks.media.second import Second"},
    "the programs never import their tests": {"agent/engine.py": "from tests import conftest"},
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small tree that keeps every import contract."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return write(tmp_path, HOUSE)


def test_the_import_contracts_hold_in_a_sound_house(house: Path) -> None:
    assert broken_contracts(house) == []


@pytest.mark.parametrize("contract", BREACHES)
def test_a_forbidden_import_breaks_its_contract(house: Path, contract: str) -> None:
    assert any(contract in name for name in broken_contracts(write(house, BREACHES[contract])))
