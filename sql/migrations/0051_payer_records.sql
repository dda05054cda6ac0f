-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the list of payers says, and what is printed alike on all cards of one, is said by neither card nor answer.
insert into ivr.auto_population_sources (source, label, position) values ('payer_record', 'Payer''s record', 6);
