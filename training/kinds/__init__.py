"""The kinds of question. A kind is one module here, registered below, and one template."""

from .base import Kind, Mark
from .choices import MultipleChoice, SingleChoice
from .image_choice import ImageChoice
from .matching import Matching
from .numeric import Numeric
from .ordering import Ordering
from .scenario import Scenario
from .short_text import ShortText
from .true_false import TrueFalse

_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    _kinds[kind.name] = kind


def get_kind(name: str) -> Kind:
    """Raises KeyError: a paper never names a kind that was not registered when it was made."""
    return _kinds[name]


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def kind_choices() -> list[tuple[str, object]]:
    return [(kind.name, kind.label) for kind in _kinds.values()]


for _kind in (
    SingleChoice(),
    MultipleChoice(),
    TrueFalse(),
    Ordering(),
    Matching(),
    Numeric(),
    ShortText(),
    ImageChoice(),
    Scenario(),
):
    register_kind(_kind)

__all__ = ["Kind", "Mark", "all_kinds", "get_kind", "kind_choices", "register_kind"]
