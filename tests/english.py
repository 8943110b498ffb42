"""Which English is left on a page in Japanese."""

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString

# What is written in Latin letters in Japanese too, and names.
LATIN = {
    *("Wagtail", "Katsuyo", "JavaScript", "Moodle", "Excel", "GIFT", "QTI", "XML", "API", "URL"),
    *("CSV", "XLSX", "xlsx", "TSV", "SVG", "AVIF", "GIF", "JPG", "JPEG", "PNG", "WEBP", "PDF"),
    *("csv", "zip", "mp4", "webm", "vtt", "UTF", "JIS", "SHA", "Cookie", "ICT", "Tax", "LINE"),
    *("Google", "Microsoft"),
    *("Ctrl", "Alt", "Shift", "Esc", "Enter", "localhost"),
}
WORD = re.compile(r"[A-Za-z][A-Za-z’']{2,}")
NAMES = re.compile(
    r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4,5}\b|\b[0-9A-Z]{13}\b"  # codes of certificates
    r"|\bbrowser-[0-9a-f]{8}\b"  # keys of questions that other journeys make
    r"|https?://\S+|\S+@\S+|/\S*/\S*|\b(lms_training|lms_certificates|cms|wagtailcore)\.\w+|\S+\.\w{2,4}\b"
)
SAID = (
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "aria-description",
    "data-w-tooltip-content-value",
)


def english_in(html: bytes) -> list[str]:
    """Texts of a page with an English word, whether shown or read out."""
    soup = BeautifulSoup(html, "html.parser")
    # What is marked as English, such as the way to it, is meant to be.
    for tag in soup.select("script, style, code, pre, [lang=en]:not(html)"):
        tag.extract()
    texts = [str(text) for text in soup.find_all(string=True) if type(text) is NavigableString]
    for tag in soup.find_all(True):
        texts += [tag[name] for name in SAID if tag.get(name)]
        if tag.name == "input" and tag.get("type") in ("submit", "button"):
            texts.append(tag.get("value", ""))
    # Wagtail's counters of nothing: an element that is hidden until a script fills it.
    return sorted(
        {
            " ".join(text.split())
            for text in texts
            if text.strip() != "None"
            and any(word not in LATIN for word in WORD.findall(NAMES.sub(" ", text)))
        }
    )
