"""S7: the renderer reads and calls nothing, whatever stands in a name."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest import mock

import pikepdf

from certificates.rendering import engine
from certificates.rendering.errors import RenderingError, UndrawableText
from certificates.rendering.pdf import render_pdf, warm_up
from tests.certificates.facts import make_facts

CANARY = "s7-canary"
FIELDS = ("full_name", "former_name", "course_title", "wording", "issuer_office", "issuer_name")
# {} is an address.
SHAPES = (
    "<img src={}>",
    '<img srcset="{} 1x">',
    "<link rel=attachment href={}>",
    "<link rel=stylesheet href='{}'>",
    "<a rel=attachment href='{}'>名</a>",
    "</p></body><object data={}>",
    "</title><style>@import url({})</style>",
    '"><iframe src={}></iframe>',
    "' onload='fetch(`{}`)",
    "<svg><image href={} /></svg>",
    "<svg><use href={}#a /></svg>",
    "<base href={}><img src=a>",
    '<p style="background:url({})">',
    '"; background: url({}); x:"',
    "url({})",
    "<!DOCTYPE a SYSTEM '{}'>",
    "<!ENTITY a SYSTEM '{}'>&a;",
    "<?xml-stylesheet href='{}'?>",
    "<script src={}></script>",
    "<meta http-equiv=refresh content='0;url={}'>",
)
PLAIN = (
    "&lt;b&gt;&#x5c71;&amp;",
    "{{ facts.code }}",
    "{% debug %}",
    "{% include '/etc/passwd' %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "｛講座名｝",
    "%s%n%x",
    "'; DROP TABLE x; --",
    "\\input{/etc/passwd}",
    "(name) Tj ET Q BT",
    "endstream endobj %%EOF",
    "]]><![CDATA[",
    "</span></p><h1>偽</h1>",
    "<b>" * 30,
)
# What is never printed: each must be a refusal.
REFUSED = (
    "\u202e名前",
    "\u2066名\u2069",
    "名\u200b前",
    "名\ufeff前",
    "\u0000名",
    "名\u0007前",
    "名\n前",
    "名\u00ad前",
    "名\ue000",
    "名\ud800",
    "\U000e0041名",
    "名" + "\u0301" * 90,
    "e" + "\u0301\u0323" * 45,
    "\u0301名",
    "名\U000e0100\U000e0101",
    "😀‍👩",
    "名\u2028前",
    "\U0010ffff",
    "名" * 1001,
)


def invent(count: int, folder: Path) -> Iterator[tuple[str, bool]]:
    """(text, whether it must be refused). Those to be read really exist."""
    rng = Random(7)
    secret = folder / "secret.txt"
    secret.write_text(CANARY)
    picture = folder / "secret.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    addresses = (
        f"file://{secret}",
        f"file://{picture}",
        str(secret),
        "http://127.0.0.1:9/",
        "https://169.254.169.254/latest/",
        "//127.0.0.1:9/a",
        "ftp://127.0.0.1/",
        "data:text/html,<b>",
        "data:image/svg+xml,<svg/>",
        "jar:file:///etc/passwd",
    )
    fixed: list[tuple[str, bool]] = [(text, False) for text in PLAIN]
    fixed += [(text, True) for text in REFUSED]
    fixed += [(shape.format(addresses[0]), False) for shape in SHAPES]
    yield from fixed[:count]
    for _number in range(count - len(fixed)):
        text = rng.choice(SHAPES).format(rng.choice(addresses))
        match rng.randrange(4):
            case 0:
                text += rng.choice(PLAIN)
            case 1:
                text = "".join(rng.choice((str.upper, str.lower))(letter) for letter in text)
            case 2:
                cut = rng.randrange(len(text))
                text = text[:cut] + rng.choice(["髙", "𠮷", "辻\U000e0102", " ", "'", '"'])
            case 3 if rng.random() < 0.3:
                yield text + rng.choice(REFUSED[:-1]), True
                continue
        yield text[:100], False


@contextmanager
def watched(folder: Path) -> Iterator[dict[str, int]]:
    """Counts what the renderer fetches, and what this process opens or calls outside."""
    seen = {"fetches": 0, "reads": 0, "calls": 0}
    active = True

    def listen(event: str, arguments: tuple) -> None:
        if not active:
            return
        if event == "open" and str(arguments[0]).startswith((str(folder), "/etc/passwd")):
            seen["reads"] += 1
        elif event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
            seen["calls"] += 1

    fetcher = type(engine._fetcher())
    fetch = fetcher.fetch

    def counted(self: object, url: str, headers: dict | None = None) -> object:
        seen["fetches"] += 1
        return fetch(self, url, headers)

    # An audit hook stays for the life of the process; it is only silenced afterwards.
    sys.addaudithook(listen)
    with mock.patch.object(fetcher, "fetch", counted):
        try:
            yield seen
        finally:
            active = False


def judge(content: bytes) -> dict[str, int]:
    with pikepdf.open(io.BytesIO(content)) as file:
        page = file.pages[0]
        active = [name for name in ("/AA", "/OpenAction") if name in file.Root]
        names = file.Root.get("/Names", {})
        return {
            "attachments": len(file.attachments),
            "active": len(active) + ("/JavaScript" in names) + ("/Annots" in page),
            "leaks": int(CANARY.encode() in content),
        }


def run(*, long: bool) -> dict[str, int]:
    warm_up()
    figures = dict.fromkeys(
        ("printed", "refused", "attachments", "active", "leaks", "crashes", "wrong"), 0
    )
    with TemporaryDirectory() as name:
        texts = list(invent(500 if long else 60, Path(name)))
        with watched(Path(name)) as seen:
            for number, (text, is_forbidden) in enumerate(texts):
                field = FIELDS[number % len(FIELDS)] if number % 2 else FIELDS[0]
                # The wording alone may have lines.
                must_be_refused = is_forbidden and not (field == "wording" and "\n" in text)
                try:
                    content = render_pdf(make_facts(**{field: text}))
                except (UndrawableText, RenderingError):
                    figures["refused"] += 1
                    figures["wrong"] += not must_be_refused
                except Exception as error:  # a crash is what is looked for
                    figures["crashes"] += 1
                    print(f"{text!r}: {error!r}", file=sys.stderr)
                else:
                    figures["printed"] += 1
                    figures["wrong"] += must_be_refused
                    for what, count in judge(content).items():
                        figures[what] += count
    return figures | seen
