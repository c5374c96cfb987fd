"""What the pages themselves say, in the three languages; the town's own texts come from its procedures.

Japanese is the key, as it stands in the templates. Who adds a sentence there adds it here; a test asks for it.
"""

_WORDS: dict[str, tuple[str, str]] = {
    # the frame
    "本文へ": ("本文へ", "Skip to content"),
    "試用環境": ("ためし", "Trial"),
    "マイページ": ("マイページ", "My page"),
    "ことばと文字の大きさ": ("ことばと 文字の 大きさ", "Language and text size"),
    "文字を大きく": ("文字を 大きく", "Larger text"),
    "文字をもどす": ("文字を もどす", "Normal text"),
    "通信が切れています。入力したものはこの画面に残っています。": (
        "つうしんが きれています。書いたものは のこっています。",
        "You are offline. What you entered is still here.",
    ),
    "LINEで確認しています。少しお待ちください。": (
        "LINEで たしかめています。すこし まってください。",
        "Checking with LINE. One moment, please.",
    ),
    "この画面を使うには、JavaScriptを有効にしてください。": (
        "JavaScriptを つかえるように してください。",
        "Please turn on JavaScript to use this page.",
    ),
    # my page
    "つぎにすること": ("つぎに すること", "What to do next"),
    "進んでいること": ("いま していること", "Under way"),
    "これまでのこと": ("いままでの こと", "So far"),
    "始められること": ("できること", "What you can begin"),
    "ことばで探す": ("ことばで さがす", "Search by a word"),
    "探す": ("さがす", "Search"),
    "「{wanted}」で探した結果です。": ("「{wanted}」で さがしました。", "Found for “{wanted}”."),
    "「{wanted}」に合うものはありませんでした。短いことばで探してみてください。": (
        "「{wanted}」は ありませんでした。みじかい ことばで さがしてください。",
        "Nothing found for “{wanted}”. Please try a shorter word.",
    ),
    "全部見る": ("ぜんぶ 見る", "Show all"),
    "かかる時間は{minutes}分ほど": ("{minutes}ふんくらい", "About {minutes} min"),
    "見る": ("見る", "See"),
    "つづける": ("つづける", "Continue"),
    "まだ何もありません。トークで「メニュー」と送ると、できることが出ます。": (
        "まだ 何も ありません。トークで「メニュー」と おくってください。",
        "Nothing here yet. Send “menu” in the talk to see what you can do.",
    ),
    "途中": ("とちゅう", "Unfinished"),
    "入力の途中です。つづきから始められます。": (
        "とちゅうです。つづきから できます。",
        "You can go on from where you stopped.",
    ),
    # who looked
    "役場が見た記録": ("役場が 見た きろく", "Who looked at my data"),
    "あなたの登録や申請を、役場のどの課が、いつ見たかです。役場では、見るたびに記録を残しています。": (
        "あなたの じょうほうを 役場の だれが いつ 見たかです。",
        "Which department of the town hall looked at your data, and when. Every look is recorded.",
    ),
    "今はない課": ("いまは ない 課", "A department that no longer exists"),
    "かくしてある個人情報も見ました。": (
        "かくしてある じょうほうも 見ました。",
        "Looked at masked personal data too.",
    ),
    "見ました。個人情報はかくしてありました。": (
        "見ました。だいじな じょうほうは かくしてありました。",
        "Looked at it; personal data was masked.",
    ),
    "（{times}回）": ("（{times}かい）", " ({times} times)"),
    "まだだれも見ていません。": ("まだ だれも 見ていません。", "Nobody has looked yet."),
    "心当たりのないときは、役場におたずねください。": (
        "わからないときは 役場に きいてください。",
        "If something looks wrong, please ask the town hall.",
    ),
    # language and text size
    "ことば": ("ことば", "Language"),
    "文字の大きさ": ("文字の 大きさ", "Text size"),
    "ふつう": ("ふつう", "Normal"),
    "大きい": ("大きい", "Large"),
    "とても大きい": ("とても 大きい", "Very large"),
    "これにする": ("これに する", "Use this"),
    "変えました。": ("かえました。", "Changed."),
    # the name in LINE
    "LINEの名前": ("LINEの 名前", "Your name in LINE"),
    "LINEの名前を知らせる・消す": (
        "LINEの 名前を おしえる・けす",
        "Your name in LINE: tell or remove it",
    ),
    "役場に知らせました。": ("町に おしえました。", "The town knows it now."),
    "消しました。": ("けしました。", "Removed."),
    "役場に知らせると、お電話や窓口で名前を言うだけで、職員があなたの登録を見つけられます。": (
        "町に おしえると、でんわや まどぐちで 名前を 言うだけで、町の人が あなたを 見つけられます。",
        "If the town knows it, staff can find your record when you call or come to the counter.",
    ),
    "使うのは、LINEに表示されている名前だけです。写真やひとことは受け取りません。知らせなくても、手続はすべて使えます。": (
        "つかうのは 名前だけです。しゃしんは もらいません。おしえなくても ぜんぶ つかえます。",
        "Only the name shown in LINE is used, no picture and no status. Everything works without it, too.",
    ),
    "役場が知っている名前": ("町が しっている 名前", "The name the town knows"),
    "役場は、あなたのLINEの名前を知りません。": (
        "町は あなたの LINEの 名前を しりません。",
        "The town does not know your name in LINE.",
    ),
    "LINEの名前を役場に知らせる": ("LINEの 名前を 町に おしえる", "Tell the town my name in LINE"),
    "いまのLINEの名前に直す": ("いまの LINEの 名前に なおす", "Renew it from LINE"),
    "役場の記録から消す": ("町の きろくから けす", "Remove it from the record"),
    "LINEに確認できませんでした。少し待って、もう一度押してください。": (
        "LINEに 聞けませんでした。すこし まって、もういちど おしてください。",
        "LINE did not answer. Please wait a little and try again.",
    ),
    "LINEから名前を受け取れませんでした。友だちに追加してあるか確かめて、もう一度押してください。": (
        "LINEから 名前を もらえませんでした。友だちに なっているか 見て、もういちど おしてください。",
        "LINE did not tell your name. Please make sure that you have added us as a friend.",
    ),
    # a section
    "必須": ("かならず", "Required"),
    "書かなくてもよい": ("書かなくても いい", "Optional"),
    "つぎへ": ("つぎへ", "Next"),
    "もどる": ("もどる", "Back"),
    "{count}のうち{number}番目": ("{count}の うち {number}ばんめ", "Step {number} of {count}"),
    "直していただくところが{count}つあります": (
        "なおす ところが {count}つ あります",
        "Please check {count} answer(s)",
    ),
    "まちがい": ("まちがい", "Problem"),
    "この人を消す": ("この人を けす", "Remove this person"),
    "1人足す": ("1人 ふやす", "Add a person"),
    "もう1人足す": ("もう1人 ふやす", "Add one more"),
    "選んでください": ("えらんでください", "Please choose"),
    "入力した内容": ("書いた こと", "Your answers"),
    "まだ送られていません。確かめて、いちばん下の「送る」を押してください。": (
        "まだ おくって いません。見てから、下の「送る」を おしてください。",
        "Nothing has been sent yet. Please check, then press “Send” at the bottom.",
    ),
    "直す": ("なおす", "Change"),
    "送る": ("送る", "Send"),
    "やめる": ("やめる", "Stop"),
    "入力したものを消して、やめますか？": (
        "書いたものを けして、やめますか？",
        "Erase your answers and stop?",
    ),
    "ほかにできること": ("ほかに できること", "Other things you can do"),
    "人に聞く": ("人に 聞く", "Ask a person"),
    "電話をかける": ("でんわを かける", "Call"),
    "答えていません": ("こたえて いません", "Not answered"),
    # what is answered elsewhere
    "まだ済んでいません。": ("まだ おわって いません。", "Not done yet."),
    "確認を待っています。済んでいたら「つぎへ」を押してください。": (
        "かくにんを まっています。おわったら「つぎへ」を おしてください。",
        "Waiting for confirmation. If you are done, press “Next”.",
    ),
    "うまくいきませんでした。もう一度ためすか、下の別の方法をお選びください。": (
        "うまく いきませんでした。もういちど ためすか、下の べつの やりかたを えらんでください。",
        "It did not work. Try again, or choose another way below.",
    ),
    "済みました。「つぎへ」を押してください。": (
        "おわりました。「つぎへ」を おしてください。",
        "Done. Press “Next”.",
    ),
    # the end
    "受け付けました": ("うけつけました", "Received"),
    "受付番号": ("うけつけ ばんごう", "Receipt number"),
    "この番号は、お問い合わせのときに使います。トークにも届きます。": (
        "この ばんごうは、聞くときに つかいます。トークにも とどきます。",
        "Please name this number when you ask us. It is also sent to your talk.",
    ),
    "つづけて、こちらもできます": ("つづけて、これも できます", "You can go on with this"),
    "つづけて「{title}」を始める": ("つづけて「{title}」を する", "Next: {title}"),
    "トークにもどる": ("トークに もどる", "Back to the talk"),
    "この入力は、もう送られています。ありがとうございました。": (
        "もう おくられて います。ありがとうございました。",
        "This has been sent already. Thank you.",
    ),
    "この入力は終わっています。トークで「メニュー」と送ると、もう一度始められます。": (
        "もう おわって います。トークで「メニュー」と おくると、もういちど できます。",
        "This has ended. Send “menu” in the talk to begin again.",
    ),
    # widgets
    "姓": ("姓（みょうじ）", "Family name"),
    "名": ("名（なまえ）", "Given name"),
    "セイ（カタカナ）": ("セイ（カタカナ）", "Family name in katakana"),
    "メイ（カタカナ）": ("メイ（カタカナ）", "Given name in katakana"),
    "郵便番号": ("ゆうびん ばんごう", "Postal code"),
    "7けたの数字を入れると、住所が入ります。": (
        "7つの 数字を 書くと、じゅうしょが 入ります。",
        "Enter seven digits and the address fills in.",
    ),
    "住所（都道府県・市区町村・町名）": ("じゅうしょ", "Address (prefecture, city, town)"),
    "番地": ("ばんち", "House number"),
    "番地がないときは「番地なし」と書いてください。": (
        "ないときは「番地なし」と 書いてください。",
        "If there is none, write 番地なし.",
    ),
    "建物の名前・部屋番号": ("たてものの 名前・へやの 番号", "Building and room"),
    "なければ書かなくてかまいません。": (
        "なければ 書かなくて いいです。",
        "Leave empty if there is none.",
    ),
    "例：令和8年4月1日、R8.4.1、2026/4/1": (
        "れい：令和8年4月1日、2026/4/1",
        "For example 2026/4/1",
    ),
    "例：昭和25年4月1日、S25.4.1、1950/4/1": (
        "れい：昭和25年4月1日、1950/4/1",
        "For example 1950/4/1",
    ),
    "例：9:30、午後3時": ("れい：9:30、午後3時", "For example 9:30 or 15:00"),
    "場所を言葉で": ("ばしょを ことばで", "The place in words"),
    "例：上市駅の北口、〇〇さんの家の前": (
        "れい：上市駅の 北口",
        "For example: north exit of the station",
    ),
    "写真は{most}枚まで送れます。": ("しゃしんは {most}まいまで", "Up to {most} photo(s)"),
    "ファイルは{most}件まで送れます。": ("ファイルは {most}つまで", "Up to {most} file(s)"),
    # proofs with the My Number card
    "本人確認": ("ほんにん かくにん", "Identity check"),
    "電子署名": ("サイン（でんし しょめい）", "Signature"),
    "カードで本人確認をします": (
        "マイナンバーカードで あなたかどうか たしかめます",
        "Identity check with your My Number card",
    ),
    "カードで署名します": (
        "マイナンバーカードで サインします",
        "Sign with your My Number card",
    ),
    "確かめた内容に、マイナンバーカードで署名します。署名のあとで内容を直すと、署名し直しになります。": (
        "たしかめた なかみに サインします。あとで なおすと、もういちど サインします。",
        "You sign what you have checked. If you change it afterwards, you need to sign again.",
    ),
    "用意するもの": ("つかう もの", "What you need"),
    "ご本人のマイナンバーカード（または、電子証明書を入れたスマートフォン）": (
        "じぶんの マイナンバーカード（しょうめいしょの 入った スマホでも いいです）",
        "Your own My Number card (or a phone with the certificates in it)",
    ),
    "署名用の暗証番号（英字と数字、6〜16文字）": (
        "サインの あんしょうばんごう（ABCと 123、6〜16もじ）",
        "The PIN for signing (6 to 16 letters and digits)",
    ),
    "利用者証明用の暗証番号（数字4けた）": (
        "あんしょうばんごう（すうじ 4つ）",
        "The PIN of 4 digits",
    ),
    "15歳未満の方のカードには、署名用の電子証明書がありません。保護者の方が申請するか、窓口・郵送でお願いします。": (
        "15さいより したの 人の カードでは サインできません。おとうさん・おかあさんが するか、まどぐちへ きてください。",
        "Cards of people under 15 cannot sign. A parent can apply, or come to our counter or write to us.",
    ),
    "「{name}」で確認する": ("「{name}」で たしかめる", "Go on with “{name}”"),
    "別のアプリのインストールが必要です。": (
        "べつの アプリを 入れます。",
        "You need to install another app.",
    ),
    "アプリのインストールはいりません。確認がすむと、この手続にもどります。": (
        "アプリは いりません。おわると、ここに もどります。",
        "No app is needed. Afterwards you come back here.",
    ),
    "いま使える確認の方法がありません。窓口・郵送でお願いします。": (
        "いまは できません。まどぐちか ゆうびんで してください。",
        "No way of checking is available now. Please come to our counter or write to us.",
    ),
    "ほかの方法": ("ほかの やりかた", "Other ways"),
    "カードがない方、うまくいかない方は、窓口・郵送でも手続できます。": (
        "カードが ないとき、うまく いかないときは、まどぐちか ゆうびんで できます。",
        "Without a card, or if it does not work, you can come to our counter or write to us.",
    ),
    "窓口・郵送でも手続できます。": (
        "まどぐちや ゆうびんでも できます。",
        "You can also do this at our counter or by post.",
    ),
    "手続にもどる": ("てつづきに もどる", "Back to the procedure"),
    "署名が終わりました": ("サインしました", "You have signed"),
    "本人確認が終わりました": ("たしかめました", "Your identity was checked"),
    "この手続をつづけてください。まだ送られていません。": (
        "つづけてください。まだ おくっていません。",
        "Please go on. Nothing has been sent yet.",
    ),
    "この手続の入力は、もう終わっています。": (
        "この てつづきは、もう おわっています。",
        "This procedure is already finished.",
    ),
    "手続をつづける": ("つづける", "Go on"),
    "電子証明書を確かめています": ("カードを たしかめています", "Checking the certificate"),
    "カードは読み取れました。電子証明書が使えるかどうかの返事を待っています。もう一度カードをかざす必要はありません。": (
        "カードは よめました。つかえるか しらべています。もういちど かざさなくて いいです。",
        "Your card was read. We are waiting to hear whether the certificate is valid. You need not hold the card again.",
    ),
    "この画面は閉じてかまいません。マイページから、つづきを始められます。": (
        "この がめんは とじても いいです。マイページから つづけられます。",
        "You may close this page and go on later from “My page”.",
    ),
    "もう一度たしかめる": ("もういちど しらべる", "Check again"),
    "確認できませんでした": ("たしかめられませんでした", "The check did not succeed"),
    "入力したものは残っています。": (
        "書いたものは のこっています。",
        "What you entered is still there.",
    ),
    "もう一度、確認する": ("もういちど たしかめる", "Try again"),
    "確認の画面に移ります": ("つぎの がめんに いきます", "On to the check"),
    "確認は、まだ終わっていません": ("まだ おわっていません", "The check is not finished yet"),
    "アプリが開きます。終わったら、この画面か、LINEのトークにもどってください。": (
        "アプリが ひらきます。おわったら、ここか LINEに もどってください。",
        "The app opens. When you are done, come back to this page or to LINE.",
    ),
    "次の画面で、カードと暗証番号を使います。終わると、この手続にもどります。": (
        "つぎの がめんで カードと あんしょうばんごうを つかいます。おわると もどります。",
        "On the next page you use your card and PIN. Then you come back here.",
    ),
    "確認の画面を開く": ("がめんを ひらく", "Open the check"),
    "終わったので、たしかめる": ("おわったので、しらべる", "I am done, check now"),
    "ほかの方法を選ぶ": ("ほかの やりかた", "Choose another way"),
    "別のブラウザーで開いているときは、LINEにもどってつづけられます。": (
        "LINEの そとで ひらいたときは、LINEで つづけられます。",
        "If this opened outside LINE, you can go on in LINE.",
    ),
    "LINEで開く": ("LINEで ひらく", "Open in LINE"),
    "確認をはじめられませんでした": ("はじめられませんでした", "The check could not begin"),
}
_COLUMNS = {"ja-easy": 0, "en": 1}


def say(words: str, language: str, **facts: object) -> str:
    """Return `words` in `language`, with `facts` filled in."""
    column = _COLUMNS.get(language)
    said = words if column is None or words not in _WORDS else _WORDS[words][column]
    return said.format(**facts) if facts else said


def known() -> frozenset[str]:
    return frozenset(_WORDS)
