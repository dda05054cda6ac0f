/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-json.h"

#include "ivr-edi-value.h"

#include <string.h>

#define string ivr_json_writer_string
#define some ivr_json_writer_some

/* The keys of a benefit, in the order of EB's elements. */
static const char * const benefit_keys[] = {
  "eb01",    "level",    "stc", "ins_type", "plan", "period",    "amount",
  "percent", "qty_qual", "qty", "auth",     "net",  "procedure", "diagnosis",
};

static const char *
delimiter_name (char  c,
                char *room)
{
  if (c == '\0')
    return NULL;
  if (c == '\r')
    return "\\r";
  if (c == '\n')
    return "\\n";
  if (c == '\t')
    return "\\t";
  if ((guchar) c < 0x20)
    {
      g_snprintf (room, 8, "\\x%02x", (guint) (guchar) c);
      return room;
    }
  room[0] = c;
  room[1] = '\0';
  return room;
}

static void
write_envelope (IvrEdiSet     *set,
                IvrJsonWriter *json)
{
  const IvrEdiEnvelope *e = &set->envelope;
  char room[8];

  ivr_json_writer_open (json, "envelope", '{');
  string (json, "elem", delimiter_name (e->element, room));
  string (json, "rep", delimiter_name (e->repetition, room));
  string (json, "comp", delimiter_name (e->component, room));
  string (json, "term", delimiter_name (e->terminator, room));
  ivr_json_writer_raw (json, "bom", e->has_bom ? "true" : "false");
  ivr_json_writer_raw (json, "indented", e->is_indented ? "true" : "false");
  string (json, "line_breaks", e->line_breaks);
  some (json, "isa11", e->isa11);
  some (json, "isa12", e->isa12);
  some (json, "isa13", e->isa13);
  some (json, "isa15", e->isa15);
  some (json, "gs01", e->gs01);
  some (json, "gs06", e->gs06);
  some (json, "gs08", e->gs08);
  some (json, "st03", set->version);
  ivr_json_writer_count (json, "interchange", e->interchange);
  ivr_json_writer_count (json, "group", e->group);
  ivr_json_writer_close (json);
}

/**
 * ivr_edi_json_write_warnings:
 * @set: a reading
 * @json: where to
 *
 * Codes, positions and fixed texts: no value of the document is among them.
 */
void
ivr_edi_json_write_warnings (IvrEdiSet     *set,
                             IvrJsonWriter *json)
{
  ivr_json_writer_open (json, "warnings", '[');
  for (guint i = 0; i < ivr_edi_n (set->warnings); i++)
    {
      const IvrEdiWarning *warning = ivr_edi_at (set->warnings, IvrEdiWarning, i);

      ivr_json_writer_open (json, NULL, '{');
      string (json, "code", ivr_edi_warning_get_code (warning->code));
      if (warning->segment > 0)
        ivr_json_writer_count (json, "segment", warning->segment);
      if (warning->element > 0)
        ivr_json_writer_count (json, "element", warning->element);
      ivr_json_writer_count (json, "offset", warning->offset);
      string (json, "text", ivr_edi_warning_get_text (warning->code));
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
}

static void
write_named (IvrEdiSet     *set,
             IvrEdiRole     role,
             const char    *name,
             IvrJsonWriter *json)
{
  IvrEdiParty *party = ivr_edi_set_get_party (set, role, 0);
  g_autofree char *full = NULL;

  if (party == NULL || !party->is_named)
    {
      string (json, name, NULL);
      return;
    }
  full = ivr_edi_party_dup_name (party);
  ivr_json_writer_open (json, name, '{');
  string (json, "name", full);
  string (json, "id", party->id);
  string (json, "qual", party->qualifier);
  some (json, "nm101", party->entity);
  if (party->first != NULL)
    {
      some (json, "last", party->last);
      some (json, "first", party->first);
    }
  ivr_json_writer_close (json);
}

static void
write_address (const IvrEdiParty *party,
               IvrJsonWriter     *json)
{
  if (party->address[0] != NULL || party->address[1] != NULL)
    {
      ivr_json_writer_open (json, "address", '[');
      for (gsize i = 0; i < G_N_ELEMENTS (party->address); i++)
        if (party->address[i] != NULL)
          string (json, NULL, party->address[i]);
      ivr_json_writer_close (json);
    }
  some (json, "city", party->city);
  some (json, "state", party->state);
  some (json, "zip", party->zip);
  some (json, "country", party->country);
}

/* A social security number is nine digits; anything else in its place is shown as it stands. */
static void
write_ssn (const char    *ssn,
           IvrJsonWriter *json)
{
  if (ssn != NULL)
    string (json, strlen (ssn) == 9 && strspn (ssn, "0123456789") == 9 ? "ssn" : "ssn_raw", ssn);
}

static void
write_references (IvrEdiSet     *set,
                  const IvrEdiParty *party,
                  IvrJsonWriter *json)
{
  guint index = ivr_edi_set_index_of (set, party);
  gboolean has_any = FALSE;

  for (guint i = party->first_reference; i < ivr_edi_n (set->references); i++)
    {
      const IvrEdiReference *ref = ivr_edi_at (set->references, IvrEdiReference, i);

      if (ref->party != index)
        break;
      /* A social security number is said once, by its name. */
      if (ref->benefit != 0 || g_strcmp0 (ref->qualifier, "SY") == 0)
        continue;
      if (!has_any)
        ivr_json_writer_open (json, "refs", '[');
      has_any = TRUE;
      ivr_json_writer_open (json, NULL, '{');
      string (json, "q", ref->qualifier);
      string (json, "id", ref->id);
      some (json, "name", ref->text);
      ivr_json_writer_close (json);
    }
  if (has_any)
    ivr_json_writer_close (json);
}

/**
 * ivr_edi_json_write_person:
 * @set: a reading
 * @party: (nullable): a subscriber or dependent
 * @name: (nullable): the name to write
 * @json: where to
 */
void
ivr_edi_json_write_person (IvrEdiSet     *set,
                           IvrEdiParty   *party,
                           const char    *name,
                           IvrJsonWriter *json)
{
  if (party == NULL)
    {
      string (json, name, NULL);
      return;
    }
  ivr_json_writer_open (json, name, '{');
  string (json, "last", party->last);
  string (json, "first", party->first);
  some (json, "middle", party->middle);
  some (json, "suffix", party->suffix);
  string (json, "member_id", ivr_edi_set_get_member_id (set, party));
  some (json, "id_qual", party->qualifier);
  some (json, "nm101", party->entity);
  some (json, "dob", party->born);
  if (party->born_raw != NULL)
    {
      string (json, "dob", NULL);
      string (json, "dob_raw", party->born_raw);
    }
  some (json, "gender", party->sex);
  if (party->sex == NULL)
    some (json, "gender_raw", party->sex_raw);
  write_address (party, json);
  some (json, "ins01", party->is_subscriber);
  some (json, "ins02", party->relation);
  some (json, "ref18", ivr_edi_set_get_reference (set, party, "18"));
  some (json, "hic", ivr_edi_set_get_reference (set, party, "F6"));
  write_ssn (ivr_edi_set_get_reference (set, party, "SY"), json);
  write_references (set, party, json);
  ivr_json_writer_close (json);
}

static void
write_persons (IvrEdiSet     *set,
               IvrEdiRole     role,
               const char    *name,
               IvrJsonWriter *json)
{
  if (ivr_edi_set_get_party (set, role, 1) == NULL)
    return;
  ivr_json_writer_open (json, name, '[');
  for (guint i = 0; i < set->parties->len; i++)
    {
      IvrEdiParty *party = ivr_edi_at (set->parties, IvrEdiParty, i);

      if (party->role == role)
        ivr_edi_json_write_person (set, party, NULL, json);
    }
  ivr_json_writer_close (json);
}

/* Whose a date or reference is: a person's, or a benefit's. */
static const char *
scope_of (IvrEdiSet *set,
          guint      party,
          guint      benefit,
          char       room[24])
{
  static const char * const roles[] = { "payer", "provider", "subscriber", "dependent", "related" };

  if (benefit != 0)
    {
      g_snprintf (room, 24, "EB %u", benefit);
      return room;
    }
  return party != 0 ? roles[ivr_edi_at (set->parties, IvrEdiParty, party - 1)->role] : "set";
}

/* What should be a date and is none, as it stands: those of benefits and people first, then births. */
static void
write_invalid_dates (IvrEdiSet     *set,
                     IvrJsonWriter *json)
{
  static const char * const segments[] = { "DTP", "DMG" };

  ivr_json_writer_open (json, "invalid_dates", '[');
  for (gsize s = 0; s < G_N_ELEMENTS (segments); s++)
    for (guint i = 0; i < set->dates->len; i++)
      {
        const IvrEdiDate *date = ivr_edi_at (set->dates, IvrEdiDate, i);
        g_autoptr(GString) text = NULL;

        if (date->from != NULL || !g_str_equal (date->segment, segments[s]))
          continue;
        text = g_string_new (segments[s]);
        if (s == 0)
          g_string_append_printf (text, "*%s", date->qualifier != NULL ? date->qualifier : "");
        g_string_append_printf (text, "*%s*%s", date->format != NULL ? date->format : "",
                                date->raw != NULL ? date->raw : "");
        string (json, NULL, text->str);
      }
  ivr_json_writer_close (json);
}

static void
write_dates (IvrEdiSet     *set,
             IvrJsonWriter *json)
{
  char room[24];
  gboolean has_invalid = FALSE;

  ivr_json_writer_open (json, "dates", '[');
  for (guint i = 0; i < ivr_edi_n (set->dates); i++)
    {
      const IvrEdiDate *date = ivr_edi_at (set->dates, IvrEdiDate, i);

      if (date->from == NULL)
        {
          has_invalid = TRUE;
          continue;
        }
      ivr_json_writer_open (json, NULL, '{');
      string (json, "q", date->qualifier);
      string (json, date->to != NULL ? "from" : "d", date->from);
      some (json, "to", date->to);
      string (json, "scope", scope_of (set, date->party, date->benefit, room));
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
  if (has_invalid)
    write_invalid_dates (set, json);
}

static void
write_benefits (IvrEdiSet     *set,
                IvrJsonWriter *json)
{
  guint m = 0;

  ivr_json_writer_open (json, "benefits", '[');
  for (guint i = 0; i < ivr_edi_n (set->benefits); i++)
    {
      const IvrEdiBenefit *benefit = ivr_edi_at (set->benefits, IvrEdiBenefit, i);
      gboolean has_message = FALSE;

      ivr_json_writer_open (json, NULL, '{');
      for (int part = 1; part < IVR_EDI_EB_N_PARTS; part++)
        {
          const char *value = ivr_edi_benefit_get (benefit, (IvrEdiBenefitPart) part);

          if (value != NULL && part == IVR_EDI_EB_SERVICE)
            {
              g_auto(GStrv) services = ivr_edi_benefit_dup_services (benefit);

              ivr_json_writer_open (json, benefit_keys[part - 1], '[');
              for (char **s = services; *s != NULL; s++)
                if (**s != '\0')
                  string (json, NULL, *s);
              ivr_json_writer_close (json);
            }
          else
            some (json, benefit_keys[part - 1], value);
        }
      /* Messages stand in the order of the benefits. */
      while (m < ivr_edi_n (set->messages) && ivr_edi_at (set->messages, IvrEdiMessage, m)->benefit <= i)
        m++;
      for (; m < ivr_edi_n (set->messages) && ivr_edi_at (set->messages, IvrEdiMessage, m)->benefit == i + 1; m++)
        {
          if (!has_message)
            ivr_json_writer_open (json, "msg", '[');
          has_message = TRUE;
          string (json, NULL, ivr_edi_at (set->messages, IvrEdiMessage, m)->text);
        }
      if (has_message)
        ivr_json_writer_close (json);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
}

static void
write_rejects (IvrEdiSet     *set,
               IvrJsonWriter *json)
{
  ivr_json_writer_open (json, "aaa", '[');
  for (guint i = 0; i < ivr_edi_n (set->rejects); i++)
    {
      const IvrEdiReject *reject = ivr_edi_at (set->rejects, IvrEdiReject, i);

      ivr_json_writer_open (json, NULL, '{');
      string (json, "loop", reject->loop);
      some (json, "aaa01", reject->valid);
      some (json, "aaa03", reject->reason);
      some (json, "aaa04", reject->follow_up);
      if (reject->benefit != 0)
        ivr_json_writer_count (json, "after_eb_number", reject->benefit);
      ivr_json_writer_count (json, "segment", reject->segment);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
}

/* The ways to reach somebody (list 365), each once. Contacts stand in the order of whom they belong to: @from is
 * the first that is still to be looked at. A work number is a telephone to whoever calls. */
static void
write_contacts (IvrEdiSet     *set,
                guint          party,
                guint          related,
                gboolean       with_name,
                guint         *from,
                IvrJsonWriter *json)
{
  static const struct
  {
    const char *kind;
    const char *key;
  } kinds[] = { { "TE", "te" }, { "EX", "ex" }, { "FX", "fx" }, { "EM", "em" }, { "UR", "ur" }, { "WP", "wp" },
                { "HP", "hp" }, { "CP", "cp" }, { "BN", "bn" }, { "ED", "ed" }, { "AA", "aa" } };
  const char *values[G_N_ELEMENTS (kinds)] = { NULL };
  const char *name = NULL;

  for (guint i = *from; i < ivr_edi_n (set->contacts); i++)
    {
      const IvrEdiContact *contact = ivr_edi_at (set->contacts, IvrEdiContact, i);

      if (contact->related > related)
        break;
      *from = i;
      if (contact->party != party || contact->related != related)
        continue;
      if (name == NULL)
        name = contact->name;
      for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
        if (values[k] == NULL && g_strcmp0 (contact->kind, kinds[k].kind) == 0)
          values[k] = contact->value;
    }
  if (with_name)
    string (json, "name", name);
  if (values[0] == NULL)
    values[0] = values[5];
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    some (json, kinds[k].key, values[k]);
}

static void
write_payer_contact (IvrEdiSet     *set,
                     IvrJsonWriter *json)
{
  guint payer = ivr_edi_set_index_of (set, ivr_edi_set_get_party (set, IVR_EDI_PAYER, 0));
  guint from = 0;

  for (guint i = 0; payer != 0 && i < ivr_edi_n (set->contacts); i++)
    if (ivr_edi_at (set->contacts, IvrEdiContact, i)->party == payer &&
        ivr_edi_at (set->contacts, IvrEdiContact, i)->related == 0)
      {
        ivr_json_writer_open (json, "payer_contact", '{');
        write_contacts (set, payer, 0, TRUE, &from, json);
        ivr_json_writer_close (json);
        return;
      }
}

static void
write_related (IvrEdiSet     *set,
               IvrJsonWriter *json)
{
  guint contact = 0;

  ivr_json_writer_open (json, "related_entities", '[');
  for (guint i = 0; i < ivr_edi_n (set->parties); i++)
    {
      const IvrEdiParty *party = ivr_edi_at (set->parties, IvrEdiParty, i);

      if (party->role != IVR_EDI_RELATED)
        continue;
      ivr_json_writer_open (json, NULL, '{');
      ivr_json_writer_count (json, "after_eb_number", party->benefit);
      some (json, "nm101", party->entity);
      some (json, "last", party->last);
      some (json, "first", party->first);
      some (json, "middle", party->middle);
      some (json, "suffix", party->suffix);
      some (json, "id", party->id);
      some (json, "qual", party->qualifier);
      write_address (party, json);
      write_contacts (set, party->parent, i + 1, FALSE, &contact, json);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
}

/* How far the lists are read that stand in the order of the benefits. */
typedef struct
{
  guint reference;
  guint date;
  guint party;
  guint contact;
} Cursor;

/* Another insurance: what EB*R has with it. */
static void
write_other_payer (IvrEdiSet     *set,
                   guint          benefit,
                   Cursor        *at,
                   IvrJsonWriter *json)
{
  const IvrEdiReference *group = NULL, *policy = NULL;
  const char *from = NULL, *to = NULL;
  gboolean has_holder = FALSE, has_entity = FALSE;

  ivr_json_writer_open (json, NULL, '{');
  ivr_json_writer_count (json, "after_eb_number", benefit);
  for (; at->reference < ivr_edi_n (set->references); at->reference++)
    {
      const IvrEdiReference *ref = ivr_edi_at (set->references, IvrEdiReference, at->reference);

      if (ref->benefit > benefit)
        break;
      if (ref->benefit != benefit || ref->qualifier == NULL)
        continue;
      if (group == NULL && g_str_equal (ref->qualifier, "6P"))
        group = ref;
      else if (policy == NULL && g_str_equal (ref->qualifier, "IG"))
        policy = ref;
    }
  if (group != NULL)
    {
      some (json, "group", group->id);
      some (json, "group_name", group->text);
    }
  if (policy != NULL)
    {
      some (json, "policy", policy->id);
      some (json, "policy_name", policy->text);
    }
  for (; at->date < ivr_edi_n (set->dates); at->date++)
    {
      static const char * const begins[] = { "193", "290", "292", "346", "348", "356", "539", NULL };
      static const char * const ends[] = { "194", "347", "349", "357", "540", NULL };
      const IvrEdiDate *date = ivr_edi_at (set->dates, IvrEdiDate, at->date);

      if (date->benefit > benefit)
        break;
      if (date->benefit != benefit || date->from == NULL || date->qualifier == NULL)
        continue;
      if (from == NULL && g_strv_contains (begins, date->qualifier))
        from = date->from;
      if (to == NULL && (date->to != NULL || g_strv_contains (ends, date->qualifier)))
        to = date->to != NULL ? date->to : date->from;
    }
  some (json, "from", from);
  some (json, "to", to);
  for (; at->party < ivr_edi_n (set->parties); at->party++)
    {
      const IvrEdiParty *party = ivr_edi_at (set->parties, IvrEdiParty, at->party);
      g_autofree char *name = NULL;
      gboolean is_holder = g_strcmp0 (party->entity, "IL") == 0;

      if (party->benefit > benefit)
        break;
      if (party->role != IVR_EDI_RELATED || party->benefit != benefit || (is_holder ? has_holder : has_entity))
        continue;
      *(is_holder ? &has_holder : &has_entity) = TRUE;
      name = ivr_edi_party_dup_name (party);
      some (json, is_holder ? "policyholder" : "entity", name);
      some (json, is_holder ? "policyholder_id" : "entity_id", party->id);
      if (!is_holder)
        write_contacts (set, party->parent, at->party + 1, FALSE, &at->contact, json);
    }
  ivr_json_writer_close (json);
}

static void
write_other_payers (IvrEdiSet     *set,
                    IvrJsonWriter *json)
{
  Cursor at = { 0 };
  gboolean has_any = FALSE;

  for (guint i = 0; i < ivr_edi_n (set->benefits); i++)
    {
      if (g_strcmp0 (ivr_edi_benefit_get (ivr_edi_at (set->benefits, IvrEdiBenefit, i), IVR_EDI_EB_STATUS), "R") != 0)
        continue;
      if (!has_any)
        ivr_json_writer_open (json, "other_payers", '[');
      has_any = TRUE;
      write_other_payer (set, i + 1, &at, json);
    }
  if (has_any)
    ivr_json_writer_close (json);
}

static void
write_group (IvrEdiSet     *set,
             IvrJsonWriter *json)
{
  const IvrEdiReference *group = ivr_edi_set_get_group (set);
  const char *policy = ivr_edi_set_get_reference (set, ivr_edi_set_get_patient (set), "IG");
  char room[24];

  if (group != NULL)
    {
      ivr_json_writer_open (json, "group", '{');
      string (json, "number", group->id);
      some (json, "name", group->text);
      string (json, "ref01", group->qualifier);
      string (json, "scope", scope_of (set, group->party, group->benefit, room));
      ivr_json_writer_close (json);
    }
  if (policy == NULL)
    policy = ivr_edi_set_get_reference (set, ivr_edi_set_get_party (set, IVR_EDI_SUBSCRIBER, 0), "IG");
  some (json, "policy", policy);
}

static void
write_traces (IvrEdiSet     *set,
              IvrJsonWriter *json)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  string (json, "trace", ivr_edi_set_get_trace (set));
  ivr_json_writer_open (json, "traces", '[');
  for (guint i = 0; i < ivr_edi_n (set->traces); i++)
    {
      const char *id = ivr_edi_at (set->traces, IvrEdiTrace, i)->id;

      if (id != NULL && g_hash_table_add (seen, (gpointer) id))
        string (json, NULL, id);
    }
  ivr_json_writer_close (json);
}

/* References and details of benefits, and messages before the first. */
static void
write_rest (IvrEdiSet     *set,
            IvrJsonWriter *json)
{
  ivr_json_writer_open (json, "benefit_refs", '[');
  for (guint i = 0; i < ivr_edi_n (set->references); i++)
    {
      const IvrEdiReference *ref = ivr_edi_at (set->references, IvrEdiReference, i);

      if (ref->benefit == 0)
        continue;
      ivr_json_writer_open (json, NULL, '{');
      ivr_json_writer_count (json, "after_eb_number", ref->benefit);
      string (json, "q", ref->qualifier);
      string (json, "id", ref->id);
      some (json, "name", ref->text);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
  ivr_json_writer_open (json, "benefit_details", '[');
  for (guint i = 0; i < ivr_edi_n (set->details); i++)
    {
      const IvrEdiDetail *detail = ivr_edi_at (set->details, IvrEdiDetail, i);
      g_auto(GStrv) parts = g_strsplit (detail->elements, IVR_EDI_REPEAT, -1);

      ivr_json_writer_open (json, NULL, '{');
      ivr_json_writer_count (json, "after_eb_number", detail->benefit);
      string (json, "segment", detail->segment);
      ivr_json_writer_open (json, "elements", '[');
      for (char **p = parts; *p != NULL; p++)
        string (json, NULL, *p);
      ivr_json_writer_close (json);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
  ivr_json_writer_open (json, "messages", '[');
  for (guint i = 0; i < ivr_edi_n (set->messages); i++)
    if (ivr_edi_at (set->messages, IvrEdiMessage, i)->benefit == 0)
      string (json, NULL, ivr_edi_at (set->messages, IvrEdiMessage, i)->text);
  ivr_json_writer_close (json);
}

static void
write_answer (IvrEdiSet     *set,
              IvrJsonWriter *json)
{
  IvrEdiParty *dependent = ivr_edi_set_get_party (set, IVR_EDI_DEPENDENT, 0);
  IvrEdiParty *subscriber = ivr_edi_set_get_party (set, IVR_EDI_SUBSCRIBER, 0);
  g_autoptr(GPtrArray) plans = ivr_edi_set_dup_plan_names (set);
  char room[24];

  string (json, "verdict", ivr_edi_verdict_get_name (ivr_edi_set_get_verdict (set)));
  string (json, "patient", dependent != NULL ? "dependent" : subscriber != NULL ? "subscriber" : NULL);
  write_named (set, IVR_EDI_PAYER, "payer", json);
  write_payer_contact (set, json);
  write_named (set, IVR_EDI_PROVIDER, "provider", json);
  ivr_edi_json_write_person (set, subscriber, "subscriber", json);
  if (dependent != NULL)
    ivr_edi_json_write_person (set, dependent, "dependent", json);
  write_persons (set, IVR_EDI_SUBSCRIBER, "members", json);
  write_persons (set, IVR_EDI_DEPENDENT, "dependents", json);
  write_group (set, json);
  write_traces (set, json);
  ivr_json_writer_open (json, "plan_names", '[');
  for (guint i = 0; i < plans->len; i++)
    string (json, NULL, plans->pdata[i]);
  ivr_json_writer_close (json);
  write_dates (set, json);
  if (ivr_edi_n (set->benefits) > 0)
    string (json, "benefits_belong_to", scope_of (set, ivr_edi_at (set->benefits, IvrEdiBenefit, 0)->party, 0, room));
  write_benefits (set, json);
  ivr_json_writer_count (json, "eb_count", ivr_edi_n (set->benefits));
  ivr_json_writer_count (json, "msg_count", set->n_messages);
  write_rejects (set, json);
  write_related (set, json);
  write_other_payers (set, json);
  write_rest (set, json);
  ivr_edi_json_write_summary (set, json);
}

/**
 * ivr_edi_json_write:
 * @set: a reading of X12
 * @json: where to, in an array
 *
 * One object: everything that was read, each amount as the payer wrote it. What is not stated is
 * absent, or null where its absence says something.
 */
void
ivr_edi_json_write (IvrEdiSet     *set,
                    IvrJsonWriter *json)
{
  ivr_json_writer_open (json, NULL, '{');
  string (json, "kind", set->name);
  if (set->kind != IVR_EDI_TA1)
    string (json, "st", set->control);
  ivr_json_writer_raw (json, "complete", set->is_complete ? "true" : "false");
  some (json, "bht02", set->purpose);
  some (json, "bht03", set->reference);
  if (set->kind == IVR_EDI_271)
    write_answer (set, json);
  else if (set->kind == IVR_EDI_270)
    ivr_edi_json_write_question (set, json);
  else if (set->kind == IVR_EDI_999 || set->kind == IVR_EDI_TA1)
    ivr_edi_json_write_ack (set, json);
  write_envelope (set, json);
  ivr_edi_json_write_warnings (set, json);
  ivr_json_writer_close (json);
}
