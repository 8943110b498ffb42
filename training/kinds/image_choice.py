import hashlib
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from willow.image import UnrecognisedImageFormatError

from .base import Answer, Key, Mark, Shown
from .choices import SingleChoice

# Never enlarged; an SVG keeps being one.
RENDITION = "max-400x400"


def _keep_copy(rendition: Any) -> str:
    """The address of a copy under the hash of its bytes: the name of an editor's file may say what
    is right, and a paper keeps its pictures when they are deleted from the library."""
    with rendition.file.open("rb") as file:
        content = file.read()
    storage = rendition.file.storage
    # In the folder that sites with a media server serve already.
    name = f"images/{hashlib.sha256(content).hexdigest()}{PurePath(rendition.file.name).suffix}"
    if not storage.exists(name):
        name = storage.save(name, ContentFile(content))
    return storage.url(name)


def show_image(image: Any) -> dict[str, Any]:
    """Without an address if the file is gone or broken: the text alternative stands in for it."""
    try:
        rendition = image.get_rendition(RENDITION)
        address = _keep_copy(rendition)
    except (OSError, UnrecognisedImageFormatError):
        return {"src": "", "width": 0, "height": 0}
    return {"src": address, "width": rendition.width, "height": rendition.height}


class ImageChoice(SingleChoice):
    name = "image_choice"
    label = gettext_lazy("choice of images")
    template = "training/kinds/image_choice.html"
    choice_fields = ("image", "alt", "text", "is_right", "feedback")

    def show_choice(self, choice: Any) -> dict[str, Any]:
        return super().show_choice(choice) | {"alt": choice.alt} | show_image(choice.image)

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        pictures = [choice for choice in shown["choices"] if choice["key"] == answer]
        return replace(super().grade(shown, key, answer), pictures=pictures)

    def find_problems(self, question: Any) -> list[str]:
        problems = super().find_problems(question)
        choices = list(question.choices.all())
        if any(choice.image_id is None for choice in choices):
            problems.append(_("A choice has no image."))
        if any(not choice.alt for choice in choices):
            problems.append(_("An image has no text alternative."))
        return problems
