/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-cpt.h"

#include "ivr-area.h"

#include <glib/gi18n-lib.h>

#define SMALL_STEP 2500
#define LARGE_STEP 10000

static const struct
{
  const char *small[2];
  const char *large[2];
} codes[] = {
  [IVR_WOUND_GROUP_A] = { { "15271", "15272" }, { "15273", "15274" } },
  [IVR_WOUND_GROUP_B] = { { "15275", "15276" }, { "15277", "15278" } },
};

/**
 * ivr_cpt_calculate:
 * @group: where the wounds are
 * @total_area: all wounds of that group together, in hundredths of a cm²
 * @cpt: (out caller-allocates): the codes and units
 * @error: return location
 *
 * Below 100 cm² the first code covers 25 cm² and each add-on 25 more or part of it; from 100 cm²
 * on the first covers 100 cm² and each add-on 100 more or part of it. Forms print both "≤ 100" and
 * "≥ 100"; the text of CPT puts exactly 100 in the upper family. The add-on never stands alone.
 *
 * Returns: %FALSE with %IVR_ERROR_INVALID
 */
gboolean
ivr_cpt_calculate (IvrWoundGroup   group,
                   int             total_area,
                   IvrCpt         *cpt,
                   GError        **error)
{
  const char * const *family;
  int rest;

  *cpt = (IvrCpt) { 0 };
  if (group != IVR_WOUND_GROUP_A && group != IVR_WOUND_GROUP_B)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID,
                           _("Choose where on the body the wound is; the procedure code depends on it."));
      return FALSE;
    }
  if (total_area < 1 || total_area > IVR_AREA_MOST)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID,
                           _("Enter the total area of the wound."));
      return FALSE;
    }
  cpt->step = total_area >= LARGE_STEP ? LARGE_STEP : SMALL_STEP;
  cpt->total_area = total_area;
  family = cpt->step == LARGE_STEP ? codes[group].large : codes[group].small;
  rest = total_area - MIN (total_area, cpt->step);
  cpt->n_lines = rest > 0 ? 2 : 1;
  g_strlcpy (cpt->lines[0].code, family[0], sizeof cpt->lines[0].code);
  cpt->lines[0].units = 1;
  cpt->lines[0].area = total_area - rest;
  if (rest > 0)
    {
      g_strlcpy (cpt->lines[1].code, family[1], sizeof cpt->lines[1].code);
      cpt->lines[1].units = (rest + cpt->step - 1) / cpt->step;
      cpt->lines[1].area = rest;
    }
  return TRUE;
}

/**
 * ivr_wound_group_from_text:
 * @text: (nullable): "A" or "B" as a form keeps it
 *
 * Returns: the group, or 0
 */
IvrWoundGroup
ivr_wound_group_from_text (const char *text)
{
  if (g_strcmp0 (text, "A") == 0)
    return IVR_WOUND_GROUP_A;
  return g_strcmp0 (text, "B") == 0 ? IVR_WOUND_GROUP_B : 0;
}
