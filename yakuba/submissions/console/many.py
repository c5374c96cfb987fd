"""What is done with many rows of the list at once, and how it is taken back."""

from collections.abc import Callable, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.lists import Bulk, Done
from yakuba.console.sockets import Staff, Undoer, undoers
from yakuba.submissions import operations
from yakuba.submissions.console.persons import me
from yakuba.submissions.models import Submission
from yakuba.submissions.operations.many import Bulk as Outcome
from yakuba.townhall.models import Capability


class StatusSet(Undoer):
    key = "submissions.status"
    label = _("状態を変える")

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        return _taken_back(
            operations.take_back_status(_earlier(payload), staff=me(staff)),
        )


class Assigned(Undoer):
    key = "submissions.assigned"
    label = _("担当を決める")

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        return _taken_back(operations.take_back_assigning(_earlier(payload), staff=me(staff)))


undoers.plug(StatusSet)
undoers.plug(Assigned)


def _earlier(payload: Mapping[str, object]) -> dict[str, list[object]]:
    kept = payload["earlier"]
    if not isinstance(kept, dict):
        raise TypeError("what was there earlier is kept by number")
    return kept


def _taken_back(done: Outcome) -> str:
    words = f"{done.count}件を元に戻しました。"
    return words + (f"その後に変更された{done.left}件はそのままです。" if done.left else "")


def _done(done: Outcome, words: str, undo_kind: str) -> Done:
    sentence = f"{done.count}件を{words}"
    if done.left:
        sentence += f"権限や状態のためにできなかった{done.left}件はそのままです。"
    if not done.count:
        return Done(sentence)
    return Done(sentence, undo_kind, {"earlier": dict(done.earlier)})


def _to(status: str, words: str) -> Callable[[Staff, QuerySet[Submission]], Done]:
    def act(staff: Staff, rows: QuerySet[Submission]) -> Done:
        done = operations.set_status_of(rows, status=status, staff=me(staff))
        return _done(done, words, StatusSet.key)

    return act


def _take(staff: Staff, rows: QuerySet[Submission]) -> Done:
    done = operations.assign_all(rows, to=me(staff), staff=me(staff))
    return _done(done, "自分の担当にしました。", Assigned.key)


def _leave(staff: Staff, rows: QuerySet[Submission]) -> Done:
    done = operations.assign_all(rows, to=None, staff=me(staff))
    return _done(done, "担当なしにしました。", Assigned.key)


def _decided(verb: str, words: str) -> Callable[[Staff, QuerySet[Submission]], Done]:
    """Approve or issue each by itself, as one press would; what could not be done says why."""

    def act(staff: Staff, rows: QuerySet[Submission]) -> Done:
        deed = operations.approve if verb == "approve" else operations.issue
        by = me(staff)
        done, reasons = operations.do_all(
            rows, lambda one: deed(one, words="", despite="", rev=one.rev, staff=by), staff=by
        )
        sentence = f"{done.count}件を{words}"
        if done.left:
            why = "".join(reasons[:3])
            sentence += f"できなかった{done.left}件はそのままです。{why}"
        return Done(sentence)

    return act


ACTS: list[Bulk[Submission]] = [
    Bulk(
        "take",
        _("自分の担当にする"),
        lambda count: _t("{count}件の担当があなたになります。").format(count=count),
        _take,
        Capability.HANDLE,
    ),
    Bulk(
        "leave",
        _("担当を外す"),
        lambda count: _t("{count}件の担当がいなくなります。").format(count=count),
        _leave,
        Capability.HANDLE,
    ),
    Bulk(
        "working",
        _("対応中・審査中にする"),
        lambda count: _t(
            "{count}件が「対応中」（申請は「審査中」）になり、本人のページにもそう表示されます。"
        ).format(count=count),
        _to("working", "「対応中」にしました。"),
        Capability.HANDLE,
    ),
    Bulk(
        "done",
        _("完了にする"),
        lambda count: _t("{count}件が「完了」になり、本人のページにもそう表示されます。").format(
            count=count
        ),
        _to("done", "「完了」にしました。"),
        Capability.HANDLE,
    ),
    Bulk(
        "approve",
        _("承認する"),
        lambda count: _t(
            "{count}件のうち、チェックリストが済んだ申請を承認し、本人に通知書を送ります。元に戻すには、別の人のやり直しが要ります。"
        ).format(count=count),
        _decided("approve", "承認しました。"),
        Capability.DECIDE,
    ),
    Bulk(
        "issue",
        _("交付する"),
        lambda count: _t(
            "{count}件のうち、承認され、支払いが済んだ申請を交付し、本人に知らせます。元に戻せません。"
        ).format(count=count),
        _decided("issue", "交付しました。"),
        Capability.DECIDE,
    ),
]
