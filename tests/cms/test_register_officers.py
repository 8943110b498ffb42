"""The ready-made group 修了証の管理者: certificates and the register, and no more."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from certificates.models import Certificate, NameCorrection
from cms import roles
from tests import factories
from tests.certificates.issued import make_issued
from tests.drills.crawler import list_routes

pytestmark = pytest.mark.django_db
CERTIFICATES = "editor/snippets/lms_certificates"
CHOOSERS = "editor/snippets/choose/lms_certificates"
ENDS = ("", "results/")


def sign_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def read(client, routes):
    return [route for route in routes if client.get(f"/{route}").status_code == 200]


@pytest.fixture
def officer(db):
    user = factories.UserFactory()
    user.groups.add(roles.make_group(roles.REGISTER_OFFICERS))
    return sign_in(user)


def test_officer_sees_certificates_and_decides(officer):
    certificate = make_issued()
    for listing in ("certificate", "namecorrection", "registerentry"):
        assert officer.get(f"/{CERTIFICATES}/{listing}/").status_code == 200
    inspect = officer.get(f"/{CERTIFICATES}/certificate/inspect/{certificate.pk}/")
    assert certificate.holder in inspect.text
    asked = NameCorrection.objects.create(
        certificate=certificate,
        full_name="髙橋 花子",
        kana="タカハシ ハナコ",
        reason="婚姻",
        requested_at=factories.NOW,
    )
    officer.post(f"/editor/certificates/names/{asked.pk}/", {"decision": "refuse", "note": "否"})
    asked.refresh_from_db()
    assert asked.decision == "refused"
    officer.post(
        f"/editor/certificates/{certificate.pk}/revoke/",
        {"reason_class": "other", "reason": "誤り", "confirmed": "1"},
    )
    assert Certificate.objects.get().status == "revoked"


def test_officer_sees_nothing_else_of_the_editor(officer, course):
    """Of every address without an argument, compared with somebody who may only sign in there."""
    bare = factories.UserFactory()
    bare.user_permissions.add(Permission.objects.get(codename="access_admin"))
    routes = [route for route in list_routes() if route.startswith("editor/")]
    plain = [route for route in routes if not set("<(") & set(route) and "logout" not in route]
    assert len(plain) > 100
    seen = read(officer, plain)
    extra = set(seen) - set(read(sign_in(bare), seen))
    lists = ("certificate", "certificatetemplate", "namecorrection", "registerentry")
    by_hand = {"editor/certificates/by-hand/", "editor/certificates/by-hand/propose/"}
    listings = {f"{CERTIFICATES}/{each}/{end}" for each in lists for end in ENDS}
    choosers = {f"{CHOOSERS}/{each}/{end}" for each in lists for end in (*ENDS, "chosen-multiple/")}
    assert extra == by_hand | listings | choosers
