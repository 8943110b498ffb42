"""Every address of the site, with what the database holds filled in."""

import re
from collections.abc import Iterator
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.images import get_image_model
from wagtail.models import Page, Revision

from training.models import Attempt, CoursePage, ModulePage, Question, Quiz

CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def _walk(patterns: list, prefix: str = "") -> Iterator[str]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route


def list_routes() -> list[str]:
    """Without those of pages, which are crawled by their own addresses."""
    routes = _walk(get_resolver().url_patterns)
    return sorted({route for route in routes if not route.startswith("^(")})


def _values(name: str, route: str) -> list[object]:
    """What might stand for an argument: rows whose addresses could show a key."""
    fixed = {
        "app_label": "lms_training",
        "app_name": "lms_training",
        "content_type_app_name": "lms_training",
        "model_name": "question",
        "content_type_model_name": "question",
        "action_name": "delete",
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "filter_spec": "original",
    }
    if name in fixed:
        return [fixed[name]]
    if name == "revision_id":
        return list(Revision.objects.values_list("pk", flat=True)[:1]) or [1]
    rows = {
        "question": Question,
        "lms_training/quiz": Quiz,
        "attempts/": Attempt,
        "modules/": ModulePage,
        "courses/": CoursePage,
        "reports/": CoursePage,
        "images/": get_image_model(),
    }
    for part, model in rows.items():
        if part in route and name.endswith(("pk", "id")):
            pks = list(model.objects.order_by("pk").values_list("pk", flat=True))
            return pks[:: max(1, len(pks) // 3)] or [1]
    if name.endswith(("pk", "id")):
        return [1, *Page.objects.type(ModulePage).values_list("pk", flat=True)[:1]]
    return ["question"]


def list_addresses() -> list[str]:
    addresses = {page.url for page in Page.objects.live().specific() if page.url}
    for route in list_routes():
        plain = GROUP.sub(r"<\1>", route).replace("^", "").replace("$", "").replace("\\.", ".")
        plain = plain.replace("\\Z", "")
        names = [match[2] for match in CONVERTER.finditer(plain)]
        for values in product(*(_values(name, plain) for name in names)):
            left = iter(values)
            addresses.add("/" + CONVERTER.sub(lambda _match: str(next(left)), plain))  # noqa: B023
    return sorted(address for address in addresses if "logout" not in address)
