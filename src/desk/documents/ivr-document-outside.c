/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document-outside.h"

#include "ivr-error.h"

#include <glib/gi18n.h>

static gboolean
lend (IvrSession          *session,
      IvrDocument         *document,
      IvrDownloadPurpose   purpose,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             data)
{
  const IvrDocumentVersion *version = ivr_document_get_nth (document, 0);
  IvrLentFiles *lent = ivr_session_get_lent_files (session);

  if (version == NULL || !version->readable || lent == NULL)
    return FALSE;
  ivr_lent_files_lend_async (lent, ivr_document_get_id (document), version->name != NULL ? version->name : ivr_document_get_title (document),
                             version->content_type, purpose, cancellable, callback, data);
  return TRUE;
}

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;

  if (gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_FAILED, _("No other program opened the document: %s Save it, and open it from there."), error->message);
}

static void
lent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  GtkWindow *parent = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GFile) file = ivr_lent_files_lend_finish (IVR_LENT_FILES (source), result, &error);
  g_autofree char *uri = file != NULL ? g_file_get_uri (file) : NULL;

  if (file == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    gtk_show_uri_full (parent, uri, GDK_CURRENT_TIME, NULL, shown_cb, g_steal_pointer (&task));
}

/**
 * ivr_document_outside_open_async:
 * @parent: the window in which it was asked for
 * @session: its session
 * @document: a document that can be read
 * @callback: called when a program was started with it
 * @user_data: for @callback
 *
 * Opens the newest version with the program that the system has for it, in a sandbox the one outside; the server has
 * written down before that it was.
 */
void
ivr_document_outside_open_async (GtkWindow           *parent,
                                 IvrSession          *session,
                                 IvrDocument         *document,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task = g_task_new (parent, NULL, callback, user_data);

  g_task_set_source_tag (task, ivr_document_outside_open_async);
  if (lend (session, document, IVR_DOWNLOAD_OPEN, NULL, lent_cb, task))
    return;
  g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_NOT_FOUND, "%s", _("This document cannot be opened."));
  g_object_unref (task);
}

/**
 * ivr_document_outside_open_finish:
 * @parent: the window
 * @result: what the callback was given
 * @error: return location; a sentence for the person
 *
 * Returns: whether a program was started
 */
gboolean
ivr_document_outside_open_finish (GtkWindow     *parent,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, parent), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

struct _IvrDocumentDrag
{
  GdkContentProvider parent_instance;

  IvrSession *session;
  IvrDocument *document;
};

G_DEFINE_FINAL_TYPE (IvrDocumentDrag, ivr_document_drag, GDK_TYPE_CONTENT_PROVIDER)

static void
ivr_document_drag_finalize (GObject *object)
{
  IvrDocumentDrag *self = IVR_DOCUMENT_DRAG (object);

  g_clear_object (&self->session);
  g_clear_object (&self->document);
  G_OBJECT_CLASS (ivr_document_drag_parent_class)->finalize (object);
}

/* In every way in which GTK can give a list of files away, also through the portal. */
static GdkContentFormats *
ivr_document_drag_ref_formats (GdkContentProvider *provider)
{
  GdkContentFormats *files = gdk_content_formats_new_for_gtype (GDK_TYPE_FILE_LIST);
  GdkContentFormats *all = gdk_content_formats_union_serialize_mime_types (files);
  GdkContentFormatsBuilder *builder = gdk_content_formats_builder_new ();
  gsize n = 0;
  const char * const *types = gdk_content_formats_get_mime_types (all, &n);

  /* As text a file list is its path; nobody who takes text is to get that. */
  for (gsize i = 0; i < n; i++)
    if (!g_str_has_prefix (types[i], "text/plain"))
      gdk_content_formats_builder_add_mime_type (builder, types[i]);
  gdk_content_formats_unref (all);
  return gdk_content_formats_builder_free_to_formats (builder);
}

typedef struct
{
  char *mime_type;
  GOutputStream *stream;
  int priority;
} Writing;

static void
writing_free (Writing *writing)
{
  g_free (writing->mime_type);
  g_object_unref (writing->stream);
  g_free (writing);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (gdk_content_serialize_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
taken_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GTask) task = data;
  Writing *writing = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GFile) file = ivr_lent_files_lend_finish (IVR_LENT_FILES (source), result, &error);
  GSList one = { file, NULL };
  GValue value = G_VALUE_INIT;

  if (file == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_list (&one));
  gdk_content_serialize_async (writing->stream, writing->mime_type, &value, writing->priority, cancellable, written_cb, g_steal_pointer (&task));
  g_value_unset (&value);
}

static void
ivr_document_drag_write_async (GdkContentProvider  *provider,
                               const char          *mime_type,
                               GOutputStream       *stream,
                               int                  priority,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             data)
{
  IvrDocumentDrag *self = IVR_DOCUMENT_DRAG (provider);
  GTask *task = g_task_new (provider, cancellable, callback, data);
  Writing *writing = g_new (Writing, 1);

  g_task_set_source_tag (task, ivr_document_drag_write_async);
  writing->mime_type = g_strdup (mime_type);
  writing->stream = g_object_ref (stream);
  writing->priority = priority;
  g_task_set_task_data (task, writing, (GDestroyNotify) writing_free);
  if (lend (self->session, self->document, IVR_DOWNLOAD_SAVE, cancellable, taken_cb, task))
    return;
  g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_NOT_FOUND, "%s", _("This document cannot be opened."));
  g_object_unref (task);
}

static gboolean
ivr_document_drag_write_finish (GdkContentProvider  *provider,
                                GAsyncResult        *result,
                                GError             **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ivr_document_drag_class_init (IvrDocumentDragClass *klass)
{
  GdkContentProviderClass *provider_class = GDK_CONTENT_PROVIDER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ivr_document_drag_finalize;
  provider_class->ref_formats = ivr_document_drag_ref_formats;
  provider_class->write_mime_type_async = ivr_document_drag_write_async;
  provider_class->write_mime_type_finish = ivr_document_drag_write_finish;
}

static void
ivr_document_drag_init (IvrDocumentDrag *self)
{
}

/**
 * ivr_document_drag_new:
 * @session: the session of the window
 * @document: a document
 *
 * Returns: (transfer full) (nullable): what is dragged; %NULL when the document cannot be read
 */
GdkContentProvider *
ivr_document_drag_new (IvrSession  *session,
                       IvrDocument *document)
{
  const IvrDocumentVersion *version = ivr_document_get_nth (document, 0);
  IvrDocumentDrag *self;

  if (version == NULL || !version->readable)
    return NULL;
  self = g_object_new (IVR_TYPE_DOCUMENT_DRAG, NULL);
  self->session = g_object_ref (session);
  self->document = g_object_ref (document);
  return GDK_CONTENT_PROVIDER (self);
}

/**
 * ivr_document_drag_accept:
 * @target: a place for files
 * @drop: what is dragged over it
 *
 * For the signal "accept". What comes out of this desk is a document of a request already, and becomes no copy.
 *
 * Returns: whether it can be dropped there
 */
gboolean
ivr_document_drag_accept (GtkDropTarget *target,
                          GdkDrop       *drop)
{
  g_autoptr(GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (gdk_drop_get_formats (drop)));

  return gdk_drop_get_drag (drop) == NULL && gdk_content_formats_match (formats, gtk_drop_target_get_formats (target));
}
