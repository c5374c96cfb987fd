"""The list for JIS X 8341-3 names every criterion once, a day, and tests that exist."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORDS = (ROOT / "docs" / "accessibility.ja.md").read_text()
# Level A and AA of JIS X 8341-3:2016, which is WCAG 2.0.
CRITERIA = {
    *("1.1.1", "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.1", "1.3.2", "1.3.3"),
    *("1.4.1", "1.4.2", "1.4.3", "1.4.4", "1.4.5", "2.1.1", "2.1.2", "2.2.1", "2.2.2"),
    *("2.3.1", "2.4.1", "2.4.2", "2.4.3", "2.4.4", "2.4.5", "2.4.6", "2.4.7"),
    *("3.1.1", "3.1.2", "3.2.1", "3.2.2", "3.2.3", "3.2.4", "3.3.1", "3.3.2", "3.3.3", "3.3.4"),
    *("4.1.1", "4.1.2"),
}
VERDICTS = {"適合", "一部適合", "非該当", "未確認"}
ROW = re.compile(r"^\| (\d\.\d\.\d) [^|]+\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_each_of_the_38_criteria_has_one_row_with_a_verdict() -> None:
    rows = ROW.findall(WORDS)

    assert len(CRITERIA) == 38
    assert Counter(number for number, *_ in rows) == Counter(CRITERIA)
    assert {verdict for _, verdict, *_ in rows} <= VERDICTS


def test_the_list_says_when_and_by_what_each_was_checked() -> None:
    rows = ROW.findall(WORDS)

    assert re.search(r"確かめた日：令和\d+年\d+月\d+日（[月火水木金土日]）", WORDS)
    assert [number for number, _, how, found in rows if not how.strip() or not found.strip()] == []


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py|tools/[\w/]+\.py|frontend/[\w./-]+)`", WORDS))

    assert named
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


def test_the_counts_above_the_list_are_those_of_the_list() -> None:
    counted = Counter(verdict for _, verdict, *_ in ROW.findall(WORDS))
    said = {verdict: int(count) for verdict, count in re.findall(r"([^、\s]+)：(\d+)項目", WORDS)}

    assert said == {verdict: counted[verdict] for verdict in said}
    assert sum(said.values()) == 38
