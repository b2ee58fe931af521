"""What a roster comes to: how many certificates of what, before any is signed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from credential.model import (
    LevelCertificate,
    Post,
    PostAppointment,
    RegionalHonour,
    SpecialAbility,
    Subject,
)
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from signer.certificates.drafts import Draft

_POSTS = {
    Post.APPRENTICE: ("学徒工", "apprentice"),
    Post.SPECIAL_GRADE_TECHNICIAN: ("特级技师", "special-grade technician"),
    Post.CHIEF_TECHNICIAN: ("首席技师", "chief technician"),
}


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Certificates that differ in the person only."""

    code: str
    title: str
    grade_zh: str
    grade_en: str


def group_of(subject: Subject) -> Group:
    """The group that what is certified belongs to."""
    match subject:
        case LevelCertificate(occupation, level):
            return Group(occupation.code, occupation.title, LEVEL_NAMES[level], LEVEL_NAMES_EN[level])
        case SpecialAbility(occupation):
            return Group(occupation.code, occupation.title, "专项职业能力", "special ability")
        case PostAppointment(occupation, post):
            return Group(occupation.code, occupation.title, *_POSTS[post])
        case RegionalHonour(honour):
            return Group("-", honour, "人才荣誉", "honour")


def groups(drafts: Iterable[Draft]) -> list[tuple[Group, int]]:
    """The groups and their sizes, in order of occupation, the largest first within one."""
    return counted(draft.subject for draft in drafts)


def counted(subjects: Iterable[Subject]) -> list[tuple[Group, int]]:
    """The groups of what is certified, and their sizes, in the same order."""
    found = Counter(map(group_of, subjects))
    return sorted(found.items(), key=lambda each: (each[0].code, -each[1], each[0]))


def as_json(drafts: Iterable[Draft]) -> list[dict[str, object]]:
    """The preview for programs."""
    return [
        {"code": group.code, "title": group.title, "grade": group.grade_zh, "count": count}
        for group, count in groups(drafts)
    ]


def lines(drafts: Iterable[Draft]) -> list[tuple[str, str]]:
    """The preview for people: one pair of lines a group."""
    return [
        (
            f"  {group.title}（{group.code}）{group.grade_zh}：{count} 张",
            f"  {group.title} ({group.code}), {group.grade_en}: {count}",
        )
        for group, count in groups(drafts)
    ]
