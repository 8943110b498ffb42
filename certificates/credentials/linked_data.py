"""From a JSON document to the bytes that are signed: RDF dataset canonicalisation with the contexts
that lie here."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

FOLDER = Path(__file__).resolve().parent / "contexts"
CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
FILES = {
    CREDENTIALS: "credentials-v2.json",
    OPEN_BADGES: "open-badges-3.0.3.json",
    EXTENSIONS: "open-badges-extensions.json",
}
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class NotAllCovered(ValueError):
    """A part of the document would stay outside the signature."""


@cache
def _load(url: str) -> dict[str, Any]:
    return {
        # Without it PyLD works the contexts out anew for every document: 10 ms.
        "tag": "static",
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": json.loads((FOLDER / FILES[url]).read_text(encoding="utf-8")),
    }


def load_context(url: str, options: object = None) -> dict[str, Any]:
    if url not in FILES:
        raise NotAllCovered(f"unknown context {url!r}")
    return _load(url)


# PyLD makes up a base where there is none, and relative addresses would pass for absolute ones.
BASE = "relative:/"
OPTIONS = {"documentLoader": load_context, "base": BASE}


def canonicalise(document: dict[str, Any]) -> bytes:
    """Canonical N-Quads. Raises NotAllCovered where PyLD would leave something out without a word:
    unknown terms and types, relative addresses, nothings."""
    # Heavy, and web processes read credentials only.
    from pyld import jsonld

    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[:1] != [CREDENTIALS]:
        raise NotAllCovered("the first context is not that of credentials")
    if not all(isinstance(context, str) for context in contexts):
        raise NotAllCovered("a context of its own")
    for key, value in document.items():
        if key != "@context":
            _check_value(value)
    try:
        expanded = jsonld.expand(document, OPTIONS, on_property_dropped=_refuse_term)
        _check_addresses(list(_find_addresses(expanded)))
        quads: str = jsonld.normalize(
            expanded, OPTIONS | {"algorithm": "URDNA2015", "format": "application/n-quads"}
        )
    except jsonld.JsonLdError as error:
        raise NotAllCovered(str(error)) from error
    return quads.encode()


def warm_up() -> None:
    """Load what the first credential would otherwise wait for."""
    canonicalise({"@context": list(FILES), "id": "urn:x", "type": ["VerifiableCredential"]})


def _refuse_term(term: str | None) -> NoReturn:
    raise NotAllCovered(f"unknown term {term!r}")


def _check_value(value: Any) -> None:
    """What JSON-LD drops, flattens or reads as an instruction."""
    if isinstance(value, dict):
        if any(key.startswith("@") for key in value):
            raise NotAllCovered("a keyword stands inside")
        for item in value.values():
            _check_value(item)
    elif isinstance(value, list):
        if not value or any(isinstance(item, list) for item in value):
            raise NotAllCovered("an empty list, or a list in a list")
        for item in value:
            _check_value(item)
    elif isinstance(value, str):
        # URDNA2015 and RDFC-1.0 write these differently.
        if CONTROL.search(value):
            raise NotAllCovered("a control character")
    elif not isinstance(value, bool):
        raise NotAllCovered(f"a value of type {type(value).__name__}")


def _find_addresses(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _find_addresses(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@id":
                yield key, item
            elif key == "@type":
                yield from ((key, name) for name in ([item] if isinstance(item, str) else item))
            else:
                yield from _find_addresses(item)


def _check_addresses(addresses: list[tuple[str, str]]) -> None:
    for _, address in addresses:
        if address.startswith(BASE) or not ABSOLUTE.fullmatch(address):
            raise NotAllCovered(f"unknown type or relative address {address!r}")
    names = [address for key, address in addresses if key == "@id"]
    # Facts about one and the same thing could be moved between the places that name it.
    if len(names) != len(set(names)):
        raise NotAllCovered("something is named twice")
