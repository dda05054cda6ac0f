/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document-files.h"

#include <glib/gi18n.h>

void
ivr_pasted_files_free (IvrPastedFiles *self)
{
  g_slist_free_full (self->files, g_object_unref);
  g_clear_pointer (&self->png, g_bytes_unref);
  g_free (self);
}

/**
 * ivr_document_files_filter:
 *
 * Returns: (transfer full): for a chooser, what can become a document
 */
GtkFileFilter *
ivr_document_files_filter (void)
{
  static const char * const types[] = { "application/pdf", "image/png", "image/jpeg", "image/tiff", "image/webp", "text/plain" };
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("PDF, images and text"));
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    gtk_file_filter_add_mime_type (filter, types[i]);
  return filter;
}

static GdkContentFormats *
dup_formats (GtkWidget *widget)
{
  return gdk_content_formats_union_deserialize_gtypes (
    gdk_content_formats_ref (gdk_clipboard_get_formats (gtk_widget_get_clipboard (widget))));
}

/**
 * ivr_document_files_can_paste:
 * @widget: where it is pasted
 *
 * Returns: whether files were copied, or an image that is no text at the same time
 */
gboolean
ivr_document_files_can_paste (GtkWidget *widget)
{
  g_autoptr(GdkContentFormats) formats = dup_formats (widget);

  return gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) ||
         (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) && !gdk_content_formats_contain_gtype (formats, G_TYPE_STRING));
}

static void
encode_in_worker (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  IvrPastedFiles *pasted = g_new0 (IvrPastedFiles, 1);

  pasted->png = gdk_texture_save_to_png_bytes (data);
  g_task_return_pointer (task, pasted, (GDestroyNotify) ivr_pasted_files_free);
}

static void
image_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GTask) task = data;
  GdkTexture *texture = gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, NULL);

  if (texture == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s", _("There is no image to paste."));
      return;
    }
  g_task_set_task_data (task, texture, g_object_unref);
  g_task_run_in_thread (task, encode_in_worker);
}

static void
files_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GTask) task = data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autoptr(GSList) files = value != NULL ? gdk_file_list_get_files (g_value_get_boxed (value)) : NULL;
  IvrPastedFiles *pasted;

  if (files == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s", _("The files that were copied cannot be pasted. Drop them here instead."));
      return;
    }
  pasted = g_new0 (IvrPastedFiles, 1);
  pasted->files = g_slist_copy_deep (files, (GCopyFunc) (GCallback) g_object_ref, NULL);
  g_task_return_pointer (task, pasted, (GDestroyNotify) ivr_pasted_files_free);
}

/**
 * ivr_document_files_paste_async:
 * @widget: where it is pasted
 * @callback: called with what was pasted
 * @user_data: for @callback
 *
 * An image is made into a PNG in another thread.
 */
void
ivr_document_files_paste_async (GtkWidget           *widget,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (widget, NULL, callback, user_data);
  g_autoptr(GdkContentFormats) formats = dup_formats (widget);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);

  g_task_set_source_tag (task, ivr_document_files_paste_async);
  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, files_cb, task);
  else
    gdk_clipboard_read_texture_async (clipboard, NULL, image_cb, task);
}

/**
 * ivr_document_files_paste_finish:
 * @widget: where it is pasted
 * @result: what the callback was given
 * @error: return location; a sentence for the person
 *
 * Returns: (transfer full) (nullable): what was pasted
 */
IvrPastedFiles *
ivr_document_files_paste_finish (GtkWidget     *widget,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, widget), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
