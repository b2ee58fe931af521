"""Which certificates a command is about: numbers, a list of numbers, or a whole batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from signer import files
from signer.batches import known
from signer.context import Context
from signer.errors import SignerError, refused, usage
from signer.ledger import model as ledgers

_MAX_LIST: Final = 8 << 20
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Numbers as they were given, on the command line or in a list, and perhaps a batch's."""

    numbers: tuple[str, ...] = ()
    batch: int | None = None

    @property
    def is_one(self) -> bool:
        """Whether it is one number, given as such."""
        return self.batch is None and len(self.numbers) == 1


def selection(numbers: Sequence[str], path: Path | None, batch: int | None) -> Selection:
    """What the arguments select. SignerError: nothing at all, or a list that is no list of numbers."""
    if not numbers and path is None and batch is None:
        raise usage("no-number", "请给出编号、--list 或 --batch。", "give numbers, --list or --batch.")
    return Selection(tuple(dict.fromkeys([*numbers, *listed(path)])), batch)


def listed(path: Path | None) -> list[str]:
    """The numbers in a file, one a line; blank lines and `#` comments allowed."""
    if path is None:
        return []
    try:
        text = files.read_capped(path, _MAX_LIST).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise usage(
            "list-encoding",
            f"{path} 不是 UTF-8 文本：清单是文本文件，每行一个编号。",
            f"{path} is not UTF-8 text: a list is a text file with a number on each line.",
        ) from None
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def chosen(context: Context, selected: Selection) -> list[ledgers.Certificate]:
    """Of each number the newest certificate; of a batch those that stand. SignerError names every unknown number."""
    found = {number: context.ledger.newest(number) for number in selected.numbers}
    unknown = [number for number, certificate in found.items() if certificate is None]
    if unknown:
        raise _unknown(unknown)
    certificates = [each for each in found.values() if each is not None]
    if selected.batch is not None:
        certificates += [each for each in known.of_batch(context, selected.batch) if each.number not in found]
    if not certificates:
        raise refused("nothing-selected", "清单里没有编号，或这批已没有有效的证书。", "the list or batch is empty.")
    return certificates


def newest(context: Context, number: str) -> ledgers.Certificate:
    """The newest certificate of a number. SignerError if there is none."""
    found = context.ledger.newest(number)
    if found is None:
        raise _unknown([number])
    return found


def _unknown(numbers: Sequence[str]) -> SignerError:
    shown = numbers[:_SHOWN]
    more_zh, more_en = (
        (f"（另有 {len(numbers) - _SHOWN} 个）", f" ({len(numbers) - _SHOWN} more)")
        if len(numbers) > _SHOWN
        else ("", "")
    )
    return refused(
        "number-unknown",
        f"这里没有签过编号 {'、'.join(shown)}{more_zh}，什么都没有改。请核对编号，并确认 --home 正确。",
        f"not signed here: {', '.join(shown)}{more_en}; nothing was changed. Check the number and --home.",
    )
