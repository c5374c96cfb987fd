"""The published record, and the one file by which anybody checks it."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lotteries import published, worlds
from tests.lotteries.worlds import crowd
from yakuba.lotteries.rules import method_1
from yakuba.lotteries.rules.method_1 import Entry, Rules

METHOD = Path(method_1.__file__)
# What a draw of sixty groups gave when the method was published. It never changes; a new method is a new file.
GOLDEN = "37a7189795a6749ae631368e7f0d88f7df3728ba8646cbc784e6a993d30a6cd4"


def _failed(text: str) -> list[str]:
    return [says for says, holds in method_1.verify(method_1.read(text)) if not holds]


@given(worlds.entries(), worlds.rules)
@settings(max_examples=40, deadline=None)
def test_what_the_town_publishes_is_found_right(entries: list[Entry], rules: Rules) -> None:
    assert _failed(published.text(entries, rules)) == []


def test_the_same_record_gives_the_same_result_for_ever() -> None:
    record = published.record(crowd(60, tiers=2, weights=3), Rules("rounds", 2))

    assert record["result_hash"] == GOLDEN


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_one_changed_letter_is_found(data: st.DataObject) -> None:
    text = published.text(crowd(9, weights=2))
    place = data.draw(st.integers(0, len(text) - 1))
    letter = text[place]
    other = data.draw(st.sampled_from("0123456789abcdef").filter(lambda one: one != letter))
    changed = text[:place] + other + text[place + 1 :]
    if _same(changed, text):
        return

    try:
        failed = _failed(changed)
    except method_1.Unreadable:
        return

    assert failed


def _same(one: str, other: str) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


@pytest.mark.parametrize("part", ["secret", "list_hash", "proof", "won", "announced"])
def test_a_record_without_a_part_is_refused_by_name(part: str) -> None:
    record = copy.deepcopy(published.record(crowd(3)))
    del record[part]

    with pytest.raises(method_1.Unreadable, match=part):
        method_1.read(json.dumps(record))


def test_a_secret_that_was_chosen_afterwards_is_found() -> None:
    record = published.record(crowd(9))
    record["secret"] = "ab" * 32

    failed = _failed(json.dumps(record))

    assert failed == ["町が受付前に約束した値と、公開された町の乱数が合っている"]


def test_a_resident_runs_the_file_and_sees_their_own_number(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(published.text(crowd(9)), encoding="utf-8")

    # -I and -S: no site packages, nothing of ours on the path.
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(METHOD), str(file), "A-00004"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )

    assert ran.returncode == 0, ran.stderr
    assert "すべて合っています" in ran.stdout
    assert "受付番号 A-00004" in ran.stdout
    assert "希望 1" in ran.stdout


def test_a_file_that_was_changed_ends_with_a_sentence_and_not_with_zero(tmp_path: Path) -> None:
    record = published.record(crowd(9))
    record["won"] = []
    file = tmp_path / "record.json"
    file.write_text(json.dumps(record), encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(METHOD), str(file)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )

    assert ran.returncode == 1
    assert "合わないところがあります" in ran.stdout


def test_the_published_file_needs_nothing_but_the_standard_library() -> None:
    imported = {
        line.split()[1].split(".")[0]
        for line in METHOD.read_text(encoding="utf-8").splitlines()
        if line.startswith(("import ", "from "))
    }

    assert imported <= set(sys.stdlib_module_names)
