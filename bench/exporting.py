"""Export all answers of the survey as the job of a clerk does, and say how many rows, how long, how much memory.

A program of its own, because its peak of memory is what is measured.
"""

import json
import time

import django

from bench.machine import peak_mib


def main() -> None:
    django.setup()
    from yakuba.procedures.models import Procedure
    from yakuba.submissions.models import Export
    from yakuba.submissions.operations import exporting
    from yakuba.townhall.models import StaffMember

    survey = Procedure.objects.get(title="町の広報についての意見募集")
    clerk = StaffMember.objects.get(email="admin@kamiichi.example")
    export = exporting.ask_for(survey, format="csv", query="", has_personal=False, staff=clerk)
    began = time.perf_counter()
    exporting.make_export(export_id=str(export.pk))
    seconds = time.perf_counter() - began
    done = Export.objects.get(pk=export.pk)
    peak = peak_mib()
    print(json.dumps({"rows": done.rows, "seconds": seconds, "peak_mib": peak}))


if __name__ == "__main__":
    main()
