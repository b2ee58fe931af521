"""Tests that share something costly stay in one process; or else each process tells the demonstration's story anew."""

import pytest


@pytest.mark.xdist_group("kept")
def test_a_group_is_known_to_whoever_distributes_the_tests(request: pytest.FixtureRequest) -> None:
    if not hasattr(request.config, "workerinput"):
        pytest.skip("一个进程就没有分组 / one process needs no groups")
    assert request.node.nodeid.endswith("@kept")
