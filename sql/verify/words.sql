-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the server says to people, in English: the desk has it translated (po/server-words.po lists it, a test compares).
-- Outputs: words, place
with functions as (
  -- A comment may have an apostrophe in it.
  select p.proname, regexp_replace(pg_get_functiondef(p.oid), '--[^\n]*', '', 'g') as text from pg_proc p
   where p.pronamespace in ('api'::regnamespace, 'rules'::regnamespace) and p.prokind = 'f'
), literals as (
  select replace(m[1], '''''', '''') as w, f.proname from functions f, regexp_matches(f.text, '''((?:[^'']|'''')*)''', 'g') m
)
select words, min(place) as place from (
  select s.label as words, 'status' as place from ivr.ivr_statuses s
  union all select s.meaning, 'what a status means' from ivr.ivr_statuses s
  union all select t.label, 'step' from ivr.ivr_transitions t
  union all select r.label, 'reason' from ivr.ivr_reasons r
  union all select t.label, 'kind of document' from ivr.document_types t
  union all select t.meaning, 'what a kind of document is' from ivr.document_types t
  union all select s.label, 'source of a value' from ivr.auto_population_sources s
  union all select m[1], 'view' from functions f, regexp_matches(f.text, '''(?:clinic|verification)''::text,\s*''[a-z_]+''::text,\s*''([^'']+)''', 'g') m where f.proname = 'views'
  -- A sentence: what is refused, and what a form lacks.
  union all select l.w, 'refusal' from literals l where l.w ~ '^[A-Z][^%]* [^%]*\.$' and l.w !~ '^[^.]*\$q'
  union all select replace(m[1], '''''', ''''), 'refusal with values'
    from functions f, regexp_matches(f.text, 'rules\.fail_with\([^,]*, ''((?:[^'']|'''')+)''', 'g') m
  union all select format('Your role does not allow you to %s.', replace(m[1], '''''', '''')), 'refusal'
    from functions f, regexp_matches(f.text, 'rules\.require\([^;]*, ''((?:[^'']|'''')+)''\)', 'g') m
) x where words is not null group by words order by 2, 1;
