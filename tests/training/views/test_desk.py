from tests import factories


def test_new_learner_is_offered_the_course(learner_client, course):
    factories.ModulePageFactory(parent=course, title="単元のひとつ")
    page = learner_client.get("/learn/")
    assert page.status_code == 200
    assert course.title in page.text
    assert "単元のひとつ" not in page.text
