"""What may be unwise in a register's question: what the linter says to the clerk who draws it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from yakuba.procedures.rules.answering import OptionFault
from yakuba.registers import queries
from yakuba.registers.rules.matching import MATCHED

if TYPE_CHECKING:
    from yakuba.registers.kinds.register import RegisterOptions


def faults(options: RegisterOptions) -> list[OptionFault]:
    """Say what is wrong with register and columns as they stand today."""
    if not options.register_id:
        return [OptionFault("register_id", "どの台帳と照らし合わせるかを選んでください。")]
    columns = queries.column_keys(options.register_id)
    if not columns:
        return [
            OptionFault(
                "register_id", "選ばれていた台帳は、もうありません。別の台帳を選んでください。"
            )
        ]
    return [*_of_pairs(options, columns), *_of_columns(options, columns)]


def _of_pairs(options: RegisterOptions, columns: dict[str, str]) -> Iterator[OptionFault]:
    pairs = [one for one in options.pairs if one.column and one.question]
    if not pairs and not options.letter_code:
        yield OptionFault("pairs", "何を照らし合わせるか、列と質問の組を1つ以上選んでください。")
    for place, one in enumerate(options.pairs):
        if not one.column or not one.question:
            yield OptionFault(f"pairs.{place}", "列と質問の両方を選んでください。")
        elif one.column in columns and columns[one.column] not in MATCHED:
            yield OptionFault(
                f"pairs.{place}", "数・金額・選択肢・はいいいえの列では、人を探せません。"
            )
    if len(pairs) == 1 and not options.letter_code and columns.get(pairs[0].column) != "code":
        yield OptionFault(
            "pairs",
            "1つの列だけでは、ほかの人になりすませます。生年月日や通知番号も照らし合わせてください。",
            is_red=False,
        )


def _of_columns(options: RegisterOptions, columns: dict[str, str]) -> Iterator[OptionFault]:
    used = [(f"pairs.{place}", one.column) for place, one in enumerate(options.pairs)]
    used += [(f"fills_in.{place}", one.column) for place, one in enumerate(options.fills_in)]
    used += [("branch", options.branch), ("counts", options.counts)]
    for where, column in used:
        if column and column not in columns:
            yield OptionFault(
                where, "選ばれていた列が、台帳からなくなりました。選び直してください。"
            )
    if columns.get(options.branch, "choice") != "choice":
        yield OptionFault("branch", "分けられるのは、選択肢の列だけです。")
    if columns.get(options.counts, "number") != "number":
        yield OptionFault("counts", "1つずつ減らせるのは、数の列だけです。")
