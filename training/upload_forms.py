"""What the forms that take a file have in common."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile


class UploadForm(forms.Form):
    """Each form words its own `file` and says what it is told that sends more than `max_bytes`."""

    max_bytes: ClassVar[int]
    too_large: ClassVar[Any]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > self.max_bytes:
            raise forms.ValidationError(self.too_large)
        return file
