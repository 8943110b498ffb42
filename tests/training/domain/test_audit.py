import datetime as dt

import pytest

from tests import factories
from training.domain.audit import record_audit
from training.models import AuditEntry

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


def test_an_entry_tells_who_what_when_and_why():
    officer = factories.UserFactory()
    affiliation = factories.AffiliationFactory()
    record_audit(
        action="affiliation.refuse",
        actor=officer,
        at=NOW,
        subject=affiliation,
        local_government=affiliation.local_government,
        reason="在籍していません",
    )
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.at, entry.reason) == (officer, NOW, "在籍していません")
    assert (entry.object_type, entry.object_id) == ("lms_training.affiliation", str(affiliation.pk))


@pytest.mark.parametrize(
    "tamper",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(reason="x"),
        lambda entry: AuditEntry.objects.all().delete(),
    ],
)
def test_an_entry_is_never_changed(tamper):
    entry = record_audit(action="data.export", actor=None, at=NOW)
    with pytest.raises(TypeError):
        tamper(entry)
    assert AuditEntry.objects.count() == 1
