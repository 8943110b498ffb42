"""Two towns in two prefectures, a learner in each, and one of everything that an address names.

What belongs to the first town and its learner is *own* for the people of the matrix, what belongs
to the second is *other*.
"""

import datetime as dt
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

import wagtail_factories
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import (
    Collection,
    PageViewRestriction,
    Site,
    Workflow,
)

from certificates.domain import api_keys, issuing, register
from certificates.models import (
    ApiKey,
    BulkVerification,
    Certificate,
    ManualIssue,
    NameCorrection,
    OfferMessage,
    TeachingOffer,
    Webhook,
    certificate_storage,
)
from cms import roles
from cms.demo import loader
from cms.models import NoticeAddress, Reading
from tests import factories
from tests.cms.notices import NoticePageFactory
from training.domain import quizzes
from training.domain.figures import rebuild_figures
from training.models import (
    Allowance,
    Evidence,
    ImportUpload,
    Invitation,
    InvitationUpload,
    Learner,
    LocalGovernment,
    ModulePage,
    Question,
    Quiz,
    RegistrationDraft,
)

STAFF = {
    "editor": roles.EDITORS,
    "approver": roles.APPROVERS,
    "keeper": roles.QUESTION_KEEPERS,
    "register": roles.REGISTER_OFFICERS,
    "support": roles.SUPPORT,
    "administrator": roles.ADMINISTRATORS,
}
ROLES = ("anonymous", "learner", "town", "prefecture", *STAFF)
TOKENS = ("own-token", "other-token")


@dataclass
class Side:
    """What one town and its learner have."""

    prefecture: LocalGovernment
    town: LocalGovernment
    learner: Learner
    officer: Any
    prefecture_officer: Any
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    users: dict[str, Any]
    own: Side
    other: Side
    values: dict[str, Any]


def make_world() -> World:
    course = factories.make_course()
    module = ModulePage.objects.get()
    template = factories.make_certificate_template(issuer_name="発行 者")
    template.save_revision()
    bodies = (
        ("060003", "山形県", "063029", "中山町"),
        ("310000", "鳥取県", "313726", "湯梨浜町"),
    )
    own, other = (_make_side(course, index, *names) for index, names in enumerate(bodies))
    users: dict[str, Any] = {
        "anonymous": None,
        "learner": own.learner.user,
        "town": own.officer,
        "prefecture": own.prefecture_officer,
    }
    for name, group in STAFF.items():
        users[name] = factories.UserFactory(email=f"{name}@example.jp")
        users[name].groups.add(roles.make_group(group))
    values = _make_shared(course, module, template, users)
    _make_notice(own, other, values)
    rebuild_figures(now=timezone.now())
    return World(users, own, other, values)


def _make_side(
    course: Any, index: int, prefecture_code: str, prefecture_name: str, code: str, name: str
) -> Side:
    prefecture = factories.PrefectureFactory(code=prefecture_code, name=prefecture_name)
    town = factories.MunicipalityFactory(code=code, name=name, prefecture=prefecture)
    learner = factories.LearnerFactory(full_name=f"受講者 {index}")
    affiliation = factories.AffiliationFactory(learner=learner, local_government=town)
    officer = factories.AppointmentFactory(local_government=town).user
    above = factories.AppointmentFactory(local_government=prefecture).user
    side = Side(prefecture, town, learner, officer, above)
    now = timezone.now()
    done = factories.make_enrolment(learner=learner, course=course, completed_at=now)
    certificate = issuing.request_certificate(enrolment_id=done.pk, now=now)
    assert certificate
    _issue(certificate, now)
    quiz = Quiz.objects.get()
    attempt = quizzes.start_attempt(
        enrolment=factories.make_enrolment(learner=learner, course=course), quiz=quiz, now=now
    )
    evidence = Evidence.objects.create(
        affiliation=affiliation, name="任用通知.pdf", uploaded_at=now
    )
    evidence.file.save("evidence.pdf", ContentFile(b"%PDF-1.7"))
    upload = InvitationUpload.objects.create(
        user=officer,
        local_government=town,
        name="名簿.xlsx",
        data=b'{"rows": [], "columns": {}}',
        made_at=now,
    )
    invitation = Invitation.objects.create(
        local_government=town,
        email=f"invited{index}@example.jp",
        full_name="招待 者",
        category="volunteer",
        token_sha256=sha256(TOKENS[index].encode()).hexdigest(),
        invited_by=officer,
        invited_at=now,
        sent_at=now,
        expires_at=now + dt.timedelta(days=30),
    )
    made = BulkVerification.objects.create(
        user=officer,
        file_name="一覧.csv",
        created_at=now,
        expires_at=now + dt.timedelta(days=1),
        status="done",
        reading={"layout": {"kind": "csv"}},
    )
    made.result.save("lists/answer.csv", ContentFile(b"a,b"))
    offer = TeachingOffer.objects.create(
        learner=learner, name_shown="full", text="教えます", changed_at=now
    )
    offer.areas.add(town)
    message = OfferMessage.objects.create(
        learner=learner,
        local_government=town,
        sender=officer,
        token=uuid4(),
        sent_at=now,
        sent_on=now.date(),
        number=1,
        text="お願いします",
    )
    side.values = {
        "message": message.pk,
        "offer": offer.pk,
        "attempt": attempt.pk,
        "affiliation": affiliation.pk,
        "certificate": certificate.pk,
        "code": town.pk,
        "prefecture_code": prefecture.pk,
        "evidence": evidence.pk,
        "invitation": invitation.pk,
        "invitation_upload": upload.pk,
        "learner": learner.pk,
        "list": made.pk,
        "verification_code": certificate.facts["code"],
    }
    return side


def _issue(certificate: Certificate, now: dt.datetime) -> None:
    name, sha256 = f"{certificate.pk}.pdf", f"{certificate.pk:064x}"
    certificate_storage().save(name, ContentFile(b"%PDF-1.7"))
    Certificate.objects.filter(pk=certificate.pk).update(sha256=sha256)
    assert register.record_issue(certificate_id=certificate.pk, file=name, sha256=sha256, now=now)


def _make_shared(course: Any, module: Any, template: Any, users: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    question, quiz = Question.objects.get(), Quiz.objects.get()
    revisions = [question.save_revision() for _each in range(2)]
    page_revision = module.save_revision()
    image = wagtail_factories.ImageFactory()
    document = get_document_model().objects.create(
        title="資料", file=ContentFile(b"text", name="paper.txt")
    )
    learner = factories.LearnerFactory(full_name="ほかの 人")
    allowance = Allowance.objects.create(learner=learner, time_percent=150, reason="拡大")
    loader._load_workflow()
    for_questions = Workflow.objects.get(name="設問の承認").start(question, users["keeper"])
    workflow = Workflow.objects.exclude(name="設問の承認").get()
    task = workflow.tasks[0].specific
    module.save_revision()
    state = workflow.start(module, users["editor"])
    certificate = Certificate.objects.order_by("pk").first()
    correction = NameCorrection.objects.create(
        certificate=Certificate.objects.order_by("pk").last(),
        full_name="新しい 名",
        kana="アタラシイ ナ",
        reason="婚姻",
        requested_at=now,
    )
    manual = ManualIssue.objects.create(
        learner=learner,
        course=course,
        completed_on=dt.date(2026, 4, 1),
        reason="紙の記録",
        proposed_by=factories.UserFactory(),
        proposed_at=now,
    )
    key, _token = api_keys.make_key(
        local_government=LocalGovernment.objects.get(pk="063029"), label="課", now=now
    )
    appointment = factories.AppointmentFactory(local_government_id="063029")
    upload = ImportUpload.objects.create(
        user=users["keeper"], name="設問.xlsx", data=b"PK", made_at=now
    )
    RegistrationDraft.objects.create(user=factories.UserFactory(), updated_at=now, data={})
    collection = Collection.get_first_root_node().add_child(name="図")
    return {
        "allowance": allowance.pk,
        "api_key": key.pk,
        "appointment": appointment.pk,
        "collection": collection.pk,
        "correction": correction.pk,
        "course": course.pk,
        "document": document.pk,
        "term": factories.GlossaryTermFactory().pk,
        "reading": Reading.objects.create(written="講師", reading="こうし").pk,
        "document_name": document.filename,
        "entry": certificate.register_entries.first().pk,
        "group": users["editor"].groups.get().pk,
        "image": image.pk,
        "image_name": image.file.name,
        "import_upload": upload.pk,
        "learner": learner.pk,
        "manual": manual.pk,
        "module": module.pk,
        "notice_version": learner.purpose_notice_id,
        "page_revision": page_revision.pk,
        "question": question.pk,
        "question_revision": revisions[0].pk,
        "question_task_state": for_questions.current_task_state.pk,
        "question_workflow_state": for_questions.pk,
        "quiz": quiz.pk,
        "redirect": Redirect.objects.create(old_path="/old", redirect_link="/").pk,
        "restriction": PageViewRestriction.objects.create(
            page=wagtail_factories.PageFactory(parent=course, slug="locked"),
            restriction_type="password",
            password="a",
        ).pk,
        "signing_key": "test",
        "site": Site.objects.get().pk,
        "task": task.pk,
        "task_state": state.current_task_state.pk,
        "template": template.pk,
        "template_revision": template.latest_revision_id,
        "user": learner.user_id,
        "webhook": Webhook.objects.create(
            api_key=ApiKey.objects.get(), url="https://example.jp/", secret="s", created_at=now
        ).pk,
        "workflow": workflow.pk,
        "workflow_state": state.pk,
    }


def _make_notice(own: Side, other: Side, values: dict[str, Any]) -> None:
    now = timezone.now()
    parent = factories.CoursePage.objects.get().get_parent()
    for index, side in enumerate((own, other)):
        notice = NoticePageFactory(parent=parent, slug=f"notice-{index}")
        above = NoticeAddress.objects.create(
            notice=notice, local_government=side.prefecture, addressed_at=now
        )
        NoticeAddress.objects.create(
            notice=notice, local_government=side.town, addressed_at=now, forwarded_from=above
        )
        side.values["notice"] = notice.pk
    values["notice"] = own.values["notice"]
