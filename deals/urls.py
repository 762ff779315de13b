from django.urls import URLPattern, path

from deals.amendments import views as amendments
from deals.appeals import views as appeals
from deals.cases import views as cases
from deals.conflicts import views as conflicts
from deals.cosell import views as cosell
from deals.decisions import views as decisions
from deals.direct import views as direct
from deals.earnings import views as earnings
from deals.engagement import views as engagement
from deals.events import SUBJECT
from deals.extensions import views as extensions
from deals.leads import offer_views as lead_offers
from deals.leads import views as leads
from deals.mapping import views as mapping
from deals.marketplace import views as marketplace
from deals.programme import views as programme
from deals.punctuality import views as punctuality
from deals.quality import views as quality
from deals.receipts import views as receipts
from deals.records import views as records
from deals.registrations import registering
from deals.registrations import views as registrations
from deals.releases import views as releases
from deals.replays import views as replays
from deals.reversals import views as reversals
from deals.teaming import views as teaming
from deals.tenders import views as tenders
from deals.uplift import views as uplift
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
    path("deals/<str:public_id>/refund/", earnings.refund, name="deal-refund"),
    path("deals/<str:public_id>/share/", registrations.share, name="deal-share"),
    path("deals/<str:public_id>/messages/", threads.messages, {"kind": SUBJECT}, name="deal-messages"),
    path("deals/<str:public_id>/messages/read/", threads.read, {"kind": SUBJECT}, name="deal-messages-read"),
    path("deals/<str:public_id>/findings/", decisions.findings, name="deal-findings"),
    path("deals/<str:public_id>/compare/", conflicts.compare, name="deal-compare"),
    path("deals/<str:public_id>/judge/", conflicts.judge, name="deal-judge"),
    path("deals/<str:public_id>/approve/", decisions.approve, name="deal-approve"),
    path("deals/<str:public_id>/ask/", decisions.ask, name="deal-ask"),
    path("deals/<str:public_id>/reject/", decisions.reject, name="deal-reject"),
    path("deals/<str:public_id>/extend/", extensions.extend, name="deal-extend"),
    path("deals/<str:public_id>/extension/", extensions.extension, name="deal-extension"),
    path("deals/<str:public_id>/team/", teaming.propose, name="deal-team"),
    path("deals/<str:public_id>/teaming/", teaming.answer, name="deal-teaming"),
    path("deals/<str:public_id>/teaming/take-back/", teaming.take_back, name="deal-teaming-take-back"),
    path("deals/<str:public_id>/appeal/", appeals.appeal, name="deal-appeal"),
    path("deals/<str:public_id>/appeal/decide/", appeals.decide, name="deal-appeal-decide"),
    path("deals/<str:public_id>/engagement/", engagement.appeal, name="deal-engagement"),
    path("deals/<str:public_id>/engagement/decide/", engagement.decide, name="deal-engagement-decide"),
    path("deals/<str:public_id>/amend/", amendments.propose, name="deal-amend"),
    path("deals/<str:public_id>/amendment/", amendments.answer, name="deal-amendment"),
    path("deals/<str:public_id>/amendment/withdraw/", amendments.withdraw, name="deal-amendment-withdraw"),
    path("deals/<str:public_id>/reverse/", reversals.reverse, name="deal-reverse"),
    path("deals/<str:public_id>/record/", records.ask, name="deal-record"),
    path("deals/<str:public_id>/take-up/", releases.take_up, name="deal-take-up"),
    path("deals/<str:public_id>/decline/", releases.decline, name="deal-decline"),
    path("deals/<str:public_id>/co-sell/", cosell.ask, name="deal-co-sell"),
    path("deals/<str:public_id>/receipt/", receipts.receipt, name="deal-receipt"),
    path("deals/<str:public_id>/receipt.json", receipts.download, {"kind": "json"}, name="deal-receipt-json"),
    path("deals/<str:public_id>/receipt.jws", receipts.download, {"kind": "jws"}, name="deal-receipt-jws"),
    path("co-sell/", cosell.co_sells, name="co-sells"),
    path("co-sell/export/", cosell.export, name="co-sells-export"),
    path("co-sell/<str:public_id>/", cosell.co_sell, name="co-sell"),
    path("co-sell/<str:public_id>/accept/", cosell.accept, name="co-sell-accept"),
    path("co-sell/<str:public_id>/decline/", cosell.decline, name="co-sell-decline"),
    path("co-sell/<str:public_id>/withdraw/", cosell.withdraw, name="co-sell-withdraw"),
    path("co-sell/<str:public_id>/hand-over/", cosell.hand_over, name="co-sell-hand-over"),
    path("co-sell/<str:public_id>/add-step/", cosell.add_step, name="co-sell-add-step"),
    path("co-sell/<str:public_id>/step-done/", cosell.complete_step, name="co-sell-step-done"),
    path("co-sell/<str:public_id>/end/", cosell.end, name="co-sell-end"),
    path("mapping/", mapping.mapping, name="mapping"),
    path("mapping/export/", mapping.export, name="mapping-export"),
    path("mapping/lists/", mapping.lists, name="mapping-lists"),
    path("mapping/lists/export/", mapping.lists_export, name="mapping-lists-export"),
    path("mapping/lists/rows/", mapping.rows, name="mapping-rows"),
    path("mapping/lists/<str:public_id>/", mapping.mapped, name="mapping-list"),
    path("mapping/lists/<str:public_id>/show/", mapping.show, name="mapping-list-show"),
    path("mapping/lists/<str:public_id>/hide/", mapping.hide, name="mapping-list-hide"),
    path("mapping/lists/<str:public_id>/delete/", mapping.delete, name="mapping-list-delete"),
    path("mapping/accounts/", mapping.accounts, name="mapping-accounts"),
    path("mapping/accounts/export/", mapping.accounts_export, name="mapping-accounts-export"),
    path("mapping/accounts/<str:public_id>/show/", mapping.accounts_show, name="mapping-accounts-show"),
    path("mapping/accounts/<str:public_id>/hide/", mapping.accounts_hide, name="mapping-accounts-hide"),
    path("deals/<str:public_id>/offers/new/", marketplace.new, name="marketplace-new"),
    path("marketplace/", marketplace.offers, name="marketplace"),
    path("marketplace/export/", marketplace.export, name="marketplace-export"),
    path("marketplace/import/", marketplace.take_in, name="marketplace-import"),
    path("marketplace/<str:public_id>/", marketplace.offer, name="marketplace-offer"),
    path("marketplace/<str:public_id>/change/", marketplace.change, name="marketplace-change"),
    path("marketplace/<str:public_id>/send/", marketplace.send, name="marketplace-send"),
    path("marketplace/<str:public_id>/accept/", marketplace.accept, name="marketplace-accept"),
    path("marketplace/<str:public_id>/withdraw/", marketplace.withdraw, name="marketplace-withdraw"),
    path("leads/", leads.leads, name="leads"),
    path("leads/export/", leads.export, name="leads-export"),
    path("leads/new/", leads.new, name="lead-new"),
    path("leads/import/", leads.take_in, name="leads-import"),
    path("leads/fairness/", leads.fairness, name="leads-fairness"),
    path("leads/fairness/export/", leads.fairness_export, name="leads-fairness-export"),
    path("leads/offers/", lead_offers.offers, name="lead-offers"),
    path("leads/offers/export/", lead_offers.export, name="lead-offers-export"),
    path("leads/offers/<str:public_id>/", lead_offers.offer, name="lead-offer"),
    path("leads/offers/<str:public_id>/accept/", lead_offers.accept, name="lead-offer-accept"),
    path("leads/offers/<str:public_id>/decline/", lead_offers.decline, name="lead-offer-decline"),
    path("leads/offers/<str:public_id>/report/", lead_offers.report, name="lead-offer-report"),
    path("leads/offers/<str:public_id>/register/", lead_offers.register, name="lead-offer-register"),
    path("leads/offers/<str:public_id>/lose/", lead_offers.lose, name="lead-offer-lose"),
    path("leads/<str:public_id>/", leads.lead, name="lead"),
    path("leads/<str:public_id>/edit/", leads.edit, name="lead-edit"),
    path("leads/<str:public_id>/again/", leads.again, name="lead-again"),
    path("leads/<str:public_id>/withdraw/", leads.withdraw, name="lead-withdraw"),
    path("direct/", direct.opportunities, name="direct"),
    path("direct/export/", direct.export, name="direct-export"),
    path("direct/new/", direct.new, name="direct-new"),
    path("direct/import/", direct.take_in, name="direct-import"),
    path("direct/touches/", direct.touches, name="direct-touches"),
    path("direct/touches/export/", direct.touches_export, name="direct-touches-export"),
    path("direct/touches/import/", direct.take_in_touches, name="direct-touches-import"),
    path("direct/touches/new/", direct.touch, name="direct-touch-new"),
    path("direct/touches/<str:public_id>/withdraw/", direct.withdraw_touch, name="direct-touch-withdraw"),
    path("direct/cases/", cases.cases, name="direct-cases"),
    path("direct/cases/export/", cases.export, name="direct-cases-export"),
    path("direct/cases/<str:public_id>/", cases.case, name="direct-case"),
    path("direct/uplift/", uplift.uplift, name="direct-uplift"),
    path("direct/uplift/export/", uplift.export, name="direct-uplift-export"),
    path("direct/<str:public_id>/", direct.opportunity, name="direct-one"),
    path("direct/<str:public_id>/change/", direct.change, name="direct-change"),
    path("direct/<str:public_id>/attach/", direct.attach, name="direct-attach"),
    path("direct/<str:public_id>/close/", direct.close, name="direct-close"),
    path("records/", records.records, name="records"),
    path("records/export/", records.export, name="records-export"),
    path("records/<str:public_id>/", records.record, name="record"),
    path("records/<str:public_id>/decide/", records.decide, name="record-decide"),
    path("records/<str:public_id>/proof/", records.prove, name="record-proof"),
    path("records/<str:public_id>/proof/decide/", records.answer_proof, name="record-proof-decide"),
    path("records/<str:public_id>/end/", records.end, name="record-end"),
    path("rules/", programme.rules, name="rules"),
    path("rules/replays/", replays.replays, name="replays"),
    path("rules/replays/export/", replays.export, name="replays-export"),
    path("rules/replays/differences/export/", replays.differences_export, name="replay-differences-export"),
    path("rules/replays/<str:public_id>/", replays.replay, name="replay"),
    path("accounts/<str:public_id>/record/", records.appoint, name="account-record"),
    path("accounts/<str:public_id>/tender/", tenders.note, name="account-tender"),
    path("accounts/tenders/<str:public_id>/withdraw/", tenders.withdraw, name="tender-withdraw"),
    path("rules/<int:number>/", programme.rules, name="rules-version"),
    path("punctuality/", punctuality.punctuality, name="punctuality"),
    path("punctuality/export/", punctuality.export, name="punctuality-export"),
    path("matching/", quality.quality, name="matching-quality"),
    path("matching/export/", quality.export, name="matching-export"),
    path("matching/publish/", quality.publish, name="matching-publish"),
    path("matching/pairs/", quality.pairs, name="matching-pairs"),
    path("matching/pairs/export/", quality.pairs_export, name="matching-pairs-export"),
    path("insight/", programme.insight, name="insight"),
    path("insight/export/", programme.export, name="insight-export"),
]
