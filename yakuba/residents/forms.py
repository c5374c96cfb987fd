"""What staff type about residents and attributes."""

import unicodedata
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.kit.numbers import counted
from yakuba.residents.models import Attribute, AttributeChoice
from yakuba.residents.operations import Line
from yakuba.townhall.models import Department


class Identification(forms.Form):
    """How a person was identified at the counter, before the record goes to another telephone."""

    identified_by = forms.CharField(
        label=_("本人確認の方法"),
        max_length=200,
        help_text=_("例：窓口で運転免許証を確認。番号は書かないでください。"),
    )
    sure = forms.BooleanField(label=_("新しいLINEアカウントが本人のものであることを確かめました"))


class Reason(forms.Form):
    reason = forms.CharField(
        label=_("削除する理由"),
        max_length=200,
        help_text=_("例：本人から窓口で申し出があった。"),
    )


class Sure(forms.Form):
    sure = forms.BooleanField(label=_("元に戻せないことを確かめました"))


class Entrusting(forms.Form):
    department = forms.ModelChoiceField(
        label=_("住民の台帳を担当する課"),
        queryset=Department.objects.filter(closed_on=None).order_by("order", "pk"),
        help_text=_("担当課は台帳のすべてを扱えます。ほかの課の権限は「権限」で付けます。"),
    )


class NewAttribute(forms.Form):
    label = forms.CharField(label=_("名前"), max_length=60, help_text=_("例：住んでいる地区"))
    key = forms.SlugField(
        label=_("キー"),
        max_length=40,
        help_text=_("英小文字と数字で、あとから変えられません。例：district"),
    )
    kind = forms.ChoiceField(
        label=_("種類"), choices=Attribute.Kind.choices, help_text=_("あとから変えられません。")
    )
    is_sensitive = forms.BooleanField(label=_("少人数のときは人数を表示しない"), required=False)
    is_shown = forms.BooleanField(label=_("受信設定に表示する"), required=False, initial=True)


class AttributeDetails(forms.Form):
    label = forms.CharField(label=_("名前"), max_length=60)
    is_sensitive = forms.BooleanField(label=_("少人数のときは人数を表示しない"), required=False)
    is_shown = forms.BooleanField(label=_("受信設定に表示する"), required=False)
    is_retired = forms.BooleanField(
        label=_("もう使わない（住民が答えたものは残ります）"), required=False
    )


def typed_lines(posted: Any, choices: Sequence[AttributeChoice]) -> list[Line]:
    """Read the table of choices as it was posted: the order is that of the rows, blank new rows are left out.

    Raises:
        django.core.exceptions.ValidationError: a choice lost its name, a name is too long, or an age is none.
    """
    known = {choice.pk for choice in choices}
    retired = set(posted.getlist("retired"))
    columns = [posted.getlist(name) for name in ("choice", "label", "kana", "from_age")]
    lines = []
    for given, label, kana, age in zip_longest(*columns, fillvalue=""):
        pk = counted(given) if counted(given) in known else None
        label, kana = " ".join(label.split()), " ".join(kana.split())
        if pk is None and not label:
            continue
        if not label:
            raise ValidationError(
                _t("名前のない選択肢があります。消すかわりに「使わない」を選びます。")
            )
        if len(label) > 60 or len(kana) > 120:
            raise ValidationError(_t("「{label}…」は長すぎます。").format(label=label[:10]))
        lines.append(
            Line(
                pk=pk,
                label=label,
                kana=kana,
                from_age=_age(age, label),
                is_retired=given in retired,
            )
        )
    return lines


def _age(typed: str, label: str) -> int | None:
    plain = unicodedata.normalize("NFKC", typed).strip().removesuffix("歳")
    if plain and not 0 <= counted(plain) <= 130:
        raise ValidationError(
            _t("「{label}」の年齢は、60のように数字で入力してください。").format(label=label)
        )
    return counted(plain) if plain else None


def moved(lines: Sequence[Line], press: str) -> list[Line]:
    """Return the lines after pressing `up:3` or `down:3`; anything else changes nothing."""
    way, _colon, place = press.partition(":")
    rows = list(lines)
    at = counted(place)
    other = at - 1 if way == "up" else at + 1
    if way in ("up", "down") and 0 <= at < len(rows) and 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    return rows
