/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

G_BEGIN_DECLS

typedef enum {
  IVR_SECTION_COVERAGE = 1,
  IVR_SECTION_REQUEST,
  IVR_SECTION_PATIENT,
  IVR_SECTION_INSURANCE,
  IVR_SECTION_PHYSICIAN,
  IVR_SECTION_FACILITY,
  IVR_SECTION_WOUNDS,
  IVR_SECTION_PRODUCTS,
  IVR_SECTION_PROCEDURE,
  IVR_SECTION_NOTES,
} IvrSection;

typedef enum {
  IVR_FIELD_TEXT = 1,
  IVR_FIELD_BOOL,
  IVR_FIELD_CHOICE,
  IVR_FIELD_INT,
  IVR_FIELD_DATE,
  IVR_FIELD_BIRTH,
  IVR_FIELD_PHONE,
  IVR_FIELD_EMAIL,
  IVR_FIELD_STATE,
  IVR_FIELD_ZIP,
  IVR_FIELD_NPI,
  IVR_FIELD_TAX_ID,
  IVR_FIELD_PTAN,
  IVR_FIELD_MEDICAID_NO,
  IVR_FIELD_MEMBER_ID,
  IVR_FIELD_ICD10,
  IVR_FIELD_HCPCS,
  IVR_FIELD_CPT,
  IVR_FIELD_LENGTH,
  IVR_FIELD_AREA,
} IvrFieldType;

/**
 * IvrFieldNeed:
 * @IVR_NEED_OPTIONAL: may stay empty
 * @IVR_NEED_REQUIRED: must be there; with a condition, when that holds
 * @IVR_NEED_ADVISED: its absence is worth a warning; likewise
 */
typedef enum {
  IVR_NEED_OPTIONAL = 1,
  IVR_NEED_REQUIRED,
  IVR_NEED_ADVISED,
} IvrFieldNeed;

/**
 * IvrField:
 * @id: path of the value; `*` stands for each item of a list
 * @section: where it is on the form
 * @type: what may be written; decides how it is normalised and kept
 * @need: whether it must be there
 * @missing: what to do when it is missing, one sentence
 * @when: (nullable): condition, "path=value" or "path!=value"; `*` is the same item
 * @choices: (nullable): values of an %IVR_FIELD_CHOICE
 * @most: most characters of a text, or the largest number; 0 for the common limit of 200
 *
 * One question of the form. To add one, add a row to the table in ivr-field-table.c.
 */
typedef struct
{
  const char *id;
  IvrSection section;
  IvrFieldType type;
  IvrFieldNeed need;
  const char *missing;
  const char *when;
  const char * const *choices;
  int most;
} IvrField;

const IvrField *ivr_fields_get      (gsize           *n_fields);
const IvrField *ivr_field_find      (const char      *path);
char           *ivr_field_normalize (const IvrField  *field,
                                     const char      *text,
                                     GError         **error);

G_END_DECLS
