"""Staff: who works here, inviting, changing, stopping."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Filter, Listing
from yakuba.console.sockets import ADMINISTRATOR, Section, Staff, StaffRequest, page
from yakuba.kit import clock, wareki
from yakuba.kit.errors import Refusal
from yakuba.townhall import forms, operations, queries
from yakuba.townhall.models import Department, StaffMember

STATES = [("here", _("利用中")), ("not", _("利用していない"))]


def _state(staff: StaffMember) -> str:
    if not staff.is_active:
        return _t("停止中")
    today = clock.today()
    if staff.active_from and today < staff.active_from:
        return _t("これから")
    if staff.active_until and staff.active_until < today:
        return _t("終了")
    return _t("利用中") if staff.has_usable_password() else _t("招待中")


def _keep(people: QuerySet[StaffMember], state: str) -> QuerySet[StaffMember]:
    here = StaffMember.objects.active_on(clock.today()).values("pk")
    return people.filter(pk__in=here) if state == "here" else people.exclude(pk__in=here)


def _of_department(people: QuerySet[StaffMember], pk: str) -> QuerySet[StaffMember]:
    return (
        people.filter(departments__pk=int(pk)) if pk.isdecimal() and len(pk) < 19 else people.none()
    )


def _departments(staff: Staff) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in Department.objects.order_by("order", "pk")]


def _found(people: QuerySet[StaffMember], words: str) -> QuerySet[StaffMember]:
    return people.filter(
        Q(name__icontains=words) | Q(kana__icontains=words) | Q(email__icontains=words)
    )


PEOPLE: Listing[StaffMember] = Listing(
    key="townhall.staff",
    title=_("職員"),
    columns=[
        Column("name", _("氏名"), lambda staff: staff.name, sort="kana"),
        Column(
            "departments",
            _("所属"),
            lambda staff: "、".join(
                f"{one.department.name}（{one.get_role_display()}）"
                for one in staff.memberships.all()
            ),
        ),
        Column("state", _("状態"), _state),
        Column("administrator", _("管理者"), lambda staff: "●" if staff.is_administrator else ""),
        Column(
            "until",
            _("利用終了日"),
            lambda staff: wareki.short(staff.active_until) if staff.active_until else "",
        ),
        Column("email", _("メールアドレス"), lambda staff: staff.email, sort="email"),
    ],
    order="kana",
    empty=Empty(_("職員はまだいません")),
    href=lambda staff: reverse("console:colleague", args=[staff.pk]),
    filters=[
        Filter("state", _("状態"), lambda staff: STATES, _keep),
        Filter("department", _("所属"), _departments, _of_department),
    ],
    search=_found,
    search_hint=_("氏名・よみがな・メール"),
)


@page(
    "settings/staff/",
    title=_("職員"),
    name="staff",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=20,
)
def people(request: StaffRequest) -> HttpResponse:
    rows = StaffMember.objects.prefetch_related("memberships__department")
    here = StaffMember.objects.active_on(clock.today()).count()
    return lists.answer(
        request,
        PEOPLE,
        rows=rows,
        template="townhall/console/people.html",
        context={"here": here, "licences": queries.town().licences},
    )


@page("settings/staff/new/", title=_("職員を招待する"), name="invite", needs=ADMINISTRATOR)
def invite(request: StaffRequest) -> HttpResponse:
    form = forms.Colleague(request.POST or None)
    if form.is_valid():
        try:
            staff = operations.invite(
                email=form.cleaned_data["email"],
                **form.person(),
                places=form.places(),
                by=_me(request),
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(
                request, _t("{name}さんに招待メールを送りました。").format(name=staff.name)
            )
            return redirect("console:staff")
    return render(request, "townhall/console/colleague.html", {"form": form})


@page("settings/staff/<int:staff_id>/", title=_("職員"), name="colleague", needs=ADMINISTRATOR)
def colleague(request: StaffRequest, staff_id: int) -> HttpResponse:
    """One person: what is known, where they work, and the acts that stop or help them."""
    staff = get_object_or_404(StaffMember, pk=staff_id)
    act = request.POST.get("act", "")
    if act:
        return _act(request, staff, act)
    form = forms.Colleague(request.POST or None, staff=staff)
    if form.is_valid():
        try:
            operations.change(staff, **form.person(), places=form.places(), by=_me(request))
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("保存しました。"))
            return redirect("console:staff")
    second_steps = queries.second_factors(staff).count()
    context = {"form": form, "staff": staff, "state": _state(staff), "second_steps": second_steps}
    return render(request, "townhall/console/colleague.html", context)


def _act(request: StaffRequest, staff: StaffMember, act: str) -> HttpResponse:
    me = _me(request)
    try:
        if act == "stop":
            operations.set_active(staff, is_active=False, by=me)
        elif act == "resume":
            operations.set_active(staff, is_active=True, by=me)
        elif act == "invite":
            operations.send_invitation(staff, by=me)
        elif act == "forget":
            operations.forget_second_steps(staff, by=me)
        elif act == "end":
            operations.end_sessions(staff, by=me)
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _t("{name}さんの設定を変えました。").format(name=staff.name))
    return redirect(request.path)


def _me(request: StaffRequest) -> StaffMember:
    return StaffMember.objects.get(pk=request.user.pk)
