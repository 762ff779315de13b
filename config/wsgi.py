import os

from django.core.wsgi import get_wsgi_application

from prm.api.charset import CharsetAside

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = CharsetAside(get_wsgi_application())
