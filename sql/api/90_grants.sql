-- SPDX-License-Identifier: GPL-3.0-or-later
-- The only rights that people and the gateway have.
do $$
begin
  execute format('grant connect on database %I to ivr_user, ivr_gateway', current_database());
end
$$;
revoke all on all functions in schema api, rules, feed, prov from public;
grant execute on all functions in schema api to ivr_user;
grant execute on all functions in schema feed to ivr_gateway;
