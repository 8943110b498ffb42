"""Inviting people from a list, and saying yes to an invitation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from training.clock import today_in_japan
from training.domain import invitation_lists, invitations
from training.domain.bodies import name_body
from training.domain.people import current_purpose_notice
from training.models import Invitation
from training.office_forms import PeopleListForm
from training.rosters.template import write_template
from training.tables.writing import XLSX_TYPE

from .office_access import inviter_required

PAGE_SIZE = 100


def _url(name: str, code: str | None, *args: Any) -> str:
    """The pages of a body's invitations, or those of the ministry."""
    if code is None:
        return reverse(f"training:all_{name}", args=args)
    return reverse(f"training:office_{name}", args=(code, *args))


def _body(request: HttpRequest) -> Any:
    return request.office.body if request.office else None


@inviter_required
def index(request: HttpRequest, code: str | None) -> HttpResponse:
    form = PeopleListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = invitation_lists.keep_list(
                user=request.user,
                body=_body(request),
                name=file.name,
                data=file.read(),
                now=timezone.now(),
            )
        except invitation_lists.Unreadable as problem:
            form.add_error("file", str(problem))
        else:
            return redirect(_url("invitation_list", code, upload.pk))
    found = invitations.invitations_of(office=request.office, user=request.user)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    return render(
        request,
        "training/offices/invitations.html",
        {
            "office": request.office,
            "can_act": True,
            "form": form,
            "page_obj": page,
            "rows": [_see(each, code, now) for each in page.object_list],
            "template_url": _url("invitation_template", code),
        },
        status=422 if form.errors else 200,
    )


def _see(invitation: Invitation, code: str | None, now: Any) -> dict[str, Any]:
    is_open = not invitation.accepted_at and not invitation.withdrawn_at
    return {
        "invitation": invitation,
        "is_open": is_open,
        "is_expired": is_open and invitation.expires_at <= now,
        "can_send_again": is_open and invitations.may_send_again(invitation=invitation, now=now),
        "again_url": _url("invitation_again", code, invitation.pk),
        "withdraw_url": _url("invitation_withdraw", code, invitation.pk),
    }


@inviter_required
def preview(request: HttpRequest, code: str | None, upload_id: int) -> HttpResponse:
    """What would be done with each row; then it is done."""
    now = timezone.now()
    upload = invitation_lists.find_upload(
        upload_id=upload_id, user=request.user, body=_body(request), now=now
    )
    if upload is None:
        messages.info(request, _("This list was sent already, or is older than a day."))
        return redirect(_url("invitations", code))
    if request.method == "POST":
        return _send(request, code, upload)
    seen = invitation_lists.read_preview(upload=upload, office=request.office, now=now)
    return render(
        request,
        "training/offices/invitation_list.html",
        {
            "office": request.office,
            "can_act": True,
            "upload": upload,
            "preview": seen,
            "back_url": _url("invitations", code),
        },
    )


def _send(request: HttpRequest, code: str | None, upload: Any) -> HttpResponse:
    try:
        count = invitations.send_list(
            upload=upload, office=request.office, user=request.user, now=timezone.now()
        )
    except invitations.UploadGone:
        messages.info(request, _("This list was sent already, or is older than a day."))
    else:
        messages.success(
            request,
            ngettext(
                "%(count)s person is invited. The mail goes out within some minutes.",
                "%(count)s people are invited. The mails go out within some minutes.",
                count,
            )
            % {"count": count},
        )
    return redirect(_url("invitations", code))


@require_GET
@inviter_required
def template(request: HttpRequest, code: str | None) -> HttpResponse:
    response = HttpResponse(write_template(with_bodies=code is None), content_type=XLSX_TYPE)
    response["Content-Disposition"] = 'attachment; filename="invitations.xlsx"'
    return response


def _own(request: HttpRequest, invitation_id: int) -> Invitation:
    found = invitations.invitations_of(office=request.office, user=request.user)
    return get_object_or_404(found, pk=invitation_id)


@require_POST
@inviter_required
def withdraw(request: HttpRequest, code: str | None, invitation_id: int) -> HttpResponse:
    invitation = _own(request, invitation_id)
    try:
        invitations.withdraw(invitation=invitation, user=request.user, now=timezone.now())
        messages.success(request, _("Withdrawn. The link in the mail leads nowhere any more."))
    except invitations.InvitationGone:
        messages.info(request, _("It was accepted or withdrawn already."))
    return redirect(_url("invitations", code))


@require_POST
@inviter_required
def send_again(request: HttpRequest, code: str | None, invitation_id: int) -> HttpResponse:
    invitation = _own(request, invitation_id)
    try:
        invitations.send_again(invitation=invitation, user=request.user, now=timezone.now())
        messages.success(request, _("Sent again, with a new link for 90 days."))
    except invitations.InvitationGone:
        messages.info(request, _("It was accepted or withdrawn already."))
    except invitations.SentTooOften:
        messages.warning(
            request,
            _("A person gets three mails at most, a day apart. Please reach them in another way."),
        )
    return redirect(_url("invitations", code))


@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in the mail opens. Reading it changes nothing."""
    invitation = invitations.find_invitation(token=token)
    now = timezone.now()
    if invitation is None:
        return render(request, "training/invitation_gone.html", {"reason": ""}, status=404)
    if reason := _find_reason(invitation, request, now):
        return render(request, "training/invitation_gone.html", {"reason": reason}, status=410)
    if request.method == "POST":
        return _take_up(request, invitation)
    return render(
        request,
        "training/invitation.html",
        {
            "invitation": invitation,
            "body": name_body(body=invitation.local_government, today=today_in_japan()),
            # Told before an account is made.
            "notice": current_purpose_notice(today=today_in_japan()),
            "next": request.get_full_path(),
            "login": redirect_to_login(request.get_full_path()).url,
        },
    )


def _find_reason(invitation: Invitation, request: HttpRequest, now: Any) -> str:
    if invitation.withdrawn_at:
        return _("The invitation was withdrawn.")
    if invitation.accepted_at:
        return _("The invitation was accepted already. Please sign in.")
    if invitation.expires_at <= now:
        return _("The invitation has expired. Please ask the body that sent it for a new one.")
    return ""


@require_POST
@login_required
def _take_up(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    try:
        learner = invitations.take_up(invitation=invitation, user=request.user, now=timezone.now())
    except (invitations.InvitationGone, invitations.InvitationExpired):
        return redirect(request.path)
    if learner is None:
        messages.success(
            request, _("Please look through what is filled in, and complete the registration.")
        )
        return redirect("training:register")
    messages.success(request, _("You accepted the invitation."))
    return redirect("training:desk")
