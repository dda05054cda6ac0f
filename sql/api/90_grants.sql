-- SPDX-License-Identifier: GPL-3.0-or-later
-- The only rights that people and the gateway have.
do $$
begin
  execute format('grant connect on database %I to ivr_user, ivr_gateway, ivr_lookup', current_database());
end
$$;
revoke all on all functions in schema api, rules, feed, prov, lookup from public;
grant execute on all functions in schema api to ivr_user;
grant execute on all functions in schema feed to ivr_gateway;
grant execute on all functions in schema lookup to ivr_lookup;
