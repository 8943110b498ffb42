# Shared tasks find this app only if it is imported with Django.
from .celery import app as celery_app

__all__ = ["celery_app"]
