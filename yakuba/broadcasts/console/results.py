"""What became of deliveries: figures with what they are of, a graph, and files to take away."""

import tempfile
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.console.shared import me, visible
from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.queries import results as figures
from yakuba.broadcasts.rules import statistics
from yakuba.broadcasts.rules.statistics import Count
from yakuba.console.sockets import StaffRequest, exported, page
from yakuba.kit import clock, sheets, wareki
from yakuba.segments import queries as segments
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_COLUMNS = (
    "配信の名前", "種類", "状態", "送った日時", "担当課", "送る相手", "予定した人数", "LINEが受け取った人数",
    "表示した人数（LINE）", "押した人数（LINE）", "リンクが押された回数（町）", "ページを開いた人数（町）",
)  # fmt: skip
_LANGUAGES = {"ja": "日本語", "ja-easy": "やさしい日本語", "en": "English"}
_WIDTH, _HEIGHT = 560, 160  # of the graph


@page("deliveries/<uuid:public_id>/results/", title=_("配信の結果"), name="delivery_results")
def results(request: StaffRequest, public_id: str) -> HttpResponse:
    """How many got it, read it and pressed something; small groups are told by our own counts."""
    one = visible(me(request), public_id)
    found = figures.of(one)
    is_veiled = segments.is_veiled(one.condition, found.planned)
    context = {
        "delivery": one,
        "found": found,
        "is_veiled": is_veiled,
        "impressions": _said(found.impressions),
        "clicks": _said(found.clicks),
        "read_rate": _rate(found.impressions, found.reached),
        "unread_rate": _rate(found.impressions, found.reached, rest=True),
        "readers_are_veiled": found.page is not None
        and segments.is_veiled(one.condition, found.page.readers),
        "wordings": [
            (
                _LANGUAGES[each.arm.language],
                each,
                segments.is_veiled(one.condition, each.reached),
                _shown(each.impressions, each),
                _shown(each.clicks, each),
            )
            for each in found.wordings
        ],
        "sentences": segments.sentences(one.condition),
        "graph": _graph(found),
        "fewest": statistics.FEWEST,
        "may_export": may(me(request), Capability.EXPORT, one.scope),
    }  # fmt: skip
    return render(request, "broadcasts/console/results.html", context)


def _readers(one: Delivery, found: figures.Results) -> str | int | None:
    """Return how many people opened the long page; a few of a sensitive condition are not told either."""
    if found.page is None:
        return None
    is_few = segments.is_veiled(one.condition, found.page.readers)
    return _t("10人未満") if is_few else found.page.readers


def _said(count: Count) -> str:
    """Say a number of people of which LINE may have hidden a part."""
    if count.is_hidden:
        return _t("{fewest}人未満（LINEは表示しません）").format(fewest=statistics.FEWEST)
    words = f"{count.known:,}人"
    return words if count.is_exact else _t("{words}以上").format(words=words)


def _shown(count: int | None, wording: figures.Wording) -> str:
    if wording.reading is None:
        return "—"
    return _t("20人未満") if count is None else f"{count:,}人"


def _rate(count: Count, whole: int, *, rest: bool = False) -> str:
    if not count.is_exact or count.known > whole:
        return ""
    return statistics.percent(whole - count.known if rest else count.known, whole)


def _graph(found: figures.Results) -> dict[str, object] | None:
    """Return what the template draws: points of a line over the days, and the table that says the same."""
    days = [day for day in found.days if day.impressions is not None]
    if len(days) < 2 or not found.reached:
        return None
    first = days[0].on
    span = max((days[-1].on - first).days, 1)
    most = max(found.reached, *(day.impressions or 0 for day in days))

    def points(of: str) -> str:
        return " ".join(
            f"{40 + (day.on - first).days * (_WIDTH - 60) / span:.0f},"
            f"{_HEIGHT - 25 - (getattr(day, of) or 0) * (_HEIGHT - 45) / most:.0f}"
            for day in days
            if getattr(day, of) is not None
        )

    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "impressions": points("impressions"),
        "clicks": points("clicks"),
        "first": wareki.short(first),
        "last": wareki.short(days[-1].on),
        "most": most,
        "days": days,
    }


@page("deliveries/results/", title=_("配信の結果を書き出す"), name="delivery_results_file", needs=Capability.EXPORT)  # fmt: skip
def download(request: StaffRequest) -> HttpResponse:
    """A table of every delivery whose figures this person may take away; counts, no people."""
    kind = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    rows = Delivery.objects.visible_to(me(request), Capability.EXPORT).exclude(sent_at=None)
    deliveries = rows.select_related("scope__department").order_by("-sent_at")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"haishin.{kind}"
        with sheets.writer("xlsx" if kind == "xlsx" else "csv", path) as book:
            sheet = book.sheet("配信の結果", columns=_COLUMNS)
            for one in deliveries:
                sheet.row(_row(one))
        content = path.read_bytes()
    exported.announce(
        request.user,
        "broadcasts.results",
        f"配信{len(deliveries):,}件の結果を書き出しました。",
        {"rows": len(deliveries), "format": kind},
    )
    answer = HttpResponse(content, content_type=_TYPES[kind])
    name = f"配信の結果_{clock.today():%Y%m%d}.{kind}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _row(one: Delivery) -> list[sheets.Cell]:
    found = figures.of(one)
    veiled = segments.is_veiled(one.condition, found.planned)
    readers: sheets.Cell = _readers(one, found)
    people: list[sheets.Cell] = (
        ["10人未満", "10人未満"] if veiled else [found.planned, found.reached]
    )
    return [
        one.name,
        one.get_kind_display(),
        one.get_state_display(),
        one.sent_at,
        one.scope.department.name,
        "、".join(segments.sentences(one.condition)),
        *people,
        _said(found.impressions) if found.has_been_read else "",
        _said(found.clicks) if found.has_been_read else "",
        found.taps,
        readers,
    ]
