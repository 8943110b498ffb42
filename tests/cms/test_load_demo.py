import datetime as dt

import pytest
from django.utils import translation
from django.utils.translation import gettext

from cms.demo.loader import load_everything, read_file
from cms.models import CaseStudyPage, GlossaryTerm, InformationPage, NoticePage, Reading
from training.models import ModulePage, Question

pytestmark = pytest.mark.django_db


def test_real_course_is_loaded_whole_and_an_editors_change_stays():
    first = load_everything()
    assert (first["modules"], first["questions"]) == (8, 46)
    assert first["local governments"] == 47 + 1741
    assert (NoticePage.objects.count(), CaseStudyPage.objects.count()) == (1, 2)
    assert GlossaryTerm.objects.count() == 32
    for reading in Reading.objects.all():  # an editor can save it again
        reading.full_clean()
    # What changes with the years says as of when, and when to look again.
    dated = InformationPage.objects.filter(slug__in=("programme", "funding", "contacts"))
    assert {page.as_of for page in dated} == {dt.date(2024, 1, 19)}
    assert all(page.review_by and page.show_in_menus for page in dated)
    assert Question.objects.filter(certainty="unconfirmed").count() == 5
    for module in ModulePage.objects.all():
        assert 4 <= module.quiz.quiz_questions.count() <= 6
        assert {"table", "figure"} & {block.block_type for block in module.body}
    for question in Question.objects.all():
        body = question.passage_module.specific.body
        headings = {block.value for block in body if block.block_type == "heading"}
        assert question.passage_heading in headings

    module = ModulePage.objects.get(slug="safety-and-privacy")
    module.title = "編集者が変えた題"
    module.save_revision().publish()
    Question.objects.filter(key="m1-q1").update(explanation="編集者の解説")

    assert load_everything() == first
    assert ModulePage.objects.get(slug="safety-and-privacy").title == "編集者が変えた題"
    assert Question.objects.get(key="m1-q1").explanation == "編集者の解説"


def test_faq_calls_the_button_of_the_sign_in_page_by_its_name():
    with translation.override("ja"):
        button = gettext("Send the mail for signing in")
    assert f"「{button}」" in str(read_file("pages/faq.toml")["body"])
