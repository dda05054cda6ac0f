/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-set.h"

G_BEGIN_DECLS

/**
 * IvrEdiNetwork:
 *
 * For whom a figure is, as EB12 states it. Not stated is not "in".
 */
typedef enum {
  IVR_EDI_NETWORK_NOT_STATED,
  IVR_EDI_NETWORK_IN,
  IVR_EDI_NETWORK_OUT,
  IVR_EDI_NETWORK_EITHER,
  IVR_EDI_N_NETWORKS
} IvrEdiNetwork;

typedef enum {
  IVR_EDI_DEDUCTIBLE_IND,
  IVR_EDI_DEDUCTIBLE_IND_REMAINING,
  IVR_EDI_DEDUCTIBLE_IND_MET,
  IVR_EDI_DEDUCTIBLE_FAM,
  IVR_EDI_DEDUCTIBLE_FAM_REMAINING,
  IVR_EDI_DEDUCTIBLE_FAM_MET,
  IVR_EDI_OOP_IND,
  IVR_EDI_OOP_IND_REMAINING,
  IVR_EDI_OOP_IND_MET,
  IVR_EDI_OOP_FAM,
  IVR_EDI_OOP_FAM_REMAINING,
  IVR_EDI_OOP_FAM_MET,
  IVR_EDI_COPAY_VISIT,
  IVR_EDI_COPAY_OFFICE,
  IVR_EDI_COINSURANCE,
  IVR_EDI_COINSURANCE_OFFICE,
  IVR_EDI_N_FIGURES
} IvrEdiFigure;

/**
 * IvrEdiSummary:
 * @values: what is stated once, as the payer wrote it; %NULL where nothing or several things are stated
 * @benefits: number of the benefit that states it, from 1
 * @conflicts: whether several different values are stated: then the lines themselves have to be read
 *
 * The figures of the patient that people ask for first.
 */
typedef struct
{
  const char *values[IVR_EDI_N_NETWORKS][IVR_EDI_N_FIGURES];
  guint32 benefits[IVR_EDI_N_NETWORKS][IVR_EDI_N_FIGURES];
  gboolean conflicts[IVR_EDI_N_NETWORKS][IVR_EDI_N_FIGURES];
} IvrEdiSummary;

void ivr_edi_summary_read (IvrEdiSet     *set,
                           IvrEdiSummary *summary);

G_END_DECLS
