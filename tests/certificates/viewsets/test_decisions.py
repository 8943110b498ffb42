import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from certificates.models import Certificate
from certificates.viewsets import decisions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    user = factories.UserFactory(is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(user)
    return client


def revoke(client, certificate, **more):
    return client.post(
        f"/editor/certificates/{certificate.pk}/revoke/",
        {"reason_class": "misconduct", "reason": "誤り"} | (more or {"confirmed": "1"}),
    )


def test_revocation_is_logged(editor, certificate):
    assert revoke(editor, certificate).status_code == 302
    assert Certificate.objects.get().status == "revoked"
    assert ModelLogEntry.objects.filter(action="certificates.revoke").count() == 1


def test_revocation_without_its_log_entry_does_not_happen(editor, certificate, monkeypatch):
    def fail(**_):
        raise OSError

    monkeypatch.setattr(decisions, "log", fail)
    with pytest.raises(OSError):  # noqa: PT011 the very one
        revoke(editor, certificate)
    assert Certificate.objects.get().status == "issued"


def test_revocation_is_asked_for_once_more_and_keeps_what_was_typed(editor, certificate):
    address = f"/editor/certificates/{certificate.pk}/revoke/"
    typed = {"reason_class": "misconduct", "reason": "受験していない"}
    page = editor.post(address, typed).text
    assert 'name="confirmed"' in page
    assert Certificate.objects.get().status == "issued"
    assert "受験していない" in editor.post(address, typed | {"change": "1"}).text
    assert Certificate.objects.get().status == "issued"
    editor.post(address, typed | {"confirmed": "1"})
    assert Certificate.objects.get().revocation_reason == "受験していない"
