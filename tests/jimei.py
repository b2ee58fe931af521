"""The benefit policy that tests ask: the monthly allowances of Jimei, two shortage lists, what an honour gives.

The amounts are Jimei's own (800 to 3,000 yuan a month); documents and clause numbers are invented.
"""

from typing import Final

from credential.benefits import Amount, Clause, Place, Shortage, ShortageList, Who
from credential.model import Benefit, Day, Kind, ListedOn, Period
from tests.credential.certificates import day

PROVINCE: Final = Place("350000", "福建省")
CITY: Final = Place("350200", "厦门市")
DISTRICT: Final = Place("350211", "集美区")
ELSEWHERE: Final = "350206"
"""Another district of the city."""

FROM: Final = day(2025, 1, 1)
SENIOR, TECHNICIAN, SENIOR_TECHNICIAN = 3, 2, 1
SPECIAL, CHIEF = 1, 2

_DOCUMENT: Final = "集美区技能人才津贴办法（集政规〔2025〕3号）"
_GIVEN: Final = day(2025, 1, 10)


def who(kind: Kind = Kind.LEVEL, *steps: int, honour: str | None = None, first: Day = FROM) -> Who:
    """Certificates of this kind and these levels or posts, dated from 2025 on."""
    return Who(kind, None, None, steps, honour, first, None)


def monthly(number: int, place: str, yuan: int, about: Who, words: str) -> Clause:
    """An allowance of the district for at most three years."""
    amount = Amount(yuan * 100, Period.MONTH, 36)
    return Clause(
        number, _DOCUMENT, _GIVEN, place, words, Benefit.ALLOWANCE, amount, (about,), None, (DISTRICT,), FROM, None
    )


ALLOWANCES: Final = (
    monthly(1, "第五条第（一）项", 800, who(Kind.LEVEL, SENIOR), "高级工每人每月800元"),
    monthly(2, "第五条第（二）项", 1_500, who(Kind.LEVEL, TECHNICIAN), "技师每人每月1500元"),
    monthly(3, "第五条第（三）项", 2_000, who(Kind.LEVEL, SENIOR_TECHNICIAN), "高级技师每人每月2000元"),
    monthly(4, "第五条第（四）项", 2_500, who(Kind.POST, SPECIAL), "特级技师聘任期间每人每月2500元"),
    monthly(5, "第五条第（五）项", 3_000, who(Kind.POST, CHIEF), "首席技师聘任期间每人每月3000元"),
)
"""The five steps: three levels and two posts."""

SHORTAGE: Final = Clause(
    id=6,
    document="厦门市紧缺职业（工种）技能补贴办法（厦人社规〔2025〕8号）",
    document_day=day(2025, 3, 1),
    number="第三条",
    words="取得紧缺职业（工种）中级工及以上证书的，一次性补贴1000元",
    benefit=Benefit.SUBSIDY,
    amount=Amount(100_000, Period.ONCE, None),
    who=(who(Kind.LEVEL, 4, 3, 2, 1),),
    shortage=Shortage(ListedOn.ISSUE, (1, 2)),
    divisions=(CITY,),
    first=day(2025, 3, 1),
    last=None,
)
HONOUR: Final = Clause(
    id=7,
    document="集美区高技能人才荣誉办法（集委办〔2025〕6号）",
    document_day=day(2025, 2, 1),
    number="第七条",
    words="优先安排人才公寓",
    benefit=Benefit.SERVICE,
    amount=None,
    who=(who(Kind.HONOUR, honour="集美区高技能人才"),),
    shortage=None,
    divisions=(DISTRICT,),
    first=FROM,
    last=None,
)
CLAUSES: Final = (*ALLOWANCES, SHORTAGE, HONOUR)

CITY_LIST: Final = ShortageList(
    id=1,
    title="厦门市2026年紧缺职业（工种）目录",
    document="厦人社〔2026〕2号",
    document_day=day(2026, 1, 5),
    division=CITY,
    first=day(2026, 1, 1),
    last=day(2026, 12, 31),
    occupations=((2022, "6-31-01-03"), (None, "6-18-")),
)
DISTRICT_LIST: Final = CITY_LIST._replace(
    id=2, title="集美区2026年紧缺职业（工种）目录", division=DISTRICT, occupations=((0, "沙县小吃制作"),)
)
LISTS: Final = (CITY_LIST, DISTRICT_LIST)
