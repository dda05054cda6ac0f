/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

G_BEGIN_DECLS

/**
 * IvrWoundGroup:
 * @IVR_WOUND_GROUP_A: trunk, arms, legs
 * @IVR_WOUND_GROUP_B: face, scalp, eyelids, mouth, neck, ears, orbits, genitalia, hands, feet,
 *   digits
 */
typedef enum {
  IVR_WOUND_GROUP_A = 1,
  IVR_WOUND_GROUP_B,
} IvrWoundGroup;

/**
 * IvrCptLine:
 * @code: procedure code
 * @units: how many
 * @area: what these units cover, in hundredths of a cm²; the last unit may be covered in part
 */
typedef struct
{
  char code[6];
  int units;
  int area;
} IvrCptLine;

/**
 * IvrCpt:
 * @n_lines: 1, or 2 with the add-on code
 * @lines: the first code, then the add-on
 * @total_area: what was asked for, in hundredths of a cm²
 * @step: area of one add-on unit, in hundredths of a cm²: 2500 or 10000
 *
 * Numbers enough to show the arithmetic; the words are the desk's.
 */
typedef struct
{
  int n_lines;
  IvrCptLine lines[2];
  int total_area;
  int step;
} IvrCpt;

gboolean      ivr_cpt_calculate          (IvrWoundGroup   group,
                                          int             total_area,
                                          IvrCpt         *cpt,
                                          GError        **error);
IvrWoundGroup ivr_wound_group_from_text  (const char     *text);

G_END_DECLS
