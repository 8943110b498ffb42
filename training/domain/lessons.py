from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

from training.conf import lesson_cache_seconds
from training.models import ModulePage


def render_lesson(*, module: ModulePage) -> SafeString:
    """The lesson as HTML, rendered once per published revision.

    A preview (never saved, or an edited draft) is rendered afresh.
    """
    stamp = module.last_published_at
    key = f"training:lesson:{module.pk}:{module.live_revision_id}:{stamp and stamp.timestamp()}"
    html: str | None = cache.get(key)
    if html is None:
        html = str(module.body)
        cache.set(key, html, lesson_cache_seconds())
    return mark_safe(html)  # noqa: S308 Wagtail's own rendering of the blocks
