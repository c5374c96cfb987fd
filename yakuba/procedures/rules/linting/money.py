"""The linter's look at the fee: can it always be counted, is it asked for, can a provider take it."""

from collections.abc import Iterator

from yakuba.conditions.facts import Kind
from yakuba.procedures.definition import FeeLine
from yakuba.procedures.rules.linting.automatic import parts_of
from yakuba.procedures.rules.linting.conditions import Scope
from yakuba.procedures.rules.linting.findings import Finding, called, called_section, red, yellow
from yakuba.procedures.rules.plans import Plan

# The lowest that all providers take: PayPay and cards take millions, a convenience store 300,000 yen.
MOST_YEN = 300_000
_FEE, _PAYMENT = "手数料", "支払い"


def look(ready: Plan, scope: Scope) -> Iterator[Finding]:
    """Return what is wrong with fee and payment; `scope` knows all questions of the plan."""
    definition = ready.definition
    if definition.fee is None:
        if definition.payment is not None:
            sentence = "支払い方を決めましたが、手数料がありません。手数料を決めるか、支払いを外してください。"
            yield red(_PAYMENT, sentence, "payment")
        return
    if definition.anonymous:
        yield red(_FEE, "匿名の手続では、手数料をいただけません。", "fee")
    if not definition.confirm:
        yield red(_FEE, "手数料があるときは、確認の画面を省けません。", "confirm")
    if definition.payment is None:
        sentence = (
            "手数料をいつ支払うかが決まっていません。「支払い」を決めるまで、請求は行われません。"
        )
        yield yellow(_PAYMENT, sentence, "payment")
    if definition.fee.free_when is not None:
        yield from scope.look(definition.fee.free_when, "無料の条件", "fee.free_when")
    seen: set[str] = set()
    for number, line in enumerate(definition.fee.lines):
        press = f"fee.lines.{number}"
        where = f"{_FEE}「{line.label.pick('ja')}」"
        if line.id in seen:
            yield red(where, f"ID「{line.id}」の手数料が2つ以上あります。", f"{press}.id")
        seen.add(line.id)
        if not line.label.ja:
            yield red(_FEE, "手数料の名前がありません。", f"{press}.label")
        if line.unit == 0:
            yield yellow(where, "金額が0円です。", f"{press}.unit")
        if line.when is not None:
            yield from scope.look(line.when, where, f"{press}.when")
        sentence = _uncountable(ready, line)
        if sentence:
            yield red(where, sentence, f"{press}.quantity_of")
    if all(line.unit <= 0 for line in definition.fee.lines):
        yield red(
            _FEE, "減額だけの手数料になっています。金額のある行を加えてください。", "fee.lines"
        )
    highest = _highest(ready)
    if highest is not None and highest > MOST_YEN:
        sentence = f"合計が{highest:,}円になることがあります。オンラインで払えるのは{MOST_YEN:,}円までです。"
        yield red(_FEE, sentence, "fee.lines")


def _uncountable(ready: Plan, line: FeeLine) -> str:
    """Say why the quantity of a line may not be known."""
    if line.quantity_of is None:
        return ""
    section = ready.section(line.quantity_of)
    if section is not None:
        if section.repeat is None:
            return f"{called_section(section)}は、人ごとにくり返すまとまりではありません。"
        return ""
    step = ready.steps.get(line.quantity_of)
    if step is None:
        return f"数を聞く質問「{line.quantity_of}」がありません。選び直してください。"
    name = called(step.question)
    if step.kind.is_message or step.answering.fact().kind is not Kind.INTEGER:
        return f"{name}は、整数を聞く質問ではありません。整数の質問を選んでください。"
    if step.section.repeat is not None:
        return f"{name}は人ごとに聞く質問なので、数として使えません。"
    if not step.question.required:
        return f"{name}は答えなくてもよい質問です。答えがないと手数料が決まりません。必須にしてください。"
    own = parts_of(line.when)
    needed = [*parts_of(step.section.when), *parts_of(step.question.when)]
    if not all(part in own for part in needed):
        return f"{name}は聞かれないことがあります。この手数料にも、同じ条件を付けてください。"
    return ""


def _highest(ready: Plan) -> int | None:
    """Return the most that it may come to, as far as the quantities have a limit."""
    fee = ready.definition.fee
    total = 0
    for line in fee.lines if fee else ():
        if line.unit <= 0:
            continue
        most = 1
        if line.quantity_of is not None:
            section = ready.section(line.quantity_of)
            step = ready.steps.get(line.quantity_of)
            if section is not None and section.repeat is not None:
                most = section.repeat.max
            elif step is not None:
                limit = step.question.options.get("most")
                if not isinstance(limit, int) or isinstance(limit, bool):
                    return None
                most = limit
        total += line.unit * most
    return total
