from django.urls import path

from deals.amendments import api as amendments
from deals.appeals import api as appeals
from deals.cases import api as cases
from deals.conflicts import api as conflicts
from deals.cosell import api as cosell
from deals.decisions import api as decisions
from deals.direct import api as direct
from deals.earnings import api as earnings
from deals.engagement import api as engagement
from deals.extensions import api as extensions
from deals.leads import api as leads
from deals.mapping import api as mapping
from deals.marketplace import api as marketplace
from deals.products import api as products
from deals.quality import api as quality
from deals.receipts import api as receipts
from deals.records import api as records
from deals.registrations import api as registrations
from deals.registrations import quoting
from deals.releases import api as releases
from deals.reversals import api as reversals
from deals.teaming import api as teaming
from deals.tenders import api as tenders
from deals.uplift import api as uplift

urlpatterns = [
    path("matching/quality", quality.Quality.as_view(), name="api-matching-quality"),
    path("matching/judgements", quality.Judged.as_view(), name="api-matching-judgements"),
    path("matching/thresholds", quality.PublishedThresholds.as_view(), name="api-matching-thresholds"),
    path("accounts/<str:public_id>/tenders", tenders.Tenders.as_view(), name="api-account-tenders"),
    path("accounts/tenders/<str:public_id>/withdraw", tenders.WithdrawTender.as_view(), name="api-tender-withdraw"),
    path("direct/opportunities", direct.Opportunities.as_view(), name="api-direct"),
    path("direct/opportunities/imports", direct.OpportunityImport.as_view(), name="api-direct-import"),
    path("direct/opportunities/<str:public_id>", direct.OneOpportunity.as_view(), name="api-direct-one"),
    path("direct/opportunities/<str:public_id>/attach", direct.Attach.as_view(), name="api-direct-attach"),
    path("direct/opportunities/<str:public_id>/close", direct.Close.as_view(), name="api-direct-close"),
    path("direct/touches", direct.Touches.as_view(), name="api-direct-touches"),
    path("direct/touches/imports", direct.TouchImport.as_view(), name="api-direct-touches-import"),
    path("direct/touches/<str:public_id>/withdraw", direct.WithdrawTouch.as_view(), name="api-direct-touch-withdraw"),
    path("direct/cases", cases.Cases.as_view(), name="api-direct-cases"),
    path("direct/cases/<str:public_id>", cases.OneCase.as_view(), name="api-direct-case"),
    path("direct/cases/<str:public_id>/decide", cases.DecideCase.as_view(), name="api-direct-case-decide"),
    path("direct/uplift", uplift.Uplift.as_view(), name="api-direct-uplift"),
    path("co-sells", cosell.CoSells.as_view(), name="api-co-sells"),
    path("co-sells/<str:public_id>", cosell.OneCoSell.as_view(), name="api-co-sell"),
    path("co-sells/<str:public_id>/accept", cosell.AcceptCoSell.as_view(), name="api-co-sell-accept"),
    path("co-sells/<str:public_id>/decline", cosell.DeclineCoSell.as_view(), name="api-co-sell-decline"),
    path("co-sells/<str:public_id>/withdraw", cosell.WithdrawCoSell.as_view(), name="api-co-sell-withdraw"),
    path("co-sells/<str:public_id>/hand-over", cosell.HandOver.as_view(), name="api-co-sell-hand-over"),
    path("co-sells/<str:public_id>/add-step", cosell.AddStep.as_view(), name="api-co-sell-add-step"),
    path("co-sells/<str:public_id>/step-done", cosell.StepDone.as_view(), name="api-co-sell-step-done"),
    path("co-sells/<str:public_id>/end", cosell.EndCoSell.as_view(), name="api-co-sell-end"),
    path("mapping/overlaps", mapping.Overlaps.as_view(), name="api-mapping-overlaps"),
    path("mapping/lists", mapping.MappedLists.as_view(), name="api-mapping-lists"),
    path("mapping/lists/<str:public_id>", mapping.OneMappedList.as_view(), name="api-mapping-list"),
    path("mapping/lists/<str:public_id>/rows", mapping.MappedRows.as_view(), name="api-mapping-rows"),
    path("mapping/lists/<str:public_id>/show", mapping.ShowRows.as_view(), name="api-mapping-show"),
    path("mapping/lists/<str:public_id>/hide", mapping.HideRows.as_view(), name="api-mapping-hide"),
    path("mapping/lists/<str:public_id>/delete", mapping.DeleteMappedList.as_view(), name="api-mapping-delete"),
    path("mapping/partners/<str:public_id>/customers", mapping.OwnAccounts.as_view(), name="api-mapping-accounts"),
    path("mapping/partners/<str:public_id>/show", mapping.ShowAccounts.as_view(), name="api-mapping-accounts-show"),
    path("mapping/partners/<str:public_id>/hide", mapping.HideAccounts.as_view(), name="api-mapping-accounts-hide"),
    path("products", products.Products.as_view(), name="api-products"),
    path("deals", registrations.Deals.as_view(), name="api-deals"),
    path("deals/quote", quoting.Quoted.as_view(), name="api-deal-quote"),
    path("deals/<str:public_id>", registrations.Deal.as_view(), name="api-deal"),
    path("deals/<str:public_id>/submit", registrations.Submit.as_view(), name="api-deal-submit"),
    path("deals/<str:public_id>/answer", registrations.Answer.as_view(), name="api-deal-answer"),
    path("deals/<str:public_id>/withdraw", registrations.Withdraw.as_view(), name="api-deal-withdraw"),
    path("deals/<str:public_id>/win", registrations.Win.as_view(), name="api-deal-win"),
    path("deals/<str:public_id>/lose", registrations.Lose.as_view(), name="api-deal-lose"),
    path("deals/<str:public_id>/refund", earnings.Refunded.as_view(), name="api-deal-refund"),
    path("deals/<str:public_id>/approve", decisions.Approve.as_view(), name="api-deal-approve"),
    path("deals/<str:public_id>/reject", decisions.Reject.as_view(), name="api-deal-reject"),
    path("deals/<str:public_id>/ask", decisions.Ask.as_view(), name="api-deal-ask"),
    path("deals/<str:public_id>/extend", extensions.Extend.as_view(), name="api-deal-extend"),
    path("deals/<str:public_id>/extension", extensions.DecideExtension.as_view(), name="api-deal-extension"),
    path("deals/<str:public_id>/team", teaming.TeamRead.as_view(), name="api-deal-team"),
    path("deals/<str:public_id>/teaming", teaming.Teaming.as_view(), name="api-deal-teaming"),
    path(
        "deals/<str:public_id>/teaming/take-back", teaming.TakeBackTeaming.as_view(), name="api-deal-teaming-take-back"
    ),
    path("deals/<str:public_id>/appeal", appeals.Appeals.as_view(), name="api-deal-appeal"),
    path("deals/<str:public_id>/appeal/decide", appeals.DecideAppeal.as_view(), name="api-deal-appeal-decide"),
    path("deals/<str:public_id>/engagement/appeal", engagement.AppealEngagement.as_view(), name="api-deal-engagement"),
    path(
        "deals/<str:public_id>/engagement/decision",
        engagement.DecideEngagement.as_view(),
        name="api-deal-engagement-decision",
    ),
    path("deals/<str:public_id>/amendments", amendments.Amendments.as_view(), name="api-deal-amendments"),
    path("deals/<str:public_id>/amendment", amendments.ProposeAmendment.as_view(), name="api-deal-amendment"),
    path(
        "deals/<str:public_id>/amendment/answer", amendments.AnswerAmendment.as_view(), name="api-deal-amendment-answer"
    ),
    path(
        "deals/<str:public_id>/amendment/withdraw",
        amendments.WithdrawAmendment.as_view(),
        name="api-deal-amendment-withdraw",
    ),
    path("deals/<str:public_id>/reverse", reversals.Reverse.as_view(), name="api-deal-reverse"),
    path("deals/<str:public_id>/first-refusal", releases.Refusal.as_view(), name="api-deal-first-refusal"),
    path("deals/<str:public_id>/take-up", releases.TakeUp.as_view(), name="api-deal-take-up"),
    path("deals/<str:public_id>/decline", releases.Decline.as_view(), name="api-deal-decline"),
    path("deals/<str:public_id>/findings", decisions.Findings.as_view(), name="api-deal-findings"),
    path("deals/<str:public_id>/findings/compare", conflicts.Compare.as_view(), name="api-deal-compare"),
    path("deals/<str:public_id>/findings/judge", conflicts.Judge.as_view(), name="api-deal-judge"),
    path("deals/<str:public_id>/timeline", registrations.Timeline.as_view(), name="api-deal-timeline"),
    path("deals/<str:public_id>/receipt", receipts.Receipt.as_view(), name="api-deal-receipt"),
    path("deals/<str:public_id>/receipt/inclusion", receipts.Inclusion.as_view(), name="api-deal-receipt-inclusion"),
    path("marketplace/offers", marketplace.MarketplaceOffers.as_view(), name="api-marketplace"),
    path("marketplace/offers/put", marketplace.PutMarketplaceOffer.as_view(), name="api-marketplace-put"),
    path("marketplace/imports", marketplace.MarketplaceImport.as_view(), name="api-marketplace-import"),
    path("marketplace/offers/<str:public_id>", marketplace.OneMarketplaceOffer.as_view(), name="api-marketplace-offer"),
    path("marketplace/offers/<str:public_id>/send", marketplace.SendOffer.as_view(), name="api-marketplace-send"),
    path("marketplace/offers/<str:public_id>/accept", marketplace.AcceptOffer.as_view(), name="api-marketplace-accept"),
    path(
        "marketplace/offers/<str:public_id>/withdraw",
        marketplace.WithdrawOffer.as_view(),
        name="api-marketplace-withdraw",
    ),
    path("leads", leads.Leads.as_view(), name="api-leads"),
    path("leads/imports", leads.LeadImport.as_view(), name="api-leads-import"),
    path("leads/offers", leads.Offers.as_view(), name="api-lead-offers"),
    path("leads/offers/<str:public_id>", leads.OneOffer.as_view(), name="api-lead-offer"),
    path("leads/offers/<str:public_id>/accept", leads.Accept.as_view(), name="api-lead-offer-accept"),
    path("leads/offers/<str:public_id>/decline", leads.Decline.as_view(), name="api-lead-offer-decline"),
    path("leads/offers/<str:public_id>/report", leads.Report.as_view(), name="api-lead-offer-report"),
    path("leads/offers/<str:public_id>/register", leads.Register.as_view(), name="api-lead-offer-register"),
    path("leads/offers/<str:public_id>/lose", leads.Lose.as_view(), name="api-lead-offer-lose"),
    path("leads/<str:public_id>", leads.OneLead.as_view(), name="api-lead"),
    path("leads/<str:public_id>/ranking", leads.Ranking.as_view(), name="api-lead-ranking"),
    path("leads/<str:public_id>/again", leads.OfferAgain.as_view(), name="api-lead-again"),
    path("leads/<str:public_id>/withdraw", leads.WithdrawLead.as_view(), name="api-lead-withdraw"),
    path("records", records.Records.as_view(), name="api-records"),
    path("records/appointments", records.Appointments.as_view(), name="api-record-appointments"),
    path("records/<str:public_id>", records.OneRecord.as_view(), name="api-record"),
    path("records/<str:public_id>/decide", records.DecideRecord.as_view(), name="api-record-decide"),
    path("records/<str:public_id>/proof", records.GiveProof.as_view(), name="api-record-proof"),
    path("records/<str:public_id>/proof/decide", records.DecideProof.as_view(), name="api-record-proof-decide"),
    path("records/<str:public_id>/end", records.EndRecord.as_view(), name="api-record-end"),
    path("deals/<str:public_id>/messages", registrations.Messages.as_view(), name="api-deal-messages"),
]
