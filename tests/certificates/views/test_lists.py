import datetime as dt
import logging

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from certificates import tasks
from certificates.models import BulkVerification
from tests import factories

pytestmark = pytest.mark.django_db

URL = "/certificates/lists/"


def sign_in(*permissions):
    user = factories.UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff(db):
    return sign_in("add_bulkverification")


def send(client, certificate, name="名簿.csv"):
    data = f"番号,氏名\nR8-1,髙橋 𠮷江\n{certificate.facts['code']},\n".encode()
    return client.post(URL, {"file": SimpleUploadedFile(name, data)})


def work():
    tasks.sweep_offices.run()
    for pk in BulkVerification.objects.values_list("pk", flat=True):
        tasks.answer_list.run(pk)


def test_only_staff_of_town_halls_get_in(certificate):
    assert Client().get(URL).status_code == 302
    assert sign_in().get(URL).status_code == 403
    assert sign_in("add_bulkverification").get(URL).status_code == 200


def test_list_goes_in_and_comes_back(staff, certificate):
    page = send(staff, certificate)
    assert page.status_code == 302
    waiting = staff.get(page.url)
    assert "<progress" in waiting.content.decode()
    assert f'href="{page.url}"' in waiting.content.decode()
    work()
    done = staff.get(page.url).content.decode()
    assert "<progress" not in done
    assert "髙橋" not in done
    assert done.count("mark--valid") == 3
    file = staff.get(f"{page.url}file/")
    assert file["Content-Type"] == "text/csv"
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert lines[1].startswith("R8-1,髙橋 𠮷江,")
    assert len(lines[1].split(",")) == 4


def test_only_the_rows_to_look_at_are_shown_when_asked_for(staff, certificate):
    data = "番号,氏名\nR8-1,髙橋 𠮷江\nR8-9,鈴木 一郎\n".encode()
    url = staff.post(URL, {"file": SimpleUploadedFile("a.csv", data)}).url
    work()
    page = staff.get(url).text
    assert f'href="{url}?rows=check"' in page
    assert ("R8-1<" in page, "R8-9<" in page) == (True, True)
    page = staff.get(f"{url}?rows=check").text
    assert ("R8-1<" in page, "R8-9<" in page) == (False, True)
    assert f'href="{url}"' in page


def test_filter_is_not_offered_where_it_would_change_nothing(staff, certificate):
    data = "番号,氏名\nR8-9,鈴木 一郎\n".encode()
    url = staff.post(URL, {"file": SimpleUploadedFile("a.csv", data)}).url
    work()
    assert "rows=check" not in staff.get(url).text
    page = staff.get(f"{url}?rows=check").text
    assert "R8-9<" in page
    assert page.count('class="links"') == staff.get(url).text.count('class="links"')


def test_answer_cannot_be_had_before_it_is_there(staff, certificate):
    assert staff.get(f"{send(staff, certificate).url}file/").status_code == 404


def test_list_of_somebody_else_is_not_there(staff, certificate):
    url = send(staff, certificate).url
    work()
    stranger = sign_in("add_bulkverification")
    assert stranger.get(url).status_code == stranger.get(f"{url}file/").status_code == 404
    assert "名簿.csv" not in stranger.get(URL).content.decode()


def test_expired_list_is_not_there(staff, certificate):
    url = send(staff, certificate).url
    BulkVerification.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert staff.get(url).status_code == 404


def test_failed_list_says_why(staff):
    response = staff.post(URL, {"file": SimpleUploadedFile("a.csv", b"%PDF-1.7")})
    work()
    assert "notice--error" in staff.get(response.url).content.decode()


def test_too_large_a_file_is_refused_at_once(staff):
    response = staff.post(URL, {"file": SimpleUploadedFile("a.csv", b"x" * (5 * 1024 * 1024 + 1))})
    assert response.status_code == 422
    assert not BulkVerification.objects.exists()


def test_too_many_lists_are_refused(staff, certificate, monkeypatch):
    monkeypatch.setattr("certificates.domain.lists.LISTS_PER_HOUR", 1)
    assert send(staff, certificate).status_code == 302
    assert send(staff, certificate).status_code == 422


def test_dead_broker_is_not_noticed(staff, certificate, monkeypatch, caplog):
    def fail(*_):
        raise OperationalError

    monkeypatch.setattr(tasks.answer_list, "delay", fail)
    with caplog.at_level(logging.WARNING):
        url = send(staff, certificate).url
    assert staff.get(url).status_code == 200
    work()
    assert BulkVerification.objects.get().status == "done"
