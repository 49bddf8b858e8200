"""All pages: an address, what makes the page, and who may have it."""

from app.acts.policy import Permission
from app.claims.calendar_acts import get_conference, list_conferences
from app.coverage.acts import get_coverage
from app.maintenance.acts import list_promises
from app.paperwork.acts import read_code
from app.paperwork.explaining import LETTERS
from app.web import card, crawlers, leading, pictures, public, reach
from app.web.routing import PageRoutes
from app.web.static_files import serve_static

pages = PageRoutes()
"""What people see in a browser."""

serve_static(pages)

pages.show("/", public.home, Permission.READ_PUBLIC)
pages.show("/conferences", public.conferences, list_conferences)
pages.show("/conferences/{conference_id}", public.conference, get_conference)
pages.show("/coverage", reach.coverage, get_coverage)
pages.show("/coverage/badge.svg", pictures.badge, get_coverage)
pages.show("/coverage/map.svg", pictures.reach_map, get_coverage)
pages.show("/card.png", card.card, get_coverage)
pages.show("/robots.txt", crawlers.robots, Permission.READ_PUBLIC)
pages.show("/sitemap.xml", crawlers.sitemap, list_conferences)
pages.show("/about", public.about, Permission.READ_PUBLIC)
pages.show("/privacy", public.privacy, list_promises)

pages.show("/problems/{code}", leading.problem, Permission.READ_PUBLIC)
for _letter in LETTERS:
    # The codes on paper are in capitals, which make for smaller ones.
    for _path in (f"/{_letter}/{{code}}", f"/{_letter.lower()}/{{code}}"):
        pages.show(_path, leading.paper, read_code)
