import datetime as dt
import json

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from certificates import tasks
from certificates.credentials.proofs import verify_credential
from certificates.credentials.status import LENGTH, encode_bits
from certificates.domain.status_lists import renew_status_lists
from certificates.models import Certificate, SigningKey, StatusList
from tests import factories
from tests.certificates.keys import make_credential_key

pytestmark = pytest.mark.django_db
NOW = factories.NOW
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def renew():
    key, private = make_credential_key()

    def run(now=NOW):
        return renew_status_lists(key=key, sign=private.sign, now=now)

    run.public_key = private.public_key()
    return run


def read(number=0):
    return json.loads(StatusList.objects.get(pk=number).document)


def test_first_list_is_there_before_the_first_certificate(renew):
    assert renew() == [0]
    assert read()["credentialSubject"]["encodedList"] == encode_bits([])
    assert verify_credential(read(), public_key=renew.public_key)


@pytest.mark.parametrize("status", ["revoked", "superseded"])
def test_revoked_and_superseded_ones_are_set_and_nothing_else(renew, certificate, status):
    renew()
    Certificate.objects.update(status=status)
    assert renew(NOW + MINUTE) == [0]
    assert read()["credentialSubject"]["encodedList"] == encode_bits([certificate.pk])
    assert read()["validFrom"] == "2026-11-23T03:01:00Z"


def test_nothing_is_signed_while_nothing_changes(renew, certificate):
    renew()
    assert renew(NOW + MINUTE) == []
    assert renew(NOW + dt.timedelta(hours=25)) == [0]


def test_another_key_signs_anew(renew, certificate):
    renew()
    key, private = make_credential_key("next", purpose="document")
    renew_status_lists(key=key, sign=private.sign, now=NOW + MINUTE)
    assert verify_credential(read(), public_key=private.public_key())


def test_second_list_begins_where_the_first_is_full(renew, certificate):
    row = Certificate.objects.get()
    row.pk, row.status = LENGTH + 5, "revoked"
    row.code, row.number, row.supersedes = "X" * 13, 2, certificate
    row.save(force_insert=True)
    assert renew() == [0, 1]
    assert read(0)["credentialSubject"]["encodedList"] == encode_bits([])
    assert read(1)["credentialSubject"]["encodedList"] == encode_bits([5])
    assert read(1)["id"].endswith("/v/status/1")


def test_unchanged_lists_cost_three_statements(renew, certificate, django_assert_num_queries):
    renew()
    with django_assert_num_queries(3):
        renew(NOW + MINUTE)


def test_task_renews_with_the_key_in_use():
    factories.make_certificate_template()
    tasks.renew_status_lists()
    (key,) = SigningKey.objects.filter(purpose="credential")
    assert verify_credential(read(), public_key=load_pem_public_key(key.public.encode()))


def test_task_without_a_key_says_so_and_leaves_the_lists(caplog):
    tasks.renew_status_lists()
    assert "without a key" in caplog.text
    assert not StatusList.objects.exists()
