import datetime as dt
from dataclasses import replace

import pytest
from django.utils import translation
from wagtail.models import Revision

from tests import factories
from training.domain import exchange
from training.domain.question_drafts import make_draft
from training.exchange import FORMATS, Found, QuestionDraft, Unreadable, read_questions
from training.exchange.drafts import ChoiceDraft
from training.exchange.markup import read_text
from training.models import ImportUpload, Question

pytestmark = pytest.mark.django_db
GIFT = "首都は{=東京 ~大阪}\n\n地球は丸い。{T}\n\n感想は？{}\n"
XLSX = FORMATS["xlsx"]


@pytest.fixture
def editor():
    return factories.UserFactory(is_superuser=True)


@pytest.fixture(autouse=True)
def _reading_here(monkeypatch):
    # The child has tests of its own; starting one for each import takes longer than the rest.
    monkeypatch.setattr(exchange, "read_in_child", read_questions)


def run(editor, data, *, publish=False, now=factories.NOW):
    data = data if isinstance(data, bytes) else data.encode()
    upload = exchange.keep_upload(user=editor, name="設問.txt", data=data, now=now)
    plan = exchange.plan_import(found=exchange.read_upload(upload=upload), user=editor)
    return exchange.apply_import(
        upload_id=upload.pk, fingerprint=plan.fingerprint, user=editor, publish=publish, now=now
    )


def numbers(imported):
    return imported.created, imported.changed, imported.skipped, imported.refused


def draft_of(key):
    return make_draft(question=Question.objects.get(key=key).get_latest_revision_as_object())


def test_new_questions_are_drafts_with_a_revision(editor):
    assert numbers(run(editor, GIFT)) == (2, 0, 0, 1)
    for question in Question.objects.all():
        assert not question.live
        assert question.latest_revision.user == editor
    capital = Question.objects.get(kind="single_choice")
    assert [(c.text, c.is_right) for c in capital.choices.all()] == [
        ("東京", True),
        ("大阪", False),
    ]
    assert not ImportUpload.objects.exists()


def test_importing_twice_skips(editor):
    run(editor, GIFT)
    revisions = Revision.objects.count()
    assert numbers(run(editor, GIFT)) == (0, 0, 2, 1)
    assert (Question.objects.count(), Revision.objects.count()) == (2, revisions)


def test_the_same_question_twice_in_a_file_is_one(editor):
    assert numbers(run(editor, "丸い。{T}\n\n丸い。{T}")) == (1, 0, 1, 0)


def test_one_key_with_two_questions_is_an_error(editor):
    assert numbers(run(editor, "//[id:k]\n丸い。{T}\n\n//[id:k]\n四角い。{F}")) == (1, 0, 0, 1)


def test_an_export_comes_back_with_nothing_to_do(editor):
    factories.make_question(key="one", tags=["制度"])
    factories.make_question(key="two", kind="multiple_choice", right=("a", "b"))
    factories.make_question(key="three", kind="true_false", right=False)
    export = exchange.export_questions(questions=exchange.list_questions(), target=XLSX)
    assert export.left_out == []
    assert numbers(run(editor, XLSX.write(export.drafts, []))) == (0, 0, 3, 0)


def test_changes_wait_beside_what_is_live_and_choices_keep_their_keys(editor):
    question = factories.make_question(key="one", choices="abc")
    draft = make_draft(question=question)
    first, second, third = draft.choices
    mended = replace(
        draft,
        stem="<p>直した</p>",
        choices=(third, replace(second, text="書き直した"), first, ChoiceDraft("新しい")),
        tags=("新",),
        as_of=dt.date(2026, 11, 24),
    )
    assert numbers(run(editor, XLSX.write([mended], []))) == (0, 1, 0, 0)

    live = Question.objects.get()
    assert live.live
    assert make_draft(question=live) == draft
    assert draft_of("one") == mended
    latest = live.get_latest_revision_as_object()
    keys = [choice.key for choice in latest.choices.all()]
    assert keys[:3] == ["key-c", "key-b", "key-a"]


def test_publishing_at_once_leaves_incomplete_ones_as_drafts(editor):
    question = factories.make_question(key="one")
    mended = replace(make_draft(question=question), stem="<p>直した</p>")
    fresh = replace(mended, key="two", stem="<p>新</p>", explanation="")
    imported = run(editor, XLSX.write([mended, fresh], []), publish=True)
    assert (imported.published, imported.waiting) == (1, 1)
    assert make_draft(question=Question.objects.get(key="one")) == mended
    assert not Question.objects.get(key="two").live


def test_publishing_at_once_does_not_publish_somebodys_unpublished_changes(editor):
    question = factories.make_question(key="one")
    before = make_draft(question=question)
    question.source = "同僚の下書き"
    question.save_revision()
    other = factories.make_question(key="two")
    mended = [
        replace(draft_of("one"), stem="<p>直した</p>"),
        replace(make_draft(question=other), stem="<p>直した</p>"),
    ]
    found = [Found(each.key, each) for each in mended]
    plan = exchange.plan_import(found=found, user=editor)
    assert ["stays a draft" in each.note for each in plan.changed] == [True, False]

    imported = run(editor, XLSX.write(mended, []), publish=True)
    assert (imported.published, imported.waiting, imported.held) == (1, 0, 1)
    one = Question.objects.get(key="one")
    assert make_draft(question=one) == before
    assert one.has_unpublished_changes
    assert draft_of("one") == mended[0]
    assert make_draft(question=Question.objects.get(key="two")) == mended[1]


def test_the_plan_changes_when_somebody_begins_a_draft(editor):
    question = factories.make_question(key="one")
    found = [Found("row 2", replace(make_draft(question=question), stem="<p>直した</p>"))]
    before = exchange.plan_import(found=found, user=editor).fingerprint
    question.save_revision()
    Question.objects.update(has_unpublished_changes=True)
    assert exchange.plan_import(found=found, user=editor).fingerprint != before


@pytest.mark.parametrize("target", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("obstacle", ["stem", "choice", "explanation", "answer"])
def test_what_an_import_would_refuse_is_left_out_by_name(editor, target, obstacle):
    factories.make_question(key="good", choices="ab")
    broken = factories.make_question(key="broken", choices="ab")
    choices = list(broken.choices.all())
    if obstacle == "stem":
        broken.stem = []
    elif obstacle == "choice":
        choices[0].text = ""
    elif obstacle == "explanation":
        broken.explanation = "<" * 20_001
    else:
        choices[0].is_right = choices[1].is_right = False
    broken.choices = choices
    broken.save_revision(clean=False)
    export = exchange.export_questions(questions=exchange.list_questions(), target=target)
    assert [each.key for each in export.drafts] == ["good"]
    assert [each.key for each in export.left_out] == ["broken"]
    assert export.left_out[0].reason
    assert numbers(run(editor, target.write(export.drafts, export.left_out))) == (0, 0, 1, 0)


def test_a_foreign_file_changes_only_what_it_speaks_of(editor):
    question = factories.make_question(key="one", choices="ab", tags=["制度"])
    Question.objects.update(source="出典", difficulty="hard")
    text = "//[id:one]\n[html]<p>別の問い</p>{=選択肢b ~選択肢a}"
    assert numbers(run(editor, text)) == (0, 1, 0, 0)
    draft = draft_of("one")
    assert draft.stem == "<p>別の問い</p>"
    assert (draft.source, draft.difficulty, draft.tags) == ("出典", "hard", ("制度",))
    assert draft.explanation == question.explanation


def test_scenario_with_its_questions_in_one_file_in_any_order(editor):
    parts = [
        QuestionDraft(
            key=key,
            kind="true_false",
            stem="<p>文</p>",
            parameters={"statement_is_true": True},
            explanation="説明",
        )
        for key in ("p1", "p2")
    ]
    scenario = QuestionDraft(
        key="case", kind="scenario", stem="<p>事例</p>", explanation="説明", parts=("p2", "p1")
    )
    lost = replace(scenario, key="lost", parts=("nowhere",))
    data = XLSX.write([scenario, lost, *parts], [])
    assert numbers(run(editor, data, publish=True)) == (3, 0, 0, 1)
    case = Question.objects.get(key="case")
    assert [part.question.key for part in case.parts.all()] == ["p2", "p1"]
    assert numbers(run(editor, data)) == (0, 0, 3, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"choices": (ChoiceDraft("a"), ChoiceDraft("b"))},
        {"choices": (ChoiceDraft("a" * 301, is_right=True), ChoiceDraft("b"))},
        {"source": "a" * 301},
        {"source_url": "javascript:alert(1)"},
        {"as_of": dt.date(2026, 2, 1), "review_by": dt.date(2026, 1, 1)},
        {"tags": ("a" * 101,)},
        {"kind": "toy"},
        {"kind": "scenario", "choices": (), "parts": ()},
    ],
)
def test_what_could_not_be_asked_is_an_error_with_its_reason(editor, changes):
    draft = QuestionDraft(
        kind="single_choice",
        stem="<p>問い</p>",
        choices=(ChoiceDraft("a", is_right=True), ChoiceDraft("b")),
    )
    found = [
        Found("row 2", replace(draft, **changes)),
        Found("row 3", replace(draft, stem="<p>別</p>")),
    ]
    plan = exchange.plan_import(found=found, user=editor)
    assert [each.place for each in plan.errors] == ["row 2"]
    assert plan.errors[0].problems[0]
    assert [each.found.place for each in plan.created] == ["row 3"]


def test_questions_that_no_file_can_hold_are_named_and_never_overwritten(editor):
    question = factories.make_question(key="one")
    draft = make_draft(question=question)
    question.stem = [("text", "<p>表</p>"), ("table", {"data": [["a"]]})]
    question.save()
    export = exchange.export_questions(questions=exchange.list_questions(), target=XLSX)
    assert (export.drafts, export.left_out[0].key) == ([], "one")
    assert numbers(run(editor, XLSX.write([draft], []))) == (0, 0, 0, 1)


def test_an_error_in_the_middle_leaves_nothing(editor, monkeypatch):
    factories.make_question(key="one")
    before = draft_of("one")
    mended = replace(before, stem="<p>直した</p>", tags=("新しいタグ",))
    fresh = [replace(mended, key=key) for key in ("two", "three")]
    upload = exchange.keep_upload(
        user=editor, name="a", data=XLSX.write([mended, *fresh], []), now=factories.NOW
    )
    plan = exchange.plan_import(found=exchange.read_upload(upload=upload), user=editor)
    save = Question.save_revision

    def fail_on_last(question, *args, **kwargs):
        if question.key == "three":
            raise RuntimeError
        return save(question, *args, **kwargs)

    monkeypatch.setattr(Question, "save_revision", fail_on_last)
    revisions = Revision.objects.count()
    with pytest.raises(RuntimeError):
        exchange.apply_import(
            upload_id=upload.pk,
            fingerprint=plan.fingerprint,
            user=editor,
            publish=True,
            now=factories.NOW,
        )
    assert draft_of("one") == before
    assert (Question.objects.count(), Revision.objects.count()) == (1, revisions)
    assert ImportUpload.objects.exists()


def test_an_edit_after_the_preview_stops_the_import(editor):
    question = factories.make_question(key="one")
    mended = replace(make_draft(question=question), stem="<p>直した</p>")
    upload = exchange.keep_upload(
        user=editor, name="a", data=XLSX.write([mended], []), now=factories.NOW
    )
    plan = exchange.plan_import(found=exchange.read_upload(upload=upload), user=editor)
    Question.objects.update(explanation="だれかの変更")
    with pytest.raises(exchange.PlanChanged):
        exchange.apply_import(
            upload_id=upload.pk,
            fingerprint=plan.fingerprint,
            user=editor,
            publish=False,
            now=factories.NOW,
        )
    assert ImportUpload.objects.exists()


def test_uploads_belong_to_one_user_and_last_a_day(editor):
    upload = exchange.keep_upload(user=editor, name="a", data=b"A {T}", now=factories.NOW)
    other = factories.UserFactory(is_superuser=True)
    for user, now in (
        (other, factories.NOW),
        (editor, factories.NOW + dt.timedelta(days=1, minutes=1)),
    ):
        with pytest.raises(exchange.UploadGone):
            exchange.get_upload(upload_id=upload.pk, user=user, now=now)
    later = factories.NOW + dt.timedelta(days=2)
    exchange.keep_upload(user=other, name="b", data=b"A {T}", now=later)
    assert [each.name for each in ImportUpload.objects.all()] == ["b"]


def test_unreadable_uploads_are_not_kept(editor):
    with pytest.raises(Unreadable):
        exchange.keep_upload(user=editor, name="a", data=b"<quiz>", now=factories.NOW)
    assert not ImportUpload.objects.exists()


def test_locked_questions_are_not_changed(editor):
    question = factories.make_question(key="one")
    mended = replace(make_draft(question=question), stem="<p>直した</p>")
    Question.objects.update(locked=True, locked_by=factories.UserFactory())
    found = [Found("row 2", mended)]
    assert exchange.plan_import(found=found, user=editor).errors


def test_a_preview_shows_what_was_and_what_will_be(editor):
    factories.make_question(key="one", kind="multiple_choice", choices="abc", right="a")
    (draft,) = exchange.export_questions(questions=exchange.list_questions(), target=XLSX).drafts
    right, *rest = draft.choices
    found = Found(
        "row 2",
        replace(
            draft,
            stem="<p>新しい問い</p>",
            choices=(right, replace(rest[0], is_right=True), rest[1]),
            parameters={"partial_credit": True},
            as_of=dt.date(2026, 4, 1),
            explanation="",
            tags=("安全",),
        ),
    )
    with translation.override("en"):
        (entry,) = exchange.plan_import(found=[found], user=editor).changed
        told = {change.label: (change.old, change.new) for change in entry.field_changes}
    before = read_text(draft.stem)
    assert told == {
        "as of": ([], ["April 1, 2026"]),
        "choices": (["wrong: 選択肢b"], ["right: 選択肢b"]),
        "details of the kind": (["Partial credit: no"], ["Partial credit: yes"]),
        "explanation": ([draft.explanation], []),
        "question": ([before], ["新しい問い"]),
        "tags": ([], ["安全"]),
    }


def test_a_changed_order_or_mark_is_shown_too(editor):
    factories.make_question(key="one", kind="ordering", choices="abc")
    (draft,) = exchange.export_questions(questions=exchange.list_questions(), target=XLSX).drafts
    bold = draft.stem.replace("<p>", "<p><b>").replace("</p>", "</b></p>")
    found = Found("row 2", replace(draft, stem=bold, choices=draft.choices[::-1]))
    (entry,) = exchange.plan_import(found=[found], user=editor).changed
    assert [(change.old, change.new) for change in entry.field_changes] == [
        ([f"選択肢{name}" for name in "abc"], [f"選択肢{name}" for name in "cba"]),
        ([draft.stem], [bold]),
    ]


def test_a_parameter_is_shown_by_the_words_of_its_form(editor):
    factories.make_question(key="one", kind="true_false", right=True)
    (draft,) = exchange.export_questions(questions=exchange.list_questions(), target=XLSX).drafts
    found = Found("row 2", replace(draft, parameters={"statement_is_true": False}))
    with translation.override("en"):
        (entry,) = exchange.plan_import(found=[found], user=editor).changed
        (change,) = entry.field_changes
    assert (change.old, change.new) == (["The statement is: True"], ["The statement is: False"])
