/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-labels.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *id;
  const char *label;
} Label;

/* What the questions of the core are called on the screen. */
static const Label fields[] = {
  { "in_snf", N_("In a nursing home or skilled nursing facility") },
  { "snf_days", N_("Days in the nursing home") },
  { "part_a_stay", N_("In a Part A stay") },
  { "recent_admission", N_("Admitted to a hospital recently") },
  { "hospice", N_("In hospice care") },
  { "global_period", N_("In the global period of a surgery") },
  { "global_cpt", N_("CPT code of that surgery") },
  { "global_surgery_date", N_("Date of that surgery") },
  { "request_type", N_("Kind of request") },
  { "service", N_("Service asked for") },
  { "distributor", N_("Distributor") },
  { "sales_rep_name", N_("Sales representative") },
  { "sales_rep_email", N_("E-mail of the representative") },
  { "patient.first_name", N_("First name") },
  { "patient.last_name", N_("Last name") },
  { "patient.dob", N_("Date of birth") },
  { "patient.sex", N_("Sex") },
  { "patient.address", N_("Address") },
  { "patient.city", N_("City") },
  { "patient.state", N_("State") },
  { "patient.zip", N_("ZIP code") },
  { "patient.phone", N_("Telephone") },
  { "patient.email", N_("E-mail") },
  { "patient.caregiver", N_("Caregiver") },
  { "patient.ok_to_contact", N_("Patient may be contacted") },
  { "patient.emr_patient_id", N_("Patient number in your records") },
  { "insurances.*.payer_name", N_("Payer") },
  { "insurances.*.payer_phone", N_("Provider phone on the card") },
  { "insurances.*.member_id", N_("Member ID") },
  { "insurances.*.plan_type", N_("Kind of plan") },
  { "insurances.*.group_no", N_("Group number") },
  { "insurances.*.relationship", N_("Patient is (self, spouse, child …)") },
  { "insurances.*.subscriber_name", N_("Who holds the insurance") },
  { "insurances.*.subscriber_dob", N_("Date of birth of the holder") },
  { "insurances.*.network_physician", N_("Physician in network") },
  { "insurances.*.network_facility", N_("Facility in network") },
  { "pa_permission", N_("Start and follow up a prior authorization for us") },
  { "p2p_willing", N_("Physician is willing to a peer-to-peer call") },
  { "p2p_phone", N_("Telephone for that call") },
  { "physician.name", N_("Physician’s name") },
  { "physician.npi", N_("Physician’s NPI") },
  { "physician.specialty", N_("Specialty") },
  { "physician.tax_id", N_("Physician’s tax ID") },
  { "physician.ptan", N_("Physician’s PTAN") },
  { "physician.medicaid_no", N_("Physician’s Medicaid number") },
  { "facility.name", N_("Facility’s name") },
  { "facility.npi", N_("Facility’s NPI") },
  { "facility.tax_id", N_("Facility’s tax ID") },
  { "facility.ptan", N_("Facility’s PTAN") },
  { "facility.medicaid_no", N_("Facility’s Medicaid number") },
  { "facility.address", N_("Facility’s address") },
  { "facility.city", N_("Facility’s city") },
  { "facility.state", N_("Facility’s state") },
  { "facility.zip", N_("Facility’s ZIP code") },
  { "facility.phone", N_("Facility’s telephone") },
  { "facility.fax", N_("Facility’s fax") },
  { "facility.contact_name", N_("Contact") },
  { "facility.contact_email", N_("E-mail of the contact") },
  { "facility.mac", N_("Medicare contractor") },
  { "place_of_service", N_("Place of service") },
  { "place_of_service_other", N_("Which other place") },
  { "wounds.*.type", N_("Kind of wound") },
  { "wounds.*.location", N_("Location") },
  { "wounds.*.group", N_("Part of the body") },
  { "wounds.*.length_cm", N_("Length in cm") },
  { "wounds.*.width_cm", N_("Width in cm") },
  { "wounds.*.depth_cm", N_("Depth in cm") },
  { "wounds.*.total_area_cm2", N_("Total area in cm² (after debridement)") },
  { "wounds.*.duration_weeks", N_("Weeks since it began") },
  { "wounds.*.conservative_start", N_("Conservative care since") },
  { "wounds.*.failed_4_weeks", N_("Four weeks of conservative care failed") },
  { "wounds.*.failed_treatments", N_("Treatments that failed") },
  { "wounds.*.comorbidities", N_("Comorbidities") },
  { "wounds.*.icd10.*", N_("ICD-10 code") },
  { "service_date", N_("Date of service") },
  { "frequency", N_("Frequency") },
  { "applications", N_("Number of applications") },
  { "notes", N_("Notes") },
  { "doctor_comment", N_("Doctor’s comment") },
  { "attestation.on_file", N_("Signed order and patient’s authorization are on file") },
  { "attestation.signed_by", N_("Signed by") },
};

static const Label choices[] = {
  { "new", N_("New request") },
  { "re_verification", N_("Re-verification") },
  { "additional_application", N_("Additional application") },
  { "new_insurance", N_("New insurance") },
  { "M", N_("Male") },
  { "F", N_("Female") },
  { "unknown", N_("Unknown") },
  { "in", N_("In network") },
  { "out", N_("Out of network") },
  { "verify", N_("Please verify") },
  { "11", N_("Office (11)") },
  { "12", N_("Home (12)") },
  { "13", N_("Assisted living (13)") },
  { "21", N_("Inpatient hospital (21)") },
  { "22", N_("Outpatient hospital (22)") },
  { "24", N_("Ambulatory surgical center (24)") },
  { "31", N_("Skilled nursing facility (31)") },
  { "32", N_("Nursing facility (32)") },
  { "critical_access", N_("Critical access hospital") },
  { "other", N_("Other") },
  { "DFU", N_("Diabetic foot ulcer") },
  { "VLU", N_("Venous leg ulcer") },
  { "pressure", N_("Pressure ulcer") },
  { "chronic_ulcer", N_("Chronic non-pressure ulcer") },
  { "surgical_dehiscence", N_("Surgical dehiscence") },
  { "mohs", N_("Mohs surgery") },
  { "trauma", N_("Trauma") },
  { "burn", N_("Burn") },
  { "radiation", N_("Radiation") },
  { "necrotizing_fasciitis", N_("Necrotizing fasciitis") },
  { "A", N_("Trunk, arms, legs") },
  { "B", N_("Face, neck, hands, feet, digits") },
};

static const char * const sections[] = {
  [IVR_SECTION_COVERAGE] = N_("Coverage questions"),
  [IVR_SECTION_REQUEST] = N_("Request"),
  [IVR_SECTION_PATIENT] = N_("Patient"),
  [IVR_SECTION_INSURANCE] = N_("Insurance"),
  [IVR_SECTION_PHYSICIAN] = N_("Physician"),
  [IVR_SECTION_FACILITY] = N_("Facility"),
  [IVR_SECTION_WOUNDS] = N_("Wounds"),
  [IVR_SECTION_PRODUCTS] = N_("Products"),
  [IVR_SECTION_PROCEDURE] = N_("Procedure"),
  [IVR_SECTION_NOTES] = N_("Notes and signature"),
};

static const char *
find (const Label *labels,
      gsize        n,
      const char  *id)
{
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (labels[i].id, id) == 0)
      return _(labels[i].label);
  return NULL;
}

const char *
ivr_intake_section_label (IvrSection section)
{
  return _(sections[section]);
}

/**
 * ivr_intake_field_label:
 * @id: identifier of a field, with `*` for list items
 *
 * Returns: (nullable): its name; %NULL when the form has no row of its own for it
 */
const char *
ivr_intake_field_label (const char *id)
{
  return find (fields, G_N_ELEMENTS (fields), id);
}

const char *
ivr_intake_choice_label (const char *choice)
{
  const char *label = find (choices, G_N_ELEMENTS (choices), choice);

  return label != NULL ? label : choice;
}
