from django.urls import path

from prm.accounts import joining, profile, views
from prm.accounts.second_steps import views as second_steps
from prm.accounts.sessions import views as sessions

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/export/", views.export_people, name="people-export"),
    path("people/roles/", views.roles, name="roles"),
    path("people/roles/export/", views.export_roles, name="roles-export"),
    path("people/invite/", views.invite, name="invite"),
    path("people/invitations/<str:public_id>/revoke/", views.revoke_invitation, name="invitation-revoke"),
    path("people/<str:public_id>/", views.person, name="person"),
    path("people/<str:public_id>/end/", views.end_membership, name="person-end"),
    path("people/<str:public_id>/reset-second-step/", second_steps.reset, name="person-second-step"),
    path("invitations/<str:public_id>/", joining.join, name="invitation"),
    path("profile/", profile.profile, name="profile"),
    path("profile/two-steps/", second_steps.overview, name="second-steps"),
    path("profile/two-steps/app/", second_steps.app, name="second-step-app"),
    path("profile/two-steps/key/", second_steps.key, name="second-step-key"),
    path("profile/two-steps/codes/", second_steps.codes, name="second-step-codes"),
    path("profile/two-steps/remove/", second_steps.remove, name="second-step-remove"),
    path("profile/logins/end/", sessions.end_others, name="logins-end"),
    path("profile/tokens/", profile.new_token, name="tokens"),
    path("profile/tokens/export/", profile.export_tokens, name="tokens-export"),
    path("profile/tokens/<str:public_id>/revoke/", profile.revoke_token, name="token-revoke"),
]
