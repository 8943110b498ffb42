from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join
from django.views.decorators.http import require_GET

# What the editor's image library makes. Documents have a view of Wagtail's with its own checks.
PUBLIC_FOLDERS = ("images", "original_images")


@require_GET
def image(request: HttpRequest, name: str) -> FileResponse:
    """Uploaded images, for sites without a web server or bucket in front.

    An SVG opened on its own is a document that could run scripts: the policy allows it nothing.
    """
    folder, _slash, rest = name.partition("/")
    if folder not in PUBLIC_FOLDERS:
        raise Http404
    try:
        # Joined to the folder, not to the root: images/../documents/ would leave it.
        path = safe_join(settings.MEDIA_ROOT / folder, rest)
        response = FileResponse(open(path, "rb"))  # noqa: SIM115
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    response["Cache-Control"] = "public, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
