"""A course looked at as a whole: what is found in its pages and quizzes."""

import datetime as dt

import pytest
from wagtail.models import Page

from tests import factories
from training.domain.course_checks import check_course, find_pages_with_errors
from training.models import ModulePage, Question

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


@pytest.fixture
def module(course):
    return ModulePage.objects.child_of(course).get()


def check(course, place=1):
    return check_course(course=course, today=TODAY)[place]


def find_errors(course, module, *blocks):
    module.body = list(blocks)
    module.save_revision()
    return check(course).errors


def test_sound_course_has_no_error(course):
    assert [(each.errors, each.title) for each in check_course(course=course, today=TODAY)] == [
        ([], "デジタル活用支援 研修"),
        ([], "単元の題1"),
    ]


@pytest.mark.parametrize(
    ("link", "is_error"),
    [
        ('<a linktype="page" id="{course}">先</a>', False),
        ('<a linktype="page" id="99999">先</a>', True),
        ('<a linktype="document" id="99999">先</a>', True),
        ('<a href="https://www.soumu.go.jp/a?b=1&amp;c=2">先</a>', False),
        ('<a href="mailto:a@example.jp">先</a>', False),
        ('<a href="/digital-support/">先</a>', False),
        ('<a href="/digital-support">先</a>', False),
        ('<a href="/v/">先</a>', False),
        ('<a href="/gone/">先</a>', True),
        ('<a href="#before">先</a>', False),
        ('<a href="http://">先</a>', True),
        ('<a href="https://soumu">先</a>', True),
        ('<a href="www.soumu.go.jp">先</a>', True),
        ('<a href="http://[">先</a>', True),
        ('<a href="javascript:alert(1)">先</a>', True),
        ("<a>先</a>", True),
    ],
)
def test_link_that_leads_nowhere_is_an_error(course, module, link, is_error):
    errors = find_errors(course, module, ("text", f"<p>{link.format(course=course.pk)}</p>"))
    assert bool(errors) is is_error
    assert all("「先」" in error for error in errors)


def test_link_in_a_block_of_blocks_is_looked_at(course, module):
    case = {"title": "題", "situation": '<p><a linktype="page" id="99999">先</a></p>'}
    assert len(find_errors(course, module, ("case", case))) == 1


def test_what_eyes_and_ears_need_is_asked_for(course, module):
    video = {"title": "題", "transcript": "<p></p>", "file": None, "page": "https://example.jp/a"}
    errors = find_errors(course, module, ("figure", {"image": None, "alt": ""}), ("video", video))
    assert len(errors) == 2


def test_draft_is_looked_at_and_not_what_is_published(course, module):
    module.save_revision().publish()
    module.title = "改めた題"
    module.save_revision()
    assert check(course).title == "改めた題"


def test_quiz_that_cannot_be_asked_is_an_error(course):
    Question.objects.update(live=False)
    assert len(check(course).errors) == 1


def test_course_without_modules_and_module_without_quiz(course, module):
    module.quiz.delete()
    assert len(check(course).advice) == 1
    module.delete()
    assert len(check(course, 0).errors) == 1


def test_module_that_nobody_sees_is_told(course, module):
    module.unpublish()
    assert len(check(course).advice) == 1


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("これはとてもやさしい文です。だれでもすぐに読めます。", "easy"),
        (
            "この文は少し長いですが、読むのに困るほどではありません。市役所の窓口でも使える言葉です。",
            "easy",
        ),
        ("地方公共団体情報連携推進事業実施要綱改正案。", "hard"),
        ("これは" + "ながい" * 25 + "文です。", "hard"),
    ],
)
def test_reading_level_is_that_of_length_and_kanji(course, module, text, level):
    module.body = [("text", f"<p>{text}</p>")]
    module.save_revision()
    assert check(course).reading.level == level


def test_endless_sentence_is_named_by_its_beginning(course, module):
    module.body = [("text", f"<p>はじまり{'ながい' * 50}。</p>")]
    module.save_revision()
    assert any("はじまり" in advice for advice in check(course).advice)


@pytest.mark.parametrize("modules", [1, 3])
def test_pages_with_errors_take_five_statements(modules, django_assert_num_queries):
    course = factories.make_course(modules=modules)
    for module in ModulePage.objects.child_of(course):
        module.body = [("text", '<p><a linktype="page" id="99999">先</a></p>')]
        module.save_revision()
    with django_assert_num_queries(5):
        found = find_pages_with_errors(pages=Page.objects.all())
    assert len(found) == modules
