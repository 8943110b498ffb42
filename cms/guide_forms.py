from django import forms
from django.utils.translation import gettext_lazy as _

from cms.domain.guide import LEVELS, Situation

WORDS = {True: "yes", False: "no"}


class GuideForm(forms.Form):
    """Sent by GET: its answer has an address that stays."""

    shop = forms.ChoiceField(
        label=_("Is there a carrier's shop in the area?"),
        choices=[("yes", _("There is one")), ("no", _("There is none"))],
        widget=forms.RadioSelect,
    )
    own = forms.ChoiceField(
        label=_("Does the local government hold smartphone classes of its own?"),
        choices=[("yes", _("It does")), ("no", _("It does not"))],
        widget=forms.RadioSelect,
    )
    level = forms.ChoiceField(
        label=_("Which course is it to be?"),
        help_text=_(
            "Basic: turning a smartphone on, buttons, first steps. Applied: procedures online, such"
            " as Mynaportal."
        ),
        choices=list(LEVELS.items()),
        widget=forms.RadioSelect,
    )
    who = forms.ChoiceField(
        label=_("For whom is the class?"),
        choices=[("everybody", _("Elderly people and others")), ("disabled", _("Disabled people"))],
        widget=forms.RadioSelect,
    )

    def read_situation(self) -> Situation:
        data = self.cleaned_data
        return Situation(
            shop=data["shop"] == "yes",
            own_classes=data["own"] == "yes",
            level=data["level"],
            disabled=data["who"] == "disabled",
        )

    @staticmethod
    def write(situation: Situation) -> dict[str, str]:
        """What the form would send for it."""
        return {
            "shop": WORDS[situation.shop],
            "own": WORDS[situation.own_classes],
            "level": situation.level,
            "who": "disabled" if situation.disabled else "everybody",
        }
