/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrCaqhKind:
 * @IVR_CAQH_MIME: HTTP MIME Multipart
 * @IVR_CAQH_SOAP: SOAP 1.2 with WSDL
 *
 * The two envelopes of CAQH CORE's connectivity rule vC2.2.0, in which X12 travels between trading partners.
 */
typedef enum {
  IVR_CAQH_MIME = 1,
  IVR_CAQH_SOAP,
} IvrCaqhKind;

/**
 * IvrCaqhEnvelope:
 * @payload_type: such as `X12_270_Request_005010X279A1`
 * @payload_id: a UUID
 * @timestamp: UTC, `2026-01-02T03:04:05Z`
 * @user: (nullable): of a question
 * @password: (nullable): of a question
 * @error_code: (nullable): of an answer; `Success` when the payload is one
 * @error_message: (nullable): of an answer; may say anything, and is never passed on
 * @payload: the X12 document
 *
 * Processing mode and rule version are what this version of the rule has for single questions: RealTime and 2.2.0.
 */
typedef struct
{
  char *payload_type;
  char *payload_id;
  char *timestamp;
  char *user;
  char *password;
  char *sender;
  char *receiver;
  char *error_code;
  char *error_message;
  char *payload;
} IvrCaqhEnvelope;

GBytes          *ivr_caqh_envelope_write (const IvrCaqhEnvelope  *self,
                                          IvrCaqhKind             kind,
                                          char                  **media_type);
IvrCaqhEnvelope *ivr_caqh_envelope_read  (GBytes                 *body,
                                          const char             *media_type);
void             ivr_caqh_envelope_free  (IvrCaqhEnvelope        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrCaqhEnvelope, ivr_caqh_envelope_free)

G_END_DECLS
