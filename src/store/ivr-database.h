/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * IvrDatabase:
 * A signed-in person's line to the database: who they are, what they may, and every command.
 *
 * Property "online" notifies when the line breaks and when it is back; after that everything that
 * was shown has to be read again. Property "waiting" is the number of commands that the server has
 * not acknowledged yet: they are kept and sent again, in order, until it has.
 *
 * Signal "refused" (error: GError): the line broke, and the server does not take this person back: the
 * password was changed, the account locked, the certificate replaced. Nothing is tried until
 * ivr_database_retry_now(), with another password or the same.
 *
 * Signal "restored" (kind: int of IvrCommandKind, request: string or %NULL, error: GError or %NULL)
 * tells what became of a command that nobody waits for: one that ivr_command_restore() put back, or a
 * chat message that was refused when its chat was closed.
 */
#define IVR_TYPE_DATABASE (ivr_database_get_type ())
G_DECLARE_FINAL_TYPE (IvrDatabase, ivr_database, IVR, DATABASE, GObject)

/**
 * IvrOutboxKeeper:
 * @keep: keeps a command, as JSON, until it is forgotten; called before the command is sent
 * @forget: the server has taken or refused it
 * @data: for both
 *
 * Where commands survive a crash. The JSON is an object with "id" (the command's), "kind", "arguments"
 * (strings and nulls) and "made_at" (microseconds since 1970); ivr_command_restore() reads it.
 */
typedef struct
{
  void (*keep)   (const char *command_id,
                  const char *json,
                  gpointer    data);
  void (*forget) (const char *command_id,
                  gpointer    data);
  gpointer data;
} IvrOutboxKeeper;

IvrDatabase *ivr_database_new            (const char             *uri);
void         ivr_database_set_keeper     (IvrDatabase            *self,
                                          const IvrOutboxKeeper  *keeper);
void         ivr_database_set_password   (IvrDatabase          *self,
                                          const char           *password);
void         ivr_database_sign_in_async  (IvrDatabase          *self,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean     ivr_database_sign_in_finish (IvrDatabase          *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void         ivr_database_sign_out       (IvrDatabase          *self);
void         ivr_database_retry_now      (IvrDatabase          *self);

gboolean     ivr_database_is_online      (IvrDatabase          *self);
guint        ivr_database_get_waiting    (IvrDatabase          *self);
JsonObject  *ivr_database_get_me         (IvrDatabase          *self);
JsonObject  *ivr_database_get_workflow   (IvrDatabase          *self);
JsonObject  *ivr_database_get_catalogue  (IvrDatabase          *self);
const char  *ivr_database_get_name       (IvrDatabase          *self);
gboolean     ivr_database_is_clinic      (IvrDatabase          *self);
gboolean     ivr_database_has_right      (IvrDatabase          *self,
                                          const char           *right);
JsonObject  *ivr_database_find_status    (IvrDatabase          *self,
                                          const char           *status);

void         ivr_database_live_token_async  (IvrDatabase          *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
char        *ivr_database_live_token_finish (IvrDatabase          *self,
                                             GAsyncResult         *result,
                                             GError              **error);

G_END_DECLS
