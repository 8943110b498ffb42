"""Wagtail's app of accounts, with this site's pages. Apart: it is read before there are models."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    user_viewset = "cms.users.UserViewSet"
    group_viewset = "cms.users.GroupViewSet"
