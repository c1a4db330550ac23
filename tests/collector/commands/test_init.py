from __future__ import annotations

import re

import pytest
from cryptography import x509

from collector.auth import digest
from policies.folders import state_folder
from tests.collector.commands.run import fails, ok


def names() -> list[str]:
    certificate = x509.load_pem_x509_certificate((state_folder() / "collector" / "server.pem").read_bytes())
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in held]


def test_it_prints_the_access_code_the_ca_and_what_to_do_next() -> None:
    told = ok("init")
    code = re.search(r"^  ((?:[A-Z2-7]{4}-){7}[A-Z2-7]{4})$", told, flags=re.MULTILINE)
    assert code is not None
    assert (state_folder() / "collector" / "access.sha256").read_text() == digest(code[1]) + "\n"
    assert str(state_folder() / "collector" / "ca.pem") in told
    assert "agent enrol" in told


def test_it_speaks_chinese() -> None:
    assert "访问码（仅显示这一次）" in ok("init", "--lang", "zh")


def test_the_certificate_has_the_names_that_were_given() -> None:
    ok("init", "--name", "collector.example", "--name", "192.0.2.7", "--name", "localhost")
    assert names() == ["localhost", "127.0.0.1", "::1", "collector.example", "192.0.2.7"]


def test_it_overwrites_nothing(initialised: None) -> None:
    before = (state_folder() / "collector" / "ca.pem").read_bytes()
    assert "not overwritten" in fails("init")
    assert (state_folder() / "collector" / "ca.pem").read_bytes() == before


@pytest.mark.parametrize("name", ["服务器", "a b", "-a", "", "host:443"])
def test_a_name_that_no_certificate_can_hold_is_one_clear_error(name: str) -> None:
    assert "cannot be set up" in fails("init", "--name", name)
    assert fails("init", "--name", name, "--lang", "zh").rstrip().endswith("--name 应为主机名或 IP 地址")


def test_a_state_folder_that_is_a_file_is_one_clear_error() -> None:
    state_folder().write_text("x")
    assert fails("init", "--lang", "zh").rstrip().endswith(f"无法初始化 {state_folder() / 'collector'}：路径中有一级不是目录")
