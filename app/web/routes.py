"""All pages: an address, what makes the page, and who may have it."""

from app.acts.policy import Permission
from app.claims.calendar_acts import get_conference, list_conferences
from app.coverage.acts import get_coverage
from app.maintenance.acts import list_promises
from app.paperwork.acts import read_code
from app.paperwork.explaining import LETTERS
from app.people.acts import get_me
from app.web import card, crawlers, leading, me, pictures, public, reach, signing_in
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

pages.show("/sign-in", signing_in.ask, Permission.SIGN_IN)
pages.take("/sign-in", signing_in.send_code, Permission.SIGN_IN, back=signing_in.ask)
pages.show("/sign-in/code", signing_in.ask_code, Permission.SIGN_IN)
pages.take("/sign-in/code", signing_in.take_code, Permission.SIGN_IN, back=signing_in.ask_code)
pages.show("/sign-in/go", signing_in.confirm, Permission.SIGN_IN)
pages.take("/sign-in/go", signing_in.go, Permission.SIGN_IN, back=signing_in.confirm)
pages.take("/sign-in/demo", signing_in.try_demo, Permission.SIGN_IN, back=signing_in.ask)
pages.take("/sign-out", signing_in.leave, Permission.SIGN_IN, back=signing_in.ask)

pages.show("/me", me.me, get_me)
