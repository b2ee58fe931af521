"""Prints the certificates of a run: fonts, layout and photos made ready, glyphs gathered, files made, a ZIP of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from credential.issuer import Issuer
from signer import files
from signer.batches import output
from signer.certificates.objections import Fault
from signer.context import Context, Step
from signer.errors import Json, number_of, refused, usage
from signer.ledger.model import Certificate
from signer.portions import Many, portions
from signer.printing import archive, fonts, layout_file, making, naming, photos
from signer.printing.faults import Examiner
from signer.printing.fonts import Fonts
from signer.printing.item import House, Item
from signer.printing.layout import PLACEHOLDER, Layout
from signer.printing.making import Job, Press
from signer.printing.options import PrintOptions
from signer.printing.photos import Album
from signer.printing.printer import DocumentOf, Examine
from signer.printing.typeset import Measure

FOLDER: Final = "print"
A_FILE: Final = 500
"""Certificates in one merged file: what a printer takes at once, and memory stays small."""
_FILES_A_NOTE: Final = 32
_A_NOTE: Final = 250
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything that printing needs of the machine, looked at before anything is signed."""

    options: PrintOptions
    layout: Layout
    fonts: Fonts
    album: Album

    def examiner(self, issuer: Issuer, host: str) -> Examine:
        """What finds the drafts that would not print."""
        examiner = Examiner(self.layout, Measure(self.fonts), self.album, host)
        return lambda drafts: list(examiner.faults(drafts, issuer))

    def deliver(
        self,
        context: Context,
        issuer: Issuer,
        certificates: Many[Certificate],
        document_of: DocumentOf,
        out: Path,
    ) -> Json:
        """Print certificates into `out`/print; `document_of` knows whole document numbers, where they are at hand."""
        folder = _folder(out)
        if self.options.serial:
            _number_sheets(context, certificates, anew=self.options.anew)
        items = Items(context, self, certificates, document_of, out)
        house = House(issuer, context.qr_host())
        seen = self._look(context, house, items)
        press = Press(self.layout, self.fonts.subset(seen.used), house)
        plan = Plan(items, house, folder, self.options.file_name, self.a_file)
        _make(context, press, plan, seen.count)
        files.make_durable()
        result: Json = {"printed": seen.count, "print": str(folder), "files": plan.files(seen.count)}
        result |= {"whole_numbers": seen.whole}
        if self.options.zip:
            path = folder.with_suffix(".zip")
            with files.told(path):
                result["zip"] = str(archive.write(path, (job.file for job in plan.jobs())))
        _tell(context, seen, folder, plan.files(seen.count), with_frame=self.layout.photo is not None)
        return result

    @property
    def a_file(self) -> int:
        """How many certificates go into one file."""
        sheet = self.layout.a_sheet
        return max(sheet, A_FILE - A_FILE % sheet) if self.options.merge or sheet > 1 else 1

    def _look(self, context: Context, house: House, items: "Items") -> "Seen":
        """Go through everything once. SignerError unless all can be set and named: not all was looked at before."""
        examiner = Examiner(self.layout, Measure(self.fonts), self.album, house.host)
        names = naming.Names(self.options.file_name if self.a_file == 1 else None)
        seen, total, unprintable = Seen(), len(items.certificates), list[tuple[str, Fault]]()
        for item in items:
            facts = house.facts(item)
            fault = examiner.text_fault(facts)
            if fault is not None:
                unprintable.append((item.number, fault))
            names.add(facts)
            seen.add(item)
            making.add_characters(seen.used, self.fonts, self.layout, facts)
            if seen.count % _A_NOTE == 0 or seen.count == total:
                context.voice.reached(Step.EXAMINED, seen.count, total)
        _require_printable(unprintable)
        if seen.count == 0:
            raise refused("nothing-to-print", "没有可打印的证书。", "there is no certificate to print.")
        return seen


@dataclass(slots=True)
class Seen:
    """What was counted of a run's certificates, and which characters its pages take from which font."""

    count: int = 0
    whole: int = 0
    photos: int = 0
    used: dict[str, set[str]] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        """One more."""
        self.count += 1
        self.whole += item.document is not None
        self.photos += item.photo is not None


def _require_printable(found: Sequence[tuple[str, Fault]]) -> None:
    if not found:
        return
    told = found[:_SHOWN]
    raise refused(
        "unprintable",
        f"{len(found)} 张印不了，没有排印：\n"
        + "\n".join(f"{number} [{each.column}] {each.shape}：{each.why_zh}。{each.fix_zh}。" for number, each in told),
        f"{len(found)} cannot be printed, and nothing was:\n"
        + "\n".join(f"{number} [{each.column}] {each.shape}: {each.why_en}; {each.fix_en}." for number, each in told),
    )


def ready(options: PrintOptions) -> Ready:
    """Read layout, fonts and the list of photos. SignerError: any of them is not right."""
    naming.require_pattern(options.file_name)
    read = layout_file.read(options.layout)
    own = [fonts.load(f"Added{place}", path) for place, path in enumerate(options.fonts, 1)]
    named = {font.name for font in read.fonts}
    built_in = [fonts.built_in(name) for name in (fonts.SERIF, fonts.SANS) if name not in named]
    found = Ready(
        options,
        read.layout,
        Fonts([*built_in, *read.fonts, *own]),
        photos.album(options.photos) if options.photos else {},
    )
    _require_letters(found)
    return found


def _require_letters(found: Ready) -> None:
    """SignerError if the layout itself has a character that no font has."""
    measure = Measure(found.fonts)
    for text in (*found.layout.texts, *found.layout.in_frame):
        missing = measure.missing(text.font, PLACEHOLDER.sub("", text.text))
        if missing:
            raise usage(
                "layout-character",
                f"版式中的“{missing[0]}”（U+{ord(missing[0]):04X}）没有字体能印。请用 --font 加一个字体。",
                f"no font has the layout's {missing[0]} (U+{ord(missing[0]):04X}). Add a font with --font.",
            )


def _folder(out: Path) -> Path:
    """The folder for what is printed, for its owner's eyes: the files show whole document numbers."""
    folder = out / FOLDER
    files.make_folder(out)
    files.make_private_folder(folder)
    files.remove_parts(folder, "*.pdf")
    return folder


def _number_sheets(context: Context, certificates: Iterable[Certificate], *, anew: bool) -> None:
    for part in portions(certificates):
        context.ledger.print_serials([each.id for each in part], anew=anew)


@dataclass(frozen=True, slots=True)
class Items:
    """The certificates as they are to be printed, each made ready when it is asked for."""

    context: Context
    ready: Ready
    certificates: Many[Certificate]
    document_of: DocumentOf
    out: Path

    def __iter__(self) -> Iterator[Item]:
        """Each of them, in order."""
        for part in portions(self.certificates):
            yield from map(self._item, part, self._serials(part))

    def _serials(self, part: Sequence[Certificate]) -> list[str]:
        if not self.ready.options.serial:
            return [""] * len(part)
        given = self.context.ledger.print_serials([each.id for each in part], anew=False)
        return [f"{serial:08d}" for serial in given]

    def _item(self, certificate: Certificate, serial: str) -> Item:
        document = self.document_of(certificate)
        return Item(
            number=certificate.number,
            row=certificate.row,
            data=certificate.data,
            document=document,
            serial=serial,
            photo=photos.of(self.ready.album, certificate.number, document),
            picture=self.out / output.PICTURES / f"{certificate.number}.png",
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Which certificates go into which file: one each, named by the pattern, or `a_file` of them."""

    items: Items
    house: House
    folder: Path
    pattern: str
    a_file: int

    def files(self, count: int) -> int:
        """How many files `count` certificates fill."""
        return -(-count // self.a_file)

    def jobs(self) -> Iterator[Job]:
        """The files, in order."""
        if self.a_file > 1:
            yield from (
                Job(self.folder / naming.merged(part), tuple(part)) for part in portions(self.items, self.a_file)
            )
            return
        for item in self.items:
            yield Job(self.folder / naming.name(self.pattern, self.house.facts(item)), (item,))


def _make(context: Context, press: Press, plan: Plan, count: int) -> None:
    done = 0
    for made in portions(making.make(press, plan.jobs(), plan.files(count), count), _FILES_A_NOTE // plan.a_file or 1):
        done += sum(made)
        context.voice.reached(Step.PRINTED, done, count)


def _tell(context: Context, seen: Seen, folder: Path, count: int, *, with_frame: bool) -> None:
    context.voice.say(
        f"已排印 {seen.count} 张，共 {count} 个 PDF，页面上的二维码都已读回核对：{folder}",
        f"printed {seen.count} in {number_of(count, 'PDF file')}; every code was read back from its page: {folder}",
    )
    masked = seen.count - seen.whole
    if masked:
        context.voice.say(
            f"其中 {masked} 张只印了证件号末四位：完整号码不保存，补印请用 --roster 给出原名册。",
            f"{masked} of them show only the last four of the document number: whole numbers are not kept; to print"
            " them give the roster with --roster.",
        )
    without = seen.count - seen.photos
    if seen.photos and without and with_frame:
        context.voice.say(
            f"{without} 张没有照片，留了贴照片的框。",
            f"{without} have no photo; their frame is left empty.",
        )
