"""How lists write what somebody is."""

import re
import unicodedata

from django.utils.translation import gettext as _

from training.models import Affiliation

Category = Affiliation.Category
WORDS = {
    Category.REVITALISATION_VOLUNTEER: {
        "地域おこし協力隊",
        "地域おこし協力隊員",
        "協力隊",
        "協力隊員",
        "隊員",
        "地域おこし協力隊の隊員",
        "volunteer",
    },
    Category.VILLAGE_SUPPORTER: {
        "集落支援員",
        "支援員",
        "専任集落支援員",
        "兼任集落支援員",
        "集落支援員専任",
        "集落支援員兼任",
        "supporter",
    },
    Category.PREFECTURE_STAFF: {
        "都道府県職員",
        "県職員",
        "府職員",
        "都職員",
        "道職員",
        "prefecturestaff",
    },
    Category.MUNICIPALITY_STAFF: {
        "市区町村職員",
        "市町村職員",
        "市職員",
        "町職員",
        "村職員",
        "区職員",
        "自治体職員",
        "職員",
        "municipalitystaff",
    },
}
NOISE = re.compile(r"[\s・_\-/（）()]")


def fold_word(text: str) -> str:
    return NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def read_category(text: str) -> str:
    """Raises ValueError, whose text tells what to write instead."""
    word = fold_word(text)
    if not word:
        raise ValueError(
            _("What the person is (区分) is missing: 地域おこし協力隊, 集落支援員 or 市区町村職員.")
        )
    for category, words in WORDS.items():
        if word in words:
            return category
    raise ValueError(
        _("“%(text)s” is no 区分. Please write 地域おこし協力隊, 集落支援員 or 市区町村職員.")
        % {"text": text[:40]}
    )
