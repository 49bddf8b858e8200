"""All pages: an address, what makes the page, and who may have it."""

from functools import partial

from app.acts.afterwards import Lane
from app.acts.policy import Permission
from app.claims.acts import claim_conference, close_claim, create_shipment, get_claim, hand_out, list_claims
from app.claims.calendar_acts import get_conference, list_conferences
from app.coverage.acts import get_coverage
from app.feeds.acts import read_calendar, read_conference_calendar
from app.joining.acts import apply_to_bring_ribbons, confirm_application, propose_conference
from app.letters import acts as letters
from app.maintenance.acts import delete_my_address, erase_me, erase_membership, export_my_data, list_promises
from app.meetups.acts import get_membership, record_meetup, report_abuse
from app.meetups.link_acts import make_meetup_link, read_meetup_link
from app.meetups.wish_acts import ask_to_be_named, show_card
from app.members.acts import begin_membership, check_member_link, read_handles
from app.members.proof_acts import begin_handle_proof, prove_handle, read_handle_proof
from app.paperwork.acts import (
    ThanksOptions,
    print_address_labels,
    print_coverage_report,
    print_kit,
    print_order_sheet,
    print_packing_slip,
    print_thanks,
    read_code,
)
from app.paperwork.explaining import LETTERS
from app.people import acts as people
from app.people import calendar_acts
from app.people.secrets import CALENDAR_PATH
from app.people.session_acts import end_my_session
from app.purchasing.acts import create_purchase_order, get_purchase_order, list_purchase_orders
from app.shipments.acts import (
    count_by_slip,
    get_shipment,
    get_shipment_address,
    receive_shipment,
    set_shipment_address,
    track_shipment,
)
from app.stock.acts import count_stock, create_location, get_location
from app.todo.acts import get_todo
from app.upkeep.acts import import_conferences
from app.web import (
    boxes,
    card,
    claims,
    counting,
    crawlers,
    desk,
    feeds,
    files,
    joining,
    labels,
    leading,
    leftovers,
    linked,
    mail,
    me,
    meeting,
    membership,
    mine,
    orders,
    phone,
    pictures,
    proving,
    public,
    reach,
    signing_in,
    slips,
    stock,
    telling,
    wishing,
)
from app.web.routing import PageRoutes
from app.web.static_files import serve_static

pages = PageRoutes()
"""What people see in a browser."""

serve_static(pages)

pages.show("/", public.home, Permission.READ_PUBLIC)
pages.show("/conferences", public.conferences, list_conferences)
pages.show("/conferences.ics", feeds.conferences, read_conference_calendar)
pages.show(CALENDAR_PATH, feeds.calendar, read_calendar)
pages.show("/conferences/propose", telling.proposal, propose_conference)
pages.take("/conferences/propose", telling.propose, propose_conference, back=telling.proposal)
pages.show("/conferences/proposed", telling.proposed, propose_conference)
pages.show("/coverage", reach.coverage, get_coverage)
pages.paper("/coverage/report.pdf", print_coverage_report, lambda visit: {"wanted": reach.wanted_by(visit)})
pages.show("/coverage/badge.svg", pictures.badge, get_coverage)
pages.show("/coverage/map.svg", pictures.reach_map, get_coverage)
pages.show("/card.png", card.card, get_coverage)
pages.show("/sw.js", phone.worker, Permission.READ_PUBLIC)
pages.show("/manifest.webmanifest", phone.manifest, Permission.READ_PUBLIC)
pages.show("/icon.png", phone.icon, Permission.READ_PUBLIC)
pages.show("/robots.txt", crawlers.robots, Permission.READ_PUBLIC)
pages.show("/sitemap.xml", crawlers.sitemap, list_conferences)
pages.show("/conferences/{conference_id}", claims.conference_to_claim, get_conference)
pages.take("/conferences/{conference_id}", claims.ask_for, claim_conference, back=claims.conference_to_claim)
pages.show("/join", joining.form, apply_to_bring_ribbons)
pages.take("/join", joining.apply, apply_to_bring_ribbons, back=joining.form)
pages.show("/join/thanks", joining.thanks, apply_to_bring_ribbons)
pages.show("/join/confirm", joining.asked, confirm_application)
pages.take("/join/confirm", joining.confirm, confirm_application, back=joining.asked)
pages.show("/join/confirmed", joining.confirmed, confirm_application)
pages.show("/report", telling.reporting, report_abuse)
pages.take("/report", telling.report, report_abuse, back=telling.reporting)
pages.show("/report/thanks", telling.reported, report_abuse)
pages.show("/about", public.about, Permission.READ_PUBLIC)
pages.show("/privacy", public.privacy, list_promises)

pages.show("/problems/{code}", leading.problem, Permission.READ_PUBLIC)
for _letter in LETTERS:
    # The codes on paper are in capitals, which make for smaller ones.
    for _path in (f"/{_letter}/{{code}}", f"/{_letter.lower()}/{{code}}"):
        pages.show(_path, leading.paper, read_code)
        if _letter == "M":
            pages.take(_path, wishing.ask, ask_to_be_named, back=leading.paper)
        elif _letter == "S":
            pages.take(_path, slips.count, count_by_slip, back=leading.paper)
pages.show("/wished", wishing.asked, ask_to_be_named)

pages.show("/sign-in", signing_in.ask, Permission.SIGN_IN)
pages.take("/sign-in", signing_in.send_code, Permission.SIGN_IN, back=signing_in.ask)
pages.show("/sign-in/code", signing_in.ask_code, Permission.SIGN_IN)
pages.take("/sign-in/code", signing_in.take_code, Permission.SIGN_IN, back=signing_in.ask_code)
pages.show("/sign-in/go", signing_in.confirm, Permission.SIGN_IN)
pages.take("/sign-in/go", signing_in.go, Permission.SIGN_IN, back=signing_in.confirm)
pages.take("/sign-in/demo", signing_in.try_demo, Permission.SIGN_IN, back=signing_in.ask)
pages.take("/sign-out", signing_in.leave, Permission.SIGN_IN, back=signing_in.ask)

pages.show("/home", mine.my_conferences, list_claims)
pages.show("/claims/{claim_id}", claims.claim, get_claim)
pages.take("/claims/{claim_id}", claims.settle_claim, get_claim, back=claims.claim)
pages.show("/claims/{claim_id}/ship", claims.box_to_prepare, Permission.MOVE_STOCK)
pages.take("/claims/{claim_id}/ship", claims.prepare_box, Permission.MOVE_STOCK, back=claims.box_to_prepare)
pages.show("/claims/{claim_id}/hand-out", counting.counter, get_claim)
pages.take("/claims/{claim_id}/hand-out", counting.count_hand_out, hand_out, back=counting.counter)
pages.show("/claims/{claim_id}/met", meeting.who_met, record_meetup)
pages.take("/claims/{claim_id}/met", meeting.record_who_met, record_meetup, back=meeting.who_met)
pages.take("/claims/{claim_id}/met/card", linked.card, show_card, back=meeting.who_met)
pages.take("/handles", meeting.read_lines, read_handles, back=mine.my_conferences, lane=Lane.ANSWERS)
pages.take("/claims/{claim_id}/met/link", linked.hand_over, make_meetup_link, back=meeting.who_met)
pages.show("/claims/{claim_id}/box", boxes.claims_box, get_claim)
pages.take("/claims/{claim_id}/box", boxes.count_claims_box, receive_shipment, back=boxes.claims_box)
pages.show("/claims/{claim_id}/close", counting.final_count, get_claim)
pages.take("/claims/{claim_id}/close", counting.close, close_claim, back=counting.final_count)
pages.show("/claims/{claim_id}/leftovers", leftovers.leftovers, get_claim)
pages.take("/claims/{claim_id}/leftovers", leftovers.send, create_shipment, back=leftovers.leftovers)
pages.paper("/claims/{claim_id}/kit.pdf", print_kit, lambda visit: {"claim_id": visit.number("claim_id")})
pages.paper(
    "/claims/{claim_id}/thanks.pdf",
    print_thanks,
    lambda visit: {"claim_id": visit.number("claim_id")},
    options=ThanksOptions,
)

pages.show("/shipments/{shipment_id}", boxes.box, get_shipment)
pages.take("/shipments/{shipment_id}", boxes.handle_box, get_shipment, back=boxes.box)
pages.take("/shipments/{shipment_id}/track", boxes.track, track_shipment, back=boxes.box)
pages.show("/shipments/{shipment_id}/address", boxes.own_address, set_shipment_address)
pages.take("/shipments/{shipment_id}/address", boxes.save_own_address, set_shipment_address, back=boxes.own_address)
pages.show("/shipments/{shipment_id}/label", labels.label, get_shipment_address)
pages.papers("/shipments/{shipment_id}/label.pdf", print_address_labels, labels.of_this_box)
pages.paper(
    "/shipments/{shipment_id}/packing-slip.pdf",
    print_packing_slip,
    lambda visit: {"shipment_id": visit.number("shipment_id")},
)

pages.show("/stock/{location_id}", stock.stock, count_stock)
pages.take("/stock/{location_id}", stock.count, count_stock, back=stock.stock)
pages.show("/depots", stock.depots, get_location)
pages.show("/depots/new", stock.new_depot, create_location)
pages.take("/depots/new", stock.add_depot, create_location, back=stock.new_depot)

pages.show("/orders", orders.orders, list_purchase_orders)
pages.show("/orders/new", orders.new_order, create_purchase_order)
pages.take("/orders/new", orders.add_order, create_purchase_order, back=orders.new_order)
pages.show("/orders/{purchase_order_id}", orders.order, get_purchase_order)
pages.take("/orders/{purchase_order_id}", orders.handle_order, get_purchase_order, back=orders.order)
pages.paper(
    "/orders/{purchase_order_id}/order-sheet.pdf",
    print_order_sheet,
    lambda visit: {"purchase_order_id": visit.number("purchase_order_id")},
)

pages.show("/todo", desk.desk, get_todo)
pages.take("/todo", desk.settle, get_todo, back=desk.desk)

pages.show("/files", files.files, import_conferences)
pages.take("/files", files.take_file, import_conferences, back=files.files)
for _name, _list in files.LISTS.items():
    pages.export(f"/files/{_name}", _list[1], partial(files.whole_list, _name))

pages.show("/me", me.me, people.get_me)
pages.show("/me/edit", me.edit, people.update_me)
pages.take("/me/edit", me.save, people.update_me, back=me.edit)
pages.show("/me/email", me.other_email, people.change_my_email)
pages.take("/me/email", me.change_email, people.change_my_email, back=me.other_email)
pages.show("/me/email/sent", me.letter_sent, people.change_my_email)
pages.show("/email/confirm", me.email_to_confirm, people.confirm_email)
pages.take("/email/confirm", me.confirm_other_email, people.confirm_email, back=me.email_to_confirm)
pages.show("/email/confirmed", me.email_confirmed, people.confirm_email)
pages.show("/me/letters", mail.choices, letters.list_my_letters)
pages.take("/me/letters", mail.choose, letters.choose_my_letters, back=mail.choices)
pages.show("/letters/stop", mail.asked_to_stop, letters.stop_letters)
pages.take("/letters/stop", mail.stop, letters.stop_letters, back=mail.asked_to_stop, from_anywhere=True)
pages.show("/letters/stopped", mail.stopped, letters.stop_letters)
pages.show("/me/address", me.edit_address, people.put_my_address)
pages.take("/me/address", me.save_address, people.put_my_address, back=me.edit_address)
pages.take("/me/address/remove", me.remove_address, delete_my_address, back=me.me)
pages.show("/me/tokens", me.tokens, people.list_my_tokens)
pages.take("/me/tokens", me.make_token, people.create_my_token, back=me.tokens)
pages.take("/me/tokens/{token_id}/end", me.end_token, people.revoke_my_token, back=me.tokens)
pages.take("/me/calendar-links", me.make_calendar_link, calendar_acts.create_my_calendar_link, back=me.me)
pages.take(
    "/me/calendar-links/{calendar_link_id}/end",
    me.end_calendar_link,
    calendar_acts.revoke_my_calendar_link,
    back=me.me,
)
pages.take("/me/sessions/{session_id}/end", me.end_session, end_my_session, back=me.me)
pages.take("/me/sessions/end-others", me.end_others, people.revoke_my_other_tokens, back=me.me)
pages.show("/me/data.json", me.data, export_my_data)
pages.show("/me/erase", me.going, erase_me)
pages.take("/me/erase", me.go, erase_me, back=me.going)
pages.show("/erased", me.gone, Permission.READ_PUBLIC)

pages.show("/met", linked.opening, read_meetup_link)
pages.take("/met", linked.say, read_meetup_link, back=linked.opening)
pages.show("/met/said", linked.said, read_meetup_link)

pages.show("/membership/open", membership.confirm_opening, check_member_link)
pages.take("/membership/open", membership.open_membership, begin_membership, back=membership.confirm_opening)
pages.show("/membership/prove", proving.ask, read_handle_proof)
pages.take("/membership/prove", proving.begin, begin_handle_proof, back=proving.ask)
pages.take("/membership/prove/check", proving.check, prove_handle, back=proving.ask)
pages.show("/membership", membership.membership, get_membership)
pages.take("/membership", membership.say, Permission.USE_OWN_MEMBERSHIP, back=membership.membership)
pages.show("/membership/report", membership.ask_report, report_abuse)
pages.take("/membership/report", membership.report, report_abuse, back=membership.ask_report)
pages.show("/membership/erase", membership.ask_erasure, erase_membership)
pages.take("/membership/erase", membership.erase, erase_membership, back=membership.ask_erasure)
pages.show("/membership/erased", membership.erased, Permission.READ_PUBLIC)
