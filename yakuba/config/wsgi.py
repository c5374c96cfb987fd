"""The web process: staff pages and pages inside LINE."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yakuba.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
