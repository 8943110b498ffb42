import datetime as dt

import pytest
from django.db.models import ProtectedError

from certificates.domain import issuing, production, templates
from certificates.domain.trial import find_template_problems, make_facts
from certificates.models import Certificate, CertificateTemplate, certificate_storage
from certificates.rendering.design import Design
from tests import factories
from tests.certificates import facts as specimens
from tests.certificates.rendering.test_seal import SEAL, count_red

NOW = factories.NOW


def fill(wording, **changes):
    facts = specimens.make_facts(wording=wording, **changes)
    return templates.fill_wording(facts=facts).wording


def test_places_are_filled_in_either_kind_of_bracket():
    assert fill("｛講座名｝を{時間}、{ 修了日 }に修了", course_title="講座") == (
        "講座を2時間、令和8年11月22日に修了"
    )
    assert fill("｛有効期限｝まで", expires_on=dt.date(2029, 3, 31)) == "令和11年3月31日まで"


def test_what_a_fact_says_is_never_read_as_a_place():
    assert fill("｛講座名｝", course_title="{時間}{{ x }}{% y %}") == "{時間}{{ x }}{% y %}"


def make(**fields):
    return CertificateTemplate(
        **{"title": "修了証書", "wording": "文", "issuer_office": "総務省"} | fields
    )


@pytest.mark.parametrize(
    ("fields", "field", "word"),
    [
        ({"wording": "｛氏名｝"}, "wording", "｛氏名｝"),
        ({"wording": "{講座名"}, "wording", "｛講座名｝"),
        ({"wording": "{{ 講座名 }}"}, "wording", "｛講座名｝"),
        ({"wording": "｛有効期限｝"}, "wording", ""),
        ({"accent_colour": "#c8a050"}, "accent_colour", "2.4"),
        ({"seal": "<svg/>"}, "seal", "SVG"),
        ({"seal": SEAL.replace("<path", "<script/><path")}, "seal", "script"),
    ],
)
def test_problem_is_tied_to_its_field_and_names_what_is_wrong(fields, field, word):
    problems = find_template_problems(template=make(**fields))
    assert [each for each, _text in problems] == [field]
    assert word in problems[0][1]


def test_trial_shows_hours_validity_and_symbol():
    template = make(study_hours=2.5, validity_months=24, number_symbol="総情活", wording="{時間}")
    facts = make_facts(template=template, mode="former")
    assert facts.study_minutes == 150
    assert facts.wording == "2時間30分"
    assert facts.expires_on.year == facts.issued_on.year + 2
    assert facts.number.startswith("総情活 ")
    assert facts.former_name


@pytest.mark.parametrize("mode", [mode for mode, _label in make().preview_modes])
def test_every_preview_can_be_printed(mode):
    template = make(seal=SEAL, validity_months=36, issuer_name="山田 花子")
    assert find_template_problems(template=template, mode=mode) == []


def request(**fields):
    factories.make_certificate_template(**fields)
    enrolment = factories.make_enrolment(completed_at=NOW)
    return issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)


@pytest.mark.django_db
def test_wording_is_filled_in_when_the_row_is_written():
    certificate = request(wording="｛講座名｝を修了した。")
    assert certificate.facts["wording"] == f"{certificate.facts['course_title']}を修了した。"


@pytest.mark.django_db
def test_design_is_that_of_the_revision_whatever_happens_to_the_template():
    certificate = request(accent_colour="#0b5d3b", seal=SEAL)
    assert certificate.template_revision is not None
    template = certificate.template
    template.accent_colour, template.seal = "#7a1f3d", ""
    template.save()
    template.save_revision()

    certificate = Certificate.objects.get()
    frozen = Design(accent_colour="#0b5d3b", seal=SEAL)
    assert templates.read_design(certificate=certificate) == frozen
    assert templates.count_earlier(template=template) == 1
    with pytest.raises(ProtectedError):
        certificate.template_revision.delete()


@pytest.mark.django_db
def test_unchanged_template_gets_no_second_revision_and_a_changed_one_does():
    template = factories.make_certificate_template()
    first = templates.freeze_template(template=template)
    template.refresh_from_db()
    assert templates.freeze_template(template=template) == first
    CertificateTemplate.objects.update(accent_colour="#0b5d3b")
    template.refresh_from_db()
    second = templates.freeze_template(template=template)
    assert second != first
    assert second.content["accent_colour"] == "#0b5d3b"


@pytest.mark.django_db
def test_issued_file_has_the_frozen_design():
    certificate = request(seal=SEAL, issuer_name="山田 花子")
    CertificateTemplate.objects.update(seal="")
    production.issue_certificate(certificate_id=certificate.pk, now=NOW)
    certificate.refresh_from_db()
    with certificate_storage().open(certificate.file.name) as file:
        assert count_red(file.read()) > 1000
