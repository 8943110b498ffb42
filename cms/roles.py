"""Who may do what, in one place: the ready groups of the ministry's staff. Officers of towns and
prefectures have no group: their rights come from an appointment and end with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from cms.rights import read_places, record_places
from training.models import Appointment

EDITORS = "編集者"
APPROVERS = "承認者"
QUESTION_KEEPERS = "設問の管理者"
REGISTER_OFFICERS = "修了証の管理者"
SUPPORT = "受講者の支援"
ADMINISTRATORS = "管理者"
ADMIN_ACCESS = "wagtailadmin.access_admin"


def _each(actions: str, *models: str) -> frozenset[str]:
    """_each("add view", "app.model") is {"app.add_model", "app.view_model"}."""
    pairs = [model.split(".") for model in models]
    return frozenset(f"{app}.{verb}_{name}" for app, name in pairs for verb in actions.split())


@dataclass(frozen=True)
class Role:
    """`pages` are permissions for the whole tree of pages, `files` those for every collection of
    images and documents. `former_name` is a group of Wagtail's own that becomes this one."""

    name: str
    permissions: frozenset[str]
    pages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    former_name: str = ""


WRITES_FILES = ("add", "change", "choose")
# Whoever has one of these reads every answer: nobody else has any of them.
QUESTIONS = ("lms_training.question", "lms_training.quiz")
# The programme in numbers, without a name.
FIGURES = frozenset({"lms_training.view_figures"})
# What learners did, by name.
LEARNER_RECORDS = _each("view", "lms_training.enrolment", "lms_certificates.certificate")

ROLES = (
    Role(
        name=EDITORS,
        former_name="Editors",
        permissions=FIGURES | _each("add change delete view", "cms.reading"),
        pages=("add_page", "change_page"),
        files=WRITES_FILES,
    ),
    Role(
        name=APPROVERS,
        former_name="Moderators",
        permissions=FIGURES
        # It is in force as soon as it is saved, and asks every learner anew.
        | _each("add change view", "lms_training.purposenotice")
        # Everybody reads it as soon as it is saved. Links lead to its anchors: nobody deletes.
        | _each("add change view", "cms.glossaryterm")
        | _each("add change delete view", "cms.reading")
        | _each("change view publish lock unlock", QUESTIONS[0])
        | _each("change view", QUESTIONS[1])
        | _each("add change view", "lms_certificates.certificatetemplate"),
        pages=("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
        files=WRITES_FILES,
    ),
    Role(
        name=QUESTION_KEEPERS,
        permissions=_each("add change delete view publish lock unlock", QUESTIONS[0])
        | _each("add change delete view", QUESTIONS[1]),
        files=WRITES_FILES,
    ),
    Role(
        name=REGISTER_OFFICERS,
        permissions=_each(
            "change view", "lms_certificates.certificate", "lms_certificates.namecorrection"
        )
        | _each("view", "lms_certificates.registerentry")
        | _each("add change view", "lms_certificates.manualissue")
        | _each("view", "lms_certificates.certificatetemplate"),
    ),
    Role(
        name=SUPPORT,
        permissions=LEARNER_RECORDS
        | FIGURES
        | _each("add change delete view", "lms_training.allowance")
        | _each("view change", "lms_training.learner", "lms_training.affiliation")
        | _each("add", "lms_training.invitation")
        | _each("view", "lms_training.outgoingmail", "lms_certificates.offermessage"),
    ),
    Role(
        name=ADMINISTRATORS,
        permissions=LEARNER_RECORDS
        | FIGURES
        | _each("add change view", "cms.user", "lms_training.appointment")
        | _each("view", "lms_training.auditentry", "lms_training.outgoingmail")
        | _each("add change view", "lms_certificates.apikey")
        | _each("add change delete", "wagtailredirects.redirect", "wagtailcore.collection")
        | _each("change", "wagtailcore.site"),
    ),
)


@transaction.atomic
def load_roles() -> int:
    """Make the groups, or make them right again: what somebody ticked by hand is taken back. Who
    belongs to them stays. Returns how many there are."""
    for role in ROLES:
        _make(role)
    return len(ROLES)


@transaction.atomic
def make_group(name: str) -> Group:
    """One of them, made right. Raises LookupError."""
    role = next((role for role in ROLES if role.name == name), None)
    if role is None:
        raise LookupError(name)
    return _make(role)


def _make(role: Role) -> Group:
    group = _find_or_make(role)
    before = read_places(group)
    group.permissions.set(_find(role.permissions | {ADMIN_ACCESS}))
    _allow(
        GroupPagePermission.objects.filter(group=group),
        _find(f"wagtailcore.{codename}" for codename in role.pages),
        {"group": group, "page": Page.get_first_root_node()},
    )
    _allow(
        GroupCollectionPermission.objects.filter(group=group),
        _find(
            f"{app}.{action}_{kind}"
            for app, kind in (("wagtailimages", "image"), ("wagtaildocs", "document"))
            for action in role.files
        ),
        {"group": group, "collection": Collection.get_first_root_node()},
    )
    record_places(group=group, before=before)
    return group


def _find_or_make(role: Role) -> Group:
    if group := Group.objects.filter(name=role.name).first():
        return group
    if role.former_name:
        Group.objects.filter(name=role.former_name).update(name=role.name)
    return Group.objects.get_or_create(name=role.name)[0]


def _find(names: Iterable[str]) -> set[Permission]:
    wanted = set(names)
    found = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.filter(
            codename__in=[name.partition(".")[2] for name in wanted]
        ).select_related("content_type")
    }
    if missing := wanted - found.keys():
        raise LookupError(f"no such permissions: {', '.join(sorted(missing))}")
    return {found[name] for name in wanted}


def _allow(rows: Any, permissions: set[Permission], place: dict[str, Any]) -> None:
    """Exactly these at this place, and nothing anywhere else."""
    kept = set()
    for row in rows:
        at_place = all(getattr(row, name) == value for name, value in place.items())
        if at_place and row.permission in permissions:
            kept.add(row.permission)
        else:
            row.delete()
    for permission in permissions - kept:
        rows.model.objects.create(permission=permission, **place)


def is_staff_member(user: Any, *, today: date) -> bool:
    """Whoever works here, as against those who learn: they have no group, no right of their own and
    no appointment. At most three statements."""
    if not user.is_authenticated or not user.is_active:
        return False
    return (
        user.is_superuser
        or Appointment.objects.current(today=today).filter(user=user).exists()
        or user.groups.exists()
        or user.user_permissions.exists()
    )
