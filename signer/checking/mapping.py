"""The command `map`, and the mapping that every command reads rosters with: the home's, or that of `--mapping`."""

from pathlib import Path
from typing import Final

from signer import files
from signer.context import Voice
from signer.errors import Json, SignerError, usage
from signer.home import Home
from signer.roster import mapping, source
from signer.roster.failures import refused
from signer.roster.header import ENGLISH, Header
from signer.roster.mapping import MappingError, Said
from signer.roster.model import Reading, RosterReason

FILE: Final = "columns.toml"
"""The home's mapping."""


def kept_in(home: Home) -> Path:
    """Where a home keeps its mapping."""
    return home.path / FILE


def reading(home: Home, given: Path | None, sheet: str | None) -> Reading:
    """How rosters are to be read: by the mapping given, else by the home's, if it has one. SignerError."""
    return Reading(_known(home, given).names, sheet)


def _known(home: Home, given: Path | None) -> Said:
    path = given or kept_in(home)
    if given is None and not path.exists():
        return mapping.NOTHING
    try:
        return mapping.parse(files.read_capped(path, mapping.MAX_BYTES))
    except MappingError as error:
        raise _wrong(f"{path}：{error.zh}", f"{path}: {error.en}") from None


def _wrong(zh: str, en: str) -> SignerError:
    return usage("mapping", f"列对应有误：{zh}", f"the mapping is wrong: {en}")


def learn(
    roster: Path, home: Home, given: Path | None, sheet: str | None, columns: list[str], fixed: list[str], voice: Voice
) -> Json:
    """Show what is recognised of a roster's header, add what is said on the command line, and keep it all.

    `columns` and `fixed` are "header=column" and "column=value". SignerError, RosterError.
    """
    try:
        before = _known(home, given) if given is None or given.exists() else mapping.NOTHING
        known = before.also(mapping.said(map(_pair, columns), map(_pair, fixed)))
    except MappingError as error:
        raise _wrong(error.zh, error.en) from None
    header, texts = _header(roster, Reading(known.names, sheet))
    unsettled = [texts[place] for place in header.ignored]
    path = given or kept_in(home)
    if given is None:
        files.make_private_folder(home.path)
    files.write_atomic(path, mapping.written(known, unsettled).encode(), files.PRIVATE_FILE)
    _tell(header, path, voice)
    return {
        "mapping": str(path),
        "row": header.row,
        "columns": {header.labels[place]: column.value for column, place in header.places.items()},
        "unknown": [header.labels[place] for place in header.ignored],
        "missing": [column.value for column in header.missing()],
        "unmet": list(header.unmet),
    }


def _header(path: Path, how: Reading) -> tuple[Header, dict[int, str]]:
    """The roster's header, and its texts by place."""
    sheets, _ = source.sheets(source.bytes_of(path), path, how.names)
    for sheet in sheets:
        if how.sheet is None or sheet.separated or sheet.name == how.sheet:
            table = source.table(sheet, how.names)
            if table is not None:
                return table.header, table.texts
    raise refused(RosterReason.NO_HEADER if how.sheet is None else RosterReason.NO_SHEET, path.name)


def _tell(header: Header, path: Path, voice: Voice) -> None:
    voice.say(f"表头在第 {header.row} 行。认出的列：", f"the header is row {header.row}. Recognised:")
    for column, place in sorted(header.places.items(), key=lambda each: each[1]):
        voice.say(f"  {header.labels[place]} → {column.value}", f"  {header.labels[place]} -> {ENGLISH[column]}")
    for place in header.ignored:
        voice.say(f"  {header.labels[place]} → 不认识", f"  {header.labels[place]} -> unknown")
    for name in header.unmet:
        voice.say(f"  列对应里的“{name}”名册里没有", f"  the mapping's {name} is not in the roster")
    for column in header.missing():
        voice.say(f"  缺少：{column.value}", f"  missing: {ENGLISH[column]}")
    voice.say(
        f"已写到 {path}。不认识的列：在里面填上对应的列名，或运行 yinxin-signer map 名册 --column '列名=发证日期'；"
        "名册没有的列：--fixed '评价方式=考试'。",
        f"kept in {path}. For unknown columns fill it in, or run yinxin-signer map ROSTER --column 'HEADER=发证日期';"
        " for a column that rosters lack, --fixed '评价方式=考试'.",
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise MappingError(f"“{text}”里没有“=”。写成 列名=对应的列。", f"there is no = in {text}. Write HEADER=COLUMN.")
    return name.strip(), value
