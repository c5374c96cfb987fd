from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import engines

from yakuba.ui.icons import ICONS
from yakuba.ui.templatetags import yk


class Wish(forms.Form):
    name = forms.CharField(label="氏名", help_text="住民票のとおりに")
    way = forms.ChoiceField(label="方法", choices=[("a", "郵送")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="同意します")


def draw(template: str, **context: object) -> str:
    from django_cotton.compiler_regex import CottonCompiler

    compiled = CottonCompiler().process(template)
    return str(engines["django"].from_string(compiled).render(context))


class TestForms:
    def test_a_control_carries_our_class(self) -> None:
        html = str(Wish())

        assert 'class="yk-input"' in html
        assert 'class="yk-check"' in html

    def test_hint_and_error_are_linked_to_the_control(self) -> None:
        html = str(Wish({})["name"].as_field_group())

        assert 'aria-describedby="id_name_helptext id_name_error"' in html
        assert 'id="id_name_error"' in html
        assert 'aria-invalid="true"' in html

    def test_the_summary_leads_to_each_field_that_is_wrong(self) -> None:
        html = str(Wish({}))

        for place in ("id_name", "id_way_0", "id_agreed"):
            assert f'href="#{place}"' in html
            assert f'id="{place}"' in html

    def test_what_must_be_answered_says_so(self) -> None:
        assert str(Wish()["name"].as_field_group()).count("必須") == 1

    def test_a_missing_answer_is_asked_for_in_plain_words(self) -> None:
        assert Wish({}).errors == {
            "name": ["入力してください。"],
            "way": ["選んでください。"],
            "agreed": ["チェックを入れてください。"],
        }

    def test_errors_of_the_whole_form_are_said_aloud(self) -> None:
        wish = Wish({})
        wish.add_error(None, "受付は終わりました。")

        assert 'role="alert"' in str(wish.non_field_errors())
        assert "受付は終わりました。" in str(wish.non_field_errors())

    def test_choices_are_a_group_with_its_question(self) -> None:
        html = str(Wish()["way"].as_field_group())

        assert "<fieldset" in html
        assert "<legend" in html


class TestComponents:
    def test_a_button_with_an_address_is_a_link(self) -> None:
        html = draw('<c-button href="/console/" look="outline">もどる</c-button>')

        assert '<a class="yk-button"' in html
        assert 'href="/console/"' in html

    def test_a_button_without_one_is_a_button(self) -> None:
        assert '<button class="yk-button"' in draw("<c-button>保存</c-button>")

    def test_what_is_written_in_a_component_is_escaped(self) -> None:
        html = draw(
            "<c-notice :title='title'>{{ words }}</c-notice>", title="<b>", words="<script>"
        )

        assert "<script>" not in html
        assert "<b>" not in html


class TestWords:
    def test_a_moment_is_the_day_that_it_is_in_japan(self) -> None:
        evening_in_london = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)

        assert yk.wareki(evening_in_london) == "令和8年11月23日（月）"
        assert yk.wareki_time(evening_in_london) == "令和8年11月23日（月）0:30"

    def test_nothing_is_a_dash(self) -> None:
        assert yk.wareki(None) == "—"
        assert yk.wareki_time(None) == "—"
        assert yk.yen(None) == "—"

    def test_a_day_and_money_are_written_as_the_town_hall_does(self) -> None:
        assert yk.wareki(date(2026, 4, 1)) == "令和8年4月1日（水）"
        assert yk.yen(1500) == "1,500円"

    def test_a_mask_does_not_tell_how_long_the_rest_is(self) -> None:
        assert len(yk.masked("神市花子")) == len(yk.masked("神市")) == 5

    @pytest.mark.parametrize("name", sorted(ICONS))
    def test_an_icon_without_a_label_is_passed_over(self, name: str) -> None:
        assert 'aria-hidden="true"' in yk.icon(name)

    def test_an_icon_with_a_label_says_it(self) -> None:
        assert 'role="img" aria-label="検索"' in yk.icon("search", "検索")
