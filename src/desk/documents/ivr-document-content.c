/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document-content.h"

#include "ivr-error.h"

#include <sys/mman.h>
#include <unistd.h>

void
ivr_document_content_free (IvrDocumentContent *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->name);
  g_free (self->content_type);
  g_free (self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GTask) task = data;
  IvrDocumentContent *self = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) facts = ivr_download_finish (IVR_DATABASE (source), result, &error);

  if (facts == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->name = g_strdup (json_object_get_string_member_with_default (facts, "name", ""));
  self->content_type = g_strdup (json_object_get_string_member_with_default (facts, "content_type", ""));
  self->size = (guint64) json_object_get_int_member_with_default (facts, "size", 0);
  g_task_return_boolean (task, TRUE);
}

/**
 * ivr_document_content_load_async:
 * @database: a database
 * @document: a document
 * @version: number of the version; 0 for the newest
 * @purpose: what for
 * @cancellable: (nullable): a cancellable
 * @callback: called with the content
 * @user_data: for @callback
 *
 * Reads a document to be drawn here, after the server has written down that it is.
 */
void
ivr_document_content_load_async (IvrDatabase         *database,
                                 const char          *document,
                                 int                  version,
                                 IvrDownloadPurpose   purpose,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task = g_task_new (database, cancellable, callback, user_data);
  IvrDocumentContent *self = g_new0 (IvrDocumentContent, 1);

  g_task_set_source_tag (task, ivr_document_content_load_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) ivr_document_content_free);
  self->fd = memfd_create ("document", MFD_CLOEXEC);
  if (self->fd < 0)
    {
      g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_FAILED, "There is not enough memory to show this document. Close other windows, and try again.");
      g_object_unref (task);
      return;
    }
  ivr_download_fd_async (database, document, version, purpose, self->fd, NULL, cancellable, loaded_cb, task);
}

/**
 * ivr_document_content_load_finish:
 * @database: a database
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the content
 */
IvrDocumentContent *
ivr_document_content_load_finish (IvrDatabase   *database,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  IvrDocumentContent *own;
  IvrDocumentContent *content;

  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  own = g_task_get_task_data (G_TASK (result));
  content = g_new (IvrDocumentContent, 1);
  *content = *own;
  *own = (IvrDocumentContent) { .fd = -1 };
  return content;
}
