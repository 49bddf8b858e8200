"""Every address of the JSON API, with the act that it exposes."""

from app.api.paper_routing import PaperRoutes
from app.claims import acts as claims
from app.claims import calendar_acts as conferences
from app.coverage import acts as coverage
from app.joining import acts as joining
from app.letters import acts as letters
from app.maintenance import acts as maintenance
from app.meetups import acts as meetups
from app.meetups import link_acts as links
from app.meetups import member_acts as known
from app.meetups import wish_acts as wishes
from app.members import acts as members
from app.members import proof_acts as proofs
from app.paperwork import acts as paperwork
from app.people import acts as people
from app.people import calendar_acts as calendars
from app.people import session_acts as sessions
from app.purchasing import acts as purchasing
from app.shipments import acts as shipments
from app.stock import acts as stock
from app.todo import acts as todo
from app.upkeep import acts as upkeep

api = PaperRoutes(prefix="/api/v1")

with api.tagged("conferences"):
    api.get("/conferences", conferences.list_conferences)
    api.export("/conferences", conferences.export_conferences)
    api.get("/conferences/{conference_id}", conferences.get_conference)
    api.post("/conferences", conferences.create_conference, status=201)
    api.post("/conferences/propose", joining.propose_conference, status=202)
    api.patch("/conferences/{conference_id}", conferences.update_conference)
    api.post("/conferences/{conference_id}/accept", conferences.accept_conference)
    api.post("/conferences/{conference_id}/cancel", conferences.cancel_conference)
    api.post("/conferences/{conference_id}/restore", conferences.restore_conference)
    api.post("/conferences/{conference_id}/go-virtual", conferences.go_virtual)
    api.post("/conferences/{conference_id}/merge", upkeep.merge_conference)
    api.delete("/conferences/{conference_id}", upkeep.delete_conference)
    api.get("/imports", upkeep.list_imports)
    api.post("/imports/conferences", upkeep.import_conferences)
    api.post("/imports/history", upkeep.import_history)
    api.post("/imports/{import_id}/undo", upkeep.undo_import)
    api.get("/specialties", conferences.list_specialties)
    api.post("/specialties/merge", conferences.merge_specialties, status=204)

with api.tagged("claims"):
    api.post("/conferences/{conference_id}/claims", claims.claim_conference, status=201)
    api.get("/claims", claims.list_claims)
    api.export("/claims", claims.export_claims)
    api.get("/claims/{claim_id}", claims.get_claim)
    api.patch("/claims/{claim_id}", claims.update_claim)
    api.get("/claims/{claim_id}/account", claims.get_claim_account)
    api.post("/claims/{claim_id}/withdraw", claims.withdraw_claim)
    api.post("/claims/{claim_id}/deputize", claims.deputize_claim)
    api.post("/claims/{claim_id}/decline", claims.decline_claim)
    api.post("/claims/{claim_id}/revoke", claims.revoke_claim)
    api.post("/claims/{claim_id}/hand-outs", claims.hand_out, status=201)
    api.post("/claims/{claim_id}/hand-outs/{move_id}/undo", claims.undo_hand_out, status=201)
    api.post("/claims/{claim_id}/close", claims.close_claim)
    api.post("/claims/{claim_id}/reopen", claims.reopen_claim)
    api.paper("/claims/{claim_id}/kit.pdf", paperwork.print_kit)
    api.paper("/claims/{claim_id}/thanks.pdf", paperwork.print_thanks)

with api.tagged("papers"):  # before the shipments, whose numbers would take these addresses
    api.papers("/shipments/packing-slips.pdf", paperwork.print_packing_slips)
    api.paper("/shipments/pick-list.pdf", paperwork.print_pick_list, more={404})
    api.papers("/labels.pdf", paperwork.print_address_labels)
    api.file("/labels/{label_stock}/calibration.pdf", paperwork.print_calibration_page)
    api.get("/print-jobs", paperwork.list_print_jobs)
    api.post("/print-jobs", paperwork.create_print_job, status=202)
    api.get("/print-jobs/{print_job_id}", paperwork.get_print_job)
    api.file("/print-jobs/{print_job_id}/file", paperwork.get_print_job_file, more={409})
    api.get("/links", paperwork.list_links)
    api.post("/links/{link_id}/revoke", paperwork.revoke_short_link)

with api.tagged("shipments"):
    api.get("/shipments", shipments.list_shipments)
    api.export("/shipments", shipments.export_shipments)
    api.post("/shipments", claims.create_shipment, status=201)
    api.get("/shipments/{shipment_id}", shipments.get_shipment)
    api.patch("/shipments/{shipment_id}", shipments.update_shipment)
    api.get("/shipments/{shipment_id}/address", shipments.get_shipment_address)
    api.put("/shipments/{shipment_id}/address", shipments.set_shipment_address)
    api.post("/shipments/{shipment_id}/address-on-file", shipments.use_address_on_file)
    api.post("/shipments/{shipment_id}/return", shipments.return_shipment)
    api.post("/shipments/{shipment_id}/pack", shipments.pack_shipment)
    api.post("/shipments/{shipment_id}/send", shipments.send_shipment)
    api.post("/shipments/{shipment_id}/deliver", shipments.deliver_shipment)
    api.post("/shipments/{shipment_id}/track", shipments.track_shipment)
    api.post("/shipments/{shipment_id}/receive", shipments.receive_shipment)
    api.get("/slips/{code}", shipments.get_slip)
    api.post("/slips/{code}/count", shipments.count_by_slip)
    api.post("/shipments/{shipment_id}/found", shipments.find_missing_ribbons)
    api.post("/shipments/{shipment_id}/lose", shipments.lose_shipment)
    api.post("/shipments/{shipment_id}/cancel", shipments.cancel_shipment)
    api.paper("/shipments/{shipment_id}/packing-slip.pdf", paperwork.print_packing_slip)

with api.tagged("purchase orders"):
    api.get("/purchase-orders", purchasing.list_purchase_orders)
    api.export("/purchase-orders", purchasing.export_purchase_orders)
    api.post("/purchase-orders", purchasing.create_purchase_order, status=201)
    api.get("/purchase-orders/{purchase_order_id}", purchasing.get_purchase_order)
    api.post("/purchase-orders/{purchase_order_id}/place", purchasing.place_purchase_order)
    api.post("/purchase-orders/{purchase_order_id}/receive", purchasing.receive_purchase_order)
    api.patch("/purchase-orders/{purchase_order_id}", purchasing.update_purchase_order)
    api.post("/purchase-orders/{purchase_order_id}/undo-receipt", purchasing.undo_receipt)
    api.post("/purchase-orders/{purchase_order_id}/close-short", purchasing.close_order_short)
    api.post("/purchase-orders/{purchase_order_id}/cancel", purchasing.cancel_purchase_order)
    api.paper("/purchase-orders/{purchase_order_id}/order-sheet.pdf", paperwork.print_order_sheet)

with api.tagged("stock"):
    api.get("/designs", stock.list_designs)
    api.post("/designs", stock.create_design, status=201)
    api.get("/designs/{design_id}", stock.get_design)
    api.patch("/designs/{design_id}", purchasing.update_design)
    api.get("/locations", stock.list_locations)
    api.post("/locations", stock.create_location, status=201)
    api.get("/locations/{location_id}", stock.get_location)
    api.patch("/locations/{location_id}", claims.update_location)
    api.get("/stock/levels", stock.list_levels)
    api.export("/stock/levels", stock.export_levels)
    api.get("/stock/moves", stock.list_moves)
    api.export("/stock/moves", stock.export_moves)
    api.post("/stock/moves", stock.move_stock, status=201)
    api.post("/stock/moves/{move_id}/reverse", claims.reverse_move, status=201)
    api.post("/stock/moves/{move_id}/correct", claims.correct_move, status=201)
    api.post("/stock/counts", stock.count_stock, status=201)
    api.paper("/designs/{design_id}/proof-sheet.pdf", paperwork.print_proof_sheet)
    api.file("/designs/{design_id}/art.{suffix}", paperwork.export_design_art)
    api.paper("/locations/{location_id}/count-sheet.pdf", paperwork.print_count_sheet)

with api.tagged("members"):
    api.get("/meetups", meetups.list_meetups)
    api.export("/meetups", meetups.export_meetups)
    api.post("/meetups", meetups.record_meetup, status=201)
    api.get("/meetups/{meetup_id}", meetups.get_meetup)
    api.post("/meetups/{meetup_id}/link", links.make_meetup_link, status=201)
    api.patch("/meetups/{meetup_id}", meetups.update_meetup)
    api.delete("/meetups/{meetup_id}", meetups.delete_meetup, status=204)
    api.post("/wishes", wishes.ask_to_be_named, status=202, more={404})
    api.post("/claims/{claim_id}/card", wishes.show_card)
    api.get("/wishes", wishes.list_wishes)
    api.post("/wishes/{wish_id}/grant", wishes.grant_wish)
    api.post("/wishes/{wish_id}/refuse", wishes.refuse_wish, status=204)
    api.get("/members", members.list_members)
    api.get("/members/{member_id}", members.get_member)
    api.patch("/members/{member_id}", members.update_member)
    api.post("/members/{member_id}/link", members.issue_member_link, status=201)
    api.post("/members/{member_id}/merge", known.merge_members)
    api.post("/members/{member_id}/handles/remove", known.remove_handle)
    api.post("/members/{member_id}/handles/rename", known.rename_handle)
    api.post("/members/{member_id}/handles/move", known.move_handle)
    api.post("/asked-handles/{asked_handle_id}/confirm", members.confirm_handle)
    api.post("/asked-handles/{asked_handle_id}/refuse", members.refuse_handle, status=204)
    api.post("/membership/link", members.renew_own_link, status=201)
    api.post("/membership/proofs", proofs.begin_handle_proof, status=201)
    api.post("/membership/proofs/check", proofs.prove_handle, status=201)
    api.post("/members/readmit", members.readmit_handle, status=204)
    api.get("/membership", meetups.get_membership)
    api.post("/membership/meetups/{meetup_id}/confirm", meetups.confirm_meetup)
    api.post("/membership/meetups/{meetup_id}/confirm-unseen", meetups.confirm_unseen)
    api.post("/membership/meetups/{meetup_id}/decline", meetups.decline_meetup)
    api.post("/membership/meetups/decline", meetups.decline_meetups)
    api.put("/membership/naming", meetups.allow_naming)
    api.put("/membership/hiding", meetups.hide_membership)
    api.post("/membership/meetups/{meetup_id}/block-recorder", meetups.block_recorder, status=204)
    api.post("/membership/meetups/{meetup_id}/unblock-recorder", meetups.unblock_recorder, status=204)
    api.post("/membership/blocks", members.block_member, status=204)
    api.put("/membership/name", meetups.name_myself)
    api.post("/membership/handles", meetups.ask_for_handle, status=202)
    api.post("/membership/blocks/clear", members.unblock_all, status=204)
    api.post("/membership/blocks/remove", members.unblock_member, status=204)
    api.post("/reports", meetups.report_abuse, status=204)
    api.get("/reports", members.list_reports)
    api.post("/reports/{report_id}/close", members.close_report)
    api.delete("/membership", maintenance.erase_membership, status=200)

with api.tagged("people"):
    api.get("/me", people.get_me)
    api.patch("/me", people.update_me)
    api.post("/me/email", people.change_my_email, status=202)
    api.post("/email-confirmations", people.confirm_email, status=204, more={404})
    api.put("/me/address", people.put_my_address)
    api.delete("/me/address", maintenance.delete_my_address)
    api.get("/me/tokens", people.list_my_tokens)
    api.post("/me/tokens", people.create_my_token, status=201)
    api.delete("/me/tokens/{token_id}", people.revoke_my_token)
    api.delete("/me/tokens", people.revoke_my_other_tokens)
    api.get("/me/data", maintenance.export_my_data)
    api.post("/me/erase", maintenance.erase_me)
    api.get("/me/letters", letters.list_my_letters)
    api.put("/me/letters", letters.choose_my_letters)
    api.post("/letters/stop", letters.stop_letters, status=204, more={404})
    api.post("/letters/{letter_id}/send-again", letters.send_letter_again, status=204)
    api.get("/letter-preview", letters.preview_letter)
    api.get("/me/calendar-links", calendars.list_my_calendar_links)
    api.post("/me/calendar-links", calendars.create_my_calendar_link, status=201)
    api.delete("/me/calendar-links/{calendar_link_id}", calendars.revoke_my_calendar_link)
    api.get("/me/sessions", sessions.list_my_sessions)
    api.delete("/me/sessions/{session_id}", sessions.end_my_session)
    api.post("/sign-in-links", people.request_sign_in_link, status=202)
    api.post("/tokens", people.sign_in, status=201)
    api.get("/team", people.get_team)
    api.post("/applications", joining.apply_to_bring_ribbons, status=202)
    api.post("/applications/confirm", joining.confirm_application, status=204, more={404})
    api.post("/applications/{application_id}/accept", joining.accept_application)
    api.post("/applications/{application_id}/decline", joining.decline_application, status=204)
    api.get("/people", people.list_people)
    api.post("/people", people.create_person, status=201)
    api.get("/people/{person_id}", people.get_person)
    api.patch("/people/{person_id}", claims.update_person)
    api.post("/people/{person_id}/email", people.change_email, status=202)
    api.post("/people/{person_id}/erase", maintenance.erase_person)

with api.tagged("coverage"):
    api.get("/coverage", coverage.get_coverage)
    api.public_file("/coverage.{suffix}", coverage.export_coverage)
    api.paper("/coverage/report.pdf", paperwork.print_coverage_report)
    api.get("/todo", todo.get_todo)
    api.post("/late-entries/{late_entry_id}/book", todo.book_late_entry)
    api.post("/late-entries/{late_entry_id}/dismiss", todo.dismiss_late_entry)

with api.tagged("admin"):
    api.get("/admin/verify", maintenance.verify)
    api.get("/audit", maintenance.list_audit)
    api.file("/audit.csv", maintenance.export_audit)
