"""地域の修了者, for the officers of towns. Nobody else sees any of it."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from certificates.domain.offer_messages import OfferGone, TooManyMessages, send_message
from certificates.domain.offers import find_offer, find_offers, show_offers
from certificates.offer_forms import OfferMessageForm, OfferSearchForm
from training.clock import today_in_japan
from training.models import LocalGovernment
from training.views.access import posted
from training.views.office_access import acting_officer_required

PAGE_SIZE = 20


def for_town_officers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Sets `request.towns`, the municipalities of today that the account acts for."""

    @acting_officer_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        towns = LocalGovernment.objects.filter(
            pk__in=request.scope.own, prefecture__isnull=False, successor=None
        )
        request.towns = list(towns.select_related("prefecture"))
        if not request.towns:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped


@require_GET
@for_town_officers
def index(request: HttpRequest) -> HttpResponse:
    today = today_in_japan()
    form = OfferSearchForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    prefecture = chosen.get("prefecture")
    offers = find_offers(
        towns=[town.pk for town in request.towns],
        prefecture=prefecture.pk if prefecture else "",
        word=chosen.get("word", ""),
        today=today,
    )
    page = Paginator(offers, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "certificates/offers/index.html",
        {
            "form": form,
            "towns": request.towns,
            "prefecture": prefecture,
            "offers": show_offers(offers=list(page), today=today),
            "page_obj": page,
            "query": query.urlencode(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_town_officers
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer, and the form to write to the person."""
    today = today_in_japan()
    offer = find_offer(pk=pk, towns=[town.pk for town in request.towns], today=today)
    if offer is None:
        raise Http404
    form = OfferMessageForm(posted(request), towns=request.towns)
    if form.is_valid():
        try:
            send_message(
                offer_id=pk,
                sender=request.user,
                url=request.build_absolute_uri(reverse("certificates:my_offer")),
                today=today,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except OfferGone:
            raise Http404 from None
        except TooManyMessages:
            form.add_error(
                None,
                _(
                    "You have written as many messages as are possible on one day. "
                    "Please send this one tomorrow."
                ),
            )
        else:
            messages.success(
                request, _("Your message was sent. An answer comes to your mail address.")
            )
            return redirect("certificates:offers")
    return render(
        request,
        "certificates/offers/detail.html",
        {
            "offer": show_offers(offers=[offer], today=today)[0],
            "form": form,
            "towns": request.towns,
        },
        status=422 if form.errors else 200,
    )
