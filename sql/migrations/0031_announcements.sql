-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which changes the desks hear of.

create trigger announce_request after insert or update on ivr.ivr_requests
  for each row execute function ivr.announce_request();
create trigger announce_message after insert on ivr.ivr_communication_messages
  for each row execute function ivr.announce_message();
create trigger announce_membership after insert or update or delete on ivr.memberships
  for each row execute function ivr.announce_membership();
-- Who is locked out, or loses a clinic, stops hearing at once, not when the token runs out.
create trigger announce_person after update of is_active on ivr.users
  for each row when (old.is_active is distinct from new.is_active) execute function ivr.announce_person();
create trigger announce_service_link after insert or update or delete on ivr.service_links
  for each row execute function ivr.announce_service_link();
create trigger announce_emergency after insert or update of ends_at on ivr.emergency_accesses
  for each row execute function ivr.announce_emergency();
