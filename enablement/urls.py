from django.urls import URLPattern, path

from enablement.certificates import views as certificates
from enablement.certification import views as certification
from enablement.claims import views as claims

urlpatterns: list[URLPattern] = [
    path("certifications/", certificates.certificates, name="certificates"),
    path("certifications/export/", certificates.export, name="certificates-export"),
    path("certifications/award/", certificates.award, name="certificate-award"),
    path("certifications/offered/", certification.certifications, name="certifications"),
    path("certifications/offered/export/", certification.export, name="certifications-export"),
    path("certifications/offered/new/", certification.new, name="certification-new"),
    path("certifications/offered/<str:public_id>/", certification.certification, name="certification"),
    path("certifications/offered/<str:public_id>/edit/", certification.edit, name="certification-edit"),
    path("certifications/offered/<str:public_id>/archive/", certification.archive, name="certification-archive"),
    path("certifications/offered/<str:public_id>/restore/", certification.restore, name="certification-restore"),
    path("certifications/offered/<str:public_id>/proof/", claims.new, name="claim-new"),
    path("certifications/claims/", claims.claims, name="claims"),
    path("certifications/claims/export/", claims.export, name="claims-export"),
    path("certifications/claims/<str:public_id>/", claims.claim, name="claim"),
    path("certifications/claims/<str:public_id>/decide/", claims.decide, name="claim-decide"),
    path("certifications/claims/<str:public_id>/withdraw/", claims.withdraw, name="claim-withdraw"),
    path("certifications/<str:public_id>/", certificates.certificate, name="certificate"),
    path("certifications/<str:public_id>/revoke/", certificates.revoke, name="certificate-revoke"),
]
