"""What is said of looking somebody up. Nothing says which part of what was typed did not fit."""

from yakuba.procedures.definition import Text

NOT_FOUND = Text(
    ja="入力された内容では、対象の方を確認できませんでした。通知のはがきなどを見て、もう一度お確かめください。"
    "それでも進めないときは、窓口か電話で手続できます。",
    easy="かくにんできませんでした。はがきを 見て、もういちど たしかめてください。できないときは、まどぐちか でんわで できます。",
    en="We could not confirm this with what was entered. Please check it against your letter. "
    "You can also apply at the counter or by telephone.",
)
ALREADY = Text(
    ja="この方の申請は、すでに受け付けています。受付の状況は「マイページ」で確かめられます。心当たりがないときは、窓口か電話でお知らせください。",
    easy="もう 申しこんであります。「マイページ」で たしかめられます。おぼえがないときは、でんわで おしらせください。",
    en="An application for this person has already been received. If you did not make it, please tell us.",
)
AMBIGUOUS = Text(
    ja="入力された内容では、おひとりに決められませんでした。お手数ですが、窓口か電話で手続してください。",
    easy="ひとりに きめられませんでした。まどぐちか でんわで 手つづきしてください。",
    en="What was entered does not lead to one person. Please apply at the counter or by telephone.",
)
CANNOT = Text(
    ja="いまは照らし合わせができません。お手数ですが、窓口か電話で手続してください。",
    easy="いまは たしかめられません。まどぐちか でんわで 手つづきしてください。",
    en="We cannot look this up at the moment. Please apply at the counter or by telephone.",
)
SAID = {"not_found": NOT_FOUND, "already": ALREADY, "ambiguous": AMBIGUOUS}
SHOWN = {
    "found": Text(ja="確認できました", easy="かくにんできました", en="Confirmed"),
    "not_found": Text(
        ja="確認できませんでした", easy="かくにんできませんでした", en="Not confirmed"
    ),
    "already": Text(
        ja="申請を受け付けています", easy="もう 申しこんであります", en="Already applied"
    ),
    "ambiguous": Text(
        ja="確認できませんでした", easy="かくにんできませんでした", en="Not confirmed"
    ),
}
CODE_WRONG = Text(
    ja="確認コードの読み違いがあるようです。お手紙の9文字（例：3F4-K9M-TWG）を、もう一度お確かめください。"
    "数字の0・1・2・5・8と、英字のO・I・L・Z・S・B・U・Vは使っていません。",
    easy="コードが ちがうようです。手紙の 9つの 文字を もういちど 見てください。",
    en="This code cannot be right. Please check the nine letters of your letter, such as 3F4-K9M-TWG.",
)
CODE_HOW = Text(
    ja="お手紙に印刷された9文字を入力してください。例：3F4-K9M-TWG",
    easy="手紙に ある 9つの 文字を 書いてください。れい：3F4-K9M-TWG",
    en="Please enter the nine letters printed in your letter, for example 3F4-K9M-TWG.",
)
