from django.urls import path

from prm.ledger import views

urlpatterns = [
    path("earnings/", views.earnings, name="earnings"),
    path("earnings/export/", views.export, name="earnings-export"),
    path("earnings/<str:public_id>/", views.statement, name="statement"),
    path("earnings/<str:public_id>/export/", views.statement_export, name="statement-export"),
    path("earnings/<str:public_id>/pdf/", views.statement_paper, name="statement-paper"),
]
