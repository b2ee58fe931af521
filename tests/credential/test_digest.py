import hashlib

import pytest

from credential.digest import by_sha256, sha256

SIZES = [0, 1, 232, (16 << 10) - 1, 16 << 10, 1 << 20]


@pytest.mark.parametrize("size", SIZES)
def test_digests_are_those_of_openssl(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert sha256(data[:size]) == hashlib.sha256(data[:size]).digest()


@pytest.mark.parametrize("size", SIZES)
def test_many_by_their_digests(size: int) -> None:
    contents = [bytes(size), b"a" * size, b"abc"]
    assert by_sha256(contents) == {hashlib.sha256(each).digest(): each for each in contents}
