"""The trail as an administrator reads it: searched by person, thing, act and day, and taken out as a table."""

import tempfile
from pathlib import Path

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yakuba.audit import forms, queries
from yakuba.audit.models import Entry, EntryQuerySet
from yakuba.console import sockets
from yakuba.console.sockets import ADMINISTRATOR, Section, StaffRequest, page
from yakuba.kit import sheets
from yakuba.kit.clock import JAPAN

ACTIONS = {
    "viewed": _("見た"),
    "revealed": _("個人情報を表示した"),
    "exported": _("書き出した"),
    "looked_for": _("検索した"),
    "changed": _("変えた"),
    "granted": _("権限を付けた"),
    "revoked": _("権限を外した"),
    "signed_in": _("サインインした"),
    "sign_in_failed": _("サインインに失敗した"),
    "locked_out": _("サインインを止めた"),
    "used_recovery_code": _("予備コードを使った"),
    "signed_out_everywhere": _("すべてサインアウトさせた"),
    "invited": _("招待した"),
    "enrolled": _("2段階目を登録した"),
    "second_steps": _("2段階目を変えた"),
    "forgot_second_steps": _("2段階目をリセットした"),
    "asked_password": _("パスワードのリンクを送った"),
    "chose_password": _("パスワードを決めた"),
    "planned": _("異動を予定した"),
    "cancelled": _("取りやめた"),
    "carried_out": _("異動を実施した"),
    "moved": _("所属を変えた"),
    "refused": _("実施できなかった"),
}
COLUMNS = ("番号", "日時", "職員番号", "職員", "操作", "対象", "内容", "ハッシュ")


@page(
    "settings/trail/",
    title=_("記録"),
    name="trail",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=80,
)
def trail(request: StaffRequest) -> HttpResponse:
    """Who did what to what, newest first."""
    form = _form(request)
    found = _found(form)
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "audit/console/trail.html",
        {
            "form": form,
            "page": Paginator(found, 50).get_page(request.GET.get("page")),
            "query": query.urlencode(),
            "actions": ACTIONS,
        },
    )


@page("settings/trail/export/", title=_("記録の書き出し"), name="trail_export", needs=ADMINISTRATOR)
def trail_export(request: StaffRequest) -> FileResponse:
    """The same entries as on the page, as a table; taking them out is an entry of its own."""
    found = _found(_form(request))
    count = found.count()
    sockets.exported.announce(
        request.user,
        "audit.entry",
        f"操作の記録{count}件を書き出しました。",
        {"count": count, "conditions": _conditions(request)},
    )
    with tempfile.TemporaryDirectory(prefix="yakuba-trail-") as folder:
        path = Path(folder) / "trail.csv"
        with sheets.writer("csv", path) as book:
            sheet = book.sheet(str(_("記録")), columns=COLUMNS)
            for entry in found.iterator(chunk_size=2000):
                sheet.row(_row(entry))
        # The name is gone with the folder; the open file lives until it is sent.
        response = FileResponse(path.open("rb"), as_attachment=True, filename="trail.csv")
    response["Content-Type"] = "text/csv; charset=utf-8"
    return response


def _conditions(request: StaffRequest) -> dict[str, str]:
    """What the entries were narrowed down by; the name of a person is left out of the trail."""
    asked = request.GET.dict()
    return {key: "（検索語）" if key == "sought" else str(value) for key, value in asked.items()}


def _form(request: StaffRequest) -> forms.Search:
    known = [(key, str(ACTIONS.get(key, key))) for key in queries.actions()]
    return forms.Search(request.GET, actions=known)


def _found(form: forms.Search) -> EntryQuerySet:
    """What was asked for; what was typed wrongly is as if it had not been typed."""
    form.is_valid()
    return queries.entries(**{key: value for key, value in form.cleaned_data.items() if value})


def _row(entry: Entry) -> list[sheets.Cell]:
    return [
        entry.pk,
        f"{entry.at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}",
        entry.staff_id,
        entry.actor,
        str(ACTIONS.get(entry.action, entry.action)),
        entry.subject,
        entry.sentence,
        bytes(entry.hash).hex(),
    ]
