from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from registry.operators import passwords
from tests import databases
from tests.registry.office import EMBEDDED, Office, build, copy, on

Builder = Callable[..., tuple[str, str]]


@pytest.fixture(scope="session", params=[EMBEDDED, "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of database that registries are founded on: every test that wants one runs on both."""
    with on(databases.Embedded() if request.param == EMBEDDED else databases.server()):
        yield request.param


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed at a small cost, not at that of RFC 9106: most tests of the console sign somebody in."""
    assert (passwords.OPERATIONS, passwords.MEMORY) == (3, 64 << 20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "OPERATIONS", 1)
        patch.setattr(passwords, "MEMORY", 1 << 20)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_routes() -> Iterator[None]:
    """What builds a route's addresses is compiled once: that is most of the work of making a service."""
    compiled: dict[tuple[str, bool], Builder] = {}
    compiling = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Builder:
        assert not rule.defaults, rule
        key = (rule.rule, append_unknown)
        if key not in compiled:
            compiled[key] = compiling(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(autouse=True)
def dropped() -> Iterator[None]:
    """What a test has made on the server goes with it."""
    with databases.dropping():
        yield


@pytest.fixture(scope="session")
def built(database: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with two issuers, made once; tests work on copies."""
    return build(tmp_path_factory.mktemp(f"registry-{database}"))


@pytest.fixture
def office(built: Path, tmp_path: Path) -> Iterator[Office]:
    made = Office(copy(built, tmp_path / "data"))
    yield made
    made.close()
