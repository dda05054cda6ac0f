/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"

G_BEGIN_DECLS

/**
 * IvrCommandKind:
 *
 * The commands of api. Each carries an id made here; the server takes an id once, so a command is
 * sent again until it has been acknowledged or refused. Commands of one request go one after the
 * other, in the order in which they were made.
 */
typedef enum {
  IVR_COMMAND_CREATE_REQUEST = 1,   /* form */
  IVR_COMMAND_SAVE_DRAFT,           /* request, version, form */
  IVR_COMMAND_UPDATE_STATUS,        /* request, version, to, reason, details */
  IVR_COMMAND_DOCTOR_COMMENT,       /* request, version, text */
  IVR_COMMAND_RESPONSE,             /* request, version, text */
  IVR_COMMAND_ADD_MESSAGE,          /* request, message, text, visibility, documents as "{id,id}" (may be left out) */
  IVR_COMMAND_ACCEPT_DOCUMENT,      /* request, document, version of the document */
  IVR_COMMAND_REJECT_DOCUMENT,      /* request, document, version of the document, reason */
  IVR_COMMAND_WITHDRAW_DOCUMENT,    /* request, document, version of the document, reason */
  IVR_COMMAND_DESCRIBE_DOCUMENT,    /* request, document, version of the document, type, title */
  IVR_COMMAND_REQUEST_DOCUMENTS,    /* request, version, sentence, day, documents */
  IVR_COMMAND_RECORD_OFFERS,        /* request, what became of offers */
} IvrCommandKind;

void        ivr_command_run_async  (IvrDatabase          *database,
                                    IvrCommandKind        kind,
                                    const char * const   *arguments,
                                    guint                 n_arguments,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
JsonObject *ivr_command_run_finish (IvrDatabase          *database,
                                    GAsyncResult         *result,
                                    GError              **error);
gboolean    ivr_command_restore    (IvrDatabase          *database,
                                    const char           *json,
                                    GError              **error);

G_END_DECLS
