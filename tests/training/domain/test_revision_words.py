"""Two versions side by side, in sentences."""

import pytest
from django.urls import reverse
from django.utils import translation

from tests import factories
from training.domain.revision_words import list_changes_in_words
from training.models import ModulePage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def make_module():
    course = factories.make_course()
    module = ModulePage.objects.child_of(course).get()
    module.body = [
        ("text", "<p>一行目です。</p><p>二行目です。</p>"),
        ("callout", {"tone": "advice", "title": "助言", "text": "<p>待つ</p>"}),
        ("do_dont", {"do": ["待つ", "聞く"], "dont": ["急がす"]}),
    ]
    module.objectives = [("objective", "説明できる")]
    module.save()
    return module


def compare(module, edit):
    before = module.save_revision().as_object()
    edit(module)
    return list_changes_in_words(before=before, after=module.save_revision().as_object())


def test_fields_of_a_module_are_named_as_in_its_form():
    def edit(module):
        module.title = "新しい題"
        module.study_minutes = 20
        module.objectives.append(("objective", "試せる"))
        module.review_by = "2027-04-01"

    module = make_module()
    old = module.title
    module.refresh_from_db()
    assert compare(module, edit) == [
        f"Title: “{old}” → “新しい題”",
        "Study time in minutes: “15” → “20”",
        "Learning objectives › Objective 2 added: “試せる”",
        "Review by added: “2027-04-01”",
    ]


def test_blocks_are_told_apart_down_to_their_parts():
    def edit(module):
        raw = module.body.get_prep_value()
        raw[0]["value"] = "<p>一行目です。</p><p>三行目です。</p>"
        raw[1]["value"] |= {"title": "お願い", "tone": "must_not"}
        raw[2]["value"]["do"].pop(0)
        raw = [raw[1], raw[0], raw[2]]
        raw.append({"type": "heading", "value": "見出し"})
        module.body = module._meta.get_field("body").stream_block.to_python(raw)

    module = make_module()
    module.refresh_from_db()
    assert compare(module, edit) == [
        "Lesson › Box 1 › tone: “Advice” → “What you must not do”",
        "Lesson › Box 1 › title: “助言” → “お願い”",
        "Lesson › Text 1: “一行目です。 二行目です。” → “一行目です。 三行目です。”",
        "Lesson › What to do and what not 1 › What to do › point 1 removed: “待つ”",
        "Lesson › Heading 1 added: “見出し”",
        "Lesson: the order was changed.",
    ]


def test_of_a_long_text_only_the_place_that_differs_is_shown():
    def edit(module):
        module.summary = f"{'あ' * 100}新しい{'い' * 100}"

    module = make_module()
    module.summary = f"{'あ' * 100}古い{'い' * 100}"
    module.save()
    (sentence,) = compare(module, edit)
    before, after = "あ" * 8, "い" * 8
    assert sentence == f"Summary: “…{before}古{after}…” → “…{before}新し{after}…”"


def test_same_version_has_nothing_to_say():
    assert compare(make_module(), lambda module: None) == []


def test_answer_of_a_question_is_told():
    question = factories.make_question(key="one", tags=["制度"])
    before = question.save_revision().as_object()
    choices = list(question.choices.all())
    choices[0].is_right, choices[1].is_right = True, False
    choices[2].text = "ほかの言葉"
    question.choices = choices
    question.explanation = "別の解説"
    question.difficulty = "hard"
    question.tags.set(["安全"])
    after = question.save_revision().as_object()
    assert sorted(list_changes_in_words(before=before, after=after)) == sorted(
        [
            "Explanation: “one の解説” → “別の解説”",
            "Difficulty: “medium” → “hard”",
            "Tags added: “安全”",
            "Tags removed: “制度”",
            "Right answer changed: the choice “選択肢a” was wrong and is right now.",
            "Right answer changed: the choice “選択肢b” was right and is wrong now.",
            "Choice “ほかの言葉” › text: “選択肢c” → “ほかの言葉”",
        ]
    )


def test_right_number_is_told_by_its_label():
    question = factories.make_question(key="one", kind="numeric")
    before = question.save_revision().as_object()
    question.parameters = {"value": "13", "tolerance": "0", "units": []}
    after = question.save_revision().as_object()
    assert list_changes_in_words(before=before, after=after) == ["Right number: “12” → “13”"]


def test_page_of_the_comparison_says_it_above_wagtails_own(admin_client):
    module = make_module()
    first = module.save_revision()
    module.summary = "新しい要約"
    second = module.save_revision()
    url = reverse("wagtailadmin_pages:revisions_compare", args=[module.pk, first.pk, second.pk])
    page = admin_client.get(url).content.decode()
    assert page.index('id="changes-in-words"') < page.index("comparison")
    assert "新しい要約" in page.split("</section>")[0]

    question = factories.make_question(key="one")
    first = question.save_revision()
    question.explanation = "別の解説"
    second = question.save_revision()
    name = question.snippet_viewset.get_url_name("revisions_compare")
    page = admin_client.get(reverse(name, args=[question.pk, first.pk, second.pk]))
    assert 'id="changes-in-words"' in page.content.decode()
