"""What differs between two versions of a page, a question or a quiz, in sentences for editors."""

from collections.abc import Callable, Iterator, Mapping
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.blocks import (
    Block,
    ChoiceBlock,
    ChooserBlock,
    ListBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
)
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import StreamField

from training.domain.import_changes import describe_parameter, describe_value
from training.domain.question_drafts import name_field
from training.kinds import all_kinds, get_kind
from training.models import Choice, Question, Quiz

LONGEST, AROUND = 60, 8
ENDS = ("</p>", "</li>", "<br/>")


def describe_differences(
    *, model: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[str]:
    """Both in the form of contents.py: a page's fields, a question or a quiz. Of blocks
    that have the same id the parts are compared; the words of the labels are the form's."""
    if model is Question:
        found = _compare_questions(before, after)
    elif model is Quiz:
        found = _compare_quizzes(before, after)
    else:
        found = _compare_fields(model, before, after)
    return list(found)


def _compare_fields(
    model: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[str]:
    for name, new in after.items():
        model_field, old = model._meta.get_field(name), before.get(name)
        label = capfirst(str(model_field.verbose_name))
        if isinstance(model_field, StreamField):
            yield from _compare(model_field.stream_block, old or [], new or [], label)
        elif old != new:
            words = {str(value): str(said) for value, said in model_field.flatchoices}
            yield from _say(label, *(words.get(str(each)) or _write(each) for each in (old, new)))


def _compare(block: Block, old: Any, new: Any, place: str) -> Iterator[str]:
    if old == new:
        return
    if isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            inner = join(place, str(child.label))
            yield from _compare(child, (old or {}).get(name), (new or {}).get(name), inner)
    elif isinstance(block, StreamBlock | ListBlock):
        yield from _compare_items(block, old or [], new or [], place)
    elif isinstance(block, ChooserBlock):
        yield _say_chosen(place, old, new)
    elif isinstance(block, TableBlock):
        yield from _compare_tables(old or {}, new or {}, place)
    else:
        words = [read_words(block, each) for each in (old, new)]
        if words[0] == words[1]:
            yield _("%(place)s: only the formatting or a link was changed.") % {"place": place}
        else:
            yield from _say(place, *words)


def _compare_items(block: Any, old: list[Any], new: list[Any], place: str) -> Iterator[str]:
    olds, news = _number(block, old), _number(block, new)
    for key, (label, child, value) in news.items():
        if key not in olds:
            text = excerpt(" ".join(list_words(child, value)))
            yield _("%(place)s added: “%(text)s”") % {"place": join(place, label), "text": text}
        else:
            yield from _compare(child, olds[key][2], value, join(place, label))
    for key, (label, child, value) in olds.items():
        if key not in news:
            text = excerpt(" ".join(list_words(child, value)))
            yield _("%(place)s removed: “%(text)s”") % {"place": join(place, label), "text": text}
    if [key for key in olds if key in news] != [key for key in news if key in olds]:
        yield _("%(place)s: the order was changed.") % {"place": place}


def _number(block: Any, rows: list[Any]) -> dict[str, tuple[str, Any, Any]]:
    """By id: what each is called (with its number among those of its kind), its block, its
    value."""
    counts: dict[str, int] = {}
    found = {}
    for place, row in enumerate(rows):
        is_item = isinstance(row, dict) and "value" in row
        value = row["value"] if is_item else row
        name = row["type"] if isinstance(block, StreamBlock) else ""
        child = block.child_blocks.get(name) if name else block.child_block
        if child is None:
            continue
        counts[name] = counts.get(name, 0) + 1
        label = _("%(label)s %(number)s") % {"label": child.label, "number": counts[name]}
        # Another kind of block under the same id is another block.
        key = (row.get("id") if is_item else None) or str(place)
        found[f"{name} {key}"] = (label, child, value)
    return found


def _compare_tables(old: Any, new: Any, place: str) -> Iterator[str]:
    captions = [each.get("table_caption") or "" for each in (old, new)]
    if captions[0] != captions[1]:
        yield from _say(join(place, _("title")), *captions)
    rows = [each.get("data") or [] for each in (old, new)]
    sizes = [(len(each), max(map(len, each), default=0)) for each in rows]
    if sizes[0] != sizes[1]:
        yield _("%(place)s: %(old)s → %(new)s rows and columns") % {
            "place": place,
            "old": "×".join(map(str, sizes[0])),
            "new": "×".join(map(str, sizes[1])),
        }
        return
    for row, (olds, news) in enumerate(zip(*rows, strict=True), start=1):
        for column, (one, other) in enumerate(zip(olds, news, strict=False), start=1):
            if one != other:
                cell = _("row %(row)s, column %(column)s") % {"row": row, "column": column}
                yield from _say(join(place, cell), one or "", other or "")
    if {**old, "data": 0, "table_caption": 0} != {**new, "data": 0, "table_caption": 0}:
        yield _("%(place)s: the headings or the look of the table were changed.") % {"place": place}


def _compare_questions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name, new in after.items():
        old = before.get(name)
        if old == new:
            continue
        label = capfirst(name_field(name=name))
        if name == "stem":
            block = Question._meta.get_field("stem").stream_block
            yield from _compare(block, old or [], new, label)
        elif name == "choices":
            yield from _compare_choices(old or [], new, after["kind"])
        elif name == "parameters":
            yield from _compare_parameters(old or {}, new, after["kind"])
        elif name in ("tags", "parts"):
            yield from _compare_lists(label, old or [], new)
        elif name == "passage_module":
            yield _("%(place)s was changed.") % {"place": label}
        elif name == "kind":
            names = {kind.name: str(kind.label) for kind in all_kinds()}
            yield from _say(label, names.get(str(old), str(old)), names.get(new, new))
        else:
            words = dict(Question._meta.get_field(name).flatchoices)
            yield from _say(label, *(str(words.get(each, _write(each))) for each in (old, new)))


def _compare_choices(old: list[Any], new: list[Any], kind: str) -> Iterator[str]:
    known = {each["key"]: each for each in old}
    told = {each["key"]: each for each in new}
    grades = "is_right" in get_kind(kind).choice_fields
    marks = {True: _("right"), False: _("wrong")}
    for key, row in told.items():
        name = _name_choice(row)
        if key not in known:
            words = _("Choice added: “%(name)s”")
            if grades:
                words = _("Choice added: “%(name)s” (%(mark)s)")
            yield words % {"name": name, "mark": marks[row["is_right"]]}
            continue
        was = known[key]
        if grades and was["is_right"] != row["is_right"]:
            yield _(
                "Right answer changed: the choice “%(name)s” was %(old)s and is %(new)s now."
            ) % {
                "name": name,
                "old": marks[was["is_right"]],
                "new": marks[row["is_right"]],
            }
        for field in ("text", "match", "alt", "feedback"):
            if was[field] != row[field]:
                label = str(Choice._meta.get_field(field).verbose_name)
                yield from _say(
                    join(_("Choice “%(name)s”") % {"name": name}, label), was[field], row[field]
                )
        if was["image"] != row["image"]:
            label = str(Choice._meta.get_field("image").verbose_name)
            place = join(_("Choice “%(name)s”") % {"name": name}, label)
            yield _say_chosen(place, was["image"], row["image"])
    for key, row in known.items():
        if key not in told:
            yield _("Choice removed: “%(name)s”") % {"name": _name_choice(row)}
    if [key for key in known if key in told] != [key for key in told if key in known]:
        yield _("The order of the choices was changed.")


def _name_choice(row: Mapping[str, Any]) -> str:
    return excerpt(row["text"] or row["alt"] or row["key"])


def _compare_parameters(old: Any, new: Any, kind: str) -> Iterator[str]:
    for name, field in get_kind(kind).parameters.base_fields.items():
        if old.get(name) != new.get(name):
            words = [describe_parameter(field=field, value=each.get(name)) for each in (old, new)]
            yield from _say(str(field.label or name), *words)


def _compare_lists(label: str, old: list[str], new: list[str]) -> Iterator[str]:
    for words, rows in (
        (_("%(place)s added: “%(text)s”"), [each for each in new if each not in old]),
        (_("%(place)s removed: “%(text)s”"), [each for each in old if each not in new]),
    ):
        yield from (words % {"place": label, "text": each} for each in rows)
    if sorted(old) == sorted(new):
        yield _("%(place)s: the order was changed.") % {"place": label}


def _compare_quizzes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    yield from _compare_fields(Quiz, before["rules"], after["rules"])
    if before["questions"] != after["questions"]:
        yield from _compare_lists(_("Questions"), before["questions"], after["questions"])
    draws = [[f"{row['tag']} × {row['count']}" for row in each["draws"]]
             for each in (before, after)]  # fmt: skip
    if draws[0] != draws[1]:
        yield from _compare_lists(_("Questions drawn by tag"), *draws)


def _say(place: str, old: str, new: str) -> Iterator[str]:
    if not old:
        yield _("%(place)s added: “%(text)s”") % {"place": place, "text": excerpt(new)}
    elif not new:
        yield _("%(place)s removed: “%(text)s”") % {"place": place, "text": excerpt(old)}
    else:
        one, other = show_difference(old, new)
        yield _("%(place)s: “%(old)s” → “%(new)s”") % {"place": place, "old": one, "new": other}


def _say_chosen(place: str, old: Any, new: Any) -> str:
    if not old:
        return _("%(place)s was chosen.") % {"place": place}
    if not new:
        return _("%(place)s was taken away.") % {"place": place}
    return _("%(place)s was replaced by another one.") % {"place": place}


def join(whole: str, part: str) -> str:
    return _("%(place)s › %(problem)s") % {"place": whole, "problem": part}


def read_words(block: Block, value: Any) -> str:
    if isinstance(block, RichTextBlock):
        html = str(value or "")
        for end in ENDS:
            html = html.replace(end, f"{end} ")
        return " ".join(unescape(strip_tags(html)).split())
    if isinstance(block, ChoiceBlock):
        return str(dict(block.field.choices).get(value, value or ""))
    return describe_value(value=value)


def list_words(block: Block, value: Any) -> list[str]:
    """All that a block says, for an excerpt."""
    if isinstance(block, StructBlock):
        parts = [list_words(child, (value or {}).get(n)) for n, child in block.child_blocks.items()]
        return [text for part in parts for text in part]
    if isinstance(block, StreamBlock | ListBlock):
        rows = _number(block, value or []).values()
        return [text for _label, child, inner in rows for text in list_words(child, inner)]
    if isinstance(block, TableBlock):
        data = (value or {}).get("data") or []
        return [(value or {}).get("table_caption") or "", *(c or "" for row in data for c in row)]
    if isinstance(block, ChooserBlock):
        return []
    text = read_words(block, value)
    return [text] if text else []


def _write(value: Any) -> str:
    return describe_value(value=value)


def excerpt(text: str) -> str:
    text = text.strip()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def show_difference(old: str, new: str) -> tuple[str, str]:
    """Of long texts the place where they part."""
    if len(old) <= LONGEST and len(new) <= LONGEST:
        return old, new
    shorter = min(len(old), len(new))
    same: Callable[[int], bool] = lambda n: old[n] == new[n]  # noqa: E731
    start = next((n for n in range(shorter) if not same(n)), shorter)
    end = next((n for n in range(shorter - start) if old[-1 - n] != new[-1 - n]), shorter - start)
    first = max(0, start - AROUND)
    cut = []
    for text in (old, new):
        last = min(len(text), len(text) - end + AROUND)
        middle = text[first:last]
        if len(middle) > LONGEST:
            middle = f"{middle[: LONGEST - 1]}…"
        cut.append(f"{'…' if first else ''}{middle}{'…' if last < len(text) else ''}")
    return cut[0], cut[1]
