"""Certificates of every kind: one of each to bend, and all of them for Hypothesis."""

from datetime import date

from hypothesis import strategies as st

from credential import cbor, text
from credential.claims import MAX_TEXT_BYTES, MAX_URI_BYTES
from credential.model import (
    MAX_DAY,
    Basis,
    Certificate,
    Day,
    DocumentType,
    Entry,
    Extra,
    IssuerCode,
    Kind,
    LevelCertificate,
    Occupation,
    Person,
    Post,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    StatusReference,
    day_from_date,
)
from tests.world import CERTIFICATE, ELECTRICIAN, SIGNED_AT, YEAR, certificate

TERM_ENDS = Seconds(SIGNED_AT + 3 * YEAR)
EXAMPLES = {
    Kind.LEVEL: CERTIFICATE,
    Kind.SPECIAL_ABILITY: certificate(
        subject=SpecialAbility(Occupation(0, "沙县小吃制作", "沙县小吃制作", None)), number="35ZN-2026-000017"
    ),
    Kind.POST: certificate(
        subject=PostAppointment(ELECTRICIAN, Post.CHIEF_TECHNICIAN, TERM_ENDS), number="Y00003502010126T000001"
    ),
    Kind.HONOUR: certificate(subject=RegionalHonour("集美区高技能人才"), number="JM-2026-0154"),
}
"""One certificate of each kind."""

LONGEST = certificate(index=2**20 - 1, serial=999_999)._replace(
    person=Person("陈" * 16, DocumentType.RESIDENCE_PERMIT_HMT, "123X"),
    subject=LevelCertificate(Occupation(2022, "6-31-01-03", "电" * 10, "平台管理员"), 3),
    status=StatusReference(2**20 - 1, "https://fj.example/s/xy/0"),
)
"""What the budget bounds at 300 bytes: a name of 48 bytes, a title of 30, a specialisation of 15, a base of 24."""

_SHOWN = st.text(min_size=1, max_size=MAX_TEXT_BYTES).filter(
    lambda shown: text.refused_character(shown) is None and len(shown.encode()) <= MAX_TEXT_BYTES
)
_CODES = st.from_regex(r"[A-Z][0-9A-Z]{4}[0-9]{2}[0-9A-Z]{6}", fullmatch=True).map(IssuerCode)
_UINT = st.integers(0, cbor.MAX_INTEGER)
_OCCUPATIONS = st.builds(
    Occupation,
    edition=st.integers(0, 9999),
    code=_SHOWN,
    title=_SHOWN,
    specialisation=st.none() | _SHOWN,
)
_SUBJECTS = (
    st.builds(LevelCertificate, occupation=_OCCUPATIONS, level=st.integers(1, 5))
    | st.builds(SpecialAbility, occupation=_OCCUPATIONS)
    | st.builds(PostAppointment, occupation=_OCCUPATIONS, post=st.sampled_from(Post), ends=_UINT.map(Seconds))
    | st.builds(RegionalHonour, honour=_SHOWN)
)
_PERSONS = st.builds(
    Person,
    name=_SHOWN,
    document_type=st.sampled_from(DocumentType),
    document_last4=st.text("0123456789ABCXYZ", min_size=4, max_size=4),
)
_EXTRAS = st.builds(
    Extra,
    replaces=st.none() | st.builds(Entry, list=_UINT, idx=_UINT),
    sub_level=st.none() | _SHOWN,
    local_post=st.none() | _SHOWN,
)
_URIS = st.text(max_size=MAX_URI_BYTES).filter(lambda uri: len(uri.encode()) <= MAX_URI_BYTES)


@st.composite
def certificates(draw: st.DrawFn) -> Certificate:
    """Any certificate that the format can hold; most of them would be refused later, for what they say."""
    issuer = draw(_CODES)
    own = st.integers(0, 999_999_999).map(lambda tail: f"{issuer}{tail:09d}")
    return Certificate(
        issuer=issuer,
        issued_at=Seconds(draw(_UINT)),
        person=draw(_PERSONS),
        number=draw(own | _SHOWN),
        subject=draw(_SUBJECTS),
        issued_on=Day(draw(st.integers(0, MAX_DAY))),
        basis=draw(st.sampled_from(Basis)),
        status=StatusReference(draw(_UINT), draw(_URIS)),
        extra=draw(_EXTRAS),
    )


def day(year: int, month: int, number: int) -> Day:
    """The Day of this date."""
    return day_from_date(date(year, month, number))
