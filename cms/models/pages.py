from django.db import models
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from training.blocks import LessonBlock, SourceBlock, make_anchor
from training.models import CoursePage, LocalGovernment, ModulePage
from training.models.courses import of_unpublished_course

MANY_HEADINGS = 4
# What cases are filtered by.
AUDIENCES = {
    "anybody": _("Anybody"),
    "residents": _("Residents only"),
    "elderly": _("Elderly people only"),
    "disabled": _("Disabled people only"),
}
FEES = {"free": _("Free of charge"), "charged": _("With a fee")}
PLACES = {
    "hall": _("Community hall"),
    "office": _("Town hall and its branches"),
    "school": _("School or library"),
    "shop": _("Shop"),
    "home": _("At people's homes"),
    "other": _("Elsewhere"),
}


class PointBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"))
    text = blocks.TextBlock(label=_("text"))


class HomePage(Page):
    lead = models.TextField(_("lead"))
    steps = StreamField([("step", PointBlock(label=_("Step")))], verbose_name=_("steps"))
    audiences = StreamField(
        [("audience", PointBlock(label=_("Audience")))], verbose_name=_("audiences")
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("steps"),
        FieldPanel("audiences"),
    ]
    template = "cms/home_page.html"
    max_count = 1

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        """Courses, their length, notices and case studies in one statement each."""
        length = (
            ModulePage.objects.live()
            .public()
            .exclude(of_unpublished_course())
            .aggregate(modules=Count("pk"), minutes=Sum("study_minutes"))
        )
        return super().get_context(request, *args, **kwargs) | {
            **length,
            "information": InformationPage.objects.live().public().in_menu().order_by("path"),
            "courses": CoursePage.objects.live().public().order_by("path"),
            "notices": NoticePage.objects.live().public().order_by("-issued_on")[:3],
            "cases": CaseStudyPage.objects.live().public().order_by("path")[:6],
        }


class InformationPage(Page):
    summary = models.TextField(_("summary"), max_length=300, blank=True)
    body = StreamField(LessonBlock(), verbose_name=_("text"))
    sources = StreamField([("source", SourceBlock())], blank=True, verbose_name=_("sources"))
    as_of = models.DateField(_("as of"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("sources"),
        MultiFieldPanel([FieldPanel("as_of"), FieldPanel("review_by")], heading=_("Dates")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    template = "cms/information_page.html"

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Anchors and words of its headings, where there are enough to choose from."""
        found = [block.value for block in self.body if block.block_type == "heading"]
        return [(make_anchor(each), each) for each in found] if len(found) >= MANY_HEADINGS else []

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")


class ContactBlock(blocks.StructBlock):
    """A division, never a person."""

    topic = blocks.CharBlock(label=_("topic"))
    division = blocks.CharBlock(label=_("division"))
    phone = blocks.CharBlock(required=False, label=_("telephone"))


class NoticePage(InformationPage):
    """A notice of the ministry, told in the site's own words."""

    number = models.CharField(_("notice number"), max_length=200)
    issued_on = models.DateField(_("issued on"))
    issuer = models.TextField(_("issuer"))
    addressees = models.TextField(_("addressees"))
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    contacts = StreamField(
        [("contact", ContactBlock(label=_("Contact")))], blank=True, verbose_name=_("contacts")
    )
    contacts_note = models.CharField(_("note on the contacts"), max_length=300, blank=True)
    attachments = StreamField(
        [("document", DocumentChooserBlock(label=_("Document")))],
        blank=True,
        verbose_name=_("attachments"),
    )
    asks_to_forward = models.BooleanField(
        _("prefectures are asked to forward it to their towns"), default=False
    )

    content_panels = [
        *InformationPage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("number"),
                FieldPanel("issued_on"),
                FieldPanel("issuer"),
                FieldPanel("addressees"),
                FieldPanel("legal_basis"),
            ],
            heading=_("The notice"),
        ),
        FieldPanel("attachments"),
        FieldPanel("contacts"),
        FieldPanel("contacts_note"),
        FieldPanel("asks_to_forward"),
    ]
    template = "cms/notice_page.html"

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")


class CaseStudyPage(Page):
    summary = models.TextField(_("summary"))
    local_government = models.ForeignKey(
        LocalGovernment, models.PROTECT, related_name="+", verbose_name=_("local government")
    )
    activity = models.CharField(_("activity"), max_length=200)
    lecturer = models.TextField(_("lecturer"))
    audience = models.TextField(_("audience"))
    audience_kind = models.CharField(
        _("audience, to filter by"), max_length=20, choices=AUDIENCES, blank=True
    )
    fee = models.CharField(_("fee"), max_length=200)
    fee_kind = models.CharField(_("fee, to filter by"), max_length=20, choices=FEES, blank=True)
    place = models.TextField(_("place"))
    place_kind = models.CharField(
        _("place, to filter by"), max_length=20, choices=PLACES, blank=True
    )
    frequency = models.TextField(_("frequency"))
    points = StreamField(
        [("point", blocks.TextBlock(label=_("Point")))],
        blank=True,
        verbose_name=_("what others can take from it"),
    )
    points_note = models.CharField(_("note on these points"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    source_url = models.URLField(_("address of the source"), blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel("local_government"),
                FieldPanel("activity"),
                FieldPanel("lecturer"),
                FieldPanel("audience"),
                FieldPanel("audience_kind"),
                FieldPanel("fee"),
                FieldPanel("fee_kind"),
                FieldPanel("place"),
                FieldPanel("place_kind"),
                FieldPanel("frequency"),
            ],
            heading=_("The activity"),
        ),
        FieldPanel("points"),
        FieldPanel("points_note"),
        FieldPanel("source"),
        FieldPanel("source_url"),
        MultiFieldPanel([FieldPanel("as_of"), FieldPanel("review_by")], heading=_("Dates")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]
    template = "cms/case_study_page.html"

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
