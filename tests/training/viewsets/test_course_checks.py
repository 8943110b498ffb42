from django.urls import reverse

from training.models import ModulePage


def test_editor_comes_from_the_page_to_the_report(page_editor, course):
    module = ModulePage.objects.child_of(course).get()
    address = reverse("lms_training_admin:course_check", args=[course.pk])
    for page in (course, module):
        edit = page_editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        assert address in edit.content.decode()
    answer = page_editor.get(address).content.decode()
    assert module.title in answer
    assert "直すところは見つかりませんでした" in answer


def test_whoever_edits_no_pages_does_not_see_it(keeper, learner_client, course):
    address = reverse("lms_training_admin:course_check", args=[course.pk])
    assert keeper.get(address).status_code == 302
    assert learner_client.get(address).status_code == 302
