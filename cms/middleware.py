from csp.middleware import CSPMiddleware
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from cms.display import COOKIE, read_display
from cms.domain.furigana import add_furigana
from cms.domain.marked_languages import mark_japanese
from cms.domain.readings import read_corrections

# Wagtail's editor has inline scripts and styles, and draws avatars and previews from blobs.
EDITOR_POLICY = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of the settings everywhere; a looser one in the editor only."""

    def process_response(self, request, response):
        if request.path_info.startswith(reverse("wagtailadmin_home")):
            response._csp_config = EDITOR_POLICY
        return super().process_response(request, response)


class KeepPersonalPagesPrivateMiddleware:
    """What a signed-in person saw is not stored: after signing out, Back on a shared computer must
    show nothing. Views that say otherwise (images, static files) keep their word."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class PermissionsPolicyMiddleware:
    """No page may ask for camera, microphone or place, but for the view that says so itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response


class LanguageMiddleware:
    """Pages speak Japanese until a visitor chooses otherwise in the header: what a browser asks for
    is often what it was sold with. The editor speaks Japanese only."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.others = {code for code, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
        self.editor = reverse("wagtailadmin_home")

    def __call__(self, request):
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if language in self.others and not request.path_info.startswith(self.editor):
            with translation.override(language):
                response = self.get_response(request)
        else:
            response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            # So does its look: see cms.display.
            patch_vary_headers(response, ["Cookie"])
        return response


class FuriganaMiddleware:
    """Readings over the kanji of a page, for those who chose so. Nobody else pays for it."""

    # Names of people are guessed wrongly, and a certificate is compared letter by letter.
    NAMESPACES = frozenset(("certificates", "verification"))
    OFFICERS = ("office", "report")

    def __init__(self, get_response):
        self.get_response = get_response
        self.editor = reverse("wagtailadmin_home")

    def __call__(self, request):
        response = self.get_response(request)
        if (
            "furigana" in request.COOKIES.get(COOKIE, "")
            and read_display(request.COOKIES[COOKIE]).furigana
            and self._is_to_be_read(request, response)
        ):
            response.content = add_furigana(
                html=response.text,
                corrections=read_corrections(),
                language=translation.get_language() or "",
            )
        return response

    def _is_to_be_read(self, request, response):
        if response.streaming or not response.headers.get("Content-Type", "").startswith(
            "text/html"
        ):
            return False
        view = request.resolver_match
        return not request.path_info.startswith(self.editor) and (
            view is None
            or (
                view.namespace not in self.NAMESPACES
                and not (view.url_name or "").startswith(self.OFFICERS)
            )
        )


class MarkJapaneseMiddleware:
    """Texts, titles and names are in Japanese also where the site speaks another language. Whoever
    has pages read aloud hears them as such; pages in Japanese are not touched."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (
            not response.streaming
            and response.headers.get("Content-Type", "").startswith("text/html")
            and not (translation.get_language() or "").startswith(settings.LANGUAGE_CODE)
        ):
            response.content = mark_japanese(response.text)
        return response
