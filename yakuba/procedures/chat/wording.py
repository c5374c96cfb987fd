"""What the talk says around the engine's sentences, in the three languages."""

from yakuba.procedures.definition import Text


def _say(ja: str, easy: str, en: str) -> Text:
    return Text(ja=ja, easy=easy, en=en)


# Around questions
NOTED = _say("「{answer}」ですね。", "「{answer}」ですね。", "“{answer}”. Thank you.")
MINUTES = _say(
    "かかる時間は{minutes}分ほどです。",
    "{minutes}ふんくらい かかります。",
    "It takes about {minutes} min.",
)
BRING = _say("用意するもの：{things}", "ひつような もの：{things}", "Please have ready: {things}")
COUNT = _say("（{number} / {count}）", "（{number} / {count}）", "({number} / {count}) ")
NOW = _say("いまの答え：{answer}", "いまの こたえ：{answer}", "Your answer now: {answer}")
BY_CAMERA = _say("カメラで撮る", "カメラで とる", "Take a photo")
BY_ROLL = _say("写真を選ぶ", "しゃしんを えらぶ", "Choose a photo")
BY_PLACE = _say("位置を送る", "ばしょを おくる", "Send the place")
FROM_LIST = _say("一覧から選ぶ", "リストから えらぶ", "Choose from a list")
PAGE = _say("入力画面をひらく", "がめんを ひらく", "Open the page")
PAGE_WORDS = _say(
    "ここからは、お名前など大切なことをうかがいます。\nLINEのトークには残らない、町の入力画面で答えてください。",
    "ここからは、なまえなど たいせつなことを 聞きます。\nLINEの トークには のこりません。町の がめんで こたえてください。",
    "The next questions are personal.\nPlease answer them on the town's own page; nothing of it stays in the talk.",
)
PAGE_ALT = _say(
    "{title}：町の入力画面で答えてください。",
    "{title}：町の がめんで こたえてください。",
    "{title}: please answer on the town's page.",
)

# The summary and the receipt
ENTERED = _say("入力した内容", "あなたの こたえ", "Your answers")
MORE_ROWS = _say(
    "ほかに{more}件あります。「画面で確かめる・直す」で全部見られます。",
    "ほかに {more}つ あります。がめんで ぜんぶ 見られます。",
    "{more} more; see all of them on the page.",
)
ON_PAGE = _say("画面で確かめる・直す", "がめんで 見る・なおす", "Check or change on a page")
CHANGE = _say("直す：{label}", "なおす：{label}", "Change: {label}")
RECEIVED = _say("受付しました", "うけつけました", "Received")
RECEIPT_NO = _say("受付番号", "うけつけ ばんごう", "Receipt number")
KEEP_NUMBER = _say(
    "この番号は、お問い合わせのときに使います。",
    "この ばんごうは、聞くときに つかいます。",
    "Please name this number when you ask us.",
)
SEE = _say("内容を見る", "見る", "See what you sent")

GO_ON_TO = _say("つづけて「{title}」を始める", "つづけて「{title}」を する", "Next: {title}")
NEXT = _say("つづけて", "つづけて", "Next")
NEXT_WORDS = _say(
    "つづけて、こちらもできます。", "つづけて、これも できます。", "You can go on with this."
)

# A person to ask
ASK = _say("人に聞く", "人に 聞く", "Ask a person")
TOWN_HALL = _say("町役場", "町の やくば", "Town hall")
TELEPHONE = _say("電話", "でんわ", "Telephone")
HOURS = _say("受付", "うけつけの じかん", "Hours")
CALL = _say("電話をかける", "でんわを かける", "Call")

# Where nothing is asked
GO_ON = _say("つづける", "つづける", "Continue")
GO_ON_WITH = _say("つづける：{title}", "つづける：{title}", "Continue: {title}")
STOP = _say("やめる", "やめる", "Stop")
OFFERS = _say("できることを見る", "できることを 見る", "What can I do here?")
MY_PAGE = _say("マイページ", "マイページ", "My page")
LEFT = _say(
    "「{title}」が途中になっています。これまでの答えは残っていますので、つづきから始められます。",
    "「{title}」が とちゅうです。いままでの こたえは のこっています。つづきから できます。",
    "“{title}” is not finished yet. Your answers are kept; you can go on from where you stopped.",
)
OLD = _say(
    "このボタンは、もう終わった入力のものです。もう一度するときは、下の「できることを見る」から始めてください。",
    "この ボタンは もう おわりました。もういちど するときは、「できることを 見る」を おしてください。",
    "That button belongs to something that has ended. Press “What can I do here?” to begin again.",
)
GONE = _say(
    "申し訳ありません。この手続は、いまは受け付けていません。",
    "ごめんなさい。これは いま できません。",
    "Sorry, this is not available now.",
)
UNSENT = _say("送信の取消し", "メッセージの とりけし", "Message taken back")
ALREADY_HERE = _say(
    "取り消されたメッセージの答えは、もう町に届いています。直したいときや取り下げたいときは、マイページからできます。",
    "その こたえは、もう 町に とどいています。なおしたいとき、やめたいときは、マイページから できます。",
    "The town already has the answer of that message. You can change it or take it back on “My page”.",
)
HEARD = _say(
    "メッセージをありがとうございます。ここでは自動でお答えしています。",
    "メッセージを ありがとうございます。ここでは きかいが こたえています。",
    "Thank you for your message. Answers here are automatic.",
)
BY_TELEPHONE = _say(
    "職員へのお問い合わせは、お電話でお願いします。\n{name} {telephone}\n{hours}",
    "町の人に 聞きたいときは、でんわを してください。\n{name} {telephone}\n{hours}",
    "To speak with somebody, please call {name}: {telephone}\n{hours}",
)
EMERGENCY = _say(
    "火事・救急は119番、事件・事故は110番へ。",
    "かじ・びょうき・けがは 119、じけん・じこは 110に でんわしてください。",
    "In an emergency call 119 (fire, ambulance) or 110 (police).",
)
CAN_DO = _say("できること", "できること", "What you can do here")
PLEASE_CHOOSE = _say(
    "したいことを押してください。", "したいことを おしてください。", "Please choose."
)

# The languages, each said in itself, because whoever needs it reads no other.
OTHER_LANGUAGES = {
    "ja-easy": "やさしい にほんごは「やさしい日本語」と おくってください。",
    "en": "For English, send “English”.",
}
SPEAKS = _say(
    "日本語でご案内します。",
    "やさしい 日本語で はなします。",
    "We will write in English where the town has translated it.",
)
LANGUAGE_WORDS = {
    "ja": ("日本語", "にほんご", "japanese"),
    "ja-easy": ("やさしい日本語", "やさしいにほんご", "やさしい"),
    "en": ("english", "英語", "えいご"),
}
