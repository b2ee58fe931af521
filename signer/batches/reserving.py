"""The command `reserve`, and what signing asks of it: indices and serials, from the registry or from those at hand."""

from collections.abc import Mapping
from typing import Final

from credential.keyfile import Purpose
from credential.model import date_from_day, day_of, rfc3339
from credential.numbers import LEVEL_NAMES, NationalNumber
from credential.request import MAX_RESERVED, ReserveIndices, Serials
from signer.context import Context
from signer.errors import Exit, Json, SignerError, refused, usage
from signer.ledger.pool import Place, Reservation, SerialRun, Wanted
from signer.remote.published import Published

LEVELS: Final = range(6)
"""The level digits that a number can have; 0 where there is no level."""
YEARS: Final = range(2000, 2100)
_ATTEMPTS: Final = 100


def ensure(context: Context, published: Published, wanted: Wanted) -> None:
    """Have the registry reserve what is not at hand. SignerError: it refuses, or is away."""
    for _ in range(_ATTEMPTS):
        missing = context.ledger.pool.missing(wanted)
        if not missing:
            return
        waiting = context.ledger.pool.pending()
        _settle(context, published, waiting[0] if waiting else _asked(context, missing))
    raise refused(
        "serials-taken",
        "登记机构给出的流水号本机账本里一再已有。请核对：是否从旧备份恢复过登记机构或本机文件夹。",
        "the registry keeps granting serials that this ledger has used. Was the registry, or this home, restored from"
        " an old backup?",
    )


def _asked(context: Context, wanted: Wanted) -> Reservation:
    with context.ledger.writing():
        return context.ledger.pool.ask(wanted, context.clock(), context.new_id())


def _settle(context: Context, published: Published, asked: Reservation) -> None:
    code = context.configuration.code
    serials = tuple(Serials(code, *place, count) for place, count in sorted(asked.wanted.serials.items()))
    key = context.open_key(Purpose.REQUEST)
    body = context.sealed(asked.request_id, ReserveIndices(asked.wanted.indices, serials), key)
    try:
        granted = context.client.reserve(body, asked.wanted, code)
    except SignerError as error:
        raise _without(error, asked.wanted) from None
    if granted.uri_base != published.region.root.status_base:
        raise refused(
            "status-base",
            "登记机构给出的状态地址与根文件不符，没有签发。请联系登记机构。",
            "the registry's status address is not the root's; nothing was signed. Call the registry.",
        )
    with context.ledger.writing():
        context.ledger.pool.grant(asked, granted.runs, granted.serials, granted.uri_base)


def _without(error: SignerError, wanted: Wanted) -> SignerError:
    """What to do where the registry is away: so much must be reserved before."""
    if error.exit is not Exit.UNAVAILABLE:
        return error
    short_zh = "、".join(f"{place_zh(place)} {count} 个" for place, count in sorted(wanted.serials.items()))
    short_en = ", ".join(f"{count} of {place_en(place)}" for place, count in sorted(wanted.serials.items()))
    return SignerError(
        error.exit,
        error.slug,
        f"{error.zh}\n离线签发要先预留（yinxin-signer reserve）。还缺：序号 {wanted.indices} 个"
        + (f"，流水号 {short_zh}。" if short_zh else "。"),
        f"{error.en}\nTo sign offline, reserve first (yinxin-signer reserve). Missing: {wanted.indices} indices"
        + (f", serials: {short_en}." if short_en else "."),
    )


def current(context: Context, *, is_offline: bool) -> Published:
    """The registry's newest objects; without a network, where that is allowed, those verified last, whose age is said.

    SignerError: unreachable and not allowed, nothing held, or the held list of issuers has expired.
    """
    if not is_offline:
        return context.fetch()
    try:
        return context.fetch(patient=False)
    except SignerError as error:
        known = context.newest_known()
        if error.exit is not Exit.UNAVAILABLE or known is None:
            raise
    if context.clock() >= known.region.trust_list.head.expires:
        raise refused(
            "held-expired",
            "连不上登记机构，上次核验过的名单也已过期，不能离线签发。请联网后再试。",
            "the registry is away, and the list verified last has expired: nothing can be signed. Try again online.",
        )
    context.voice.say("连不上登记机构，用上次核验过的内容。", "the registry is away: what was verified last is used.")
    tell_age(context, known)
    return known


def covering(context: Context, published: Published) -> Published:
    """The objects with every list that an index was granted in: a new list may be younger than what is held."""
    if all(run.list in published.region.status_lists for run in context.ledger.pool.runs()):
        return published
    return context.fetch()


def places(context: Context, levels: Mapping[int, int], year: int | None) -> dict[Place, int]:
    """What of each level is asked for, in that year or this one. SignerError: no such level or year, or no count."""
    chosen = date_from_day(day_of(context.clock())).year if year is None else year
    if chosen not in YEARS:
        raise usage("year", "年份须在 2000 与 2099 之间。", "the year must be from 2000 to 2099.")
    if not all(level in LEVELS and count > 0 for level, count in levels.items()):
        raise usage("level", "等级须为 0 至 5，张数至少为 1。", "levels are from 0 to 5, and counts from 1.")
    return {(chosen % 100, level): count for level, count in levels.items()}


def reserve(context: Context, serials: Mapping[Place, int], indices: int = 0) -> Json:
    """Take indices and serials ahead, and keep all that signing needs without a network.

    There is an index for each serial, and `indices` more: for certificates that keep the number of another.
    """
    wanted = Wanted(sum(serials.values()) + indices, dict(sorted(serials.items())))
    if not 0 < wanted.indices <= MAX_RESERVED:
        raise refused(
            "too-many", f"一次可预留 1 至 {MAX_RESERVED} 个。", f"from 1 to {MAX_RESERVED} can be reserved at a time."
        )
    published = context.fetch()
    asked = _asked(context, wanted)
    for each in [*(each for each in context.ledger.pool.pending() if each.id != asked.id), asked]:
        _settle(context, published, each)
    covering(context, published)
    context.qr_host()
    context.voice.say(f"已预留 {wanted.indices} 个。", f"reserved {wanted.indices}.")
    return show(context)


def show(context: Context) -> Json:
    """Say what is reserved and unused, and what was given up."""
    pool, known = context.ledger.pool, context.newest_known()
    free = sum(run.count for run in pool.runs())
    context.voice.say(f"未用的序号：{free} 个", f"unused indices: {free}")
    for run in pool.serials():
        context.voice.say(
            f"未用的流水号：{_described(context, run)}，{place_zh(run.place)}，{run.count} 个",
            f"unused serials: {_described(context, run)}, {place_en(run.place)}, {run.count}",
        )
    for run, why, _ in pool.given_up():
        context.voice.say(
            f"已声明不用：{_described(context, run)}，{run.count} 个：{why}",
            f"declared unused: {_described(context, run)}, {run.count}: {why}",
        )
    if known is not None:
        tell_age(context, known)
    return {
        "indices": free,
        "unused": [_as_json(context, run) for run in pool.serials()],
        "given_up": [{**_as_json(context, run), "why": why, "at": rfc3339(at)} for run, why, at in pool.given_up()],
        "waiting": len(pool.pending()),
    }


def give_up(context: Context, places: list[Place], why: str) -> Json:
    """Declare the unused serials of these places unused: no certificate will ever have them."""
    with context.ledger.writing():
        given = context.ledger.pool.give_up(places, why, context.clock())
    if not given:
        raise refused("nothing-unused", "没有未用的流水号可声明。", "there is no unused serial to be given up.")
    return show(context)


def tell_age(context: Context, known: Published) -> None:
    """Say how old the published objects at hand are."""
    issued = known.region.checkpoint.head.issued
    days, hours = divmod(max(0, context.clock() - issued) // 3600, 24)
    context.voice.say(
        f"手头的公布内容签发于 {rfc3339(issued)}，已有 {days} 天 {hours} 小时。",
        f"what is held of the registry's publication was issued at {rfc3339(issued)}, {days} days {hours} hours ago.",
    )


def place_zh(place: Place) -> str:
    """A year and level in Chinese."""
    year, digit = place
    return f"20{year:02d} 年{LEVEL_NAMES.get(digit, '无等级')}"


def place_en(place: Place) -> str:
    """A year and level in English."""
    year, digit = place
    return f"20{year:02d}, " + (f"level {digit}" if digit in LEVEL_NAMES else "no level")


def _described(context: Context, run: SerialRun) -> str:
    first, last = span(context, run)
    return first if first == last else f"{first} – {last}"


def span(context: Context, run: SerialRun) -> tuple[str, str]:
    """The first number of a run, and the last."""
    code = context.configuration.code
    first = NationalNumber(code, run.year, run.digit, run.first)
    return str(first), str(first._replace(serial=run.first + run.count - 1))


def _as_json(context: Context, run: SerialRun) -> Json:
    first, last = span(context, run)
    return {"year": run.year, "level": run.digit, "count": run.count, "first": first, "last": last}
