/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-field.h"

#include <glib/gi18n-lib.h>

/*
 * The form, in its order. The questions that stop a case come first: on every published form at
 * least one of them is asked, and an answer there makes the rest moot.
 */
#define CHOICES(...) ((const char * const[]) { __VA_ARGS__, NULL })

#define R IVR_NEED_REQUIRED
#define O IVR_NEED_OPTIONAL
#define A IVR_NEED_ADVISED

static const IvrField fields[] = {
  { "in_snf", IVR_SECTION_COVERAGE, IVR_FIELD_BOOL, R,
    N_("Say whether the patient is in a nursing home.") },
  { "snf_days", IVR_SECTION_COVERAGE, IVR_FIELD_INT, R,
    N_("Say for how many days the patient has been in the nursing home."),
    "in_snf=true", NULL, 20000 },
  { "part_a_stay", IVR_SECTION_COVERAGE, IVR_FIELD_BOOL, R,
    N_("Say whether the patient is in a Part A stay.") },
  { "recent_admission", IVR_SECTION_COVERAGE, IVR_FIELD_BOOL, A,
    N_("Say whether the patient was admitted to a hospital recently.") },
  { "hospice", IVR_SECTION_COVERAGE, IVR_FIELD_BOOL, A,
    N_("Say whether the patient is in hospice care.") },
  { "global_period", IVR_SECTION_COVERAGE, IVR_FIELD_BOOL, R,
    N_("Say whether the patient is in the global period of a surgery.") },
  { "global_cpt", IVR_SECTION_COVERAGE, IVR_FIELD_CPT, R,
    N_("Give the CPT code of the surgery whose global period runs."),
    "global_period=true" },
  { "global_surgery_date", IVR_SECTION_COVERAGE, IVR_FIELD_DATE, R,
    N_("Give the date of the surgery whose global period runs."), "global_period=true" },

  { "request_type", IVR_SECTION_REQUEST, IVR_FIELD_CHOICE, R, N_("Say what kind of request this is."),
    NULL,
    CHOICES ("new", "re_verification", "additional_application", "new_insurance") },
  { "service", IVR_SECTION_REQUEST, IVR_FIELD_TEXT, R, N_("Say in a few words what you ask for.") },
  { "distributor", IVR_SECTION_REQUEST, IVR_FIELD_TEXT, O },
  { "sales_rep_name", IVR_SECTION_REQUEST, IVR_FIELD_TEXT, O },
  { "sales_rep_email", IVR_SECTION_REQUEST, IVR_FIELD_EMAIL, O },
  { "notify_emails.*", IVR_SECTION_REQUEST, IVR_FIELD_EMAIL, O },

  { "patient.first_name", IVR_SECTION_PATIENT, IVR_FIELD_TEXT, R,
    N_("Enter the patient's first name.") },
  { "patient.last_name", IVR_SECTION_PATIENT, IVR_FIELD_TEXT, R, N_("Enter the patient's last name.") },
  { "patient.dob", IVR_SECTION_PATIENT, IVR_FIELD_BIRTH, R, N_("Enter the patient's date of birth.") },
  { "patient.sex", IVR_SECTION_PATIENT, IVR_FIELD_CHOICE, O, NULL, NULL,
    CHOICES ("M", "F", "unknown") },
  { "patient.address", IVR_SECTION_PATIENT, IVR_FIELD_TEXT, A, N_("Enter the patient's address.") },
  { "patient.city", IVR_SECTION_PATIENT, IVR_FIELD_TEXT, O },
  { "patient.state", IVR_SECTION_PATIENT, IVR_FIELD_STATE, O },
  { "patient.zip", IVR_SECTION_PATIENT, IVR_FIELD_ZIP, O },
  { "patient.phone", IVR_SECTION_PATIENT, IVR_FIELD_PHONE, O },
  { "patient.email", IVR_SECTION_PATIENT, IVR_FIELD_EMAIL, O },
  { "patient.caregiver", IVR_SECTION_PATIENT, IVR_FIELD_TEXT, O },
  { "patient.ok_to_contact", IVR_SECTION_PATIENT, IVR_FIELD_BOOL, O },
  { "patient.emr_patient_id", IVR_SECTION_PATIENT, IVR_FIELD_TEXT, O, NULL, NULL, NULL, 50 },

  { "insurances.*.rank", IVR_SECTION_INSURANCE, IVR_FIELD_INT, O, NULL, NULL, NULL, 3 },
  { "insurances.*.payer_name", IVR_SECTION_INSURANCE, IVR_FIELD_TEXT, R,
    N_("Enter the name of the insurance.") },
  { "insurances.*.payer_phone", IVR_SECTION_INSURANCE, IVR_FIELD_PHONE, A,
    N_("Enter the phone number for providers on the back of the insurance card.") },
  { "insurances.*.member_id", IVR_SECTION_INSURANCE, IVR_FIELD_MEMBER_ID, R,
    N_("Enter the member ID on the insurance card.") },
  { "insurances.*.plan_type", IVR_SECTION_INSURANCE, IVR_FIELD_TEXT, O },
  { "insurances.*.group_no", IVR_SECTION_INSURANCE, IVR_FIELD_TEXT, O, NULL, NULL, NULL, 50 },
  { "insurances.*.relationship", IVR_SECTION_INSURANCE, IVR_FIELD_TEXT, O },
  { "insurances.*.subscriber_name", IVR_SECTION_INSURANCE, IVR_FIELD_TEXT, R,
    N_("Enter the name of the person who holds the insurance."), "insurances.*.relationship!=self" },
  { "insurances.*.subscriber_dob", IVR_SECTION_INSURANCE, IVR_FIELD_BIRTH, R,
    N_("Enter the date of birth of the person who holds the insurance."),
        "insurances.*.relationship!=self" },
  { "insurances.*.network_physician", IVR_SECTION_INSURANCE, IVR_FIELD_CHOICE, O, NULL, NULL,
    CHOICES ("in", "out", "verify") },
  { "insurances.*.network_facility", IVR_SECTION_INSURANCE, IVR_FIELD_CHOICE, O, NULL, NULL,
    CHOICES ("in", "out", "verify") },
  { "pa_permission", IVR_SECTION_INSURANCE, IVR_FIELD_BOOL, R,
    N_("Say whether we may start and follow up a prior authorization on your behalf.") },
  { "p2p_willing", IVR_SECTION_INSURANCE, IVR_FIELD_BOOL, O },
  { "p2p_phone", IVR_SECTION_INSURANCE, IVR_FIELD_PHONE, R,
    N_("Enter the phone number for a peer-to-peer call."),
    "p2p_willing=true" },

  { "physician.name", IVR_SECTION_PHYSICIAN, IVR_FIELD_TEXT, R, N_("Enter the physician's name.") },
  { "physician.npi", IVR_SECTION_PHYSICIAN, IVR_FIELD_NPI, R, N_("Enter the physician's NPI.") },
  { "physician.specialty", IVR_SECTION_PHYSICIAN, IVR_FIELD_TEXT, O },
  { "physician.tax_id", IVR_SECTION_PHYSICIAN, IVR_FIELD_TAX_ID, A,
    N_("Enter the physician's tax ID.") },
  { "physician.ptan", IVR_SECTION_PHYSICIAN, IVR_FIELD_PTAN, O },
  { "physician.medicaid_no", IVR_SECTION_PHYSICIAN, IVR_FIELD_MEDICAID_NO, O },

  { "facility.name", IVR_SECTION_FACILITY, IVR_FIELD_TEXT, R, N_("Enter the name of the facility.") },
  { "facility.npi", IVR_SECTION_FACILITY, IVR_FIELD_NPI, R, N_("Enter the facility's NPI.") },
  { "facility.tax_id", IVR_SECTION_FACILITY, IVR_FIELD_TAX_ID, A, N_("Enter the facility's tax ID.") },
  { "facility.ptan", IVR_SECTION_FACILITY, IVR_FIELD_PTAN, O },
  { "facility.medicaid_no", IVR_SECTION_FACILITY, IVR_FIELD_MEDICAID_NO, O },
  { "facility.address", IVR_SECTION_FACILITY, IVR_FIELD_TEXT, A, N_("Enter the facility's address.") },
  { "facility.city", IVR_SECTION_FACILITY, IVR_FIELD_TEXT, A, N_("Enter the facility's city.") },
  { "facility.state", IVR_SECTION_FACILITY, IVR_FIELD_STATE, A, N_("Enter the facility's state.") },
  { "facility.zip", IVR_SECTION_FACILITY, IVR_FIELD_ZIP, A, N_("Enter the facility's ZIP code.") },
  { "facility.phone", IVR_SECTION_FACILITY, IVR_FIELD_PHONE, A,
    N_("Enter the facility's phone number.") },
  { "facility.fax", IVR_SECTION_FACILITY, IVR_FIELD_PHONE, O },
  { "facility.contact_name", IVR_SECTION_FACILITY, IVR_FIELD_TEXT, A,
    N_("Say whom to ask at the facility.") },
  { "facility.contact_email", IVR_SECTION_FACILITY, IVR_FIELD_EMAIL, A,
    N_("Enter the contact's e-mail address.") },
  { "facility.mac", IVR_SECTION_FACILITY, IVR_FIELD_TEXT, O },
  { "place_of_service", IVR_SECTION_FACILITY, IVR_FIELD_CHOICE, R, N_("Choose the place of service."),
    NULL,
    CHOICES ("11", "12", "13", "21", "22", "24", "31", "32", "critical_access", "other") },
  { "place_of_service_other", IVR_SECTION_FACILITY, IVR_FIELD_TEXT, R,
    N_("Say what place of service it is."),
    "place_of_service=other" },

  { "wounds.*.type", IVR_SECTION_WOUNDS, IVR_FIELD_CHOICE, R, N_("Say what kind of wound it is."), NULL,
    CHOICES ("DFU", "VLU", "pressure", "chronic_ulcer", "surgical_dehiscence", "mohs", "trauma",
             "burn", "radiation",
             "necrotizing_fasciitis", "other") },
  { "wounds.*.location", IVR_SECTION_WOUNDS, IVR_FIELD_TEXT, R, N_("Say where the wound is.") },
  { "wounds.*.group", IVR_SECTION_WOUNDS, IVR_FIELD_CHOICE, R,
    N_("Choose the part of the body; the procedure code depends on it."), NULL, CHOICES ("A", "B") },
  { "wounds.*.length_cm", IVR_SECTION_WOUNDS, IVR_FIELD_LENGTH, R,
    N_("Enter the length of the wound.") },
  { "wounds.*.width_cm", IVR_SECTION_WOUNDS, IVR_FIELD_LENGTH, R, N_("Enter the width of the wound.") },
  { "wounds.*.depth_cm", IVR_SECTION_WOUNDS, IVR_FIELD_LENGTH, O },
  { "wounds.*.total_area_cm2", IVR_SECTION_WOUNDS, IVR_FIELD_AREA, R,
    N_("Enter the total area of the wound.") },
  { "wounds.*.duration_weeks", IVR_SECTION_WOUNDS, IVR_FIELD_INT, A,
    N_("Say for how many weeks the patient has had the wound."),
    NULL, NULL, 5000 },
  { "wounds.*.conservative_start", IVR_SECTION_WOUNDS, IVR_FIELD_DATE, O },
  { "wounds.*.failed_4_weeks", IVR_SECTION_WOUNDS, IVR_FIELD_BOOL, A,
    N_("Say whether four weeks of conservative care have failed.") },
  { "wounds.*.failed_treatments", IVR_SECTION_WOUNDS, IVR_FIELD_TEXT, O, NULL, NULL, NULL, 2000 },
  { "wounds.*.comorbidities", IVR_SECTION_WOUNDS, IVR_FIELD_TEXT, O, NULL, NULL, NULL, 2000 },
  { "wounds.*.icd10.*", IVR_SECTION_WOUNDS, IVR_FIELD_ICD10, O },

  { "products.*.hcpcs", IVR_SECTION_PRODUCTS, IVR_FIELD_HCPCS, R, N_("Choose the product.") },
  { "products.*.product_id", IVR_SECTION_PRODUCTS, IVR_FIELD_TEXT, O },
  { "products.*.sizes.*.size_id", IVR_SECTION_PRODUCTS, IVR_FIELD_TEXT, O },
  { "products.*.sizes.*.label", IVR_SECTION_PRODUCTS, IVR_FIELD_TEXT, R, N_("Choose the size."), NULL,
    NULL, 60 },
  { "products.*.sizes.*.area_cm2", IVR_SECTION_PRODUCTS, IVR_FIELD_AREA, O },
  { "products.*.sizes.*.quantity", IVR_SECTION_PRODUCTS, IVR_FIELD_INT, R,
    N_("Say how many pieces of this size."), NULL, NULL,
    10000 },

  { "service_date", IVR_SECTION_PROCEDURE, IVR_FIELD_DATE, R,
    N_("Enter the planned date of service.") },
  { "frequency", IVR_SECTION_PROCEDURE, IVR_FIELD_TEXT, O },
  { "applications", IVR_SECTION_PROCEDURE, IVR_FIELD_INT, O, NULL, NULL, NULL, 1000 },

  { "notes", IVR_SECTION_NOTES, IVR_FIELD_TEXT, O, NULL, NULL, NULL, 2000 },
  { "doctor_comment", IVR_SECTION_NOTES, IVR_FIELD_TEXT, O, NULL, NULL, NULL, 4000 },
  { "attestation.on_file", IVR_SECTION_NOTES, IVR_FIELD_BOOL, R,
    N_("Say whether the signed order and the patient's authorization are on file.") },
  { "attestation.signed_by", IVR_SECTION_NOTES, IVR_FIELD_TEXT, R, N_("Say who signed the order.") },
};

/**
 * ivr_fields_get:
 * @n_fields: (out): how many
 *
 * Returns: (array length=n_fields): the questions of the form in its order
 */
const IvrField *
ivr_fields_get (gsize *n_fields)
{
  *n_fields = G_N_ELEMENTS (fields);
  return fields;
}
