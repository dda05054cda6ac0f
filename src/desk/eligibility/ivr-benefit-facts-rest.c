/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-benefit-facts.h"

#include "ivr-benefit-text.h"
#include "ivr-benefit-words.h"
#include "ivr-eligibility-words.h"
#include "ivr-format.h"

#include <glib/gi18n.h>
#include <string.h>

#define LIMITS_MOST 20
#define MESSAGES_MOST 20
#define CONTACTS_MOST 12
#define REFUSALS_MOST 12
#define WARNINGS_MOST 20

/* Words by which a message speaks about authorization. They are shown, and never made a yes or no of. */
static gboolean
mentions_authorization (const char *text)
{
  static const char * const words[] = { "AUTHORI", "PRE-AUTH", "PREAUTH", "PRIOR AUTH", "PRECERT", "PRE-CERT", "PREDETERM", "PRE-DETERM" };
  g_autofree char *upper = g_ascii_strup (text, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (upper, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static void
add_authorization_of (IvrBenefitFacts   *self,
                      IvrBenefitSection *section,
                      const char        *code,
                      const char        *word)
{
  g_autoptr(GString) value = g_string_new (NULL);
  g_autoptr(GString) where = g_string_new (NULL);
  g_autofree char *key = g_strconcat ("auth|", code, NULL);
  guint n = 0;

  for (guint i = 0; i < self->lines->len; i++)
    {
      const IvrBenefitLine *line = self->lines->pdata[i];
      g_autofree char *services = NULL;
      g_autofree char *at = NULL;

      if (g_strcmp0 (line->authorization, code) != 0)
        continue;
      if (n++ >= LIMITS_MOST)
        continue;
      services = ivr_benefit_line_dup_services (line);
      at = ivr_benefit_line_dup_where (line);
      if (services[0] != '\0' && strstr (value->str, services) == NULL)
        g_string_append_printf (value, "%s%s", value->len > 0 ? ", " : "", services);
      g_string_append_printf (where, "%s%s", where->len > 0 ? ", " : "", at);
    }
  if (n == 0)
    return;
  if (value->len > 0)
    g_string_prepend (value, ": ");
  g_string_prepend (value, word);
  ivr_benefit_section_add (section, key, _("Prior authorization"), value->str, where->str);
}

static void
add_mention (IvrBenefitSection *section,
             const char        *message,
             const char        *where)
{
  g_autofree char *clean = ivr_benefit_text_clean (message, 400);
  g_autofree char *value = g_strdup_printf (_("A message mentions authorization; read it and ask the payer: “%s”"), clean);
  g_autofree char *key = g_strdup_printf ("mention|%s", clean);

  for (guint i = 0; i < section->rows->len; i++)
    if (g_str_equal (((IvrBenefitRow *) section->rows->pdata[i])->key, key))
      return;
  if (section->rows->len < LIMITS_MOST)
    ivr_benefit_section_add (section, key, _("Prior authorization"), value, where)->tone = IVR_BENEFIT_ATTENTION;
}

static void
add_authorization (IvrBenefitFacts *self,
                   JsonObject      *reading)
{
  IvrBenefitSection *section = ivr_benefit_facts_add_section (self, _("Prior authorization"));
  guint n = ivr_benefit_length (reading, "messages");

  add_authorization_of (self, section, "Y", _("Required"));
  add_authorization_of (self, section, "N", _("Not required"));
  add_authorization_of (self, section, "U", _("The payer does not know"));
  if (section->rows->len == 0)
    ivr_benefit_section_add (section, "auth", _("Prior authorization"), NULL, NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *message = ivr_benefit_dup_at (reading, "messages", i);

      if (message != NULL && mentions_authorization (message))
        add_mention (section, message, "MSG");
    }
  for (guint i = 0; i < self->lines->len; i++)
    {
      const IvrBenefitLine *line = self->lines->pdata[i];
      g_autofree char *at = ivr_benefit_line_dup_where (line);

      for (char **m = line->messages; m != NULL && *m != NULL; m++)
        if (mentions_authorization (*m))
          add_mention (section, *m, at);
    }
}

static void
add_limits (IvrBenefitFacts *self)
{
  static const char * const kinds[] = { "F", "E", "I", "H", "M", "K", "Y", "J", "O", NULL };
  IvrBenefitSection *section = ivr_benefit_facts_add_section (self, _("Limits and exclusions"));
  guint n = 0;

  for (guint i = 0; i < self->lines->len; i++)
    {
      const IvrBenefitLine *line = self->lines->pdata[i];
      g_autofree char *title = NULL;
      g_autofree char *value = NULL;
      g_autofree char *at = NULL;
      g_autofree char *key = NULL;

      if (line->status == NULL || !g_strv_contains (kinds, line->status) || n++ >= LIMITS_MOST)
        continue;
      title = ivr_benefit_dup_word (IVR_BENEFIT_STATUS, line->status);
      value = ivr_benefit_line_dup_text (line);
      at = ivr_benefit_line_dup_where (line);
      key = g_strdup_printf ("limit|%s", value);
      ivr_benefit_section_add (section, key, title, value, at);
    }
  if (n > LIMITS_MOST)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("%u more below “All lines”", "%u more below “All lines”", n - LIMITS_MOST), n - LIMITS_MOST);

      ivr_benefit_section_add (section, "limits", _("More"), more, NULL)->tone = IVR_BENEFIT_ATTENTION;
    }
  if (n == 0)
    ivr_benefit_section_add (section, "limits", _("Limits"), NULL, NULL);
}

static void
add_message (IvrBenefitSection *section,
             GHashTable        *seen,
             const char        *message,
             const char        *where)
{
  g_autofree char *clean = ivr_benefit_text_clean (message, IVR_BENEFIT_TEXT_MOST);
  g_autofree char *key = g_strdup_printf ("message|%s", clean);

  if (section->rows->len >= MESSAGES_MOST || !g_hash_table_add (seen, g_strdup (clean)))
    return;
  ivr_benefit_section_add (section, key, _("Message"), clean, where);
}

static void
add_messages (IvrBenefitFacts *self,
              JsonObject      *reading)
{
  IvrBenefitSection *section = ivr_benefit_facts_add_section (self, _("Messages"));
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *disposition = ivr_benefit_dup (reading, "disposition");
  guint n = ivr_benefit_length (reading, "messages");

  if (disposition != NULL)
    add_message (section, seen, disposition, NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *message = ivr_benefit_dup_at (reading, "messages", i);

      if (message != NULL)
        add_message (section, seen, message, "MSG");
    }
  for (guint i = 0; i < self->lines->len && section->rows->len < MESSAGES_MOST; i++)
    {
      const IvrBenefitLine *line = self->lines->pdata[i];
      g_autofree char *at = ivr_benefit_line_dup_where (line);

      for (char **m = line->messages; m != NULL && *m != NULL; m++)
        add_message (section, seen, *m, at);
    }
}

/* The ways to reach somebody, as the reading names them. */
static char *
dup_ways (JsonObject *object)
{
  static const struct { const char *key; const char *word; } ways[] = {
    { "te", N_("telephone") }, { "ex", N_("extension") }, { "fx", N_("fax") }, { "em", N_("e-mail") }, { "ur", N_("web page") },
    { "hp", N_("home telephone") }, { "cp", N_("mobile") },
  };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *value = ivr_benefit_dup (object, ways[i].key);
      g_autofree char *phone = value != NULL ? ivr_format_phone (value) : NULL;
      g_autofree char *clean = phone != NULL ? ivr_benefit_text_clean (phone, 120) : NULL;

      if (clean == NULL)
        continue;
      if (text->len > 0)
        g_string_append (text, " · ");
      g_string_append_printf (text, "%s %s", _(ways[i].word), clean);
    }
  return g_string_free (text, FALSE);
}

static char *
dup_join (const char *separator,
          const char *first,
          const char *second)
{
  if (first != NULL && first[0] != '\0' && second != NULL && second[0] != '\0')
    return g_strconcat (first, separator, second, NULL);
  return g_strdup (first != NULL && first[0] != '\0' ? first : second);
}

static void
add_contacts (IvrBenefitFacts *self,
              JsonObject      *reading)
{
  IvrBenefitSection *section = ivr_benefit_facts_add_section (self, _("Contacts"));
  JsonObject *payer = ivr_benefit_object (reading, "payer_contact");
  guint n = ivr_benefit_length (reading, "related_entities");

  if (payer != NULL)
    {
      g_autofree char *name = ivr_benefit_dup (payer, "name");
      g_autofree char *clean = name != NULL ? ivr_benefit_text_clean (name, 100) : NULL;
      g_autofree char *ways = dup_ways (payer);
      g_autofree char *value = dup_join (" · ", clean, ways);

      if (value != NULL && value[0] != '\0')
        ivr_benefit_section_add (section, "contact", _("Payer"), value, "PER");
    }
  for (guint i = 0; i < n && section->rows->len < CONTACTS_MOST; i++)
    {
      JsonObject *one = ivr_benefit_object_at (reading, "related_entities", i);
      g_autofree char *entity = ivr_benefit_dup (one, "nm101");
      g_autofree char *last = ivr_benefit_dup (one, "last");
      g_autofree char *first = ivr_benefit_dup (one, "first");
      g_autofree char *both = dup_join (", ", last, first);
      g_autofree char *name = both != NULL ? ivr_benefit_text_clean (both, 120) : NULL;
      g_autofree char *ways = dup_ways (one);
      g_autofree char *value = dup_join (" · ", name, ways);
      g_autofree char *title = ivr_benefit_dup_word (IVR_BENEFIT_ENTITY, entity);
      g_autofree char *key = g_strdup_printf ("entity|%s|%u", entity != NULL ? entity : "", i);
      g_autofree char *where = g_strdup_printf ("EB %" G_GINT64_FORMAT, ivr_benefit_number (one, "after_eb_number"));

      if (value != NULL && value[0] != '\0')
        ivr_benefit_section_add (section, key, title[0] != '\0' ? title : _("Somebody named"), value, where);
    }
}

static void
add_other_insurance (IvrBenefitFacts *self,
                     JsonObject      *reading)
{
  static const char * const parts[] = { "entity", "entity_id", "policyholder", "group", "group_name", "policy", "policy_name" };
  IvrBenefitSection *section = ivr_benefit_facts_add_section (self, _("Other insurance"));
  guint n = ivr_benefit_length (reading, "other_payers");

  for (guint i = 0; i < n && i < CONTACTS_MOST; i++)
    {
      JsonObject *one = ivr_benefit_object_at (reading, "other_payers", i);
      gint64 number = ivr_benefit_number (one, "after_eb_number");
      g_autofree char *from = ivr_benefit_dup (one, "from");
      g_autofree char *to = ivr_benefit_dup (one, "to");
      g_autofree char *since = from != NULL ? ivr_format_date (from) : NULL;
      g_autofree char *until = to != NULL ? ivr_format_date (to) : NULL;
      g_autofree char *ways = dup_ways (one);
      g_autofree char *key = g_strdup_printf ("other|%u", i);
      g_autofree char *where = g_strdup_printf ("EB %" G_GINT64_FORMAT, number);
      g_autofree char *all = NULL;
      g_autoptr(GString) value = g_string_new (NULL);
      const char *more[] = { since, until, ways };

      for (gsize p = 0; p < G_N_ELEMENTS (parts); p++)
        {
          g_autofree char *text = ivr_benefit_dup (one, parts[p]);
          g_autofree char *clean = text != NULL ? ivr_benefit_text_clean (text, 100) : NULL;

          if (clean != NULL)
            g_string_append_printf (value, "%s%s", value->len > 0 ? " · " : "", clean);
        }
      for (gsize p = 0; p < G_N_ELEMENTS (more); p++)
        if (more[p] != NULL && more[p][0] != '\0')
          g_string_append_printf (value, "%s%s", value->len > 0 ? " · " : "", more[p]);
      if (value->len == 0 && number >= 1 && number <= (gint64) self->lines->len)
        all = ivr_benefit_line_dup_text (self->lines->pdata[number - 1]);
      ivr_benefit_section_add (section, key, _("Other insurance"), value->len > 0 ? value->str : all, where);
    }
}

static void
add_refusal (IvrBenefitSection *section,
             const char        *reason,
             const char        *follow_up,
             const char        *where,
             guint              position)
{
  g_autofree char *word = ivr_eligibility_dup_refusal (reason, follow_up);
  g_autofree char *key = g_strdup_printf ("refusal|%u", position);

  ivr_benefit_section_add (section, key, _("Reason"), word, where)->tone = IVR_BENEFIT_ATTENTION;
}

static void
add_refusals (IvrBenefitFacts *self,
              JsonObject      *reading)
{
  IvrBenefitSection *section = ivr_benefit_facts_add_section (self, _("What the payer refused"));
  JsonObject *inner = ivr_benefit_object (reading, "response");
  JsonObject *fhir = inner != NULL ? inner : reading;
  guint n = ivr_benefit_length (reading, "aaa");
  guint n_errors = ivr_benefit_length (fhir, "errors");

  for (guint i = 0; i < n && i < REFUSALS_MOST; i++)
    {
      JsonObject *one = ivr_benefit_object_at (reading, "aaa", i);
      g_autofree char *reason = ivr_benefit_dup (one, "aaa03");
      g_autofree char *follow_up = ivr_benefit_dup (one, "aaa04");
      g_autofree char *loop = ivr_benefit_dup (one, "loop");
      g_autofree char *where = loop != NULL ? g_strdup_printf ("AAA %s", loop) : g_strdup ("AAA");
      g_autofree char *clean = ivr_benefit_text_clean (where, 20);

      add_refusal (section, reason, follow_up, clean, i);
    }
  for (guint i = 0; i < n_errors && i < REFUSALS_MOST; i++)
    {
      g_autofree char *reason = ivr_benefit_dup_at (fhir, "errors", i);

      add_refusal (section, reason, NULL, "error", i);
    }
}

static void
add_warnings (IvrBenefitFacts *self,
              JsonObject      *reading)
{
  IvrBenefitSection *section = ivr_benefit_facts_add_section (self, _("Tolerated while reading"));
  guint n = ivr_benefit_length (reading, "warnings");

  for (guint i = 0; i < n && i < WARNINGS_MOST; i++)
    {
      JsonObject *one = ivr_benefit_object_at (reading, "warnings", i);
      g_autofree char *code = ivr_benefit_dup (one, "code");
      g_autofree char *text = ivr_benefit_dup (one, "text");
      gint64 segment = ivr_benefit_number (one, "segment");
      g_autofree char *where = segment > 0 ? g_strdup_printf (_("segment %d"), (int) MIN (segment, G_MAXINT)) : NULL;
      g_autofree char *clean = ivr_benefit_text_clean (text != NULL ? _(text) : code, 300);
      g_autofree char *title = ivr_benefit_text_clean (code, 40);
      g_autofree char *key = g_strdup_printf ("warning|%s|%u", title, i);

      if (clean[0] != '\0')
        ivr_benefit_section_add (section, key, title, clean, where);
    }
}

void
ivr_benefit_facts_add_rest (IvrBenefitFacts *self,
                            JsonObject      *reading)
{
  JsonObject *inner = ivr_benefit_object (reading, "response");

  add_refusals (self, reading);
  if (!g_str_equal (self->verdict, "rejected"))
    {
      add_authorization (self, reading);
      add_limits (self);
    }
  add_messages (self, inner != NULL ? inner : reading);
  add_contacts (self, reading);
  if (!g_str_equal (self->verdict, "rejected"))
    add_other_insurance (self, reading);
  add_warnings (self, reading);
}
