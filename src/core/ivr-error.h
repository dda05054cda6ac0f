/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrError:
 * @IVR_ERROR_FAILED: something that none of the others names.
 * @IVR_ERROR_OFFLINE: the server cannot be reached, or the line broke before the call was sent.
 * @IVR_ERROR_OUTCOME_UNKNOWN: the line broke after the call was sent: it may have been carried
 *   out. Sending it again with the same command id is safe.
 * @IVR_ERROR_AUTH: user name, password or certificate was not accepted.
 * @IVR_ERROR_CERTIFICATE: the server's certificate is not trusted.
 * @IVR_ERROR_SCHEMA_OLD: the database is older than this program needs.
 * @IVR_ERROR_SCHEMA_NEW: the database is newer than this program knows.
 * @IVR_ERROR_FORBIDDEN: this person may not do that (SQLSTATE IV403).
 * @IVR_ERROR_NOT_FOUND: there is no such thing, or none that this person may know of (IV404).
 * @IVR_ERROR_STALE: somebody was faster; the expected version is not the present one (IV409).
 * @IVR_ERROR_TRANSITION: the transition table has no such step (IV410).
 * @IVR_ERROR_INVALID: a value is missing or wrong; the message names the field (IV422).
 * @IVR_ERROR_COMMAND_REUSED: a command id came again with other arguments (IV423).
 * @IVR_ERROR_BUSY: the server asks to try again: deadlock, serialization failure, too many
 *   connections, starting up or shutting down.
 * @IVR_ERROR_LIMIT: too large or too many (IV413).
 * @IVR_ERROR_PROTOCOL: the other side answered something that this program does not understand.
 *
 * Every failure that the app tells a person about is one of these; foreign errors (SQLSTATE,
 * soup, TLS) are converted where they enter, once. Cancelled is always %G_IO_ERROR_CANCELLED.
 */
typedef enum {
  IVR_ERROR_FAILED,
  IVR_ERROR_OFFLINE,
  IVR_ERROR_OUTCOME_UNKNOWN,
  IVR_ERROR_AUTH,
  IVR_ERROR_CERTIFICATE,
  IVR_ERROR_SCHEMA_OLD,
  IVR_ERROR_SCHEMA_NEW,
  IVR_ERROR_FORBIDDEN,
  IVR_ERROR_NOT_FOUND,
  IVR_ERROR_STALE,
  IVR_ERROR_TRANSITION,
  IVR_ERROR_INVALID,
  IVR_ERROR_COMMAND_REUSED,
  IVR_ERROR_BUSY,
  IVR_ERROR_LIMIT,
  IVR_ERROR_PROTOCOL,
} IvrError;

#define IVR_ERROR (ivr_error_quark ())
GQuark      ivr_error_quark           (void);
GError     *ivr_error_new_with_detail (IvrError      code,
                                       const char   *sentence,
                                       const char   *detail);
const char *ivr_error_get_detail      (const GError *error);

G_END_DECLS
