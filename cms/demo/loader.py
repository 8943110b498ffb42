"""Makes the demonstration site from the files beside this one.

Everything is made once, by its key or slug, and never touched again: what an editor changed, or
unpublished, stays so.
"""

import tomllib
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import (
    GroupApprovalTask,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowContentType,
    WorkflowTask,
)

from certificates.models import CertificateTemplate
from cms import roles
from cms.models import (
    CaseStudyPage,
    GlossaryTerm,
    HomePage,
    InformationPage,
    NoticePage,
    Reading,
    User,
)
from training.clock import today_in_japan
from training.domain.local_governments import load_local_governments
from training.models import (
    Appointment,
    Choice,
    CoursePage,
    ModulePage,
    PurposeNotice,
    Question,
    Quiz,
    QuizQuestion,
)

from .accounts import DEMO_ACCOUNTS

FOLDER = Path(__file__).resolve().parent
# Their officers see their people and verify lists, and nothing of the editor.
OFFICES = {"municipality": "063029", "prefecture": "060003"}
# Of the accounts, by their role.
GROUPS = {
    "editor": roles.EDITORS,
    "approver": roles.APPROVERS,
    "question keeper": roles.QUESTION_KEEPERS,
    "register officer": roles.REGISTER_OFFICERS,
    "second register officer": roles.REGISTER_OFFICERS,
    "support": roles.SUPPORT,
    "administrator": roles.ADMINISTRATORS,
}
COMMON = ("title", "slug", "summary", "as_of", "review_by", "show_in_menus")
INFORMATION = (
    *("programme", "funding", "faq", "contacts"),
    *("privacy", "accessibility", "about-verification"),
)


def read_file(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@transaction.atomic
def load_everything() -> dict[str, int]:
    """Return how many of each thing the demonstration site now has."""
    bodies = load_local_governments()
    home = _load_home()
    _load_purpose_notice()
    for name in INFORMATION:
        _add(home, InformationPage, _page_fields(read_file(f"pages/{name}.toml")))
    _add(home, NoticePage, _notice_fields())
    for name in ("case-nakayama", "case-yurihama"):
        _add(home, CaseStudyPage, _case_fields(read_file(f"pages/{name}.toml")))
    course = _load_course(home)
    for path in sorted((FOLDER / "modules").glob("*.toml")):
        _load_module(course, read_file(f"modules/{path.name}"))
    _load_glossary()
    _load_readings()
    _load_certificate_template()
    roles.load_roles()
    _load_workflow()
    _load_accounts()
    return {
        "local governments": bodies,
        "modules": ModulePage.objects.count(),
        "questions": Question.objects.count(),
        "pages": Page.objects.count(),
    }


def _add(parent: Page, model: type[Page], fields: dict[str, Any]) -> Page:
    if page := model.objects.child_of(parent).filter(slug=fields["slug"]).first():
        return page
    page = model(**fields)
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def _load_home() -> HomePage:
    if home := HomePage.objects.first():
        return home
    root = Page.get_first_root_node() or Page.add_root(title="ルート", locale=Locale.objects.get())
    data = read_file("pages/home.toml")
    home = _add(
        root,
        HomePage,
        {
            "title": data["title"],
            "slug": "katsuyo",
            "lead": data["lead"],
            "steps": [("step", each) for each in data["steps"]],
            "audiences": [("audience", each) for each in data["audiences"]],
        },
    )
    site = Site.objects.filter(is_default_site=True).first()
    welcome = site.root_page if site else None
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home}
    )
    # The page that Wagtail's first migration makes, and nothing an editor made.
    if welcome and welcome.specific_class is Page:
        Page.objects.get(pk=welcome.pk).delete()
    return HomePage.objects.get(pk=home.pk)


def _blocks(rows: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(row["type"], _block_value(row)) for row in rows]


def _block_value(row: dict[str, Any]) -> Any:
    if row["type"] == "callout":
        return {key: row[key] for key in ("tone", "title", "text")}
    if row["type"] == "table":
        return {
            "data": row["rows"],
            "table_caption": row["caption"],
            "first_row_is_table_header": True,
            "first_col_is_header": row.get("first_column_is_header", False),
            "table_header_choice": "both" if row.get("first_column_is_header") else "row",
            "cell": [],
        }
    if row["type"] == "figure":
        return {"image": _load_image(row["image"], row["title"])} | {
            key: row.get(key, "") for key in ("alt", "caption", "description")
        }
    return row["value"]


def _load_image(path: str, title: str) -> Any:
    model = get_image_model()
    if image := model.objects.filter(title=title).first():
        return image
    content = ContentFile((FOLDER / path).read_bytes(), name=Path(path).name)
    return model.objects.create(title=title, file=content)


def _sources(data: dict[str, Any]) -> list[tuple[str, Any]]:
    return [("source", source) for source in data.get("sources", [])]


def _page_fields(data: dict[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in COMMON if key in data} | {
        "body": _blocks(data["body"]),
        "sources": _sources(data),
    }


def _notice_fields() -> dict[str, Any]:
    data = read_file("pages/notice.toml")
    plain = ("number", "issued_on", "legal_basis", "contacts_note")
    return (
        _page_fields(data)
        | {key: data[key] for key in plain}
        | {key: "\n".join(data[key]) for key in ("issuer", "addressees")}
        | {"contacts": [("contact", each) for each in data["contacts"]]}
    )


def _case_fields(data: dict[str, Any]) -> dict[str, Any]:
    plain = ("activity", "lecturer", "audience", "fee", "place", "frequency", "points_note")
    kinds = ("audience_kind", "fee_kind", "place_kind")
    return (
        {key: data[key] for key in (*COMMON, *plain, *kinds, "source_url") if key in data}
        | {"points": [("point", each) for each in data["points"]]}
        | {"local_government_id": data["local_government_code"], "source": data["source_note"]}
    )


def _load_glossary() -> None:
    for row in read_file("glossary.toml")["terms"]:
        GlossaryTerm.objects.get_or_create(slug=row["slug"], defaults=row)


def _load_readings() -> None:
    for written, reading in read_file("readings.toml").items():
        Reading.objects.get_or_create(written=written, defaults={"reading": reading})


def _load_purpose_notice() -> None:
    data = read_file("pages/privacy.toml")
    PurposeNotice.objects.get_or_create(
        version=data["version"],
        defaults={
            "published_on": data["published_on"],
            "short": data["short"],
            "body": _blocks(data["body"]),
        },
    )


def _load_course(home: HomePage) -> CoursePage:
    data = read_file("pages/course.toml")
    lists = [
        ("この講座で得られること", data["what_you_get"]),
        ("受講できる人", data["who_can_take"]),
        ("修了の条件", data["requirements"]),
    ]
    body = _blocks(data["intro"])
    for heading, points in lists:
        items = "".join(f"<li>{point}</li>" for point in points)
        body += [("heading", heading), ("text", f"<ul>{items}</ul>")]
    body.append(("text", f"<p>{data['sources_note']}</p>"))
    fields = {key: data[key] for key in ("title", "slug", "summary")} | {"body": body}
    # Known by a module that was loaded before: an editor may have renamed the page.
    loaded = ModulePage.objects.filter(quiz__quiz_questions__question__key__startswith="m1-q")
    if module := loaded.first():
        return module.get_parent().specific
    return _add(home, CoursePage, fields)


def _load_module(course: CoursePage, data: dict[str, Any]) -> None:
    fields = _page_fields(data) | {
        "study_minutes": data["study_minutes"],
        "objectives": [("objective", each) for each in data["objectives"]],
    }
    # Known by its questions: an editor may have renamed, moved or unpublished the page.
    if Question.objects.filter(key__in=[row["key"] for row in data["questions"]]).exists():
        return
    # The tree moves with every page added: the course is read again.
    module = _add(CoursePage.objects.get(pk=course.pk), ModulePage, fields)
    quiz = Quiz(module=module, title=data["quiz"]["title"])
    quiz.quiz_questions = [
        QuizQuestion(question=_load_question(row, module), sort_order=order)
        for order, row in enumerate(data["questions"])
    ]
    quiz.save()


def _load_question(row: dict[str, Any], module: ModulePage) -> Question:
    plain = (
        "key",
        "kind",
        "explanation",
        "source",
        "source_url",
        "certainty",
        "as_of",
        "review_by",
    )
    question = Question(
        stem=[("text", f"<p>{row['stem']}</p>")],
        parameters={"statement_is_true": row["answer"]} if row["kind"] == "true_false" else {},
        passage_module=module,
        passage_heading=row["passage"],
        **{key: row[key] for key in plain},
    )
    question.choices = [
        Choice(text=choice["text"], is_right=choice["correct"], sort_order=order)
        for order, choice in enumerate(row.get("choices", []))
    ]
    question.tags.add(*row["tags"])
    question.save()
    question.save_revision().publish()
    return question


def _load_certificate_template() -> None:
    if CertificateTemplate.objects.filter(course=None).exists():
        return
    template = CertificateTemplate.objects.create(**read_file("certificate.toml"))
    revision = template.save_revision()
    # Or its history would begin with the first change.
    log(instance=template, action="wagtail.create", revision=revision, content_changed=True)


def _load_workflow() -> None:
    """What an editor wrote about a question, somebody else reads before learners do."""
    name = "設問の承認"
    if Workflow.objects.filter(name=name).exists():
        return
    workflow = Workflow.objects.create(name=name)
    task = GroupApprovalTask.objects.create(name=name)
    task.groups.add(roles.make_group(roles.APPROVERS))
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowContentType.objects.create(
        workflow=workflow, content_type=ContentType.objects.get_for_model(Question)
    )


def _load_accounts() -> None:
    for role, address, password in DEMO_ACCOUNTS:
        if User.objects.filter(email=address).exists():
            continue
        make = (
            User.objects.create_superuser if role == "administrator" else User.objects.create_user
        )
        user = make(address, password)
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
        if role in GROUPS:
            user.groups.add(roles.make_group(GROUPS[role]))
        if role in OFFICES:
            Appointment.objects.create(
                user=user,
                local_government_id=OFFICES[role],
                starts_on=today_in_japan(),
            )
