"""The pages around the password that the portal uses; whatever else the login library offers does not exist here."""

from allauth.account import views
from django.urls import path, re_path
from django.views.generic import TemplateView

from prm.accounts.second_steps.views import SecondStepView
from prm.portal.guards import member, public

urlpatterns = [
    path("login/", public(views.login), name="account_login"),
    path("second-step/", public(SecondStepView.as_view()), name="mfa_authenticate"),
    path("logout/", public(views.logout), name="account_logout"),
    path("inactive/", public(views.account_inactive), name="account_inactive"),
    # People come by invitation: the page says so, and takes nothing.
    path("signup/", public(TemplateView.as_view(template_name="account/signup_closed.html")), name="account_signup"),
    path("password/change/", member(views.password_change), name="account_change_password"),
    path("password/reset/", public(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", public(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        public(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
