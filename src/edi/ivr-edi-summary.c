/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-summary.h"

#include "ivr-edi-json.h"
#include "ivr-edi-value.h"

#include <string.h>

static IvrEdiNetwork
network_of (const IvrEdiBenefit *benefit)
{
  const char *network = ivr_edi_benefit_get (benefit, IVR_EDI_EB_NETWORK);

  if (network == NULL || network[1] != '\0')
    return IVR_EDI_NETWORK_NOT_STATED;
  switch (*network)
    {
    case 'Y':
      return IVR_EDI_NETWORK_IN;
    case 'N':
      return IVR_EDI_NETWORK_OUT;
    case 'W':
      return IVR_EDI_NETWORK_EITHER;
    default:
      return IVR_EDI_NETWORK_NOT_STATED;
    }
}

/* What is stated twice in the same words stays; what is stated differently is for a person to read. */
static void
state (IvrEdiSummary *summary,
       IvrEdiNetwork  network,
       IvrEdiFigure   figure,
       const char    *value,
       guint32        number)
{
  const char **cell = &summary->values[network][figure];

  if (value == NULL || summary->conflicts[network][figure])
    return;
  if (*cell != NULL && ivr_edi_value_compare (*cell, value) != 0)
    {
      *cell = NULL;
      summary->benefits[network][figure] = 0;
      summary->conflicts[network][figure] = TRUE;
    }
  else if (*cell == NULL)
    {
      *cell = value;
      summary->benefits[network][figure] = number;
    }
}

/* Total, remaining or met of a deductible or an out-of-pocket maximum, by EB06. */
static void
read_total (IvrEdiSummary       *summary,
            const IvrEdiBenefit *benefit,
            IvrEdiFigure         first,
            guint32              number)
{
  static const char * const totals[] = { "22", "23", "25", NULL };
  const char *level = ivr_edi_benefit_get (benefit, IVR_EDI_EB_LEVEL);
  const char *period = ivr_edi_benefit_get (benefit, IVR_EDI_EB_PERIOD);
  guint figure = first;

  if (g_strcmp0 (level, "FAM") == 0)
    figure += 3;
  else if (g_strcmp0 (level, "IND") != 0)
    return;
  if (g_strcmp0 (period, "29") == 0)
    figure += 1;
  else if (g_strcmp0 (period, "24") == 0)
    figure += 2;
  else if (period != NULL && !g_strv_contains (totals, period))
    return;
  state (summary, network_of (benefit), (IvrEdiFigure) figure, ivr_edi_benefit_get (benefit, IVR_EDI_EB_AMOUNT), number);
}

/**
 * ivr_edi_summary_read:
 * @set: a 271
 * @summary: (out caller-allocates): the figures
 *
 * Reads the lines of the patient that are about the whole plan (EB03 30, or empty) or an office visit
 * (98), and about no single procedure. The texts belong to @set.
 */
void
ivr_edi_summary_read (IvrEdiSet     *set,
                      IvrEdiSummary *summary)
{
  guint patient = ivr_edi_set_index_of (set, ivr_edi_set_get_patient (set));

  memset (summary, 0, sizeof *summary);
  for (guint i = 0; i < ivr_edi_n (set->benefits); i++)
    {
      const IvrEdiBenefit *benefit = ivr_edi_at (set->benefits, IvrEdiBenefit, i);
      const char *status = ivr_edi_benefit_get (benefit, IVR_EDI_EB_STATUS);
      const char *amount = ivr_edi_benefit_get (benefit, IVR_EDI_EB_AMOUNT);
      const char *percent = ivr_edi_benefit_get (benefit, IVR_EDI_EB_PERCENT);
      gboolean is_office = ivr_edi_benefit_is_for (benefit, "98");
      gboolean is_plan =
          ivr_edi_benefit_is_for (benefit, "30") || ivr_edi_benefit_get (benefit, IVR_EDI_EB_SERVICE) == NULL;
      IvrEdiNetwork network = network_of (benefit);

      if (benefit->party != patient || status == NULL || status[1] != '\0' ||
          ivr_edi_benefit_get (benefit, IVR_EDI_EB_PROCEDURE) != NULL)
        continue;
      if (*status == 'C' && is_plan)
        read_total (summary, benefit, IVR_EDI_DEDUCTIBLE_IND, i + 1);
      else if (*status == 'G' && is_plan)
        read_total (summary, benefit, IVR_EDI_OOP_IND, i + 1);
      else if (*status == 'B' && is_plan && g_strcmp0 (ivr_edi_benefit_get (benefit, IVR_EDI_EB_PERIOD), "27") == 0)
        state (summary, network, IVR_EDI_COPAY_VISIT, amount, i + 1);
      else if (*status == 'A' && is_plan)
        state (summary, network, IVR_EDI_COINSURANCE, percent, i + 1);
      if (*status == 'B' && is_office)
        state (summary, network, IVR_EDI_COPAY_OFFICE, amount, i + 1);
      else if (*status == 'A' && is_office)
        state (summary, network, IVR_EDI_COINSURANCE_OFFICE, percent, i + 1);
    }
}

static const char * const keys[] = {
  "deductible_ind", "deductible_ind_remaining", "deductible_ind_met", "deductible_fam", "deductible_fam_remaining",
  "deductible_fam_met", "oop_ind", "oop_ind_remaining", "oop_ind_met", "oop_fam", "oop_fam_remaining", "oop_fam_met",
  "copay_visit", "copay_office", "coinsurance", "coinsurance_office",
};

/* Where no network is stated, the same under names that tell total and rest apart. */
static const char * const plain_keys[] = {
  "deductible_total_ind",
  "deductible_remaining_ind",
  "deductible_met_ind",
  "deductible_total_fam",
  "deductible_remaining_fam",
  "deductible_met_fam",
  "oop_total_ind",
  "oop_remaining_ind",
  "oop_met_ind",
  "oop_total_fam",
  "oop_remaining_fam",
  "oop_met_fam",
  "copay_visit",
  "copay_office",
  "coinsurance",
  "coinsurance_office",
};

G_STATIC_ASSERT (G_N_ELEMENTS (keys) == IVR_EDI_N_FIGURES && G_N_ELEMENTS (plain_keys) == IVR_EDI_N_FIGURES);

/**
 * ivr_edi_json_write_summary:
 * @set: a 271
 * @json: where to, in the set's object
 */
void
ivr_edi_json_write_summary (IvrEdiSet     *set,
                            IvrJsonWriter *json)
{
  static const char * const networks[] = { NULL, "in_network", "out_of_network", "net_not_applicable_W" };
  IvrEdiSummary summary;

  ivr_edi_summary_read (set, &summary);
  ivr_json_writer_open (json, "summary", '{');
  for (guint i = 0; i < IVR_EDI_N_FIGURES; i++)
    ivr_json_writer_string (json, plain_keys[i], summary.values[IVR_EDI_NETWORK_NOT_STATED][i]);
  for (guint n = IVR_EDI_NETWORK_IN; n < IVR_EDI_N_NETWORKS; n++)
    {
      ivr_json_writer_open (json, networks[n], '{');
      for (guint i = 0; i < IVR_EDI_N_FIGURES; i++)
        ivr_json_writer_some (json, keys[i], summary.values[n][i]);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
}
