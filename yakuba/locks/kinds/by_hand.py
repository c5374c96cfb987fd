"""A lock without network: a clerk types each code in, and takes it out again."""

from datetime import timedelta

from pydantic import ConfigDict

from yakuba.locks.sockets import Abilities, Contract, Device, Fault, LockMaker, Memory, lock_makers


class ByHandContract(Contract):
    model_config = ConfigDict(title="手入力の錠")

    abilities = Abilities(
        can_change_hours=False,
        by_hand=True,
        lead=timedelta(days=3),
        key_words="番号を押して、錠の決定ボタンを押します。",
        notes=(
            "番号は、職員が錠に登録します。3日前に「鍵の用事」に出ます。",
            "予約が取り消されたら、職員が錠から番号を消します。",
        ),
    )

    def check(self, memory: Memory) -> list[Fault]:
        return []

    def devices(self, memory: Memory) -> list[Device]:
        return []


@lock_makers.plug
class ByHand(LockMaker):
    key = "manual"
    label = "手入力の錠・キーボックス"
    contract = ByHandContract
    words = "ネットワークにつながらないテンキー錠やキーボックスです。契約は要りません。"
