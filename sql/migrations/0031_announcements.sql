-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which changes the desks hear of.

create trigger announce_request after insert or update on ivr.ivr_requests
  for each row execute function ivr.announce_request();
create trigger announce_message after insert on ivr.ivr_communication_messages
  for each row execute function ivr.announce_message();
create trigger announce_membership after insert or update or delete on ivr.memberships
  for each row execute function ivr.announce_membership();
