-- SPDX-License-Identifier: GPL-3.0-or-later
-- Every table with its purpose, its feature, and whether it is as a table of ours has to be.
-- Outputs: table_schema, table_name, purpose, feature, fault (null when nothing is wrong), is_there.
select n.nspname as table_schema, c.relname as table_name,
       coalesce(obj_description(c.oid, 'pg_class'), '') as purpose,
       coalesce(t.feature, '') as feature,
       nullif(concat_ws(' ',
         case when t.feature is null then 'No feature owns it.' end,
         case when obj_description(c.oid, 'pg_class') is null then 'It has no comment.' end,
         case when not c.relrowsecurity then 'Row-level security is off.' end,
         case when not c.relforcerowsecurity then 'Row-level security is not forced.' end,
         case when pg_get_userbyid(c.relowner) <> 'ivr_owner' then 'It does not belong to ivr_owner.' end,
         case when not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')
              then 'It has no primary key.' end,
         (select 'Column without comment: ' || string_agg(a.attname, ', ' order by a.attnum) || '.'
            from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             and col_description(c.oid, a.attnum) is null)), '') as fault,
       true as is_there
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('ivr', 'audit')
  left join ivr.table_catalogue t on t.table_schema = n.nspname and t.table_name = c.relname
 where c.relkind in ('r', 'p') and not c.relispartition
union all
select t.table_schema, t.table_name, '', t.feature, 'The table is missing.', false
  from ivr.table_catalogue t
 where to_regclass(format('%I.%I', t.table_schema, t.table_name)) is null
 order by 1, 2;
