"""What residents read about what they handed in, in the three languages."""

from collections.abc import Mapping

from yakuba.procedures.definition import Text

# What the pages say, in the three languages; templates say it by key.
WORDS: Mapping[str, Text] = {
    "title": Text(ja="送った内容", easy="送った もの", en="What you sent"),
    "receipt": Text(ja="受付番号", easy="うけつけ ばんごう", en="Receipt number"),
    "sent": Text(ja="送った日時", easy="送った日", en="Sent on"),
    "state": Text(ja="いまの状態", easy="いま", en="Status"),
    "correct": Text(ja="直す", easy="なおす", en="Change"),
    "can_correct": Text(
        ja="送った内容は、いまなら直せます。",
        easy="いまなら なおせます。",
        en="You can still change what you sent.",
    ),
    "cannot_correct": Text(
        ja="この画面では直せません。直したいときは、{department}（{phone}）にお電話ください。",
        easy="ここでは なおせません。{department}（{phone}）に でんわしてください。",
        en="It cannot be changed here. Please call {department} ({phone}).",
    ),
    "withdraw": Text(ja="取り下げる", easy="とりさげる（やめる）", en="Take back"),
    "withdraw_sure": Text(
        ja="取り下げると、町では対応しません。取り下げたあとで、元に戻すことはできません。",
        easy="とりさげると、町は なにも しません。もとに もどせません。",
        en="The town will not go on with it. This cannot be undone.",
    ),
    "withdraw_ask": Text(
        ja="審査が進んでいるため、町が確かめてから取り下げます。取下げの希望を送りますか？",
        easy="もう 見はじめて います。「とりさげたい」と 町に つたえますか？",
        en="The town has begun to work on it. Shall we tell them that you wish to take it back?",
    ),
    "withdraw_asked": Text(
        ja="取下げの希望を送りました。担当の課からの連絡をお待ちください。",
        easy="「とりさげたい」と つたえました。へんじを まってください。",
        en="We have told the department that you wish to take it back.",
    ),
    "withdraw_title": Text(ja="取り下げますか？", easy="とりさげますか？", en="Take it back?"),
    "keep": Text(ja="取り下げない", easy="とりさげない", en="Keep it"),
    "history": Text(ja="これまでの提出", easy="いままでに 送った日", en="History"),
    "number": Text(ja="{number}回目", easy="{number}かいめ", en="No. {number}"),
    "unchanged": Text(ja="変わったところはありません。", easy="おなじです。", en="No changes."),
    "added": Text(
        ja="「{label}」に答えました。",
        easy="「{label}」に こたえました。",
        en="Answered “{label}”.",
    ),
    "removed": Text(
        ja="「{label}」の答えがなくなりました。",
        easy="「{label}」の こたえが なくなりました。",
        en="“{label}” is no longer answered.",
    ),
    "changed": Text(
        ja="「{label}」を「{before}」から「{after}」に変えました。",
        easy="「{label}」を「{after}」に かえました。",
        en="Changed “{label}” from “{before}” to “{after}”.",
    ),
    "file": Text(ja="ファイルを見る", easy="ファイルを 見る", en="See the file"),
    "asked_for": Text(
        ja="直していただきたいところ", easy="なおして ほしい ところ", en="What to correct"
    ),
    "until": Text(ja="{day}まで", easy="{day}まで", en="Until {day}"),
    "past": Text(
        ja="期限を過ぎています。このままでは進められません。直すか、{department}（{phone}）にお電話ください。",
        easy="もう おそいです。なおすか、{department}（{phone}）に でんわしてください。",
        en="The time is over. Correct it, or call {department} ({phone}).",
    ),
    "correct_only": Text(
        ja="「直す」を押すと、この部分だけを直せます。ほかの答えはそのままです。",
        easy="「なおす」を おすと、ここだけ なおせます。",
        en="Only these answers can be changed; the others stay.",
    ),
    "correct_nothing": Text(
        ja="答えは変えずに、もう一度送れます。上の案内のとおりにしてから、押してください。",
        easy="こたえは そのままで、もういちど 送れます。",
        en="Nothing has to be changed in your answers. Do as the note says, then send again.",
    ),
    "letters": Text(ja="町からの通知", easy="町からの お知らせ", en="Notices"),
    "letter_recalled": Text(
        ja="この決定は取り消され、審査をやり直しています。",
        easy="この おしらせは とりけしました。もういちど 見ています。",
        en="This decision was cancelled and is being looked at again.",
    ),
    "approval": Text(ja="承認の通知（PDF）", easy="みとめた お知らせ（PDF）", en="Approval (PDF)"),
    "issue": Text(ja="交付の通知（PDF）", easy="できた お知らせ（PDF）", en="Issue (PDF)"),
    "rejection": Text(
        ja="不承認の通知（PDF）", easy="みとめない お知らせ（PDF）", en="Rejection (PDF)"
    ),
    "money": Text(ja="お支払い", easy="お金", en="Payment"),
    "pay": Text(ja="内訳を見て支払う", easy="見て はらう", en="See and pay"),
    "receipt_page": Text(ja="内訳・領収の記録", easy="はらった きろく", en="Receipt"),
    "money_due": Text(ja="まだお支払いがありません", easy="まだ です", en="Not paid yet"),
    "money_partly_paid": Text(
        ja="一部だけ支払われています", easy="すこし はらいました", en="Partly paid"
    ),
    "money_paid": Text(ja="支払い済み", easy="はらいました", en="Paid"),
    "money_overpaid": Text(
        ja="多く受け取った分をお返しします", easy="おおい お金を かえします", en="Being refunded"
    ),
    "money_refund_due": Text(ja="返金の手続中です", easy="お金を かえします", en="Being refunded"),
    "see": Text(ja="見る", easy="見る", en="See"),
}
# By `Submission.display`: what it means for the person who handed it in.
_RECEIVED = Text(
    ja="受け付けました。担当の課がこれから確認します。",
    easy="うけつけました。これから 見ます。",
    en="Received. The department will look at it.",
)
_AT_WORK = Text(
    ja="担当の課が審査しています。",
    easy="いま、見ています。",
    en="The department is looking at it.",
)
STATES: Mapping[str, Text] = {
    "new": _RECEIVED,
    "submitted": _RECEIVED,
    "working": Text(
        ja="担当の課が対応しています。",
        easy="いま、やっています。",
        en="The department is working on it.",
    ),
    "resubmitted": Text(
        ja="直していただいた内容を受け付けました。担当の課がこれから確認します。",
        easy="なおした ものを うけつけました。これから 見ます。",
        en="Your correction was received. The department will look at it.",
    ),
    "paid": Text(
        ja="お支払いを確認しました。担当の課がこれから確認します。",
        easy="お金を うけとりました。これから 見ます。",
        en="Your payment was received. The department will look at it.",
    ),
    "under_review": _AT_WORK,
    "proof_doubtful": _AT_WORK,
    "returned": Text(
        ja="直していただきたいところがあります。",
        easy="なおして ほしい ところが あります。",
        en="Something has to be corrected.",
    ),
    "payment_requested": Text(
        ja="お支払いをお待ちしています。",
        easy="お金を はらって ください。",
        en="Waiting for your payment.",
    ),
    "additional_payment": Text(
        ja="追加のお支払いをお待ちしています。",
        easy="お金を もうすこし はらって ください。",
        en="Waiting for an additional payment.",
    ),
    "approved": Text(ja="承認されました。", easy="みとめられました。", en="It has been approved."),
    "issued": Text(ja="交付しました。", easy="できました。", en="It has been issued."),
    "done": Text(ja="対応が終わりました。", easy="おわりました。", en="Done."),
    "rejected": Text(
        ja="承認されませんでした。通知をお読みください。",
        easy="みとめられませんでした。お知らせを 読んでください。",
        en="It was not approved. Please read the notice.",
    ),
    "withdrawn": Text(ja="取り下げました。", easy="とりさげました。", en="You took it back."),
}
