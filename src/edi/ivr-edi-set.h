/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-error.h"
#include "ivr-edi-warning.h"

G_BEGIN_DECLS

/**
 * IvrEdiKind:
 * @IVR_EDI_270: a question about eligibility
 * @IVR_EDI_271: the answer to one
 * @IVR_EDI_999: what a receiver says about a group that it was sent
 * @IVR_EDI_TA1: what a receiver says about an interchange that it was sent
 * @IVR_EDI_COVERAGE: FHIR Coverage
 * @IVR_EDI_ELIGIBILITY_REQUEST: FHIR CoverageEligibilityRequest
 * @IVR_EDI_ELIGIBILITY_RESPONSE: FHIR CoverageEligibilityResponse
 * @IVR_EDI_CLAIM: FHIR Claim, which asks for a pre-authorization
 * @IVR_EDI_CLAIM_RESPONSE: FHIR ClaimResponse, which decides about one
 * @IVR_EDI_OUTCOME: FHIR OperationOutcome: the question was not understood
 * @IVR_EDI_OTHER: something that was recognised and is not read
 */
typedef enum {
  IVR_EDI_270,
  IVR_EDI_271,
  IVR_EDI_999,
  IVR_EDI_TA1,
  IVR_EDI_COVERAGE,
  IVR_EDI_ELIGIBILITY_REQUEST,
  IVR_EDI_ELIGIBILITY_RESPONSE,
  IVR_EDI_CLAIM,
  IVR_EDI_CLAIM_RESPONSE,
  IVR_EDI_OUTCOME,
  IVR_EDI_OTHER,
} IvrEdiKind;

/**
 * IvrEdiVerdict:
 * @IVR_EDI_VERDICT_UNKNOWN: no answer. Never "not covered".
 * @IVR_EDI_VERDICT_ACTIVE: the plan is in force (EB01 1-5, inforce)
 * @IVR_EDI_VERDICT_INACTIVE: the plan is not (EB01 6-8)
 * @IVR_EDI_VERDICT_REJECTED: the question was refused (AAA, outcome=error)
 * @IVR_EDI_VERDICT_MIXED: a statement beside its opposite or beside a refusal: for a person to read
 */
typedef enum {
  IVR_EDI_VERDICT_UNKNOWN,
  IVR_EDI_VERDICT_ACTIVE,
  IVR_EDI_VERDICT_INACTIVE,
  IVR_EDI_VERDICT_REJECTED,
  IVR_EDI_VERDICT_MIXED,
} IvrEdiVerdict;

/**
 * IvrEdiRole:
 *
 * What somebody is in an answer: HL03 20, 21, 22, 23, or named beside a benefit.
 */
typedef enum {
  IVR_EDI_PAYER,
  IVR_EDI_PROVIDER,
  IVR_EDI_SUBSCRIBER,
  IVR_EDI_DEPENDENT,
  IVR_EDI_RELATED,
} IvrEdiRole;

/**
 * IvrEdiBenefitPart:
 *
 * The elements of EB by their numbers. %IVR_EDI_EB_SERVICE has repeats, see ivr_edi_benefit_dup_services().
 */
typedef enum {
  IVR_EDI_EB_STATUS = 1,
  IVR_EDI_EB_LEVEL,
  IVR_EDI_EB_SERVICE,
  IVR_EDI_EB_INSURANCE_TYPE,
  IVR_EDI_EB_PLAN,
  IVR_EDI_EB_PERIOD,
  IVR_EDI_EB_AMOUNT,
  IVR_EDI_EB_PERCENT,
  IVR_EDI_EB_QUANTITY_OF,
  IVR_EDI_EB_QUANTITY,
  IVR_EDI_EB_AUTHORIZATION,
  IVR_EDI_EB_NETWORK,
  IVR_EDI_EB_PROCEDURE,
  IVR_EDI_EB_DIAGNOSES,
  IVR_EDI_EB_N_PARTS
} IvrEdiBenefitPart;

/* Between the repeats of an element, in a benefit and in a question. */
#define IVR_EDI_REPEAT "\x1f"

/**
 * IvrEdiParty:
 *
 * Somebody named. Every text is %NULL where the document says nothing; none is ever "".
 * @level: number of the HL in the set, from 1; 0 outside any
 * @parent: for a dependent: index of the subscriber among the parties and 1, or 0
 * @benefit: for someone related: number of the benefit that names them, from 1; 0 for none
 * @first_reference: index of the first reference that can be theirs; theirs follow each other
 * @address: the lines that the document has
 * @born: ISO; %NULL also when what is written is no date (@born_raw has it then)
 */
typedef struct
{
  IvrEdiRole role;
  gboolean is_named;
  guint32 segment;
  guint32 level;
  guint32 parent;
  guint32 benefit;
  guint32 first_reference;
  const char *hl;
  const char *entity;
  const char *last;
  const char *first;
  const char *middle;
  const char *suffix;
  const char *qualifier;
  const char *id;
  const char *born;
  const char *born_raw;
  const char *sex;
  const char *sex_raw;
  const char *address[2];
  const char *city;
  const char *state;
  const char *zip;
  const char *country;
  const char *is_subscriber;
  const char *relation;
} IvrEdiParty;

/**
 * IvrEdiBenefit:
 * @parts: the elements of EB one after the other, each with its NUL; see ivr_edi_benefit_get()
 * @n_parts: how many there are
 * @party: index of the party and 1 that it is for; 0 for nobody
 */
typedef struct
{
  const char *parts;
  guint32 segment;
  guint32 party;
  guint8 n_parts;
  gboolean has_ended;
} IvrEdiBenefit;

/* What belongs to a party (its index and 1) and, where @benefit is not 0, to the benefit of that number. */
typedef struct
{
  guint32 party;
  guint32 benefit;
  const char *qualifier;
  const char *id;
  const char *text;
} IvrEdiReference;

/* @to is %NULL for a day; both are ISO, and both %NULL when @raw is no date. 9999-12-31 means open. */
typedef struct
{
  guint32 party;
  guint32 benefit;
  const char *segment;
  const char *qualifier;
  const char *format;
  const char *from;
  const char *to;
  const char *raw;
} IvrEdiDate;

typedef struct
{
  guint32 party;
  const char *type;
  const char *id;
  const char *origin;
} IvrEdiTrace;

/* @loop is where AAA stands, such as "2100C"; "none" before any HL. */
typedef struct
{
  guint32 party;
  guint32 benefit;
  guint32 segment;
  const char *loop;
  const char *valid;
  const char *reason;
  const char *follow_up;
} IvrEdiReject;

typedef struct
{
  guint32 party;
  guint32 benefit;
  const char *text;
} IvrEdiMessage;

/* A way to reach somebody: of the related party @related (index and 1), or of the level's party. */
typedef struct
{
  guint32 party;
  guint32 related;
  const char *name;
  const char *kind;
  const char *value;
} IvrEdiContact;

/* HSD and III of a benefit, their elements joined by IVR_EDI_REPEAT. */
typedef struct
{
  guint32 benefit;
  const char *segment;
  const char *elements;
} IvrEdiDetail;

/* EQ of a 270. */
typedef struct
{
  guint32 party;
  const char *services;
  const char *procedure;
  const char *level;
  const char *insurance_type;
} IvrEdiInquiry;

/* One set that a 999 speaks about; the group's own verdict is in IvrEdiSet. */
typedef struct
{
  const char *kind;
  const char *control;
  const char *verdict;
  const char *reason;
} IvrEdiAck;

/* IK3 of a 999: where an error is. @ack is the index of the ack and 1. */
typedef struct
{
  guint32 ack;
  const char *parts[4];
} IvrEdiAckError;

typedef struct
{
  const char *parts[5];
} IvrEdiInterchangeAck;

/* What ISA and GS say about the whole. */
typedef struct
{
  const char *isa11;
  const char *isa12;
  const char *isa13;
  const char *isa15;
  const char *gs01;
  const char *gs06;
  const char *gs08;
  char element;
  char repetition;
  char component;
  char terminator;
  gboolean has_bom;
  gboolean is_indented;
  const char *line_breaks;
  guint32 interchange;
  guint32 group;
} IvrEdiEnvelope;

/**
 * IvrEdiSet:
 * @kind: what it is
 * @name: ST01, or the type of the FHIR resource
 * @control: ST02, or the id of the resource
 * @raw: the whole document that this was read from
 * @offset: byte of @raw at which the set begins
 * @length: bytes of the set
 * @is_complete: whether it ended with its SE and all of it was read; an incomplete answer is not to be trusted
 * @is_full: whether it names more people than are kept
 *
 * One transaction or FHIR resource, read. The arrays are %NULL while nothing is in them. Texts
 * belong to the set. What it was read from stays beside the reading: nothing is lost in it.
 */
typedef struct
{
  IvrEdiKind kind;
  const char *name;
  const char *control;
  const char *version;
  const char *reference;      /* BHT03 */
  const char *purpose;        /* BHT02 */
  IvrEdiEnvelope envelope;
  GBytes *raw;
  gsize offset;
  gsize length;
  gboolean is_complete;
  gboolean is_full;
  guint n_levels;
  guint n_messages;

  GArray *parties;            /* IvrEdiParty */
  GArray *benefits;           /* IvrEdiBenefit */
  GArray *references;         /* IvrEdiReference */
  GArray *dates;              /* IvrEdiDate */
  GArray *traces;             /* IvrEdiTrace */
  GArray *rejects;            /* IvrEdiReject */
  GArray *messages;           /* IvrEdiMessage */
  GArray *contacts;           /* IvrEdiContact */
  GArray *details;            /* IvrEdiDetail */
  GArray *inquiries;          /* IvrEdiInquiry */
  GArray *acks;               /* IvrEdiAck */
  GArray *ack_errors;         /* IvrEdiAckError */
  GArray *interchange_acks;   /* IvrEdiInterchangeAck */
  const char *ack_group[2];   /* AK1 */
  const char *ack_result[4];  /* AK9 */
  GArray *warnings;           /* IvrEdiWarning */

  const char *decision;       /* X12 list 306: A1 certified, A3 not, A4 pended …, when there is one and no other */
  const char *decision_number;

  /*< private >*/
  gpointer blocks;
  gsize block_left;
  char *block_at;
} IvrEdiSet;

IvrEdiSet    *ivr_edi_set_new               (GBytes               *raw,
                                             gsize                 offset);
void          ivr_edi_set_free              (IvrEdiSet            *self);
char         *ivr_edi_set_alloc             (IvrEdiSet            *self,
                                             gsize                 size);
void          ivr_edi_set_give_back         (IvrEdiSet            *self,
                                             gsize                 size);
const char   *ivr_edi_set_text              (IvrEdiSet            *self,
                                             const char           *text);
gpointer      ivr_edi_set_add_              (GArray              **array,
                                             guint                 size);
void          ivr_edi_set_warn              (IvrEdiSet            *self,
                                             IvrEdiWarningCode     code,
                                             guint32               segment,
                                             guint32               element,
                                             guint32               offset);
gboolean      ivr_edi_set_has_warning       (IvrEdiSet            *self,
                                             IvrEdiWarningCode     code);

/* Adds a zeroed Type to the array of that name. */
#define ivr_edi_set_add(self, array, Type) ((Type *) ivr_edi_set_add_ (&(self)->array, sizeof (Type)))
/* How many there are, and one of them. */
#define ivr_edi_n(array) ((array) != NULL ? (array)->len : 0u)
#define ivr_edi_at(array, Type, i) (&g_array_index ((array), Type, (i)))

const char   *ivr_edi_benefit_get           (const IvrEdiBenefit  *self,
                                             IvrEdiBenefitPart     part);
void          ivr_edi_benefit_split         (const IvrEdiBenefit  *self,
                                             const char           *parts[IVR_EDI_EB_N_PARTS]);
char        **ivr_edi_benefit_dup_services  (const IvrEdiBenefit  *self);
gboolean      ivr_edi_benefit_is_for        (const IvrEdiBenefit  *self,
                                             const char           *service);

IvrEdiParty  *ivr_edi_set_get_party         (IvrEdiSet            *self,
                                             IvrEdiRole            role,
                                             guint                 n);
IvrEdiParty  *ivr_edi_set_get_patient       (IvrEdiSet            *self);
guint         ivr_edi_set_index_of          (IvrEdiSet            *self,
                                             const IvrEdiParty    *party);
const char   *ivr_edi_set_get_reference     (IvrEdiSet            *self,
                                             const IvrEdiParty    *party,
                                             const char           *qualifier);
const char   *ivr_edi_set_get_member_id     (IvrEdiSet            *self,
                                             const IvrEdiParty    *party);
const char   *ivr_edi_set_get_trace         (IvrEdiSet            *self);
IvrEdiVerdict ivr_edi_set_get_verdict       (IvrEdiSet            *self);
GPtrArray    *ivr_edi_set_dup_plan_names    (IvrEdiSet            *self);
const IvrEdiReference *ivr_edi_set_get_group (IvrEdiSet           *self);
const char   *ivr_edi_verdict_get_name      (IvrEdiVerdict         verdict);
char         *ivr_edi_party_dup_name        (const IvrEdiParty    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrEdiSet, ivr_edi_set_free)

G_END_DECLS
