"""Procedures as YAML files: taken away, and brought in after showing what would change."""

from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.procedures import definition, operations
from yakuba.procedures.console import drafts, forms, making
from yakuba.procedures.models import Draft, Procedure
from yakuba.segments.queries import departments_of_makers
from yakuba.townhall.models import Capability

_SALT = "procedures.upload"
_PATIENCE_SECONDS = 3600


@page(
    "procedures/<uuid:public_id>/file/",
    title=_("ファイルに書き出す"),
    name="procedure_file",
    needs=Capability.DESIGN,
)
def download(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The draft as a file; brought in again, it comes back exactly as it was."""
    procedure = drafts.procedure_for(request, public_id)
    read = definition.read(drafts.draft_of(procedure).document)
    response = HttpResponse(
        definition.to_yaml(read), content_type="application/yaml; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{procedure.slug}.yaml")
    return response


@page(
    "procedures/<uuid:public_id>/upload/",
    title=_("ファイルから取り込む"),
    name="procedure_upload",
    needs=Capability.DESIGN,
)
def upload(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say what a file would change in the draft; taken only when it was read and confirmed."""
    procedure = drafts.procedure_for(request, public_id)
    draft = drafts.draft_of(procedure)
    if "document" in request.POST:
        return _take(request, procedure, draft)
    form = forms.Upload(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "procedure": procedure}
    if form.is_valid():
        read: definition.Definition = form.cleaned_data["file"]
        document = definition.document_of(read)
        before = definition.read(draft.document)
        context |= {
            "is_read": True,
            "is_same": document == draft.document,
            "changes": operations.publishing.changes(before, read),
            "document": signing.dumps(document, salt=_SALT, compress=True),
            "rev": draft.rev,
            "title": read.title.pick("ja"),
        }
    return render(request, "procedures/console/upload.html", context)


def _take(request: StaffRequest, procedure: Procedure, draft: Draft) -> HttpResponse:
    rev = request.POST.get("rev", "")
    try:
        document = signing.loads(request.POST["document"], salt=_SALT, max_age=_PATIENCE_SECONDS)
        operations.save_draft(
            draft,
            document=document,
            rev=int(rev) if rev.isdecimal() else -1,
            words="ファイルから取り込みました。",
            staff=drafts.me(request),
        )
    except signing.BadSignature:
        messages.error(request, _t("時間がたちすぎました。ファイルをもう一度選んでください。"))
        return redirect("console:procedure_upload", procedure.public_id)
    except Refusal as no:
        messages.error(request, str(no))
        return redirect("console:procedure_upload", procedure.public_id)
    messages.success(
        request, _t("ファイルの内容を下書きにしました。「1つもどす」で元にもどせます。")
    )
    return redirect("console:procedure_design", procedure.public_id)


@page("procedures/import/", title=_("ファイルから作る"), name="import_procedure")
def new_from_file(request: StaffRequest) -> HttpResponse:
    """Make a procedure out of a file of another installation."""
    staff = drafts.me(request)
    if not departments_of_makers(staff).exists():
        raise PermissionDenied
    form = forms.NewFromFile(request.POST or None, request.FILES or None, staff=staff)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = operations.make(
                department=said["department"],
                slug=said["slug"] or making.free_slug(),
                document=definition.document_of(said["file"]),
                staff=staff,
            )
        except Refusal as no:
            form.add_error("slug", str(no))
        else:
            messages.success(request, _t("ファイルから下書きを作りました。"))
            return redirect("console:procedure_design", made.public_id)
    return render(request, "procedures/console/import.html", {"form": form})
