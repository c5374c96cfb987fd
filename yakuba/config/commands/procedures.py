"""`yakuba procedures export|import|diff`: procedures as YAML files, for another installation or for keeping."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yakuba.procedures.definition import Definition
    from yakuba.procedures.models import Procedure


def add_to(commands: Any) -> None:
    group = commands.add_parser("procedures", help="procedures as files").add_subparsers(
        dest="action", required=True
    )
    export = group.add_parser("export", help="write the draft of a procedure to a file")
    export.add_argument("slug", help="the name in its link")
    export.add_argument("file", nargs="?", default="-", help="where to; the screen without it")
    export.add_argument("--published", action="store_true", help="the present version instead")
    export.set_defaults(run=_export)
    bring = group.add_parser("import", help="make a draft of a file; publishes nothing")
    bring.add_argument("file", help="- reads what is piped in")
    bring.add_argument("--slug", help="the name in its link; the file's name without it")
    bring.add_argument("--department", help="code of the department, for a new procedure")
    bring.set_defaults(run=_import)
    differ = group.add_parser("diff", help="say what a file would change in the draft")
    differ.add_argument("file")
    differ.add_argument("--slug", help="the name in its link; the file's name without it")
    differ.set_defaults(run=_diff)


def _export(chosen: argparse.Namespace) -> int:
    from yakuba.procedures import definition
    from yakuba.procedures.models import Draft

    procedure = _known(chosen.slug)
    if procedure is None:
        return 2
    if chosen.published:
        if procedure.current is None:
            print(f"「{procedure.title}」は、まだ一度も公開されていません。", file=sys.stderr)
            return 2
        document = procedure.current.document
    else:
        document = Draft.objects.get(procedure=procedure).document
    text = definition.to_yaml(definition.read(document))
    if chosen.file == "-":
        sys.stdout.write(text)
    else:
        Path(chosen.file).write_text(text, encoding="utf-8")
    return 0


def _import(chosen: argparse.Namespace) -> int:
    from yakuba.kit.errors import Refusal
    from yakuba.procedures import definition, operations
    from yakuba.procedures.models import Procedure
    from yakuba.townhall.models import Department

    read = _read(chosen.file)
    if read is None:
        return 1
    slug = chosen.slug or Path(chosen.file).stem
    existing = Procedure.objects.filter(slug=slug).select_related("scope__department").first()
    department = (
        existing.scope.department
        if existing
        else Department.objects.filter(code=chosen.department).first()
    )
    if department is None:
        print("新しい手続です。--department に課のコードを指定してください。", file=sys.stderr)
        return 2
    try:
        procedure, has_changed = operations.import_document(
            department=department, slug=slug, document=definition.document_of(read), staff=None
        )
    except Refusal as no:
        print(no, file=sys.stderr)
        return 1
    words = "下書きにしました。公開は画面から行ってください。" if has_changed else "変わりません。"
    print(f"{procedure.title}（{slug}）：{words}")
    return 0


def _diff(chosen: argparse.Namespace) -> int:
    """Print the difference in sentences; 0 if there is none, 1 if there is, as `diff` does."""
    from yakuba.procedures import definition
    from yakuba.procedures.models import Draft
    from yakuba.procedures.operations import publishing

    read = _read(chosen.file)
    procedure = _known(chosen.slug or Path(chosen.file).stem)
    if read is None or procedure is None:
        return 2
    before = definition.read(Draft.objects.get(procedure=procedure).document)
    if definition.document_of(before) == definition.document_of(read):
        return 0
    for sentence in publishing.changes(before, read) or ["細かな設定だけが変わります。"]:
        print(sentence)
    return 1


def _known(slug: str) -> "Procedure | None":
    from yakuba.procedures.models import Procedure

    procedure = Procedure.objects.filter(slug=slug).select_related("current").first()
    if procedure is None:
        print(f"「{slug}」という手続はありません。", file=sys.stderr)
    return procedure


def _read(file: str) -> "Definition | None":
    """Read a file, and say each reason with its place if it is no procedure of ours."""
    from yakuba.procedures import definition, sockets

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        print(f"{file} を読み取れません。{error}", file=sys.stderr)
        return None
    try:
        return definition.from_yaml(text, kinds=sockets.kinds_known())
    except definition.UnreadableDefinition as unreadable:
        for fault in unreadable.faults:
            print(f"{fault.where}：{fault.sentence}".lstrip("："), file=sys.stderr)
        return None
