-- SPDX-License-Identifier: GPL-3.0-or-later
-- Rows of both logs in the order in which they are sealed.
-- Inputs: $1 first transaction, $2 transaction after the last, $3 at most so many rows
-- Outputs: log, row_org, row_id, xid, text
select x.log, x.org_id, x.id, x.xid, audit.sealed_text(x.doc)
  from (select 'audit_logs' as log, a.org_id, a.id, a.xid, to_jsonb(a) as doc from audit.audit_logs a where a.xid >= $1::xid8 and a.xid < $2::xid8
        union all
        select 'phi_access_logs', p.org_id, p.id, p.xid, to_jsonb(p) from audit.phi_access_logs p where p.xid >= $1::xid8 and p.xid < $2::xid8) x
 order by x.xid, x.log, x.org_id, x.id
 limit $3::bigint;
