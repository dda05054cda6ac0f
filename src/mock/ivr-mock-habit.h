/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrMockHabit:
 *
 * What an invented payer does with a question. The member id says which: MOCK-BUSY; any other is active.
 */
typedef enum {
  IVR_MOCK_ACTIVE,
  IVR_MOCK_INACTIVE,
  IVR_MOCK_AUTHORIZATION, /* active, and asks for a prior authorization */
  IVR_MOCK_NETWORKS,      /* active, with figures in and out of network */
  IVR_MOCK_NOT_FOUND,     /* AAA 75 */
  IVR_MOCK_BUSY,          /* AAA 42 at first, then active */
  IVR_MOCK_NEVER,         /* AAA 42 each time */
  IVR_MOCK_ILL,           /* HTTP 503 at first, then active */
  IVR_MOCK_DOWN,          /* HTTP 500 each time */
  IVR_MOCK_SLOW,          /* nothing for a long time */
  IVR_MOCK_CUT,           /* half an answer */
  IVR_MOCK_TA1,           /* the interchange is refused */
  IVR_MOCK_ACK,           /* the group is refused: 999 */
  IVR_MOCK_PAGE,          /* a web page with status 200 */
  IVR_MOCK_OTHER_MEMBER,  /* somebody else's answer */
  IVR_MOCK_OTHER_TRACE,   /* the answer to another question */
  IVR_MOCK_MOVED,         /* a redirection to somewhere else */
  IVR_MOCK_HUGE,          /* more than any answer has */
  IVR_MOCK_STRANGER,      /* in an envelope: UnAuthorized; else active */
  IVR_MOCK_TORN,          /* half an envelope; else active */
  IVR_MOCK_N_HABITS,
} IvrMockHabit;

/**
 * IvrMockQuestion:
 * @dependent_last: (nullable): last name of the patient who is not the member
 *
 * What of a question an answer gives back.
 */
typedef struct
{
  char *trace;
  char *payer_id;
  char *member_id;
  char *last;
  char *first;
  char *born;
  char *dependent_last;
  char *dependent_first;
  char *dependent_born;
} IvrMockQuestion;

IvrMockHabit     ivr_mock_habit_of        (const char            *member_id);
IvrMockQuestion *ivr_mock_question_new    (GBytes                *body);
void             ivr_mock_question_free   (IvrMockQuestion       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrMockQuestion, ivr_mock_question_free)

G_END_DECLS
