"""The command `jsonl`: certificates for a program that writes one JSON object a line and reads one back for each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import BinaryIO

from credential import qr_text
from signer.context import Context
from signer.embedding import errands, issuing, lines
from signer.embedding.asking import Flaw
from signer.embedding.issuing import Answered, Finding, Terms
from signer.embedding.lines import Line
from signer.errors import Json, as_json, refused

Write = Callable[[Json], None]


def run(context: Context, source: BinaryIO, write: Write, terms: Terms, most: int) -> Json:
    """Sign, register and answer line by line in batches of at most `most`; how many lines came, and what of them.

    SignerError: what was not answered is to be sent again; the same input continues.
    """
    answered = refused_lines = 0
    for batch in lines.batches(lines.read(source, context.today()), most):
        for said in _answers(context, batch, terms):
            write(said)
            answered += said["ok"] is True
            refused_lines += said["ok"] is False
    counted: Json = {"lines": answered + refused_lines, "answered": answered, "refused": refused_lines}
    return counted | _refusal(refused_lines)


def _answers(context: Context, batch: Sequence[Line], terms: Terms) -> Iterator[Json]:
    first = batch[0]
    if first.errand is not None:
        done = errands.run(context, first.asked.row, first.errand)
        yield _said(context, Answered(first.asked, None, (done,))) if isinstance(done, Flaw) else done
        return
    flaws = [each for line in batch for each in line.flaws]
    for each in issuing.sign(context, [line.asked for line in batch], flaws, terms):
        yield _said(context, each)


def _refusal(count: int) -> Json:
    if count == 0:
        return {}
    return as_json(
        refused(
            "lines-refused",
            f"{count} 行有问题，没有签；其余已签。改好这些行再送来即可。",
            f"{count} lines have findings and were not signed; the others were. Mend those and send them again.",
        )
    )


def _said(context: Context, answer: Answered) -> Json:
    """One line of the answer. It repeats the reference, and nothing else of what was asked."""
    said: Json = {"line": answer.asked.row, "reference": answer.asked.reference or None}
    if answer.certificate is None:
        return said | {"ok": False, "findings": [finding(each) for each in answer.findings]}
    text = qr_text.encode(context.qr_host(), answer.certificate.data)
    return said | {
        "ok": True,
        "number": answer.certificate.number,
        "state": answer.certificate.state.value,
        "text": text,
    }


def finding(found: Finding) -> Json:
    """A finding without its place, which is the line's."""
    return {key: value for key, value in asdict(found).items() if key not in ("file", "row")}
