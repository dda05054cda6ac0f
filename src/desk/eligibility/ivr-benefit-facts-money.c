/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-benefit-facts.h"

#include "ivr-benefit-text.h"
#include "ivr-benefit-words.h"
#include "ivr-edi-value.h"
#include "ivr-money.h"

#include <glib/gi18n.h>
#include <string.h>

/* Figures of the same thing; more kinds than these are in the list of all lines. */
#define GROUPS_MOST 24
#define SAID_MOST 8

typedef enum {
  TOTAL,
  MET,
  REMAINING,
  OTHER,
} Part;

/* What is said about one thing: the same status, part, level, services, procedure and network. */
typedef struct
{
  char *key;
  Part part;
  int order;
  guint first;
  GPtrArray *lines;   /* IvrBenefitLine, owned by the facts */
} Group;

static void
group_free (Group *group)
{
  g_free (group->key);
  g_ptr_array_unref (group->lines);
  g_free (group);
}

static gboolean
is_total_kind (const IvrBenefitLine *line)
{
  return line->status[0] == 'C' || line->status[0] == 'G';
}

static Part
part_of (const IvrBenefitLine *line)
{
  static const char * const totals[] = { "22", "23", "25", NULL };

  if (!is_total_kind (line))
    return OTHER;
  if (line->period == NULL || g_strv_contains (totals, line->period))
    return TOTAL;
  if (g_str_equal (line->period, "24"))
    return MET;
  return g_str_equal (line->period, "29") ? REMAINING : OTHER;
}

static int
position_in (const char * const *list,
             const char         *what)
{
  int i = 0;

  while (list[i] != NULL && g_strcmp0 (list[i], what) != 0)
    i++;
  return i;
}

/* Deductible before out-of-pocket, the plan before single services, the person before the family. */
static int
order_of (const IvrBenefitLine *line)
{
  static const char * const kinds[] = { "C", "G", "B", "A", NULL };
  static const char * const levels[] = { "IND", "FAM", NULL };
  static const char * const networks[] = { "Y", "N", "W", "U", NULL };
  int network = line->network == NULL ? 0 : 1 + position_in (networks, line->network);

  return (((position_in (kinds, line->status) * 2 + (ivr_benefit_line_is_plan (line) ? 0 : 1)) * 8 + network) * 4 +
          position_in (levels, line->level)) * 4 + (int) part_of (line);
}

static char *
dup_key (const IvrBenefitLine *line,
         const char           *part)
{
  g_autofree char *services = ivr_benefit_line_is_plan (line) ? g_strdup ("30") : g_strjoinv ("^", line->services != NULL ? line->services : (char *[]) { NULL });

  return g_strjoin ("|", line->status, part, line->level != NULL ? line->level : "", services, line->procedure != NULL ? line->procedure : "",
                    line->network != NULL ? line->network : "", NULL);
}

static const char *
part_key (const IvrBenefitLine *line)
{
  static const char * const keys[] = { [TOTAL] = "total", [MET] = "met", [REMAINING] = "remaining" };
  Part part = part_of (line);

  return part != OTHER ? keys[part] : line->period != NULL ? line->period : "";
}

static int
compare_groups (gconstpointer a,
                gconstpointer b)
{
  const Group *first = *(Group * const *) a;
  const Group *second = *(Group * const *) b;

  return first->order != second->order ? first->order - second->order : (int) first->first - (int) second->first;
}

static GPtrArray *
group_lines (GPtrArray  *lines,
             const char *kinds)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) group_free);
  g_autoptr(GHashTable) found = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < lines->len; i++)
    {
      IvrBenefitLine *line = lines->pdata[i];
      g_autofree char *key = NULL;
      Group *group;

      if (line->status == NULL || line->status[1] != '\0' || strchr (kinds, line->status[0]) == NULL)
        continue;
      key = dup_key (line, part_key (line));
      group = g_hash_table_lookup (found, key);
      if (group == NULL)
        {
          group = g_new0 (Group, 1);
          group->part = part_of (line);
          group->order = order_of (line);
          group->first = i;
          group->lines = g_ptr_array_new ();
          group->key = g_steal_pointer (&key);
          g_hash_table_insert (found, group->key, group);
          g_ptr_array_add (groups, group);
        }
      g_ptr_array_add (group->lines, line);
    }
  g_ptr_array_sort (groups, compare_groups);
  return groups;
}

static const char *
part_word (const IvrBenefitLine *line,
           Part                  part)
{
  switch (part)
    {
    case TOTAL:
      return _("total");
    case MET:
      return _("met so far");
    case REMAINING:
      return _("remaining");
    case OTHER:
    default:
      return ivr_benefit_find_word (IVR_BENEFIT_PERIOD, line->period);
    }
}

static char *
dup_title (const IvrBenefitLine *line,
           Part                  part)
{
  g_autofree char *kind = ivr_benefit_dup_word (IVR_BENEFIT_STATUS, line->status);
  g_autofree char *level = line->level != NULL ? ivr_benefit_dup_word (IVR_BENEFIT_LEVEL, line->level) : NULL;
  g_autofree char *services = ivr_benefit_line_is_plan (line) ? NULL : ivr_benefit_line_dup_services (line);
  const char *parts[] = { services, level, ivr_benefit_network_word (line->network), part_word (line, part) };
  GString *title = g_string_new (kind);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL && parts[i][0] != '\0')
      g_string_append_printf (title, ", %s", parts[i]);
  return g_string_free (title, FALSE);
}

/* What the summary of the reading says of the group's figure: it is stated once (TRUE), or in several ways or of
 * somebody else (FALSE). What it does not look at is left to the lines. */
static gboolean
is_unique_there (JsonObject           *reading,
                 const IvrBenefitLine *line,
                 Part                  part)
{
  static const char * const parts[] = { "", "_met", "_remaining" };
  static const char * const plain[] = { "total", "met", "remaining" };
  JsonObject *summary = ivr_benefit_object (reading, "summary");
  const char *base = line->status[0] == 'C' ? "deductible" : "oop";
  gboolean is_family = g_strcmp0 (line->level, "FAM") == 0;
  g_autofree char *key = NULL;
  g_autofree char *value = NULL;

  if (summary == NULL || part == OTHER || !ivr_benefit_line_is_plan (line) || (!is_family && g_strcmp0 (line->level, "IND") != 0) ||
      g_strcmp0 (line->network, "U") == 0)
    return TRUE;
  if (line->network == NULL)
    key = g_strdup_printf ("%s_%s_%s", base, plain[part], is_family ? "fam" : "ind");
  else
    {
      key = g_strdup_printf ("%s_%s%s", base, is_family ? "fam" : "ind", parts[part]);
      summary = ivr_benefit_object (summary, line->network[0] == 'Y' ? "in_network" : line->network[0] == 'N' ? "out_of_network"
                                                                                                           : "net_not_applicable_W");
    }
  value = ivr_benefit_dup (summary, key);
  return value != NULL;
}

static char *
dup_said (const IvrBenefitLine *line)
{
  g_autofree char *amount = ivr_benefit_line_dup_amount (line);
  g_autofree char *where = ivr_benefit_line_dup_where (line);
  const char *period = line->period != NULL ? ivr_benefit_find_word (IVR_BENEFIT_PERIOD, line->period) : NULL;
  g_autofree char *message = line->messages != NULL && line->messages[0] != NULL ? ivr_benefit_text_clean (line->messages[0], 120) : NULL;
  GString *text = g_string_new (amount[0] != '\0' ? amount : _("no figure"));

  if (period != NULL)
    g_string_append_printf (text, " · %s", period);
  if (message != NULL)
    g_string_append_printf (text, " · %s", message);
  g_string_append_printf (text, " (%s)", where);
  return g_string_free (text, FALSE);
}

/* A number stands alone only when nothing else is said; else all that is said. */
static void
add_group (IvrBenefitSection *section,
           JsonObject        *reading,
           const Group       *group)
{
  const IvrBenefitLine *first = group->lines->pdata[0];
  g_autofree char *title = dup_title (first, group->part);
  g_autofree char *amount = ivr_benefit_line_dup_amount (first);
  g_autoptr(GString) where = g_string_new (NULL);
  g_autoptr(GString) all = g_string_new (NULL);
  gboolean is_unique = is_unique_there (reading, first, group->part);
  IvrBenefitRow *row;

  for (guint i = 0; i < group->lines->len; i++)
    {
      const IvrBenefitLine *line = group->lines->pdata[i];
      g_autofree char *other = ivr_benefit_line_dup_amount (line);
      g_autofree char *at = ivr_benefit_line_dup_where (line);
      g_autofree char *said = i < SAID_MOST ? dup_said (line) : NULL;

      is_unique &= g_str_equal (other, amount);
      if (i < SAID_MOST)
        g_string_append_printf (where, "%s%s", i > 0 ? ", " : "", at);
      if (i < SAID_MOST)
        g_string_append_printf (all, "\n%s", said);
      else if (i == SAID_MOST)
        g_string_append (all, "\n…");
    }
  if (!is_unique)
    g_string_prepend (all, _("Not the only figure; read what stands beside each:"));
  row = ivr_benefit_section_add (section, group->key, title, is_unique ? amount : all->str, where->str);
  row->source = ivr_benefit_line_dup_text (first);
  if (!is_unique)
    row->tone = IVR_BENEFIT_ATTENTION;
}

static const Group *
find_group (GPtrArray  *groups,
            const char *key)
{
  for (guint i = 0; i < groups->len; i++)
    if (g_str_equal (((Group *) groups->pdata[i])->key, key))
      return groups->pdata[i];
  return NULL;
}

/* The third of total, met and remaining follows from the other two, when each is said once; it is marked as reckoned. */
static void
add_reckoned (IvrBenefitFacts   *self,
              IvrBenefitSection *section,
              GPtrArray         *groups,
              const Group       *total)
{
  const IvrBenefitLine *line = total->lines->pdata[0];
  g_autofree char *met_key = dup_key (line, "met");
  g_autofree char *left_key = dup_key (line, "remaining");
  const Group *met = find_group (groups, met_key);
  const Group *left = find_group (groups, left_key);
  const Group *known = met != NULL ? met : left;
  const IvrBenefitRow *total_row = ivr_benefit_facts_find (self, total->key);
  const IvrBenefitRow *known_row = known != NULL ? ivr_benefit_facts_find (self, known->key) : NULL;
  gint64 all, some;

  if (known_row == NULL || (met != NULL && left != NULL) || total_row == NULL || total_row->tone != IVR_BENEFIT_STATED ||
      known_row->tone != IVR_BENEFIT_STATED || line->currency != NULL ||
      !ivr_edi_value_to_cents (line->amount, &all) || !ivr_edi_value_to_cents (((IvrBenefitLine *) known->lines->pdata[0])->amount, &some) ||
      some < 0 || some > all)
    return;
  {
    g_autofree char *money = ivr_money_format (all - some);
    g_autofree char *value = g_strdup_printf (met != NULL ? _("%s (total less met)") : _("%s (total less remaining)"), money);
    g_autofree char *title = dup_title (line, met != NULL ? REMAINING : MET);

    ivr_benefit_section_add (section, met != NULL ? left_key : met_key, title, value, _("reckoned"));
  }
}

static void
add_kinds (IvrBenefitFacts *self,
           JsonObject      *reading,
           const char      *title,
           const char      *kinds)
{
  static const struct { const char *status; const char *title; } needed[] = {
    { "C", N_("Deductible") }, { "G", N_("Out-of-pocket maximum") }, { "B", N_("Copay") }, { "A", N_("Coinsurance") },
  };
  IvrBenefitSection *section = ivr_benefit_facts_add_section (self, title);
  g_autoptr(GPtrArray) groups = group_lines (self->lines, kinds);
  guint shown = MIN (groups->len, GROUPS_MOST);

  for (guint i = 0; i < shown; i++)
    add_group (section, reading, groups->pdata[i]);
  for (guint i = 0; i < shown; i++)
    if (((Group *) groups->pdata[i])->part == TOTAL)
      add_reckoned (self, section, groups, groups->pdata[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      gboolean is_said = strchr (kinds, needed[i].status[0]) == NULL;

      for (guint k = 0; k < groups->len && !is_said; k++)
        is_said = ((Group *) groups->pdata[k])->key[0] == needed[i].status[0];
      if (!is_said)
        ivr_benefit_section_add (section, needed[i].status, _(needed[i].title), NULL, NULL);
    }
  if (groups->len > shown)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("%u more below “All lines”", "%u more below “All lines”", groups->len - shown), groups->len - shown);

      ivr_benefit_section_add (section, kinds, _("More"), more, NULL)->tone = IVR_BENEFIT_ATTENTION;
    }
}

void
ivr_benefit_facts_add_money (IvrBenefitFacts *self,
                             JsonObject      *reading)
{
  add_kinds (self, reading, _("Deductible and out-of-pocket"), "CG");
  add_kinds (self, reading, _("Copay and coinsurance"), "BA");
}
