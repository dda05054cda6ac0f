/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-completeness.h"

#include "ivr-area.h"
#include "ivr-date.h"
#include "ivr-field.h"
#include "ivr-identifiers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The calendar year of Medicare's skilled nursing benefit ends on its hundredth day. */
#define SNF_DAYS_MOST 100
#define CONSERVATIVE_WEEKS_LEAST 4

typedef struct
{
  IvrIntake *intake;
  const GDate *today;
  GPtrArray *findings;
} Check;

typedef void (*RuleFunc) (Check      *check,
                          const char *path,
                          const char *text);

/**
 * ivr_finding_free:
 * @finding: (transfer full): a finding
 */
void
ivr_finding_free (IvrFinding *finding)
{
  g_free (finding->path);
  g_free (finding->sentence);
  g_free (finding);
}

static void
find (Check       *check,
      const char  *path,
      IvrSeverity  severity,
      gboolean     banner,
      const char  *sentence)
{
  IvrFinding *finding = g_new0 (IvrFinding, 1);

  finding->path = g_strdup (path);
  finding->severity = severity;
  finding->banner = banner;
  finding->sentence = g_strdup (sentence);
  g_ptr_array_add (check->findings, finding);
}

static void
block (Check      *check,
       const char *path,
       const char *sentence)
{
  find (check, path, IVR_SEVERITY_BLOCKER, FALSE, sentence);
}

static void
warn (Check      *check,
      const char *path,
      const char *sentence)
{
  find (check, path, IVR_SEVERITY_WARNING, FALSE, sentence);
}

static char *
sibling (const char *path,
         const char *name)
{
  const char *dot = strrchr (path, '.');

  return dot != NULL ? g_strdup_printf ("%.*s.%s", (int) (dot - path), path,
                                        name) : g_strdup (name);
}

static char *
dup_sibling (Check      *check,
             const char *path,
             const char *name)
{
  g_autofree char *other = sibling (path, name);

  return ivr_intake_dup (check->intake, other);
}

/* Original Medicare and Medicare Advantage share the word; only the former has MBI and PTAN. */
static gboolean
is_original_medicare (const char *payer)
{
  g_autofree char *lower = g_utf8_strdown (payer, -1);

  return strstr (lower, "medicare") != NULL && strstr (lower, "advantage") == NULL &&
         strstr (lower, "supplement") == NULL;
}

static gboolean
has_medicare (Check *check)
{
  guint n = ivr_intake_count (check->intake, "insurances");

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("insurances.%u.payer_name", i);
      g_autofree char *payer = ivr_intake_dup (check->intake, path);

      if (is_original_medicare (payer))
        return TRUE;
    }
  return FALSE;
}

static void
check_part_a (Check      *check,
              const char *path,
              const char *text)
{
  if (strcmp (text, "true") == 0)
    find (check, path, IVR_SEVERITY_WARNING, TRUE,
          N_("The patient is in a Part A stay: Part B services cannot be billed for that time."));
}

static void
check_hospice (Check      *check,
               const char *path,
               const char *text)
{
  if (strcmp (text, "true") == 0)
    find (check, path, IVR_SEVERITY_WARNING, TRUE,
          N_("The patient is in hospice care: the plan pays only for what the hospice does not cover."));
}

static void
check_snf_days (Check      *check,
                const char *path,
                const char *text)
{
  if (g_ascii_strtoll (text, NULL, 10) > SNF_DAYS_MOST)
    warn (check, path,
          N_("The patient has been in the nursing home for more than 100 days. The payer will ask about it."));
}

static void
check_global_date (Check      *check,
                   const char *path,
                   const char *text)
{
  GDate day;

  if (ivr_date_parse (text, &day, NULL) && g_date_compare (&day, check->today) > 0)
    warn (check, path, N_("The date of the surgery is in the future."));
}

static void
check_birth (Check      *check,
             const char *path,
             const char *text)
{
  g_autoptr(GError) error = NULL;
  GDate day;

  if (ivr_date_parse (text, &day, NULL) && !ivr_date_check_birth (&day, check->today, &error))
    block (check, path, error->message);
}

static void
check_member_id (Check      *check,
                 const char *path,
                 const char *text)
{
  g_autofree char *payer = dup_sibling (check, path, "payer_name");
  g_autofree char *mbi = ivr_mbi_normalize (text, NULL);

  if (text[0] != '\0' && is_original_medicare (payer) && mbi == NULL)
    warn (check, path, N_("This is not a Medicare number. Copy it from the red, white and blue card."));
}

static void
check_ptan (Check      *check,
            const char *path,
            const char *text)
{
  if (text[0] == '\0' && has_medicare (check))
    warn (check, path, N_("Medicare asks for the PTAN. Enter it if you know it."));
}

static void
check_area (Check      *check,
            const char *path,
            const char *text)
{
  g_autofree char *length_text = dup_sibling (check, path, "length_cm");
  g_autofree char *width_text = dup_sibling (check, path, "width_cm");
  int area, length, width;

  if (ivr_area_parse (text, &area, NULL) && ivr_length_parse (length_text, &length, NULL) &&
      ivr_length_parse (width_text, &width, NULL) && ivr_area_differs (area, length, width))
    warn (check, path,
          N_("The area differs from length times width by more than a tenth. Look at the measures again."));
}

static void
check_duration (Check      *check,
                const char *path,
                const char *text)
{
  if (text[0] != '\0' && g_ascii_strtoll (text, NULL, 10) < CONSERVATIVE_WEEKS_LEAST)
    warn (check, path, N_("Payers expect at least four weeks of other care first."));
}

static void
check_failed (Check      *check,
              const char *path,
              const char *text)
{
  if (strcmp (text, "false") == 0)
    warn (check, path, N_("Payers expect that four weeks of conservative care have failed first."));
}

static void
check_service_date (Check      *check,
                    const char *path,
                    const char *text)
{
  GDate day;

  if (ivr_date_parse (text, &day, NULL) && g_date_compare (&day, check->today) < 0)
    warn (check, path, N_("The date of service is in the past."));
}

static void
check_quantity (Check      *check,
                const char *path,
                const char *text)
{
  if (strcmp (text, "0") == 0)
    block (check, path, N_("Say how many pieces of this size."));
}

static void
check_notify (Check      *check,
              const char *path,
              const char *text)
{
  if (text[0] != '\0')
    warn (check, path,
          N_("Only give addresses of people who are under a business associate agreement."));
}

static void
check_icd10 (Check      *check,
             const char *path,
             const char *text)
{
  g_autofree char *type = dup_sibling (check, path, "type");
  guint n = ivr_intake_count (check->intake, path);

  if (n == 0)
    block (check, path, N_("Give at least one ICD-10 code for the wound."));
  else if (n == 1 && (strcmp (type, "DFU") == 0 || strcmp (type, "VLU") == 0))
    block (check, path, N_("A diabetic foot or venous leg ulcer needs two ICD-10 codes on the claim."));
}

static void
check_sizes (Check      *check,
             const char *path,
             const char *text)
{
  if (ivr_intake_count (check->intake, path) == 0)
    block (check, path, N_("Choose at least one size and a quantity."));
}

/* What a question's type alone cannot say; `*` as in the table of fields. */
static const struct
{
  const char *id;
  RuleFunc func;
} rules[] = {
  { "part_a_stay", check_part_a },
  { "hospice", check_hospice },
  { "snf_days", check_snf_days },
  { "global_surgery_date", check_global_date },
  { "notify_emails.*", check_notify },
  { "patient.dob", check_birth },
  { "insurances.*.subscriber_dob", check_birth },
  { "insurances.*.member_id", check_member_id },
  { "physician.ptan", check_ptan },
  { "facility.ptan", check_ptan },
  { "wounds.*.total_area_cm2", check_area },
  { "wounds.*.duration_weeks", check_duration },
  { "wounds.*.failed_4_weeks", check_failed },
  { "products.*.sizes.*.quantity", check_quantity },
  { "service_date", check_service_date },
};

/* Lists that must have something in them, and the check of the list itself. */
static const struct
{
  const char *id;
  const char *first;   /* the field before which it is reported */
  const char *missing;
  RuleFunc func;
} lists[] = {
  { "insurances", "insurances.*.payer_name", N_("Enter the primary insurance."), NULL },
  { "wounds", "wounds.*.type", N_("Describe at least one wound."), NULL },
  { "wounds.*.icd10", "wounds.*.icd10.*", NULL, check_icd10 },
  { "products", "products.*.hcpcs", N_("Choose at least one product with a size and a quantity."),
    NULL },
  { "products.*.sizes", "products.*.sizes.*.label", NULL, check_sizes },
};

static char *
fill_in (const char *id,
         const char *path)
{
  g_auto(GStrv) wanted = g_strsplit (id, ".", -1);
  g_auto(GStrv) given = g_strsplit (path, ".", -1);

  for (guint i = 0; wanted[i] != NULL && given[i] != NULL; i++)
    if (strcmp (wanted[i], "*") == 0)
      {
        g_free (wanted[i]);
        wanted[i] = g_strdup (given[i]);
      }
  return g_strjoinv (".", wanted);
}

static gboolean
condition_holds (Check      *check,
                 const char *when,
                 const char *path)
{
  const char *equals;
  gboolean negated;
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;
  g_autofree char *text = NULL;

  if (when == NULL)
    return TRUE;
  equals = strchr (when, '=');
  negated = equals[-1] == '!';
  id = g_strndup (when, (gsize) (equals - when) - negated);
  other = fill_in (id, path);
  text = ivr_intake_dup (check->intake, other);
  /* "Not self" is said only by who has said something. */
  if (text[0] == '\0')
    return FALSE;
  return (strcmp (text, equals + 1) == 0) != negated;
}

static void
check_value (Check          *check,
             const IvrField *field,
             const char     *path)
{
  g_autofree char *text = ivr_intake_dup (check->intake, path);
  g_autoptr(GError) error = NULL;

  if (text[0] == '\0')
    {
      if (field->need != IVR_NEED_OPTIONAL && condition_holds (check, field->when, path))
        find (check, path, field->need == IVR_NEED_REQUIRED
              ? IVR_SEVERITY_BLOCKER : IVR_SEVERITY_WARNING, FALSE,
              field->missing);
    }
  else
    {
      g_autofree char *normal = ivr_field_normalize (field, text, &error);

      /* A PTAN has no public form, and a choice may be one that a newer program offers. */
      if (normal == NULL)
        find (check, path, field->type == IVR_FIELD_PTAN || field->type == IVR_FIELD_CHOICE
                             ? IVR_SEVERITY_WARNING : IVR_SEVERITY_BLOCKER, FALSE, error->message);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (error == NULL && strcmp (rules[i].id, field->id) == 0)
      rules[i].func (check, path, text);
}

typedef void (*PathFunc) (Check      *check,
                          const char *path,
                          gpointer    data);

static void
for_each_path (Check      *check,
               const char *id,
               PathFunc    func,
               gpointer    data)
{
  const char *star = strchr (id, '*');
  g_autofree char *list = NULL;
  guint n;

  if (star == NULL)
    {
      func (check, id, data);
      return;
    }
  list = g_strndup (id, (gsize) (star - id) - 1);
  n = ivr_intake_count (check->intake, list);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s.%u%s", list, i, star + 1);

      for_each_path (check, path, func, data);
    }
}

static void
check_field_cb (Check      *check,
                const char *path,
                gpointer    data)
{
  check_value (check, data, path);
}

static void
check_list_cb (Check      *check,
               const char *path,
               gpointer    data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  if (lists[i].func != NULL)
    lists[i].func (check, path, "");
  else if (ivr_intake_count (check->intake, path) == 0)
    block (check, path, lists[i].missing);
}

/**
 * ivr_intake_check:
 * @self: a form
 * @today: today
 *
 * Looks for everything that is missing or wrong, so that the clinic hears it before a specialist
 * does. Warnings are what only the payer or the person can know.
 *
 * Returns: (transfer container) (element-type IvrFinding): in the order of the form, the questions
 *   that stop a case first; empty when the request is complete
 */
GPtrArray *
ivr_intake_check (IvrIntake   *self,
                  const GDate *today)
{
  Check check = { self, today, NULL };
  gsize n_fields;
  const IvrField *fields = ivr_fields_get (&n_fields);

  g_return_val_if_fail (IVR_IS_INTAKE (self), NULL);
  g_return_val_if_fail (today != NULL && g_date_valid (today), NULL);

  check.findings = g_ptr_array_new_with_free_func ((GDestroyNotify) ivr_finding_free);
  for (gsize i = 0; i < n_fields; i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (lists); j++)
        if (strcmp (lists[j].first, fields[i].id) == 0)
          for_each_path (&check, lists[j].id, check_list_cb, GSIZE_TO_POINTER (j));
      for_each_path (&check, fields[i].id, check_field_cb, (gpointer) &fields[i]);
    }
  return check.findings;
}
