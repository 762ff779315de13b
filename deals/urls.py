from django.urls import URLPattern, path

from deals.conflicts import views as conflicts
from deals.decisions import views as decisions
from deals.events import SUBJECT
from deals.programme import views as programme
from deals.quality import views as quality
from deals.registrations import registering
from deals.registrations import views as registrations
from prm.threads import views as threads

urlpatterns: list[URLPattern] = [
    path("deals/", registrations.deals, name="deals"),
    path("deals/export/", registrations.export, name="deals-export"),
    path("deals/new/", registering.new, name="deal-new"),
    path("deals/earnings/", registering.earnings, name="deal-earnings"),
    path("deals/<str:public_id>/", decisions.deal, name="deal"),
    path("deals/<str:public_id>/edit/", registering.edit, name="deal-edit"),
    path("deals/<str:public_id>/discard/", registrations.discard, name="deal-discard"),
    path("deals/<str:public_id>/answer/", registrations.answer, name="deal-answer"),
    path("deals/<str:public_id>/withdraw/", registrations.withdraw, name="deal-withdraw"),
    path("deals/<str:public_id>/win/", registrations.win, name="deal-win"),
    path("deals/<str:public_id>/lose/", registrations.lose, name="deal-lose"),
    path("deals/<str:public_id>/share/", registrations.share, name="deal-share"),
    path("deals/<str:public_id>/messages/", threads.messages, {"kind": SUBJECT}, name="deal-messages"),
    path("deals/<str:public_id>/messages/read/", threads.read, {"kind": SUBJECT}, name="deal-messages-read"),
    path("deals/<str:public_id>/findings/", decisions.findings, name="deal-findings"),
    path("deals/<str:public_id>/compare/", conflicts.compare, name="deal-compare"),
    path("deals/<str:public_id>/judge/", conflicts.judge, name="deal-judge"),
    path("deals/<str:public_id>/approve/", decisions.approve, name="deal-approve"),
    path("deals/<str:public_id>/ask/", decisions.ask, name="deal-ask"),
    path("deals/<str:public_id>/reject/", decisions.reject, name="deal-reject"),
    path("rules/", programme.rules, name="rules"),
    path("rules/<int:number>/", programme.rules, name="rules-version"),
    path("matching/", quality.quality, name="matching-quality"),
    path("matching/export/", quality.export, name="matching-export"),
    path("matching/publish/", quality.publish, name="matching-publish"),
    path("matching/pairs/", quality.pairs, name="matching-pairs"),
    path("matching/pairs/export/", quality.pairs_export, name="matching-pairs-export"),
    path("insight/", programme.insight, name="insight"),
    path("insight/export/", programme.export, name="insight-export"),
]
