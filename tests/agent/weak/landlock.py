from __future__ import annotations

from tests.agent.weak import work_without

if __name__ == "__main__":
    work_without("landlock")
