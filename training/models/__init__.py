from .affiliations import Affiliation, Evidence, evidence_storage
from .audit import AuditEntry
from .bodies import LocalGovernment
from .courses import CoursePage, CourseVersion, ModulePage
from .exchange import ImportUpload
from .figures import BodyFigure, FigureBuild, MonthlyFigure
from .mail import OutgoingMail
from .offices import Appointment, Invitation, InvitationUpload
from .people import Learner, PurposeNotice, RegistrationDraft
from .questions import Choice, Question, QuestionTag, ScenarioPart
from .quizzes import Allowance, Quiz, QuizDraw, QuizQuestion
from .records import Attempt, Enrolment, GradedItem, ModuleCompletion, Response

__all__ = [
    "Affiliation",
    "Allowance",
    "Appointment",
    "Attempt",
    "AuditEntry",
    "BodyFigure",
    "Choice",
    "CoursePage",
    "CourseVersion",
    "Enrolment",
    "Evidence",
    "FigureBuild",
    "GradedItem",
    "ImportUpload",
    "Invitation",
    "InvitationUpload",
    "Learner",
    "LocalGovernment",
    "ModuleCompletion",
    "ModulePage",
    "MonthlyFigure",
    "OutgoingMail",
    "PurposeNotice",
    "Question",
    "QuestionTag",
    "Quiz",
    "QuizDraw",
    "QuizQuestion",
    "RegistrationDraft",
    "Response",
    "ScenarioPart",
    "evidence_storage",
]
