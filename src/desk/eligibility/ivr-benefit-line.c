/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-benefit-line.h"

#include "ivr-benefit-text.h"
#include "ivr-benefit-words.h"

#include <glib/gi18n.h>

/* So many services and messages of a line are named; the rest is in what the payer sent. */
#define SERVICES_MOST 12
#define MESSAGES_MOST 20

void
ivr_benefit_line_free (IvrBenefitLine *self)
{
  g_free (self->status);
  g_free (self->level);
  g_strfreev (self->services);
  g_free (self->type);
  g_free (self->plan);
  g_free (self->period);
  g_free (self->amount);
  g_free (self->currency);
  g_free (self->percent);
  g_free (self->quantity_of);
  g_free (self->quantity);
  g_free (self->authorization);
  g_free (self->network);
  g_free (self->procedure);
  g_strfreev (self->messages);
  g_strfreev (self->details);
  g_free (self);
}

static GStrv
dup_texts (JsonObject *object,
           const char *name,
           guint       most)
{
  GPtrArray *texts = g_ptr_array_new ();
  guint n = ivr_benefit_length (object, name);

  for (guint i = 0; i < n && texts->len < most; i++)
    {
      char *text = ivr_benefit_dup_at (object, name, i);

      if (text != NULL)
        g_ptr_array_add (texts, text);
    }
  g_ptr_array_add (texts, NULL);
  return (GStrv) g_ptr_array_free (texts, FALSE);
}

static IvrBenefitLine *
read_x12 (JsonObject *object,
          guint       number)
{
  IvrBenefitLine *line = g_new0 (IvrBenefitLine, 1);

  line->number = number;
  line->status = ivr_benefit_dup (object, "eb01");
  line->level = ivr_benefit_dup (object, "level");
  line->services = dup_texts (object, "stc", 99);
  line->type = ivr_benefit_dup (object, "ins_type");
  line->plan = ivr_benefit_dup (object, "plan");
  line->period = ivr_benefit_dup (object, "period");
  line->amount = ivr_benefit_dup (object, "amount");
  line->percent = ivr_benefit_dup (object, "percent");
  line->quantity_of = ivr_benefit_dup (object, "qty_qual");
  line->quantity = ivr_benefit_dup (object, "qty");
  line->authorization = ivr_benefit_dup (object, "auth");
  line->network = ivr_benefit_dup (object, "net");
  line->procedure = ivr_benefit_dup (object, "procedure");
  line->messages = dup_texts (object, "msg", MESSAGES_MOST);
  return line;
}

/* A word of FHIR as the code of X12 that says the same; any other as it stands. */
static char *
dup_code (JsonObject         *object,
          const char         *name,
          const char * const *pairs)
{
  char *word = ivr_benefit_dup (object, name);

  for (; word != NULL && *pairs != NULL; pairs += 2)
    if (g_str_equal (word, pairs[0]))
      {
        g_free (word);
        return g_strdup (pairs[1]);
      }
  return word;
}

static gboolean
is_boolean (JsonObject *object,
            const char *name,
            gboolean   *value)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *value = json_node_get_boolean (node);
  return TRUE;
}

/* @used: what is used up of it, "met so far", or NULL when it says nothing of that. */
static IvrBenefitLine *
read_fhir (JsonObject *object,
           guint       number,
           gboolean    used)
{
  static const char * const networks[] = { "in", "Y", "out", "N", NULL };
  static const char * const units[] = { "individual", "IND", "family", "FAM", NULL };
  static const char * const terms[] = { "annual", "23", "day", "7", "lifetime", "32", NULL };
  static const char * const kinds[] = { "deductible", "C", "copay", "B", "copay-percent", "A", "copay-maximum", "B",
                                        "benefit", "F", "visit", "F", "room", "F", "out-of-pocket", "G", NULL };
  const char *money = used ? "usedMoney" : "allowedMoney";
  const char *count = used ? "usedUnsignedInt" : "allowedUnsignedInt";
  g_autofree char *kind = ivr_benefit_dup (object, "type");
  g_autofree char *said = ivr_benefit_dup (object, used ? "usedString" : "allowedString");
  g_autofree char *about = ivr_benefit_dup (object, "description");
  IvrBenefitLine *line;
  const char *texts[3] = { NULL };
  guint n = 0;
  gboolean flag;

  if (used && ivr_benefit_length (object, money) == 0 && json_object_get_member (object, count) == NULL && said == NULL)
    return NULL;
  line = g_new0 (IvrBenefitLine, 1);
  line->number = number;
  line->is_fhir = TRUE;
  line->status = dup_code (object, "type", kinds);
  if (is_boolean (object, "excluded", &flag) && flag)
    {
      g_free (line->status);
      line->status = g_strdup ("I");
    }
  else if (line->status == NULL)
    line->status = g_strdup ("CB");
  line->level = dup_code (object, "unit", units);
  line->network = dup_code (object, "network", networks);
  line->period = used ? g_strdup ("24") : dup_code (object, "term", terms);
  line->services = g_new0 (char *, 2);
  line->services[0] = ivr_benefit_dup (object, "category");
  line->procedure = ivr_benefit_dup (object, "productOrService");
  line->plan = ivr_benefit_dup (object, "name");
  line->amount = ivr_benefit_dup_at (object, money, 0);
  line->currency = ivr_benefit_dup_at (object, money, 1);
  if (g_strcmp0 (kind, "copay-percent") == 0)
    line->percent = ivr_benefit_dup (object, count);
  else
    line->quantity = ivr_benefit_dup (object, count);
  line->quantity_of = g_strcmp0 (kind, "visit") == 0 ? g_strdup ("VS") : NULL;
  if (is_boolean (object, "authorizationRequired", &flag))
    line->authorization = g_strdup (flag ? "Y" : "N");
  if (said != NULL)
    texts[n++] = said;
  if (about != NULL)
    texts[n++] = about;
  line->messages = g_strdupv ((char **) texts);
  return line;
}

/* What stands below a line (HSD, III) of X12, which counts its lines by EB. */
static void
read_details (JsonObject *reading,
              GPtrArray  *lines)
{
  guint n = ivr_benefit_length (reading, "benefit_details");

  for (guint i = 0; i < n; i++)
    {
      JsonObject *detail = ivr_benefit_object_at (reading, "benefit_details", i);
      gint64 number = ivr_benefit_number (detail, "after_eb_number");
      IvrBenefitLine *line = number >= 1 && number <= (gint64) lines->len ? lines->pdata[number - 1] : NULL;
      guint n_details = line != NULL && line->details != NULL ? g_strv_length (line->details) : 0;
      g_auto(GStrv) elements = dup_texts (detail, "elements", 12);
      g_autofree char *segment = ivr_benefit_dup (detail, "segment");
      g_autofree char *joined = g_strjoinv (" ", elements);

      if (line == NULL || segment == NULL || n_details == MESSAGES_MOST)
        continue;
      line->details = g_renew (char *, line->details, n_details + 2);
      line->details[n_details] = g_strdup_printf ("%s %s", segment, joined);
      line->details[n_details + 1] = NULL;
    }
}

/**
 * ivr_benefit_line_read:
 * @reading: (nullable): what was read in an answer, as `ivr-admin read-eligibility` writes it
 *
 * Returns: (transfer full) (element-type IvrBenefitLine): its lines in order
 */
GPtrArray *
ivr_benefit_line_read (JsonObject *reading)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) ivr_benefit_line_free);
  g_autofree char *kind = ivr_benefit_dup (reading, "kind");
  gboolean is_fhir = g_strcmp0 (kind, "FHIR") == 0;
  JsonObject *inner = is_fhir ? ivr_benefit_object (reading, "response") : NULL;
  guint n;

  if (inner != NULL)
    reading = inner;
  n = ivr_benefit_length (reading, "benefits");
  for (guint i = 0; i < n; i++)
    {
      JsonObject *one = ivr_benefit_object_at (reading, "benefits", i);
      /* One that is no object keeps its number: the others have to be where they say. */
      g_autoptr(JsonObject) none = one == NULL ? json_object_new () : NULL;
      IvrBenefitLine *used = is_fhir && one != NULL ? read_fhir (one, i + 1, TRUE) : NULL;

      g_ptr_array_add (lines, is_fhir ? read_fhir (one != NULL ? one : none, i + 1, FALSE)
                                      : read_x12 (one != NULL ? one : none, i + 1));
      if (used != NULL)
        g_ptr_array_add (lines, used);
    }
  if (!is_fhir)
    read_details (reading, lines);
  return lines;
}

gboolean
ivr_benefit_line_is_for (const IvrBenefitLine *self,
                         const char           *service)
{
  return self->services != NULL && g_strv_contains ((const char * const *) self->services, service);
}

/**
 * ivr_benefit_line_is_plan:
 * @self: a line
 *
 * Returns: whether it is about the whole plan: EB03 is 30 or empty, and no procedure is named
 */
gboolean
ivr_benefit_line_is_plan (const IvrBenefitLine *self)
{
  return self->procedure == NULL && (self->services == NULL || self->services[0] == NULL || ivr_benefit_line_is_for (self, "30"));
}

static void
append (GString    *text,
        const char *separator,
        const char *more)
{
  if (more == NULL || more[0] == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, separator);
  g_string_append (text, more);
}

/**
 * ivr_benefit_line_dup_services:
 * @self: a line
 *
 * Returns: (transfer full): what it is about, in words; empty when it does not say
 */
char *
ivr_benefit_line_dup_services (const IvrBenefitLine *self)
{
  GString *text = g_string_new (NULL);
  guint n = self->services != NULL ? g_strv_length (self->services) : 0;

  for (guint i = 0; i < n && i < SERVICES_MOST; i++)
    {
      g_autofree char *word = ivr_benefit_dup_word (IVR_BENEFIT_SERVICE, self->services[i]);

      append (text, ", ", word);
    }
  if (n > SERVICES_MOST)
    g_string_append_printf (text, ngettext (" and %u more", " and %u more", n - SERVICES_MOST), n - SERVICES_MOST);
  if (self->procedure != NULL)
    {
      g_autofree char *procedure = ivr_benefit_text_clean (self->procedure, 60);

      append (text, ", ", procedure);
    }
  return g_string_free (text, FALSE);
}

const char *
ivr_benefit_network_word (const char *network)
{
  if (g_strcmp0 (network, "Y") == 0)
    return _("in network");
  if (g_strcmp0 (network, "N") == 0)
    return _("out of network");
  if (g_strcmp0 (network, "W") == 0)
    return _("in and out of network alike");
  if (g_strcmp0 (network, "U") == 0)
    return _("network not known to the payer");
  return NULL;
}

/**
 * ivr_benefit_line_dup_amount:
 * @self: a line
 *
 * Returns: (transfer full): its figures in words, from the payer's own digits; empty when it has none
 */
char *
ivr_benefit_line_dup_amount (const IvrBenefitLine *self)
{
  GString *text = g_string_new (NULL);
  g_autofree char *money = self->amount != NULL ? ivr_benefit_text_money (self->amount, self->currency) : NULL;
  g_autofree char *percent = self->percent != NULL ? ivr_benefit_text_percent (self->percent) : NULL;
  g_autofree char *quantity = NULL;

  append (text, " · ", money);
  append (text, " · ", percent);
  if (self->quantity != NULL)
    {
      g_autofree char *of = self->quantity_of != NULL ? ivr_benefit_dup_word (IVR_BENEFIT_QUANTITY, self->quantity_of) : NULL;
      g_autofree char *n = ivr_benefit_text_clean (self->quantity, 40);

      quantity = of != NULL ? g_strdup_printf ("%s %s", n, of) : g_steal_pointer (&n);
      append (text, " · ", quantity);
    }
  return g_string_free (text, FALSE);
}

/**
 * ivr_benefit_line_dup_text:
 * @self: a line
 *
 * Returns: (transfer full): all that it says, in the order of its elements
 */
char *
ivr_benefit_line_dup_text (const IvrBenefitLine *self)
{
  GString *text = g_string_new (NULL);
  g_autofree char *status = ivr_benefit_dup_word (IVR_BENEFIT_STATUS, self->status);
  g_autofree char *level = ivr_benefit_dup_word (IVR_BENEFIT_LEVEL, self->level);
  g_autofree char *services = ivr_benefit_line_dup_services (self);
  g_autofree char *type = ivr_benefit_dup_word (IVR_BENEFIT_TYPE, self->type);
  g_autofree char *plan = ivr_benefit_text_clean (self->plan, 100);
  g_autofree char *period = ivr_benefit_dup_word (IVR_BENEFIT_PERIOD, self->period);
  g_autofree char *amount = ivr_benefit_line_dup_amount (self);
  const char *network = ivr_benefit_network_word (self->network);
  g_autofree char *odd = network == NULL && self->network != NULL ? ivr_benefit_text_clean (self->network, 40) : NULL;
  const char *parts[] = { status[0] != '\0' ? status : _("A line that does not say what it is"), services, amount, level, period, type, plan,
                          network != NULL ? network : odd };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    append (text, " · ", parts[i]);
  if (g_strcmp0 (self->authorization, "Y") == 0)
    append (text, " · ", _("prior authorization required"));
  else if (g_strcmp0 (self->authorization, "N") == 0)
    append (text, " · ", _("no prior authorization required"));
  else if (self->authorization != NULL)
    append (text, " · ", _("prior authorization: the payer does not know"));
  for (char **s = self->details; s != NULL && *s != NULL; s++)
    {
      g_autofree char *detail = ivr_benefit_text_clean (*s, 120);

      append (text, " · ", detail);
    }
  for (char **s = self->messages; s != NULL && *s != NULL; s++)
    {
      g_autofree char *message = ivr_benefit_text_clean (*s, IVR_BENEFIT_TEXT_MOST);

      append (text, " · ", message);
    }
  return g_string_free (text, FALSE);
}

/**
 * ivr_benefit_line_dup_where:
 * @self: a line
 *
 * Returns: (transfer full): where it stands in the answer: "EB 3", of FHIR "item 3"
 */
char *
ivr_benefit_line_dup_where (const IvrBenefitLine *self)
{
  return self->is_fhir ? g_strdup_printf (_("item %u"), self->number) : g_strdup_printf ("EB %u", self->number);
}
