from django.apps import AppConfig


class RichmenusConfig(AppConfig):
    name = "yakuba.richmenus"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.richmenus import plugs  # noqa: F401
