from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "yakuba.segments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.segments import plugs  # noqa: F401
