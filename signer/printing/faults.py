"""What would not print, found before anything is signed: characters that no font has, texts too long, bad photos."""

from collections.abc import Iterable, Iterator
from typing import Final

from credential.issuer import Issuer
from signer.certificates.drafts import Draft, sample
from signer.certificates.objections import Fault, RowCode
from signer.printing import photos
from signer.printing.facts import Facts
from signer.printing.item import House
from signer.printing.layout import PLACEHOLDER, Layout, Text, filled
from signer.printing.photos import Album, PhotoError
from signer.printing.typeset import Measure

_COLUMNS: Final = {
    "name": "姓名",
    "document_number": "证件号码",
    "occupation": "职业名称",
    "subject": "职业名称",
    "specialisation": "职业方向",
    "honour": "荣誉称号",
    "sub_level": "企业内部等级",
    "local_post": "企业岗位",
    "term": "聘期至",
}
_WHOLE_ROW: Final = "整行"
_MOST_NAMED: Final = 3
_KEPT: Final = 4_096
_SAMPLE_SERIAL: Final = "00000000"


class Examiner:
    """Looks at drafts as they would be printed. What was found fit once is remembered."""

    def __init__(self, layout: Layout, measure: Measure, album: Album, host: str) -> None:
        self._layout = layout
        self._measure = measure
        self._album = album
        self._host = host
        self._fit: set[tuple[Text, str]] = set()

    def faults(self, drafts: Iterable[Draft], issuer: Issuer) -> Iterator[Fault]:
        """At most one fault a draft, in their order."""
        house = House(issuer, self._host)
        for draft in drafts:
            certificate = sample(draft, issuer.code)
            facts = house.said(certificate, draft.row, "", draft.document, _SAMPLE_SERIAL)
            found = self.text_fault(facts) or self._photo_fault(draft)
            if found is not None:
                yield found

    def text_fault(self, facts: Facts) -> Fault | None:
        """What of these facts cannot be set, if anything."""
        return next(filter(None, (self._one(text, facts) for text in self._layout.texts_for(facts.kind))), None)

    def _one(self, text: Text, facts: Facts) -> Fault | None:
        words = filled(text, facts)
        if (text, words) in self._fit:
            return None
        missing = self._measure.missing(text.font, words)
        if missing:
            return _missing(facts, _column(text, facts, missing[0]), missing)
        if words and self._measure.fitted(text, words) is None:
            return _too_long(facts, _column(text, facts, None))
        if len(self._fit) >= _KEPT:
            self._fit.clear()
        self._fit.add((text, words))
        return None

    def _photo_fault(self, draft: Draft) -> Fault | None:
        source = photos.of(self._album, draft.number, draft.document)
        if source is None or self._layout.photo is None:
            return None
        try:
            photos.require_fit(source)
        except PhotoError as error:
            return _bad_photo(draft, error)
        return None


def _column(text: Text, facts: Facts, character: str | None) -> str:
    """The roster's column that a text's trouble comes from."""
    names = [name for name in PLACEHOLDER.findall(text.text) if name in _COLUMNS]
    if character is not None:
        names = [name for name in names if character in facts.fields[name]]
    return _COLUMNS[names[0]] if names else _WHOLE_ROW


def _missing(facts: Facts, column: str, missing: str) -> Fault:
    shape = "、".join(f"{each} U+{ord(each):04X}" for each in missing[:_MOST_NAMED])
    return Fault(
        facts.row or 0, column, shape,
        "打印字体里没有这个字", "no font for printing has this character",
        "用 --font 加一个有此字的字体文件，或核对是否写错",
        "add a font file that has it with --font, or see whether it is a slip",
        RowCode.PRINT_CHARACTER,
    )  # fmt: skip


def _too_long(facts: Facts, column: str) -> Fault:
    return Fault(
        facts.row or 0, column, "…",
        "太长，在版式中印不下", "is too long for its place in the layout",
        "缩短文字，或在版式中留出更大位置", "shorten it, or give it more room in the layout",
        RowCode.PRINT_TOO_LONG,
    )  # fmt: skip


def _bad_photo(draft: Draft, error: PhotoError) -> Fault:
    return Fault(
        draft.row or 0, _WHOLE_ROW, "照片 photo",
        f"此人的照片用不了：{error.zh}", f"this person's photo cannot be used: {error.en}",
        "换一张 JPEG 或 PNG 照片", "give another photo, JPEG or PNG",
        RowCode.PRINT_PHOTO,
    )  # fmt: skip
