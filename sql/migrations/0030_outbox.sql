-- SPDX-License-Identifier: GPL-3.0-or-later
-- What changed, in commit order and without gaps, for the gateway to tell desks: ids and versions,
-- never what a row says.
--
-- Why not a sequence: numbers are taken at INSERT and become visible at COMMIT, so a reader that has
-- seen 8 can meet 7 later. Here the number is taken at commit, under a lock of the organization that
-- is released only after the transaction is visible: whoever sees n+1 sees n, and an abort leaves no hole.

set local role ivr_owner;

create table ivr.outbox (
  org_id uuid not null references ivr.organizations (id),
  seq bigint not null check (seq > 0),
  kind text not null check (kind in ('request', 'message', 'note', 'membership')),
  row_id uuid not null,
  request_id uuid,
  version bigint not null default 0,
  at timestamptz not null default clock_timestamp(),
  xid xid8 not null default pg_current_xact_id(),
  primary key (org_id, seq)
);
create index outbox_xid on ivr.outbox (xid);
create index outbox_membership on ivr.outbox (xid) where kind = 'membership';
comment on table ivr.outbox is 'Changes of each organization, numbered 1, 2, 3 … in commit order.';
comment on column ivr.outbox.org_id is 'The organization whose desks hear of it.';
comment on column ivr.outbox.seq is 'Number within the organization; dense.';
comment on column ivr.outbox.kind is 'What changed: request, message, note or membership.';
comment on column ivr.outbox.row_id is 'Identity of the changed row.';
comment on column ivr.outbox.request_id is 'The request that it belongs to.';
comment on column ivr.outbox.version is 'Version of the row after the change.';
comment on column ivr.outbox.at is 'When.';
comment on column ivr.outbox.xid is 'The transaction.';

create table ivr.outbox_floors (
  org_id uuid primary key references ivr.organizations (id),
  floor bigint not null
);
comment on table ivr.outbox_floors is 'Up to which number events were removed; written before they are.';
comment on column ivr.outbox_floors.org_id is 'The organization.';
comment on column ivr.outbox_floors.floor is 'Last number that was removed.';

create table ivr.outbox_staging (
  org_id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  ordinal bigint generated always as identity,
  kind text not null,
  row_id uuid not null,
  request_id uuid,
  version bigint not null,
  primary key (org_id, xid, ordinal)
);
create index outbox_staging_xid on ivr.outbox_staging (xid);
comment on table ivr.outbox_staging is 'Events of transactions that are still under way; always empty for everybody else.';
comment on column ivr.outbox_staging.org_id is 'The organization.';
comment on column ivr.outbox_staging.xid is 'The transaction.';
comment on column ivr.outbox_staging.ordinal is 'Order within the transaction.';
comment on column ivr.outbox_staging.kind is 'What changed.';
comment on column ivr.outbox_staging.row_id is 'Identity of the changed row.';
comment on column ivr.outbox_staging.request_id is 'The request that it belongs to.';
comment on column ivr.outbox_staging.version is 'Version of the row after the change.';

create table ivr.live_tokens (
  org_id uuid not null references ivr.organizations (id),
  token_sha256 bytea not null check (length(token_sha256) = 32),
  user_id uuid not null references ivr.users (id),
  issued_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  primary key (org_id, token_sha256)
);
create unique index live_tokens_hash on ivr.live_tokens (token_sha256);
create index live_tokens_user on ivr.live_tokens (user_id, expires_at);
comment on table ivr.live_tokens is 'Proofs with which a desk signs in at the gateway; only their hashes are kept.';
comment on column ivr.live_tokens.org_id is 'The organization of the person.';
comment on column ivr.live_tokens.token_sha256 is 'SHA-256 of the token.';
comment on column ivr.live_tokens.user_id is 'The person.';
comment on column ivr.live_tokens.issued_at is 'When it was given.';
comment on column ivr.live_tokens.expires_at is 'Until when it counts.';

create table ivr.epochs (
  id integer primary key,
  restored_at timestamptz not null default clock_timestamp(),
  reason text not null
);
comment on table ivr.epochs is 'One row per time that numbers may have gone back: a restore from backup.';
comment on column ivr.epochs.id is 'Count of restores.';
comment on column ivr.epochs.restored_at is 'When.';
comment on column ivr.epochs.reason is 'Why.';

do $$
declare
  t text;
begin
  foreach t in array array['outbox', 'outbox_floors', 'outbox_staging', 'live_tokens', 'epochs'] loop
    execute format('alter table ivr.%I enable row level security', t);
    execute format('alter table ivr.%I force row level security', t);
  end loop;
end
$$;

-- Events have no content; no function of api reads them, only the gateway's, which belong to ivr_feed.
create policy outbox_owner on ivr.outbox for all to ivr_owner using (true);
create policy outbox_feed on ivr.outbox for select to ivr_feed using (true);
create policy outbox_floors_owner on ivr.outbox_floors for all to ivr_owner using (true);
create policy outbox_floors_feed on ivr.outbox_floors for select to ivr_feed using (true);
create policy outbox_staging_owner on ivr.outbox_staging for all to ivr_owner using (true);
create policy live_tokens_own on ivr.live_tokens for all to ivr_exec
  using (org_id = (select ivr.my_org()) and user_id = (select ivr.my_id()));
create policy live_tokens_feed on ivr.live_tokens for select to ivr_feed using (true);
create policy epochs_feed on ivr.epochs for select to ivr_feed using (true);
create policy memberships_feed on ivr.memberships for select to ivr_feed using (true);
grant select on ivr.outbox, ivr.outbox_floors, ivr.live_tokens, ivr.epochs, ivr.memberships to ivr_feed;
grant select, insert, delete on ivr.live_tokens to ivr_exec;

create function ivr.stage_event(p_org uuid, p_kind text, p_row uuid, p_request uuid, p_version bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('synchronous_commit', 'on', true);
  insert into ivr.outbox_staging (org_id, kind, row_id, request_id, version)
  values (p_org, p_kind, p_row, p_request, p_version);
end
$$;
comment on function ivr.stage_event(uuid, text, uuid, uuid, bigint) is 'Notes an event of this transaction; it gets its number at commit.';

-- Runs once per transaction, at commit: all its events, organization by organization in one order, so
-- that two transactions that touch the same organizations cannot wait for each other.
create function ivr.flush_events() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  o record;
  last bigint;
  rings boolean := false;
begin
  -- Once more, and as the last word: whoever began the transaction may have set it back. A number
  -- that a desk has seen must not be lost in a crash and given to another event.
  perform set_config('synchronous_commit', 'on', true);
  for o in select distinct s.org_id, g.org_no from ivr.outbox_staging s join ivr.organizations g on g.id = s.org_id
            where s.xid = pg_current_xact_id() order by g.org_no loop
    perform pg_advisory_xact_lock(7219, o.org_no);
    -- A statement of its own: its snapshot is taken after the lock was granted.
    select greatest((select e.seq from ivr.outbox e where e.org_id = o.org_id order by e.seq desc limit 1),
                    (select f.floor from ivr.outbox_floors f where f.org_id = o.org_id), 0) into last;
    insert into ivr.outbox (org_id, seq, kind, row_id, request_id, version)
    select s.org_id, last + row_number() over (order by s.ordinal), s.kind, s.row_id, s.request_id, s.version
      from ivr.outbox_staging s where s.xid = pg_current_xact_id() and s.org_id = o.org_id;
    delete from ivr.outbox_staging s where s.xid = pg_current_xact_id() and s.org_id = o.org_id;
    rings := true;
  end loop;
  -- The doorbell: rung only while the gateway sleeps (awake it holds this lock), because a
  -- notification makes every commit of the cluster wait for every other.
  if rings and pg_try_advisory_xact_lock_shared(7220, 0) then
    perform pg_notify('ivr', '');
  end if;
  return null;
end
$$;
comment on function ivr.flush_events() is 'Numbers the events of a transaction at its commit.';
create constraint trigger flush_events after insert on ivr.outbox_staging
  deferrable initially deferred for each row execute function ivr.flush_events();

create function ivr.announce_request() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ivr.stage_event(new.org_id, 'request', new.id, new.id, new.version);
  return null;
end
$$;
comment on function ivr.announce_request() is 'A request was created or changed.';

create function ivr.announce_message() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.visibility = 'shared' then
    perform ivr.stage_event(new.org_id, 'message', new.id, new.request_id, new.seq);
  else
    -- A note is the team's own: not even that there is one reaches the clinic.
    perform ivr.stage_event(new.verifier_org_id, 'note', new.id, new.request_id, new.seq);
  end if;
  return null;
end
$$;
comment on function ivr.announce_message() is 'A message or an internal note was written.';

create function ivr.announce_membership() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ivr.stage_event(coalesce(new.org_id, old.org_id), 'membership', coalesce(new.user_id, old.user_id), null, 0);
  return null;
end
$$;
comment on function ivr.announce_membership() is 'Somebody''s role was given or taken.';

create function ivr.announce_person() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ivr.stage_event(new.org_id, 'membership', new.id, null, 0);
  return null;
end
$$;
comment on function ivr.announce_person() is 'Somebody was locked out, or let in again: of what the person may hear is to be read anew.';

create function ivr.announce_service_link() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  team uuid := coalesce(new.verifier_org_id, old.verifier_org_id);
begin
  perform ivr.stage_event(team, 'membership', m.user_id, null, 0)
    from (select distinct x.user_id from ivr.memberships x where x.org_id = team order by x.user_id) m;
  return null;
end
$$;
comment on function ivr.announce_service_link() is 'A team serves a clinic from now on, or not any more: what its people may hear is to be read anew.';

create function ivr.retain_outbox(p_keep interval) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  o record;
  removed bigint := 0::bigint;
  n bigint;
begin
  for o in select e.org_id, max(e.seq) as upto from ivr.outbox e
            where e.at < clock_timestamp() - p_keep and e.xid < pg_snapshot_xmin(pg_current_snapshot()) group by e.org_id loop
    insert into ivr.outbox_floors as f (org_id, floor) values (o.org_id, o.upto)
    on conflict (org_id) do update set floor = greatest(f.floor, excluded.floor);
    delete from ivr.outbox e where e.org_id = o.org_id and e.seq <= o.upto;
    get diagnostics n = row_count;
    removed := removed + n;
  end loop;
  return removed;
end
$$;
comment on function ivr.retain_outbox(interval) is 'Removes old events; how far is written down first, so that numbers never start again.';

reset role;

insert into ivr.epochs values (0, clock_timestamp(), 'first installation');
insert into ivr.table_catalogue
select 'ivr', t, 'live updates' from unnest(array['outbox', 'outbox_floors', 'outbox_staging', 'live_tokens', 'epochs']) t;
