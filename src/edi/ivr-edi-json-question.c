/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-json.h"

#include <string.h>

#define string ivr_json_writer_string
#define some ivr_json_writer_some

/* [name, id] */
static void
write_pair (IvrEdiSet     *set,
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
  ivr_json_writer_open (json, name, '[');
  string (json, NULL, full);
  string (json, NULL, party->id);
  ivr_json_writer_close (json);
}

static gboolean
asks (IvrEdiSet *set,
      guint      party)
{
  for (guint i = 0; i < ivr_edi_n (set->inquiries); i++)
    if (ivr_edi_at (set->inquiries, IvrEdiInquiry, i)->party == party)
      return TRUE;
  return FALSE;
}

/* The service types that somebody's EQ ask for. */
static void
write_services (IvrEdiSet     *set,
                guint          party,
                IvrJsonWriter *json)
{
  ivr_json_writer_open (json, "eq", '[');
  for (guint i = 0; i < ivr_edi_n (set->inquiries); i++)
    {
      const IvrEdiInquiry *inquiry = ivr_edi_at (set->inquiries, IvrEdiInquiry, i);
      g_auto(GStrv) services = NULL;

      if (inquiry->party != party || inquiry->services == NULL)
        continue;
      services = g_strsplit (inquiry->services, IVR_EDI_REPEAT, -1);
      for (char **s = services; *s != NULL; s++)
        if (**s != '\0')
          string (json, NULL, *s);
    }
  ivr_json_writer_close (json);
}

static void
write_inquiry (IvrEdiSet     *set,
               guint          party,
               IvrJsonWriter *json)
{
  write_services (set, party, json);
  for (guint i = 0; i < ivr_edi_n (set->inquiries); i++)
    {
      const IvrEdiInquiry *inquiry = ivr_edi_at (set->inquiries, IvrEdiInquiry, i);

      if (inquiry->party != party)
        continue;
      some (json, "procedure", inquiry->procedure);
      some (json, "eq03", inquiry->level);
      some (json, "eq04", inquiry->insurance_type);
      return;
    }
}

/* "date_291": a day, or the two of a range. */
static void
write_dates (IvrEdiSet     *set,
             guint          party,
             GHashTable    *written,
             IvrJsonWriter *json)
{
  for (guint i = 0; i < ivr_edi_n (set->dates); i++)
    {
      const IvrEdiDate *date = ivr_edi_at (set->dates, IvrEdiDate, i);
      char *key;

      if (date->party != party || date->from == NULL || date->qualifier == NULL)
        continue;
      key = g_strconcat ("date_", date->qualifier, NULL);
      if (!g_hash_table_add (written, key))
        continue;
      if (date->to == NULL)
        string (json, key, date->from);
      else
        {
          ivr_json_writer_open (json, key, '[');
          string (json, NULL, date->from);
          string (json, NULL, date->to);
          ivr_json_writer_close (json);
        }
    }
}

static void
write_members (IvrEdiSet     *set,
               IvrJsonWriter *json)
{
  if (ivr_edi_set_get_party (set, IVR_EDI_SUBSCRIBER, 1) == NULL)
    return;
  ivr_json_writer_open (json, "members", '[');
  for (guint i = 0; i < set->parties->len; i++)
    {
      IvrEdiParty *party = ivr_edi_at (set->parties, IvrEdiParty, i);

      if (party->role == IVR_EDI_SUBSCRIBER)
        string (json, NULL, ivr_edi_set_get_member_id (set, party));
    }
  ivr_json_writer_close (json);
}

/* The dependents of a subscriber, each with what is asked for them. */
static void
write_dependents (IvrEdiSet     *set,
                  guint          subscriber,
                  IvrJsonWriter *json)
{
  IvrEdiParty *dependent = NULL;

  for (guint i = 0; dependent == NULL && i < ivr_edi_n (set->parties); i++)
    {
      IvrEdiParty *party = ivr_edi_at (set->parties, IvrEdiParty, i);

      if (party->role == IVR_EDI_DEPENDENT && (party->parent == subscriber || party->parent == 0))
        dependent = party;
    }
  if (dependent == NULL)
    return;
  ivr_json_writer_open (json, "dependent", '{');
  string (json, "last", dependent->last);
  string (json, "first", dependent->first);
  some (json, "middle", dependent->middle);
  some (json, "suffix", dependent->suffix);
  some (json, "dob", dependent->born);
  some (json, "dob_raw", dependent->born_raw);
  some (json, "gender", dependent->sex);
  some (json, "ins01", dependent->is_subscriber);
  some (json, "ins02", dependent->relation);
  some (json, "nm101", dependent->entity);
  some (json, "member_id", ivr_edi_set_get_member_id (set, dependent));
  write_inquiry (set, ivr_edi_set_index_of (set, dependent), json);
  ivr_json_writer_close (json);
}

/**
 * ivr_edi_json_write_question:
 * @set: a 270
 * @json: where to, in the set's object
 */
void
ivr_edi_json_write_question (IvrEdiSet     *set,
                             IvrJsonWriter *json)
{
  IvrEdiParty *subscriber = ivr_edi_set_get_party (set, IVR_EDI_SUBSCRIBER, 0);
  IvrEdiParty *dependent = ivr_edi_set_get_party (set, IVR_EDI_DEPENDENT, 0);
  guint of_subscriber = ivr_edi_set_index_of (set, subscriber);
  guint of_dependent = ivr_edi_set_index_of (set, dependent);
  guint asked = of_subscriber != 0 && (asks (set, of_subscriber) || of_dependent == 0) ? of_subscriber : of_dependent;
  g_autoptr(GHashTable) written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *ssn = ivr_edi_set_get_reference (set, subscriber, "SY");

  string (json, "patient", dependent != NULL ? "dependent" : subscriber != NULL ? "subscriber" : NULL);
  write_pair (set, IVR_EDI_PAYER, "payer", json);
  write_pair (set, IVR_EDI_PROVIDER, "provider", json);
  ivr_edi_json_write_person (set, subscriber, "subscriber", json);
  if (ssn != NULL && strlen (ssn) == 9)
    string (json, "ssn", ssn);
  write_members (set, json);
  write_inquiry (set, asked, json);
  write_dependents (set, of_subscriber, json);
  string (json, "trace", ivr_edi_set_get_trace (set));
  if (asked != 0)
    write_dates (set, asked, written, json);
  if (of_subscriber != 0)
    write_dates (set, of_subscriber, written, json);
  if (of_dependent != 0)
    write_dates (set, of_dependent, written, json);
}

/**
 * ivr_edi_json_write_ack:
 * @set: a 999, 997 or TA1
 * @json: where to, in the set's object
 */
void
ivr_edi_json_write_ack (IvrEdiSet     *set,
                        IvrJsonWriter *json)
{
  guint e = 0;

  if (set->kind == IVR_EDI_TA1)
    {
      ivr_json_writer_open (json, "ta1", '[');
      for (guint i = 0; i < ivr_edi_n (set->interchange_acks); i++)
        {
          const IvrEdiInterchangeAck *ack = ivr_edi_at (set->interchange_acks, IvrEdiInterchangeAck, i);
          guint n = G_N_ELEMENTS (ack->parts);

          while (n > 0 && ack->parts[n - 1] == NULL)
            n--;
          ivr_json_writer_open (json, NULL, '[');
          for (guint p = 0; p < n; p++)
            string (json, NULL, ack->parts[p] != NULL ? ack->parts[p] : "");
          ivr_json_writer_close (json);
        }
      ivr_json_writer_close (json);
      return;
    }
  ivr_json_writer_open (json, "ak1", '[');
  for (gsize i = 0; i < G_N_ELEMENTS (set->ack_group); i++)
    string (json, NULL, set->ack_group[i] != NULL ? set->ack_group[i] : "");
  ivr_json_writer_close (json);
  ivr_json_writer_open (json, "acks", '[');
  for (guint i = 0; i < ivr_edi_n (set->acks); i++)
    {
      const IvrEdiAck *ack = ivr_edi_at (set->acks, IvrEdiAck, i);
      gboolean has_error = FALSE;

      ivr_json_writer_open (json, NULL, '{');
      ivr_json_writer_open (json, "ak2", '[');
      string (json, NULL, ack->kind != NULL ? ack->kind : "");
      string (json, NULL, ack->control != NULL ? ack->control : "");
      ivr_json_writer_close (json);
      string (json, "ik5", ack->verdict);
      some (json, "ik502", ack->reason);
      while (e < ivr_edi_n (set->ack_errors) && ivr_edi_at (set->ack_errors, IvrEdiAckError, e)->ack <= i)
        e++;
      for (; e < ivr_edi_n (set->ack_errors) && ivr_edi_at (set->ack_errors, IvrEdiAckError, e)->ack == i + 1; e++)
        {
          const IvrEdiAckError *error = ivr_edi_at (set->ack_errors, IvrEdiAckError, e);

          if (!has_error)
            ivr_json_writer_open (json, "ik3", '[');
          has_error = TRUE;
          ivr_json_writer_open (json, NULL, '[');
          for (gsize p = 0; p < G_N_ELEMENTS (error->parts); p++)
            string (json, NULL, error->parts[p] != NULL ? error->parts[p] : "");
          ivr_json_writer_close (json);
        }
      if (has_error)
        ivr_json_writer_close (json);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
  ivr_json_writer_open (json, "ak9", '[');
  for (gsize i = 0; i < G_N_ELEMENTS (set->ack_result); i++)
    string (json, NULL, set->ack_result[i] != NULL ? set->ack_result[i] : "");
  ivr_json_writer_close (json);
}
