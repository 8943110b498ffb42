"""A course with every block and every kind of question."""

import datetime as dt
import json

import wagtail_factories
from django.core.files.base import ContentFile
from taggit.models import Tag
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.models import HomePage
from tests import factories
from training.blocks import LessonBlock
from training.exchange.course_files import CourseFile, read_course
from training.models import ModulePage, Question, Quiz, QuizDraw

MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 40
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n"


def read(data):
    """In this process: a child takes a second."""
    content, facts = read_course(data)
    return CourseFile(content, facts, data)


def change(file, edit):
    """The file with another content."""
    content = json.loads(json.dumps(file.content))
    edit(content)
    return CourseFile(content, file.facts, file.data)


def make_document(name, data):
    return get_document_model().objects.create(title=name, file=ContentFile(data, name=name))


def make_whole_course():
    home = HomePage.objects.first() or factories.make_home()
    course = factories.CoursePageFactory(parent=home, slug="whole", title="まるごと")
    first = factories.ModulePageFactory(parent=course, slug="first", title="一つ目")
    second = factories.ModulePageFactory(
        parent=course,
        slug="second",
        title="二つ目",
        objectives=[("objective", "説明できる"), ("objective", "試せる")],
        sources=[("source", {"title": "通知", "url": "https://example.jp/", "note": ""})],
        as_of=dt.date(2026, 4, 1),
        review_by=dt.date(2027, 4, 1),
        body=list_blocks(first, home),
    )
    questions = make_questions(second)
    quiz = factories.make_quiz(
        module=second,
        questions=[each for each in questions if each.key != "drawn"],
        pass_mark=70,
        max_attempts=3,
        shuffle_choices=True,
    )
    quiz.draws = [QuizDraw(tag=Tag.objects.get(name="安全"), count=1)]
    quiz.save()
    return type(course).objects.get(pk=course.pk)


def list_blocks(module, home):
    image, video = wagtail_factories.ImageFactory(title="絵"), make_document("動画.mp4", MP4)
    leaflet = make_document("資料.pdf", b"%PDF-1.4 a")
    links = (
        f'<p><a linktype="page" id="{module.pk}">前の単元</a>と'
        f'<a linktype="document" id="{leaflet.pk}">資料</a>と'
        f'<a linktype="page" id="{home.pk}">ホーム</a>と<a href="https://example.jp/?a=1&amp;b=2">外</a>'
        "</p><ul><li>一<b>太字</b></li></ul>"
    )
    more = {
        "text": links,
        "figure": {"image": image, "alt": "絵の説明", "caption": "", "description": "長い"},
        "steps": {
            "title": "手順",
            "steps": [{"text": "<p>押す</p>", "image": image, "alt": "画面"}],
        },
        "video": {
            "title": "動画",
            "file": video,
            "captions": make_document("字幕.vtt", VTT),
            "page": "",
            "transcript": "<p>話す</p>",
        },
        "download": {"document": leaflet, "title": "資料", "note": ""},
    }
    blocks = LessonBlock().child_blocks
    return [
        (name, block.normalize(more.get(name, block.get_preview_value())))
        for name, block in blocks.items()
    ]


def make_questions(module):
    make = factories.make_question
    part = make(key="part", kind="true_false", right=True)
    questions = [
        make(key="single", tags=["安全", "制度"]),
        make(key="multiple", kind="multiple_choice", right=("a", "b")),
        make(key="true", kind="true_false", right=False),
        make(key="order", kind="ordering", parameters={"partial_credit": True}),
        make(key="match", kind="matching"),
        make(key="number", kind="numeric", parameters={"units": ["人"], "tolerance": "0.5"}),
        make(key="short", kind="short_text"),
        make(key="picture", kind="image_choice"),
        make(key="scene", kind="scenario", parts=[part]),
        make(key="drawn", tags=["安全"]),
    ]
    told = Question.objects.get(key="single")
    told.passage_module, told.passage_heading = module, "見出し"
    told.source, told.source_url = "総務省", "https://example.jp/s"
    told.as_of, told.difficulty, told.certainty = dt.date(2026, 1, 1), "hard", "public"
    told.stem = [
        ("text", f'<p>問い <a linktype="page" id="{module.pk}">本文</a></p>'),
        ("figure", {"image": get_image_model().objects.first(), "alt": "図", "caption": "",
                    "description": ""}),
    ]  # fmt: skip
    told.save()
    told.save_revision().publish()
    return questions


def forget_course(course):
    """As in a site that has never heard of it. Gives the page above."""
    home = course.get_parent()
    Quiz.objects.all().delete()
    for question in Question.objects.order_by("-kind"):
        question.parts.all().delete()
    Question.objects.filter(kind="scenario").delete()
    Question.objects.all().delete()
    for module in ModulePage.objects.child_of(course):
        module.delete()
    type(course).objects.get(pk=course.pk).delete()
    for model in (Tag, get_image_model(), get_document_model()):
        model.objects.all().delete()
    return type(home).objects.get(pk=home.pk)


def is_empty(plan):
    return not (plan.created or plan.changed or plan.at_once or plan.errors)
