"""The error for rows that must be mended first."""

from collections.abc import Sequence

from signer.checking.findings import finding_lines
from signer.errors import Exit, Json, SignerError, number_of

_SHOWN = 50
_SKIP = ("，或加 --skip-bad 跳过这些行", ", or skip those rows with --skip-bad")


class RowsRefusedError(SignerError):
    """Rows must be mended first; nothing was signed."""

    findings: tuple[Json, ...] = ()


def rows_refused(
    findings: Sequence[Json], *, is_roster: bool = True, same: tuple[str, str] | None = None
) -> RowsRefusedError:
    """The error for a roster or a sheet of changes with bad rows, which lists the first of them.

    `same` is a line to come before everything else.
    """
    first = ("", "") if same is None else (f"{same[0]}\n", f"{same[1]}\n")
    pairs = [finding_lines(each) for each in findings[:_SHOWN]]
    count = len(findings)
    more_zh = f"\n……还有 {count - _SHOWN} 处" if count > _SHOWN else ""
    more_en = f"\n... and {count - _SHOWN} more" if count > _SHOWN else ""
    skip_zh, skip_en = _SKIP if is_roster else ("", "")
    error = RowsRefusedError(
        Exit.REFUSED,
        "rows-refused",
        f"{first[0]}{'名册' if is_roster else '清单'}有 {count} 处问题，一张也没有签。请改好再来{skip_zh}。\n"
        + "\n".join(zh for zh, _ in pairs) + more_zh,
        f"{first[1]}the {'roster' if is_roster else 'list'} has {number_of(count, 'problem')}; nothing was signed."
        f" Mend {'it' if count == 1 else 'them'}{skip_en}.\n"
        + "\n".join(en for _, en in pairs) + more_en,
    )  # fmt: skip
    error.findings = tuple(findings)
    return error
