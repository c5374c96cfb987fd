"""What the pages of bookings say to residents, in the three languages."""

from collections.abc import Mapping

from yakuba.procedures.definition import Text

_WORDS: Mapping[str, Text] = {
    "title": Text(ja="施設の予約", easy="しせつの よやく", en="Book a facility"),
    "words": Text(
        ja="空いている日と時間を見て、予約できます。",
        easy="あいている 日を 見て、よやく できます。",
        en="See what is free, and book it.",
    ),
    "none": Text(
        ja="いま予約を受け付けている施設はありません。",
        easy="いま よやく できる ところは ありません。",
        en="Nothing can be booked at the moment.",
    ),
    "choose_day": Text(ja="日を選んでください", easy="日を えらんで ください", en="Choose a day"),
    "other_day": Text(ja="別の日を選ぶ", easy="ほかの 日", en="Another day"),
    "choose_time": Text(
        ja="時間を選んでください", easy="時間を えらんで ください", en="Choose a time"
    ),
    "month_before": Text(ja="前の月", easy="まえの 月", en="Earlier month"),
    "month_after": Text(ja="次の月", easy="つぎの 月", en="Later month"),
    "free": Text(ja="空きあり", easy="あいています", en="free"),
    "some": Text(ja="一部空き", easy="すこし あいています", en="partly free"),
    "full": Text(ja="空きなし", easy="いっぱいです", en="full"),
    "closed": Text(ja="受付なし", easy="できません", en="closed"),
    "legend": Text(
        ja="○ 空きあり　△ 一部空き　× 空きなし　－ 受付なし",
        easy="○ あいています　△ すこし あいています　× いっぱい　－ できません",
        en="○ free　△ partly free　× full　– closed",
    ),
    "starts": Text(ja="始まり", easy="はじめの 時間", en="From"),
    "how_long": Text(ja="使う時間", easy="なん時間", en="For"),
    "taken": Text(ja="予約あり", easy="ほかの人が よやく", en="taken"),
    "held": Text(
        ja="ほかの方が手続き中", easy="ほかの人が えらんでいます", en="somebody is deciding"
    ),
    "too_soon": Text(ja="受付終了", easy="おわりました", en="too late to book"),
    "not_yet": Text(ja="受付前", easy="まだ できません", en="not open yet"),
    "over": Text(ja="終了", easy="おわりました", en="over"),
    "left": Text(ja="残り{left}席", easy="あと {left}", en="{left} left"),
    "seats": Text(ja="人数", easy="なん人", en="How many"),
    "count": Text(ja="数", easy="いくつ", en="How many"),
    "category": Text(ja="料金の区分", easy="だれが つかうか", en="Who uses it"),
    "equipment": Text(ja="借りるもの", easy="かりる もの", en="Equipment"),
    "weeks": Text(
        ja="同じ時間を毎週くり返す", easy="まいしゅう おなじ 時間", en="The same time every week"
    ),
    "once_only": Text(ja="この日だけ", easy="この日 だけ", en="This day only"),
    "n_weeks": Text(ja="{n}回（{n}週間）", easy="{n}かい", en="{n} times"),
    "if_some": Text(
        ja="予約できない日があるとき", easy="できない 日が あるとき", en="If some days are not free"
    ),
    "all_or_none": Text(ja="ひとつも予約しない", easy="ぜんぶ やめる", en="Book none of them"),
    "what_is_free": Text(
        ja="空いている日だけ予約する", easy="あいている 日だけ", en="Book those that are free"
    ),
    "next": Text(ja="内容を確かめる", easy="たしかめる", en="Check"),
    "none_free": Text(
        ja="この日は空いている時間がありません。別の日を選んでください。",
        easy="この日は いっぱいです。ほかの 日を えらんで ください。",
        en="Nothing is free on this day. Please choose another.",
    ),
    "confirm": Text(ja="この内容で予約しますか", easy="これで いいですか", en="Book this?"),
    "book": Text(ja="予約する", easy="よやくする", en="Book"),
    "change_to": Text(ja="この日時に変更する", easy="この 日に かえる", en="Change to this"),
    "back": Text(ja="選び直す", easy="えらびなおす", en="Choose again"),
    "fee": Text(ja="料金", easy="お金", en="Fee"),
    "free_of_charge": Text(ja="無料", easy="お金は いりません", en="Free of charge"),
    "total": Text(ja="合計", easy="ぜんぶで", en="Total"),
    "pay_now": Text(
        ja="予約のあと{minutes}分以内にお支払いください。お支払いがないと、予約は取り消されます。",
        easy="{minutes}分の あいだに お金を はらって ください。",
        en="Please pay within {minutes} minutes, or the booking is not kept.",
    ),
    "cancel_rule": Text(ja="取消料", easy="やめるときの お金", en="If you cancel"),
    "cancel_step": Text(
        ja="利用の{hours}時間前を過ぎたら料金の{percent}％",
        easy="{hours}時間まえ からは {percent}％",
        en="{percent}% less than {hours} hours before",
    ),
    "cancel_free": Text(ja="取消料はかかりません", easy="お金は かかりません", en="No charge"),
    "grace": Text(
        ja="予約してから{minutes}分間は、取消料なしで取り消せます。",
        easy="{minutes}分の あいだは お金は かかりません。",
        en="Within {minutes} minutes of booking you can cancel without charge.",
    ),
    "approval": Text(
        ja="担当者が確認してから確定します。結果はLINEでお知らせします。",
        easy="やくばの 人が 見てから きまります。LINEで おしえます。",
        en="A clerk confirms it. You will be told on LINE.",
    ),
    "booking": Text(ja="予約", easy="よやく", en="Booking"),
    "number": Text(ja="予約番号", easy="よやく ばんごう", en="Booking number"),
    "when": Text(ja="日時", easy="いつ", en="When"),
    "where": Text(ja="場所", easy="どこ", en="Where"),
    "to_bring": Text(ja="持ち物・注意", easy="もってくる もの", en="Please note"),
    "call": Text(ja="お問い合わせ", easy="わからない とき", en="Questions"),
    "pay": Text(ja="料金を支払う", easy="お金を はらう", en="Pay"),
    "pay_until": Text(
        ja="{until}までにお支払いください。",
        easy="{until}までに はらって ください。",
        en="Please pay by {until}.",
    ),
    "change": Text(ja="日時を変更する", easy="日を かえる", en="Change"),
    "cancel": Text(ja="予約を取り消す", easy="よやくを やめる", en="Cancel"),
    "cancel_ask": Text(
        ja="この予約を取り消しますか", easy="よやくを やめますか", en="Cancel this booking?"
    ),
    "cancel_cost": Text(
        ja="取消料は{yen}円です。", easy="{yen}円 かかります。", en="You will be charged {yen} yen."
    ),
    "keep": Text(ja="取り消さない", easy="やめない", en="Keep it"),
    "missed": Text(ja="予約できなかった日", easy="できなかった 日", en="Could not be booked"),
    "map": Text(ja="地図で見る", easy="ちずを 見る", en="Map"),
    "reason": Text(ja="理由", easy="りゆう", en="Reason"),
}

STATES: Mapping[str, Text] = {
    "held": Text(ja="仮予約（お支払い待ち）", easy="お金を まっています", en="Waiting for payment"),
    "pending": Text(ja="承認待ち", easy="やくばが 見ています", en="Waiting for approval"),
    "confirmed": Text(ja="予約済み", easy="よやく できました", en="Confirmed"),
    "cancelled": Text(ja="取り消しました", easy="やめました", en="Cancelled"),
    "expired": Text(ja="期限切れ", easy="おわりました", en="Not paid in time"),
    "done": Text(ja="利用済み", easy="おわりました", en="Used"),
    "no_show": Text(ja="来館なし", easy="来ませんでした", en="Did not come"),
}


def words_in(language: str) -> dict[str, str]:
    return {key: text.pick(language) for key, text in _WORDS.items()}
