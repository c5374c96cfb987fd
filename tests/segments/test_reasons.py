"""Why did I get this? In sentences for one person, about that person only."""

from datetime import date

import pytest

from tests.cast import make_district, make_interests, make_resident, make_staff
from yakuba.residents import operations as residents
from yakuba.residents.models import Attribute, Resident
from yakuba.segments import operations, queries, sockets
from yakuba.segments.sockets import Group

pytestmark = pytest.mark.django_db

OTOSUGI_OR_YUNOSHO = {
    "fact": "resident.district",
    "operator": "one_of",
    "value": ["otosugi", "yunosho"],
}
SNOW = {"fact": "resident.interests", "operator": "contains_any", "value": ["snow", "events"]}
ADULT = {"fact": "resident.born_on", "operator": "age_at_least", "value": 18}
SMALL = {"fact": "resident.youngest_child_born_on", "operator": "age_at_most", "value": 17}


@pytest.fixture
def hanako() -> Resident:
    make_district()
    make_interests()
    hanako = make_resident(born_on=date(1950, 1, 1))
    residents.keep(hanako, key="district", value="otosugi")
    residents.keep(hanako, key="interests", value=["snow", "garbage"])
    residents.keep_family(hanako, members=[{"name": "一郎", "born_on": date(2020, 1, 1)}])
    hanako.refresh_from_db()
    return hanako


def test_names_the_persons_own_answer_and_not_those_that_others_were_found_by(
    hanako: Resident,
) -> None:
    said = queries.reasons({"all_of": [OTOSUGI_OR_YUNOSHO, SNOW]}, hanako)

    assert said == [
        "住んでいる地区が「音杉」の方にお送りしています。",
        "知りたい情報が「除雪」の方にお送りしています。",
    ]


def test_of_alternatives_only_what_is_true_of_the_person_is_said(hanako: Resident) -> None:
    other = {"fact": "resident.district", "operator": "is", "value": "yunosho"}

    said = queries.reasons({"any_of": [other, ADULT]}, hanako)

    assert said == ["「18歳以上」にあてはまる方にお送りしています。"]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("ja-easy", ["「18歳以上」に あてはまる 人に おくっています。"]),
        ("en", ["This goes to people aged 18 or over."]),
    ],
)
def test_is_said_in_the_language_of_the_person(
    hanako: Resident, language: str, sentences: list[str]
) -> None:
    assert queries.reasons(ADULT, hanako, language) == sentences


def test_nobodys_birth_date_is_told_by_the_age_of_their_children(hanako: Resident) -> None:
    said = queries.reasons(SMALL, hanako)

    assert said == ["登録されたお子さんの年齢にあうお知らせです。"]


def test_of_something_sensitive_only_that_it_was_told_is_said(hanako: Resident) -> None:
    Attribute.objects.filter(key="district").update(is_sensitive=True)
    not_yunosho = {"none_of": [{**OTOSUGI_OR_YUNOSHO, "value": ["yunosho"]}]}

    positive = queries.reasons(OTOSUGI_OR_YUNOSHO, hanako)
    negative = queries.reasons(not_yunosho, hanako)

    assert positive == negative == ["あなたが登録した内容にあうお知らせです。"]


def test_what_has_not_happened_is_a_reason_too(
    hanako: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taps(_names: object) -> list[object]:
        return list(
            sockets.facts_of_happening("x:tapped", label="「除雪」を開いた", group=Group.DELIVERIES)
        )

    monkeypatch.setattr(sockets, "_keyed", [*sockets._keyed, sockets._Keyed("x:", taps)])  # type: ignore[arg-type]
    not_opened = {"none_of": [{"fact": "x:tapped", "operator": "is", "value": True}]}

    before = queries.reasons(not_opened, hanako)
    operations.happened(resident=hanako, key="x:tapped", label="「除雪」を開いた")
    after = queries.reasons(not_opened, hanako)

    assert before == ["「「除雪」を開いた」にはあてはまらない方にお送りしています。"]
    assert after == ["お送りしたときの登録内容では、送る相手にあてはまっていました。"]


def test_everybody_is_a_reason(hanako: Resident) -> None:
    assert queries.reasons(queries.everybody(), hanako) == ["友だちのみなさんにお送りしています。"]


def test_a_condition_that_broke_since_still_has_an_answer(hanako: Resident) -> None:
    gone = {"fact": "resident.moon", "operator": "is", "value": "x"}

    assert queries.reasons(gone, hanako, "en") == [
        "It matched what you had told the town when it was sent."
    ]


@pytest.mark.parametrize("is_tagged", [True, False])
def test_what_staff_wrote_on_people_is_never_told_them(hanako: Resident, is_tagged: bool) -> None:
    clerk = make_staff()
    tag = residents.make_tag(label="滞納の相談", staff=clerk)
    leaf = {"fact": "resident.tags", "operator": "contains", "value": tag.key}
    condition = leaf if is_tagged else {"none_of": [leaf]}
    if is_tagged:
        residents.tag(tag, resident_ids=[hanako.pk], whom="番号で選んだ", staff=clerk)
    else:  # somebody told of nothing would be meant by no "not"
        other = residents.make_tag(label="防災士", staff=clerk)
        residents.tag(other, resident_ids=[hanako.pk], whom="番号で選んだ", staff=clerk)
    hanako.refresh_from_db()

    for language in ("ja", "ja-easy", "en"):
        said = queries.reasons(condition, hanako, language)

        assert len(said) == 1
        assert "滞納" not in said[0]
        assert "タグ" not in said[0]
    assert queries.reasons(condition, hanako) == ["役場の名簿などで選んだ方にお送りしています。"]
