"""What all views of the API share: keys, JSON only, limits per key, no cookie and no session."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from certificates.conf import api_rate
from certificates.domain.api_keys import find_key

from .problems import ProblemRenderer, describe


class KeyAuthentication(BaseAuthentication):
    """`request.auth` is the ApiKey; there is no user."""

    def authenticate(self, request: Request) -> tuple[None, Any] | None:
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        key = find_key(token=token.strip().decode("latin-1"), now=timezone.now())
        if key is None:
            raise AuthenticationFailed
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "<prefix>.<secret>"}


class HasKey(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.auth is not None


class KeyThrottle(SimpleRateThrottle):
    scope = "certificates-api"

    def get_rate(self) -> str:
        return api_rate()

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if request.auth is None:
            return None
        return self.cache_format % {"scope": self.scope, "ident": request.auth.pk}


class JsonOnly(BaseContentNegotiation):
    """Whatever a client says it accepts, an answer is better than none."""

    def select_parser(self, request: Request, parsers: list[Any]) -> Any:
        kind = request.content_type.partition(";")[0].strip().lower()
        return parsers[0] if kind == "application/json" else None

    def select_renderer(
        self, request: Request, renderers: list[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class Schema(AutoSchema):
    def get_operation_id(self) -> str:
        return self.view.operations[self.method]


class KeyedView(APIView):
    # Their names in the description of the API, by method.
    operations: dict[str, str] = {}
    authentication_classes = [KeyAuthentication]
    permission_classes = [HasKey]
    throttle_classes = [KeyThrottle]
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = JsonOnly
    schema = Schema()
    is_problem = False

    def get_exception_handler(self) -> Any:
        return describe

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.is_problem:
            response.accepted_renderer = ProblemRenderer()
            response.accepted_media_type = ProblemRenderer.media_type
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response
