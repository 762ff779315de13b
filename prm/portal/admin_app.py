from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "prm.portal.admin_site.SuperuserAdminSite"
