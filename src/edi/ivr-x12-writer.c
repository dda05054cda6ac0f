/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-x12-writer.h"

#include "ivr-error.h"

#include <string.h>

#define ELEMENT '*'
#define REPETITION '^'
#define COMPONENT ':'
#define TERMINATOR '~'

#define CONTROL_MAX 999999999

#define VERSION "005010X279A1"

typedef struct
{
  GString *out;
  guint n_segments;
} Writing;

/* Only what X12's extended set has: no delimiter, no control character; a letter with a mark loses it. */
static char *
clean (const char *text,
       gsize       most)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : g_strdup ("");
  g_autofree char *ascii = g_str_to_ascii (valid, "C");
  GString *out = g_string_new (NULL);

  for (const char *p = ascii; *p != '\0' && out->len < most; p++)
    {
      gboolean is_delimiter = *p == ELEMENT || *p == REPETITION || *p == COMPONENT || *p == TERMINATOR;

      if (is_delimiter || (guchar) *p < ' ' || (guchar) *p > '~')
        g_string_append_c (out, ' ');
      else
        g_string_append_c (out, *p);
    }
  g_strstrip (out->str);
  return g_string_free (out, FALSE);
}

static void
begin (Writing    *self,
       const char *name)
{
  g_string_append (self->out, name);
  self->n_segments++;
}

static void
element (Writing    *self,
         const char *text,
         gsize       most)
{
  g_autofree char *value = clean (text, most);

  g_string_append_c (self->out, ELEMENT);
  g_string_append (self->out, value);
}

/* Empty elements at the end are not written (X12.6). */
static void
end (Writing *self)
{
  while (self->out->len > 0 && self->out->str[self->out->len - 1] == ELEMENT)
    g_string_truncate (self->out, self->out->len - 1);
  g_string_append_c (self->out, TERMINATOR);
}

/* @...: the elements, to NULL. */
static void
segment (Writing    *self,
         const char *name,
         ...)
{
  va_list args;

  begin (self, name);
  va_start (args, name);
  for (const char *text = va_arg (args, const char *); text != NULL; text = va_arg (args, const char *))
    element (self, text, 80);
  va_end (args);
  end (self);
}

static void
level (Writing    *self,
       guint       number,
       guint       parent,
       const char *code,
       gboolean    has_lower)
{
  g_autofree char *own = g_strdup_printf ("%u", number);
  g_autofree char *of = parent > 0 ? g_strdup_printf ("%u", parent) : g_strdup ("");

  segment (self, "HL", own, of, code, has_lower ? "1" : "0", NULL);
}

static void
name (Writing    *self,
      const char *entity,
      const char *last,
      const char *first,
      const char *middle,
      const char *qualifier,
      const char *id)
{
  gboolean is_person = first != NULL || g_str_equal (entity, "IL") || g_str_equal (entity, "03");

  begin (self, "NM1");
  element (self, entity, 3);
  element (self, is_person ? "1" : "2", 1);
  element (self, last, 60);
  element (self, first, 35);
  element (self, middle, 25);
  element (self, NULL, 0);
  element (self, NULL, 0);
  if (id != NULL && *id != '\0')
    {
      element (self, qualifier, 2);
      element (self, id, 80);
    }
  end (self);
}

/* CCYYMMDD of an ISO day. */
static char *
day (const char *iso)
{
  return iso != NULL ? g_strdup_printf ("%.4s%.2s%.2s", iso, iso + 5, iso + 8) : NULL;
}

static void
birth (Writing    *self,
       const char *born,
       const char *sex)
{
  g_autofree char *of = day (born);

  if (of != NULL || sex != NULL)
    segment (self, "DMG", of != NULL ? "D8" : "", of != NULL ? of : "", sex != NULL ? sex : "", NULL);
}

static void
dates_and_services (Writing              *self,
                    const IvrEdiQuestion *question)
{
  g_autofree char *from = day (question->from);
  g_autofree char *to = day (question->to);
  gboolean is_range = to != NULL && g_strcmp0 (from, to) != 0;
  g_autofree char *range = is_range ? g_strconcat (from, "-", to, NULL) : NULL;

  if (from != NULL)
    segment (self, "DTP", "291", is_range ? "RD8" : "D8", is_range ? range : from, NULL);
  begin (self, "EQ");
  for (guint i = 0; question->services[i] != NULL; i++)
    {
      g_string_append_c (self->out, i == 0 ? ELEMENT : REPETITION);
      g_string_append (self->out, question->services[i]);
    }
  end (self);
}

static void
patient (Writing              *self,
         const IvrEdiQuestion *question)
{
  gboolean has_dependent = question->dependent_last != NULL;

  level (self, 3, 2, "22", has_dependent);
  if (!has_dependent)
    segment (self, "TRN", "1", question->trace, question->trace_origin, NULL);
  name (self, "IL", question->subscriber_last, question->subscriber_first, question->subscriber_middle, "MI",
        question->member_id);
  if (question->group != NULL && *question->group != '\0')
    segment (self, "REF", "6P", question->group, NULL);
  birth (self, question->born, question->sex);
  if (has_dependent)
    {
      level (self, 4, 3, "23", FALSE);
      segment (self, "TRN", "1", question->trace, question->trace_origin, NULL);
      name (self, "03", question->dependent_last, question->dependent_first, NULL, NULL, NULL);
      birth (self, question->dependent_born, question->dependent_sex);
      if (question->relation != NULL)
        segment (self, "INS", "N", question->relation, NULL);
    }
  dates_and_services (self, question);
}

static void
interchange (Writing              *self,
             const IvrEdiQuestion *question)
{
  g_autofree char *sender = clean (question->sender, 15);
  g_autofree char *receiver = clean (question->receiver, 15);
  g_autofree char *sender_qualifier = clean (question->sender_qualifier, 2);
  g_autofree char *receiver_qualifier = clean (question->receiver_qualifier, 2);
  g_autofree char *at = g_date_time_format (question->at, "%y%m%d*%H%M");

  g_string_append_printf (self->out, "ISA*00*%10s*00*%10s*%2s*%-15s*%2s*%-15s*%s*%c*00501*%09u*0*%c*%c%c", "", "",
                          *sender_qualifier != '\0' ? sender_qualifier : "ZZ", sender,
                          *receiver_qualifier != '\0' ? receiver_qualifier : "ZZ", receiver, at, REPETITION,
                          question->control, question->is_test ? 'T' : 'P', COMPONENT, TERMINATOR);
}

/* What only X12 needs. */
static gboolean
check_envelope (const IvrEdiQuestion  *question,
                GError               **error)
{
  g_autofree char *sender = clean (question->sender, 15);
  g_autofree char *receiver = clean (question->receiver, 15);

  if (*sender != '\0' && *receiver != '\0' && question->control > 0 && question->control <= CONTROL_MAX)
    return TRUE;
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID,
                       "This payer's connection lacks an id or a control number, so the question was not asked; "
                       "an administrator has to complete it.");
  return FALSE;
}

/**
 * ivr_x12_writer_question:
 * @question: what to ask
 * @error: return location
 *
 * Writes one interchange with one 270 (005010X279A1): real time, one patient.
 *
 * Returns: (transfer full) (nullable): it, or %NULL with %IVR_ERROR_INVALID when a payer would refuse it unread
 */
char *
ivr_x12_writer_question (const IvrEdiQuestion  *question,
                         GError               **error)
{
  g_autofree char *date = NULL;
  g_autofree char *time = NULL;
  g_autofree char *control = NULL;
  g_autofree char *set = NULL;
  g_autofree char *count = NULL;
  Writing self = { 0 };

  if (!ivr_edi_question_check (question, error) || !check_envelope (question, error))
    return NULL;
  date = g_date_time_format (question->at, "%Y%m%d");
  time = g_date_time_format (question->at, "%H%M");
  control = g_strdup_printf ("%u", question->control);
  set = g_strdup_printf ("%04u", question->control);
  self.out = g_string_new (NULL);
  interchange (&self, question);
  segment (&self, "GS", "HS", question->sender, question->receiver, date, time, control, "X", VERSION, NULL);
  self.n_segments = 0;
  segment (&self, "ST", "270", set, VERSION, NULL);
  segment (&self, "BHT", "0022", "13", question->trace, date, time, NULL);
  level (&self, 1, 0, "20", TRUE);
  name (&self, "PR", question->payer, NULL, NULL, question->payer_qualifier != NULL ? question->payer_qualifier : "PI",
        question->payer_id);
  level (&self, 2, 1, "21", TRUE);
  name (&self, "1P", question->provider_last, question->provider_first, NULL, "XX", question->provider_npi);
  patient (&self, question);
  count = g_strdup_printf ("%u", self.n_segments + 1);
  segment (&self, "SE", count, set, NULL);
  segment (&self, "GE", "1", control, NULL);
  g_string_append_printf (self.out, "IEA%c1%c%09u%c", ELEMENT, ELEMENT, question->control, TERMINATOR);
  return g_string_free (self.out, FALSE);
}
