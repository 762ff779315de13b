"""Who plays in the demo programme. Everybody logs in with the password of prm.accounts.demo."""

from dataclasses import dataclass

from partners.states import BusinessModel, Size

VENDOR = "vendor"
VENDOR_NAME = "Northwind"
VENDOR_ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Person:
    """`local` is the part of the address before the @."""

    local: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Company:
    """A partner; its people's addresses end with `slug`.example, `pam` is a person of the vendor."""

    slug: str
    name: str
    model: BusinessModel
    size: Size
    country: str
    time_zone: str
    pam: str
    joined_days_ago: int
    people: tuple[Person, ...]


STAFF = (
    Person("admin", "Anna Weber", ("programme_admin",)),
    Person("pam", "Paula Albrecht", ("pam",)),
    Person("pam2", "Marc Jansen", ("pam",)),
    Person("seller", "Sven Keller", ("direct_seller",)),
    Person("expert", "Ines Fuchs", ("expert",)),
    Person("finance", "Theo Lang", ("finance",)),
    Person("exec", "Nora Voss", ("executive",)),
)


def _admin(name: str, *more: str) -> Person:
    return Person("admin", name, ("partner_admin", *more))


def _rep(name: str) -> Person:
    return Person("rep", name, ("sales_rep",))


COMPANIES = (
    Company(
        "helix",
        "Helix Systems",
        BusinessModel.MSP,
        Size.MEDIUM,
        "DE",
        "Europe/Berlin",
        "pam",
        820,
        (
            _admin("Hanna Lindner", "sales_rep"),
            _rep("Rafael Ortiz"),
            Person("marketing", "Mia Sanders", ("marketing",)),
            Person("engineer", "Emil Novak", ("presales_engineer",)),
        ),
    ),
    Company(
        "orbit",
        "Orbit Solutions",
        BusinessModel.VAR,
        Size.SMALL,
        "AT",
        "Europe/Vienna",
        "pam",
        640,
        (_admin("Oskar Brandl", "sales_rep"), _rep("Ruth Eder")),
    ),
    Company(
        "alder",
        "Alder Networks",
        BusinessModel.VAR,
        Size.LARGE,
        "US",
        "America/New_York",
        "pam2",
        1150,
        (_admin("Alice Monroe"), _rep("Ray Castillo")),
    ),
    Company(
        "banyan",
        "Banyan Managed Services",
        BusinessModel.MSP,
        Size.MEDIUM,
        "IN",
        "Asia/Kolkata",
        "pam2",
        700,
        (_admin("Asha Menon"), _rep("Rohan Iyer")),
    ),
    Company(
        "cobalt",
        "Cobalt Security",
        BusinessModel.MSSP,
        Size.SMALL,
        "GB",
        "Europe/London",
        "pam",
        560,
        (_admin("Claire Hughes"), _rep("Rhys Morgan")),
    ),
    Company(
        "deltawerk",
        "Deltawerk Consulting",
        BusinessModel.SYSTEM_INTEGRATOR,
        Size.LARGE,
        "NL",
        "Europe/Amsterdam",
        "pam2",
        980,
        (_admin("Daan Vermeer"), _rep("Roos Bakker")),
    ),
    Company(
        "ember",
        "Ember Apps",
        BusinessModel.ISV,
        Size.MICRO,
        "SE",
        "Europe/Stockholm",
        "pam2",
        430,
        (_admin("Elin Sjöberg"), _rep("Rasmus Ek")),
    ),
    Company(
        "fjord",
        "Fjord Services",
        BusinessModel.SERVICE,
        Size.SMALL,
        "NO",
        "Europe/Oslo",
        "pam",
        510,
        (_admin("Frida Solberg"), _rep("Ragnar Vik")),
    ),
    Company(
        "gala",
        "Galería Digital",
        BusinessModel.REFERRAL,
        Size.MICRO,
        "ES",
        "Europe/Madrid",
        "pam2",
        390,
        (_admin("Gloria Navarro"), _rep("Raúl Prieto")),
    ),
    Company(
        "harbour",
        "Harbour Alliance",
        BusinessModel.INFLUENCE,
        Size.SMALL,
        "AU",
        "Australia/Sydney",
        "pam2",
        470,
        (_admin("Harper Nolan"), _rep("Ruby Chen")),
    ),
    Company(
        "ipanema",
        "Ipanema Afiliados",
        BusinessModel.AFFILIATE,
        Size.MICRO,
        "BR",
        "America/Sao_Paulo",
        "pam2",
        380,
        (_admin("Isabela Rocha"), _rep("Rui Teixeira")),
    ),
    Company(
        "jacaranda",
        "Jacaranda Market",
        BusinessModel.MARKETPLACE,
        Size.MEDIUM,
        "ZA",
        "Africa/Johannesburg",
        "pam2",
        600,
        (_admin("Johan Botha"), _rep("Refilwe Dlamini")),
    ),
)


def address(local: str, slug: str) -> str:
    return f"{local}@{slug}.example"
