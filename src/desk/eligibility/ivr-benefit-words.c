/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-benefit-words.h"

#include "ivr-benefit-text.h"

#include <glib/gi18n.h>

/* Our own words for the codes of the lists that X12 publishes, those that answers about eligibility use. */
typedef struct
{
  const char *code;
  const char *word;
} Word;

static const Word statuses[] = {
  { "1", N_("Active coverage") }, { "2", N_("Active, full risk capitation") }, { "3", N_("Active, services capitated") },
  { "4", N_("Active, services capitated to primary care") }, { "5", N_("Active, being looked into") },
  { "6", N_("Not active") }, { "7", N_("Not active, update to come") }, { "8", N_("Not active, being looked into") },
  { "A", N_("Coinsurance") }, { "B", N_("Copay") }, { "C", N_("Deductible") }, { "D", N_("Benefit description") },
  { "E", N_("Exclusion") }, { "F", N_("Limit") }, { "G", N_("Out-of-pocket maximum") }, { "H", N_("Unlimited") },
  { "I", N_("Not covered") }, { "J", N_("Cost containment") }, { "K", N_("Reserve") }, { "L", N_("Primary care provider") },
  { "M", N_("Preexisting condition") }, { "N", N_("Only with this provider") }, { "O", N_("Not deemed a medical necessity") },
  { "P", N_("Disclaimer") }, { "Q", N_("Second surgical opinion needed") }, { "R", N_("Other insurance") },
  { "S", N_("Earlier years") }, { "T", N_("Card was reported lost or stolen") }, { "U", N_("Contact") },
  { "V", N_("The payer cannot process this") }, { "W", N_("Another source of information") }, { "X", N_("Health care facility") },
  { "Y", N_("Spend-down") }, { "CB", N_("Basis of coverage") }, { "MC", N_("Managed care coordinator") },
};

static const Word levels[] = {
  { "IND", N_("individual") }, { "FAM", N_("family") }, { "CHD", N_("children only") }, { "DEP", N_("dependents only") },
  { "ECH", N_("employee and children") }, { "EMP", N_("employee only") }, { "ESP", N_("employee and spouse") },
  { "SPC", N_("spouse and children") }, { "SPO", N_("spouse only") },
};

static const Word services[] = {
  { "1", N_("Medical care") }, { "2", N_("Surgery") }, { "3", N_("Consultation") }, { "4", N_("X-ray") }, { "5", N_("Laboratory") },
  { "6", N_("Radiation therapy") }, { "7", N_("Anesthesia") }, { "8", N_("Surgical assistance") },
  { "11", N_("Used medical equipment") }, { "12", N_("Medical equipment, purchase") }, { "13", N_("Ambulatory surgery center") },
  { "18", N_("Medical equipment, rental") }, { "20", N_("Second surgical opinion") }, { "23", N_("Diagnostic dental") },
  { "30", N_("Health plan") }, { "33", N_("Chiropractic") }, { "35", N_("Dental care") }, { "40", N_("Oral surgery") },
  { "42", N_("Home health care") }, { "45", N_("Hospice") }, { "47", N_("Hospital") }, { "48", N_("Hospital, inpatient") },
  { "49", N_("Hospital room and board") }, { "50", N_("Hospital, outpatient") }, { "51", N_("Hospital, emergency accident") },
  { "52", N_("Hospital, emergency medical") }, { "53", N_("Hospital, ambulatory surgery") }, { "54", N_("Long-term care") },
  { "56", N_("Medically related transport") }, { "60", N_("General benefits") }, { "62", N_("MRI or CT") }, { "65", N_("Newborn care") },
  { "68", N_("Well baby care") }, { "69", N_("Maternity") }, { "73", N_("Diagnostic medical") }, { "76", N_("Dialysis") },
  { "78", N_("Chemotherapy") }, { "80", N_("Immunizations") }, { "81", N_("Routine physical") }, { "82", N_("Family planning") },
  { "86", N_("Emergency services") }, { "88", N_("Pharmacy") }, { "89", N_("Free-standing prescription drug") },
  { "90", N_("Mail-order prescription drug") }, { "92", N_("Generic prescription drug") }, { "93", N_("Podiatry") },
  { "96", N_("Professional, physician") }, { "98", N_("Office visit") }, { "99", N_("Physician visit, inpatient") },
  { "A0", N_("Physician visit, outpatient hospital") }, { "A3", N_("Physician visit, home") },
  { "A4", N_("Psychiatric") }, { "A5", N_("Psychiatric, room and board") }, { "A6", N_("Psychotherapy") },
  { "A7", N_("Psychiatric, inpatient") }, { "A8", N_("Psychiatric, outpatient") }, { "A9", N_("Rehabilitation") },
  { "AB", N_("Rehabilitation, inpatient") }, { "AC", N_("Rehabilitation, outpatient") }, { "AD", N_("Occupational therapy") },
  { "AE", N_("Physical medicine") }, { "AF", N_("Speech therapy") }, { "AG", N_("Skilled nursing care") },
  { "AH", N_("Skilled nursing care, room and board") }, { "AI", N_("Substance abuse") }, { "AJ", N_("Alcoholism treatment") },
  { "AK", N_("Drug addiction") }, { "AL", N_("Vision") }, { "AM", N_("Frames") }, { "AO", N_("Lenses") },
  { "BG", N_("Cardiac rehabilitation") }, { "BH", N_("Pediatric") }, { "BT", N_("Gynecological") }, { "BU", N_("Obstetrical") },
  { "BV", N_("Obstetrical and gynecological") }, { "BY", N_("Physician visit, sick") }, { "BZ", N_("Physician visit, well") },
  { "CE", N_("Mental health provider, inpatient") }, { "CF", N_("Mental health provider, outpatient") },
  { "CG", N_("Mental health facility, inpatient") }, { "CH", N_("Mental health facility, outpatient") },
  { "CQ", N_("Case management") }, { "DM", N_("Durable medical equipment") }, { "DS", N_("Diabetic supplies") },
  { "GF", N_("Generic prescription drug, formulary") }, { "MH", N_("Mental health") }, { "PT", N_("Physical therapy") },
  { "UC", N_("Urgent care") },
};

static const Word types[] = {
  { "12", N_("Medicare secondary, working aged") }, { "13", N_("Medicare secondary, end-stage renal disease") },
  { "14", N_("Medicare secondary, no-fault insurance") }, { "15", N_("Medicare secondary, workers’ compensation") },
  { "16", N_("Medicare secondary, federal agency") }, { "41", N_("Medicare secondary, black lung") },
  { "42", N_("Medicare secondary, Veterans Affairs") }, { "43", N_("Medicare secondary, disabled under 65") },
  { "47", N_("Medicare secondary, other liability insurance") }, { "AP", N_("Auto insurance") }, { "C1", N_("Commercial") },
  { "CO", N_("COBRA") }, { "CP", N_("Medicare conditionally primary") }, { "D", N_("Disability") }, { "EP", N_("EPO") },
  { "GP", N_("Group policy") }, { "HM", N_("HMO") }, { "HN", N_("HMO, Medicare risk") }, { "HS", N_("Special low income Medicare beneficiary") },
  { "IN", N_("Indemnity") }, { "IP", N_("Individual policy") }, { "LC", N_("Long-term care") }, { "MA", N_("Medicare Part A") },
  { "MB", N_("Medicare Part B") }, { "MC", N_("Medicaid") }, { "MP", N_("Medicare primary") }, { "OT", N_("Other") },
  { "PR", N_("PPO") }, { "PS", N_("POS") }, { "QM", N_("Qualified Medicare beneficiary") }, { "SP", N_("Supplemental policy") },
  { "WC", N_("Workers’ compensation") },
};

static const Word periods[] = {
  { "6", N_("per hour") }, { "7", N_("per day") }, { "13", N_("per 24 hours") }, { "21", N_("in years") }, { "22", N_("service year") },
  { "23", N_("calendar year") }, { "24", N_("year to date") }, { "25", N_("contract year") }, { "26", N_("per episode") },
  { "27", N_("per visit") }, { "28", N_("outlier") }, { "29", N_("remaining") }, { "30", N_("exceeded") }, { "31", N_("not exceeded") },
  { "32", N_("lifetime") }, { "33", N_("lifetime, remaining") }, { "34", N_("per month") }, { "35", N_("per week") },
  { "36", N_("per admission") },
};

static const Word quantities[] = {
  { "8H", N_("minimum") }, { "99", N_("units") }, { "CA", N_("covered, as it is") }, { "CE", N_("covered, estimated") },
  { "D3", N_("co-insured days") }, { "DB", N_("deductible blood units") }, { "DY", N_("days") }, { "HS", N_("hours") },
  { "LA", N_("lifetime reserve days") }, { "LE", N_("lifetime reserve days, estimated") }, { "M2", N_("maximum") }, { "MN", N_("months") },
  { "P6", N_("services or procedures") }, { "QA", N_("approved") }, { "S7", N_("age, high value") }, { "S8", N_("age, low value") },
  { "VS", N_("visits") }, { "YY", N_("years") },
};

static const Word dates[] = {
  { "096", N_("Discharge") }, { "102", N_("Issued") }, { "152", N_("Change took effect") }, { "193", N_("Period begins") },
  { "194", N_("Period ends") }, { "198", N_("Completed") }, { "290", N_("Coordination of benefits") }, { "291", N_("Plan") },
  { "292", N_("Benefit") }, { "295", N_("Primary care provider") }, { "304", N_("Latest visit") }, { "307", N_("Eligible") },
  { "318", N_("Added") }, { "340", N_("COBRA begins") }, { "341", N_("COBRA ends") }, { "342", N_("Premium paid from") },
  { "343", N_("Premium paid until") }, { "346", N_("Plan begins") }, { "347", N_("Plan ends") }, { "348", N_("Benefit begins") },
  { "349", N_("Benefit ends") }, { "356", N_("Eligible since") }, { "357", N_("Eligible until") }, { "382", N_("Enrolled") },
  { "435", N_("Admission") }, { "442", N_("Date of death") }, { "458", N_("Certification") }, { "472", N_("Service") },
  { "539", N_("Policy begins") }, { "540", N_("Policy ends") }, { "636", N_("Last updated") }, { "771", N_("Status") },
};

static const Word entities[] = {
  { "13", N_("Contracted provider") }, { "1I", N_("Preferred provider organization") }, { "1P", N_("Provider") }, { "2B", N_("Third-party administrator") },
  { "36", N_("Employer") }, { "73", N_("Other physician") }, { "FA", N_("Facility") }, { "GP", N_("Gateway provider") },
  { "GW", N_("Group") }, { "I3", N_("Independent physicians association") }, { "IL", N_("Who holds the insurance") }, { "LR", N_("Legal representative") },
  { "OC", N_("Origin carrier") }, { "P3", N_("Primary care provider") }, { "P4", N_("Prior insurance") }, { "P5", N_("Plan sponsor") },
  { "PR", N_("Payer") }, { "PRP", N_("Primary payer") }, { "SEP", N_("Secondary payer") }, { "TTP", N_("Tertiary payer") },
  { "VER", N_("Party performing verification") }, { "VN", N_("Vendor") }, { "VY", N_("Organization completing a change") },
  { "X3", N_("Utilization management") }, { "Y2", N_("Managed care organization") },
};

static const Word references[] = {
  { "18", N_("Plan number") }, { "1L", N_("Group or policy number") }, { "1W", N_("Member id") }, { "3H", N_("Case number") },
  { "49", N_("Family unit number") }, { "6P", N_("Group number") }, { "9F", N_("Referral number") }, { "A6", N_("Employee id") },
  { "CT", N_("Contract number") }, { "EA", N_("Medical record number") }, { "EJ", N_("Patient account") }, { "F6", N_("Medicare number") },
  { "G1", N_("Prior authorization number") }, { "GH", N_("Card number") }, { "HJ", N_("Card number") }, { "IF", N_("Issue number") },
  { "IG", N_("Policy number") }, { "ML", N_("Military rank") }, { "N6", N_("Plan network") }, { "NQ", N_("Medicaid number") },
  { "Q4", N_("Earlier number") }, { "Y4", N_("Agency claim number") },
};

static const Word reasons[] = {
  { "04", N_("The quantity is more than is allowed") }, { "15", N_("Something that the payer needs was missing in the question") },
  { "33", N_("The question had errors") }, { "35", N_("The service is out of the network") },
  { "41", N_("The payer does not let us ask") }, { "42", N_("The payer cannot answer at present") },
  { "43", N_("The payer does not know the provider, or not by this NPI") }, { "44", N_("The provider’s name is missing") },
  { "45", N_("The provider’s specialty is missing or not known") }, { "46", N_("The provider’s telephone is missing") },
  { "47", N_("The provider’s state is missing") }, { "48", N_("The referring provider’s number is missing") },
  { "49", N_("The provider is not the patient’s primary care physician") }, { "50", N_("The provider may not ask about this") },
  { "51", N_("The provider is not on file with the payer") }, { "52", N_("The service dates are not within the provider’s enrollment") },
  { "53", N_("What was asked does not fit the provider") }, { "54", N_("The kind of product or service code is not one that the payer takes") },
  { "55", N_("The product or service code is not one that the payer takes") }, { "56", N_("The date is not one that the payer accepts") },
  { "57", N_("The date of service is missing or not one") }, { "58", N_("The date of birth is missing or not one") },
  { "60", N_("The date of birth comes after the date of service") }, { "61", N_("The date of death comes before the date of service") },
  { "62", N_("The date of service is further back than the payer looks") }, { "63", N_("The date of service lies in the future") },
  { "64", N_("The patient’s id is missing or not one") }, { "65", N_("The patient’s name is missing or not one") },
  { "66", N_("The patient’s sex is missing or not one") }, { "67", N_("The payer did not find the patient") },
  { "68", N_("The patient’s id is there twice") }, { "69", N_("The question does not fit the patient’s age") },
  { "70", N_("The question does not fit the patient’s sex") }, { "71", N_("The date of birth is not that of the payer’s record") },
  { "72", N_("The member id is missing or not one") }, { "73", N_("The name of who holds the insurance is missing or not one") },
  { "74", N_("The sex of who holds the insurance is missing or not one") },
  { "75", N_("The payer did not find who holds the insurance") }, { "76", N_("The payer has the member id twice") },
  { "77", N_("The payer found who holds the insurance, but not the patient") }, { "78", N_("The person is not in the group or plan that was named") },
  { "79", N_("The payer does not know us as a partner") }, { "80", N_("There was no answer from the payer behind the line") },
  { "97", N_("The provider’s address is missing or not one") }, { "98", N_("The service is experimental to the payer") },
  { "AA", N_("The payer did not find the authorization number") }, { "AE", N_("The primary care physician has to authorize it") }, { "AF", N_("A diagnosis code is missing or not one") },
  { "AG", N_("A procedure code is missing or not one") }, { "AO", N_("More of the patient’s condition has to be known") },
  { "CI", N_("The certification does not fit the patient") }, { "E8", N_("It needs a medical review") },
  { "IA", N_("The authorization number is not one") }, { "MA", N_("The authorization number is missing") },
  { "T4", N_("The payer’s name or id is missing") },
};

static const Word follow_ups[] = {
  { "C", N_("Correct it and ask again.") }, { "N", N_("The payer says: do not ask again.") },
  { "P", N_("The payer says: ask the same again.") }, { "R", N_("The payer says: asking again is allowed.") },
  { "S", N_("The payer sent the question on to somebody else; do not ask again.") },
  { "W", N_("The payer says: wait 30 days and ask again.") }, { "X", N_("The payer says: wait 10 days and ask again.") },
  { "Y", N_("The payer says: do not ask again, the answer will follow.") },
};

#define LIST(name) { name, G_N_ELEMENTS (name) }

static const struct
{
  const Word *words;
  gsize n;
} lists[IVR_BENEFIT_N_LISTS] = {
  [IVR_BENEFIT_STATUS] = LIST (statuses),       [IVR_BENEFIT_LEVEL] = LIST (levels),
  [IVR_BENEFIT_SERVICE] = LIST (services),      [IVR_BENEFIT_TYPE] = LIST (types),
  [IVR_BENEFIT_PERIOD] = LIST (periods),        [IVR_BENEFIT_QUANTITY] = LIST (quantities),
  [IVR_BENEFIT_DATE] = LIST (dates),            [IVR_BENEFIT_ENTITY] = LIST (entities),
  [IVR_BENEFIT_REFERENCE] = LIST (references),  [IVR_BENEFIT_REASON] = LIST (reasons),
  [IVR_BENEFIT_FOLLOW_UP] = LIST (follow_ups),
};

/**
 * ivr_benefit_find_word:
 * @list: which code list
 * @code: (nullable): a code of it
 *
 * Returns: (nullable): what it means, in the person's language; %NULL when the list does not have it
 */
const char *
ivr_benefit_find_word (IvrBenefitList  list,
                       const char     *code)
{
  for (gsize i = 0; code != NULL && i < lists[list].n; i++)
    if (g_str_equal (lists[list].words[i].code, code))
      return _(lists[list].words[i].word);
  return NULL;
}

/**
 * ivr_benefit_dup_word:
 * @list: which code list
 * @code: (nullable): what stands there
 *
 * Returns: (transfer full): what it means; a code that is in no list as it stands
 */
char *
ivr_benefit_dup_word (IvrBenefitList  list,
                      const char     *code)
{
  const char *word = ivr_benefit_find_word (list, code);

  return word != NULL ? g_strdup (word) : ivr_benefit_text_clean (code, 40);
}
