/** What the scripts of pages inside LINE say, in the three languages; Japanese is the key. */

const words: Record<string, [easy: string, english: string]> = {
  "LINEの確認に時間がかかっています。電波のよいところで、このままお待ちください。": [
    "じかんが かかっています。このまま まってください。",
    "LINE is slow to answer. Please wait a little longer.",
  ],
  "LINEにつながりませんでした。電波を確かめて、この画面を開き直してください。": [
    "LINEに つながりません。もういちど ひらいてください。",
    "LINE could not be reached. Please open this page again.",
  ],
  "LINEで確認できませんでした。画面を閉じて、トークからもう一度開いてください。": [
    "LINEで たしかめられません。とじて、トークから もういちど ひらいてください。",
    "LINE could not confirm who you are. Please close this page and open it again from the talk.",
  ],
  "通信できませんでした。入力したものはこの画面に残っています。電波のよいところで、もう一度押してください。":
    [
      "つうしん できませんでした。書いたものは のこっています。もういちど おしてください。",
      "No connection. What you entered is still here. Please press again.",
    ],
  "うまくいきませんでした。入力したものはこの画面に残っています。少し待って、もう一度押してください。":
    [
      "うまく いきませんでした。書いたものは のこっています。すこし まって、もういちど おしてください。",
      "That did not work. What you entered is still here. Please wait and press again.",
    ],
  "この画面を使える時間が過ぎました。いちど閉じて、もう一度開いてください。": [
    "この がめんは 古いです。とじて、もういちど ひらいてください。",
    "This page is too old. Please close it and open it again.",
  ],
  "見つかりませんでした。トークからもう一度開いてください。": [
    "見つかりません。トークから もういちど ひらいてください。",
    "Not found. Please open it again from the talk.",
  ],
  "送っています…": ["おくって います…", "Sending…"],
  "この画面は閉じてかまいません。": ["この がめんは とじて いいです。", "You may close this page."],
  写真を撮る: ["しゃしんを とる", "Take a photo"],
  写真を選ぶ: ["しゃしんを えらぶ", "Choose a photo"],
  ファイルを選ぶ: ["ファイルを えらぶ", "Choose a file"],
  消す: ["けす", "Remove"],
  もう一度送る: ["もういちど おくる", "Try again"],
  送れました: ["おくれました", "Uploaded"],
  "送れませんでした。電波を確かめて、「もう一度送る」を押してください。": [
    "おくれませんでした。「もういちど おくる」を おしてください。",
    "It was not sent. Please press “Try again”.",
  ],
  "ここまでです。別のものにするときは、先にどれかを消してください。": [
    "ここまでです。べつの ものに するときは、どれかを けしてください。",
    "That is all we can take. Remove one to choose another.",
  ],
  "写真を送っている途中です。終わるまで少しお待ちください。": [
    "しゃしんを おくって います。すこし まってください。",
    "Photos are still being sent. One moment, please.",
  ],
  "送れていない写真があります。「もう一度送る」を押すか、消してください。": [
    "おくれて いない しゃしんが あります。「もういちど おくる」か「けす」を おしてください。",
    "A photo was not sent. Please try again or remove it.",
  ],
  いまいる場所にする: ["いま いる ばしょに する", "Use where I am now"],
  地図で選ぶ: ["ちずで えらぶ", "Choose on a map"],
  "場所を調べています…": ["ばしょを しらべて います…", "Finding where you are…"],
  "場所が決まりました。": ["ばしょが きまりました。", "The place is set."],
  "場所が決まりました。違うときは、地図の印を動かしてください。": [
    "ばしょが きまりました。ちがうときは、ちずの しるしを うごかしてください。",
    "The place is set. If it is wrong, move the pin on the map.",
  ],
  "いまいる場所が分かりませんでした。地図で選ぶか、言葉で書いてください。": [
    "ばしょが わかりませんでした。ちずで えらぶか、ことばで 書いてください。",
    "We could not find where you are. Use the map, or describe the place.",
  ],
  "地図を押すと、そこに印がつきます。印は指で動かせます。": [
    "ちずを おすと、しるしが つきます。ゆびで うごかせます。",
    "Press the map to set the pin; drag it to move it.",
  ],
  "地図の画像を読み込めませんでした。印は動かせます。場所を言葉でも書いてください。": [
    "ちずの 絵が 出ません。ばしょを ことばでも 書いてください。",
    "The map’s pictures did not load. Please describe the place in words too.",
  ],
  場所の印: ["ばしょの しるし", "Pin of the place"],
  地図: ["ちず", "Map"],
  場所を消す: ["ばしょを けす", "Remove the place"],
  国土地理院: ["国土地理院", "GSI Japan"],
  "住所を入れました。続きの番地を書いてください。": [
    "じゅうしょを 入れました。ばんちを 書いてください。",
    "The address was filled in. Please add the house number.",
  ],
  "この郵便番号の町名が見つかりません。住所を書いてください。": [
    "この 番号は わかりません。じゅうしょを 書いてください。",
    "We do not know this code. Please enter the address.",
  ],
  町名を選んでください: ["町の 名前を えらんでください", "Choose the town"],
  カレンダーから選ぶ: ["カレンダーから えらぶ", "Choose from a calendar"],
  元号: ["げんごう", "Era"],
};

export function say(japanese: string): string {
  const language = document.documentElement.dataset["language"];
  const others = words[japanese];
  if (!others || language === "ja") return japanese;
  return (
    (language === "en" ? others[1] : language === "ja-easy" ? others[0] : japanese) || japanese
  );
}
