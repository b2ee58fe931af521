import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential import qr_text
from credential.reason import Reason
from tests.credential.refusal import reason_of, refused
from tests.world import sign_it

PREFIX = "https://fj.example/v#"
DATA = sign_it()
TEXT = qr_text.encode("fj.example", DATA)
DIGITS = TEXT.removeprefix(PREFIX)


def test_a_worked_example() -> None:
    """Seven bytes, little-endian, are 17 digits; three more are 8."""
    data = bytes.fromhex("01020304050607") + bytes.fromhex("ff0001")
    assert str(int.from_bytes(data[:7], "little")) == "1976943448883713"
    assert qr_text.encode("fj.example", data) == PREFIX + "01976943448883713" + "00065791"


SAME = {
    "as printed": TEXT,
    "another host": TEXT.replace("fj.example", "gd.example"),
    "a host of one letter": TEXT.replace("fj.example", "x"),
    "a host with a port": TEXT.replace("fj.example", "127.0.0.1:8000"),
    "spaces around": f"  {TEXT}\t ",
    "line feeds around": f"\n{TEXT}\r\n",
    "form feed and vertical tab around": f"\f\v{TEXT}\v\f",
    "a line break inside": TEXT[:100] + "\n" + TEXT[100:],
    "line breaks after every 20": "\r\n".join(TEXT[i : i + 20] for i in range(0, len(TEXT), 20)),
    "&appinstall=0": TEXT + "&appinstall=0",
    "?from=singlemessage": TEXT + "?from=singlemessage&isappinstalled=0",
    "a bare &": TEXT + "&",
    "a bare ?": TEXT + "?",
    "a suffix of anything": TEXT + "&１２ \0 #😀?",
    "a suffix after a line break": TEXT + "\n&x",
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_certificate(name: str) -> None:
    assert qr_text.decode(SAME[name]) == DATA


FULL_WIDTH = DIGITS[:30] + "１" + DIGITS[31:]
REFUSED = {
    # 1 prefix
    "empty": ("", "QR_PREFIX"),
    "the digits alone": (DIGITS, "QR_PREFIX"),
    "http": (TEXT.replace("https", "http", 1), "QR_PREFIX"),
    "HTTPS": (TEXT.replace("https", "HTTPS", 1), "QR_PREFIX"),
    "an upper-case host": (TEXT.replace("fj.example", "FJ.example"), "QR_PREFIX"),
    "no host": (TEXT.replace("fj.example", ""), "QR_PREFIX"),
    "a host that ends in a dot": (TEXT.replace("fj.example", "fj.example."), "QR_PREFIX"),
    "a host that begins with a hyphen": (TEXT.replace("fj.example", "-fj.example"), "QR_PREFIX"),
    "a host with an underscore": (TEXT.replace("fj.example", "fj_x.example"), "QR_PREFIX"),
    "a Chinese host": (TEXT.replace("fj.example", "福建.example"), "QR_PREFIX"),
    "a host of 254": (TEXT.replace("fj.example", "a" * 254), "QR_PREFIX"),
    "a user in the host": (TEXT.replace("fj.example", "a@fj.example"), "QR_PREFIX"),
    "a port of six digits": (TEXT.replace("fj.example", "fj.example:123456"), "QR_PREFIX"),
    "no port after the colon": (TEXT.replace("fj.example", "fj.example:"), "QR_PREFIX"),
    "another path": (TEXT.replace("/v#", "/w#"), "QR_PREFIX"),
    "a longer path": (TEXT.replace("/v#", "/v/#"), "QR_PREFIX"),
    "an upper-case path": (TEXT.replace("/v#", "/V#"), "QR_PREFIX"),
    "a query before the fragment": (TEXT.replace("/v#", "/v?#"), "QR_PREFIX"),
    "no fragment": (TEXT.replace("#", "/"), "QR_PREFIX"),
    "a percent-encoded fragment": (TEXT.replace("#", "%23"), "QR_PREFIX"),
    "a space in the prefix": (TEXT.replace("/v#", "/ v#"), "QR_PREFIX"),
    "a byte order mark": ("\ufeff" + TEXT, "QR_PREFIX"),
    "an ideographic space before": ("\u3000" + TEXT, "QR_PREFIX"),
    "a no-break space before": ("\u00a0" + TEXT, "QR_PREFIX"),
    "quotation marks": (f'"{TEXT}"', "QR_PREFIX"),
    "an imitation of EU's HCERT": ("HC1:6BF", "QR_PREFIX"),
    # 10 digits
    "no digits": (PREFIX, "QR_DIGITS"),
    "only a suffix": (PREFIX + "&x", "QR_DIGITS"),
    "full-width digits": (PREFIX + FULL_WIDTH, "QR_DIGITS"),
    "Arabic digits": (PREFIX + "٠١٢", "QR_DIGITS"),
    "a superscript": (PREFIX + "12²", "QR_DIGITS"),
    "a plus sign": (PREFIX + "+12", "QR_DIGITS"),
    "a minus sign": (PREFIX + "-12", "QR_DIGITS"),
    "an underscore": (PREFIX + "1_2", "QR_DIGITS"),
    "hexadecimal": (PREFIX + "0x1", "QR_DIGITS"),
    "a percent-encoded digit": (PREFIX + "%31" + DIGITS[1:], "QR_DIGITS"),
    "percent-encoded white space": (PREFIX + DIGITS + "%20", "QR_DIGITS"),
    "a space inside": (PREFIX + DIGITS[:50] + " " + DIGITS[50:], "QR_DIGITS"),
    "a tab inside": (PREFIX + DIGITS[:50] + "\t" + DIGITS[50:], "QR_DIGITS"),
    "a space before a line break": (PREFIX + DIGITS[:50] + " \n" + DIGITS[50:], "QR_DIGITS"),
    "U+2028 inside": (PREFIX + DIGITS[:50] + "\u2028" + DIGITS[50:], "QR_DIGITS"),
    "U+0085 at the end": (TEXT + "\u0085", "QR_DIGITS"),
    "a no-break space at the end": (TEXT + "\u00a0", "QR_DIGITS"),
    "a zero-width space": (TEXT + "\u200b", "QR_DIGITS"),
    "a NUL": (TEXT + "\0", "QR_DIGITS"),
    "a second fragment": (TEXT + "#" + DIGITS, "QR_DIGITS"),
    "a semicolon suffix": (TEXT + ";x=1", "QR_DIGITS"),
    "a full stop": (TEXT + ".", "QR_DIGITS"),
    "two texts in a row": (TEXT + TEXT, "QR_DIGITS"),
    "a lone surrogate": (TEXT + "\ud800", "QR_DIGITS"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused(name: str) -> None:
    text, reason = REFUSED[name]
    with refused(Reason(reason)):
        qr_text.decode(text)


# The digits of a group, by how many bytes they stand for; no entry: no group has so many digits
GROUPS = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}


@pytest.mark.parametrize("before", [0, 17, 34])
@pytest.mark.parametrize("digits", range(1, 18))
def test_every_length_of_the_last_group(before: int, digits: int) -> None:
    text = PREFIX + "0" * (before + digits)
    if digits in GROUPS:
        assert qr_text.decode(text) == bytes(before // 17 * 7 + GROUPS[digits])
    else:
        with refused(Reason.QR_GROUP):
            qr_text.decode(text)


@pytest.mark.parametrize(("digits", "count"), GROUPS.items())
def test_overflow_at_every_size_of_group(digits: int, count: int) -> None:
    most = 256**count - 1
    assert qr_text.decode(f"{PREFIX}{most:0{digits}d}") == b"\xff" * count
    for beyond in (most + 1, 10**digits - 1):
        with refused(Reason.QR_GROUP):
            qr_text.decode(f"{PREFIX}{beyond:0{digits}d}")
    with refused(Reason.QR_GROUP):
        qr_text.decode(f"{PREFIX}{256**7:017d}{'0' * (17 + digits)}")


def test_leading_zeros_are_part_of_the_digits() -> None:
    assert qr_text.decode(PREFIX + "007") == b"\x07"
    for digits in ("7", "07", "0007"):
        with refused(Reason.QR_GROUP):
            qr_text.decode(PREFIX + digits)


def test_the_longest_text_and_one_character_more() -> None:
    digits = "0" * (17 * ((4296 - len(PREFIX)) // 17))
    longest = (PREFIX + digits + "&").ljust(4296, "x")
    assert len(longest) == 4_296
    assert qr_text.decode(longest) == bytes(len(digits) // 17 * 7)
    with refused(Reason.QR_TOO_LONG):
        qr_text.decode(longest + "x")


def test_the_length_is_judged_before_anything_else() -> None:
    for text in ("x" * 4297, " " * 4297, TEXT + " " * 4297, TEXT + "&" + "x" * 4297):
        with refused(Reason.QR_TOO_LONG):
            qr_text.decode(text)


def test_the_order_of_reasons() -> None:
    assert reason_of(qr_text.decode, "http://x/v#１") == "QR_PREFIX"
    assert reason_of(qr_text.decode, PREFIX + "１") == "QR_DIGITS"
    assert reason_of(qr_text.decode, PREFIX + "1x") == "QR_DIGITS"


@pytest.mark.parametrize("host", ["fj.example", "a", "127.0.0.1:8000", "xn--fiqs8s.example"])
def test_a_host_that_can_be_read_back(host: str) -> None:
    assert qr_text.decode(qr_text.encode(host, b"\x01")) == b"\x01"


@pytest.mark.parametrize("host", ["", "FJ.example", "a/b", "a#", "a b", "福建", "-a", "a:", "a\n"])
def test_a_host_that_could_not_be_read_back_is_not_printed(host: str) -> None:
    with pytest.raises(ValueError, match="lower-case host"):
        qr_text.encode(host, b"\x01")


@given(st.binary(min_size=1, max_size=1024))
def test_bytes_come_back(data: bytes) -> None:
    assert qr_text.decode(qr_text.encode("fj.example", data)) == data


@given(st.text(alphabet="0123456789", min_size=1, max_size=120))
def test_digits_have_one_reading_at_most(digits: str) -> None:
    """What decodes encodes to the same digits: no two texts, but for host and suffix, are one certificate."""
    if reason_of(qr_text.decode, PREFIX + digits) is None:
        assert qr_text.encode_digits(qr_text.decode(PREFIX + digits)) == digits


ANY_TEXT = st.text(max_size=60) | st.text(alphabet="0123456789&?# \r\n\t０1%-", max_size=60).map(PREFIX.__add__)


@given(ANY_TEXT)
@example(PREFIX + "9" * 4000)
def test_any_text_is_bytes_or_has_one_of_four_reasons(text: str) -> None:
    found = reason_of(qr_text.decode, text)
    assert found in {None, "QR_TOO_LONG", "QR_PREFIX", "QR_DIGITS", "QR_GROUP"}
