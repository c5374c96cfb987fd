"""The house's addresses and one list of departments, for the tests of the frame."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import include, path

from yakuba.config.urls import handler403, handler404, handler500
from yakuba.config.urls import urlpatterns as of_the_house
from yakuba.console import lists, sockets
from yakuba.console.lists import Bulk, Column, Done, Empty, Filter, Listing
from yakuba.console.sockets import Staff, StaffRequest, Undoer
from yakuba.townhall.models import Department

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


class Renumbered(Undoer):
    key = "tests.renumbered"
    label = "並び順を変える"

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        earlier = payload["earlier"]
        assert isinstance(earlier, dict)
        for key, order in earlier.items():
            Department.objects.filter(pk=key).update(order=order)
        return f"{len(earlier)}件を元の順に戻しました。"


if Renumbered.key not in sockets.undoers:
    sockets.undoers.plug(Renumbered)


def to_the_front(staff: Staff, rows: QuerySet[Department]) -> Done:
    earlier = {str(row.pk): row.order for row in rows}
    Department.objects.filter(pk__in=list(earlier)).update(order=0)
    return Done(f"{len(earlier)}件を先頭にしました。", Renumbered.key, {"earlier": earlier})


def _floors(staff: Staff) -> Sequence[tuple[str, str]]:
    return [("1", "1階"), ("2", "2階")]


DEPARTMENTS = Listing[Department](
    key="tests.departments",
    title="部署の一覧",
    columns=[
        Column("name", "名称", lambda row: row.name, sort="name"),
        Column("code", "コード", lambda row: row.code, sort="code"),
        Column("order", "並び順", lambda row: row.order, sort="order", at_end=True),
        Column("phone", "電話", lambda row: row.phone, shown=False),
    ],
    order="code",
    empty=Empty("部署がまだありません", "まず1つ登録してください。", "/console/", "登録する"),
    href=lambda row: f"/console/tests/departments/{row.pk}/",
    filters=[
        Filter(
            "floor", "階", _floors, lambda rows, value: rows.filter(code__startswith=f"f{value}")
        )
    ],
    search=lambda rows, words: rows.filter(name__icontains=words),
    search_hint="名称",
    bulk=[
        Bulk(
            "front", "先頭にする", lambda count: f"{count}件が一覧の先頭に並びます。", to_the_front
        ),
        Bulk(
            "close",
            "廃止する",
            lambda count: f"{count}件を廃止します。",
            to_the_front,
            "administrator",
            True,
        ),
    ],
    export=lambda: "/console/tests/departments/export/",
)


@sockets.page("tests/departments/", title="部署の一覧", name="tests_departments")
def departments(request: StaffRequest) -> HttpResponse:
    return lists.answer(request, DEPARTMENTS, rows=Department.objects.all())


@sockets.page("tests/publish/", title="公開", name="tests_publish", needs="publish")
def for_publishers(request: StaffRequest) -> HttpResponse:
    return HttpResponse("公開できます")


# Only these tests know the pages; the crawler of all pages must not meet them.
del sockets.pages[-2:]

urlpatterns = [
    path("console/tests/departments/", departments),
    path("console/tests/publish/", for_publishers),
    path("", include(of_the_house)),
]
