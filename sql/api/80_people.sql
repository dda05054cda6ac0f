-- SPDX-License-Identifier: GPL-3.0-or-later
-- People: made, locked, given roles. A password never comes here: the desktop computes the verifier that
-- PostgreSQL keeps, and what is no strong verifier is refused.
set local role ivr_prov;

create function prov.check_verifier(p_verifier text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  parts text[] := regexp_match(p_verifier, '^SCRAM-SHA-256\$([0-9]{1,7}):([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)$');
begin
  if parts is null or parts[1]::integer not between 4096 and 1000000 or length(decode(parts[2], 'base64')) < 16 then
    raise exception using errcode = 'IV422', message = 'The password has to come as a SCRAM-SHA-256 verifier of at least 4096 rounds.',
      detail = '{"field": "verifier"}';
  end if;
exception
  when invalid_parameter_value then
    raise exception using errcode = 'IV422', message = 'The password''s verifier is not readable.', detail = '{"field": "verifier"}';
end
$$;
comment on function prov.check_verifier(text) is 'Refuses a password, a weak verifier and what is neither.';

create function prov.check_person(p_login text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_login !~ '^[a-z][a-z0-9_.]{2,30}$' or p_login ~ '^(pg|ivr)_' or not pg_has_role(p_login::name, 'ivr_user'::name, 'member') then
    raise exception using errcode = 'IV403', message = 'That login is not a person''s.';
  end if;
exception
  when undefined_object then
    raise exception using errcode = 'IV404', message = 'There is no such login.';
end
$$;
comment on function prov.check_person(text) is 'Refuses to touch a login that is not a member of ivr_user.';

create function prov.create_login(p_login text, p_verifier text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform prov.check_verifier(p_verifier);
  if p_login is null or p_login !~ '^[a-z][a-z0-9_.]{2,30}$' or p_login ~ '^(pg|ivr)_' then
    raise exception using errcode = 'IV422', message = 'A login has 3 to 31 small letters, digits, dots or underscores, and begins with a letter.',
      detail = '{"field": "login"}';
  end if;
  execute format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls connection limit 16 password %L in role ivr_user',
                 p_login, p_verifier);
exception
  when duplicate_object then
    raise exception using errcode = 'IV423', message = 'This login is or was somebody''s; choose another.', detail = '{"field": "login"}';
end
$$;
comment on function prov.create_login(text, text) is 'Makes the login of a person.';

create function prov.set_verifier(p_login text, p_verifier text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform prov.check_verifier(p_verifier);
  perform prov.check_person(p_login);
  execute format('alter role %I password %L', p_login, p_verifier);
end
$$;
comment on function prov.set_verifier(text, text) is 'Gives a person another password.';

create function prov.set_login(p_login text, p_may boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform prov.check_person(p_login);
  execute format('alter role %I %s', p_login, case when p_may then 'login' else 'nologin' end);
end
$$;
comment on function prov.set_login(text, boolean) is 'Lets a person sign in, or not.';

create function prov.end_sessions(p_login text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform prov.check_person(p_login);
  return (select count(pg_terminate_backend(a.pid, 0))::integer from pg_stat_get_activity(null) a
           where a.usesysid = quote_ident(p_login)::regrole and a.pid <> pg_backend_pid());
end
$$;
comment on function prov.end_sessions(text) is 'Ends the connections of a person.';

grant execute on function prov.create_login(text, text), prov.set_verifier(text, text), prov.set_login(text, boolean),
  prov.end_sessions(text) to ivr_exec;

reset role;
set local role ivr_exec;

create function rules.managed(p_user uuid) returns ivr.users
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  u ivr.users;
begin
  perform rules.require('people.manage', 'manage people');
  select x.* into u from ivr.users x where x.org_id = any ((select ivr.my_admin_orgs())::uuid[]) and x.id = p_user;
  if not found then
    perform rules.fail('IV404', 'There is no such person, or not in your organization.', '{"field": "user"}');
  elsif u.id = ivr.my_id() then
    perform rules.fail('IV403', 'Nobody manages themselves; ask another administrator.');
  end if;
  return u;
end
$$;
comment on function rules.managed(uuid) is 'A person whom the asking administrator manages; never themselves.';

create function rules.add_role(p_user ivr.users, p_role text, p_facility uuid) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  kind text := (select o.kind from ivr.organizations o where o.id = p_user.org_id);
  r ivr.roles;
begin
  select x.* into r from ivr.roles x where x.role = p_role;
  if not found or not (r.side = case kind when 'clinic' then 'clinic' when 'verification' then 'verification'
                                          when 'distributor' then 'supply' else 'operation' end or p_role = 'admin') then
    perform rules.fail('IV422', 'That role does not exist, or not in this kind of organization.', '{"field": "role"}');
  elsif p_facility is not null and (r.side <> 'clinic' or not exists (
    select from ivr.facilities f where f.org_id = p_user.org_id and f.id = p_facility)) then
    perform rules.fail('IV404', 'There is no such facility.', '{"field": "facility_id"}');
  -- Who manages people does not treat or verify patients under the same login.
  elsif exists (select from ivr.memberships m where m.org_id = p_user.org_id and m.user_id = p_user.id
                   and (m.role = 'admin') <> (p_role = 'admin')) then
    perform rules.fail('IV422', 'An administrator''s login has no other role; make a second login.', '{"field": "role"}');
  end if;
  insert into ivr.memberships (org_id, user_id, role, facility_id) values (p_user.org_id, p_user.id, p_role, p_facility)
  on conflict do nothing;
end
$$;
comment on function rules.add_role(ivr.users, text, uuid) is 'Gives a role, when it fits the organization and the other roles.';

create function api.create_user(p_command uuid, p_user jsonb, p_verifier text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  u ivr.users;
begin
  perform rules.require('people.manage', 'manage people');
  answer := rules.begin_command(p_command, 'create_user', jsonb_build_array(p_user, p_verifier));
  if answer is not null then
    return answer;
  end if;
  if p_user is null or jsonb_typeof(p_user) <> 'object' then
    perform rules.fail('IV422', 'The person''s data are not readable.', '{"field": "user"}');
  end if;
  u.org_id := rules.uuid_value(p_user ->> 'org_id', 'org_id');
  if u.org_id is null or not u.org_id = any (ivr.my_admin_orgs()) then
    perform rules.fail('IV404', 'There is no such organization, or it is not yours to manage.', '{"field": "org_id"}');
  end if;
  u.id := coalesce(rules.uuid_value(p_user ->> 'id', 'id'), gen_random_uuid());
  u.login := p_user ->> 'login';
  u.display_name := rules.text_value(p_user ->> 'display_name', 'display_name', 200);
  if u.display_name is null then
    perform rules.fail('IV422', 'Enter the person''s name.', '{"field": "display_name"}');
  end if;
  perform prov.create_login(u.login, p_verifier);
  insert into ivr.users (org_id, id, login, display_name, title)
  values (u.org_id, u.id, u.login, u.display_name, rules.text_value(p_user ->> 'title', 'title', 200));
  perform rules.add_role(u, p_user ->> 'role', rules.uuid_value(p_user ->> 'facility_id', 'facility_id'));
  perform rules.audit(u.org_id, p_command, 'create_user', 'users', u.id, 1, null,
    jsonb_build_object('login', u.login, 'display_name', u.display_name, 'role', p_user ->> 'role', 'facility_id', p_user ->> 'facility_id'));
  return rules.end_command(p_command, jsonb_build_object('id', u.id, 'login', u.login));
exception
  when unique_violation then
    perform rules.fail('IV423', 'This login or id is or was somebody''s.', '{"field": "login"}');
end
$$;
comment on function api.create_user(uuid, jsonb, text) is
  'Makes a person with a login and a role. Takes a SCRAM verifier that the desktop computed, never a password.';

create function api.set_user_active(p_command uuid, p_user uuid, p_active boolean, p_reason text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  u ivr.users := rules.managed(p_user);
  reason text := rules.text_value(p_reason, 'reason', 400);
  answer jsonb := rules.begin_command(p_command, 'set_user_active', jsonb_build_array(p_user, p_active, p_reason));
begin
  if answer is not null then
    return answer;
  end if;
  if p_active is null or reason is null then
    perform rules.fail('IV422', 'Say whether the person may sign in, and why.', '{"field": "reason"}');
  end if;
  update ivr.users x set is_active = p_active where x.org_id = u.org_id and x.id = u.id;
  perform prov.set_login(u.login, p_active);
  perform rules.audit(u.org_id, p_command, case when p_active then 'unlock_user' else 'lock_user' end, 'users', u.id, 1,
    jsonb_build_object('is_active', u.is_active), jsonb_build_object('is_active', p_active, 'reason', reason));
  return rules.end_command(p_command, jsonb_build_object('id', u.id, 'is_active', p_active));
end
$$;
comment on function api.set_user_active(uuid, uuid, boolean, text) is 'Locks a person out, or lets them in again. From the commit on every function refuses them.';

create function api.end_user_sessions(p_command uuid, p_user uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  u ivr.users := rules.managed(p_user);
  answer jsonb := rules.begin_command(p_command, 'end_user_sessions', jsonb_build_array(p_user));
  n integer;
begin
  if answer is not null then
    return answer;
  end if;
  n := prov.end_sessions(u.login);
  perform rules.audit(u.org_id, p_command, 'end_sessions', 'users', u.id, 1, null, jsonb_build_object('ended', n));
  return rules.end_command(p_command, jsonb_build_object('id', u.id, 'ended', n));
end
$$;
comment on function api.end_user_sessions(uuid, uuid) is 'Ends a person''s open connections; lock them out first.';

create function api.reset_password(p_command uuid, p_user uuid, p_verifier text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  u ivr.users := rules.managed(p_user);
  answer jsonb := rules.begin_command(p_command, 'reset_password', jsonb_build_array(p_user, p_verifier));
begin
  if answer is not null then
    return answer;
  end if;
  perform prov.set_verifier(u.login, p_verifier);
  perform rules.audit(u.org_id, p_command, 'reset_password', 'users', u.id, 1, null, null);
  return rules.end_command(p_command, jsonb_build_object('id', u.id));
end
$$;
comment on function api.reset_password(uuid, uuid, text) is 'Gives a person another password, as a verifier.';

create function api.change_password(p_command uuid, p_verifier text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
  answer jsonb := rules.begin_command(p_command, 'change_password', jsonb_build_array(p_verifier));
begin
  if answer is not null then
    return answer;
  end if;
  perform prov.set_verifier(me.login, p_verifier);
  perform rules.audit(me.org_id, p_command, 'change_password', 'users', me.id, 1, null, null);
  return rules.end_command(p_command, jsonb_build_object('id', me.id));
end
$$;
comment on function api.change_password(uuid, text) is 'Gives oneself another password, as a verifier.';

create function api.give_role(p_command uuid, p_user uuid, p_role text, p_facility uuid default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  u ivr.users := rules.managed(p_user);
  answer jsonb := rules.begin_command(p_command, 'give_role', jsonb_build_array(p_user, p_role, p_facility));
begin
  if answer is not null then
    return answer;
  end if;
  perform rules.add_role(u, p_role, p_facility);
  perform rules.audit(u.org_id, p_command, 'give_role', 'memberships', u.id, 1, null,
    jsonb_build_object('role', p_role, 'facility_id', p_facility));
  return rules.end_command(p_command, jsonb_build_object('id', u.id));
end
$$;
comment on function api.give_role(uuid, uuid, text, uuid) is 'Gives a person a role, in the whole organization or at one facility.';

create function api.take_role(p_command uuid, p_user uuid, p_role text, p_facility uuid default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  u ivr.users := rules.managed(p_user);
  answer jsonb := rules.begin_command(p_command, 'take_role', jsonb_build_array(p_user, p_role, p_facility));
begin
  if answer is not null then
    return answer;
  end if;
  delete from ivr.memberships m where m.org_id = u.org_id and m.user_id = u.id and m.role = p_role and m.facility_id is not distinct from p_facility;
  if not found then
    perform rules.fail('IV404', 'The person does not have that role.', '{"field": "role"}');
  end if;
  perform rules.audit(u.org_id, p_command, 'take_role', 'memberships', u.id, 1,
    jsonb_build_object('role', p_role, 'facility_id', p_facility), null);
  return rules.end_command(p_command, jsonb_build_object('id', u.id));
end
$$;
comment on function api.take_role(uuid, uuid, text, uuid) is 'Takes a role from a person; it counts from the commit on.';

create function api.people() returns table (org_id uuid, org text, id uuid, login text, display_name text, title text, is_active boolean, roles jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.require('people.manage', 'manage people');
  return query
    select u.org_id, o.name, u.id, u.login, u.display_name, u.title, u.is_active,
           (select coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'facility_id', m.facility_id) order by m.role, m.facility_id), '[]')
              from ivr.memberships m where m.org_id = u.org_id and m.user_id = u.id)
      from ivr.users u join ivr.organizations o on o.id = u.org_id
     where u.org_id = any (ivr.my_admin_orgs()) order by o.name, u.display_name;
end
$$;
comment on function api.people() is 'The people whom the administrator manages, with their roles.';

reset role;
