"""What is typed into the style guide: one of each kind of field, right and wrong."""

from django import forms
from django.utils.translation import gettext_lazy as _


class Sample(forms.Form):
    name = forms.CharField(
        label=_("氏名"), help_text=_("住民票のとおりに入力してください。例：神市　花子")
    )
    email = forms.EmailField(label=_("メールアドレス"), required=False)
    born_on = forms.DateField(
        label=_("生年月日"), help_text=_("例：昭和26年4月1日"), widget=forms.TextInput
    )
    people = forms.IntegerField(label=_("人数"), min_value=1, required=False)
    district = forms.ChoiceField(
        label=_("地区"), choices=[("", _("選んでください")), ("a", _("本町")), ("b", _("上市"))]
    )
    contact = forms.ChoiceField(
        label=_("連絡の方法"),
        choices=[("line", "LINE"), ("phone", _("電話")), ("letter", _("郵送"))],
        widget=forms.RadioSelect,
    )
    interests = forms.MultipleChoiceField(
        label=_("関心のあること"),
        choices=[("child", _("子育て")), ("disaster", _("防災")), ("event", _("催し"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(label=_("ご意見"), widget=forms.Textarea(attrs={"rows": 3}))
    photo = forms.FileField(label=_("写真"), required=False)
    agreed = forms.BooleanField(label=_("個人情報の取り扱いに同意します"))
