"""A course to and from one file, in the administration."""

from functools import wraps
from typing import Any
from urllib.parse import quote

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.models import Page

from training.clock import today_in_japan
from training.domain.course_files.exporting import CannotExport, export_course, plan_export
from training.domain.course_files.importing import (
    CannotImport,
    Wish,
    apply_course_upload,
    keep_course_upload,
    plan_course_import,
)
from training.domain.course_files.plans import Entry
from training.domain.course_files.rights import may_export, may_import
from training.domain.exchange import PlanChanged, UploadGone, get_upload
from training.exchange import Unreadable
from training.exchange.course_files import MAX_BYTES, read_course_in_child
from training.models import CoursePage, Question, Quiz
from training.upload_forms import UploadForm

from .admin_pages import render_page


class CourseUploadForm(UploadForm):
    max_bytes, too_large = MAX_BYTES, gettext_lazy("The file is larger than 60 MB.")
    file = forms.FileField(
        label=gettext_lazy("File of the course"),
        help_text=gettext_lazy(
            "A zip file that a site like this one exported, 60 MB at most. Nothing is changed "
            "before you have seen what will be."
        ),
    )


def for_exporters(view: Any) -> Any:
    @wraps(view)
    def check(request: HttpRequest, pk: int) -> HttpResponse:
        course = get_object_or_404(CoursePage, pk=pk)
        if not may_export(course=course, user=request.user):
            raise PermissionDenied
        answer: HttpResponse = view(request, course)
        return answer

    return never_cache(check)


def for_importers(view: Any) -> Any:
    @wraps(view)
    def check(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        parent = get_object_or_404(Page, pk=pk).specific
        if not may_import(parent=parent, user=request.user):
            raise PermissionDenied
        answer: HttpResponse = view(request, parent, **kwargs)
        return answer

    return never_cache(check)


@require_safe
@for_exporters
def show_export(request: HttpRequest, course: CoursePage) -> HttpResponse:
    export = plan_export(course=course)
    content = export.content
    counts = [
        (_("Modules"), len(content["modules"])),
        (_("Quizzes"), sum(bool(each["quiz"]) for each in content["modules"])),
        (_("Questions with their answers"), len(content["questions"])),
        (_("Images and documents"), len(content["media"])),
    ]
    return render_page(
        request,
        "training/admin/course_export.html",
        instance=course,
        title=_("Export the course"),
        icon="download",
        context={"export": export, "counts": counts},
    )


@require_POST
@for_exporters
def download(request: HttpRequest, course: CoursePage) -> HttpResponse:
    """Holds the answer keys, so it is written down who took them away."""
    try:
        data = export_course(course=course, user=request.user, now=timezone.now())
    except CannotExport:
        return redirect("lms_training_admin:course_export", course.pk)
    response = HttpResponse(data, content_type="application/zip")
    name = f"course-{course.slug}-{today_in_japan():%Y%m%d}.zip"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@for_importers
def upload(request: HttpRequest, parent: Page) -> HttpResponse:
    form = CourseUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = keep_course_upload(
                user=request.user, name=file.name, data=file.read(), now=timezone.now()
            )
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            return redirect("lms_training_admin:course_preview", parent.pk, kept.pk)
    return render_page(
        request,
        "training/admin/course_upload.html",
        instance=parent,
        title=_("Import a course"),
        icon="upload",
        context={"form": form},
    )


def read_wish(data: Any, *, upload_id: int) -> Wish:
    return Wish(
        seed=f"upload-{upload_id}" if data.get("as") == "new" else "",
        at_once=data.get("at_once") == "1",
    )


def find_editor(instance: Any) -> str:
    """Of a page, a question or a quiz; who may not edit it is told so there."""
    if isinstance(instance, Page):
        return reverse("wagtailadmin_pages:edit", args=[instance.pk])
    if isinstance(instance, Question | Quiz):
        return reverse(instance.snippet_viewset.get_url_name("edit"), args=[instance.pk])
    return ""


def list_rows(entries: list[Entry]) -> list[tuple[Entry, str]]:
    return [(entry, find_editor(entry.instance)) for entry in entries]


@require_safe
@for_importers
def preview(request: HttpRequest, parent: Page, upload_id: int) -> HttpResponse:
    wish = read_wish(request.GET, upload_id=upload_id)
    try:
        kept = get_upload(upload_id=upload_id, user=request.user, now=timezone.now())
        file = read_course_in_child(bytes(kept.data))
    except UploadGone:
        return tell_gone(request, parent)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect("lms_training_admin:course_import", parent.pk)
    plan = plan_course_import(file=file, parent=parent, user=request.user, wish=wish)
    return render_page(
        request,
        "training/admin/course_preview.html",
        instance=parent,
        title=_("What will be imported"),
        icon="upload",
        context={
            "upload": kept,
            "parent": parent,
            "plan": plan,
            "wish": wish,
            "may_choose": plan.is_update or wish.seed,
            "parts": [
                (_("To be created"), "created", list_rows(plan.created), False),
                (_("To be changed"), "changed", list_rows(plan.changed), False),
                (_("Left unchanged"), "unchanged", list_rows(plan.unchanged), True),
            ],
            "at_once": list_rows(plan.at_once),
        },
    )


@require_POST
@for_importers
def apply(request: HttpRequest, parent: Page, upload_id: int) -> HttpResponse:
    wish = read_wish(request.POST, upload_id=upload_id)
    back = reverse("lms_training_admin:course_preview", args=[parent.pk, upload_id])
    back += "?as=new" if wish.seed else ""
    try:
        plan = apply_course_upload(
            upload_id=upload_id,
            parent=parent,
            fingerprint=request.POST.get("fingerprint", ""),
            user=request.user,
            wish=wish,
            now=timezone.now(),
        )
    except UploadGone:
        return tell_gone(request, parent)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect("lms_training_admin:course_import", parent.pk)
    except (PlanChanged, CannotImport):
        messages.warning(
            request,
            _("Something was changed in the meantime, so nothing was imported. Please look again."),
        )
        return redirect(back)
    messages.success(
        request,
        _(
            "The course “%(title)s” was imported. Drafts created: %(created)s, drafts changed: "
            "%(changed)s, left unchanged: %(unchanged)s, changed at once for learners: %(at_once)s."
        )
        % {
            "title": plan.title,
            "at_once": len(plan.at_once) if wish.at_once else 0,
            "created": len(plan.created),
            "changed": len(plan.changed),
            "unchanged": len(plan.unchanged),
        },
        buttons=[
            messages.button(reverse("wagtailadmin_pages:edit", args=[plan.course_pk]), _("Course")),
            messages.button(
                reverse("lms_training_admin:course_check", args=[plan.course_pk]),
                _("Check the whole course"),
            ),
            messages.button(reverse(Question.snippet_viewset.get_url_name("list")), _("Questions")),
        ],
    )
    return redirect("wagtailadmin_explore", plan.course_pk)


def tell_gone(request: HttpRequest, parent: Page) -> HttpResponse:
    messages.error(
        request, _("This file was imported already or is older than a day. Please choose it again.")
    )
    return redirect("lms_training_admin:course_import", parent.pk)
