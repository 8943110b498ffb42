from tests import factories


def test_what_is_held_and_offered_is_found_from_the_own_page(learner_client):
    page = learner_client.get("/learn/").text
    for url in ("/learn/affiliations/", "/learn/data/", "/certificates/offers/mine/"):
        assert f'href="{url}"' in page


def test_new_learner_is_offered_the_course(learner_client, course):
    factories.ModulePageFactory(parent=course, title="単元のひとつ")
    page = learner_client.get("/learn/")
    assert page.status_code == 200
    assert course.title in page.text
    assert "単元のひとつ" not in page.text


def test_course_that_is_not_open_is_named_without_a_way_to_it(enrolment, learner_client):
    course = enrolment.course
    assert f'href="{course.get_url()}' in learner_client.get("/learn/").text
    course.unpublish()
    page = learner_client.get("/learn/").text
    assert course.title in page
    assert f'href="{course.get_url()}' not in page
    assert "いまは公開されていません" in page
