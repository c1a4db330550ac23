"""The proxies that programs are told to use, from the files that say so; nothing is run to find out.

Read are environment and shell start files, package managers' and downloaders' settings, systemd units' environments, the
system's dconf key files, KDE's and Firefox's settings. Of a proxy only host and port are kept: its address may hold a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from agent.sources import settings
from checks.subjects import Proxy

Found = Iterator[tuple[str, str]]
"""Name of the setting and host:port."""

_HOST = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:/{0,2})?(?:[^@/\s]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?(?:/.*)?"
)
_VARIABLE = re.compile(r"""\b((?:https?|ftp|all|socks5?|rsync)_proxy)\s*=\s*["']?([^\s"';]+)""", re.IGNORECASE)
_APT = re.compile(r"""\b(?:(\w+)\s*(?:::|\{)\s*)?Proxy(?:::[\w.-]+)?\s+["']?([^\s"';]+)""", re.IGNORECASE)
_PLAIN = re.compile(r"""--?proxy\s+(\S+)|proxy\s*[=:\s]\s*["']?([^\s"']+)""", re.IGNORECASE)
_FIREFOX = re.compile(r'user_pref\("network\.proxy\.(http|ssl|socks|autoconfig_url|type)",\s*"?([^")]*)"?\)')
_NOT_ONE = frozenset({"direct", "false", "none", "_none_", "off", "no"})


def proxies(root: Path = Path("/")) -> tuple[Proxy, ...]:
    """Every proxy that is set, in the order of the files. Raises OSError where one of them may not be read."""
    homes = settings.homes(root)
    found: dict[Proxy, None] = {}
    for read, of_system, of_homes in _FILES:
        for folder, patterns in ((root, of_system), *((home, of_homes) for home in homes)):
            for path in settings.matching(folder, patterns):
                for name, host in read(path):
                    found[Proxy(host=host, place=f"/{path.relative_to(root)}", name=name)] = None
    return tuple(found)


def _variables(path: Path) -> Found:
    """Environment and shell files: `export http_proxy=...`, and the same in a unit's Environment=."""
    for line in settings.lines(path):
        for name, value in _VARIABLE.findall(line):
            yield from _one(name.lower(), value)


def _apt(path: Path) -> Found:
    """apt.conf(5): `Acquire::http::Proxy "...";`, or the same with braces; `//` is a comment too."""
    for line in settings.lines(path):
        for scheme, value in _APT.findall("" if line.startswith("//") else line):
            yield from _one(scheme.lower() or "proxy", value)


def _plain(path: Path) -> Found:
    """`proxy = ...` of dnf, yum, curl and pip."""
    for line in settings.lines(path):
        match = _PLAIN.match(line)
        yield from _one("proxy", match[1] or match[2]) if match else ()


def _key_file(path: Path) -> Found:
    """dconf: the group `system/proxy` says how, `system/proxy/http` and its like say where."""
    groups = _groups(path)
    if _unquoted(groups.get("system/proxy", {}).get("mode", "")) == "none":
        return
    for group, keys in groups.items():
        if group.startswith("system/proxy"):
            host, port = _unquoted(keys.get("host", "")), keys.get("port", "")
            yield from _one(group.rpartition("/")[2], f"{host}:{port}" if port.isdigit() and port != "0" else host)
            yield from _one("autoconfig-url", _unquoted(keys.get("autoconfig-url", "")))


def _kde(path: Path) -> Found:
    """kioslaverc: `ProxyType` 1 is by hand, 2 by a script; 0 is none."""
    keys = _groups(path).get("Proxy Settings", {})
    if keys.get("ProxyType", "0") not in ("1", "2"):
        return
    for name in ("httpProxy", "httpsProxy", "ftpProxy", "socksProxy", "Proxy Config Script"):
        yield from _one(name, keys.get(name, "").replace(" ", ":"))


def _firefox(path: Path) -> Found:
    """prefs.js: `network.proxy.type` 1 is by hand, 2 by a script."""
    values = dict(_FIREFOX.findall(settings.read(path)))
    if values.pop("type", "5") in ("1", "2"):
        for name, value in values.items():
            yield from _one(name, value)


def _one(name: str, value: str) -> Found:
    """Host and port, and nothing else of the value; nothing where it names no host."""
    match = _HOST.fullmatch(value.strip())
    if match and match[1].lower() not in _NOT_ONE:
        yield name, f"{match[1]}:{match[2]}" if match[2] else match[1]


def _groups(path: Path) -> dict[str, dict[str, str]]:
    """Groups of `key=value` lines, each begun by `[name]`."""
    groups: dict[str, dict[str, str]] = {}
    keys: dict[str, str] = {}
    for line in settings.lines(path):
        if line.startswith("[") and line.endswith("]"):
            keys = groups.setdefault(line[1:-1], {})
        else:
            name, _, value = line.partition("=")
            keys[name.strip()] = value.strip()
    return groups


def _unquoted(value: str) -> str:
    return value.strip("'\"")


_FILES: tuple[tuple[Callable[[Path], Found], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        _variables,
        (
            "etc/environment",
            "etc/environment.d/*.conf",
            "etc/profile",
            "etc/profile.d/*",
            "etc/bash.bashrc",
            "etc/bashrc",
            "etc/zsh/*",
            "etc/wgetrc",
            "etc/default/docker",
            "etc/systemd/system.conf",
            "etc/systemd/system.conf.d/*.conf",
            "etc/systemd/system/*.service.d/*.conf",
        ),
        (
            ".profile",
            ".bash_profile",
            ".bashrc",
            ".zshenv",
            ".zshrc",
            ".pam_environment",
            ".wgetrc",
            ".config/environment.d/*.conf",
        ),
    ),
    (_apt, ("etc/apt/apt.conf", "etc/apt/apt.conf.d/*"), ()),
    (_plain, ("etc/yum.conf", "etc/dnf/dnf.conf", "etc/pip.conf"), (".curlrc", ".config/pip/pip.conf")),
    (_key_file, ("etc/dconf/db/*.d/*",), ()),
    (_kde, ("etc/xdg/kioslaverc",), (".config/kioslaverc",)),
    (_firefox, (), (".mozilla/firefox/*/prefs.js",)),
)
