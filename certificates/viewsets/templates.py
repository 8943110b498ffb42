"""The editor's form of a certificate template, and its preview: the PDF itself."""

from typing import Any

from django import forms
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    PreviewOnCreateView,
    PreviewOnEditView,
    PreviewRevisionView,
    SnippetViewSet,
)
from wagtail.utils.decorators import xframe_options_sameorigin_override

from certificates.domain.templates import count_earlier
from certificates.domain.trial import find_template_problems, print_trial
from certificates.models import Certificate, CertificateTemplate
from certificates.rendering.seal import MAX_BYTES, clean_seal
from training.domain.audit import record_audit
from training.viewsets.choosers import ReadersChooserViewSet


class TemplateForm(WagtailAdminModelForm):
    seal_file = forms.FileField(
        label=_("Seal from a file"),
        required=False,
        help_text=_("An SVG file of at most 100 KB; it takes the place of the seal below."),
        widget=forms.FileInput(attrs={"accept": ".svg,image/svg+xml", "data-seal-file": ""}),
    )
    is_preview = False

    class Media:
        js = ["certificates/js/seal.js"]

    def defer_required_fields(self) -> None:
        # Wagtail asks for this before a preview, which says itself what is wrong.
        self.is_preview = True
        super().defer_required_fields()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        upload = data.pop("seal_file", None)
        if upload:
            # One byte more than may be, so that what is too large is seen to be.
            data["seal"] = upload.read(MAX_BYTES + 1).decode(errors="replace")
        if self.errors or self.is_preview:
            return data
        for field, problem in find_template_problems(template=CertificateTemplate(**data)):
            self.add_error("seal_file" if upload and field == "seal" else field, problem)
        if "seal_file" in self.errors:
            self._show_earlier_seal()
        elif data.get("seal"):
            data["seal"] = clean_seal(data["seal"])
        return data

    def _show_earlier_seal(self) -> None:
        """Not what was refused, which the page's script had put into the field."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seal")] = self.initial.get("seal", "")


class EarlierVersionsPanel(HelpPanel):
    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            history = template_viewset.get_url_name("history")
            return context | {
                "count": count_earlier(template=self.instance),
                "history_url": reverse(history, args=[self.instance.pk]),
            }


PANELS = [
    EarlierVersionsPanel(template="certificates/admin/earlier_versions.html"),
    FieldPanel("course"),
    FieldPanel("title"),
    FieldPanel(
        "wording",
        help_text=_(
            "｛講座名｝, ｛時間｝, ｛修了日｝ and ｛有効期限｝ are filled in on each certificate."
        ),
    ),
    MultiFieldPanel(
        [
            FieldPanel("issuer_office"),
            FieldPanel("issuer_title"),
            FieldPanel("issuer_name"),
        ],
        heading=_("Issuer"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("number_symbol"),
            FieldPanel("study_hours"),
            FieldPanel("validity_months"),
        ],
        heading=_("Number, hours and validity"),
    ),
    MultiFieldPanel(
        [
            FieldPanel(
                "accent_colour",
                widget=forms.TextInput(attrs={"type": "color"}),
                help_text=_("Of the heading and the frame; dark enough to be read on white."),
            ),
            FieldPanel("seal_file"),
            FieldPanel("seal", widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})),
        ],
        heading=_("Colour and seal"),
    ),
]


def show_preview(request: HttpRequest, template: CertificateTemplate) -> HttpResponse:
    modes = dict(template.preview_modes)
    mode = request.GET.get("mode")
    mode = mode if mode in modes else template.default_preview_mode
    problems = find_template_problems(template=template, mode=mode)
    if "pdf" in request.GET and not problems:
        return HttpResponse(
            print_trial(template=template, mode=mode),
            content_type="application/pdf",
            headers={"Content-Disposition": 'inline; filename="preview.pdf"'},
        )
    return render(
        request,
        "certificates/admin/preview.html",
        {
            "problems": [problem for _field, problem in problems],
            "pdf_url": f"{request.path}?mode={mode}&pdf=1",
            "mode_label": modes[mode],
        },
    )


@method_decorator(xframe_options_sameorigin_override, name="get")
class PreviewOnCreate(PreviewOnCreateView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(self._get_form_data(self._get_form_state()))
        if not self.validate_form(form):
            return self.error_response()
        return show_preview(request, form.save(commit=False))


@method_decorator(xframe_options_sameorigin_override, name="get")
class PreviewOnEdit(PreviewOnEditView):
    get = PreviewOnCreate.get


@method_decorator(xframe_options_sameorigin_override, name="get")
class PreviewRevision(PreviewRevisionView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return show_preview(request, self.revision_object)


class OnlyWhenSaved:
    """Saved is published: there is no draft of a template.

    Wagtail saves while one types, over and over into the same revision: half a sentence would be
    printed, and the revision of certificates that exist would change."""

    overwrite_revision = None

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)  # type: ignore[misc]
        self.autosave_enabled = False

    def save_instance(self) -> CertificateTemplate:
        # Inside the view's transaction.
        template = super().save_instance()  # type: ignore[misc]
        record_audit(
            action="template.publish",
            actor=self.request.user,  # type: ignore[attr-defined]
            at=timezone.now(),
            subject=template,
        )
        return template


class CreateTemplateView(OnlyWhenSaved, CreateView):
    pass


class EditTemplateView(OnlyWhenSaved, EditView):
    pass


class CertificateTemplateViewSet(SnippetViewSet):
    model = CertificateTemplate
    chooser_viewset_class = ReadersChooserViewSet
    icon = "doc-full"
    list_display = [
        "title",
        Column("course", label=_("course"), accessor=lambda row: row.course or _("every other")),
        "issuer_office",
        Column("versions", label=_("versions"), accessor="versions"),
        Column("issued", label=_("certificates"), accessor="issued"),
    ]
    edit_handler = ObjectList(PANELS, base_form_class=TemplateForm)
    add_view_class = CreateTemplateView
    edit_view_class = EditTemplateView
    copy_view_enabled = False
    preview_on_add_view_class = PreviewOnCreate
    preview_on_edit_view_class = PreviewOnEdit
    revisions_view_class = PreviewRevision

    def get_queryset(self, request: HttpRequest) -> QuerySet[CertificateTemplate]:
        issued = Certificate.objects.filter(template=OuterRef("pk")).order_by().values("template")
        return (
            CertificateTemplate.objects.select_related("course")
            .annotate(
                versions=Count("_revisions"),
                issued=Coalesce(
                    Subquery(issued.annotate(n=Count("pk")).values("n"), IntegerField()), 0
                ),
            )
            .order_by("course__title", "pk")
        )


template_viewset = CertificateTemplateViewSet()
