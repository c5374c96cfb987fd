"""A file of 100,000 people into a register, beside the least that storing them takes; then finding them again."""

import csv
import json
import os
import random
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from bench.options import Options
from bench.results import Cell, Goal, Result
from bench.rig import HOME, ROOT, Rig, settle

_ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
_MOST_SECONDS, _MOST_MS = 60, 50
_LOG = HOME / "registers.log"

HEADER = ["宛名番号", "氏名", "ふりがな", "生年月日", "住所", "電話番号", "支給額", "支援措置"]
# Family and given names are put together from two parts each, so that nearly everybody has another name.
_FIRST = re.findall(
    r"\S+",
    "山やま 川かわ 田た 森もり 石いし 小お 大おお 上うえ 下した 中なか 北きた 西にし 高たか 髙たか 宮みや 黒くろ 白しら 長なが 松まつ 竹たけ 杉すぎ 藤ふじ 古ふる 新あら 清きよ 酒さか 稲いな 谷たに 島しま 渡わた",
)
_SECOND = re.findall(
    r"\S+",
    "田た 川かわ 山やま 村むら 本もと 井い 野の 原はら 島しま 崎さき 﨑さき 沢さわ 澤さわ 口くち 木き 林ばやし 谷たに 辺べ 邊べ 岡おか 橋はし 内うち 池いけ 倉くら 見み 垣がき 瀬せ 浦うら 森もり 塚づか",
)
_GIVEN = re.findall(
    r"\S+",
    "正まさ 和かず 幸さち 清きよ 美み 由ゆ 結ゆい 健けん 隆たか 洋ひろ 裕ひろ 恵え 明あき 智とも 真ま 悠ゆう 陽はる 直なお 義よし 文ふみ 千ち 佳か 貴たか 慎しん 勝かつ 秀ひで 靖やす 英えい 紀のり 良りょう",
)
_ENDING = re.findall(
    r"\S+",
    "子こ 美み 代よ 江え 雄お 夫お 一いち 二じ 三ぞう 郎ろう 太た 介すけ 人と 也や 樹き 哉や 香か 奈な 菜な 衣い 希き 斗と 馬ま 司じ 彦ひこ 平へい 治じ 男お 恵え 花か",
)
_TOWNS = re.findall(
    r"\S+", "法音寺 稗田 森尻 横法音寺 斉神新 若杉 正印 極楽寺 大岩 東種 湯上野 広野"
)
_ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
)


def run(rig: Rig, options: Options) -> Result:
    first, update = HOME / "people.csv", HOME / "people-next-year.csv"
    write_file(first, _ROWS)
    write_file(update, _ROWS, moved=10)
    result = Result(
        "registers",
        f"{_ROWS:,} rows of {len(HEADER)} columns into a register",
        ["who", "rows/s", "seconds", "taken in", "checked", "taken over"],
    )
    for _round in range(min(3, options.rounds)):  # a round takes a minute or two
        url = rig.database("bench_registers")
        settle(url)
        floor = _one(rig, url, "bench.floors.registers", first)
        url = rig.database("bench_registers")
        settle(url)
        ours = _one(rig, url, "bench.registering", first, update)
        if (floor["rows"], ours["first rows"], ours["update rows"]) != (_ROWS, _ROWS, _ROWS):
            raise RuntimeError(f"rows are missing: {floor} {ours}")
        result.keep("floor seconds", floor["seconds"])
        for name, value in ours.items():
            result.keep(name, value)
    rig.drop("bench_registers")
    for path in (first, update):
        path.unlink()
    result.rows = [_import(result, "first", "product: the first file"),
                   _import(result, "update", "product: next year's, every tenth has moved"),
                   ["floor: csv, seal, hash, COPY", _ROWS / result.median("floor seconds"), result.median("floor seconds"), "", "", ""]]  # fmt: skip
    result.goals = [
        _goal(result, "the first file", "first seconds", _MOST_SECONDS, "s"),
        _goal(result, "next year's file", "update seconds", _MOST_SECONDS, "s"),
        _goal(result, "somebody is looked up, p95", "found p95", _MOST_MS, "ms"),
        _goal(result, "nobody is found, p95", "not found p95", _MOST_MS, "ms"),
        _goal(result, "a clerk looks for a family name, p95", "searched p95", _MOST_MS, "ms"),
    ]
    ratio = result.ratio("first seconds", "floor seconds")
    result.notes += [
        f"The first file takes {ratio:.1f} times what its floor takes, which understands nothing of what it stores.",
        "No statement of looking up or searching goes through all rows or all hashes: EXPLAIN of each is"
        " read, and a sequential scan of either table ends the run.",
    ]
    return result


def write_file(path: Path, count: int, *, moved: int = 0) -> None:
    """Write such a file as a town's system gives: cp932, days in the Japanese calendar; every `moved`th has moved."""
    chance = random.Random(1)
    with path.open("w", encoding="cp932", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(HEADER)
        for number in range(1, count + 1):
            cells = _person(number, chance)
            if moved and number % moved == 0:
                cells[4] = f"上市町東種{number}番地"
            lines.writerow(cells)


def _import(result: Result, name: str, words: str) -> list[Cell]:
    seconds = result.median(f"{name} seconds")
    steps = [result.median(f"{name} {step}") for step in ("taken in", "checked", "taken over")]
    return [words, _ROWS / seconds, seconds, *steps]


def _goal(result: Result, what: str, key: str, most: float, unit: str) -> Goal:
    measured = result.median(key)
    return Goal(what, f"≤ {most} {unit}", f"{measured:.1f} {unit}", measured <= most)


def _one(rig: Rig, url: str, module: str, *paths: Path) -> dict[str, float]:
    """Run one side in a process of its own, and return what it says it did."""
    with _LOG.open("ab") as words:
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, paths)], cwd=ROOT, stdout=subprocess.PIPE, stderr=words,
            env={**rig.environment, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yakuba.config.settings"},
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{module} failed; see .local/bench/registers.log")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _person(number: int, chance: random.Random) -> list[str]:
    first, second, given, ending = (
        chance.choice(parts) for parts in (_FIRST, _SECOND, _GIVEN, _ENDING)
    )
    has_phone, is_hidden = chance.random() < 0.8, chance.random() < 0.002
    return [
        f"{number:08}",
        f"{first[0]}{second[0]}　{given[0]}{ending[0]}",
        f"{first[1:]}{second[1:]}　{given[1:]}{ending[1:]}",
        _day(date(1920, 1, 1) + timedelta(days=chance.randrange(38_000))),
        f"富山県中新川郡上市町{chance.choice(_TOWNS)}{chance.randint(1, 900)}番地{chance.randint(1, 40)}",
        f"076-47{chance.randint(2, 3)}-{chance.randrange(10_000):04}" if has_phone else "",
        str(chance.choice((5000, 10_000, 30_000))),
        "○" if is_hidden else "",
    ]


def _day(day: date) -> str:
    era, began = next((name, began) for name, began in _ERAS if day >= began)
    return f"{era}{day.year - began.year + 1}年{day.month}月{day.day}日"
