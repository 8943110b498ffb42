"""Messages of officers that learners reported, for whoever deals with them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.admin.auth import permission_required

from certificates.domain.offer_messages import reported_messages

VIEW = "lms_certificates.view_offermessage"


@require_GET
@never_cache
@permission_required(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    page = Paginator(reported_messages(), 50).get_page(request.GET.get("page"))
    return render(request, "certificates/admin/offer_reports.html", {"page_obj": page})


urlpatterns = [path("certificates/reported-messages/", index, name="certificates_offer_reports")]
