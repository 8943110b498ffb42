from .courses import CoursePage, CourseVersion, ModulePage
from .people import Affiliation, Learner, LocalGovernment, PurposeNotice
from .questions import Choice, Question
from .quizzes import Quiz, QuizQuestion
from .records import Attempt, Enrolment, ModuleCompletion, Response

__all__ = [
    "Affiliation",
    "Attempt",
    "Choice",
    "CoursePage",
    "CourseVersion",
    "Enrolment",
    "Learner",
    "LocalGovernment",
    "ModuleCompletion",
    "ModulePage",
    "PurposeNotice",
    "Question",
    "Quiz",
    "QuizQuestion",
    "Response",
]
