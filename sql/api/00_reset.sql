-- SPDX-License-Identifier: GPL-3.0-or-later
-- The functions of these schemas are made anew whenever their text changes, so that what a
-- database has is what the files say and nothing is left over.
do $$
declare
  f regprocedure;
begin
  for f in select p.oid::regprocedure from pg_catalog.pg_proc p
            where p.pronamespace in ('api'::regnamespace, 'rules'::regnamespace, 'feed'::regnamespace) loop
    execute format('drop function %s cascade', f);
  end loop;
end
$$;
