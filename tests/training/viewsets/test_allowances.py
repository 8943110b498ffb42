import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from tests import factories
from training.models import Allowance, Attempt, Quiz

from .conftest import admin_url

pytestmark = pytest.mark.django_db
CHOOSER = "training_learner_chooser"


def test_allowance_is_granted_in_the_editor_and_logged_without_its_reason(supporter, enrolment):
    from django.utils import timezone

    from training.domain import quizzes

    Quiz.objects.update(time_limit_minutes=60)
    enrolment.version.outline["modules"][0]["rules"]["time_limit_minutes"] = 60
    enrolment.version.save()
    attempt = quizzes.start_attempt(
        enrolment=enrolment, quiz=Quiz.objects.get(), now=timezone.now()
    )
    learner = enrolment.learner
    data = {"learner": learner.pk, "time_percent": "200", "reason": "拡大読書器を使うため"}
    supporter.post(admin_url("add", model="allowance"), data)
    allowance = Allowance.objects.get()
    assert (allowance.learner, allowance.time_percent) == (learner, 200)
    longer = Attempt.objects.get()
    assert (longer.deadline - attempt.started_at).total_seconds() == 7200
    entry = ModelLogEntry.objects.for_instance(allowance).get()
    assert (entry.action, entry.user) == ("wagtail.create", supporter.user)
    assert "拡大読書器" not in str(entry.data)

    other = factories.LearnerFactory()
    edit = admin_url("edit", allowance.pk, model="allowance")
    assert supporter.get(edit).status_code == 200
    supporter.post(edit, data | {"learner": other.pk, "time_percent": "150"})
    allowance.refresh_from_db()
    assert (allowance.learner, allowance.time_percent) == (learner, 150)
    assert Attempt.objects.get().deadline == longer.deadline


def test_learners_are_found_by_name_reading_or_address(supporter):
    learner = factories.LearnerFactory(full_name="中村 花子", kana="ナカムラ ハナコ")
    factories.LearnerFactory(full_name="別の 人")
    url = reverse(f"{CHOOSER}:choose_results")
    for text in ("花子", "中村 花子", "中村　花子", "ハナコ", learner.user.email):
        page = supporter.get(url, {"q": text})
        assert "中村 花子" in page.text, text
        assert "別の" not in page.text, text


def test_nobody_is_listed_before_a_search(supporter):
    factories.LearnerFactory(full_name="中村 花子")
    for name in ("choose", "choose_results"):
        page = supporter.get(reverse(f"{CHOOSER}:{name}"))
        assert page.status_code == 200
        assert "中村" not in page.text


def test_names_are_for_those_who_grant_allowances(keeper, page_editor, learner_client, learner):
    for client in (keeper, page_editor, learner_client):
        for url in (
            reverse(f"{CHOOSER}:choose"),
            reverse(f"{CHOOSER}:choose_results") + "?q=髙橋",
            reverse(f"{CHOOSER}:chosen", args=[learner.pk]),
            reverse(f"{CHOOSER}:chosen_multiple") + f"?id={learner.pk}",
            reverse(f"{CHOOSER}:create"),
            admin_url("list", model="allowance"),
        ):
            page = client.get(url)
            assert page.status_code in (302, 403), url
            assert learner.full_name not in page.text
