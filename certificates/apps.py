from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    label = "lms_certificates"
    verbose_name = _("Certificates")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from training.conf import undrawable_finders

        from . import receivers  # noqa: F401 connects them
        from .rendering.fonts import find_undrawable

        undrawable_finders.append(find_undrawable)
