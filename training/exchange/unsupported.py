"""Foreign kinds that there is nothing here to take over into, and why, in the editor's words."""

from django.utils.translation import gettext_lazy

GAPS = gettext_lazy("It has gaps within a text, which are not known here.")
ON_PICTURE = gettext_lazy("It is answered on a picture, which is not known here.")

QTI = {
    "extendedTextInteraction": gettext_lazy("It asks for a text: nobody could grade it here."),
    "textEntryInteraction": gettext_lazy(
        "It is answered by writing a word or a number: QTI is read for choices, order and pairs "
        "only. Please make it in the editor or in the Excel form."
    ),
    "inlineChoiceInteraction": GAPS,
    "gapMatchInteraction": GAPS,
    "hottextInteraction": gettext_lazy("Words of a text are marked, which is not known here."),
    "graphicAssociateInteraction": ON_PICTURE,
    "graphicGapMatchInteraction": ON_PICTURE,
    "graphicOrderInteraction": ON_PICTURE,
    "hotspotInteraction": ON_PICTURE,
    "positionObjectInteraction": ON_PICTURE,
    "selectPointInteraction": ON_PICTURE,
    "drawingInteraction": ON_PICTURE,
    "associateInteraction": gettext_lazy("Pairs are made freely, which is not known here."),
    "sliderInteraction": gettext_lazy("It is answered by a slider, which is not known here."),
    "uploadInteraction": gettext_lazy("It asks for a file: nobody could grade it here."),
    "mediaInteraction": gettext_lazy("It plays a sound or a film, which is not known here."),
    "customInteraction": gettext_lazy("It brings a program of its own, which is never run here."),
}

MOODLE = {
    "description": gettext_lazy("It asks nothing: it is a description."),
    "essay": gettext_lazy("It is an essay: nobody could grade it here."),
    "cloze": gettext_lazy("It has gaps within a text (cloze), which are not known here."),
    "multianswer": gettext_lazy("It has gaps within a text (cloze), which are not known here."),
    "gapselect": GAPS,
    "ddwtos": GAPS,
    "ddmarker": ON_PICTURE,
    "ddimageortext": ON_PICTURE,
    "calculated": gettext_lazy("It calculates with numbers drawn by chance."),
    "calculatedsimple": gettext_lazy("It calculates with numbers drawn by chance."),
    "calculatedmulti": gettext_lazy("It calculates with numbers drawn by chance."),
    "random": gettext_lazy("It stands for a question drawn from a category."),
    "randomsamatch": gettext_lazy("It is made of other questions drawn by chance."),
}
