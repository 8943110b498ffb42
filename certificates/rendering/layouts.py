"""WeasyPrint releases no list of font features, about 13 KB for each certificate: a feature that
stands in two lists would be released twice. With our fonts every list has one of its own."""

from typing import Any

from weasyprint.text.ffi import ffi, pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import Layout


class _Unshared(dict[bytes, Any]):
    def setdefault(self, key: bytes, default: Any = None) -> Any:
        return default


_set_up = Layout.setup


def _setup(layout: Layout, style: Any) -> None:
    """Anybody else's documents are laid out as before."""
    _set_up(layout, style)
    if isinstance(style.font_config.font_features, _Unshared):
        attributes = pango.pango_layout_get_attributes(layout.layout)
        if attributes != ffi.NULL:
            # The layout has a reference of its own.
            pango.pango_attr_list_unref(attributes)


Layout.setup = _setup


def release_features(fonts: FontConfiguration) -> FontConfiguration:
    fonts.font_features = _Unshared()
    return fonts
