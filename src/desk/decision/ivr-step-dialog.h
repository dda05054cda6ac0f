/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrStepDialogDone:
 * @answer: (nullable): what the command answered
 * @error: (nullable): why it was refused; never for what the dialog itself shows
 * @data: user data
 */
typedef void (*IvrStepDialogDone) (JsonObject   *answer,
                                   const GError *error,
                                   gpointer      data);

gboolean ivr_step_dialog_is_needed (JsonObject        *action);
void     ivr_step_dialog_present   (GtkWidget         *parent,
                                    IvrSession        *session,
                                    JsonObject        *request,
                                    JsonObject        *action,
                                    const char        *response,
                                    IvrStepDialogDone  done,
                                    gpointer           data,
                                    GDestroyNotify     free_data);
void     ivr_step_take             (IvrSession        *session,
                                    JsonObject        *request,
                                    JsonObject        *action,
                                    const char        *reason,
                                    JsonObject        *details,
                                    GAsyncReadyCallback callback,
                                    gpointer           data);

G_END_DECLS
