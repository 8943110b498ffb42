from .cases import CaseSubmission
from .glossary import GlossaryTerm
from .notices import NoticeAddress
from .pages import CaseStudyPage, HomePage, InformationPage, NoticePage
from .readings import Reading
from .search import SearchEntry, SearchGram
from .sign_in import SignInMail
from .users import User

__all__ = [
    "CaseStudyPage",
    "CaseSubmission",
    "GlossaryTerm",
    "HomePage",
    "InformationPage",
    "NoticeAddress",
    "NoticePage",
    "Reading",
    "SearchEntry",
    "SearchGram",
    "SignInMail",
    "User",
]
