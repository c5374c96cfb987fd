"""What others may plug into payments: providers; and who listens to money."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from yakuba.kit.errors import OutsideFailure
from yakuba.kit.plugging import Hook, Pluggable, Registry
from yakuba.payments.models import Charge
from yakuba.payments.rules import Line
from yakuba.townhall.models import StaffMember

# ---- what we tell a provider


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt, as a provider is told of it. Times are the machine's."""

    attempt: UUID  # the idempotency key: the same attempt is never made twice
    merchant_ref: str  # 32 letters and digits, given once and never again
    amount: int  # yen
    title: str
    lines: tuple[Line, ...]
    payer: str  # opaque, at most 32 letters and digits; no name
    method: str  # one of the contract's methods, or "" for all
    opened_at: datetime
    expires_at: datetime
    back_url: str  # where the browser comes back to, whatever happened; proves nothing
    message_url: str  # where the provider's machines report
    provider_ref: str = ""  # what the provider calls it, once it has told us


@dataclass(frozen=True, slots=True)
class Back:
    """So much to give back of one capture. `key` is the refund's own; the same refund is never made twice."""

    order: Order  # of the attempt that brought the money
    txn: str  # the capture, as the provider called it
    captured: int
    amount: int
    key: UUID
    reason: str
    asked_at: datetime
    refunds_before: int = 0  # how many refunds this capture has had
    # Somebody may have asked for exactly this before and not heard the answer. A provider that does not
    # know a refund again by its key must then be looked at, or a person must.
    asked_before: bool = False


# ---- what a provider tells us


@dataclass(frozen=True, slots=True)
class Redirect:
    """Lead the browser to `url`."""

    url: str
    provider_ref: str = ""
    expires_at: datetime | None = None  # when the provider ends it, if it said so


@dataclass(frozen=True, slots=True)
class FormPost:
    """Have the browser send `fields`, in this order and in this character set, to `url`."""

    url: str
    fields: tuple[tuple[str, str], ...]
    charset: str = "utf-8"
    provider_ref: str = ""
    expires_at: datetime | None = None


Start = Redirect | FormPost

MoveKind = Literal["capture", "refund", "chargeback", "regained"]


@dataclass(frozen=True, slots=True)
class Move:
    """Money that moved at the provider, for good. `txn` is unique for its kind at this provider."""

    kind: MoveKind
    txn: str
    amount: int
    occurred_at: datetime
    currency: str = "JPY"
    method: str = ""  # card, paypay, konbini …
    key: str = ""  # of a refund: the key under which it was asked for, if the provider says it


@dataclass(frozen=True, slots=True)
class State:
    """What the provider itself says of an attempt.

    `unknown`: it has never heard of it. `open`: the page can still be used (`start` says where).
    `waiting`: the person is done, the money is not here yet (konbini). `closed`: nothing can come on this
    page any more, as far as the provider knows. Money is in `moves` alone.
    """

    status: Literal["unknown", "open", "waiting", "closed"]
    moves: tuple[Move, ...] = ()
    start: Start | None = None
    provider_ref: str = ""
    expires_at: datetime | None = None
    is_live: bool | None = None  # False: the provider's test mode


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """What a message is about. `moves` only where the message is proof and the provider cannot be asked."""

    merchant_ref: str = ""
    provider_ref: str = ""  # one of the three finds the attempt; none: it is of no interest
    txn: str = ""  # a capture in the ledger; what went back may name only that
    moves: tuple[Move, ...] = ()
    is_live: bool | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the provider's machine gets as answer."""

    body: bytes = b""
    content_type: str = "text/plain"
    status: int = 200


@dataclass(frozen=True, slots=True)
class Refunded:
    """The provider took the refund: done, or on its way (asked about later)."""

    txn: str
    occurred_at: datetime
    is_done: bool = True


@dataclass(frozen=True, slots=True)
class SettledRow:
    """One line of a settlement file."""

    merchant_ref: str
    kind: MoveKind
    txn: str  # empty for a refund that the file does not name: it is one of this attempt and amount
    amount: int
    occurred_at: datetime
    fee: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that would stop a resident from paying. `field` is a setting's name, or empty."""

    words: str
    field: str = ""


class Forged(Exception):
    """The message is not from this provider, or not for this contract (E23, E35). It is not kept."""


class Unreadable(Exception):
    """A message or file has no shape that we know; the words are for a person."""


class Refused(OutsideFailure):
    """The provider understood and said no; asking again cannot help. The words are for a clerk."""

    def __init__(self, words: str, *, status: int | None = None, body: str = "") -> None:
        super().__init__(words, permanent=True, status=status, body=body)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay with a provider, as a resident reads it."""

    key: str
    label: str  # クレジットカード
    words: str = ""  # what one needs at hand


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a provider can do, said before it is tried."""

    partial_refunds: bool = True
    refunds_per_capture: int | None = None  # None: as many as one likes
    min_yen: int = 1
    max_yen: int = 9_999_999
    settlement_file: str = ""  # in words: which file to download where; empty: there is none
    notes: tuple[str, ...] = field(default=())


class Contract(BaseModel):
    """What the town agreed with a provider: account and keys; and everything that can be asked with them.

    A kind subclasses this: its fields are the settings (the console draws the form from their titles and
    descriptions; a `SecretStr` is never shown again), its methods speak the provider's protocol. Methods
    that talk to the outside are never called in a transaction, and raise OutsideFailure when nobody knows
    what happened, `Refused` when the provider said no.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    # `init=False` parts, the same for every contract of the kind.
    abilities: ClassVar[Abilities] = Abilities()

    def methods(self) -> tuple[Method, ...]:
        """What a resident may choose between. At least one."""
        raise NotImplementedError

    def is_live(self) -> bool:
        """Say whether real money moves with these keys."""
        raise NotImplementedError

    def pages(self) -> tuple[str, ...]:
        """The origins of the pages on which people pay: the browser may be led nowhere else."""
        raise NotImplementedError

    def check(self) -> list[Fault]:
        """Try the keys at the provider, and say what would stop a resident from paying."""
        raise NotImplementedError

    def start(self, order: Order) -> Start:
        """Have the provider expect the money. Called again with the same order, it must not make a second one.

        Before it is called again, `fetch` was asked and knew nothing: providers forget keys after a day.
        """
        raise NotImplementedError

    def fetch(self, order: Order) -> State:
        """Ask the provider itself, by `provider_ref`, or by `merchant_ref` as long as we have none."""
        raise NotImplementedError

    def cancel(self, order: Order) -> State:
        """Keep anybody from paying this attempt any more, and return how it stands then.

        Money in `moves` means that somebody was faster; `open` means that it cannot be cancelled.
        """
        raise NotImplementedError

    def refund(self, back: Back) -> Refunded:
        """Give money back, once per `key`."""
        raise NotImplementedError

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Say whether the message may be from the provider: signature, age, account. No network.

        Header names are in lower case. A provider that signs nothing lets everything pass: its messages
        are hints, and the provider is asked anyway. Raises Forged.
        """
        raise NotImplementedError

    def dedupe_key(self, body: bytes) -> str:
        """The provider's own name of the message, if it has one; else it is told apart by its bytes."""
        return ""

    def parse_message(self, headers: Mapping[str, str], body: bytes) -> ParsedMessage:
        """Read a message that was verified and stored. No network. Raises Unreadable."""
        raise NotImplementedError

    def acknowledge(self, *, stored: bool) -> Acknowledgement:
        """What to answer: `stored` is true once the message is ours, whatever it says."""
        return Acknowledgement() if stored else Acknowledgement(status=503)

    def parse_settlement(self, content: bytes) -> list[SettledRow]:
        """Read the provider's daily file. Raises Unreadable."""
        raise Unreadable("この決済サービスには、取り込める明細ファイルがありません。")

    def settlement_days(self, rows: list[SettledRow]) -> tuple[date, date] | None:
        """The days that the file tells everything of, if it says so; else those of its rows count."""
        return None


class PaymentProvider(Pluggable):
    """A payment service that a town may connect. One file in `kinds/`."""

    contract: ClassVar[type[Contract]]
    words: ClassVar[str] = ""  # for the administrator: what has to be agreed with whom beforehand


providers: Registry[PaymentProvider] = Registry(PaymentProvider)

settled: Hook[[Charge]] = Hook(
    "Everything that was owed is paid and nothing is in doubt. Again only after `reopened`."
)
reopened: Hook[[Charge]] = Hook(
    "A charge that had been settled is open again: a chargeback, or a refund that we did not make."
)
refunded: Hook[[Charge, int]] = Hook("So many yen went back to the payer.")
overdue: Hook[[Charge]] = Hook("The last day to pay is over and something is still open. Once.")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a charge is for, as staff open it: 受付番号08-22223A7-9, and the address."""

    label: str
    href: str


MatterSource = Callable[[Charge, StaffMember], Matter | None]


class Matters:
    """Whoever asks for money says here where staff see what for; None where they may not see it."""

    def __init__(self) -> None:
        self._sources: list[MatterSource] = []

    def plug(self, source: MatterSource) -> MatterSource:
        self._sources.append(source)
        return source

    def unplug(self, source: MatterSource) -> None:
        self._sources.remove(source)

    def of(self, charge: Charge, staff: StaffMember) -> list[Matter]:
        found = (source(charge, staff) for source in self._sources)
        return [one for one in found if one is not None]


matters = Matters()
