from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "yakuba.residents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.residents import plugs  # noqa: F401
