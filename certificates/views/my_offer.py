"""A learner's own offer to teach: made, changed, taken back; and what towns wrote."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from certificates.domain import offer_messages, offers
from certificates.models import OfferBlock, OfferMessage, TeachingOffer
from certificates.offer_forms import OfferForm, ReportForm
from training.clock import today_in_japan
from training.views.access import learner_required_as_before, posted


@require_http_methods(["GET", "HEAD", "POST"])
@learner_required_as_before
def edit(request: HttpRequest) -> HttpResponse:
    today = today_in_japan()
    offer = TeachingOffer.objects.filter(learner=request.learner).first()
    form = _form(request, offer)
    if form.is_valid() and not request.learner.has_new_purpose:
        given = {name: form.cleaned_data[name] for name in ("areas", "name_shown", "text")}
        try:
            offers.save_offer(learner=request.learner, today=today, now=timezone.now(), **given)
            messages.success(request, _("Saved. Officers of municipalities see your offer now."))
        except offers.NotShowable:
            messages.error(request, _("Your offer cannot be shown at present."))
        return redirect("certificates:my_offer")
    return render(
        request,
        "certificates/offers/mine.html",
        {
            "form": form,
            "offer": offer,
            "learner": request.learner,
            "shown_name": offers.shown_name(offer=offer) if offer else "",
            "state": offers.read_state(learner=request.learner, today=today).value,
            "received": offer_messages.messages_of(learner=request.learner)[:50],
            "blocks": OfferBlock.objects.filter(learner=request.learner)
            .select_related("local_government__prefecture")
            .order_by("local_government"),
        },
        status=422 if form.errors else 200,
    )


def _form(request: HttpRequest, offer: TeachingOffer | None) -> OfferForm:
    if request.method == "POST":
        if "list_municipalities" not in request.POST:
            return OfferForm(request.POST, learner=request.learner)
        typed = request.POST.dict() | {"areas": request.POST.getlist("areas")}
        return OfferForm(initial=typed, learner=request.learner)
    if offer is None:
        return OfferForm(initial={"name_shown": "family"}, learner=request.learner)
    return OfferForm(
        initial={
            "areas": list(offer.areas.values_list("pk", flat=True)),
            "name_shown": offer.name_shown,
            "text": offer.text,
        },
        learner=request.learner,
    )


@require_POST
@learner_required_as_before
def take_back(request: HttpRequest) -> HttpResponse:
    offers.take_back_offer(learner=request.learner)
    messages.success(request, _("Your offer was taken back. Nobody sees it any more."))
    return redirect("certificates:my_offer")


def _own_message(request: HttpRequest, pk: int) -> OfferMessage:
    return get_object_or_404(offer_messages.messages_of(learner=request.learner), pk=pk)


@require_POST
@learner_required_as_before
def block(request: HttpRequest, pk: int) -> HttpResponse:
    message = _own_message(request, pk)
    offer_messages.block_body(
        learner=request.learner, local_government=message.local_government, now=timezone.now()
    )
    text = _("%(body)s does not see your offer any more and cannot write to you.")
    messages.success(request, text % {"body": message.local_government})
    return redirect("certificates:my_offer")


@require_POST
@learner_required_as_before
def unblock(request: HttpRequest, code: str) -> HttpResponse:
    offer_messages.unblock_body(learner=request.learner, code=code)
    return redirect("certificates:my_offer")


@require_http_methods(["GET", "HEAD", "POST"])
@learner_required_as_before
def report(request: HttpRequest, pk: int) -> HttpResponse:
    message = _own_message(request, pk)
    form = ReportForm(posted(request))
    if form.is_valid():
        offer_messages.report_message(
            message=message,
            report=form.cleaned_data["report"],
            actor=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("Thank you. The ministry was told."))
        return redirect("certificates:my_offer")
    return render(
        request,
        "certificates/offers/report.html",
        {"form": form, "message": message},
        status=422 if form.errors else 200,
    )
