from .pages import CaseStudyPage, HomePage, InformationPage, NoticePage
from .users import User

__all__ = ["CaseStudyPage", "HomePage", "InformationPage", "NoticePage", "User"]
