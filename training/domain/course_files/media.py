"""Images and documents of a course file in this site: those that are here already, by their bytes,
and those to be made."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Q
from django.utils.text import slugify

from training.exchange.course_files import CourseFile, key_medium

from .contents import get_media_models, read_bytes

Names = dict[str, str]


def find_media(*, file: CourseFile) -> dict[str, Any]:
    """By "kind:SHA-256". Wagtail keeps a weaker hash, so the bytes are looked at, too."""
    found = {}
    for medium in file.content["media"]:
        facts = file.facts[key_medium(medium)]
        # One that was made without a form has neither.
        unknown = Q(file_hash="") & (Q(file_size=None) | Q(file_size=facts.size))
        alike = (Q(file_hash=facts.hashed) | unknown) & Q(file__iendswith=f".{medium['extension']}")
        rows = get_media_models()[medium["kind"]].objects.filter(alike).order_by("title", "pk")
        for row in rows:
            if _has_bytes(row, medium["sha256"]):
                found[key_medium(medium)] = row
                break
    return found


def _has_bytes(row: Any, key: str) -> bool:
    try:
        return sha256(read_bytes(row)).hexdigest() == key
    except OSError:
        return False


@contextmanager
def storing(*, file: CourseFile) -> Iterator[Names]:
    """Stores the bytes that are not here yet, before any transaction, and gives the names they are
    stored under, from which is taken what gets a row. The others are taken away again; all of them
    if what follows fails."""
    here, names = find_media(file=file), {}
    storages = {kind: model._meta.get_field("file") for kind, model in get_media_models().items()}
    stored = []
    try:
        for medium in file.content["media"]:
            if (key := key_medium(medium)) in here:
                continue
            model_field = storages[medium["kind"]]
            name = model_field.generate_filename(
                get_media_models()[medium["kind"]](), _name_file(medium)
            )
            content = ContentFile(file.read_medium(medium))
            names[key] = model_field.storage.save(name, content, max_length=model_field.max_length)
            stored.append((model_field.storage, names[key]))
        yield names
    except BaseException:
        for storage, name in stored:
            storage.delete(name)
        raise
    for storage, name in stored:
        if name in names.values():
            storage.delete(name)


def _name_file(medium: Mapping[str, str]) -> str:
    stem = slugify(medium["title"], allow_unicode=True)[:60] or medium["sha256"][:12]
    return f"{stem}.{medium['extension']}"


def rehearse_names(*, file: CourseFile) -> Names:
    """For a transaction that is rolled back: nothing is stored."""
    return {key_medium(each): f"rehearsal/{_name_file(each)}" for each in file.content["media"]}


def make_medium(*, medium: Mapping[str, str], file: CourseFile, name: str, user: Any) -> Any:
    """The row for a file that is stored under the name."""
    model, facts = get_media_models()[medium["kind"]], file.facts[key_medium(medium)]
    fields: dict[str, Any] = {
        "title": medium["title"],
        "file_hash": facts.hashed,
        "file_size": facts.size,
        "uploaded_by_user": user,
    }
    if medium["kind"] == "image":
        fields |= {"width": facts.width, "height": facts.height}
        fields["description"] = medium["description"]
    row = model(**fields)
    # A name alone stands for what is stored already.
    row.file.name = name
    row.clean_fields(exclude=["file"])
    row.save()
    return row
