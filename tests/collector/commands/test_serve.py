from __future__ import annotations

from pathlib import Path

import pytest

from collector import server
from policies.folders import state_folder
from tests.collector.commands.run import fails
from tests.collector.live import LiveServer


def test_it_takes_a_free_port_and_tells_it(initialised: None) -> None:
    with LiveServer(state_folder()) as live:
        assert live.port > 0
        assert live.request("GET", "/healthz")[0] == 200


def test_it_speaks_chinese(initialised: None) -> None:
    with LiveServer(state_folder(), LANG="zh_CN.UTF-8") as live:
        assert live.first_line == f"服务地址 https://127.0.0.1:{live.port}\n"


def test_a_taken_port_is_one_clear_error(initialised: None) -> None:
    with server.listen("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1:{port}" in fails("serve", "--port", str(port))
        assert fails("serve", "--port", str(port), "--lang", "zh").rstrip().endswith(f"无法监听 127.0.0.1:{port}：地址已被占用")


@pytest.mark.parametrize("address", ["203.0.113.9", "no address"])
def test_an_address_of_another_computer_is_one_clear_error(initialised: None, address: str) -> None:
    assert "cannot listen" in fails("serve", "--listen", address, "--port", "0")


def test_the_settings_say_where_to_listen(initialised: None, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "collector.yaml").write_text("listen: '::1'\nport: 0\n")
    with LiveServer(state_folder(), SHOUMI_CONFIG=str(config)) as live:
        assert "https://[::1]:" in live.first_line
