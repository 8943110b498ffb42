"""Which address a browser can go back to: the page it shows may be the answer to a form."""

from collections.abc import Callable, Iterator
from inspect import isfunction
from typing import Any

from django.urls import Resolver404, resolve

# What takes every address that no other pattern takes, whether there is a page or not.
ANY_PAGE = (None, "wagtail_serve")


def find_readable(address: str) -> str:
    """The address itself, or, if it takes forms only, the nearest one above it that does not."""
    path = address.partition("?")[0]
    if not _takes_forms_only(path):
        return address
    for above in _walk_up(path):
        if _is_view(above) and not _takes_forms_only(above):
            return above
    return "/"


def _walk_up(path: str) -> Iterator[str]:
    parts = path.strip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        yield f"/{'/'.join(parts[:count])}/"


def _is_view(path: str) -> bool:
    try:
        return resolve(path).url_name not in ANY_PAGE
    except Resolver404:
        return False


def _takes_forms_only(path: str) -> bool:
    try:
        view: Callable[..., Any] | None = resolve(path).func
    except Resolver404:
        return False
    # Some are objects, such as a feed.
    while isfunction(view):
        # Django keeps what require_POST was told nowhere else.
        cells = (cell.cell_contents for cell in view.__closure__ or ())
        told = dict(zip(view.__code__.co_freevars, cells, strict=True))
        if "GET" not in told.get("request_method_list", ["GET"]):
            return True
        view = getattr(view, "__wrapped__", None)
    return False
