"""What the talk says around the engine's sentences, in the three languages."""

from yakuba.procedures.definition import in_three
from yakuba.procedures.rules import wording

# Around questions
NOTED = in_three("「{answer}」ですね。", "「{answer}」ですね。", "“{answer}”. Thank you.")
MINUTES = in_three(
    "かかる時間は{minutes}分ほどです。",
    "{minutes}ふんくらい かかります。",
    "It takes about {minutes} min.",
)
BRING = in_three(
    "用意するもの：{things}", "ひつような もの：{things}", "Please have ready: {things}"
)
COUNT = in_three("（{number} / {count}）", "（{number} / {count}）", "({number} / {count}) ")
NOW = in_three("いまの答え：{answer}", "いまの こたえ：{answer}", "Your answer now: {answer}")
BY_CAMERA = in_three("カメラで撮る", "カメラで とる", "Take a photo")
BY_ROLL = in_three("写真を選ぶ", "しゃしんを えらぶ", "Choose a photo")
BY_PLACE = in_three("位置を送る", "ばしょを おくる", "Send the place")
FROM_LIST = in_three("一覧から選ぶ", "リストから えらぶ", "Choose from a list")
PAGE = in_three("入力画面をひらく", "がめんを ひらく", "Open the page")
PAGE_WORDS = in_three(
    "ここからは、お名前など大切なことをうかがいます。\nLINEのトークには残らない、町の入力画面で答えてください。",
    "ここからは、なまえなど たいせつなことを 聞きます。\nLINEの トークには のこりません。町の がめんで こたえてください。",
    "The next questions are personal.\nPlease answer them on the town's own page; nothing of it stays in the talk.",
)
ELSEWHERE = in_three(
    "ここから先は、ページのボタンで手続きします。\n終わったら、このトークに戻って続けられます。窓口や郵送でもできます。",
    "つぎは、がめんの ボタンで します。\nおわったら、この トークに もどれます。まどぐちや ゆうびんでも できます。",
    "The next step is done with a button on the page.\nAfterwards you can go on here. You can also do it at the counter or by post.",
)
PAGE_ALT = in_three(
    "{title}：町の入力画面で答えてください。",
    "{title}：町の がめんで こたえてください。",
    "{title}: please answer on the town's page.",
)

# The summary and the receipt
ENTERED = in_three("入力した内容", "あなたの こたえ", "Your answers")
MORE_ROWS = in_three(
    "ほかに{more}件あります。「画面で確かめる・直す」で全部見られます。",
    "ほかに {more}つ あります。がめんで ぜんぶ 見られます。",
    "{more} more; see all of them on the page.",
)
ON_PAGE = in_three("画面で確かめる・直す", "がめんで 見る・なおす", "Check or change on a page")
CHANGE = in_three("直す：{label}", "なおす：{label}", "Change: {label}")
RECEIVED = in_three("受付しました", "うけつけました", "Received")
RECEIPT_NO = in_three("受付番号", "うけつけ ばんごう", "Receipt number")
KEEP_NUMBER = in_three(
    "この番号は、お問い合わせのときに使います。",
    "この ばんごうは、聞くときに つかいます。",
    "Please name this number when you ask us.",
)
SEE = in_three("内容を見る", "見る", "See what you sent")

GO_ON_TO = in_three("つづけて「{title}」を始める", "つづけて「{title}」を する", "Next: {title}")
NEXT = in_three("つづけて", "つづけて", "Next")
NEXT_WORDS = in_three(
    "つづけて、こちらもできます。", "つづけて、これも できます。", "You can go on with this."
)

# A person to ask
ASK = wording.PERSON
TOWN_HALL = in_three("町役場", "町の やくば", "Town hall")
TELEPHONE = in_three("電話", "でんわ", "Telephone")
HOURS = in_three("受付", "うけつけの じかん", "Hours")
CALL = in_three("電話をかける", "でんわを かける", "Call")

# Where nothing is asked
GO_ON = in_three("つづける", "つづける", "Continue")
GO_ON_WITH = in_three("つづける：{title}", "つづける：{title}", "Continue: {title}")
STOP = wording.STOP
OFFERS = in_three("できることを見る", "できることを 見る", "What can I do here?")
MY_PAGE = in_three("マイページ", "マイページ", "My page")
LEFT = in_three(
    "「{title}」が途中になっています。これまでの答えは残っていますので、つづきから始められます。",
    "「{title}」が とちゅうです。いままでの こたえは のこっています。つづきから できます。",
    "“{title}” is not finished yet. Your answers are kept; you can go on from where you stopped.",
)
OLD = in_three(
    "このボタンは、もう終わった入力のものです。もう一度するときは、下の「できることを見る」から始めてください。",
    "この ボタンは もう おわりました。もういちど するときは、「できることを 見る」を おしてください。",
    "That button belongs to something that has ended. Press “What can I do here?” to begin again.",
)
GONE = in_three(
    "申し訳ありません。この手続は、いまは受け付けていません。",
    "ごめんなさい。これは いま できません。",
    "Sorry, this is not available now.",
)
UNSENT = in_three("送信の取消し", "メッセージの とりけし", "Message taken back")
ALREADY_HERE = in_three(
    "取り消されたメッセージの答えは、もう町に届いています。直したいときや取り下げたいときは、マイページからできます。",
    "その こたえは、もう 町に とどいています。なおしたいとき、やめたいときは、マイページから できます。",
    "The town already has the answer of that message. You can change it or take it back on “My page”.",
)
HEARD = in_three(
    "メッセージをありがとうございます。ここでは自動でお答えしています。",
    "メッセージを ありがとうございます。ここでは きかいが こたえています。",
    "Thank you for your message. Answers here are automatic.",
)
BY_TELEPHONE = in_three(
    "職員へのお問い合わせは、お電話でお願いします。\n{name} {telephone}\n{hours}",
    "町の人に 聞きたいときは、でんわを してください。\n{name} {telephone}\n{hours}",
    "To speak with somebody, please call {name}: {telephone}\n{hours}",
)
EMERGENCY = in_three(
    "火事・救急は119番、事件・事故は110番へ。",
    "かじ・びょうき・けがは 119、じけん・じこは 110に でんわしてください。",
    "In an emergency call 119 (fire, ambulance) or 110 (police).",
)
CAN_DO = in_three("できること", "できること", "What you can do here")
PLEASE_CHOOSE = in_three(
    "したいことを押してください。", "したいことを おしてください。", "Please choose."
)

# The languages, each said in itself, because whoever needs it reads no other.
OTHER_LANGUAGES = {
    "ja-easy": "やさしい にほんごは「やさしい日本語」と おくってください。",
    "en": "For English, send “English”.",
}
SPEAKS = in_three(
    "日本語でご案内します。",
    "やさしい 日本語で はなします。",
    "We will write in English where the town has translated it.",
)
LANGUAGE_WORDS = {
    "ja": ("日本語", "にほんご", "japanese"),
    "ja-easy": ("やさしい日本語", "やさしいにほんご", "やさしい"),
    "en": ("english", "英語", "えいご"),
}
