from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "yakuba.files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.files import plugs  # noqa: F401
