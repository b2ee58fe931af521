"""The main job through the real programs: the demonstration's own story, told into a folder of the test's."""

import json
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from credential import bundle, keyfile, qr_text
from credential.root import pin_of
from tools.demo.stage import ROOT, Stage
from tools.demo.story import KEYS, PORT_GROUP, Story

pytestmark = pytest.mark.xdist_group("story")
"""One process tells it, however many there are."""


def _check(story: Story, pin: Path, *inputs: object, expect: tuple[int, ...] = (0,)) -> list[dict[str, Any]]:
    arguments = ("check", "--bundle", story.bundle, "--pin", pin, "--json", *inputs)
    return story.stage.rows("yinxin-verify", *arguments, expect=expect, prefix=story.offline.prefix)


def test_every_person_of_both_rosters_and_the_correction_is_listed(story: Story) -> None:
    rows = story.credentials()
    assert len(rows) == 154 + 30 + 1
    assert [set(row) for row in rows] == [{"number", "text", "file"}] * len(rows)
    assert all((story.out / row["file"]).is_file() for row in rows)
    port_group = [row["number"] for row in rows if row["number"].startswith(PORT_GROUP.code)]
    assert Counter(number[15] for number in set(port_group)) == {"4": 94, "3": 40, "2": 15, "1": 5}


def test_a_typical_certificate_keeps_the_budget_of_bytes(story: Story) -> None:
    sizes = [len(qr_text.decode(row["text"])) for row in story.credentials()]
    assert median(sizes) <= 225
    assert max(sizes) <= 300


def test_pins_are_the_hashes_of_the_roots_in_the_bundle(story: Story) -> None:
    parts = bundle.decode(story.bundle.read_bytes())
    assert sorted(parts) == ["35", "44"]
    assert story.pin.read_text().strip() == pin_of(parts[story.fujian.region].roots[0]).hex()
    assert story.partner_pin.read_text().strip() == pin_of(parts[story.guangdong.region].roots[0]).hex()


def test_texts_and_pictures_say_the_same(story: Story, tmp_path: Path) -> None:
    rows = story.credentials()[-3:]
    texts = tmp_path / "texts.txt"
    texts.write_text("\n\n".join(row["text"] for row in rows), "utf-8")
    by_text = _check(story, story.pin, texts, expect=(0, 1))
    by_picture = _check(story, story.pin, *(story.out / row["file"] for row in rows), expect=(0, 1))
    assert [row["input"] for row in by_text] == [f"{texts}:{line}" for line in (1, 3, 5)]
    for text, picture in zip(by_text, by_picture, strict=True):
        text["as_of"].pop("now"), picture["as_of"].pop("now"), text.pop("input"), picture.pop("input")
        assert text == picture


def test_what_changed_is_seen(story: Story) -> None:
    rows = _check(story, story.pin, *(story.out / row["file"] for row in story.credentials()), expect=(1,))
    assert Counter(row["reason"] for row in rows) == {
        "ACCEPTED": 154 + 30 + 1 - 3,
        "REVOKED": 1,
        "SUSPENDED": 1,
        "SUPERSEDED": 1,
    }
    assert {row["as_of"]["registration"] for row in rows if row["reason"] == "ACCEPTED"} == {"register"}
    for row in rows:
        assert (row["claims"] is None, row["former"] is None) == (
            (False, True) if row["verdict"] == "accepted" else (True, False)
        )


def test_every_forgery_has_its_own_reason(story: Story) -> None:
    listed = (story.out / "refused" / "refused.jsonl").read_text("utf-8").splitlines()
    expected = [json.loads(line) for line in listed]
    rows = _check(story, story.pin, *(story.out / "refused" / row["file"] for row in expected), expect=(1,))
    assert [row["reason"] for row in rows] == [row["reason"] for row in expected]
    assert Counter(row["reason"] for row in rows) == {
        "KEY_UNKNOWN": 1,
        "SIGNATURE_INVALID": 1,
        "SCOPE_LEVEL": 1,
        "SCOPE_OCCUPATION": 1,
        "ISSUER_UNKNOWN": 1,
        "INDEX_MISMATCH": 1,
    }


def test_guangdong_recognises_level_3_electricians_only(story: Story) -> None:
    rows = _check(story, story.partner_pin, *(story.out / row["file"] for row in story.credentials()), expect=(1,))
    accepted = [row for row in rows if row["verdict"] == "accepted"]
    for row in accepted:
        is_meant = (row["claims"]["occupation_code"], row["claims"]["level"]) == ("6-31-01-03", 3)
        assert (row["recognition"] == "RECOGNISED") is is_meant
        assert (row["recognised_as"] is not None) is is_meant
    (as_what,) = {json.dumps(row["recognised_as"], sort_keys=True) for row in accepted if row["recognised_as"]}
    assert json.loads(as_what) == {
        "region": "44",
        "occupation": "6-31-01-03",
        "level": 3,
        "effect": "equivalent",
        "rule": "1.1",
        "document": "粤人社互认〔2025〕1号（演示）第三条",
        "date": "2025-06-01",
    }


def test_require_recognised_counts_the_others_as_rejected(story: Story) -> None:
    level_4 = next(row for row in story.credentials()[3:] if row["number"][15] == "4")
    arguments = ("--require-recognised", story.out / level_4["file"])
    (row,) = _check(story, story.partner_pin, *arguments, expect=(1,))
    assert (row["verdict"], row["recognition"], row["recognised_as"]) == ("accepted", "NOT_RECOGNISED", None)


def test_no_private_key_of_an_issuer_is_in_the_registry(story: Story) -> None:
    seeds: list[bytes] = []
    for path in sorted((KEYS / PORT_GROUP.keys).glob("*.key")):
        seed = keyfile.parse(path.read_bytes()).demo_seed
        assert seed is not None
        seeds += [seed, seed.hex().encode()]
    files = [path for path in (story.work / story.fujian.keys).rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path for path in files if any(seed in path.read_bytes() for seed in seeds)]


def test_the_story_can_be_told_twice_in_one_folder(story: Story) -> None:
    """Its servers have ended: one that still ran would bring its folder back. From there on it is told as the first."""
    story.stage.stop_servers()
    stage = Stage(story.stage.personal)
    again = Story(stage, story.out, None)
    try:
        again.begin()
        assert list(story.out.rglob("*")) == [again.work]
        again.found_registries()
        assert story.pin.read_text() == (again.work / again.fujian.keys / "pin.txt").read_text()
    finally:
        stage.stop_servers()
    assert (ROOT / "tools" / "demo").is_dir()
