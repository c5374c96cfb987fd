"""What the pages of payments say, in the three languages."""

from collections.abc import Mapping

from yakuba.procedures.definition import Text

_WORDS: Mapping[str, Text] = {
    "pay": Text(ja="お支払い", easy="お金を はらう", en="Payment"),
    "go": Text(ja="支払いへ進む", easy="はらいに すすむ", en="Pay now"),
    "total": Text(ja="支払う金額", easy="はらう お金", en="Amount to pay"),
    "what": Text(ja="内訳", easy="なかみ", en="Details"),
    "due_on": Text(ja="納付の期限", easy="いつまで", en="Pay by"),
    "reason": Text(ja="請求の理由", easy="りゆう", en="Reason"),
    "how": Text(ja="支払い方法を選んでください", easy="はらいかたを えらんで ください", en="Choose how to pay"),
    "then": Text(
        ja="次の画面は決済サービスの画面です。支払いが終わると、この画面に戻ります。カード番号は役場に届きません。",
        easy="つぎは べつの 会社の 画面です。おわると ここに もどります。",
        en="You will be taken to the payment service and brought back here. The town never sees your card number.",
    ),
    "counter": Text(
        ja="窓口でもお支払いいただけます。",
        easy="まどぐちでも はらえます。",
        en="You can also pay at the counter.",
    ),
    "no_way": Text(
        ja="いま、オンラインで支払う方法がありません。窓口でお支払いください。",
        easy="いま ここでは はらえません。まどぐちで はらってください。",
        en="Online payment is not available now. Please pay at the counter.",
    ),
    "other_payer": Text(
        ja="ほかの人に支払いを頼む", easy="ほかの 人に はらって もらう", en="Ask somebody else to pay"
    ),
    "other_payer_words": Text(
        ja="このリンクを家族などに送ると、その人が支払えます。申請の内容や名前は見えません。",
        easy="この リンクを おくると、その 人が はらえます。名前は 見えません。",
        en="Whoever gets this link can pay. They see neither your name nor your application.",
    ),
    "paid_title": Text(ja="支払いが終わりました", easy="はらいました", en="Payment received"),
    "paid_words": Text(
        ja="{amount}円を受け取りました。", easy="{amount}円 うけとりました。", en="We received {amount} yen."
    ),
    "receipt": Text(ja="支払いの記録を見る", easy="はらった きろくを 見る", en="See the receipt"),
    "receipt_title": Text(ja="支払いの記録", easy="はらった きろく", en="Receipt"),
    "pdf": Text(ja="PDFで保存する", easy="PDFで とっておく", en="Save as PDF"),
    "onwards": Text(ja="申請にもどる", easy="しんせいに もどる", en="Back to the application"),
    "checking_title": Text(ja="支払いを確認しています", easy="たしかめて います", en="Checking your payment"),
    "checking_words": Text(
        ja="決済サービスに問い合わせています。支払いが終わっていれば、まもなく表示されます。画面を閉じても、支払いは取り消されません。",
        easy="いま たしかめて います。とじても だいじょうぶです。",
        en="We are asking the payment service. Closing this page does not cancel a payment.",
    ),
    "silent_words": Text(
        ja="決済サービスから返事がありません。支払った場合、もう一度支払わないでください。確認できたらお知らせします。",
        easy="へんじが ありません。はらった 人は、もう はらわないで ください。",
        en="The payment service does not answer. If you have paid, please do not pay again.",
    ),
    "konbini_title": Text(ja="コンビニなどでの支払いを待っています", easy="コンビニで はらって ください", en="Waiting for your payment at the store"),
    "konbini_words": Text(
        ja="受付は終わりました。案内された番号で支払うと、数分から翌日までに確認できます。",
        easy="おしえられた 番号で はらって ください。",
        en="Please pay with the number you were given. It takes minutes to a day to reach us.",
    ),
    "unpaid_title": Text(ja="支払いは終わっていません", easy="まだ はらって いません", en="Not paid yet"),
    "unpaid_words": Text(
        ja="お金は受け取っていません。もう一度試すか、ほかの方法を選んでください。",
        easy="お金は とどいて いません。もういちど やって ください。",
        en="We have received no money. Please try again or choose another way.",
    ),
    "held_title": Text(ja="役場で確かめています", easy="やくばで たしかめて います", en="We are looking into it"),
    "held_words": Text(
        ja="受け取った金額が請求とちがうため、担当の職員が確かめています。もう一度支払わないでください。",
        easy="お金の かずが ちがいます。もう はらわないで ください。",
        en="The amount received differs from the bill. Please do not pay again.",
    ),
    "void_title": Text(ja="この請求は取り消されました", easy="この お金は いりません", en="This bill was cancelled"),
    "void_words": Text(
        ja="支払う必要はありません。受け取ったお金があるときは、お返しします。",
        easy="はらわなくて いいです。はらった お金は かえします。",
        en="You need not pay. What was received will be returned.",
    ),
    "again": Text(ja="もう一度確認する", easy="もういちど 見る", en="Check again"),
    "retry": Text(ja="支払い方法を選び直す", easy="はらいかたを えらぶ", en="Choose how to pay"),
    "leading": Text(ja="決済サービスの画面へ進みます", easy="つぎの 画面へ すすみます", en="On to the payment service"),
    "lead_on": Text(ja="支払いの画面へ進む", easy="すすむ", en="Continue"),
    "refunding": Text(ja="{amount}円をお返しする手続をしています。", easy="{amount}円 かえします。", en="{amount} yen will be returned."),
    "call": Text(ja="分からないときは、{department}（{phone}）にお電話ください。", easy="わからないときは {department}（{phone}）に でんわ してください。", en="Questions? Call {department} ({phone})."),
    "capture": Text(ja="受け取り", easy="うけとり", en="Received"),
    "counter_paid": Text(ja="窓口で受け取り", easy="まどぐちで うけとり", en="Received at the counter"),
    "chargeback": Text(ja="カード会社による取消", easy="カードの 会社が とりけし", en="Taken back by the card company"),
    "regained": Text(ja="カード会社による取消の取りやめ", easy="とりけしを やめました", en="The card company took its reversal back"),
    "moved": Text(ja="お金の出入り", easy="お金の うごき", en="What was paid and returned"),
    "number": Text(ja="請求の番号", easy="ばんごう", en="Number"),
    "refund": Text(ja="返金", easy="かえした お金", en="Returned"),
    "net": Text(ja="受け取った金額", easy="うけとった お金", en="Amount received"),
    "none": Text(ja="支払いなし", easy="なし", en="nothing to pay"),
    "due": Text(ja="支払い待ち", easy="まだ はらって いません", en="to be paid"),
    "partly_paid": Text(ja="一部支払いずみ", easy="すこし はらいました", en="partly paid"),
    "paid": Text(ja="支払いずみ", easy="はらいました", en="paid"),
    "overpaid": Text(ja="支払いずみ（多い分をお返しします）", easy="はらいました。おおい お金は かえします", en="paid; the surplus will be returned"),
    "refund_due": Text(ja="お返しする手続中", easy="お金を かえします", en="being returned"),
}  # fmt: skip


def words_in(language: str) -> dict[str, str]:
    return {key: text.pick(language) for key, text in _WORDS.items()}
