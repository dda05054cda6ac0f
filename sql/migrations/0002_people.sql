-- SPDX-License-Identifier: GPL-3.0-or-later
-- Organizations, their facilities, the people and what they may do. A person is a login role
-- of the cluster and a row of users; the person is session_user, which no client can forge.

set local role ivr_owner;

create table ivr.organizations (
  id uuid primary key,
  org_no integer generated always as identity unique,
  name text not null check (length(name) between 1 and 200),
  kind text not null check (kind in ('clinic', 'verification', 'distributor', 'operator')),
  time_zone text not null default 'America/Chicago',
  created_at timestamptz not null default clock_timestamp()
);
comment on table ivr.organizations is 'A clinic, a verification team, a distributor or the operator.';
comment on column ivr.organizations.id is 'Identity, made by whoever registered the organization.';
comment on column ivr.organizations.org_no is 'Small number of the organization: key of its commit-order lock.';
comment on column ivr.organizations.name is 'Name as people know it.';
comment on column ivr.organizations.kind is 'What the organization does: clinic, verification, distributor or operator.';
comment on column ivr.organizations.time_zone is 'IANA time zone in which its business hours count.';
comment on column ivr.organizations.created_at is 'When it was registered.';

create table ivr.organization_counters (
  org_id uuid primary key references ivr.organizations (id),
  last_request_no bigint not null default 1000
);
comment on table ivr.organization_counters is 'Last request number given out by each organization; locked only while a request is created.';
comment on column ivr.organization_counters.org_id is 'The organization.';
comment on column ivr.organization_counters.last_request_no is 'Last number given; the next request gets one more.';

create table ivr.facilities (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  npi text check (npi ~ '^[12][0-9]{9}$'),
  tax_id text check (tax_id ~ '^[0-9]{9}$'),
  ptan text check (length(ptan) <= 15),
  address text, city text, state text check (state ~ '^[A-Z]{2}$'),
  zip text check (zip ~ '^[0-9]{5}(-[0-9]{4})?$'),
  phone text check (phone ~ '^[0-9]{10}$'), fax text check (fax ~ '^[0-9]{10}$'),
  contact_name text, contact_email text,
  place_of_service text,
  primary key (org_id, id)
);
comment on table ivr.facilities is 'Places of an organization where patients are treated.';
comment on column ivr.facilities.org_id is 'The organization that the place belongs to.';
comment on column ivr.facilities.id is 'Identity within the organization.';
comment on column ivr.facilities.name is 'Name of the place.';
comment on column ivr.facilities.npi is 'National Provider Identifier of the place, ten digits.';
comment on column ivr.facilities.tax_id is 'Federal tax id, nine digits; may be a social security number, so it is shown masked.';
comment on column ivr.facilities.ptan is 'Medicare provider transaction access number.';
comment on column ivr.facilities.address is 'Street address.';
comment on column ivr.facilities.city is 'City.';
comment on column ivr.facilities.state is 'Two-letter state.';
comment on column ivr.facilities.zip is 'ZIP code, five or nine digits.';
comment on column ivr.facilities.phone is 'Telephone, ten digits.';
comment on column ivr.facilities.fax is 'Fax, ten digits.';
comment on column ivr.facilities.contact_name is 'Whom to ask there.';
comment on column ivr.facilities.contact_email is 'E-mail of that person.';
comment on column ivr.facilities.place_of_service is 'CMS place of service code that requests of this place start with.';

create table ivr.users (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null,
  login text not null unique check (login ~ '^[a-z][a-z0-9_.]{2,30}$' and login !~ '^(pg|ivr)_'),
  display_name text not null check (length(display_name) between 1 and 200),
  title text,
  is_active boolean not null default true,
  created_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  unique (id)
);
comment on table ivr.users is 'People. Each is also a login role of the cluster with the same name; a name is never used again.';
comment on column ivr.users.org_id is 'The organization that employs the person.';
comment on column ivr.users.id is 'Identity of the person.';
comment on column ivr.users.login is 'Name of the person''s database role: what session_user says.';
comment on column ivr.users.display_name is 'Name that others see.';
comment on column ivr.users.title is 'What the person does, in words.';
comment on column ivr.users.is_active is 'False: every function refuses this person.';
comment on column ivr.users.created_at is 'When the person was registered.';

create table ivr.roles (
  role text primary key,
  label text not null,
  side text not null check (side in ('clinic', 'verification', 'supply', 'operation'))
);
comment on table ivr.roles is 'The roles that a person can have.';
comment on column ivr.roles.role is 'Identifier of the role.';
comment on column ivr.roles.label is 'Its name in words.';
comment on column ivr.roles.side is 'Whose side the role is on: clinic, verification, supply or operation.';

create table ivr.role_rights (
  role text not null references ivr.roles (role),
  granted text not null,
  primary key (role, granted)
);
comment on table ivr.role_rights is 'What each role may do; commands ask here.';
comment on column ivr.role_rights.role is 'The role.';
comment on column ivr.role_rights.granted is 'The right, for example request.create.';

create table ivr.memberships (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  role text not null references ivr.roles (role),
  facility_id uuid,
  created_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  unique nulls not distinct (org_id, user_id, role, facility_id),
  foreign key (org_id, user_id) references ivr.users (org_id, id),
  foreign key (org_id, facility_id) references ivr.facilities (org_id, id)
);
create index memberships_user on ivr.memberships (user_id);
create index memberships_role on ivr.memberships (role);
create index memberships_facility on ivr.memberships (org_id, facility_id);
comment on table ivr.memberships is 'Who has which role: in the whole organization or at one facility.';
comment on column ivr.memberships.org_id is 'The organization.';
comment on column ivr.memberships.id is 'Identity of the row.';
comment on column ivr.memberships.user_id is 'The person.';
comment on column ivr.memberships.role is 'The role.';
comment on column ivr.memberships.facility_id is 'The facility to which the role is limited; empty for the whole organization.';
comment on column ivr.memberships.created_at is 'When it was given.';

create table ivr.service_links (
  clinic_org_id uuid not null references ivr.organizations (id),
  verifier_org_id uuid not null references ivr.organizations (id),
  since timestamptz not null default clock_timestamp(),
  primary key (clinic_org_id, verifier_org_id)
);
create index service_links_verifier on ivr.service_links (verifier_org_id);
comment on table ivr.service_links is 'Which verification team serves which clinic.';
comment on column ivr.service_links.clinic_org_id is 'The clinic.';
comment on column ivr.service_links.verifier_org_id is 'The verification team that answers its requests.';
comment on column ivr.service_links.since is 'Since when.';

create table ivr.providers (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null,
  user_id uuid,
  name text not null check (length(name) between 1 and 200),
  npi text check (npi ~ '^[12][0-9]{9}$'),
  tax_id text check (tax_id ~ '^[0-9]{9}$'),
  ptan text check (length(ptan) <= 15),
  specialty text,
  primary key (org_id, id),
  foreign key (org_id, user_id) references ivr.users (org_id, id)
);
create index providers_user on ivr.providers (org_id, user_id);
comment on table ivr.providers is 'Physicians and other providers of an organization.';
comment on column ivr.providers.org_id is 'The organization.';
comment on column ivr.providers.id is 'Identity within the organization.';
comment on column ivr.providers.user_id is 'The person, when the provider also signs in.';
comment on column ivr.providers.name is 'Name as on the claim.';
comment on column ivr.providers.npi is 'National Provider Identifier, ten digits.';
comment on column ivr.providers.tax_id is 'Federal tax id, nine digits, shown masked.';
comment on column ivr.providers.ptan is 'Medicare provider transaction access number.';
comment on column ivr.providers.specialty is 'Specialty in words.';

-- Who is asking. These run as ivr_owner and read only the people's tables, for which ivr_owner
-- has a policy; everything else is closed to it as to anybody. In PL/pgSQL, because every policy asks
-- them in every statement, and only there does a plan outlive the statement.
-- An open transaction of a higher isolation level goes on seeing the rights that its person had when
-- it began; so whoever was locked out could go on reading as long as they keep it open.
create function ivr.my_id() returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = 'IV403', message = 'Rights are asked anew in each statement; use isolation level read committed.';
  end if;
  return (select u.id from ivr.users u where u.login = session_user and u.is_active);
end
$$;
comment on function ivr.my_id() is 'The person who is asking: by session_user, which no client can forge.';

create function ivr.my_org() returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select u.org_id from ivr.users u where u.login = session_user and u.is_active);
end
$$;
comment on function ivr.my_org() is 'The organization that employs the person who is asking.';

create function ivr.orgs_of(p_user uuid) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
  select coalesce(array_agg(o.org_id order by o.org_id), '{}')
    from (select m.org_id
            from ivr.memberships m join ivr.users u on u.id = m.user_id and u.is_active
           where m.user_id = p_user
          union
          select l.clinic_org_id
            from ivr.memberships m
            join ivr.users u on u.id = m.user_id and u.is_active
            join ivr.roles r on r.role = m.role and r.side = 'verification'
            join ivr.service_links l on l.verifier_org_id = m.org_id
           where m.user_id = p_user) o);
end
$$;
comment on function ivr.orgs_of(uuid) is 'Organizations of whose changes a person may hear.';

create function ivr.my_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return ivr.orgs_of(ivr.my_id());
end
$$;
comment on function ivr.my_orgs() is 'Organizations whose rows the person who is asking may meet at all.';

create function ivr.my_clinic_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
  select coalesce(array_agg(distinct m.org_id), '{}')
    from ivr.memberships m join ivr.roles r on r.role = m.role and r.side = 'clinic'
   where m.user_id = ivr.my_id());
end
$$;
comment on function ivr.my_clinic_orgs() is 'Clinics for which the person works.';

create function ivr.my_team_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
  select coalesce(array_agg(distinct m.org_id), '{}')
    from ivr.memberships m join ivr.roles r on r.role = m.role and r.side = 'verification'
   where m.user_id = ivr.my_id());
end
$$;
comment on function ivr.my_team_orgs() is 'Verification teams that the person belongs to.';

create function ivr.my_whole_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
  select coalesce(array_agg(distinct o.org_id), '{}')
    from (select m.org_id
            from ivr.memberships m join ivr.role_rights g on g.role = m.role and g.granted = 'phi.own'
           where m.user_id = ivr.my_id() and m.facility_id is null
          union all
          select l.clinic_org_id
            from ivr.memberships m join ivr.role_rights g on g.role = m.role and g.granted = 'phi.all'
            join ivr.service_links l on l.verifier_org_id = m.org_id
           where m.user_id = ivr.my_id()) o);
end
$$;
comment on function ivr.my_whole_orgs() is 'Organizations of which the person may read every request.';

create function ivr.my_queue_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
  select coalesce(array_agg(distinct l.clinic_org_id), '{}')
    from ivr.memberships m join ivr.role_rights g on g.role = m.role and g.granted = 'phi.queue'
    join ivr.service_links l on l.verifier_org_id = m.org_id
   where m.user_id = ivr.my_id());
end
$$;
comment on function ivr.my_queue_orgs() is 'Clinics of which the person may read what waits in the queue or is theirs.';

create function ivr.my_facilities() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
  select coalesce(array_agg(distinct m.facility_id), '{}')
    from ivr.memberships m join ivr.role_rights g on g.role = m.role and g.granted = 'phi.own'
   where m.user_id = ivr.my_id() and m.facility_id is not null);
end
$$;
comment on function ivr.my_facilities() is 'Facilities to which the person''s role is limited.';

create function ivr.my_phi_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
  select coalesce(array_agg(distinct o.org_id), '{}')
    from (select m.org_id
            from ivr.memberships m join ivr.role_rights g on g.role = m.role and g.granted = 'phi.own'
           where m.user_id = ivr.my_id()
          union all
          select l.clinic_org_id
            from ivr.memberships m join ivr.role_rights g on g.role = m.role
             and g.granted in ('phi.queue', 'phi.all')
            join ivr.service_links l on l.verifier_org_id = m.org_id
           where m.user_id = ivr.my_id()) o);
end
$$;
comment on function ivr.my_phi_orgs() is 'Organizations of which the person may read any patient data.';

create function ivr.my_rights() returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
  select coalesce(array_agg(distinct g.granted), '{}')
    from ivr.memberships m join ivr.role_rights g on g.role = m.role
   where m.user_id = ivr.my_id());
end
$$;
comment on function ivr.my_rights() is 'What the person may do, all roles together.';

create function ivr.my_roles() returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
  select coalesce(array_agg(distinct m.role), '{}') from ivr.memberships m where m.user_id = ivr.my_id());
end
$$;
comment on function ivr.my_roles() is 'The roles of the person.';

grant execute on function ivr.my_id(), ivr.my_org(), ivr.my_orgs(), ivr.my_clinic_orgs(),
  ivr.my_team_orgs(), ivr.my_whole_orgs(), ivr.my_queue_orgs(), ivr.my_facilities(),
  ivr.my_phi_orgs(), ivr.my_rights(), ivr.my_roles() to ivr_exec;
grant execute on function ivr.orgs_of(uuid) to ivr_feed;

do $$
declare
  t text;
begin
  foreach t in array array['organizations', 'organization_counters', 'facilities', 'users', 'roles',
                           'role_rights', 'memberships', 'service_links', 'providers'] loop
    execute format('alter table ivr.%I enable row level security', t);
    execute format('alter table ivr.%I force row level security', t);
  end loop;
end
$$;

-- ivr_owner reads the people's tables only through the my_ functions above.
create policy organizations_owner on ivr.organizations for select to ivr_owner using (true);
create policy users_owner on ivr.users for select to ivr_owner using (true);
create policy roles_owner on ivr.roles for select to ivr_owner using (true);
create policy role_rights_owner on ivr.role_rights for select to ivr_owner using (true);
create policy memberships_owner on ivr.memberships for select to ivr_owner using (true);
create policy service_links_owner on ivr.service_links for select to ivr_owner using (true);

create policy organizations_read on ivr.organizations for select to ivr_exec
  using (id = any ((select ivr.my_orgs())::uuid[])
         or id in (select l.verifier_org_id from ivr.service_links l));
create policy organization_counters_use on ivr.organization_counters for all to ivr_exec
  using (org_id = any ((select ivr.my_orgs())::uuid[]));
create policy facilities_read on ivr.facilities for select to ivr_exec
  using (org_id = any ((select ivr.my_orgs())::uuid[]));
create policy users_read on ivr.users for select to ivr_exec
  using (org_id = any ((select ivr.my_orgs())::uuid[])
         or org_id in (select l.verifier_org_id from ivr.service_links l));
create policy roles_read on ivr.roles for select to ivr_exec using (true);
create policy role_rights_read on ivr.role_rights for select to ivr_exec using (true);
create policy memberships_read on ivr.memberships for select to ivr_exec
  using (org_id = any ((select ivr.my_orgs())::uuid[]));
create policy service_links_read on ivr.service_links for select to ivr_exec
  using (clinic_org_id = any ((select ivr.my_orgs())::uuid[]));
create policy providers_read on ivr.providers for select to ivr_exec
  using (org_id = any ((select ivr.my_orgs())::uuid[]));

grant select on ivr.organizations, ivr.facilities, ivr.users, ivr.roles, ivr.role_rights, ivr.memberships,
  ivr.service_links, ivr.providers to ivr_exec;
grant select, insert, update on ivr.organization_counters to ivr_exec;

reset role;

insert into ivr.roles values
  ('clinic_staff', 'Clinic staff', 'clinic'),
  ('provider', 'Provider', 'clinic'),
  ('specialist', 'Verification specialist', 'verification'),
  ('lead', 'Verification lead', 'verification'),
  ('sales_rep', 'Sales representative', 'supply'),
  ('logistics', 'Logistics', 'supply'),
  ('admin', 'Administrator', 'operation'),
  ('auditor', 'Auditor', 'verification');

-- The table of rights in words: what each role may do. Source: the published rights of comparable desks.
insert into ivr.role_rights (role, granted)
select r, g from (values
  ('clinic_staff', array['phi.own', 'request.create', 'request.edit', 'message.send', 'comment.write']),
  ('provider', array['phi.own', 'request.create', 'request.edit', 'request.attest', 'message.send', 'comment.write']),
  ('specialist', array['phi.queue', 'request.claim', 'message.send', 'note.write', 'response.write']),
  ('lead', array['phi.all', 'request.claim', 'request.assign', 'message.send', 'note.write', 'response.write']),
  ('sales_rep', array['status.read']),
  ('logistics', array['status.read']),
  ('admin', array['people.manage']),
  ('auditor', array['phi.all', 'note.read'])) v (r, gs), unnest(gs) g;

insert into ivr.table_catalogue
select 'ivr', t, f from (values
  ('organizations', 'people and rights'), ('organization_counters', 'requests'), ('facilities', 'people and rights'),
  ('users', 'people and rights'), ('roles', 'people and rights'), ('role_rights', 'people and rights'),
  ('memberships', 'people and rights'), ('service_links', 'people and rights'),
  ('providers', 'people and rights')) v (t, f);
