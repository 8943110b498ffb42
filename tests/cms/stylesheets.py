"""What the style sheets declare, read without a browser."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOKENS = ROOT / "training/static/training/css/tokens.css"
# Wagtail's own colours, and pages of the editor that stand for themselves.
OTHERS = {
    "training/static/training/admin/admin.css",
    "training/static/training/css/statistics.css",
    "training/static/training/css/oversight.css",
    "certificates/static/certificates/css/admin.css",
    "cms/static/cms/css/desk.css",
    "certificates/static/certificates/css/preview.css",
}


def site_sheets() -> list[Path]:
    found = [
        path
        for app in ("training", "certificates", "cms")
        for path in (ROOT / app / "static").rglob("*.css")
    ]
    return sorted(path for path in found if str(path.relative_to(ROOT)) not in OTHERS)


def _without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)


def read_rules(path: Path) -> list[tuple[str, dict[str, str]]]:
    """Selectors and declarations; those inside of @media among them."""
    return [
        (
            " ".join(selector.split()),
            dict(re.findall(r"([\w-]+)\s*:\s*([^;]+?)\s*(?:;|$)", body)),
        )
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", _without_comments(path))
    ]


def read_themes() -> dict[str, dict[str, str]]:
    """The colours by name of the theme; "dark" as chosen, "dark device" without a choice."""
    names = {
        ':root, [data-theme="light"]': "light",
        '[data-theme="dark"]': "dark",
        ":root:not([data-theme])": "dark device",
    }
    return {
        names[selector]: {name[2:]: value for name, value in body.items() if name[:2] == "--"}
        for selector, body in read_rules(TOKENS)
        if selector in names
    }


def contrast(one: str, other: str) -> float:
    """By WCAG 2.2, of two colours written #rgb or #rrggbb."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * each for each in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
