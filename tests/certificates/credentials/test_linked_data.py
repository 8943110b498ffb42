import hashlib

import pytest

from certificates.credentials.linked_data import (
    EXTENSIONS,
    FILES,
    FOLDER,
    NotAllCovered,
    canonicalise,
)

from .credentials import make_unsigned, nodes, reach, sign

EVERY_NODE = list(nodes(make_unsigned()))


def test_contexts_are_those_that_were_published():
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    for url, name in FILES.items():
        digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
        assert f"| `{name}` | {url} | `{digest}`" in listed


@pytest.mark.parametrize("value", ["text", {"type": "Profile"}, True, None, ["a"]], ids=repr)
def test_unknown_term_is_refused_anywhere(value):
    for path in EVERY_NODE:
        document = make_unsigned()
        reach(document, path)["grade"] = value
        with pytest.raises(NotAllCovered):
            sign(document)


def test_unknown_type_is_refused_anywhere():
    for path in EVERY_NODE:
        document = make_unsigned()
        node = reach(document, path)
        types = node.get("type", [])
        node["type"] = [*([types] if isinstance(types, str) else types), "ProofOfGenius"]
        with pytest.raises(NotAllCovered, match="ProofOfGenius"):
            sign(document)


@pytest.mark.parametrize(
    "change",
    {
        "relative address": lambda d: d["evidence"][0].update(id="/v/ABCD"),
        "address without a scheme": lambda d: d["evidence"][0].update(id="//katsuyo.example/v/A"),
        "empty address": lambda d: d["evidence"][0].update(id=""),
        "nothing": lambda d: d.update(description=None),
        "empty list": lambda d: d["credentialSubject"].update(identifier=[]),
        "nested list": lambda d: d.update(evidence=[d["evidence"]]),
        "number": lambda d: d["credentialSubject"].update(creditsEarned=1.5),
        "keyword": lambda d: d["issuer"].update({"@index": "hidden"}),
        "context inside": lambda d: d["issuer"].update({"@context": {"grade": "https://x.jp/g"}}),
        "context of one's own": lambda d: d["@context"].append({"grade": "https://x.jp/g"}),
        "foreign context": lambda d: d["@context"].append("https://evil.example/context"),
        "no context": lambda d: d.pop("@context"),
        "wrong first context": lambda d: d["@context"].reverse(),
        "term of a context left out": lambda d: d["@context"].remove(EXTENSIONS),
        "one thing described twice": lambda d: d["evidence"].append(
            {"id": d["credentialStatus"]["id"], "statusPurpose": "message"}
        ),
        "control character": lambda d: d.update(name="a\tb"),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_would_stay_unsigned_or_mean_two_things_is_refused(change):
    document = make_unsigned()
    change[1](document)
    with pytest.raises(NotAllCovered):
        canonicalise(document)
