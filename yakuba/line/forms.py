"""What staff type about the wire."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock


class Pausing(forms.Form):
    """For how long the bot keeps silent for one person, and why."""

    until = forms.ChoiceField(
        label=_("いつまで止めますか"),
        choices=[
            ("1h", _("1時間後まで")),
            ("today", _("今日の終わりまで")),
            ("tomorrow", _("明日の終わりまで")),
            ("3d", _("3日後の終わりまで")),
            ("7d", _("7日後の終わりまで")),
        ],
        initial="today",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("理由（メモ）"),
        max_length=200,
        required=False,
        help_text=_("この人を担当する職員だけが、記録を残して見られます。"),
    )

    def end(self) -> datetime:
        """Return the chosen end, in business time."""
        days = {"today": 0, "tomorrow": 1, "3d": 3, "7d": 7}
        chosen = self.cleaned_data["until"]
        if chosen == "1h":
            return clock.now() + timedelta(hours=1)
        day = clock.today() + timedelta(days=days[chosen] + 1)
        return datetime.combine(day, time(), clock.JAPAN)
