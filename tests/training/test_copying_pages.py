"""A copied page is a new page: nothing that records of learners hang on comes with it."""

from tests import factories
from training.models import CourseVersion, Enrolment, ModulePage, Question, Quiz, QuizQuestion


def test_copy_of_a_course_has_no_quiz_no_version_and_no_learner(db):
    enrolment = factories.make_enrolment(course=factories.make_course(modules=2))
    course = enrolment.course
    before = [
        list(model.objects.order_by("pk").values_list("pk", flat=True))
        for model in (Quiz, Question, QuizQuestion, CourseVersion, Enrolment)
    ]
    copy = course.copy(recursive=True, update_attrs={"slug": "copy", "title": "写し"})
    after = [
        list(model.objects.order_by("pk").values_list("pk", flat=True))
        for model in (Quiz, Question, QuizQuestion, CourseVersion, Enrolment)
    ]
    assert after == before
    copied = ModulePage.objects.child_of(copy)
    assert copied.count() == 2
    assert not Quiz.objects.filter(module__in=copied).exists()
    assert not Enrolment.objects.filter(course=copy).exists()
    assert set(Enrolment.objects.values_list("course_id", flat=True)) == {course.pk}
