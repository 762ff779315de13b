"""Registrations of the demo that show something: conflicts to decide, clocks that run out, a place in line."""

from datetime import datetime, timedelta

from deals.demo.plots import (
    COLD_CHAIN,
    DOCK,
    FLEET,
    PAM,
    PLANNER,
    SAFETY,
    TELEMATICS,
    Customer,
    Plot,
    Remark,
    next_office_hours,
    submitted_for,
)
from deals.registrations.states import State
from prm.clocks.calendar import Calendar

HELIX, ORBIT = "helix", "orbit"
# What a PAM has to decide, in business days, as shipped (deals.rulebook).
DECISION_DAYS = 2

MUELLER = Customer("Müller Logistik GmbH", "DE", "Hamburg", "mueller-logistik.de")
NORDSTERN = Customer("Nordstern Spedition GmbH", "DE", "Bremen", "nordstern-spedition.de")
BERGMANN = Customer("Bergmann Tiefkühl KG", "DE", "Hannover", "bergmann-tiefkuehl.de")
FALKENBERG = Customer("Falkenberg Werkverkehr GmbH", "DE", "Halle (Saale)", "falkenberg-werkverkehr.de")
SEIDEL = Customer("Seidel Silotransporte GmbH", "DE", "Augsburg", "seidel-silotransporte.de")
BRANDT = Customer("Brandt Kühllogistik GmbH", "DE", "Kassel", "brandt-kuehllogistik.de")
THIN = Customer("Meier & Söhne", "AT", "Wien")
HAFENKONTOR = Customer("Hafenkontor Nord AG", "DE", "Emden", "hafenkontor-nord.de")
QUAST = Customer("Quast Baumaschinen GmbH", "DE", "Chemnitz", "quast-baumaschinen.de")
TANNE = Customer("Tannhäuser Reisen GmbH", "DE", "Eisenach", "tannhaeuser-reisen.de")
ELBTAL = Customer("Elbtal Paketdienst GmbH", "DE", "Meißen", "elbtal-paketdienst.de")
WEIDE = Customer("Weidenhof Catering GmbH", "DE", "Münster", "weidenhof-catering.de")
STURM = Customer("Sturm Schwertransporte AG", "CH", "Winterthur", "sturm-schwertransporte.ch")
LUX = Customer("Luxor Filmtechnik GmbH", "DE", "München", "luxor-filmtechnik.de")
RIEDEL = Customer("Riedel Getränkelogistik GmbH", "DE", "Kassel", "riedel-getraenkelogistik.de")
KLINGER = Customer("Klinger Kühlhäuser GmbH", "DE", "Rostock", "klinger-kuehlhaeuser.de")
SAALE = Customer("Saaletal Reifendienst GmbH", "DE", "Jena", "saaletal-reifendienst.de")
TEAMED = Customer("Isartaler Molkereilogistik GmbH", "DE", "Landshut", "isartaler-molkereilogistik.de")
ELSTER = Customer("Elsteraue Wohnmobile GmbH", "DE", "Leipzig", "elsteraue-wohnmobile.de")
OSTSEE = Customer("Ostsee Fährdienste GmbH", "DE", "Stralsund", "ostsee-faehrdienste.de")
VOGT = Customer("Vogt Maschinentransporte GmbH", "DE", "Siegen", "vogt-maschinentransporte.de")
# Named almost like customers above, and others.
WEIDE_TOO = Customer("Weidenhof Catering", "DE", "Münster", "weidenhof-kantinen.de")
STURM_TOO = Customer("Sturm Schwertransporte GmbH", "CH", "Basel", "sturm-transporte.ch")
LUX_TOO = Customer("Luxor Filmtechnik Verleih", "DE", "München")
HAFENKONTOR_TOO = Customer("Hafenkontor Nordsee AG", "DE", "Emden")

ABOUT_NORDSTERN = (
    Remark(
        3, "rep", "Nordstern's board meets on Thursday. Could we have your answer before? They want to sign this year."
    ),
    Remark(5, PAM, "I look at it today. Do they need the route planning from the start, or in a second step?"),
    Remark(6, "rep", "From the start: the dispatchers are the ones who asked for it."),
    Remark(
        *(7, PAM),
        "Orbit is protected here for Fleet Cloud. The planner is free, and I would approve that part alone.",
        internal=True,
    ),
)
ABOUT_TANNE = (
    Remark(80, "rep", "They want to begin with the depot in Eisenach and order the rest in spring. Is that one deal?"),
    Remark(97, PAM, "Yes, as long as the first order is signed before the protection ends. The terms cover both."),
    Remark(
        *(98, PAM),
        "Their purchasing compares us with a cheaper offer. Please come to me before anybody talks of a discount.",
        internal=True,
    ),
    Remark(
        170, "engineer", "The test installation runs in four coaches since Monday; the tachographs are read as planned."
    ),
    Remark(340, "rep", "The contract is with their lawyers. I expect the signature next week."),
)


def scenes(now: datetime, calendar: Calendar, *, named: Customer, served: Customer) -> list[Plot]:
    """`named` and `served` are customers we know: a named account, and one that buys from us already."""
    return [*_protected(now), *_waiting(now, calendar, named, served), *_ending(now), *_decided(now)]


def _plot(
    partner: str, customer: Customer, submitted: datetime, fate: State, *products: str, units: int, **more: object
) -> Plot:
    lines = tuple((product, units) for product in products)
    return Plot(partner, "rep", customer, lines, submitted - timedelta(hours=3), submitted, fate, **more)  # type: ignore[arg-type]


def _protected(now: datetime) -> list[Plot]:
    """Orbit holds customers that Helix asks for now, or will."""
    return [
        _plot(ORBIT, MUELLER, now - timedelta(days=24), State.APPROVED, FLEET, units=140, engagement="independent"),
        _plot(ORBIT, NORDSTERN, now - timedelta(days=40), State.APPROVED, FLEET, TELEMATICS, units=85),
        _plot(
            *(HELIX, NORDSTERN, now - timedelta(hours=20), State.SUBMITTED, FLEET, PLANNER),
            units=90,
            said=ABOUT_NORDSTERN,
        ),
    ]


def _waiting(now: datetime, calendar: Calendar, named: Customer, served: Customer) -> list[Plot]:
    """Undecided: one overdue, one for so long that it is protected provisionally, one due today (or on the next
    business day), an earlier and a later rival, and so on."""
    overdue = submitted_for(now - timedelta(hours=5), DECISION_DAYS, calendar)
    forgotten = submitted_for(now - timedelta(hours=4), DECISION_DAYS + 3, calendar)
    today = submitted_for(next_office_hours(now + timedelta(hours=2), calendar), DECISION_DAYS, calendar)
    return [
        _plot(ORBIT, SEIDEL, overdue, State.SUBMITTED, TELEMATICS, units=60, competitor="Trackwise"),
        _plot(HELIX, BRANDT, forgotten, State.SUBMITTED, COLD_CHAIN, units=26),
        _plot(HELIX, FALKENBERG, today, State.SUBMITTED, FLEET, SAFETY, units=120),
        _plot(ORBIT, BERGMANN, now - timedelta(hours=30), State.SUBMITTED, COLD_CHAIN, units=48),
        _plot(HELIX, BERGMANN, now - timedelta(hours=9), State.SUBMITTED, COLD_CHAIN, TELEMATICS, units=52),
        _plot(ORBIT, TEAMED, now - timedelta(hours=27), State.SUBMITTED, COLD_CHAIN, units=31),
        _plot(HELIX, TEAMED, now - timedelta(hours=21), State.SUBMITTED, COLD_CHAIN, units=33),
        _plot(ORBIT, ELSTER, now - timedelta(hours=19), State.SUBMITTED, FLEET, units=58),
        _plot(HELIX, ELSTER, now - timedelta(hours=8), State.SUBMITTED, FLEET, units=55),
        _plot(HELIX, named, now - timedelta(hours=7), State.SUBMITTED, FLEET, units=310, segment="enterprise"),
        _plot(ORBIT, served, now - timedelta(hours=5), State.SUBMITTED, DOCK, units=6, segment="public_sector"),
        _plot(ORBIT, THIN, now - timedelta(hours=2), State.SUBMITTED, PLANNER, units=12, segment="small_business"),
        _plot(HELIX, ELBTAL, now - timedelta(days=8), State.SUBMITTED, PLANNER, units=75, asked=True),
    ]


def _ending(now: datetime) -> list[Plot]:
    """Protections with 2, 5 and 12 days left or so."""
    return [
        _plot(HELIX, WEIDE, now - timedelta(days=89), State.APPROVED, COLD_CHAIN, units=34),
        _plot(HELIX, RIEDEL, now - timedelta(days=88), State.APPROVED, TELEMATICS, units=52, extension="asked"),
        _plot(ORBIT, STURM, now - timedelta(days=86), State.APPROVED, FLEET, units=70, engagement="assisted"),
        _plot(HELIX, LUX, now - timedelta(days=81), State.APPROVED, SAFETY, units=40),
        _plot(
            *(HELIX, TANNE, now - timedelta(days=17), State.APPROVED, FLEET),
            units=66,
            engagement="independent",
            confirmed="shared",
            claim="upheld",
            shared_with="engineer",
            said=ABOUT_TANNE,
        ),
    ]


def _decided(now: datetime) -> list[Plot]:
    """A later registrant that was told no, and one that was preferred to an earlier one, with a reason."""
    contested = now - timedelta(days=133)
    return [
        _plot(HELIX, HAFENKONTOR, now - timedelta(days=62), State.APPROVED, DOCK, units=9, amendment="waiting"),
        _plot(ORBIT, KLINGER, now - timedelta(days=101), State.APPROVED, PLANNER, units=44, extension="granted"),
        _plot(
            *(ORBIT, SAALE, now - timedelta(days=12), State.APPROVED, DOCK),
            units=7,
            outcome="non_exclusive",
            confirmed="assisted",
            claim="waiting",
            claimed_after=5,
        ),
        _plot("alder", WEIDE_TOO, now - timedelta(days=30), State.REJECTED, COLD_CHAIN, units=11),
        _plot("alder", STURM_TOO, now - timedelta(days=29), State.REJECTED, FLEET, units=25, reversed=True),
        _plot("cobalt", LUX_TOO, now - timedelta(days=28), State.REJECTED, SAFETY, units=14),
        _plot("cobalt", HAFENKONTOR_TOO, now - timedelta(days=27), State.REJECTED, DOCK, units=3),
        _plot(ORBIT, VOGT, now - timedelta(days=58), State.APPROVED, FLEET, units=38, amendment="agreed"),
        _plot(*(HELIX, VOGT, now - timedelta(days=44), State.REJECTED, FLEET), units=41, reason="already_protected"),
        _plot(
            *(ORBIT, HAFENKONTOR, now - timedelta(days=51), State.REJECTED, DOCK),
            units=9,
            reason="already_protected",
            appeal="compensated",
        ),
        _plot(HELIX, OSTSEE, now - timedelta(days=5), State.REJECTED, PLANNER, units=18, appeal="waiting"),
        _plot(
            *(ORBIT, QUAST, contested, State.REJECTED, TELEMATICS),
            units=58,
            decided_after=9,
            reason="already_protected",
        ),
        _plot(
            *(HELIX, QUAST, contested + timedelta(hours=26), State.WON, TELEMATICS),
            units=58,
            override="customer_choice",
            ended_after=41,
        ),
    ]
