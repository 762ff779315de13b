from django.urls import path

from prm.ledger import api

urlpatterns = [
    path("earnings", api.Earnings.as_view(), name="api-earnings"),
    path("earnings/balances", api.Balances.as_view(), name="api-earnings-balances"),
    path("earnings/statements", api.Statements.as_view(), name="api-statements"),
    path("earnings/statements/<str:public_id>/pdf", api.StatementPaper.as_view(), name="api-statement-paper"),
    path("earnings/statements/<str:public_id>", api.StatementDoor.as_view(), name="api-statement"),
]
