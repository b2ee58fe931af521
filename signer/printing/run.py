"""Prints the certificates of a run: fonts, layout and photos made ready, glyphs gathered, files made, a ZIP of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential.trust_list import Issuer
from signer import files, output
from signer.context import Context, Step
from signer.errors import refused, usage
from signer.issue import Draft, Fault
from signer.ledger import Certificate
from signer.printing import archive, fonts, layout_file, making, naming, photos
from signer.printing.faults import Examiner
from signer.printing.fonts import Fonts
from signer.printing.item import House, Item
from signer.printing.layout import PLACEHOLDER, Layout
from signer.printing.making import Job, Press
from signer.printing.options import PrintOptions
from signer.printing.photos import Album
from signer.printing.typeset import Measure

FOLDER: Final = "print"
A_FILE: Final = 500
"""Certificates in one merged file: what a printer takes at once, and memory stays small."""
_FILES_A_NOTE: Final = 32
_SHOWN: Final = 20
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything that printing needs of the machine, looked at before anything is signed."""

    options: PrintOptions
    layout: Layout
    fonts: Fonts
    album: Album

    def faults(self, drafts: Sequence[Draft], issuer: Issuer, host: str) -> list[Fault]:
        """What of these drafts would not print."""
        return list(Examiner(self.layout, Measure(self.fonts), self.album, host).faults(drafts, issuer))

    def deliver(
        self,
        context: Context,
        issuer: Issuer,
        certificates: Sequence[Certificate],
        documents: Mapping[int, str],
        out: Path,
    ) -> Json:
        """Print certificates into `out`/print; `documents` are whole document numbers by ledger id, where at hand."""
        if not certificates:
            raise refused("nothing-to-print", "没有可打印的证书。", "there is no certificate to print.")
        folder = _folder(out)
        house = House(issuer, context.qr_host())
        items = _items(context, self, certificates, documents, out)
        self._require_printable(house, items)
        jobs = _jobs(self, house, folder, items)
        used = making.characters(self.fonts, self.layout, map(house.facts, items))
        press = Press(self.layout, self.fonts.subset(used), house)
        made = list(_counted(context, making.make(press, jobs), [len(job.items) for job in jobs]))
        files.make_durable()
        result: Json = {"printed": len(items), "print": str(folder), "files": len(made)}
        result |= {"whole_numbers": sum(item.document is not None for item in items)}
        if self.options.zip:
            result["zip"] = str(archive.write(folder.with_suffix(".zip"), made))
        _tell(context, items, folder, len(made), with_frame=self.layout.photo is not None)
        return result

    def _require_printable(self, house: House, items: Sequence[Item]) -> None:
        """SignerError unless everything can be set: what was signed without `--pdf` was not looked at before."""
        examiner = Examiner(self.layout, Measure(self.fonts), self.album, house.host)
        found = [(item, fault) for item in items if (fault := examiner.text_fault(house.facts(item))) is not None]
        if not found:
            return
        told = [(item.number, fault) for item, fault in found[:_SHOWN]]
        raise refused(
            "unprintable",
            f"{len(found)} 张印不了，没有排印：\n"
            + "\n".join(
                f"{number} [{each.column}] {each.shape}：{each.why_zh}。{each.fix_zh}。" for number, each in told
            ),
            f"{len(found)} cannot be printed, and nothing was:\n"
            + "\n".join(
                f"{number} [{each.column}] {each.shape}: {each.why_en}; {each.fix_en}." for number, each in told
            ),
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
    for text in found.layout.texts:
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


def _items(
    context: Context, found: Ready, certificates: Sequence[Certificate], documents: Mapping[int, str], out: Path
) -> list[Item]:
    serials = [""] * len(certificates)
    if found.options.serial:
        given = context.ledger.print_serials([each.id for each in certificates], anew=found.options.anew)
        serials = [f"{serial:08d}" for serial in given]
    return [
        Item(
            number=each.number,
            row=each.row,
            data=each.data,
            document=documents.get(each.id),
            serial=serial,
            photo=photos.of(found.album, each.number, documents.get(each.id)),
            picture=out / output.PICTURES / f"{each.number}.png",
        )
        for each, serial in zip(certificates, serials, strict=True)
    ]


def _jobs(found: Ready, house: House, folder: Path, items: Sequence[Item]) -> list[Job]:
    if found.options.merge or found.layout.a_sheet > 1:
        size = max(found.layout.a_sheet, A_FILE - A_FILE % found.layout.a_sheet)
        parts = [items[first : first + size] for first in range(0, len(items), size)]
        return [Job(folder / naming.merged(part), tuple(part)) for part in parts]
    names = naming.distinct(found.options.file_name, items, house)
    return [Job(folder / name, (item,)) for name, item in zip(names, items, strict=True)]


def _counted(context: Context, made: Iterable[Path], sizes: Sequence[int]) -> Iterator[Path]:
    total, done = sum(sizes), 0
    for count, (path, size) in enumerate(zip(made, sizes, strict=True), 1):
        done += size
        if count % _FILES_A_NOTE == 0 or done == total:
            context.voice.reached(Step.PRINTED, done, total)
        yield path


def _tell(context: Context, items: Sequence[Item], folder: Path, count: int, *, with_frame: bool) -> None:
    context.voice.say(
        f"已排印 {len(items)} 张，共 {count} 个 PDF，页面上的二维码都已读回核对：{folder}",
        f"printed {len(items)} in {count} PDF files; every code was read back from its page: {folder}",
    )
    masked = sum(item.document is None for item in items)
    if masked:
        context.voice.say(
            f"其中 {masked} 张只印了证件号末四位：完整号码不保存，补印请用 --roster 给出原名册。",
            f"{masked} of them show only the last four of the document number: whole numbers are not kept; to print"
            " them give the roster with --roster.",
        )
    photographed = sum(item.photo is not None for item in items)
    if 0 < photographed < len(items) and with_frame:
        context.voice.say(
            f"{len(items) - photographed} 张没有照片，留了贴照片的框。",
            f"{len(items) - photographed} have no photo; their frame is left empty.",
        )
