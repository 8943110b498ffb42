from random import Random

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from wagtail.images import get_image_model

from tests import factories
from training.domain.papers import choose_questions, load_for_asking
from training.kinds import get_kind
from training.models import Choice, Question, Quiz

pytestmark = pytest.mark.django_db
IMAGE_CHOICE = get_kind("image_choice")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40" viewBox="0 0 80 40"></svg>'


@pytest.fixture
def question():
    # Wagtail keeps renditions there, even those of images that a test before has rolled back.
    cache.clear()
    return factories.make_question(key="q", kind="image_choice")


def show(question):
    shown, _key = IMAGE_CHOICE.freeze(
        Question.objects.get(pk=question.pk), rng=Random(0), shuffle=False
    )
    return shown["choices"]


def replace_file(image, content):
    storage, name = image.file.storage, image.file.name
    storage.delete(name)
    if content is not None:
        storage.save(name, ContentFile(content))


def test_paper_keeps_what_is_shown(question):
    first = show(question)[0]
    assert set(first) == {"key", "text", "alt", "src", "width", "height"}
    assert (first["text"], first["alt"]) == ("選択肢a", "絵a")
    assert first["src"].endswith(".jpg")
    assert first["width"] == first["height"] == 100


def test_svg_stays_one(question):
    svg = get_image_model().objects.create(title="svg", file=ContentFile(SVG, name="a.svg"))
    Choice.objects.filter(key="key-a").update(image=svg)
    first = show(question)[0]
    assert first["src"].endswith(".svg")
    assert (first["width"], first["height"]) == (80, 40)


def test_missing_or_broken_file_leaves_the_text_alternative(question, learner, learner_client):
    _whole, missing, broken = (choice.image for choice in question.choices.all())
    replace_file(missing, None)
    replace_file(broken, b"no image")
    course = factories.make_course(modules=0)
    module = factories.ModulePageFactory(parent=course)
    factories.make_quiz(module=module, questions=[question])
    factories.make_enrolment(course=course, learner=learner)

    started = learner_client.post(f"/learn/modules/{module.pk}/quiz/")
    page = learner_client.get(started.url).text
    assert page.count("<img") == 1
    for letter in "abc":
        assert f"絵{letter}" in page


def test_statements_do_not_grow_with_the_questions(question, django_assert_num_queries):
    questions = [question, factories.make_question(key="q2", kind="image_choice")]
    for each in questions:
        show(each)
    quiz = factories.make_quiz(
        module=factories.ModulePageFactory(parent=factories.make_course(modules=0)),
        questions=questions,
    )
    for count in (1, 2):
        with django_assert_num_queries(4):
            loaded = load_for_asking(Question.objects.filter(key__in=["q", "q2"])[:count])
            for each in loaded:
                IMAGE_CHOICE.freeze(each, rng=Random(0), shuffle=False)
    assert len(choose_questions(quiz=Quiz.objects.get(pk=quiz.pk), rng=Random(0))) == 2


@pytest.mark.parametrize("lost", [{"image": None}, {"alt": ""}, {"text": ""}, {"is_right": True}])
def test_question_that_cannot_be_asked_says_why(question, lost):
    assert IMAGE_CHOICE.find_problems(question) == []
    Choice.objects.filter(question=question, key="key-a").update(**lost)
    assert IMAGE_CHOICE.find_problems(Question.objects.get(pk=question.pk))
