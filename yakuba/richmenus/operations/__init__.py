"""Everything about menus that writes.

`making` (drafts), `publishing` (versions), `ruling` (who sees which, and disaster mode), `deciding` (judging
people, planning what LINE is told), `linking` (what LINE said), `laying` and `mirroring` (LINE's own copies),
`watching` (every night).
"""

from yakuba.richmenus.operations.deciding import (
    again_with_failures,
    decide_all,
    decide_for,
    doubt,
    hurry,
    meet_again,
    plan,
    retry,
)
from yakuba.richmenus.operations.linking import forget
from yakuba.richmenus.operations.making import make, rename, save_draft, undo
from yakuba.richmenus.operations.mirroring import mirror, wake
from yakuba.richmenus.operations.publishing import (
    bring_back,
    cancel_schedule,
    import_document,
    publish,
    remove,
    restore,
    schedule,
)
from yakuba.richmenus.operations.ruling import (
    add_rule,
    begin_disaster,
    change_rule,
    end_rule,
    extend_disaster,
    set_default,
)
from yakuba.richmenus.operations.watching import check_links, line_says, nightly

__all__ = [
    "add_rule",
    "again_with_failures",
    "begin_disaster",
    "bring_back",
    "cancel_schedule",
    "change_rule",
    "check_links",
    "decide_all",
    "decide_for",
    "doubt",
    "end_rule",
    "extend_disaster",
    "forget",
    "hurry",
    "import_document",
    "line_says",
    "make",
    "meet_again",
    "mirror",
    "nightly",
    "plan",
    "publish",
    "remove",
    "rename",
    "restore",
    "retry",
    "save_draft",
    "schedule",
    "set_default",
    "undo",
    "wake",
]
