from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from certificates.domain import webhooks
from certificates.domain.outbound import BadAddress

from .base import KeyedView
from .problems import Conflict
from .serializers import (
    MadeWebhookSerializer,
    NewWebhookSerializer,
    ProblemSerializer,
    WebhookSerializer,
)

PROBLEMS = {
    (401, "application/problem+json"): ProblemSerializer,
    (429, "application/problem+json"): ProblemSerializer,
}


@extend_schema(
    methods=["GET"],
    responses={200: WebhookSerializer(many=True)} | PROBLEMS,
)
@extend_schema(
    methods=["POST"],
    request=NewWebhookSerializer,
    responses={
        201: MadeWebhookSerializer,
        (400, "application/problem+json"): ProblemSerializer,
        (409, "application/problem+json"): ProblemSerializer,
        (415, "application/problem+json"): ProblemSerializer,
    }
    | PROBLEMS,
)
class WebhooksView(KeyedView):
    """Where this key's municipality is told of revoked and replaced certificates."""

    operations = {"GET": "list_webhooks", "POST": "register_webhook"}

    def get(self, request: Request) -> Response:
        own = request.auth.webhooks.order_by("pk")
        return Response(WebhookSerializer(own, many=True).data)

    def post(self, request: Request) -> Response:
        wanted = NewWebhookSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            made = webhooks.register_webhook(
                api_key=request.auth, url=wanted.validated_data["url"], now=timezone.now()
            )
        except BadAddress as error:
            raise ValidationError(
                {"url": [_("Please give a public address that begins with https://.")]}
            ) from error
        except webhooks.TooManyWebhooks as error:
            raise Conflict(
                _("A key may have %(count)s webhooks.") % {"count": webhooks.PER_KEY}
            ) from error
        return Response(MadeWebhookSerializer(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    responses={204: None, (404, "application/problem+json"): ProblemSerializer} | PROBLEMS,
)
class WebhookView(KeyedView):
    """One of them."""

    operations = {"DELETE": "remove_webhook"}

    def delete(self, request: Request, pk: int) -> Response:
        if not webhooks.remove_webhook(api_key=request.auth, webhook_id=pk):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)
