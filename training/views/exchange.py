"""Import and export of questions, in the administration."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from taggit.models import Tag
from wagtail.admin import messages
from wagtail.admin.auth import any_permission_required, permission_required

from training.clock import today_in_japan
from training.domain import exchange
from training.exchange import FORMATS, Unreadable
from training.exchange.drafts import MAX_BYTES
from training.models import Question
from training.upload_forms import UploadForm

ADD = "lms_training.add_question"
CHANGE = "lms_training.change_question"
VIEW = "lms_training.view_question"
PUBLISH = "lms_training.publish_question"


class QuestionsUploadForm(UploadForm):
    max_bytes, too_large = MAX_BYTES, gettext_lazy("The file is larger than 5 MB.")
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "An Excel workbook in the editors' form, GIFT, Moodle XML, or QTI 2.1 or 2.2. 5 MB and "
            "5,000 questions at most. Nothing is changed before you have seen what will be."
        ),
    )


def may_import(view: Any) -> Any:
    """Who imports makes and changes questions, and sees their keys while doing so."""
    return never_cache(permission_required(ADD)(permission_required(CHANGE)(view)))


@may_import
def upload(request: HttpRequest) -> HttpResponse:
    form = QuestionsUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = exchange.keep_upload(
                user=request.user, name=file.name, data=file.read(), now=timezone.now()
            )
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            return redirect("training_exchange:preview", kept.pk)
    return render(request, "training/admin/import_upload.html", {"form": form})


@require_GET
@may_import
def preview(request: HttpRequest, upload_id: int) -> HttpResponse:
    try:
        kept = exchange.get_upload(upload_id=upload_id, user=request.user, now=timezone.now())
    except exchange.UploadGone:
        return tell_gone(request)
    try:
        found = exchange.read_upload(upload=kept)
    except Unreadable as error:
        return tell_unreadable(request, error)
    plan = exchange.plan_import(found=found, user=request.user)
    context = {
        "upload": kept,
        "plan": plan,
        "counts": [
            (_("To be created"), len(plan.created)),
            (_("To be changed"), len(plan.changed)),
            (_("Left unchanged"), len(plan.skipped)),
            (_("Errors"), len(plan.errors)),
        ],
        "can_publish": request.user.has_perm(PUBLISH),
    }
    return render(request, "training/admin/import_preview.html", context)


@require_POST
@may_import
def apply(request: HttpRequest, upload_id: int) -> HttpResponse:
    try:
        imported = exchange.apply_import(
            upload_id=upload_id,
            fingerprint=request.POST.get("fingerprint", ""),
            user=request.user,
            publish="publish" in request.POST and request.user.has_perm(PUBLISH),
            now=timezone.now(),
        )
    except exchange.UploadGone:
        return tell_gone(request)
    except Unreadable as error:
        return tell_unreadable(request, error)
    except exchange.PlanChanged:
        messages.warning(
            request,
            _(
                "The questions were changed in the meantime, so nothing was imported. "
                "Please look again."
            ),
        )
        return redirect("training_exchange:preview", upload_id)
    messages.success(request, describe(imported))
    if imported.waiting:
        messages.warning(
            request,
            ngettext(
                "%(count)s question is not complete yet, so it stays a draft.",
                "%(count)s questions are not complete yet, so they stay drafts.",
                imported.waiting,
            )
            % {"count": imported.waiting},
        )
    if imported.held:
        messages.warning(
            request,
            ngettext(
                "%(count)s question had changes that are not published, so it stays a draft.",
                "%(count)s questions had changes that are not published, so they stay drafts.",
                imported.held,
            )
            % {"count": imported.held},
        )
    return redirect(Question.snippet_viewset.get_url_name("list"))


def describe(imported: exchange.Imported) -> str:
    return _(
        "Created: %(created)s, changed: %(changed)s, skipped: %(skipped)s, not imported: "
        "%(refused)s; published: %(published)s."
    ) % vars(imported)


def tell_gone(request: HttpRequest) -> HttpResponse:
    messages.error(
        request, _("This file was imported already or is older than a day. Please choose it again.")
    )
    return redirect("training_exchange:upload")


def tell_unreadable(request: HttpRequest, error: Unreadable) -> HttpResponse:
    """It could be read when it was uploaded: the machine is too busy now."""
    messages.error(request, str(error))
    return redirect("training_exchange:upload")


@require_GET
@never_cache
@any_permission_required(VIEW, CHANGE)
def choose_export(request: HttpRequest) -> HttpResponse:
    tag = request.GET.get("tag", "")
    questions = exchange.list_questions(tag=tag)
    targets = list(FORMATS.values())
    exports = list(
        zip(targets, exchange.export_to_each(questions=questions, targets=targets), strict=True)
    )
    tags = Tag.objects.filter(lms_training_questiontag_items__isnull=False).distinct()
    context = {"exports": exports, "tag": tag, "tags": tags.order_by("name")}
    return render(request, "training/admin/export.html", context)


@require_POST
@never_cache
@any_permission_required(VIEW, CHANGE)
def download(request: HttpRequest, name: str) -> HttpResponse:
    """Holds the answer keys, so it is written down who took them away."""
    target = FORMATS.get(name)
    if target is None:
        return redirect("training_exchange:export")
    questions = exchange.list_questions(tag=request.GET.get("tag", ""))
    export = exchange.export_questions(questions=questions, target=target)
    exchange.record_export(export=export, target=target, user=request.user, now=timezone.now())
    response = HttpResponse(
        target.write(export.drafts, export.left_out), content_type=target.content_type
    )
    file_name = f"questions-{today_in_japan():%Y%m%d}.{target.extension}"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


# Mounted inside the administration, whatever its address.
admin_urlpatterns = [
    path("", upload, name="upload"),
    path("<int:upload_id>/", preview, name="preview"),
    path("<int:upload_id>/apply/", apply, name="apply"),
    path("export/", choose_export, name="export"),
    path("export/<slug:name>/", download, name="download"),
]
