"""The two expected ways to fail. Anything else is a bug and is not caught."""

from typing import ClassVar

from django.utils.functional import Promise


class Refusal(Exception):
    """The office says no, in a sentence that the person at the counter can read.

    Subclasses live next to the operation that raises them, and give one `sentence`, which may
    mention the facts passed to the constructor::

        class TooManyReservations(Refusal):
            sentence = _("予約は{limit}件までです。")


        raise TooManyReservations(limit=3)
    """

    sentence: ClassVar[str | Promise]

    def __init__(self, **facts: object) -> None:
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        return str(self.sentence).format(**self.facts)


class OutsideFailure(Exception):
    """Somebody outside (LINE, mail, storage) did not answer or said no; a job may try again.

    `permanent` says that asking again cannot help. `status` is the HTTP status, if there was one;
    None means that nobody knows whether the outside has done it.
    """

    def __init__(
        self, words: str, *, permanent: bool = False, status: int | None = None, body: str = ""
    ) -> None:
        super().__init__(words)
        self.permanent = permanent
        self.status = status
        self.body = body
