"""One procedure as a whole: making it, copying it, opening and closing it, its link and QR code."""

import secrets
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.procedures import definition, operations
from yakuba.procedures.console import drafts, forms, samples
from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.portal import liff_address
from yakuba.segments.queries import departments_of_makers
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may


@page("procedures/new/", title=_("手続を作る"), name="new_procedure")
def new(request: StaffRequest) -> HttpResponse:
    """Begin a procedure, from nothing or from a ready one; open to makers, who need no scope yet."""
    staff = drafts.me(request)
    if not departments_of_makers(staff).exists():
        raise PermissionDenied
    form = forms.NewProcedure(request.POST or None, staff=staff)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = operations.make(
                department=said["department"],
                slug=said["slug"] or free_slug(),
                document=samples.document_for(
                    said["beginning"], kind=said["kind"], title=said["title"]
                ),
                staff=staff,
            )
        except Refusal as no:
            form.add_error("slug", str(no))
        else:
            return redirect("console:procedure_design", made.public_id)
    return render(request, "procedures/console/new.html", {"form": form})


def free_slug() -> str:
    """Return a name for links that nobody has to think of."""
    return f"t{secrets.token_hex(4)}"


@page("procedures/<uuid:public_id>/", title=_("手続"), name="procedure", needs=Capability.VIEW)
def procedure(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What there is of a procedure: its state, its versions, its link, and what may be done with it."""
    one = drafts.procedure_for(request, public_id, Capability.VIEW)
    staff = drafts.me(request)
    counts = Run.objects.filter(procedure=one).aggregate(
        done=Count("pk", filter=Q(status=Run.Status.DONE, corrects=None)),
        active=Count("pk", filter=Q(status=Run.Status.ACTIVE, version__isnull=False)),
    )
    context = {
        "procedure": one,
        "counts": counts,
        "may_design": may(staff, Capability.DESIGN, one.scope),
        "may_publish": may(staff, Capability.PUBLISH, one.scope),
        "is_administrator": staff.is_administrator,
        "versions": one.versions.select_related("published_by").order_by("-number")[:5],
        "keywords": [keyword.word for keyword in one.keywords.all()],
    }
    return render(request, "procedures/console/procedure.html", context)


@page(
    "procedures/<uuid:public_id>/status/",
    title=_("受付の状態"),
    name="procedure_status",
    needs=Capability.PUBLISH,
)
def status(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Stop taking, take again, put away."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = drafts.procedure_for(request, public_id, Capability.PUBLISH)
    staff = drafts.me(request)
    acts = {"pause": operations.pause, "reopen": operations.reopen, "archive": operations.archive}
    act = request.POST.get("act", "")
    if act not in acts:
        raise Http404
    try:
        acts[act](one, staff=staff)
    except Refusal as no:
        messages.error(request, str(no))
    else:
        words = {
            "pause": "受付を止めました。",
            "reopen": "受付を始めました。",
            "archive": "保管しました。",
        }
        messages.success(request, words[act])
    return redirect("console:procedure", public_id)


@page(
    "procedures/<uuid:public_id>/joining/",
    title=_("友だち追加のときに始める"),
    name="procedure_joining",
    needs="administrator",
)
def joining(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Let this procedure begin whenever somebody becomes a friend: for the administrator alone."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = drafts.procedure_for(request, public_id, Capability.PUBLISH)
    try:
        operations.start_on_joining(one, staff=drafts.me(request))
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _t("友だち追加のときに、この手続が始まります。"))
    return redirect("console:procedure", public_id)


@page(
    "procedures/<uuid:public_id>/copy/",
    title=_("写しを作る"),
    name="procedure_copy",
    needs=Capability.DESIGN,
)
def copy(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Make a new procedure out of the draft of this one."""
    one = drafts.procedure_for(request, public_id)
    staff = drafts.me(request)
    form = forms.CopyOfProcedure(
        request.POST or None, staff=staff, initial={"department": one.scope.department}
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = operations.copy(
                one, slug=said["slug"] or free_slug(), department=said["department"], staff=staff
            )
        except Refusal as no:
            form.add_error("slug", str(no))
        else:
            messages.success(request, _t("写しを作りました。公開するまで住民には見えません。"))
            return redirect("console:procedure_design", made.public_id)
    return render(request, "procedures/console/copy.html", {"form": form, "procedure": one})


@page(
    "procedures/<uuid:public_id>/link/",
    title=_("リンクとQRコード"),
    name="procedure_link",
    needs=Capability.VIEW,
)
def link(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The address that starts the procedure inside LINE, and a QR code to print."""
    one = drafts.procedure_for(request, public_id, Capability.VIEW)
    address = liff_address(one)
    context = {
        "procedure": one,
        "address": address,
        "code": mark_safe(_code(address).svg_inline(border=4, omitsize=True)),  # squares only
        "summary": _summary(one),
        "is_demo": settings.ENVIRONMENT == "demo",
    }
    return render(request, "procedures/console/link.html", context)


@page(
    "procedures/<uuid:public_id>/link/qr.svg",
    title=_("QRコード"),
    name="procedure_qr",
    needs=Capability.VIEW,
)
def qr(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The QR code as a file, for posters and the public magazine."""
    one = drafts.procedure_for(request, public_id, Capability.VIEW)
    drawn: str = _code(liff_address(one)).svg_inline(scale=10, border=4)
    # What stands in a page needs no namespace, a file does.
    file = drawn.replace(
        "<svg ", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" ', 1
    )
    response = HttpResponse(file, content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{one.slug}.svg"'
    return response


def _code(address: str) -> segno.QRCode:
    # A quarter of the code may be soiled or cut off on a poster.
    return segno.make_qr(address, error="q")


def _summary(one: Procedure) -> str:
    if one.current is None:
        return ""
    summary = definition.read(one.current.document).summary
    return summary.pick("ja") if summary else ""
