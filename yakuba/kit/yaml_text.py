"""YAML that a person wrote: read without surprises, and with a place for every complaint.

PyYAML reads YAML 1.1, where `yes`, `no` and `on` are truths, `12:30` is 750, and the second of two
equal keys wins silently. Here a truth is `true` or `false` (YAML 1.2), a number is a number, and
whatever else stands there is text. Dates stay texts. An alias is refused: a small file must not
unfold into a huge one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from yaml.reader import ReaderError


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file, counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}行目の{self.column}文字目"


class NotReadable(ValueError):
    """The text is no YAML of ours: `place` says where, `sentence` why, to whoever wrote it."""

    def __init__(self, sentence: str | Promise, place: Place | None = None) -> None:
        super().__init__(f"{place}：{sentence}" if place else str(sentence))
        self.sentence, self.place = str(sentence), place


@dataclass(frozen=True, slots=True)
class Written:
    """What a text says, and where it says it: `places` by path (`sections.2.questions.0.kind`)."""

    value: Any
    places: Mapping[str, Place]

    def place_of(self, path: str) -> Place | None:
        """Return where `path` stands, or what is nearest above it if nobody wrote it."""
        steps = path.split(".")
        for length in range(len(steps), -1, -1):
            found = self.places.get(".".join(steps[:length]))
            if found is not None:
                return found
        return None


def load(text: str) -> Written:
    """Read one document.

    Raises:
        NotReadable: it is no YAML, has an alias, or says one thing twice.
    """
    try:
        loader = _Loader(text)
    except ReaderError as error:
        before = text[: error.position]
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise NotReadable(_("使えない文字が入っています。"), place) from None
    try:
        node = loader.get_single_node()
        if node is None:
            return Written(None, {})
        places = dict(_places(node, ""))
        return Written(loader.construct_document(node), places)
    except yaml.YAMLError as error:
        raise NotReadable(_why(error), _place_of(error)) from None
    except (ValueError, OverflowError):  # a number that is none
        raise NotReadable(_UNKNOWN) from None
    except RecursionError:
        raise NotReadable(_("入れ子が深すぎます。")) from None
    finally:
        loader.dispose()


class _Twice(yaml.MarkedYAMLError):
    pass


class _Alias(yaml.MarkedYAMLError):
    pass


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            alias: yaml.AliasEvent = self.get_event()  # type: ignore[no-untyped-call]
            raise _Alias(problem_mark=alias.start_mark)  # type: ignore[arg-type]
        return super().compose_node(parent, index)


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, Any]:
    """Take keys as they are written, as JSON does: `1:` and `yes:` are texts."""
    return {_key(key): loader.construct_object(value, deep=True) for key, value in node.value}


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise yaml.MarkedYAMLError(problem="found unhashable key", problem_mark=node.start_mark)
    return str(node.value)


_TRUTH = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_WHOLE = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_FRACTION = re.compile(
    r"^(?:[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|[-+]?\.[0-9]+(?:[eE][-+][0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)
_NOTHING = re.compile(r"^(?:~|null|Null|NULL|)$")
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", _TRUTH, "tTfF"),
    ("int", _WHOLE, "-+0123456789"),
    ("float", _FRACTION, "-+0123456789."),
    ("null", _NOTHING, ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, list(_first))


def _places(node: yaml.Node, path: str) -> Iterator[tuple[str, Place]]:
    """Walk over the nodes: where each value begins; for what has a key, where the key begins."""
    if not path:
        yield "", _at(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = _key(key)
            if name in seen:
                raise _Twice(problem=name, problem_mark=key.start_mark)
            seen.add(name)
            below = f"{path}.{name}" if path else name
            yield below, _at(key.start_mark)
            yield from _places(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            below = f"{path}.{number}" if path else str(number)
            yield below, _at(value.start_mark)
            yield from _places(value, below)


def _at(mark: yaml.Mark) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _place_of(error: yaml.YAMLError) -> Place | None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return _at(mark) if mark else None


_UNKNOWN = _("YAMLとして読み取れません。字下げや記号を確かめてください。")
# What PyYAML says (scanner.py, parser.py), and what to do about it.
_SENTENCES: dict[str, str | Promise] = {
    "mapping values are not allowed here": _(
        '「:」がここに来ることはできません。字下げをそろえるか、文を「"」で囲んでください。'
    ),
    "could not find expected ':'": _("「:」がありません。"),
    "found character '\\t' that cannot start any token": _(
        "字下げにタブは使えません。空白（スペース）にしてください。"
    ),
    "found unexpected end of stream": _("「\"」か「'」が閉じていません。"),
    "expected ',' or ']', but got": _("「[」が閉じていません。"),
    "expected ',' or '}', but got": _("「{」が閉じていません。"),
    "expected <block end>, but found": _("字下げが前の行とそろっていません。"),
    "expected the node content, but found": _("「[」か「{」が閉じていないか、値がありません。"),
    "expected a single document": _("1つのファイルに2つの文書が入っています。"),
    "could not determine a constructor for the tag": _("「!」で始まる書き方は使えません。"),
    "found unhashable key": _("項目の名前は文字で書いてください。"),
    "found unknown escape character": _(
        "「\\」のあとの文字を読み取れません。「\\\\」と書いてください。"
    ),
    "cannot start any token": _('この記号で始めることはできません。文を「"」で囲んでください。'),
}


def _why(error: yaml.YAMLError) -> str | Promise:
    if isinstance(error, _Alias):
        return _("「*」で前の部分を引くことはできません。もう一度書いてください。")
    if isinstance(error, _Twice):
        return _("「{name}」が2回書かれています。").format(name=error.problem)
    words = " ".join(str(getattr(error, part, None) or "") for part in ("context", "problem"))
    return next((said for known, said in _SENTENCES.items() if known in words), _UNKNOWN)


def dump(document: object) -> str:
    """Write a document as a person would: in its order, letters as they are, long texts as blocks."""
    text: str = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text


class _Dumper(yaml.SafeDumper):
    """Nothing refers to anything else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
