-- SPDX-License-Identifier: GPL-3.0-or-later
-- The gateway's door: what changed, and who may hear of it.
set local role ivr_exec;

create function api.issue_live_token() returns table (token text, expires_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
begin
  -- Two random UUIDs are 244 random bits from the server's strong generator.
  token := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
  expires_at := clock_timestamp() + interval '10 minutes';
  delete from ivr.live_tokens t where t.user_id = me.id and t.expires_at < clock_timestamp() - interval '1 minute';
  insert into ivr.live_tokens (org_id, token_sha256, user_id, expires_at)
  values (me.org_id, sha256(convert_to(token, 'UTF8')), me.id, expires_at);
  return next;
end
$$;
comment on function api.issue_live_token() is 'A proof for the gateway, good for ten minutes; only its hash is kept.';

reset role;
set local role ivr_feed;

create function feed.epoch() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select s.system_identifier::text || '-' || c.timeline_id::text || '-' || (select max(e.id) from ivr.epochs e)::text
    from pg_control_system() s, pg_control_checkpoint() c;
end;
comment on function feed.epoch() is 'Changes whenever numbers may have gone back: another cluster, a failover, a restore.';

create function feed.verify_tokens(p_hashes bytea[])
returns table (token_sha256 bytea, user_id uuid, expires_at timestamptz, orgs uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select t.token_sha256, t.user_id, t.expires_at, ivr.orgs_of(t.user_id)
    from ivr.live_tokens t where t.token_sha256 = any (p_hashes) and t.expires_at > clock_timestamp();
end;
comment on function feed.verify_tokens(bytea[]) is 'Whose tokens these are, until when, and of which organizations they may hear.';

create function feed.orgs_of(p_users uuid[]) returns table (user_id uuid, orgs uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select u, ivr.orgs_of(u) from unnest(p_users) u;
end;
comment on function feed.orgs_of(uuid[]) is 'Of which organizations these people may hear now.';

create function feed.heads(p_orgs uuid[]) returns table (org_id uuid, head bigint, floor bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select o, greatest(coalesce((select e.seq from ivr.outbox e where e.org_id = o order by e.seq desc limit 1), 0), coalesce(f.floor, 0)),
         coalesce(f.floor, 0)
    from unnest(p_orgs) o left join ivr.outbox_floors f on f.org_id = o;
end;
comment on function feed.heads(uuid[]) is 'Last and last removed number of some organizations.';

-- Events and the snapshot that they were read with come out of one statement: what is not in this
-- answer is in the next one, whatever commits in between.
create function feed.poll(p_since text)
returns table (org_id uuid, seq bigint, kind text, row_id uuid, request_id uuid, version bigint, snapshot text)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select e.org_id, e.seq, e.kind, e.row_id, e.request_id, e.version, null::text
    from ivr.outbox e
   where e.xid >= pg_snapshot_xmin(p_since::pg_snapshot) and not pg_visible_in_snapshot(e.xid, p_since::pg_snapshot)
  union all
  select null, null, null, null, null, null, pg_current_snapshot()::text
   order by 1 nulls last, 2;
end;
comment on function feed.poll(text) is 'Events that became visible since a snapshot, and the new snapshot in the last row.';

-- The same by numbers, for the organizations that somebody listens to. A transaction that stays open
-- pins the lower end of every snapshot, and the range that feed.poll() reads grows with each event
-- until it ends; this costs one probe per organization, however long that takes.
create function feed.follow(p_orgs uuid[], p_after bigint[], p_limit integer, p_since text)
returns table (org_id uuid, seq bigint, kind text, row_id uuid, request_id uuid, version bigint, snapshot text)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select e.org_id, e.seq, e.kind, e.row_id, e.request_id, e.version, null::text
    from unnest(p_orgs, p_after) w (org_id, seq)
   cross join lateral (select x.* from ivr.outbox x where x.org_id = w.org_id and x.seq > w.seq
                        order by x.seq limit least(greatest(p_limit, 1), 1000)) e
  union all
  select e.org_id, e.seq, e.kind, e.row_id, e.request_id, e.version, null
    from ivr.outbox e
   where e.kind = 'membership' and e.xid >= pg_snapshot_xmin(p_since::pg_snapshot)
     and not pg_visible_in_snapshot(e.xid, p_since::pg_snapshot) and e.org_id <> all (p_orgs)
  union all
  select null, null, null, null, null, null, pg_current_snapshot()::text
   order by 1 nulls last, 2;
end;
comment on function feed.follow(uuid[], bigint[], integer, text) is 'Events of some organizations after a number each, roles that changed anywhere since a snapshot, and the new snapshot in the last row.';

create function feed.snapshot() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
return pg_current_snapshot()::text;
comment on function feed.snapshot() is 'The present snapshot, to poll from.';

create function feed.page(p_org uuid, p_after bigint, p_limit integer)
returns table (org_id uuid, seq bigint, kind text, row_id uuid, request_id uuid, version bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select e.org_id, e.seq, e.kind, e.row_id, e.request_id, e.version
    from ivr.outbox e where e.org_id = p_org and e.seq > p_after order by e.seq limit least(greatest(p_limit, 1), 1000);
end;
comment on function feed.page(uuid, bigint, integer) is 'Events of an organization after a number: what a desk missed while it was away.';

create function feed.stay_awake() returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  select pg_advisory_lock(7220, 0);
end;
comment on function feed.stay_awake() is 'While held, writers need not ring: the gateway is polling.';

create function feed.fall_asleep() returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  select pg_advisory_unlock(7220, 0);
end;
comment on function feed.fall_asleep() is 'From now on writers ring.';

reset role;
