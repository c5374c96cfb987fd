"""`yakuba menus export|import`: menus as YAML files, for another installation or for keeping."""

import argparse
import sys
from pathlib import Path
from typing import Any


def add_to(commands: Any) -> None:
    group = commands.add_parser("menus", help="menus as files").add_subparsers(
        dest="action", required=True
    )
    export = group.add_parser("export", help="write the draft of a menu to a file")
    export.add_argument("key", help="the name of its file")
    export.add_argument("file", nargs="?", default="-", help="where to; the screen without it")
    export.add_argument("--published", action="store_true", help="the present version instead")
    export.set_defaults(run=_export)
    bring = group.add_parser("import", help="make a draft of a file; publishes nothing")
    bring.add_argument("file")
    bring.add_argument("--key", help="the name of the menu; the file's name without it")
    bring.add_argument("--department", help="code of the department, for a new menu")
    bring.set_defaults(run=_import)


def _export(chosen: argparse.Namespace) -> int:
    from yakuba.richmenus import definition, queries
    from yakuba.richmenus.models import RichMenu

    menu = RichMenu.objects.filter(key=chosen.key).select_related("current", "draft").first()
    if menu is None:
        print(f"「{chosen.key}」というメニューはありません。", file=sys.stderr)
        return 2
    if chosen.published and menu.current is None:
        print(f"「{menu.name}」は、まだ一度も公開されていません。", file=sys.stderr)
        return 2
    text = definition.to_yaml(queries.as_file(menu, is_published=chosen.published))
    if chosen.file == "-":
        sys.stdout.write(text)
    else:
        Path(chosen.file).write_text(text, encoding="utf-8")
    return 0


def _import(chosen: argparse.Namespace) -> int:
    from yakuba.kit.errors import Refusal
    from yakuba.richmenus import definition, operations
    from yakuba.richmenus.models import RichMenu
    from yakuba.townhall.models import Department

    try:
        whole = definition.from_yaml(Path(chosen.file).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, definition.UnreadableMenu) as error:
        print(f"{chosen.file} を読み取れません。{error}", file=sys.stderr)
        return 1
    key = chosen.key or Path(chosen.file).stem
    existing = RichMenu.objects.filter(key=key).select_related("scope__department").first()
    code = chosen.department or whole.get("department")
    department = (
        existing.scope.department if existing else Department.objects.filter(code=code).first()
    )
    if department is None:
        print("新しいメニューです。--department に課のコードを指定してください。", file=sys.stderr)
        return 2
    try:
        menu, has_changed = operations.import_document(
            department=department,
            key=key,
            name=str(whole.get("name") or key),
            document=whole["menu"],
            staff=None,
        )
    except (Refusal, definition.UnreadableMenu) as no:
        print(no, file=sys.stderr)
        return 1
    words = "下書きにしました。公開は画面から行ってください。" if has_changed else "変わりません。"
    print(f"{menu.name}（{key}）：{words}")
    return 0
