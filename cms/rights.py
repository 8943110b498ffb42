"""Every change of rights in the audit log, wherever it is made: roles, permissions, switches."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import get_active_log_context
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from training.domain.audit import record_audit
from training.models import Appointment
from training.seams import AuditDetail, AuditObject

User = get_user_model()
AUDIT_ACTIONS: dict[str, Promise] = {
    "account.switch": _("Account switched on or off, or its address changed"),
    "role.change": _("Roles of an account changed"),
    "permission.change": _("Permissions changed"),
    "superuser.change": _("Right to everything given or taken"),
}
VERBS = {
    "add": _("add"),
    "change": _("change"),
    "delete": _("delete"),
    "view": _("view"),
    "publish": _("publish"),
    "lock": _("lock"),
    "unlock": _("unlock"),
    "choose": _("choose"),
}
SWITCHES = ("is_superuser", "is_active", "email")
_reason: ContextVar[str] = ContextVar("reason", default="")
Places = set[tuple[str, int, str]]


def _name_right(text: str) -> str:
    """A group is called by its name; of "app.view_model" and "page:3 add_page" this says what."""
    place, _space, name = text.rpartition(" ")
    right = _name_permission(name)
    if not place or not right:
        return right or text
    where, _colon, number = place.partition(":")
    holder = gettext("page") if where == "page" else gettext("collection")
    return f"{right} ({holder} {number})"


def _name_permission(name: str) -> str:
    """Of a permission with words of its own those, else its verb and model; "" of anything else."""
    app, _dot, codename = name.rpartition(".")
    models = apps.get_models()
    for model in models:
        if codename in (own := dict(model._meta.permissions)):
            # Some of Wagtail's are written in plain English there.
            return gettext(str(own[codename]))
    verb, _line, kind = codename.partition("_")
    named = [each for each in models if each._meta.model_name == kind]
    if verb not in VERBS or not named:
        return ""
    # Of a page's or a collection's the app is not written down.
    of_app = [each for each in named if each._meta.app_label == app] or named
    kind = of_app[0]._meta.verbose_name
    return gettext("%(verb)s: %(kind)s") % {"verb": VERBS[verb], "kind": kind}


def _name_rights(value: Any) -> str:
    return gettext(", ").join(map(_name_right, value)) if isinstance(value, list) else str(value)


AUDIT_DETAILS = {
    "added": AuditDetail(_("given"), _name_rights),
    "removed": AuditDetail(_("taken away"), _name_rights),
    "is_active": AuditDetail(_("may sign in")),
    "is_superuser": AuditDetail(_("right to everything")),
    "email": AuditDetail(_("e-mail address"), lambda value: gettext("changed")),
    "bodies": AuditDetail(_("how many bodies")),
    "mails": AuditDetail(_("how many mails")),
}
AUDIT_OBJECTS = {
    # Of staff and officers; the address of whoever was erased is gone from the account, too.
    "cms.user": AuditObject(
        name=lambda user: user.email, find=lambda word: User.objects.filter(email__icontains=word)
    ),
    "auth.group": AuditObject(
        name=str, find=lambda word: Group.objects.filter(name__icontains=word)
    ),
    "lms_training.appointment": AuditObject(
        name=lambda appointment: appointment.user.email,
        find=lambda word: Appointment.objects.filter(user__email__icontains=word),
        related=("user",),
    ),
}


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Why rights change in here: the signals of the changes have no room for it."""
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


def _record(action: str, subject: Any, details: dict[str, Any]) -> None:
    record_audit(
        action=action,
        # Set by Wagtail's administration for each request; nobody on the command line.
        actor=get_active_log_context().user,
        at=timezone.now(),
        subject=subject,
        reason=_reason.get(),
        details=details,
    )


def _read_change(action: str, names: Any) -> dict[str, Any]:
    return {"added" if action == "post_add" else "removed": sorted(names)}


def _changes(instance: Any, action: str, reverse: bool, pk_set: Any) -> Any:
    """Pairs of who changed and the ids of what they got or lost, whichever side was asked."""
    if action in ("post_add", "post_remove") and pk_set:
        yield from [(pk, {instance.pk}) for pk in pk_set] if reverse else [(instance.pk, pk_set)]


@receiver(m2m_changed, sender=User.groups.through)
def record_roles(sender: Any, instance: Any, action: str, reverse: bool, **kwargs: Any) -> None:
    if action == "pre_clear":
        # Of a user, or of a group: who had what is known only now.
        held = instance.user_set.all() if reverse else [instance]
        groups = {instance.pk} if reverse else set(instance.groups.values_list("pk", flat=True))
        changes = [(user.pk, groups) for user in held if groups]
    else:
        changes = list(_changes(instance, action, reverse, kwargs["pk_set"]))
    for user_pk, group_pks in changes:
        names = Group.objects.filter(pk__in=group_pks).values_list("name", flat=True)
        _record("role.change", User(pk=user_pk), _read_change(action, names))


@receiver(m2m_changed, sender=User.user_permissions.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def record_permissions(
    sender: Any, instance: Any, action: str, reverse: bool, **kwargs: Any
) -> None:
    holder = User if sender is User.user_permissions.through else Group
    if action == "pre_clear" and not reverse:
        held = sender.objects.filter(**{holder._meta.model_name: instance.pk})
        changes = [(instance.pk, set(held.values_list("permission_id", flat=True)))]
    else:
        changes = list(_changes(instance, action, reverse, kwargs["pk_set"]))
    for pk, permission_pks in changes:
        found = Permission.objects.filter(pk__in=permission_pks).select_related("content_type")
        names = [f"{each.content_type.app_label}.{each.codename}" for each in found]
        if names:
            _record("permission.change", holder(pk=pk), _read_change(action, names))


@receiver(pre_save, sender=User)
def remember_switches(sender: Any, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    asked = set(SWITCHES) & set(SWITCHES if update_fields is None else update_fields)
    instance.switches_before = None
    if asked and instance.pk:
        instance.switches_before = User.objects.filter(pk=instance.pk).values(*SWITCHES).first()


@receiver(post_save, sender=User)
def record_switches(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:
    before = instance.switches_before
    if created:
        before = {"is_superuser": False, "is_active": True, "email": instance.email}
    if before is None:
        return
    if before["is_superuser"] != instance.is_superuser:
        _record("superuser.change", instance, {"is_superuser": instance.is_superuser})
    if before["is_active"] != instance.is_active:
        _record("account.switch", instance, {"is_active": instance.is_active})
    if before["email"] != instance.email:
        # Not which: addresses are not kept in the log.
        _record("account.switch", instance, {"email": "changed"})


@receiver(pre_delete, sender=User)
def record_end_of_rights(sender: Any, instance: Any, **kwargs: Any) -> None:
    """With an account go its rights, without the signals of taking them away."""
    if instance.is_superuser:
        _record("superuser.change", instance, {"is_superuser": False})
    if names := sorted(instance.groups.values_list("name", flat=True)):
        _record("role.change", instance, {"removed": names})
    if permissions := instance.user_permissions.values_list("content_type__app_label", "codename"):
        removed = sorted(".".join(each) for each in permissions)
        _record("permission.change", instance, {"removed": removed})


def read_places(group: Group) -> Places:
    """What a group may do where: ("page" or "collection", its id, the permission)."""
    pages = GroupPagePermission.objects.filter(group=group)
    collections = GroupCollectionPermission.objects.filter(group=group)
    return {
        ("page", place, name)
        for place, name in pages.values_list("page_id", "permission__codename")
    } | {
        ("collection", place, name)
        for place, name in collections.values_list("collection_id", "permission__codename")
    }


def record_places(*, group: Group, before: Places) -> None:
    """What changed since `before`, if anything did."""
    now = read_places(group)
    changes = {"added": now - before, "removed": before - now}
    details = {
        name: sorted(f"{kind}:{place} {permission}" for kind, place, permission in places)
        for name, places in changes.items()
        if places
    }
    if details:
        _record("permission.change", group, details)
