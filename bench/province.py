"""A province as large as they come: a trust list of ten thousand invented issuers, each filed for eight occupations.

The same for ever: whatever looks random comes from a fixed seed. Names are distinct, keys are points of fixed seeds,
and histories are those of a list that has been kept since 2020.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import pairwise
from random import Random
from typing import Final, NamedTuple

from credential.issuer import CertificateKey, Issuer, OccupationReference, Scope, Site
from credential.model import (
    Day,
    IssuerCode,
    IssuerKind,
    IssuerState,
    KeyState,
    Seconds,
    day_from_date,
    day_of,
    start_of,
)
from credential.sign import SigningKey

ISSUERS: Final = 10_000
OCCUPATIONS_EACH: Final = 8
_SEED: Final = 20261122
_FIRST_BATCH: Final = day_from_date(date(2020, 11, 2))
_LAST_BATCH: Final = day_from_date(date(2026, 5, 25))
_DAYS_A_BATCH: Final = 35
_SYSTEM_OPENED: Final = day_from_date(date(2025, 1, 6))
"""Before this day nobody had a key."""
_THREE_YEARS: Final = 3 * 365

_PLACES: Final = (
    *("福州", "厦门", "莆田", "三明", "泉州", "漳州", "南平", "龙岩", "宁德", "平潭"),
    *("福清", "永安", "石狮", "晋江", "南安", "龙海", "邵武", "武夷山", "建瓯", "漳平"),
)
_SYLLABLES: Final = (
    "海天恒信宏达鑫源盛泰华兴隆昌永安顺和嘉禾金龙飞鹏瑞祥德惠诚润丰茂东方明星远景闽江鹭岛银河中联新创力合众正大光辉锦程"
)
_WORDS: Final = (
    *("电子科技", "机械制造", "建筑工程", "港务", "物流", "食品", "纺织", "服装", "鞋业", "陶瓷", "化工", "医药"),
    *("汽车", "船舶", "钢铁", "冶金", "水务", "燃气", "电力", "新能源", "石材", "家具", "包装印刷", "造纸"),
    *("酒店管理", "餐饮", "家政服务", "养老服务", "物业", "园林", "农业", "茶业", "渔业", "林业", "矿业", "环保"),
    *("软件", "网络", "数据", "通信", "轨道交通", "公路", "航空服务", "旅游", "会展", "传媒", "教育", "商贸"),
)
_FORMS: Final = {
    IssuerKind.EMPLOYER: ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司"),
    IssuerKind.SOCIAL: ("职业技能培训中心", "行业协会", "职业培训学校", "技能人才评价中心"),
    IssuerKind.SCHOOL: ("技师学院", "职业技术学院", "高级技工学校", "职业中专学校"),
}
_KIND_WEIGHTS: Final = {IssuerKind.EMPLOYER: 93, IssuerKind.SOCIAL: 5, IssuerKind.SCHOOL: 2}
_PREFECTURE_WEIGHTS: Final = (24, 20, 7, 7, 18, 9, 5, 5, 4, 1)

_MINOR_GROUPS: Final = {2: 40, 3: 20, 4: 110, 5: 40, 6: 210}
"""Groups of occupations (小类) in each major group (大类) of the classification."""
_LOCAL: Final = tuple(
    f"{place}{what}"
    for place in ("沙县", "武夷", "安溪", "惠安")
    for what in ("小吃制作", "岩茶制作", "石雕", "藤铁工艺", "民宿管家")
)
_COMMON: Final = 40
"""So many occupations are met in every trade, as electricians and welders are."""


class _Trade(NamedTuple):
    """What an issuer does: how its name says it, and the occupations that such issuers are filed for."""

    word: str
    occupations: tuple[OccupationReference, ...]


@cache
def issuers(count: int = ISSUERS) -> tuple[Issuer, ...]:
    """`count` issuers in order of code."""
    draw, names = Random(_SEED), set[str]()
    dictionary = occupations()
    common = tuple(draw.sample(dictionary, _COMMON))
    trades = _trades(draw, dictionary)
    return tuple(sorted(_issuer(draw, *each, draw.choice(trades), common, names) for each in _codes(draw, count)))


@cache
def occupations() -> tuple[OccupationReference, ...]:
    """About 1,600: the classification of 2022, some that stayed in that of 2015, and the province's own."""
    draw = Random(_SEED)
    current = [
        OccupationReference(2022, f"{major}-{minor // 6 + 1:02d}-{minor % 6 + 1:02d}-{place:02d}")
        for major, minors in _MINOR_GROUPS.items()
        for minor in range(minors)
        for place in range(1, draw.randint(1, 6) + 1)
    ]
    older = [each._replace(edition=2015) for each in draw.sample(current, 80)]
    return tuple(sorted({*current, *older, *(OccupationReference(0, title) for title in _LOCAL)}))


def updated(listed: Sequence[Issuer], now: Seconds) -> tuple[Issuer, ...]:
    """`listed` after work on five issuers: one renamed, suspended, given a scope, given a key, and one newly filed."""
    today = day_of(now)
    renamed, suspended, wider, rekeyed = (listed[len(listed) * eighths // 8] for eighths in (1, 3, 5, 7))
    changed = (
        renamed._replace(names=(*renamed.names, (today, f"{renamed.names[-1][1]}（集团）"))),
        suspended._replace(states=(*suspended.states, (today, IssuerState.SUSPENDED))),
        wider._replace(scopes=(*wider.scopes, Scope(listed[0].scopes[0].occupation, 3, today, None))),
        rekeyed._replace(keys=(*rekeyed.keys, _key(rekeyed.code, "next", now))),
        _newcomer(listed, now),
    )
    return tuple(sorted(({each.code: each for each in listed} | {each.code: each for each in changed}).values()))


def _newcomer(listed: Sequence[Issuer], now: Seconds) -> Issuer:
    """Filed today, for what the first issuer is filed for, under the next serial behind the last employer's."""
    last, today = max(each.code for each in listed if each.kind is IssuerKind.EMPLOYER), day_of(now)
    code = IssuerCode(f"{last[:9]}{int(last[9:]) + 1:04d}")
    return listed[0]._replace(
        code=code,
        names=((today, "平潭新立起重机械有限公司"),),
        kind=IssuerKind.EMPLOYER,
        states=((today, IssuerState.FILED),),
        scopes=tuple(each._replace(first=today, last=None) for each in listed[0].scopes),
        sites=(),
        keys=(_key(code, "first", now),),
    )


def _trades(draw: Random, dictionary: Sequence[OccupationReference]) -> tuple[_Trade, ...]:
    """The whole dictionary, dealt out in runs of neighbours; in each the most usual occupation first."""
    ends = [len(dictionary) * place // len(_WORDS) for place in range(len(_WORDS) + 1)]
    return tuple(
        _Trade(word, _shuffled(draw, dictionary[first:end]))
        for word, (first, end) in zip(_WORDS, pairwise(ends), strict=True)
    )


def _shuffled(draw: Random, those: Sequence[OccupationReference]) -> tuple[OccupationReference, ...]:
    return tuple(draw.sample(those, len(those)))


def _codes(draw: Random, count: int) -> Iterator[tuple[IssuerCode, IssuerKind]]:
    """Serials without gaps in each prefecture, for employers (Y) and for all others (S)."""
    given: Counter[str] = Counter()
    prefectures = draw.choices(range(1, 11), _PREFECTURE_WEIGHTS, k=count)
    kinds = draw.choices(tuple(_KIND_WEIGHTS), tuple(_KIND_WEIGHTS.values()), k=count)
    for prefecture, kind in zip(prefectures, kinds, strict=True):
        front = f"{'Y' if kind is IssuerKind.EMPLOYER else 'S'}000035{prefecture:02d}"
        given[front] += 1
        yield IssuerCode(f"{front}{given[front]:04d}"), kind


def _issuer(
    draw: Random,
    code: IssuerCode,
    kind: IssuerKind,
    trade: _Trade,
    common: Sequence[OccupationReference],
    names: set[str],
) -> Issuer:
    filed = _batch(draw, _FIRST_BATCH)
    return Issuer(
        code=code,
        names=tuple(_names(draw, code, kind, trade, filed, names)),
        kind=kind,
        states=_states(draw, filed),
        scopes=_scopes(draw, trade, common, filed),
        sites=_sites(draw, code, filed),
        keys=_keys(draw, code, filed),
    )


def _batch(draw: Random, earliest: Day) -> Day:
    """The day of one of the batches in which issuers are filed."""
    return Day(draw.randrange(earliest, _LAST_BATCH + 1, _DAYS_A_BATCH))


def _names(
    draw: Random, code: IssuerCode, kind: IssuerKind, trade: _Trade, filed: Day, used: set[str]
) -> Iterator[tuple[Day, str]]:
    """One name; one issuer in twenty-five was renamed since."""
    place = _PLACES[int(code[7:9]) - 1] if draw.random() < 0.8 else draw.choice(_PLACES)
    yield filed, _unused(draw, place, kind, trade, used)
    if draw.random() < 0.04:
        yield Day(filed + draw.randint(100, 1_000)), _unused(draw, place, kind, trade, used)


def _unused(draw: Random, place: str, kind: IssuerKind, trade: _Trade, used: set[str]) -> str:
    while True:
        brand = "".join(draw.choices(_SYLLABLES, k=2))
        name = f"{place}{draw.choice(('', '', '市'))}{brand}{trade.word}{draw.choice(_FORMS[kind])}"
        if name not in used:
            used.add(name)
            return name


def _states(draw: Random, filed: Day) -> tuple[tuple[Day, IssuerState], ...]:
    """Of a hundred issuers one was suspended and filed again, one withdrew, and of a thousand one was void."""
    since, fate = draw.randint(30, 900), draw.random()
    history: tuple[tuple[int, IssuerState], ...] = ((0, IssuerState.FILED),)
    if fate < 0.01:
        history += ((since, IssuerState.SUSPENDED), (since + 90, IssuerState.FILED))
    elif fate < 0.02:
        history += ((since, IssuerState.WITHDRAWN),)
    elif fate < 0.021:
        history += ((since, IssuerState.VOID),)
    return tuple((Day(filed + days), state) for days, state in history)


def _scopes(draw: Random, trade: _Trade, common: Sequence[OccupationReference], filed: Day) -> tuple[Scope, ...]:
    """Eight occupations, two of them met everywhere; one issuer in four was filed for some of them later."""
    chosen = {*_usual(draw, common, 2)}
    chosen |= {*_usual(draw, [each for each in trade.occupations if each not in chosen], OCCUPATIONS_EACH - 2)}
    later = draw.randint(1, 3) if draw.random() < 0.25 else 0
    highest, limited, second = draw.choices((1, 2, 3, 4), (15, 10, 65, 10))[0], draw.random() < 0.4, _batch(draw, filed)
    days = [filed] * (OCCUPATIONS_EACH - later) + [second] * later
    levels = [highest if draw.random() < 0.9 else 4 for _ in days]
    return tuple(
        Scope(occupation, level, day, Day(day + _THREE_YEARS - 1) if limited else None)
        for occupation, level, day in zip(sorted(chosen), levels, days, strict=True)
    )


def _usual(draw: Random, those: Sequence[OccupationReference], count: int) -> list[OccupationReference]:
    """`count` of those, the first ones more often than the last ones."""
    order = sorted(range(len(those)), key=lambda place: draw.expovariate(1 / (place + 1)))
    return [those[place] for place in order[:count]]


def _sites(draw: Random, code: IssuerCode, filed: Day) -> tuple[Site, ...]:
    """One issuer in fifty has a branch, in another prefecture, with a serial of its own."""
    if draw.random() >= 0.02:
        return ()
    return (Site(IssuerCode(f"{code[:7]}{draw.randint(1, 9):02d}9{draw.randrange(1_000):03d}"), filed, None),)


def _keys(draw: Random, code: IssuerCode, filed: Day) -> tuple[CertificateKey, ...]:
    """One key, active since some working hour; one issuer in twenty has changed its key, with a month's overlap."""
    enrolled = Seconds(
        start_of(max(filed, _SYSTEM_OPENED)) + draw.randint(3, 60) * 86_400 + draw.randint(8, 17) * 3_600
    )
    at = Seconds(enrolled + draw.randrange(3_600))
    if draw.random() >= 0.05:
        return (_key(code, "first", at),)
    following = Seconds(at + draw.randint(100, 200) * 86_400 + draw.randrange(3_600))
    retired = (Seconds(following + 30 * 86_400), KeyState.RETIRED)
    old = _key(code, "first", at)
    return (old._replace(states=(*old.states, retired)), _key(code, "second", following))


def _key(code: IssuerCode, which: str, at: Seconds) -> CertificateKey:
    seed = sha256(f"yinxin bench key {code} {which}".encode()).digest()
    return CertificateKey(SigningKey(seed).public, ((at, KeyState.ACTIVE),))
