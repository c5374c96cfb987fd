from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "yakuba.submissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.submissions import plugs  # noqa: F401
