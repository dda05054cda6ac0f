-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is changed past the commands, by somebody with the server's own rights, leaves a trace as well. Whoever
-- switches triggers off first leaves none here; the seals tell of that when it is the log that was changed.

set local role ivr_owner;

create function audit.note_by_hand() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  is_now jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  doc jsonb := coalesce(is_now, was);
begin
  insert into audit.audit_logs (org_id, action, entity, entity_id, version, before, after)
  values (coalesce(doc ->> 'org_id', doc ->> 'clinic_org_id', '00000000-0000-0000-0000-000000000000')::uuid,
          'by hand: ' || lower(tg_op), tg_table_name,
          coalesce(doc ->> 'id', doc ->> 'user_id', '00000000-0000-0000-0000-000000000000')::uuid,
          (doc ->> 'version')::bigint,
          (select jsonb_object_agg(e.key, e.value) from jsonb_each(was) e where is_now is null or e.value is distinct from is_now -> e.key),
          (select jsonb_object_agg(e.key, e.value) from jsonb_each(is_now) e where was is null or e.value is distinct from was -> e.key));
  return null;
end
$$;
comment on function audit.note_by_hand() is 'Notes a change that no command made: what it was, what it is, and whose login made it.';

create policy audit_logs_by_hand on audit.audit_logs for insert to ivr_owner with check (action like 'by hand: %');

do $$
declare
  t text;
begin
  foreach t in array array['ivr_requests', 'ivr_communication_messages', 'ivr_status_history', 'ivr_approvals', 'ivr_escalations',
                           'ivr_documents', 'patients', 'patient_insurances', 'users', 'memberships', 'service_links', 'role_rights',
                           'ivr_transitions', 'settings', 'emergency_accesses'] loop
    execute format('create trigger by_hand after insert or update or delete on ivr.%I for each row'
                   ' when (current_user not in (''ivr_exec'', ''ivr_owner'', ''ivr_feed'')) execute function audit.note_by_hand()', t);
  end loop;
end
$$;

reset role;
