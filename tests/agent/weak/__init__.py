"""Workers as they are on kernels that lack a protection. For tests only."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from agent.confinement import Limits, confine
from agent.extract.registry import extractors
from agent.worker import run


def work_without(*missing: str) -> None:
    """The real worker, which says that it lacks some protections."""

    def weaker(limits: Limits) -> Mapping[str, bool]:
        return {**confine(limits), **dict.fromkeys(missing, False)}

    run(int(sys.argv[1]), Limits(memory=int(sys.argv[2])), extractors(), confined=weaker)
