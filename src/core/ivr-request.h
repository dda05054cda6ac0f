/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * IvrRequest:
 * One row of a list of requests, as it was when it was read; never changes. A row that has not
 * been read yet is a placeholder: ivr_request_is_loading().
 *
 * Times are microseconds since 1970; %G_MAXINT64 where no clock runs.
 */
#define IVR_TYPE_REQUEST (ivr_request_get_type ())
G_DECLARE_FINAL_TYPE (IvrRequest, ivr_request, IVR, REQUEST, GObject)

/**
 * IvrRequestFields:
 * What a row says; ivr_request_new() copies it.
 */
typedef struct
{
  const char *id;
  const char *org_id;
  const char *key;        /* sort key of the list that it was read for */
  const char *status;
  const char *turn;
  const char *patient;    /* NULL where the person may not see it */
  const char *payer;
  const char *service;
  const char *product;
  const char *clinic;
  const char *facility;
  const char *assignee;
  gint64 request_no;
  gint64 version;
  gint64 due_us;
  gint64 created_us;
  gint64 updated_us;
  int priority;
  int unread;
} IvrRequestFields;

IvrRequest             *ivr_request_new             (const IvrRequestFields *fields);
IvrRequest             *ivr_request_new_loading     (void);
gboolean                ivr_request_is_loading      (IvrRequest             *self);
const IvrRequestFields *ivr_request_get_fields      (IvrRequest             *self);
gboolean                ivr_request_says_the_same   (IvrRequest             *self,
                                                     IvrRequest             *other);

G_END_DECLS
