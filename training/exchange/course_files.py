"""A whole course as one zip file: `course.json`, which says everything, and the files it names by
their SHA-256. docs/course-files.md describes it. Nothing here knows the database."""

import io
import json
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import Any

from django.utils.translation import gettext as _

from .archives import open_archive, read_member
from .child import answer_with, ask_child
from .course_media import Facts, find_facts
from .drafts import CONTROL, Unreadable

FORMAT, VERSION = "katsuyo-course", 1
MAX_BYTES = 60 * 1024 * 1024
MAX_MEMBERS = 1_000
# Of an honest file some fifteen.
MAX_DEPTH = 60
MAX_TEXT = 10 * 1024 * 1024
CONTENT = "course.json"

FIELDS: dict[str, Any] = {"*": object}
MAYBE_TEXT = (str, None)
QUIZ: dict[str, Any] = {
    "rules": FIELDS,
    "questions": [str],
    "draws": [{"tag": str, "count": int}],
}
CHOICE: dict[str, Any] = {
    **dict.fromkeys(("key", "text", "match", "alt", "feedback"), str),
    "is_right": bool,
    "image": MAYBE_TEXT,
}
QUESTION: dict[str, Any] = {
    **dict.fromkeys(("key", "kind", "explanation", "passage_heading", "source", "source_url"), str),
    **dict.fromkeys(("certainty", "difficulty"), str),
    **dict.fromkeys(("passage_module", "as_of", "review_by"), MAYBE_TEXT),
    "stem": [object],
    "parameters": FIELDS,
    "tags": [str],
    "choices": [CHOICE],
    "parts": [str],
}
PAGE = {"key": str, "slug": str, "fields": FIELDS}
SHAPE: dict[str, Any] = {
    "format": str,
    "version": int,
    "course": PAGE,
    "modules": [{**PAGE, "quiz": (QUIZ, None)}],
    "questions": [QUESTION],
    "media": [dict.fromkeys(("sha256", "kind", "extension", "title", "description"), str)],
    "additions": {"*": [FIELDS]},
    "elsewhere": {"*": str},
}


@dataclass(frozen=True)
class CourseFile:
    """`facts` are by the keys of the media ("image:SHA-256")."""

    content: dict[str, Any]
    facts: Mapping[str, Facts]
    data: bytes

    def read_medium(self, medium: Mapping[str, Any]) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return archive.read(name_medium(medium))


def key_medium(medium: Mapping[str, Any]) -> str:
    """What the content calls it. The same bytes may be an image and a document."""
    return f"{medium['kind']}:{medium['sha256']}"


def name_medium(medium: Mapping[str, Any]) -> str:
    return f"media/{medium['sha256']}.{medium['extension']}"


def write_content(content: Mapping[str, Any]) -> bytes:
    """The same content is always the same bytes."""
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def write_course_file(content: Mapping[str, Any], media: Mapping[str, bytes]) -> bytes:
    """Nothing is compressed, so that no version of a library makes other bytes of it."""
    members = {CONTENT: write_content(content)}
    members |= {name_medium(each): media[key_medium(each)] for each in content["media"]}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, members[name])
    return file.getvalue()


def read_course_in_child(data: bytes) -> CourseFile:
    """Raises Unreadable."""
    check_length(data)
    told = ask_child(f"{__name__}:answer", data)
    facts = {key: Facts(**each) for key, each in told["facts"].items()}
    return CourseFile(told["content"], facts, data)


def answer(payload: bytes) -> bytes:
    """Runs in the child."""

    def tell(data: bytes) -> dict[str, Any]:
        content, facts = read_course(data)
        return {"content": content, "facts": {key: vars(each) for key, each in facts.items()}}

    return answer_with(payload, tell)


def check_length(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than 60 MB."))


def read_course(data: bytes) -> tuple[dict[str, Any], dict[str, Facts]]:
    """Raises Unreadable."""
    check_length(data)
    if not data.startswith(b"PK"):
        raise Unreadable(_("This is no file of a course: it is no zip file."))
    archive = open_archive(data, max_unpacked=MAX_BYTES, max_members=MAX_MEMBERS)
    members = archive.infolist()
    names = [each.filename for each in members]
    if CONTENT not in names:
        raise Unreadable(_("This is no file of a course: it has no “%s”.") % CONTENT)
    if len(set(names)) < len(names):
        raise Unreadable(_("The zip file holds two files of one name."))
    if any(stat.S_ISLNK(each.external_attr >> 16) for each in members):
        raise Unreadable(_("The zip file holds a link to another place."))
    if archive.getinfo(CONTENT).file_size > MAX_TEXT:
        raise Unreadable(_("“%(name)s” is too large.") % {"name": CONTENT})
    content = read_content(read_member(archive, CONTENT))
    return content, read_media(archive, content["media"])


def _is_deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _depth in range(limit):
        inner = [each.values() if isinstance(each, dict) else each for each in level]
        level = [
            each for values in inner for each in values if isinstance(each, dict | list) and each
        ]
        if not level:
            return False
    return True


def read_content(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("“%(name)s” is broken.") % {"name": CONTENT}) from error
    if _is_deeper_than(content, MAX_DEPTH):
        raise Unreadable(_("“%(name)s” is broken.") % {"name": CONTENT})
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise Unreadable(_("This is no file of a course."))
    if content.get("version") != VERSION:
        raise Unreadable(
            _("The file has the version %(version)s; this site reads version %(own)s.")
            % {"version": str(content.get("version"))[:20], "own": VERSION}
        )
    if place := find_misfit(content, SHAPE, CONTENT):
        raise Unreadable(_("“%(name)s” is not as expected at this place.") % {"name": place})
    if any(CONTROL.search(each) for each in _list_texts(content)):
        raise Unreadable(_("A text holds signs that no text can hold."))
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def find_misfit(value: Any, shape: Any, place: str) -> str:
    """Where a value is not of its shape: a type, [shape], {name: shape}, {"*": shape}, or
    (shape, None) where it may be null; "" where all is well."""
    if isinstance(shape, tuple):
        return "" if value is None else find_misfit(value, shape[0], place)
    if isinstance(shape, type):
        is_fit = isinstance(value, shape) and (shape is not int or type(value) is int)
        return "" if is_fit else place
    if not isinstance(value, type(shape)):
        return place
    if isinstance(shape, list):
        parts = [(each, shape[0], f"{place} [{n}]") for n, each in enumerate(value, start=1)]
    elif "*" in shape:
        parts = [(each, shape["*"], f"{place} {name}") for name, each in value.items()]
    elif value.keys() != shape.keys():
        odd = min(value.keys() ^ shape.keys())
        return f"{place} {odd}"
    else:
        parts = [(value[name], shape[name], f"{place} {name}") for name in shape]
    return next((found for part in parts if (found := find_misfit(*part))), "")


def _list_texts(value: Any) -> list[str]:
    """Every text, names of parts too. Without recursion, whose depth a stranger would choose."""
    texts, waiting = [], [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            texts.append(each)
        elif isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each
    return texts


def read_media(archive: zipfile.ZipFile, media: list[dict[str, str]]) -> dict[str, Facts]:
    facts = {}
    expected = {CONTENT, *map(name_medium, media)}
    if len(set(map(key_medium, media))) < len(media):
        raise Unreadable(_("A file of the course is named twice."))
    if odd := sorted(set(archive.namelist()) - expected):
        raise Unreadable(_("“%(name)s” does not belong to the course.") % {"name": odd[0][:100]})
    for each in media:
        data = read_member(archive, name_medium(each))
        if sha256(data).hexdigest() != each["sha256"]:
            raise Unreadable(
                _("“%(name)s” is not the file that was exported: its check sum differs.")
                % {"name": each["title"]}
            )
        hashed = sha1(data, usedforsecurity=False).hexdigest()
        facts[key_medium(each)] = find_facts(data=data, medium=each, hashed=hashed)
    return facts
