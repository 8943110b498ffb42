"""The learner's side, and the town hall's once it is signed in. Mount it anywhere."""

from django.urls import path

from .views import badges, lists, mine, my_offer, offers

app_name = "certificates"

urlpatterns = [
    path("lists/", lists.index, name="lists"),
    path("lists/<int:pk>/", lists.detail, name="list"),
    path("lists/<int:pk>/file/", lists.download, name="list_file"),
    path("offers/", offers.index, name="offers"),
    path("offers/<int:pk>/", offers.detail, name="offer"),
    path("offers/mine/", my_offer.edit, name="my_offer"),
    path("offers/mine/take-back/", my_offer.take_back, name="take_back_offer"),
    path("offers/mine/messages/<int:pk>/block/", my_offer.block, name="block_office"),
    path("offers/mine/messages/<int:pk>/report/", my_offer.report, name="report_message"),
    path("offers/mine/blocked/<str:code>/undo/", my_offer.unblock, name="unblock_office"),
    path("<int:pk>/", mine.detail, name="detail"),
    path("<int:pk>/certificate.pdf", mine.download, name="download"),
    path("<int:pk>/name/", mine.correct_name, name="correct_name"),
    path("<int:pk>/name/withdraw/", mine.withdraw_name, name="withdraw_name"),
    path("<int:pk>/renew/", mine.renew_course, name="renew"),
    path("<int:pk>/page/", badges.page, name="page"),
    path("<int:pk>/credential.json", badges.credential, name="credential"),
    path("<int:pk>/badge.png", badges.badge, {"form": "png"}, name="badge_png"),
    path("<int:pk>/badge.svg", badges.badge, {"form": "svg"}, name="badge_svg"),
]
