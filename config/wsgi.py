import os

from django.core.wsgi import get_wsgi_application

from prm.api.charset import CharsetAside
from prm.api.logs import PathTold

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = PathTold(CharsetAside(get_wsgi_application()))
