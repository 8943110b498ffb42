import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry, ReferenceIndex, Revision
from wagtail.search.index import class_is_indexed

from tests import factories
from training.kinds import all_kinds
from training.models import Choice, GradedItem, Question, ScenarioPart

from .conftest import CHOICES, admin_url, question_form

pytestmark = pytest.mark.django_db
KINDS = [kind.name for kind in all_kinds()]


@pytest.mark.parametrize("kind", KINDS)
def test_half_filled_draft_is_kept_and_previewed_before_and_after(keeper, kind):
    empty = {"stem-count": "0", "explanation": "", "kind": kind}
    keeper.post(admin_url("add"), question_form(**empty))
    question = Question.objects.get()
    assert (question.kind, question.live, question.explanation) == (kind, False, "")
    assert keeper.get(admin_url("edit", question.pk)).status_code == 200
    assert keeper.get(admin_url("list")).status_code == 200
    url = admin_url("preview_on_edit", question.pk)
    posted = keeper.post(url, question_form(**empty, choices=[{"text": "ア"}]))
    assert posted.json()["is_available"]
    for mode in ("before", "after"):
        assert keeper.get(url, {"mode": mode}).status_code == 200


def test_preview_shows_the_key_after_answering_only(keeper):
    url = admin_url("preview_on_add")
    keeper.post(url, question_form(choices=CHOICES, explanation="なぜなら"))
    before, after = (keeper.get(url, {"mode": mode}).text for mode in ("before", "after"))
    assert "問いの文" in before
    assert "なぜなら" not in before
    assert "なぜなら" in after


def test_preview_after_answering_shows_what_is_said_to_each_choice(keeper):
    url = admin_url("preview_on_add")
    said = [{"feedback": "そのとおりです"}, {"feedback": "惜しいです"}]
    choices = [each | more for each, more in zip(CHOICES, said, strict=True)]
    for kind in ("single_choice", "short_text"):
        keeper.post(url, question_form(kind=kind, choices=choices))
        before, after = (keeper.get(url, {"mode": mode}).text for mode in ("before", "after"))
        assert "そのとおりです" not in before
        assert "ア（正答）：そのとおりです" in after
        assert "イ：惜しいです" in after
    # A kind that says nothing about single choices shows none that an earlier kind left there.
    keeper.post(url, question_form(kind="ordering", choices=choices))
    assert "惜しいです" not in keeper.get(url, {"mode": "after"}).text


def test_preview_of_a_scenario_within_a_scenario_says_so(keeper):
    inner = factories.make_question(key="inner", kind="scenario", choices="")
    ScenarioPart.objects.create(scenario=inner, question=factories.make_question(key="part"))
    outer = factories.make_question(key="outer", kind="scenario", choices="")
    ScenarioPart.objects.create(scenario=outer, question=inner)
    page = keeper.get(admin_url("preview_on_edit", outer.pk), {"mode": "before"})
    assert page.status_code == 200


def test_autosave_keeps_ids_so_that_no_choice_doubles(keeper):
    accept = {"HTTP_ACCEPT": "application/json"}
    made = keeper.post(admin_url("add"), question_form(choices=CHOICES), **accept).json()
    assert made["success"]
    question = Question.objects.get()
    rows = [
        row | {"id": made["field_updates"][f"choices-{number}-id"]}
        for number, row in enumerate(CHOICES)
    ]
    keys = set(Choice.objects.values_list("key", flat=True))
    again = keeper.post(admin_url("edit", question.pk), question_form(choices=rows), **accept)
    assert again.json()["success"]
    assert set(Choice.objects.values_list("key", flat=True)) == keys


def test_details_of_the_kind_are_saved_and_errors_named(keeper):
    data = question_form(kind="true_false")
    page = keeper.post(admin_url("add"), data | {"action-publish": "1"})
    assert page.status_code == 200
    assert not Question.objects.exists()
    data |= {"parameters-true_false-statement_is_true": "false"}
    keeper.post(admin_url("add"), data | {"action-publish": "1"})
    question = Question.objects.get()
    assert (question.live, question.parameters) == (True, {"statement_is_true": False})


def test_key_and_kind_stay_once_published(keeper):
    question = factories.make_question(key="old", right=True, kind="true_false")
    data = question_form(key="new", kind="single_choice")
    data |= {"parameters-true_false-statement_is_true": "true", "action-publish": "1"}
    keeper.post(admin_url("edit", question.pk), data)
    question.refresh_from_db()
    assert (question.key, question.kind, question.explanation) == ("old", "true_false", "解説")


def test_no_older_version_brings_another_key_back(keeper):
    keeper.post(admin_url("add"), question_form(key="first", choices=CHOICES))
    question = Question.objects.get()
    first = question.latest_revision
    rows = [
        row | {"id": choice.pk} for row, choice in zip(CHOICES, question.choices.all(), strict=True)
    ]
    data = question_form(key="second", choices=rows) | {"action-publish": "1"}
    keeper.post(admin_url("edit", question.pk), data)
    assert Question.objects.get().key == "second"
    Revision.objects.get(pk=first.pk).publish()
    assert Question.objects.get().key == "second"


def test_key_of_a_draft_may_change(keeper):
    keeper.post(admin_url("add"), question_form(key="first"))
    keeper.post(admin_url("edit", Question.objects.get().pk), question_form(key="second"))
    assert Question.objects.get().key == "second"


def test_broken_version_of_a_question_in_a_quiz_stays_a_draft_and_says_why(keeper, course):
    question = Question.objects.get()
    rows = [
        {"id": choice.pk, "text": choice.text} for choice in question.choices.order_by("sort_order")
    ]
    data = question_form(choices=rows, explanation="下書きの解説") | {"action-publish": "1"}
    page = keeper.post(admin_url("edit", question.pk), data, follow=True)
    question.refresh_from_db()
    assert question.explanation != "下書きの解説"
    assert question.latest_revision.as_object().explanation == "下書きの解説"
    told = [str(message) for message in page.context["messages"] if message.level_tag == "error"]
    assert "単元の題1 確認テスト" in told[0]
    assert question.choices.filter(is_right=True).count() == 1


def test_broken_question_that_no_quiz_asks_is_published_with_a_warning(keeper):
    data = question_form(choices=[{"text": "ア"}]) | {"action-publish": "1"}
    page = keeper.post(admin_url("add"), data, follow=True)
    assert Question.objects.get().live
    assert any(message.level_tag == "warning" for message in page.context["messages"])


def test_versions_are_compared_with_the_details_of_the_kind(keeper):
    question = factories.make_question(key="q", kind="true_false", right=True)
    question.save_revision()
    question.parameters = {"statement_is_true": False}
    question.save_revision()
    url = admin_url("revisions_compare", question.pk, "earliest", "latest")
    page = keeper.get(url)
    assert page.status_code == 200
    assert page.text.count('class="addition"') == 1


def test_views_of_one_question_open(keeper, course):
    question = Question.objects.get()
    for name in ("usage", "history", "unpublish", "copy", "edit"):
        assert keeper.get(admin_url(name, question.pk)).status_code == 200
    assert "確認テスト" in keeper.get(admin_url("usage", question.pk)).text


def test_copy_takes_all_but_the_keys(keeper):
    source = factories.make_question(key="source", kind="multiple_choice", tags=["制度"])
    source.parameters = {"partial_credit": True}
    source.save()
    page = keeper.get(admin_url("copy", source.pk))
    form = page.context["form"]
    data = question_form(
        key=form["key"].value(),
        kind=form["kind"].value(),
        tags="制度",
        choices=[
            {"id": row["id"].value() or "", "text": row["text"].value()}
            | ({"is_right": "on"} if row["is_right"].value() else {})
            for row in form.formsets["choices"].forms
        ],
    )
    assert form.parameter_forms["multiple_choice"]["partial_credit"].value() is True
    data |= {"parameters-multiple_choice-partial_credit": "on"}
    assert "制度" in page.text
    keeper.post(page.context["action_url"], data)
    copy = Question.objects.exclude(pk=source.pk).get()
    assert copy.key != source.key
    assert copy.parameters == {"partial_credit": True}
    assert copy.tags.get().name == "制度"
    assert [(each.text, each.is_right) for each in copy.choices.all()] == [
        ("選択肢a", False),
        ("選択肢b", True),
        ("選択肢c", False),
    ]
    assert not {each.key for each in copy.choices.all()} & {"key-a", "key-b", "key-c"}
    assert source.choices.count() == 3


def test_copy_of_a_scenario_takes_its_parts(keeper):
    scenario = factories.make_question(key="scenario", kind="scenario", choices="")
    part = factories.make_question(key="part")
    ScenarioPart.objects.create(scenario=scenario, question=part)
    form = keeper.get(admin_url("copy", scenario.pk)).context["form"]
    parts = [
        {"id": row["id"].value() or "", "question": row["question"].value()}
        for row in form.formsets["parts"].forms
    ]
    keeper.post(admin_url("add"), question_form(key="copy", kind="scenario", parts=parts))
    assert list(Question.objects.get(key="copy").parts.values_list("question", flat=True)) == [
        part.pk
    ]
    assert scenario.parts.count() == 1


def test_deleting_what_is_used_is_refused_in_words(keeper, course):
    question = Question.objects.get()
    for _method in ("get", "post"):
        page = getattr(keeper, _method)(admin_url("delete", question.pk), follow=True)
        assert page.status_code == 200
        assert any(message.level_tag == "error" for message in page.context["messages"])
    assert Question.objects.exists()


def test_question_with_records_cannot_be_deleted_even_out_of_use(keeper, enrolment):
    from training.domain import quizzes
    from training.models import Quiz

    quiz = Quiz.objects.get()
    attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=factories.NOW)
    quiz.quiz_questions.all().delete()
    question = Question.objects.get()
    # The attempt is under way and holds no answer yet.
    keeper.post(admin_url("delete", question.pk))
    assert Question.objects.exists()
    quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=factories.NOW)
    assert GradedItem.objects.exists()
    keeper.post(admin_url("delete", question.pk))
    assert Question.objects.exists()


def test_unused_question_can_be_deleted(keeper):
    question = factories.make_question(key="q")
    keeper.post(admin_url("delete", question.pk))
    assert not Question.objects.exists()


def test_every_view_of_questions_is_for_keepers(page_editor, course):
    question = Question.objects.get()
    revision = question.save_revision()
    names = ["edit", "copy", "usage", "history", "preview_on_edit", "unpublish", "delete"]
    urls = [admin_url(name, question.pk) for name in names]
    urls += [admin_url("revisions_view", question.pk, revision.pk)]
    urls += [admin_url("revisions_compare", question.pk, "earliest", "latest")]
    for url in urls:
        page = page_editor.get(url)
        assert page.status_code in (302, 403), url
    chooser = "wagtailsnippetchoosers_lms_training_question"
    for url in (
        reverse(f"{chooser}:choose"),
        reverse(f"{chooser}:choose_results"),
        reverse(f"{chooser}:chosen", args=[question.pk]),
        reverse(f"{chooser}:chosen_multiple") + f"?id={question.pk}",
    ):
        assert page_editor.get(url).status_code in (302, 403), url


def test_question_chooser_finds_by_text(keeper, course):
    url = reverse("wagtailsnippetchoosers_lms_training_question:choose_results")
    assert "digital-support-m1-q1" in keeper.get(url, {"q": "q1 の問い"}).text
    assert "digital-support-m1-q1" not in keeper.get(url, {"q": "ない"}).text


def test_no_index_and_no_log_holds_a_key(keeper):
    choices = [{"text": "CANARY", "is_right": "on", "feedback": "CANARY"}, {"text": "イ"}]
    data = question_form(choices=choices, explanation="CANARY")
    keeper.post(admin_url("add"), data | {"action-publish": "1"})
    assert Question.objects.get().live
    assert not class_is_indexed(Question)
    assert not class_is_indexed(Choice)
    for model in (ModelLogEntry, ReferenceIndex):
        assert "CANARY" not in str(list(model.objects.values()))
