/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrBenefitList:
 *
 * The code lists of a 271 that people read in words. What is in no list is shown as it stands.
 */
typedef enum {
  IVR_BENEFIT_STATUS,      /* EB01, list 1390 */
  IVR_BENEFIT_LEVEL,       /* EB02, 1207 */
  IVR_BENEFIT_SERVICE,     /* EB03, 1365 */
  IVR_BENEFIT_TYPE,        /* EB04, 1336 */
  IVR_BENEFIT_PERIOD,      /* EB06 and HSD, 615 */
  IVR_BENEFIT_QUANTITY,    /* EB09, 673 */
  IVR_BENEFIT_DATE,        /* DTP01, 374 */
  IVR_BENEFIT_ENTITY,      /* NM101, 98 */
  IVR_BENEFIT_REFERENCE,   /* REF01, 128 */
  IVR_BENEFIT_REASON,      /* AAA03, 901 */
  IVR_BENEFIT_FOLLOW_UP,   /* AAA04, 889 */
  IVR_BENEFIT_N_LISTS
} IvrBenefitList;

const char *ivr_benefit_find_word (IvrBenefitList  list,
                                   const char     *code);
char       *ivr_benefit_dup_word  (IvrBenefitList  list,
                                   const char     *code);

G_END_DECLS
