from django.urls import path

from enablement.certificates import api as certificates
from enablement.certification import api as certification
from enablement.claims import api as claims

urlpatterns = [
    path("certifications", certification.Certifications.as_view(), name="api-certifications"),
    path("certifications/<str:public_id>", certification.OneCertification.as_view(), name="api-certification"),
    path(
        "certifications/<str:public_id>/archive",
        certification.ArchiveCertification.as_view(),
        name="api-certification-archive",
    ),
    path(
        "certifications/<str:public_id>/restore",
        certification.RestoreCertification.as_view(),
        name="api-certification-restore",
    ),
    path("credentials", certificates.Credentials.as_view(), name="api-credentials"),
    path("credentials/claims", claims.Claims.as_view(), name="api-claims"),
    path("credentials/claims/<str:public_id>", claims.OneClaim.as_view(), name="api-claim"),
    path("credentials/claims/<str:public_id>/decide", claims.DecideClaim.as_view(), name="api-claim-decide"),
    path("credentials/claims/<str:public_id>/withdraw", claims.WithdrawClaim.as_view(), name="api-claim-withdraw"),
    path("credentials/<str:public_id>", certificates.OneCredential.as_view(), name="api-credential"),
    path("credentials/<str:public_id>/revoke", certificates.RevokeCredential.as_view(), name="api-credential-revoke"),
]
