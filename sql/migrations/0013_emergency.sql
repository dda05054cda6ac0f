-- SPDX-License-Identifier: GPL-3.0-or-later
-- Access in an emergency (45 CFR 164.312(a)(2)(ii)): for an hour at most, with a reason, with an alarm, and
-- with a review without which there is no second one. It lets read and never write.

set local role ivr_owner;

create table ivr.emergency_accesses (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null default gen_random_uuid(),
  user_id uuid not null references ivr.users (id),
  person text not null,
  reason text not null check (length(reason) between 10 and 1000),
  begins_at timestamptz not null default clock_timestamp(),
  ends_at timestamptz not null,
  reviewed_by uuid references ivr.users (id),
  reviewed_at timestamptz,
  verdict text check (verdict in ('justified', 'not_justified')),
  note text check (length(note) <= 1000),
  primary key (org_id, id),
  check (ends_at <= begins_at + interval '60 minutes'),
  check ((reviewed_at is null) = (reviewed_by is null) and (reviewed_at is null) = (verdict is null)),
  check (reviewed_by <> user_id)
);
create index emergency_accesses_user on ivr.emergency_accesses (user_id, ends_at);
-- Also when two are asked for at once.
create unique index emergency_accesses_unreviewed on ivr.emergency_accesses (user_id) where reviewed_at is null;
create index emergency_accesses_reviewed_by on ivr.emergency_accesses (reviewed_by);
comment on table ivr.emergency_accesses is 'Who read a clinic''s patient data in an emergency, for how long, why, and what the review found.';
comment on column ivr.emergency_accesses.org_id is 'The clinic.';
comment on column ivr.emergency_accesses.id is 'Identity of the row.';
comment on column ivr.emergency_accesses.user_id is 'The person.';
comment on column ivr.emergency_accesses.person is 'Name and login, for reviewers who do not see the person''s organization.';
comment on column ivr.emergency_accesses.reason is 'Why, in the person''s words.';
comment on column ivr.emergency_accesses.begins_at is 'Since when.';
comment on column ivr.emergency_accesses.ends_at is 'Until when; an hour after the beginning at the latest.';
comment on column ivr.emergency_accesses.reviewed_by is 'Who reviewed it; never the person.';
comment on column ivr.emergency_accesses.reviewed_at is 'When; empty while the review is due.';
comment on column ivr.emergency_accesses.verdict is 'justified or not_justified.';
comment on column ivr.emergency_accesses.note is 'What the reviewer says.';

create table ivr.alerts (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('emergency_access')),
  about_id uuid not null,
  sentence text not null check (length(sentence) between 1 and 500),
  at timestamptz not null default clock_timestamp(),
  primary key (org_id, id)
);
create index alerts_at on ivr.alerts (org_id, at);
comment on table ivr.alerts is 'What those who watch over an organization have to see at once.';
comment on column ivr.alerts.org_id is 'The organization that is alarmed.';
comment on column ivr.alerts.id is 'Identity of the row.';
comment on column ivr.alerts.kind is 'What it is: emergency_access.';
comment on column ivr.alerts.about_id is 'Identity of what it is about.';
comment on column ivr.alerts.sentence is 'What happened, in one sentence without patient data.';
comment on column ivr.alerts.at is 'When.';

create function ivr.my_emergency_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(array_agg(distinct e.org_id), '{}') from ivr.emergency_accesses e
           where e.user_id = ivr.my_id() and clock_timestamp() between e.begins_at and e.ends_at);
end
$$;
comment on function ivr.my_emergency_orgs() is 'Clinics of which the person may read now because of an emergency.';

create function ivr.my_review_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(array_agg(distinct x.id), '{}')
            from ivr.memberships m
            join ivr.role_rights g on g.role = m.role and g.granted = 'emergency.review'
            join ivr.organizations o on o.id = m.org_id
            join ivr.organizations x on x.id = o.id or o.kind = 'operator'
              or x.id in (select l.clinic_org_id from ivr.service_links l where l.verifier_org_id = o.id)
           where m.user_id = ivr.my_id());
end
$$;
comment on function ivr.my_review_orgs() is 'Organizations whose emergency accesses the person reviews.';

-- Seen are one's own organizations, those of an emergency, and nothing else.
create or replace function ivr.my_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return ivr.orgs_of(ivr.my_id()) || ivr.my_emergency_orgs();
end
$$;
create or replace function ivr.my_whole_orgs() returns uuid[]
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
           where m.user_id = ivr.my_id()
          union all
          select x from unnest(ivr.my_emergency_orgs()) x) o);
end
$$;
create or replace function ivr.my_phi_orgs() returns uuid[]
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
           where m.user_id = ivr.my_id()
          union all
          select x from unnest(ivr.my_emergency_orgs()) x) o);
end
$$;

create function ivr.announce_emergency() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ivr.stage_event(new.org_id, 'membership', new.user_id, null, 0);
  return null;
end
$$;
comment on function ivr.announce_emergency() is 'An emergency access began or ended: what the person may hear is to be read anew.';

alter table ivr.emergency_accesses enable row level security;
alter table ivr.emergency_accesses force row level security;
alter table ivr.alerts enable row level security;
alter table ivr.alerts force row level security;
create policy emergency_accesses_owner on ivr.emergency_accesses for select to ivr_owner using (true);
create policy emergency_accesses_read on ivr.emergency_accesses for select to ivr_exec
  using (user_id = (select ivr.my_id()) or org_id = any ((select ivr.my_review_orgs())::uuid[]));
create policy emergency_accesses_add on ivr.emergency_accesses for insert to ivr_exec
  with check (user_id = (select ivr.my_id()));
create policy emergency_accesses_change on ivr.emergency_accesses for update to ivr_exec
  using (user_id = (select ivr.my_id()) or org_id = any ((select ivr.my_review_orgs())::uuid[]));
create policy alerts_read on ivr.alerts for select to ivr_exec
  using (org_id = any ((select ivr.my_review_orgs())::uuid[]));
create policy alerts_add on ivr.alerts for insert to ivr_exec
  with check (org_id = any ((select ivr.my_orgs())::uuid[]) or org_id = any ((select ivr.my_admin_orgs())::uuid[]));
grant select, insert on ivr.emergency_accesses, ivr.alerts to ivr_exec;
grant update (ends_at, reviewed_by, reviewed_at, verdict, note) on ivr.emergency_accesses to ivr_exec;
grant execute on function ivr.my_emergency_orgs(), ivr.my_review_orgs() to ivr_exec;

reset role;

insert into ivr.role_rights values
  ('lead', 'access.emergency'), ('admin', 'access.emergency'), ('admin', 'emergency.review'), ('auditor', 'emergency.review');
insert into ivr.table_catalogue values
  ('ivr', 'emergency_accesses', 'emergency access'), ('ivr', 'alerts', 'alerts');
