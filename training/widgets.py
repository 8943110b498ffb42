from typing import Any

from django import forms


class DatalistInput(forms.TextInput):
    """A field to write in that offers what begins so; without a script too."""

    template_name = "training/admin/datalist.html"

    def __init__(self, *, options: Any) -> None:
        super().__init__()
        self.options = options

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["options"] = self.options
        context["widget"]["attrs"]["list"] = context["list_id"] = f"{name}-options"
        return context
