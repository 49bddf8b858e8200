"""What the process has ready that gives birth to servers: the app, its tables, and its pages."""

from sqlalchemy.orm import configure_mappers

import tests.support.server  # noqa: F401 (to have it)
from app.web.rendering import ENVIRONMENT

configure_mappers()
for name in ENVIRONMENT.list_templates():
    ENVIRONMENT.get_template(name)
