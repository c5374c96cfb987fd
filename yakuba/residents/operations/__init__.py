"""Meeting people, remembering what they tell us, and forgetting them."""

from yakuba.residents.operations.ageing import settle_bands
from yakuba.residents.operations.attributes import (
    AgeTwice,
    KeyTaken,
    LabelTwice,
    Line,
    add_attribute,
    change_attribute,
    define_attribute,
    keep_choices,
)
from yakuba.residents.operations.keeping import (
    NotYetBorn,
    UnknownAttribute,
    UnknownChoice,
    Value,
    keep,
    keep_family,
)
from yakuba.residents.operations.meeting import (
    befriend,
    call,
    meet,
    part,
    rewrite_names,
    see,
    set_reading,
    set_tester,
)
from yakuba.residents.operations.moving import (
    AlreadyAttached,
    CannotTakeBack,
    reattach,
    take_back,
)
from yakuba.residents.operations.parting import (
    NotAsked,
    SecondPersonNeeded,
    agree_to_forget,
    ask_to_forget,
    entrust,
    forget,
    keep_after_all,
)
from yakuba.residents.operations.tagging import make_tag, tag, untag

__all__ = [
    "AgeTwice",
    "AlreadyAttached",
    "CannotTakeBack",
    "KeyTaken",
    "LabelTwice",
    "Line",
    "NotAsked",
    "NotYetBorn",
    "SecondPersonNeeded",
    "UnknownAttribute",
    "UnknownChoice",
    "Value",
    "add_attribute",
    "agree_to_forget",
    "ask_to_forget",
    "befriend",
    "call",
    "change_attribute",
    "define_attribute",
    "entrust",
    "forget",
    "keep",
    "keep_after_all",
    "keep_choices",
    "keep_family",
    "make_tag",
    "meet",
    "part",
    "reattach",
    "rewrite_names",
    "see",
    "set_reading",
    "set_tester",
    "settle_bands",
    "tag",
    "take_back",
    "untag",
]
