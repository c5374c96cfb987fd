"""What photos and files share: several in one answer, each known by the id that `files` gave it."""

import uuid

from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import posted_list, wrong
from yakuba.procedures.rules.answering import At, Given, More, Wrong
from yakuba.procedures.rules.inputs import Raw
from yakuba.procedures.rules.says import Choice
from yakuba.procedures.rules.values import Value

DONE = "done"
_ENOUGH = ("これで終わり", "終わり", "おわり", "以上", "これで全部", "ok", "はい")

THAT_IS_ALL = Text(ja="これで終わり", easy="これで おわり", en="That is all")
GOT = Text(
    ja="{count}{unit}受け取りました。あと{left}{unit}送れます。終わったら「これで終わり」を押してください。",
    easy="{count}{unit} うけとりました。おわったら「これで おわり」を おしてください。",
    en="{count} received, {left} more possible. Press “That is all” when you are done.",
)
TOO_MANY = Text(
    ja="{most}{unit}までにしてください。",
    easy="{most}{unit}まで おくれます。",
    en="At most {most}, please.",
)
TOO_FEW = Text(
    ja="{least}{unit}以上送ってください。",
    easy="{least}{unit} いじょう おくってください。",
    en="At least {least}, please.",
)
NOT_OURS = Text(
    ja="送られたファイルを確かめられませんでした。もう一度選んでください。",
    easy="ファイルが わかりませんでした。もういちど えらんでください。",
    en="We could not find that file. Please choose it again.",
)


def ids_in(value: Value) -> list[str]:
    """Return the file ids of a stored answer.

    Raises:
        TypeError: there is something else; a stored answer was damaged.
    """
    if not isinstance(value, list):
        raise TypeError(f"files were stored here, not {type(value).__name__}")
    return [str(one["file"]) for one in value if isinstance(one, dict)]


def entries_in(value: Value) -> list[Value]:
    return list(value) if isinstance(value, list) else []


def with_one_more(so_far: Value, entry: Value, *, most: int) -> Given | More:
    """Add one; the answer is whole when no more are taken."""
    entries = [*entries_in(so_far), entry]
    return Given(list(entries)) if len(entries) >= most else More(list(entries))


def enough(so_far: Value, said: str) -> Given | None:
    """Return the answer when somebody says that these are all."""
    if so_far and said.strip("。.!！").casefold() in _ENOUGH:
        return Given(list(entries_in(so_far)))
    return None


def done_button(so_far: Value, at: At) -> tuple[Choice, ...]:
    return (Choice(DONE, THAT_IS_ALL.pick(at.language)),) if so_far else ()


def got(so_far: Value, at: At, *, most: int, unit: str) -> str:
    count = len(entries_in(so_far))
    return GOT.pick(at.language).format(count=count, left=most - count, unit=unit) if count else ""


def posted_ids(raw: Raw, at: At) -> list[str] | Wrong:
    """Return the ids of a form, each once."""
    ids = list(dict.fromkeys(posted_list(raw)))
    for one in ids:
        try:
            uuid.UUID(one)
        except ValueError:
            return wrong(NOT_OURS, at)
    return ids


def wrong_number(value: Value, at: At, *, least: int, most: int, unit: str) -> Wrong | None:
    count = len(entries_in(value))
    if count > most:
        return wrong(TOO_MANY, at, most=most, unit=unit)
    return wrong(TOO_FEW, at, least=least, unit=unit) if count < least else None


def sample_id(number: int) -> str:
    return str(uuid.UUID(int=number))
