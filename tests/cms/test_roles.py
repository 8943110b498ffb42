"""The ready groups, who belongs to the staff, and that nobody gives rights to themselves."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import GroupPagePermission, Page

from cms import roles
from cms.management.commands.load_roles import Command
from tests import factories
from training.domain.audit_words import write_details
from training.models import AuditEntry

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)


def in_role(name, **fields):
    user = factories.UserFactory(**fields)
    user.groups.add(roles.make_group(name))
    return user


def sign_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator(db):
    return in_role(roles.ADMINISTRATORS)


def test_groups_are_made_once_and_made_right_again():
    editors = Group.objects.get(name="Editors")
    assert roles.load_roles() == len(roles.ROLES)
    editors.refresh_from_db()
    assert editors.name == roles.EDITORS
    ticked = Permission.objects.get(codename="view_question")
    editors.permissions.add(ticked)
    GroupPagePermission.objects.create(
        group=editors,
        page=Page.get_first_root_node(),
        permission=Permission.objects.get(codename="publish_page"),
    )
    AuditEntry.objects.count()
    Command().handle()
    assert ticked not in editors.permissions.all()
    places = editors.page_permissions.values_list("permission__codename", flat=True)
    assert sorted(places) == ["add_page", "change_page"]
    before = AuditEntry.objects.count()
    roles.load_roles()
    assert AuditEntry.objects.count() == before
    assert Group.objects.count() == len(roles.ROLES)


def test_answers_are_for_question_keepers_and_approvers_only():
    roles.load_roles()
    for role in roles.ROLES:
        reads = any(name.endswith(("_question", "_quiz")) for name in role.permissions)
        assert reads == (role.name in (roles.QUESTION_KEEPERS, roles.APPROVERS))


def test_staff_are_those_with_a_role_a_right_or_a_current_appointment():
    def is_staff(user):
        return roles.is_staff_member(user, today=TODAY)

    learner = factories.LearnerFactory().user
    assert not is_staff(learner)
    assert is_staff(in_role(roles.SUPPORT))
    assert not is_staff(in_role(roles.SUPPORT, is_active=False))
    appointed = factories.AppointmentFactory(ends_on=TODAY).user
    assert is_staff(appointed)
    assert not roles.is_staff_member(appointed, today=TODAY + dt.timedelta(days=1))


def edit(client, user, **data):
    given = {"email": user.email, "reason": "新任"} | data
    return client.post(f"/editor/users/edit/{user.pk}/", given)


def test_change_of_roles_is_recorded_with_who_did_it(administrator):
    user = factories.UserFactory()
    group = roles.make_group(roles.SUPPORT)
    response = edit(sign_in(administrator), user, is_active="on", groups=[group.pk])
    assert response.status_code == 302
    entry = AuditEntry.objects.get(action="role.change", object_id=str(user.pk))
    assert (entry.actor, entry.details) == (administrator, {"added": [roles.SUPPORT]})
    assert entry.reason == "新任"
    edit(sign_in(administrator), user, groups=[])
    assert not type(user).objects.get(pk=user.pk).is_active
    assert AuditEntry.objects.filter(action="role.change").last().details == {
        "removed": [roles.SUPPORT]
    }
    switch = AuditEntry.objects.get(action="account.switch")
    assert (switch.actor, switch.details) == (administrator, {"is_active": False})


def test_roles_change_with_a_reason_only(administrator):
    user, group = factories.UserFactory(), roles.make_group(roles.SUPPORT)
    client = sign_in(administrator)
    response = edit(client, user, is_active="on", groups=[group.pk], reason="　")
    assert response.context["form"].errors.keys() == {"reason"}
    assert not user.groups.exists()
    data = {"email": "new@example.jp", "is_active": "on", "groups": [group.pk]}
    assert client.post("/editor/users/new/", data).status_code == 200
    assert client.post("/editor/users/new/", data | {"reason": "新任"}).status_code == 302
    entry = AuditEntry.objects.filter(action="role.change").last()
    assert (entry.actor, entry.reason) == (administrator, "新任")
    # Nothing of the rights changes: there is nothing to give a reason for.
    assert edit(client, user, is_active="on", reason="").status_code == 302


def test_nobody_gives_rights_to_themselves(administrator):
    group = roles.make_group(roles.QUESTION_KEEPERS)
    client = sign_in(administrator)
    edit(client, administrator, is_active="on", groups=[group.pk], is_superuser="on")
    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert not administrator.groups.filter(pk=group.pk).exists()
    client.post(
        f"/editor/bulk/cms/user/assign_role/?id={administrator.pk}&next=/editor/",
        {"role": group.pk},
    )
    assert not administrator.groups.filter(pk=group.pk).exists()


def test_administrator_can_neither_make_nor_touch_a_superuser_nor_take_an_account_over(
    administrator,
):
    client = sign_in(administrator)
    user = factories.UserFactory()
    edit(client, user, is_active="on", is_superuser="on", email="mine@example.jp", password1="x")
    changed = type(user).objects.get(pk=user.pk)
    assert (changed.is_superuser, changed.email) == (False, user.email)
    assert changed.password == user.password
    root = factories.UserFactory(is_superuser=True)
    edit(client, root)
    assert type(root).objects.get(pk=root.pk).is_active


def test_new_account_has_no_password(administrator):
    sign_in(administrator).post(
        "/editor/users/new/", {"email": "new@example.jp", "is_active": "on"}
    )
    assert not type(administrator).objects.get(email="new@example.jp").has_usable_password()


def test_permissions_and_superusers_are_recorded(admin_client):
    group = Group.objects.create(name="ほか")
    permission = Permission.objects.get(codename="view_certificate")
    group.permissions.set([permission])
    given = AuditEntry.objects.get(action="permission.change")
    assert given.details == {"added": ["lms_certificates.view_certificate"]}
    group.permissions.clear()
    assert AuditEntry.objects.filter(action="permission.change").count() == 2
    user = factories.UserFactory()
    user.user_permissions.add(permission)
    user.groups.add(group)
    user.groups.clear()
    assert AuditEntry.objects.filter(action="role.change").last().details == {"removed": ["ほか"]}
    edit(admin_client, user, is_active="on", is_superuser="on")
    entry = AuditEntry.objects.get(action="superuser.change", object_id=str(user.pk))
    assert entry.actor.is_superuser


def test_pages_of_a_group_are_recorded(admin_client):
    group = Group.objects.create(name="ほか")
    root = Page.get_first_root_node()
    data = {"name": "ほか", "page_permissions-TOTAL_FORMS": "1"}
    for prefix in (
        "page_permissions",
        "collection_permissions",
        "image_permissions",
        "document_permissions",
        "collection_management_permissions",
    ):
        data |= {
            f"{prefix}-TOTAL_FORMS": "0",
            f"{prefix}-INITIAL_FORMS": "0",
            f"{prefix}-MAX_NUM_FORMS": "1000",
        }
    data |= {
        "page_permissions-TOTAL_FORMS": "1",
        "page_permissions-0-page": root.pk,
        "page_permissions-0-permissions": ["publish_page"],
    }
    response = admin_client.post(f"/editor/groups/edit/{group.pk}/", data)
    assert response.status_code == 302
    entry = AuditEntry.objects.get(action="permission.change", object_id=str(group.pk))
    assert entry.details == {"added": [f"page:{root.pk} publish_page"]}


def test_rights_that_go_with_an_account_are_recorded(admin_client):
    user = factories.UserFactory(is_superuser=True)
    user.groups.add(roles.make_group(roles.SUPPORT))
    pk = str(user.pk)
    assert admin_client.post(f"/editor/users/delete/{pk}/").status_code == 302
    ends = AuditEntry.objects.filter(object_id=pk).order_by("pk").values_list("action", "details")
    assert list(ends)[-2:] == [
        ("superuser.change", {"is_superuser": False}),
        ("role.change", {"removed": [roles.SUPPORT]}),
    ]


def test_audit_log_says_in_words_what_a_permission_is():
    details = {"added": ["cms.view_user", "page:3 publish_page", roles.ADMIN_ACCESS, roles.SUPPORT]}
    text = write_details(entry=AuditEntry(action="permission.change", details=details))
    assert "利用者" in text
    assert roles.SUPPORT in text
    assert " 3)" in text
    for code in ("view_user", "publish_page", "access_admin", "cms."):
        assert code not in text
