"""What a message of ours says by itself, in the three languages; everything else is the clerk's."""

from yakuba.broadcasts.rules.content import Texts


def _said(ja: str, easy: str, en: str) -> Texts:
    return Texts(ja=ja, ja_easy=easy, en=en)


WHY = _said("届いた理由・受信設定", "とどいた りゆう", "Why did I get this?")
READ_ON = _said("続きを読む", "つづきを 読む", "Read more")
OPEN = _said("開く", "ひらく", "Open")
DETAILS = _said("くわしく見る", "くわしく 見る", "See details")
COPY = _said("番号をコピーする", "ばんごうを コピー", "Copy the code")
CALL = _said("電話する", "でんわする", "Call")
MAP = _said("地図を見る", "ちずを 見る", "Open the map")
PROCEDURE = _said("手続を始める", "はじめる", "Start")
WHEN = _said("日時", "いつ", "When")
WHERE = _said("場所", "どこ", "Where")
WHO = _said("対象", "だれ", "For")
FEE = _said("料金", "お金", "Fee")
BRING = _said("持ち物", "もってくる もの", "Bring")
UNTIL = _said("期限", "いつまで", "Until")
HOW = _said("使い方", "つかいかた", "How to use")
CODE = _said("番号", "ばんごう", "Code")
EVENT = _said("催し", "もよおし", "Event")
COUPON = _said("クーポン", "クーポン", "Coupon")
NOTICE = _said("お知らせ", "おしらせ", "Notice")
FILM = _said("動画が届きました。", "どうがが とどきました。", "A video.")
BUTTONS = {"link": OPEN, "procedure": PROCEDURE, "page": PROCEDURE, "telephone": CALL, "map": MAP}
