import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates.domain.codes import display_code
from certificates.models import Certificate, NameCorrection
from tests import factories
from tests.certificates.issued import make_issued

pytestmark = pytest.mark.django_db
URL = "/editor/snippets/lms_certificates/certificate/"


@pytest.fixture
def editor(db):
    client = Client()
    client.force_login(factories.UserFactory(is_superuser=True, is_staff=True))
    return client


@pytest.fixture
def pair(db):
    """One with the number 1, and another."""
    first = make_issued()
    fields = ("enrolment", "template", "fiscal_year", "created_at")
    facts = first.facts | {"number": "令和8年度 第000110号", "full_name": "鈴木 一郎"}
    other = Certificate.objects.create(
        **{name: getattr(first, name) for name in fields},
        facts=facts,
        number=110,
        code="1" * 13,
        supersedes=first,
    )
    return first, other


def is_listed(page, certificate):
    return certificate.facts["number"] in page.text


@pytest.mark.parametrize(
    "typed", ["令和8年度 第000001号", "R8-1", "Ｒ８－１", "1", "０００００１", "第000001号"]
)
def test_number_is_found_as_it_is_printed_or_said(editor, pair, typed):
    page = editor.get(URL, {"q": typed})
    assert [is_listed(page, each) for each in pair] == [True, False]


@pytest.mark.parametrize("change", [str, str.lower, lambda code: code[:9], lambda code: code[5:]])
def test_code_is_found_as_it_is_printed_or_a_part_of_it(editor, pair, change):
    page = editor.get(URL, {"q": change(display_code(code=pair[0].code))})
    assert [is_listed(page, each) for each in pair] == [True, False]


def test_name_is_still_found_and_nonsense_finds_nothing(editor, pair):
    assert is_listed(editor.get(URL, {"q": "髙橋"}), pair[0])
    for typed in ("山田", "令和7年度 第000001号", "-", "9" * 30, "!"):
        assert not any(is_listed(editor.get(URL, {"q": typed}), each) for each in pair), typed


def test_requests_are_listed_with_as_many_queries_as_one(
    editor, pair, django_assert_max_num_queries
):
    url = "/editor/snippets/lms_certificates/namecorrection/"

    def ask(certificate):
        return NameCorrection.objects.create(
            certificate=certificate,
            full_name="髙橋 花子",
            reason="婚姻",
            requested_at=factories.NOW,
            decided_by=factories.UserFactory(),
            decided_at=factories.NOW,
            decision="refused",
        )

    ask(pair[0])
    editor.get(url)
    with CaptureQueriesContext(connection) as one:
        editor.get(url)
    for certificate in (*pair, *pair):
        ask(certificate)
    with django_assert_max_num_queries(len(one)):
        assert editor.get(url).text.count("髙橋 花子") >= 5


@pytest.mark.parametrize("name", ["certificate", "registerentry", "namecorrection"])
def test_lists_that_are_only_read_have_nothing_to_tick(editor, pair, name):
    page = editor.get(f"/editor/snippets/lms_certificates/{name}/").text
    assert "bulk-action" not in page
