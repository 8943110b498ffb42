from .courses import CoursePage, CourseVersion, ModulePage
from .exchange import ImportUpload
from .people import Affiliation, Learner, LocalGovernment, PurposeNotice
from .questions import Choice, Question, QuestionTag, ScenarioPart
from .quizzes import Allowance, Quiz, QuizDraw, QuizQuestion
from .records import Attempt, Enrolment, GradedItem, ModuleCompletion, Response

__all__ = [
    "Affiliation",
    "Allowance",
    "Attempt",
    "Choice",
    "CoursePage",
    "CourseVersion",
    "Enrolment",
    "GradedItem",
    "ImportUpload",
    "Learner",
    "LocalGovernment",
    "ModuleCompletion",
    "ModulePage",
    "PurposeNotice",
    "Question",
    "QuestionTag",
    "Quiz",
    "QuizDraw",
    "QuizQuestion",
    "Response",
    "ScenarioPart",
]
