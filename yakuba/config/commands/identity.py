"""`yakuba identity verify`: whether what was proven years ago still holds."""

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    group = commands.add_parser("identity", help="proofs with the My Number card").add_subparsers(
        dest="action", required=True
    )
    verify = group.add_parser(
        "verify",
        help="verify evidence again: by a receipt number, or `all`",
    )
    verify.add_argument("which", help="a receipt number such as 08-7K3M9QA-2, or all")
    verify.set_defaults(run=_verify)


def _verify(chosen: argparse.Namespace) -> int:
    from yakuba.identity import operations
    from yakuba.submissions.models import Revision

    run_ids = None
    if chosen.which != "all":
        wanted = chosen.which.strip().upper()
        found = Revision.objects.filter(submission__receipt_no=wanted)
        run_ids = list(found.values_list("run_id", flat=True))
        if not run_ids:
            print(f"受付番号{wanted}のものはありません。")
            return 2
    verdicts = [operations.verify_again(one) for one in operations.evidence_to_verify(run_ids)]
    for verdict in verdicts:
        mark = "よし" if verdict.is_whole else "だめ"
        print(f"{mark}　{verdict.evidence.check_of_id}　{verdict.words}")
    broken = sum(not verdict.is_whole for verdict in verdicts)
    print(f"{len(verdicts)}件を検証しました。合わないもの：{broken}件")
    return 1 if broken else 0
