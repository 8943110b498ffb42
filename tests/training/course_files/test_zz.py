import pytest, json, difflib
from .cast import *
from .test_round_trip import bring, export
from cms.demo.loader import load_everything
from training.models import *
pytestmark = pytest.mark.django_db
def show(a,b):
    a,b=(json.dumps(read(x).content,ensure_ascii=False,indent=1,sort_keys=True).split("\n") for x in (a,b))
    print("\n".join(list(difflib.unified_diff(a,b,lineterm="",n=3))[:60]))
def test_a():
    load_everything()
    course = CoursePage.objects.get()
    data = export(course)
    home = forget_course(course)
    bring(data, home, at_once=True)
    show(data, export(CoursePage.objects.get()))
def test_b():
    course = make_whole_course()
    data = export(course)
    p=bring(data, course.get_parent())
    print(p)
    home = forget_course(course)
    bring(data, home)
    show(data, export(CoursePage.objects.get()))
