"""Every type of page of the site, with somebody who may see it and something to see."""

from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext

from tests.services import Site

from .sessions import carry_session, run_in_site

VISITOR = ""
# Name of the type, who looks, address.
PAGES = [
    ("home", VISITOR, "/"),
    ("courses", VISITOR, "/courses/"),
    ("course", VISITOR, "/digital-support/"),
    ("module", VISITOR, "/digital-support/safety-and-privacy/"),
    ("notice", VISITOR, "/notice-2024-01-19/"),
    ("case", VISITOR, "/case-nakayama/"),
    ("information", VISITOR, "/accessibility/"),
    ("programme", VISITOR, "/programme/"),
    ("funding", VISITOR, "/funding/"),
    ("faq", VISITOR, "/faq/"),
    ("contacts", VISITOR, "/contacts/"),
    ("notices", VISITOR, "/notices/"),
    ("cases", VISITOR, "/cases/"),
    ("glossary", VISITOR, "/glossary/"),
    ("guide", VISITOR, "/guide/"),
    ("guide-answer", VISITOR, "/guide/?shop=no&own=no&level=basic&who=everybody"),
    ("guide-matrix", VISITOR, "/guide/matrix/"),
    ("handbook-towns", VISITOR, "/handbooks/towns/"),
    ("search", VISITOR, "/search/"),
    ("search-found", VISITOR, "/search/?q=研修"),
    ("search-nothing", VISITOR, "/search/?q=ヌルポ"),
    ("figures", VISITOR, "/figures/"),
    ("guide-incomplete", VISITOR, "/guide/?shop=no"),
    ("accessibility-results", VISITOR, "/accessibility/results/"),
    ("mails", VISITOR, "/mail/"),
    ("sign-in", VISITOR, "/account/login/"),
    ("sign-in-password", VISITOR, "/account/login/?by=password"),
    ("sign-up", VISITOR, "/account/signup/"),
    ("verification", VISITOR, "/v/"),
    ("verification-valid", VISITOR, "/v/{code}"),
    ("verification-unknown", VISITOR, "/v/AAAA-AAAA-AAAA"),
    ("verification-keys", VISITOR, "/v/keys/"),
    ("verification-how-to", VISITOR, "/v/how-to/"),
    ("not-found", VISITOR, "/nowhere/"),
    ("registration", "newcomer", "/learn/register/purpose/"),
    ("desk", "beginner", "/learn/"),
    ("course-enrolled", "beginner", "/digital-support/"),
    ("module-enrolled", "beginner", "/digital-support/safety-and-privacy/"),
    ("attempt", "beginner", "/learn/attempts/{under_way}/"),
    ("result-passed", "beginner", "/learn/attempts/{passed}/result/"),
    ("result-failed", "beginner", "/learn/attempts/{failed}/result/"),
    ("attempts", "beginner", "/learn/modules/{read_module}/attempts/"),
    ("affiliations", "beginner", "/learn/affiliations/"),
    ("affiliation-add", "beginner", "/learn/affiliations/add/"),
    ("own-data", "beginner", "/learn/data/"),
    ("account", "beginner", "/account/"),
    ("forbidden", "beginner", "/learn/reports/"),
    ("desk-completed", "finisher", "/learn/"),
    ("certificate", "finisher", "/certificates/{certificate}/"),
    ("certificate-page", "finisher", "/certificates/{certificate}/page/"),
    ("certificate-name", "finisher", "/certificates/{certificate}/name/"),
    ("offer", "finisher", "/certificates/offers/mine/"),
    ("office", "town", "/learn/offices/063029/"),
    ("office-people", "town", "/learn/offices/063029/people/"),
    ("office-person", "town", "/learn/offices/063029/people/{beginner}/"),
    ("office-waiting", "town", "/learn/offices/063029/waiting/"),
    ("office-invitations", "town", "/learn/offices/063029/invitations/"),
    ("office-notices", "town", "/offices/notices/"),
    ("office-cases", "town", "/offices/cases/"),
    ("office-case", "town", "/offices/cases/new/"),
    ("lists", "town", "/certificates/lists/"),
    ("offices-prefecture", "prefecture", "/learn/offices/"),
    ("handbook-editors", "support", "/handbooks/editors/"),
    ("reports", "support", "/learn/reports/"),
    ("report", "support", "/learn/reports/{course}/"),
]
# Where Wagtail would look elsewhere: for a picture, a newer version, what is embedded.
ADMIN_PAGES = [
    "/editor/",
    "/editor/account/",
    "/editor/pages/{read_module}/edit/",
    "/editor/images/",
    "/editor/users/",
    "/editor/reports/site-history/",
    "/editor/snippets/lms_training/question/",
]


@dataclass(frozen=True)
class Cast:
    sessions: dict[str, str]
    numbers: dict[str, str | int]

    def pages(self) -> list[tuple[str, str, str]]:
        return [(name, who, path.format(**self.numbers)) for name, who, path in PAGES]


def prepare_pages(site: Site) -> Cast:
    return Cast(**run_in_site(site, "prepare_pages.py"))


def open_context(
    browser: Browser, site: Site, cast: Cast, who: str, *, width: int, theme: str
) -> BrowserContext:
    """A browser of one of the cast, whose device prefers the theme."""
    context = browser.new_context(
        viewport={"width": width, "height": 740},
        has_touch=width < 1000,
        is_mobile=width < 1000,
        color_scheme=theme,
        reduced_motion="reduce",
        locale="ja-JP",
    )
    context.set_default_timeout(15_000)
    if who:
        carry_session(context, site.base_url, cast.sessions[who])
    return context
