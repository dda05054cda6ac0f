/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-test-server.h"

G_BEGIN_DECLS

/* Who attacks, each with a real login and a connection of their own. */
typedef enum {
  DREW,         /* a clinic's staff, against another clinic */
  CASEY,        /* a clinic's staff, against the verification team */
  SAM,          /* a specialist, against what is not theirs */
  RIO,          /* a sales representative, against patients' data */
  LOU,          /* logistics, against everything but what is shipped */
  ADA,          /* an administrator of people, against patients' data */
  MAX,          /* an auditor, who may read and not write */
  GATEWAY,      /* the gateway's own login */
  LOOKUP,       /* the login that carries questions to payers */
  OUTSIDER,     /* a login of the server that is nobody here */
  N_ATTACKERS
} IvrAttacker;

/**
 * IvrAttack:
 * @name: what is tried
 * @who: by whom
 * @sql: what they send; several statements, undone afterwards. A leading '!' is sent outside a transaction;
 *   what is before %COMMITTED is sent and committed first, and %TICKET is a new id for each attack
 * @state: SQLSTATE with which it is refused; %NULL when it is answered, and then
 * @answer: the whole answer, its fields joined by spaces, when that shows that it is harmless
 * @lacks: or a word that must not be in it
 * @naive: whether it succeeds in a naive schema, which shows that the attack bites
 */
typedef struct
{
  const char *name;
  IvrAttacker who;
  const char *sql;
  const char *state;
  const char *answer;
  const char *lacks;
  gboolean naive;
} IvrAttack;

extern const IvrAttack ivr_attacks_door[];      /* tables, identity, definitions; ends with a NULL name */
extern const IvrAttack ivr_attacks_spy[];       /* what can be learnt or blocked beside the tables */
extern const IvrAttack ivr_attacks_api[];       /* through the door, with the wrong rights */
extern const IvrAttack ivr_attacks_documents[]; /* past the door and through it, to the documents */
extern const IvrAttack ivr_attacks_ask[];       /* payers: asking, answering, carrying */

#define COMMITTED ";; "
#define TICKET "$TICKET"

/* A request, a patient, a facility and an internal note that are not the attacker's. */
#define VICTIM "6db5f169-2541-4515-9156-8cd432d8f0e4"
#define DECIDED "660e8400-e29b-41d4-a716-446655440004"
#define KIMS "0d7e0001-0000-4000-8000-000000000003"
#define DRAFT "0d7e0001-0000-4000-8000-000000000007"
#define CLINIC "0e000000-0000-4000-8000-000000000001"
#define OTHER_CLINIC "0e000000-0000-4000-8000-000000000002"
#define PATIENT "10000000-0000-4000-8000-000000000001"
#define PATIENT_NAME "Testpatient"
#define NOTE_WORDS "DEMO-7741"

typedef struct _IvrAttackers IvrAttackers;

IvrAttackers *ivr_attackers_new   (IvrTestServer   *server);
void          ivr_attackers_free  (IvrAttackers    *self);
PGconn       *ivr_attackers_get   (IvrAttackers    *self,
                                   IvrAttacker      who);
char         *ivr_attack_try      (IvrAttackers    *self,
                                   const IvrAttack *attack);
gboolean      ivr_attack_succeeds (IvrAttackers    *self,
                                   const IvrAttack *attack);
gsize         ivr_attacks_count   (const IvrAttack *attacks);

G_END_DECLS
