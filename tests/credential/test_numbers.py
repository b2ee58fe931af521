from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import numbers
from credential.model import IssuerCode
from credential.numbers import Fault, NationalNumber

TODAY = date(2026, 6, 1)
CODE = "Y000035020101"


@pytest.mark.parametrize("text", [CODE, "S000035010001", "YA1B235XYZ001", "Z999999999999"])
def test_an_issuer_code(text: str) -> None:
    assert numbers.parse_issuer_code(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        CODE[:12],
        CODE + "0",
        "y000035020101",
        "1000035020101",
        "Y0000X5020101",
        "Y00003502010１",
        CODE + "\n",
        "Y0000 5020101",
    ],
)
def test_not_an_issuer_code(text: str) -> None:
    assert numbers.parse_issuer_code(text) is None


def test_a_region_is_two_ascii_digits() -> None:
    assert numbers.parse_region("35") == "35"
    for text in ("", "3", "350", "3A", "３５", "35\n"):
        assert numbers.parse_region(text) is None


def test_a_number_in_its_parts() -> None:
    number = numbers.parse_number(CODE + "26" + "3" + "000001")
    assert number == NationalNumber(IssuerCode(CODE), 26, 3, 1)
    assert str(number) == CODE + "263000001"


def test_zeros_stay() -> None:
    number = NationalNumber(IssuerCode(CODE), 0, 5, 0)
    assert (str(number), number.tail) == (CODE + "005000000", 5_000_000)


@given(st.integers(0, 999_999_999))
def test_the_last_nine_digits_come_back(tail: int) -> None:
    parsed = numbers.parse_number(f"{CODE}{tail:09d}")
    assert parsed is not None
    assert (parsed.tail, str(parsed)) == (tail, f"{CODE}{tail:09d}")


@pytest.mark.parametrize(
    "text",
    ["", CODE, CODE + "26300000", CODE + "2630000011", CODE + "26A000001", CODE + "26T000001", CODE + "26300000１"],
)
def test_another_scheme_is_not_parsed(text: str) -> None:
    assert numbers.parse_number(text) is None


def test_every_level_has_its_names() -> None:
    assert numbers.LEVEL_NAMES[3] == "三级/高级工"
    assert set(numbers.LEVEL_NAMES) == set(numbers.LEVEL_NAMES_EN) == {1, 2, 3, 4, 5}


def _citizen(first17: str) -> str:
    """GB 11643: the weights are powers of two modulo 11, from the right."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first17))
    return first17 + "10X98765432"[total % 11]


# 11010519491231002X is the standard's own example; the others are invented, of areas that do not exist
CITIZENS = {
    "11010519491231002X": None,
    _citizen("99999919850230000"): Fault.DATE,
    _citizen("81000019900101123"): None,
    _citizen("83000019900101123"): None,
    _citizen("91015619790314002"): None,
    _citizen("00000018500101000"): None,
    _citizen("00000018491231000"): Fault.DATE,
    _citizen("00000020260601000"): None,
    _citizen("00000020260602000"): Fault.DATE,
    _citizen("00000020000229000"): None,
    _citizen("00000019000229000"): Fault.DATE,
    _citizen("00000019901301000"): Fault.DATE,
    _citizen("00000019900001000"): Fault.DATE,
    "110105194912310021": Fault.CHECK_CHARACTER,
    "11010519491231002x": Fault.CHARACTERS,
    "1101051949123100２X": Fault.CHARACTERS,
    "X1010519491231002X": Fault.CHARACTERS,
    "": Fault.LENGTH,
    "11010519491231002": Fault.LENGTH,
    "110105194912310020X": Fault.LENGTH,
    "11010519491231002X ": Fault.LENGTH,
    "11010519491231002\n": Fault.CHARACTERS,
}


@pytest.mark.parametrize("text", CITIZENS)
def test_a_citizen_number(text: str) -> None:
    assert numbers.citizen_number_fault(text, TODAY) is CITIZENS[text]


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_a_citizen_number_is_always_found(place: int, by: int) -> None:
    good = "11010519491231002X"
    bad = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    assert numbers.citizen_number_fault(bad, TODAY) in {Fault.DATE, Fault.CHECK_CHARACTER}


# 91350100M000100Y43 is the standard's own example (GB 32100-2015)
CREDIT_CODES = {
    "91350100M000100Y43": None,
    "91110000600037341L": None,
    "91110000600037342L": Fault.CHECK_CHARACTER,
    "91350100M000100Y4": Fault.LENGTH,
    "91350100M000100Y433": Fault.LENGTH,
    "91350100m000100Y43": Fault.CHARACTERS,
    "91350100I000100Y43": Fault.CHARACTERS,
    "91350100O000100Y43": Fault.CHARACTERS,
    "91350100Z000100Y43": Fault.CHARACTERS,
    "91350100S000100Y43": Fault.CHARACTERS,
    "91350100V000100Y43": Fault.CHARACTERS,
    "01350100M000100Y43": Fault.CHARACTERS,
    "B1350100M000100Y43": Fault.CHARACTERS,
    "9135010０M000100Y43": Fault.CHARACTERS,
}


@pytest.mark.parametrize("text", CREDIT_CODES)
def test_a_credit_code(text: str) -> None:
    assert numbers.credit_code_fault(text) is CREDIT_CODES[text]


@pytest.mark.parametrize("first", "123456789ANY")
def test_a_credit_code_may_begin_with(first: str) -> None:
    first17 = first + "1350100M000100Y4"
    assert numbers.credit_code_fault(first17 + numbers.credit_check_character(first17)) is None


@given(st.text(max_size=25) | st.text(alphabet="0123456789X", min_size=18, max_size=18))
def test_any_text_is_judged(text: str) -> None:
    for fault in (numbers.citizen_number_fault(text, TODAY), numbers.credit_code_fault(text)):
        assert fault is None or fault in Fault
    assert numbers.parse_number(text) is None or len(text) == 22
