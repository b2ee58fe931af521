"""What earlier runs have done already: said before a run goes on from there, and where one stops after signing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from signer.batches import known
from signer.certificates.objections import RowCode
from signer.checking.findings import Finding
from signer.context import Context
from signer.errors import SignerError
from signer.ledger.model import Batch


def is_registered(context: Context, batch: Batch) -> bool:
    """Whether nothing of a signed batch waits for registration."""
    return all(each.id != batch.id for each in context.ledger.unregistered())


def tell(context: Context, batch: Batch, *, submit: bool, dry_run: bool) -> None:
    """Say that the roster was signed before, and what this run does with it."""
    if is_registered(context, batch):
        context.voice.say(
            f"这份名册的 {batch.wanted} 张已在第 {batch.id} 批全部签发并登记，这次没有新签。",
            f"all {batch.wanted} of this roster were signed and registered before, as batch {batch.id}: nothing new is"
            " signed.",
        )
        return
    zh, en = ("接着登记", "they are registered now") if submit else ("也不登记（--no-submit）", "nor are they now")
    if dry_run:
        zh, en = "只看不做（--dry-run）", "nothing is done now (--dry-run)"
    context.voice.say(
        f"这份名册已在第 {batch.id} 批签过 {batch.wanted} 张，还没有登记完：不会重签，这次{zh}。",
        f"this roster was signed before as batch {batch.id} ({batch.wanted}) and is not all registered: nothing is"
        f" signed twice, {en}.",
    )


@contextmanager
def kept(context: Context, batch: Batch) -> Iterator[None]:
    """A SignerError from what follows signing also says what is done already, and what the next run will do."""
    try:
        yield
    except SignerError as error:
        if is_registered(context, batch):
            state, rest = ("并已登记", "and registered"), ("补齐没做完的", "makes what is missing")
        else:
            state, rest = ("还没有登记完", "and not all registered"), ("接着做完并登记", "goes on and registers them")
        error.zh += (
            f"\n第 {batch.id} 批 {batch.wanted} 张已签好，记在账本里，{state[0]}。"
            f"处理后再次运行同一命令（可以换 --out）：不会重签，会{rest[0]}。"
        )
        error.en += (
            f"\nbatch {batch.id} ({batch.wanted}) is signed, in the ledger {state[1]}. The same command, under another"
            f" --out if you like, signs nothing twice and {rest[1]}."
        )
        raise


def looks_like(context: Context, findings: Sequence[Finding], rows: int) -> tuple[str, str] | None:
    """A line about the earlier batch that most of these rows are of; None where they are not of one."""
    numbers = [each.shape for each in findings if each.code is RowCode.ALREADY_SIGNED]
    if rows == 1 or 2 * len(numbers) <= rows:
        return None
    found = (context.ledger.newest(number) for number in numbers)
    batches = Counter(known.first(context, each).batch for each in found if each is not None)
    ((batch, count),) = batches.most_common(1)
    if 2 * count <= max(rows, context.ledger.batch(batch).wanted):
        return None
    zh, en = f"{rows} 行里的 {count} 行", f"{count} of {rows} rows"
    if count == rows:
        zh, en = f"{rows} 行全部", f"all {rows} rows"
    told_zh = (
        f"这份名册看起来就是第 {batch} 批：{zh}以前签过，多半是同一份名册另存的。不必再签："
        f"补印用 print --batch {batch}，更正用 correct；确为另一些人才加 --repeat。"
    )
    told_en = (
        f"this roster looks like batch {batch}: {en} were signed before; most likely it is a copy of the same roster."
        f" There is nothing to sign: print again with print --batch {batch}, mend with correct; only if these are"
        " other people add --repeat."
    )
    return told_zh, told_en
