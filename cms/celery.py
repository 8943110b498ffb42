import os
from typing import Any

from celery import Celery, Task
from celery.exceptions import InvalidTaskError
from celery.worker.request import Request
from kombu.exceptions import ContentDisallowed, DecodeError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.site")


class StrictRequest(Request):
    """Refuses what is no proper message. Of one without an id Celery thinks that the broker was
    lost, puts it back, and takes it up again for ever."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(*args, **kwargs)
        except (InvalidTaskError, ContentDisallowed, DecodeError):
            raise
        except Exception as error:
            raise InvalidTaskError(f"no proper message: {type(error).__name__}") from error


class StrictTask(Task):
    Request = StrictRequest


app = Celery("cms", task_cls=StrictTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
