from django.utils.translation import gettext_lazy as _

from prm.portal.sockets import NAVIGATION, NavItem

NAVIGATION.register("announcements", NavItem(_("Announcements"), "announcements", order=85, section=_("Programme")))
