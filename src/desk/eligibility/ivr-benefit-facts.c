/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-benefit-facts.h"

#include "ivr-benefit-text.h"
#include "ivr-benefit-words.h"
#include "ivr-format.h"

#include <glib/gi18n.h>
#include <string.h>

/* So many dates, plans and refusals are shown one by one. */
#define ROWS_MOST 20
#define OPEN_END "9999-12-31"

static void
row_free (IvrBenefitRow *row)
{
  g_free (row->key);
  g_free (row->title);
  g_free (row->value);
  g_free (row->where);
  g_free (row->source);
  g_free (row);
}

static void
section_free (IvrBenefitSection *section)
{
  g_ptr_array_unref (section->rows);
  g_free (section);
}

void
ivr_benefit_facts_free (IvrBenefitFacts *self)
{
  g_free (self->verdict);
  g_ptr_array_unref (self->sections);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

/* @title is not copied: it is a word of this program. */
IvrBenefitSection *
ivr_benefit_facts_add_section (IvrBenefitFacts *self,
                               const char      *title)
{
  IvrBenefitSection *section = g_new0 (IvrBenefitSection, 1);

  section->title = title;
  section->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
  g_ptr_array_add (self->sections, section);
  return section;
}

/* Without a @value the row says that the payer did not. */
IvrBenefitRow *
ivr_benefit_section_add (IvrBenefitSection *self,
                         const char        *key,
                         const char        *title,
                         const char        *value,
                         const char        *where)
{
  IvrBenefitRow *row = g_new0 (IvrBenefitRow, 1);
  gboolean is_stated = value != NULL && value[0] != '\0';

  row->key = g_strdup (key);
  row->title = g_strdup (title);
  row->value = g_strdup (is_stated ? value : _("The payer did not say"));
  row->where = g_strdup (where);
  row->tone = is_stated ? IVR_BENEFIT_STATED : IVR_BENEFIT_NOT_STATED;
  g_ptr_array_add (self->rows, row);
  return row;
}

/**
 * ivr_benefit_facts_reading:
 * @check: a question as api.read_eligibility() tells it
 *
 * Returns: (transfer none) (nullable): what was read in its answer
 */
JsonObject *
ivr_benefit_facts_reading (JsonObject *check)
{
  JsonObject *reading = ivr_benefit_object (check, "reading");

  return reading != NULL ? reading : ivr_benefit_object_at (check, "reading", 0);
}

static gboolean
is_fhir (JsonObject *reading)
{
  g_autofree char *kind = ivr_benefit_dup (reading, "kind");

  return g_strcmp0 (kind, "FHIR") == 0;
}

static JsonObject *
response_of (JsonObject *reading)
{
  JsonObject *inner = is_fhir (reading) ? ivr_benefit_object (reading, "response") : NULL;

  return inner != NULL ? inner : reading;
}

static char *
dup_date (JsonObject *object,
          const char *name)
{
  g_autofree char *iso = ivr_benefit_dup (object, name);
  g_autofree char *shown = NULL;

  if (iso == NULL)
    return NULL;
  if (g_str_equal (iso, OPEN_END))
    return g_strdup (_("open"));
  shown = ivr_format_date (iso);
  return ivr_benefit_text_clean (shown, 40);
}

static char *
dup_range (const char *from,
           const char *to)
{
  if (from != NULL && to != NULL)
    return g_strdup_printf (_("%s to %s"), from, to);
  return g_strdup (from != NULL ? from : to);
}

static gboolean
is_status_line (IvrBenefitFacts *self,
                const char      *scope)
{
  guint64 number = g_str_has_prefix (scope, "EB ") ? g_ascii_strtoull (scope + 3, NULL, 10) : 0;
  const IvrBenefitLine *line = number >= 1 && number <= self->lines->len ? self->lines->pdata[number - 1] : NULL;

  return line != NULL && line->status != NULL && line->status[0] >= '1' && line->status[0] <= '8' && line->status[1] == '\0';
}

/* The same date said twice is two facts. */
static char *
dup_date_key (IvrBenefitSection *section,
              const char        *qualifier)
{
  g_autofree char *prefix = g_strdup_printf ("date|%s|", qualifier != NULL ? qualifier : "");
  guint n = 0;

  for (guint i = 0; i < section->rows->len; i++)
    n += g_str_has_prefix (((IvrBenefitRow *) section->rows->pdata[i])->key, prefix) ? 1 : 0;
  return g_strdup_printf ("%s%u", prefix, n);
}

/* The dates of the person, the set and the lines that say whether the plan is active; the others stay with their lines. */
static void
add_dates (IvrBenefitFacts   *self,
           IvrBenefitSection *section,
           JsonObject        *reading)
{
  static const char * const begins[] = { "291", "307", "346", "348", "356", "539", NULL };
  guint n = ivr_benefit_length (reading, "dates");
  gboolean has_begin = FALSE;

  for (guint i = 0; i < n && section->rows->len < ROWS_MOST; i++)
    {
      JsonObject *date = ivr_benefit_object_at (reading, "dates", i);
      g_autofree char *qualifier = ivr_benefit_dup (date, "q");
      g_autofree char *scope = ivr_benefit_dup (date, "scope");
      g_autofree char *day = dup_date (date, "d");
      g_autofree char *from = day != NULL ? g_steal_pointer (&day) : dup_date (date, "from");
      g_autofree char *to = dup_date (date, "to");
      g_autofree char *value = dup_range (from, to);
      g_autofree char *title = ivr_benefit_dup_word (IVR_BENEFIT_DATE, qualifier);
      g_autofree char *key = dup_date_key (section, qualifier);
      gboolean is_line = scope != NULL && g_str_has_prefix (scope, "EB ");

      if (value == NULL || (is_line && !is_status_line (self, scope)))
        continue;
      has_begin |= qualifier != NULL && g_strv_contains (begins, qualifier);
      ivr_benefit_section_add (section, key, title[0] != '\0' ? title : _("Date"), value, is_line ? scope : "DTP");
    }
  if (!has_begin)
    ivr_benefit_section_add (section, "since", _("Since"), NULL, NULL);
}

static void
add_period (IvrBenefitSection *section,
            JsonObject        *response)
{
  g_autofree char *begin = ivr_benefit_dup_at (response, "benefitPeriod", 0);
  g_autofree char *finish = ivr_benefit_dup_at (response, "benefitPeriod", 1);
  g_autofree char *since = begin != NULL ? ivr_format_date (begin) : NULL;
  g_autofree char *until = finish != NULL ? ivr_format_date (finish) : NULL;
  g_autofree char *clean = since != NULL ? ivr_benefit_text_clean (since, 40) : NULL;
  g_autofree char *clean_until = until != NULL ? ivr_benefit_text_clean (until, 40) : NULL;

  ivr_benefit_section_add (section, "since", _("Since"), clean, "benefitPeriod");
  if (clean_until != NULL)
    ivr_benefit_section_add (section, "until", _("Until"), clean_until, "benefitPeriod");
}

/* The first line that names a plan. */
static char *
where_of_plan (IvrBenefitFacts *self,
               const char      *plan)
{
  for (guint i = 0; i < self->lines->len; i++)
    if (g_strcmp0 (((IvrBenefitLine *) self->lines->pdata[i])->plan, plan) == 0)
      return ivr_benefit_line_dup_where (self->lines->pdata[i]);
  return NULL;
}

static void
add_plans (IvrBenefitFacts   *self,
           IvrBenefitSection *section,
           JsonObject        *reading)
{
  const char *name = is_fhir (reading) ? "plans" : "plan_names";
  guint n = ivr_benefit_length (reading, name);
  guint shown = 0;

  for (guint i = 0; i < n && shown < ROWS_MOST; i++)
    {
      g_autofree char *plan = ivr_benefit_dup_at (reading, name, i);
      g_autofree char *clean = ivr_benefit_text_clean (plan, 100);
      g_autofree char *where = plan != NULL ? where_of_plan (self, plan) : NULL;
      g_autofree char *key = g_strdup_printf ("plan|%u", i);

      if (plan == NULL)
        continue;
      shown++;
      ivr_benefit_section_add (section, key, _("Plan"), clean, where);
    }
  /* An answer in FHIR that brings no Coverage names the plan beside its items. */
  for (guint i = 0; shown == 0 && i < self->lines->len; i++)
    {
      const IvrBenefitLine *line = self->lines->pdata[i];
      g_autofree char *clean = ivr_benefit_text_clean (line->plan, 100);
      g_autofree char *where = ivr_benefit_line_dup_where (line);

      if (line->plan == NULL)
        continue;
      shown++;
      ivr_benefit_section_add (section, "plan|0", _("Plan"), clean, where);
    }
  if (shown == 0)
    ivr_benefit_section_add (section, "plan|0", _("Plan"), NULL, NULL);
}

static void
add_type (IvrBenefitFacts   *self,
          IvrBenefitSection *section)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const IvrBenefitLine *line = self->lines->pdata[i];
      g_autofree char *word = ivr_benefit_dup_word (IVR_BENEFIT_TYPE, line->type);
      g_autofree char *where = ivr_benefit_line_dup_where (line);

      if (line->type == NULL || line->status == NULL || !g_ascii_isdigit (line->status[0]))
        continue;
      ivr_benefit_section_add (section, "type", _("Kind of insurance"), word, where);
      return;
    }
}

static char *
dup_name (JsonObject *person)
{
  g_autofree char *last = ivr_benefit_dup (person, "last");
  g_autofree char *first = ivr_benefit_dup (person, "first");
  g_autofree char *both = last != NULL && first != NULL ? g_strdup_printf ("%s, %s", last, first)
                                                        : g_strdup (last != NULL ? last : first);

  return both != NULL ? ivr_benefit_text_clean (both, 120) : NULL;
}

static void
add_person (IvrBenefitSection *section,
            JsonObject        *person,
            const char        *prefix,
            const char        *name_title,
            const char        *id_title)
{
  g_autofree char *name = dup_name (person);
  g_autofree char *born = dup_date (person, "dob");
  g_autofree char *id = ivr_benefit_dup (person, "member_id");
  g_autofree char *clean = ivr_benefit_text_clean (id, 80);
  g_autofree char *name_key = g_strconcat (prefix, "|name", NULL);
  g_autofree char *id_key = g_strconcat (prefix, "|id", NULL);
  g_autofree char *whole = name != NULL && born != NULL ? g_strdup_printf (_("%s, born %s"), name, born) : g_strdup (name);

  if (person == NULL)
    return;
  ivr_benefit_section_add (section, id_key, id_title, clean, "NM1");
  ivr_benefit_section_add (section, name_key, name_title, whole, "NM1");
}

static void
add_people (IvrBenefitSection *section,
            JsonObject        *reading)
{
  if (is_fhir (reading))
    {
      g_autofree char *id = ivr_benefit_dup (reading, "member_id");
      g_autofree char *last = ivr_benefit_dup_at (reading, "patient_name", 0);
      g_autofree char *first = ivr_benefit_dup_at (reading, "patient_name", 1);
      g_autofree char *clean = id != NULL ? ivr_benefit_text_clean (id, 80) : NULL;
      g_autofree char *both = last != NULL ? g_strdup_printf ("%s, %s", last, first != NULL ? first : "") : NULL;
      g_autofree char *name = both != NULL ? ivr_benefit_text_clean (both, 120) : NULL;

      ivr_benefit_section_add (section, "subscriber|id", _("Member id, as the payer has it"), clean, NULL);
      if (name != NULL)
        ivr_benefit_section_add (section, "subscriber|name", _("Name, as the payer has it"), name, NULL);
      return;
    }
  add_person (section, ivr_benefit_object (reading, "subscriber"), "subscriber", _("Name, as the payer has it"),
              _("Member id, as the payer has it"));
  add_person (section, ivr_benefit_object (reading, "dependent"), "dependent", _("Dependent, as the payer has it"),
              _("Dependent’s id, as the payer has it"));
}

static void
add_group (IvrBenefitSection *section,
           JsonObject        *reading)
{
  JsonObject *group = ivr_benefit_object (reading, "group");
  g_autofree char *number = ivr_benefit_dup (group, "number");
  g_autofree char *name = ivr_benefit_dup (group, "name");
  g_autofree char *reference = ivr_benefit_dup (group, "ref01");
  g_autofree char *both = number != NULL && name != NULL ? g_strdup_printf ("%s · %s", number, name)
                                                         : g_strdup (number != NULL ? number : name);
  g_autofree char *clean = both != NULL ? ivr_benefit_text_clean (both, 120) : NULL;
  g_autofree char *where = reference != NULL ? g_strdup_printf ("REF %s", reference) : NULL;
  g_autofree char *policy = ivr_benefit_dup (reading, "policy");
  g_autofree char *clean_policy = policy != NULL ? ivr_benefit_text_clean (policy, 80) : NULL;
  g_autofree char *clean_where = where != NULL ? ivr_benefit_text_clean (where, 12) : NULL;

  ivr_benefit_section_add (section, "group", _("Group"), clean, clean_where);
  if (clean_policy != NULL)
    ivr_benefit_section_add (section, "policy", _("Policy number"), clean_policy, "REF IG");
}

/* For whom figures are stated. It does not say on which side the provider is, and no element of a 271 does. */
static void
add_network (IvrBenefitFacts   *self,
             IvrBenefitSection *section)
{
  static const char * const codes[] = { "Y", "N", "W", "U" };
  g_autoptr(GString) value = g_string_new (NULL);
  g_autoptr(GString) where = g_string_new (NULL);
  IvrBenefitRow *row;

  for (gsize c = 0; c < G_N_ELEMENTS (codes); c++)
    {
      guint n = 0;

      for (guint i = 0; i < self->lines->len; i++)
        {
          const IvrBenefitLine *line = self->lines->pdata[i];
          g_autofree char *at = g_strcmp0 (line->network, codes[c]) == 0 ? ivr_benefit_line_dup_where (line) : NULL;

          if (at == NULL)
            continue;
          if (n++ == 0)
            {
              g_string_append_printf (value, "%s%s", value->len > 0 ? ", " : "", ivr_benefit_network_word (codes[c]));
              g_string_append_printf (where, "%s%s", where->len > 0 ? ", " : "", at);
            }
          else if (n == 2)
            g_string_append (where, "…");
        }
    }
  if (value->len > 0)
    {
      g_autofree char *sentence = g_strdup_printf (_("Figures are stated: %s. Whether the provider is in the network was not said."), value->str);

      row = ivr_benefit_section_add (section, "network", _("Network"), sentence, where->str);
      row->source = g_strdup (_("EB12 says for whom a figure is, not whether the provider is in the network. Ask the payer or look into its directory."));
    }
  else
    ivr_benefit_section_add (section, "network", _("Network"), NULL, NULL);
}

/* What a clinic's staff read in another place of the same answer when the payer names itself. */
static void
add_payer (IvrBenefitSection *section,
           JsonObject        *reading)
{
  JsonObject *payer = ivr_benefit_object (reading, "payer");
  g_autofree char *name = payer != NULL ? ivr_benefit_dup (payer, "name") : ivr_benefit_dup (reading, "insurer");
  g_autofree char *clean = name != NULL ? ivr_benefit_text_clean (name, 120) : NULL;

  if (clean != NULL)
    ivr_benefit_section_add (section, "payer", _("Payer, as it names itself"), clean, payer != NULL ? "NM1" : NULL);
}

/**
 * ivr_benefit_facts_new:
 * @check: a question as api.read_eligibility() tells it; whatever is in it is looked at, and nothing believed
 *
 * Returns: (transfer full) (nullable): what its answer says; %NULL when there is none that the person may see
 */
IvrBenefitFacts *
ivr_benefit_facts_new (JsonObject *check)
{
  JsonObject *reading = ivr_benefit_facts_reading (check);
  IvrBenefitFacts *self;
  IvrBenefitSection *section;

  if (reading == NULL)
    return NULL;
  self = g_new0 (IvrBenefitFacts, 1);
  self->verdict = ivr_benefit_dup (check, "verdict");
  if (self->verdict == NULL)
    self->verdict = g_strdup ("");
  self->sections = g_ptr_array_new_with_free_func ((GDestroyNotify) section_free);
  self->lines = ivr_benefit_line_read (reading);
  /* Of a refusal there is nothing but what refuses it. */
  if (!g_str_equal (self->verdict, "rejected"))
    {
      section = ivr_benefit_facts_add_section (self, _("Coverage"));
      if (is_fhir (reading))
        add_period (section, response_of (reading));
      else
        add_dates (self, section, reading);
      add_plans (self, section, reading);
      add_type (self, section);
      add_group (section, reading);
      add_people (section, reading);
      add_payer (section, reading);
      add_network (self, section);
      ivr_benefit_facts_add_money (self, reading);
    }
  ivr_benefit_facts_add_rest (self, reading);
  for (guint i = self->sections->len; i > 0; i--)
    if (((IvrBenefitSection *) self->sections->pdata[i - 1])->rows->len == 0)
      g_ptr_array_remove_index (self->sections, i - 1);
  return self;
}

/**
 * ivr_benefit_facts_find:
 * @self: (nullable): facts of another answer
 * @key: what a row is about
 *
 * Returns: (transfer none) (nullable): the same fact there
 */
const IvrBenefitRow *
ivr_benefit_facts_find (const IvrBenefitFacts *self,
                        const char            *key)
{
  for (guint i = 0; self != NULL && i < self->sections->len; i++)
    {
      const IvrBenefitSection *section = self->sections->pdata[i];

      for (guint k = 0; k < section->rows->len; k++)
        if (g_str_equal (((IvrBenefitRow *) section->rows->pdata[k])->key, key))
          return section->rows->pdata[k];
    }
  return NULL;
}
