"""The description of the API, and the answer of addresses where there is nothing."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from .base import KeyedView

SETTINGS = {
    "TITLE": "Katsuyo certificates",
    "VERSION": "1",
    "DESCRIPTION": "Verification of certificates of completion (修了証) by municipalities.",
    "SCHEMA_PATH_PREFIX": "/",
    "AUTHENTICATION_WHITELIST": ["certificates.api.base.KeyAuthentication"],
}


class OpenView(KeyedView):
    authentication_classes = []
    permission_classes = []
    throttle_classes = []


class SchemaView(OpenView):
    def get(self, request: Request) -> Response:
        from . import urls

        with patched_settings(SETTINGS):
            schema: dict[str, Any] = SchemaGenerator(patterns=urls.described).get_schema(
                request=None, public=True
            )
        root = request.path.removesuffix("openapi.json").rstrip("/")
        return Response(schema | {"servers": [{"url": root or "/"}]})


class NothingView(OpenView):
    def get(self, request: Request, path: str) -> Response:
        raise NotFound

    post = put = patch = delete = get
