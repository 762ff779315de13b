from django.urls import path

from deals.conflicts import api as conflicts
from deals.decisions import api as decisions
from deals.products import api as products
from deals.quality import api as quality
from deals.registrations import api as registrations

urlpatterns = [
    path("matching/quality", quality.Quality.as_view(), name="api-matching-quality"),
    path("matching/judgements", quality.Judged.as_view(), name="api-matching-judgements"),
    path("matching/thresholds", quality.PublishedThresholds.as_view(), name="api-matching-thresholds"),
    path("products", products.Products.as_view(), name="api-products"),
    path("deals", registrations.Deals.as_view(), name="api-deals"),
    path("deals/<str:public_id>", registrations.Deal.as_view(), name="api-deal"),
    path("deals/<str:public_id>/submit", registrations.Submit.as_view(), name="api-deal-submit"),
    path("deals/<str:public_id>/answer", registrations.Answer.as_view(), name="api-deal-answer"),
    path("deals/<str:public_id>/withdraw", registrations.Withdraw.as_view(), name="api-deal-withdraw"),
    path("deals/<str:public_id>/win", registrations.Win.as_view(), name="api-deal-win"),
    path("deals/<str:public_id>/lose", registrations.Lose.as_view(), name="api-deal-lose"),
    path("deals/<str:public_id>/approve", decisions.Approve.as_view(), name="api-deal-approve"),
    path("deals/<str:public_id>/reject", decisions.Reject.as_view(), name="api-deal-reject"),
    path("deals/<str:public_id>/ask", decisions.Ask.as_view(), name="api-deal-ask"),
    path("deals/<str:public_id>/findings", decisions.Findings.as_view(), name="api-deal-findings"),
    path("deals/<str:public_id>/findings/compare", conflicts.Compare.as_view(), name="api-deal-compare"),
    path("deals/<str:public_id>/findings/judge", conflicts.Judge.as_view(), name="api-deal-judge"),
    path("deals/<str:public_id>/timeline", registrations.Timeline.as_view(), name="api-deal-timeline"),
    path("deals/<str:public_id>/messages", registrations.Messages.as_view(), name="api-deal-messages"),
]
