"""A message that is none must not stop the worker or come back for ever."""

import pytest
from celery.exceptions import InvalidTaskError
from celery.worker.request import Request
from kombu.exceptions import ContentDisallowed, DecodeError

from cms.celery import StrictRequest, app


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (KeyError("id"), InvalidTaskError),
        (AttributeError("x"), InvalidTaskError),
        (InvalidTaskError("x"), InvalidTaskError),
        # The worker knows these two itself and says which it was.
        (ContentDisallowed("x"), ContentDisallowed),
        (DecodeError("x"), DecodeError),
    ],
)
def test_what_is_no_proper_message_is_refused(monkeypatch, raised, expected):
    def fail(*args, **kwargs):
        raise raised

    monkeypatch.setattr(Request, "__init__", fail)
    with pytest.raises(expected):
        StrictRequest()


def test_every_task_is_asked_for_by_such_a_request():
    ours = [task for name, task in app.tasks.items() if name.startswith(("cms.", "certificates."))]
    assert len(ours) > 5
    assert all(task.Request is StrictRequest for task in ours)
