"""Jobs of the control plane: an operation that takes ids, may run twice, and is deferred in the caller's transaction.

Delivery and the inbox are not jobs; they have tables of their own.
"""

from collections.abc import Callable
from typing import Generic, ParamSpec

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueuedJob
from procrastinate.tasks import Task

from yakuba.kit.errors import OutsideFailure

Given = ParamSpec("Given")


class Patience(BaseRetryStrategy):
    """Ask the outside again, waiting 4, 16, 64 … seconds. A bug is not asked twice."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedJob
    ) -> RetryDecision | None:
        if not isinstance(exception, OutsideFailure) or exception.permanent:
            return None
        if job.attempts + 1 >= self.attempts:
            return None
        return RetryDecision(retry_in={"seconds": 4 ** (job.attempts + 1)})


class Job(Generic[Given]):
    """A function that can be called at once (tests) or deferred to a worker."""

    def __init__(self, task: "Task[Given, None, Given]", work: Callable[Given, None]) -> None:
        self._task = task
        self._work = work
        self.name = task.name

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> None:
        self._work(*args, **kwargs)

    def defer(self, *args: Given.args, **kwargs: Given.kwargs) -> None:
        """Have a worker do it after the present transaction is committed."""
        self._task.defer(*args, **kwargs)


def job(
    *, queue: str = "default", attempts: int = 5
) -> Callable[[Callable[Given, None]], Job[Given]]:
    """Make an operation a job; see `Patience` for how often the outside is asked again."""

    def wrap(work: Callable[Given, None]) -> Job[Given]:
        name = f"{work.__module__.split('.')[1]}.{work.__name__}"
        task = app.task(queue=queue, name=name, retry=Patience(attempts))(work)
        return Job(task, work)

    return wrap
