import datetime as dt
import secrets
from functools import cache

import factory
import wagtail_factories
from wagtail.models import Page, Site

from certificates.conf import key_folder
from certificates.domain.keys import KINDS
from certificates.models import CertificateTemplate, SigningKey
from certificates.signing.keys import FileKey, file_of, make_certificate, public_pem
from cms.models import GlossaryTerm, HomePage, User
from training.domain.outlines import publish_version
from training.models import (
    Affiliation,
    Appointment,
    Choice,
    CoursePage,
    Enrolment,
    Learner,
    LocalGovernment,
    ModulePage,
    PurposeNotice,
    Question,
    Quiz,
    QuizQuestion,
    ScenarioPart,
)

NOW = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)
KEYS_FROM, KEYS_UNTIL = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2020, 2040))


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.jp")
    password = factory.PostGenerationMethodCall("set_password", "correct horse")

    @factory.post_generation
    def saved(self, create, extracted, **kwargs):
        self.save()


class PurposeNoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PurposeNotice
        django_get_or_create = ("version",)

    version = 1
    published_on = dt.date(2026, 11, 1)
    short = "研修の実施と修了証の交付のために使います。"
    body = [("text", "<p>利用目的の全文です。</p>")]


class LearnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Learner

    user = factory.SubFactory(UserFactory)
    full_name = "髙橋 𠮷江"
    kana = "タカハシ ヨシエ"
    purpose_notice = factory.SubFactory(PurposeNoticeFactory)
    purpose_accepted_at = NOW
    registered_at = NOW


class PrefectureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LocalGovernment
        django_get_or_create = ("code",)

    code = "060003"
    name = "山形県"
    kana = "やまがたけん"
    kind = "prefecture"


class MunicipalityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LocalGovernment
        django_get_or_create = ("code",)

    code = "063029"
    prefecture = factory.SubFactory(PrefectureFactory)
    name = "中山町"
    kana = "なかやままち"
    kind = "town"


class AffiliationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Affiliation

    learner = factory.SubFactory(LearnerFactory)
    category = "volunteer"
    local_government = factory.SubFactory(MunicipalityFactory)
    claimed_at = NOW


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appointment

    user = factory.SubFactory(UserFactory)
    local_government = factory.SubFactory(MunicipalityFactory)
    starts_on = dt.date(2026, 4, 1)


class GlossaryTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GlossaryTerm

    term = "公民館"
    reading = "こうみんかん"
    slug = "kominkan"
    plain = "地域の人が集まる建物です。"


class CoursePageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = CoursePage

    title = "デジタル活用支援 研修"
    slug = "digital-support"
    summary = "高齢者の手助けを学びます。"
    body = [("text", "<p>はじめに</p>")]


class ModulePageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = ModulePage

    title = factory.Sequence(lambda n: f"単元{n}の題")
    slug = factory.Sequence(lambda n: f"module-{n}")
    summary = "この単元の要約"
    study_minutes = 15
    body = [("text", "<p>本文です。</p>")]


def make_question(
    *,
    key,
    kind="single_choice",
    certainty="primary",
    right=("b",),
    choices="abc",
    tags=(),
    parameters=None,
    parts=(),
):
    """A published question whose choices are named by letters; `right` is a bool for true/false.

    Choices to be ordered are in their right order, those to be matched belong to 組a, 組b, …; the
    right number is 12.
    """
    question = Question(
        key=key,
        kind=kind,
        stem=[("text", f"<p>{key} の問い</p>")],
        explanation=f"{key} の解説",
        certainty=certainty,
        parameters=parameters or {},
    )
    if kind == "true_false":
        question.parameters = {"statement_is_true": right}
    elif kind == "scenario":
        question.parts = [
            ScenarioPart(question=part, sort_order=order) for order, part in enumerate(parts)
        ]
    elif kind == "numeric":
        question.parameters = {"value": "12", "tolerance": "0", "units": []} | (parameters or {})
    else:
        question.choices = [
            Choice(
                key=f"key-{letter}",
                text=f"選択肢{letter}",
                is_right=letter in right,
                match=f"組{letter}" if kind == "matching" else "",
                image=wagtail_factories.ImageFactory() if kind == "image_choice" else None,
                alt=f"絵{letter}" if kind == "image_choice" else "",
                sort_order=order,
            )
            for order, letter in enumerate(choices)
        ]
    question.tags.add(*tags)
    question.save()
    return question


def make_quiz(*, module, questions, **rules):
    quiz = Quiz(module=module, title=f"{module.title} 確認テスト", **rules)
    quiz.quiz_questions = [
        QuizQuestion(question=question, sort_order=order)
        for order, question in enumerate(questions)
    ]
    quiz.save()
    return quiz


def make_home():
    """A site whose root is a home page, as in production."""
    root = Page.get_first_root_node()
    home = HomePage(
        title="ホーム",
        slug="katsuyo",
        lead="はじめに",
        steps=[("step", {"title": "学ぶ", "text": "読みます"})],
        audiences=[("audience", {"title": "受講する人", "text": "だれでも"})],
    )
    root.add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home}
    )
    return home


def make_course(*, modules=1, questions=1, slug="digital-support"):
    """A published course; each module has a quiz of single-choice questions whose answer is b."""
    home = HomePage.objects.first() or make_home()
    course = CoursePageFactory(parent=home, slug=slug)
    for number in range(1, modules + 1):
        module = ModulePageFactory(
            parent=course, title=f"単元の題{number}", slug=f"{slug}-module-{number}"
        )
        make_quiz(
            module=module,
            questions=[
                make_question(key=f"{slug}-m{number}-q{q}") for q in range(1, questions + 1)
            ],
        )
    return CoursePage.objects.get(pk=course.pk)


def make_enrolment(*, learner=None, course=None, completed_at=None):
    course = course or make_course()
    return Enrolment.objects.create(
        learner=learner or LearnerFactory(),
        course=course,
        version=publish_version(course=course, now=NOW),
        enrolled_at=NOW,
        completed_at=completed_at,
    )


def make_certificate_template(**fields):
    """With keys, so that certificates can be issued."""
    if not SigningKey.objects.exists():
        make_signing_keys()
    return CertificateTemplate.objects.create(
        **{"wording": "修了したことを証します。", "issuer_office": "（発行者未設定）"} | fields
    )


def make_signing_keys(**fields):
    """The same two keys for the whole process; rows and files of each test's own."""
    rows = []
    for purpose, (name, private_key, public) in _key_material().items():
        path = file_of(key_folder(), name)
        if not path.exists():
            private_key.write(path)
        fields = {"created_at": KEYS_FROM, "valid_until": KEYS_UNTIL} | fields
        rows.append(SigningKey.objects.create(name=name, purpose=purpose, public=public, **fields))
    return rows


@cache
def _key_material():
    # Not only of this process: workers of a test run share a folder.
    names = {purpose: f"test-{purpose}-{secrets.token_hex(4)}" for purpose in KINDS}
    private_keys = {purpose: FileKey.generate(kind) for purpose, kind in KINDS.items()}
    document, credential = (private_keys[purpose] for purpose in ("document", "credential"))
    public = {
        "document": make_certificate(
            public_key=document.public_key,
            sign=document.sign,
            name=names["document"],
            organisation="試験",
            valid_from=KEYS_FROM,
            valid_until=KEYS_UNTIL,
        ),
        "credential": public_pem(credential.public_key),
    }
    return {purpose: (names[purpose], private_keys[purpose], public[purpose]) for purpose in KINDS}
