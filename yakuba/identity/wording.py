"""What is said about a proof, in three languages; and what every reason means for the person and for staff."""

from dataclasses import dataclass

from yakuba.procedures.definition import Text, in_three


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a check ended without a proof: what is so, what to do now, and what staff read.

    `again`: the same person may succeed if they try once more from here.
    """

    said: Text
    mend: Text
    for_staff: str
    again: bool = True


OTHER_WAY = in_three(
    "窓口や郵送でも手続できます。",
    "まどぐちや ゆうびんでも できます。",
    "You can also do this at our counter or by post.",
)
_AGAIN = in_three(
    "もう一度、はじめから確認できます。",
    "もういちど、はじめから できます。",
    "You can start the check again.",
)
_COUNTER = in_three(
    "この手続は、窓口か郵送でお願いします。",
    "この てつづきは、まどぐちか ゆうびんで してください。",
    "Please do this at our counter or by post.",
)
_NEW_CARD = in_three(
    "電子証明書の更新は、お住まいの市区町村の窓口でできます。お急ぎのときは、この手続を窓口か郵送でお願いします。",
    "カードの しょうめいしょを あたらしくするのは、すんでいる まちの まどぐちです。いそぐときは、この てつづきも まどぐちで できます。",
    "You can renew the certificate at the counter of your municipality. If you are in a hurry, please come to our counter or write to us.",
)

REASONS: dict[str, Reason] = {
    "cancelled": Reason(
        in_three(
            "本人確認を途中でやめました。",
            "たしかめるのを とちゅうで やめました。",
            "The check was stopped.",
        ),
        _AGAIN,
        "本人が途中でやめました。",
    ),
    "no_card": Reason(
        in_three(
            "マイナンバーカードがお手元にないとのことでした。",
            "マイナンバーカードが ないと いいました。",
            "You said that you have no My Number card with you.",
        ),
        in_three(
            "カードがあれば、もう一度確認できます。なければ、窓口か郵送でお願いします。",
            "カードが あれば、もういちど できます。なければ、まどぐちか ゆうびんで してください。",
            "With the card at hand you can try again. Without it, please come to our counter or write to us.",
        ),
        "カードが手元にないと答えました。",
    ),
    "pin_locked": Reason(
        in_three(
            "暗証番号を続けて間違えたため、カードがロックされています。",
            "あんしょうばんごうを なんかいも まちがえたので、カードが つかえません。",
            "The card is locked because a wrong PIN was entered too many times.",
        ),
        in_three(
            "ロックの解除は、お住まいの市区町村の窓口か、コンビニの機械でできます。",
            "もとに もどすのは、すんでいる まちの まどぐちか、コンビニの きかいで できます。",
            "You can have it unlocked at the counter of your municipality or at a convenience store terminal.",
        ),
        "暗証番号のロック（署名用は5回、利用者証明用は3回の間違い）です。",
    ),
    "certificate_expired": Reason(
        in_three(
            "カードの電子証明書の有効期限が切れています。",
            "カードの しょうめいしょの きげんが きれています。",
            "The certificate on the card has expired.",
        ),
        _NEW_CARD,
        "電子証明書の有効期限が切れていました。",
        again=False,
    ),
    "moved": Reason(
        in_three(
            "引越しや氏名の変更のあと、カードの電子証明書が新しくなっていません。",
            "ひっこしや なまえが かわったあと、カードの しょうめいしょが まえの ままです。",
            "The certificate on the card ended because your address or name has changed.",
        ),
        _NEW_CARD,
        "住所・氏名などが変わり、署名用電子証明書が失効していました。",
        again=False,
    ),
    "renewed": Reason(
        in_three(
            "このカードは新しいカードに切り替わっているため、使えません。",
            "あたらしい カードが あるので、この カードは つかえません。",
            "This card has been replaced by a newer one.",
        ),
        in_three(
            "新しいカードで、もう一度確認してください。",
            "あたらしい カードで、もういちど してください。",
            "Please try again with the newer card.",
        ),
        "更新で新しい証明書に切り替わった、古いカードでした。",
    ),
    "certificate_revoked": Reason(
        in_three(
            "カードの電子証明書は、使えなくなっています。",
            "カードの しょうめいしょは、もう つかえません。",
            "The certificate on the card is no longer valid.",
        ),
        _NEW_CARD,
        "電子証明書が失効していました。",
        again=False,
    ),
    "no_signature_certificate": Reason(
        in_three(
            "このカードには、署名用の電子証明書が入っていません。15歳未満の方のカードなどです。",
            "この カードでは サインが できません。15さいより したの 人の カードなどです。",
            "This card has no certificate for signing, as with cards of people under 15.",
        ),
        in_three(
            "保護者や代理の方が、ご自分のカードとお名前で申請するか、窓口か郵送でお願いします。",
            "おとうさん・おかあさん などが じぶんの カードと なまえで するか、まどぐちか ゆうびんで してください。",
            "A parent or representative can apply with their own card and name; or come to our counter or write to us.",
        ),
        "署名用電子証明書のないカードでした（15歳未満など）。法定代理人の申請か窓口を案内しています。",
        again=False,
    ),
    "policy_refused": Reason(
        in_three(
            "このカードは確認に使えません。",
            "この カードは つかえません。",
            "This card cannot be used for the check.",
        ),
        _COUNTER,
        "試験用など、対象でない証明書でした。",
        again=False,
    ),
    "not_believed": Reason(
        in_three(
            "確認の結果を正しく受け取れませんでした。",
            "けっかが ただしく とどきませんでした。",
            "The result of the check could not be trusted.",
        ),
        _AGAIN,
        "事業者の返事が、依頼した内容と合いませんでした。",
    ),
    "other_browser": Reason(
        in_three(
            "ほかの人のLINEで確認の画面が開かれたため、この確認は使えません。",
            "ほかの 人の LINEで ひらいたので、つかえません。",
            "The check was opened in somebody else's LINE, so it cannot be used.",
        ),
        in_three(
            "ご自分のLINEで、もう一度はじめから確認してください。",
            "じぶんの LINEで、もういちど はじめから してください。",
            "Please start again in your own LINE.",
        ),
        "別の住民のLINEで確認の画面から戻りました。なりすましの誘導かもしれません。",
    ),
    "timeout": Reason(
        in_three(
            "時間が過ぎたため、確認が終わりませんでした。",
            "じかんが すぎました。たしかめられませんでした。",
            "The time for the check ran out.",
        ),
        _AGAIN,
        "時間内に終わりませんでした。",
    ),
    "revocation_unknown": Reason(
        in_three(
            "電子証明書が使えるかどうかを、確かめられませんでした。",
            "しょうめいしょが つかえるか、わかりませんでした。",
            "It could not be learnt whether the certificate is still valid.",
        ),
        _AGAIN,
        "失効しているかどうかが、24時間たっても分かりませんでした。",
    ),
    "refused": Reason(
        in_three(
            "いま、このサービスでは確認できません。",
            "いま、この やりかたでは できません。",
            "This way of checking is not available now.",
        ),
        in_three(
            "時間をおいて試すか、窓口か郵送でお願いします。",
            "あとで もういちど するか、まどぐちか ゆうびんで してください。",
            "Please try later, or come to our counter or write to us.",
        ),
        "事業者が依頼を断りました。接続の設定を確かめてください。",
    ),
    "changed": Reason(
        in_three(
            "署名のあとで内容が変わりました。",
            "サインの あとで なかみが かわりました。",
            "Something was changed after you signed.",
        ),
        in_three(
            "いまの内容に、もう一度署名してください。",
            "いまの なかみに、もういちど サインしてください。",
            "Please sign what it says now.",
        ),
        "署名のあとで内容が変わったため、前の署名は使いません。",
    ),
    "replaced": Reason(
        in_three(
            "この確認は、あとから始めた確認に切り替わりました。",
            "あとから はじめた ほうに かわりました。",
            "You began another check after this one.",
        ),
        _AGAIN,
        "本人が別の確認を始めました。",
    ),
    "account_moved": Reason(
        in_three(
            "LINEのアカウントが変わったため、もう一度確認が必要です。",
            "LINEの アカウントが かわったので、もういちど してください。",
            "Your LINE account has changed, so the check is needed again.",
        ),
        _AGAIN,
        "LINEアカウントの付け替えがあったため、確認し直しを求めています。",
    ),
}


def reason(key: str) -> Reason:
    """Return what `key` means; one that a provider invented later means "no"."""
    return REASONS.get(key, REASONS["refused"])
