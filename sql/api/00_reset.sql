-- SPDX-License-Identifier: GPL-3.0-or-later
-- The functions of these schemas are made anew whenever their text changes, so that what a
-- database has is what the files say and nothing is left over.
do $$
declare
  f text;
begin
  -- All names first: dropping one takes along those that are built on it.
  foreach f in array (select coalesce(array_agg(p.oid::regprocedure::text), '{}') from pg_catalog.pg_proc p
                       where p.pronamespace in ('api'::regnamespace, 'rules'::regnamespace, 'feed'::regnamespace,
                                                'prov'::regnamespace, 'lookup'::regnamespace)) loop
    execute format('drop function if exists %s cascade', f);
  end loop;
end
$$;
