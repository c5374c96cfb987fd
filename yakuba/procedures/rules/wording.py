"""What the engine itself says, in three languages: plain words, one idea per sentence."""

from yakuba.procedures.definition import in_three
from yakuba.procedures.rules.inputs import Document, Photo, Picked, Placed, Sent, Sticker, Voice

BACK = in_three("もどる", "もどる", "Back")
SKIP = in_three("答えずに進む", "こたえないで つぎへ", "Skip")
KEEP = in_three("このままでよい", "このままで いい", "Keep this answer")
SHOW_ALL = in_three("いまの答えを見る", "いまの こたえを 見る", "Show my answers")
LATER = in_three("あとで続ける", "あとで つづける", "Continue later")
STOP = in_three("やめる", "やめる", "Stop")
PERSON = in_three("人に聞く", "人に 聞く", "Ask a person")
RESTART = in_three("はじめからやり直す", "はじめから やりなおす", "Start over")
CONTINUE = in_three("続ける", "つづける", "Continue")
SUBMIT = in_three("この内容で送る", "これで おくる", "Send")
ENOUGH = in_three("これで終わり", "これで おわり", "That is all")
ONE_MORE = in_three("もう1人追加する", "もう1人 ふやす", "Add one more")
FIRST_ONE = in_three("追加する", "ふやす", "Add")
MORE_WAYS = in_three("そのほか", "そのほか", "More")
WHICH_WAY = in_three("どうなさいますか。", "どう しますか。", "What would you like to do?")
BY_PAGE = in_three("ページで答える", "ページで こたえる", "Answer on a page")
ONCE_MORE = in_three("もう一度答える", "もういちど こたえる", "Try again")
YES_STOP = in_three("はい、やめます", "はい、やめます", "Yes, stop")
YES_RESTART = in_three("はい、やり直します", "はい、やりなおします", "Yes, start over")
NO = in_three("いいえ、続けます", "いいえ、つづけます", "No, continue")

REALLY_STOP = in_three(
    "ここでやめると、これまでの答えは消えます。やめてもよろしいですか。",
    "やめると、いままでの こたえは きえます。やめますか。",
    "If you stop here, your answers will be erased. Do you want to stop?",
)
REALLY_RESTART = in_three(
    "これまでの答えを消して、はじめからやり直します。よろしいですか。",
    "いままでの こたえを けして、はじめから やりなおします。いいですか。",
    "Your answers will be erased and you will start over. Is that all right?",
)
STOPPED = in_three(
    "とりやめました。答えは消しました。また必要なときは、いつでも始められます。",
    "やめました。こたえは けしました。また いつでも はじめられます。",
    "Stopped. Your answers have been erased. You can begin again at any time.",
)
PAUSED = in_three(
    "ここまでの答えは保存しました。「続ける」と送ると、続きから始められます。",
    "いままでの こたえを のこしました。「つづける」と おくると、つづきから できます。",
    "Your answers are kept. Send “continue” to go on from here.",
)
RESUMED = in_three(
    "前回の続きからです。", "まえの つづきからです。", "Let us go on from where you stopped."
)
RESTARTED = in_three(
    "はじめからやり直します。", "はじめから やりなおします。", "Let us start over."
)
TAKEN_BACK = in_three(
    "送信を取り消されたので、その答えを消しました。",
    "メッセージを とりけしたので、その こたえを けしました。",
    "You took the message back, so that answer has been erased.",
)
NOT_DONE_YET = in_three(
    "まだ済んでいません。画面のボタンから進めてください。",
    "まだ おわっていません。ボタンを おして すすめてください。",
    "This is not done yet. Please use the button on the page.",
)
NOT_FOUND_YET = in_three(
    "いまは確かめられませんでした。少し待って、もう一度お試しください。",
    "いまは たしかめられませんでした。すこし まって、もういちど ためしてください。",
    "We could not look it up just now. Please wait a moment and try again.",
)
FROM_RECORDS = in_three("町の記録から", "町の きろくから", "from the town's records")
FEE = in_three("手数料", "おかね（手数料）", "Fee")
TOTAL = in_three("合計", "ぜんぶで", "Total")
FREE = in_three("無料", "おかねは かかりません", "Free")
YEN = in_three("{amount}円", "{amount}円", "{amount} yen")
TIMES = in_three("{unit} × {count}", "{unit} × {count}", "{unit} × {count}")
FEE_UNKNOWN = in_three(
    "手数料が計算できませんでした。数の質問の答えを確かめてください。",
    "おかねが けいさんできませんでした。かずの こたえを たしかめてください。",
    "We could not work out the fee. Please check the number you gave.",
)
OLD_BUTTON = in_three(
    "そのボタンは前の質問のものです。いまの質問はこちらです。",
    "それは まえの しつもんの ボタンです。いまの しつもんは これです。",
    "That button belongs to an earlier question. Here is the present one.",
)
PRESSED_TWICE = in_three(
    "その答えは、もう受け取っています。",
    "その こたえは、もう うけとりました。",
    "We already have that answer.",
)
NO_WAY_BACK = in_three(
    "これが最初の質問です。", "これが さいしょの しつもんです。", "This is the first question."
)
REQUIRED = in_three(
    "この質問は答えが必要です。",
    "この しつもんは かならず こたえてください。",
    "This question needs an answer.",
)
CANNOT_CORRECT = in_three(
    "この項目は、いまは直せません。",
    "ここは いま なおせません。",
    "This answer cannot be changed now.",
)
CANNOT_ADD = in_three(
    "これ以上は追加できません（{most}人まで）。",
    "これより おおく できません（{most}人まで）。",
    "You cannot add more than {most}.",
)
CANNOT_REMOVE = in_three(
    "これ以上は減らせません（{fewest}人以上）。",
    "これより すくなく できません（{fewest}人 いじょう）。",
    "At least {fewest} are needed.",
)
STILL_OPEN = in_three(
    "まだ答えていない質問があります。",
    "まだ こたえていない しつもんが あります。",
    "Some questions are still open.",
)
CHECK_AGAIN = in_three(
    "確認の画面のあとで答えが変わりました。もう一度お確かめください。",
    "こたえが かわりました。もういちど 見てください。",
    "The answers have changed since you checked them. Please check again.",
)
NEWER_ANSWER = in_three(
    "この質問には、別の画面で新しい答えが入っています。いまの答えを確かめてください。",
    "べつの がめんで こたえが かわりました。いまの こたえを 見てください。",
    "This was answered elsewhere in the meantime. Please check the present answer.",
)
ALREADY_DONE = in_three(
    "この手続の受付は済んでいます。",
    "これは もう おわっています。",
    "This has already been handed in.",
)
ALREADY_STOPPED = in_three(
    "この手続はとりやめています。いつでも、もう一度始められます。",
    "これは やめました。いつでも もういちど できます。",
    "This was stopped. You can begin again at any time.",
)
ON_PAGE = in_three(
    "個人情報を守るため、ここからは町のページで答えてください。",
    "あなたの じょうほうを まもるため、まちの ページで こたえてください。",
    "To protect your personal data, please answer on the town's page.",
)
NOT_HERE = in_three(
    "この質問は、トークではなくページで答えてください。",
    "この しつもんは、ページで こたえてください。",
    "Please answer this on the page, not in the talk.",
)
HIDDEN = in_three("入力済み", "こたえました", "Answered")
LEFT_OPEN = in_three("（答えなし）", "（こたえなし）", "(no answer)")
PLEASE_CHECK = in_three(
    "この内容でよろしいですか。", "これで いいですか。", "Is everything correct?"
)
SO_FAR = in_three("いままでの答え", "いままでの こたえ", "Your answers so far")
HELP = in_three(
    "お困りですか。ページで答えることも、担当の者に聞くこともできます。",
    "こまっていますか。ページで こたえることも、人に 聞くことも できます。",
    "Do you need help? You can answer on a page, or ask a person.",
)
ASK_A_PERSON = in_three(
    "担当の者がお答えします。お電話ください。ここまでの答えは残っています。",
    "たんとうの 人が こたえます。でんわして ください。こたえは のこっています。",
    "Please call us; we are glad to help. Your answers are kept.",
)
THANKS = in_three("ありがとうございました。", "ありがとうございました。", "Thank you.")
NOT_YET_OPEN = in_three(
    "まだ受付が始まっていません。", "まだ はじまっていません。", "This is not open yet."
)
CLOSED = in_three("受付は終了しました。", "うけつけは おわりました。", "This is closed.")
CLOSED_TODAY = in_three(
    "本日は閉庁日です。", "きょうは 町の しごとが やすみです。", "The town hall is closed today."
)
ONLY_FIRST_PHOTO = in_three(
    "写真は1枚だけ受け取りました。ほかの写真は受け取っていません。",
    "しゃしんは 1まいだけ うけとりました。",
    "Only one photo was taken; the others were not.",
)
ANY_MORE = in_three("もう1人追加しますか。", "もう1人 いますか。", "Is there one more?")
ANY_AT_ALL = in_three("追加しますか。", "ふやしますか。", "Do you want to add one?")

_UNEXPECTED = {
    Sticker: in_three(
        "スタンプをありがとうございます。",
        "スタンプを ありがとうございます。",
        "Thank you for the sticker.",
    ),
    Photo: in_three(
        "写真を受け取りましたが、この質問では使えません。",
        "この しつもんでは しゃしんは つかえません。",
        "This question cannot be answered with a photo.",
    ),
    Document: in_three(
        "ファイルは、この質問では使えません。",
        "この しつもんでは ファイルは つかえません。",
        "This question cannot be answered with a file.",
    ),
    Placed: in_three(
        "位置情報は、この質問では使えません。",
        "この しつもんでは ばしょは つかえません。",
        "This question cannot be answered with a place.",
    ),
    Voice: in_three(
        "申し訳ありません。音声や動画は聞き取れません。",
        "ごめんなさい。こえや どうがは わかりません。",
        "Sorry, we cannot understand voice messages or videos.",
    ),
    Picked: in_three(
        "日時は、この質問では使えません。",
        "この しつもんでは ひにちは つかえません。",
        "This question cannot be answered with a date.",
    ),
}
_NOT_UNDERSTOOD = in_three(
    "申し訳ありません。うまく読み取れませんでした。",
    "ごめんなさい。わかりませんでした。",
    "Sorry, we could not understand that.",
)


def unexpected(sent: Sent, language: str) -> str:
    """Say kindly that this was no answer to the question."""
    return _UNEXPECTED.get(type(sent), _NOT_UNDERSTOOD).pick(language)


# What people type for the ways out. Only whole messages count, so no answer is mistaken for one.
COMMANDS: dict[str, tuple[str, ...]] = {
    ".back": ("戻る", "もどる", "前に戻る", "前の質問", "back"),
    ".stop": ("やめる", "止める", "中止", "キャンセル", "やめます", "stop", "cancel"),
    ".later": ("あとで", "後で", "あとで続ける", "後で続ける", "later"),
    ".person": ("人に聞く", "職員に聞く", "電話", "助けて", "ヘルプ", "help"),
    ".all": ("いまの答えを見る", "答えを見る", "確認", "全部見る"),
    ".restart": (
        "やり直す",
        "やりなおす",
        "最初から",
        "はじめから",
        "はじめからやり直す",
        "restart",
    ),
    ".continue": ("続ける", "つづける", "続き", "再開", "continue"),
    ".skip": ("答えずに進む", "スキップ", "とばす", "飛ばす", "次へ", "skip"),
}
