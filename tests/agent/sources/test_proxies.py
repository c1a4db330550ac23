"""Proxies in files as people and programs write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.sources.proxies import proxies


def write(root: Path, place: str, text: str) -> None:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def hosts(root: Path) -> list[str]:
    return [proxy.host for proxy in proxies(root)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A computer with one account."""
    write(tmp_path, "etc/passwd", "user:x:1000:1000::/home/user:/bin/bash\n")
    (tmp_path / "home/user").mkdir(parents=True)
    return tmp_path


def test_without_any_setting_there_are_none(root: Path) -> None:
    assert proxies(root) == ()


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("http_proxy=http://10.1.2.9:3128/", "10.1.2.9:3128"),
        ('export HTTPS_PROXY="http://proxy.example:8080"', "proxy.example:8080"),
        ("all_proxy='socks5://127.0.0.1:1080'", "127.0.0.1:1080"),
        ("export ftp_proxy=10.1.2.9:3128; export X=1", "10.1.2.9:3128"),
        ("http_proxy=http://[2001:db8::9]:3128", "[2001:db8::9]:3128"),
        ("http_proxy=proxy", "proxy"),
        ("no_proxy=localhost,127.0.0.1", None),
        ("# http_proxy=http://10.1.2.9:3128", None),
        ("unset http_proxy https_proxy", None),
        ("http_proxy=", None),
        ("https_proxy=$http_proxy", None),
        ("http_proxy=http://", None),
    ],
)
@pytest.mark.parametrize("place", ["etc/environment", "etc/profile.d/proxy.sh", "home/user/.bashrc"])
def test_variables(root: Path, place: str, line: str, host: str | None) -> None:
    write(root, place, f"{line}\n")
    assert [(proxy.host, proxy.place) for proxy in proxies(root)] == ([(host, f"/{place}")] if host else [])


def test_a_password_is_not_kept(root: Path) -> None:
    write(root, "etc/environment", "http_proxy=http://user:s3cret@10.1.2.9:3128\n")
    (proxy,) = proxies(root)
    assert proxy.host == "10.1.2.9:3128"
    assert "s3cret" not in repr(proxy)


def test_the_environment_of_a_service(root: Path) -> None:
    write(root, "etc/systemd/system/docker.service.d/p.conf", '[Service]\nEnvironment="HTTP_PROXY=http://10.1.2.9:3128"\n')
    assert hosts(root) == ["10.1.2.9:3128"]


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ('Acquire::http::Proxy "http://10.1.2.9:3128/";', "10.1.2.9:3128"),
        ('Acquire { http { Proxy "http://10.1.2.9:3128"; }; };', "10.1.2.9:3128"),
        ('Acquire::http::Proxy::deb.example "http://10.1.2.9:3128";', "10.1.2.9:3128"),
        ('Acquire::http::Proxy "DIRECT";', None),
        ('Acquire::http::Proxy-Auto-Detect "/usr/bin/x";', None),
        ('// Acquire::http::Proxy "http://10.1.2.9:3128";', None),
        ('Acquire::Check-Date "false";', None),
    ],
)
def test_apt(root: Path, text: str, host: str | None) -> None:
    write(root, "etc/apt/apt.conf.d/95proxy", f"{text}\n")
    assert hosts(root) == ([host] if host else [])


@pytest.mark.parametrize(
    ("place", "line", "host"),
    [
        ("etc/dnf/dnf.conf", "proxy=http://10.1.2.9:3128", "10.1.2.9:3128"),
        ("etc/dnf/dnf.conf", "proxy=_none_", None),
        ("etc/dnf/dnf.conf", "proxy_username=me", None),
        ("etc/yum.conf", "proxy = http://10.1.2.9:3128", "10.1.2.9:3128"),
        ("home/user/.curlrc", 'proxy = "10.1.2.9:3128"', "10.1.2.9:3128"),
        ("home/user/.curlrc", "--proxy 10.1.2.9:3128", "10.1.2.9:3128"),
        ("home/user/.config/pip/pip.conf", "proxy = http://10.1.2.9:3128", "10.1.2.9:3128"),
    ],
)
def test_programs_with_a_setting_of_their_own(root: Path, place: str, line: str, host: str | None) -> None:
    write(root, place, f"[main]\n{line}\n")
    assert hosts(root) == ([host] if host else [])


DCONF = (
    "[system/proxy]\nmode='{mode}'\n\n[system/proxy/http]\nhost='10.1.2.9'\nport=3128\n\n[system/proxy/ftp]\nhost=''\nport=0\n"
)


@pytest.mark.parametrize(("mode", "host"), [("manual", "10.1.2.9:3128"), ("none", None)])
def test_the_desktop_s_key_files(root: Path, mode: str, host: str | None) -> None:
    write(root, "etc/dconf/db/local.d/00-proxy", DCONF.format(mode=mode))
    assert hosts(root) == ([host] if host else [])


def test_a_script_that_chooses_the_proxy(root: Path) -> None:
    write(root, "etc/dconf/db/local.d/00", "[system/proxy]\nmode='auto'\nautoconfig-url='http://wpad.example/wpad.dat'\n")
    assert [(proxy.name, proxy.host) for proxy in proxies(root)] == [("autoconfig-url", "wpad.example")]


@pytest.mark.parametrize(("kind", "host"), [("1", "10.1.2.9:3128"), ("0", None)])
def test_kde(root: Path, kind: str, host: str | None) -> None:
    write(root, "home/user/.config/kioslaverc", f"[Proxy Settings]\nProxyType={kind}\nhttpProxy=http://10.1.2.9 3128\n")
    assert hosts(root) == ([host] if host else [])


@pytest.mark.parametrize(("kind", "host"), [("1", "10.1.2.9"), ("5", None), (None, None)])
def test_firefox(root: Path, kind: str | None, host: str | None) -> None:
    chosen = f'user_pref("network.proxy.type", {kind});\n' if kind else ""
    write(root, "home/user/.mozilla/firefox/x.default/prefs.js", f'user_pref("network.proxy.http", "10.1.2.9");\n{chosen}')
    assert hosts(root) == ([host] if host else [])


def test_a_file_that_cannot_be_read_is_no_file_without_proxies(root: Path) -> None:
    (root / "etc/environment").symlink_to("environment")
    with pytest.raises(OSError, match="symbolic links"):
        proxies(root)


def test_this_computer_s_own_can_be_read() -> None:
    assert all(proxy.host and "@" not in proxy.host for proxy in proxies())
