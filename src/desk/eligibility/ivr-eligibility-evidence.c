/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-eligibility-evidence.h"

#include "ivr-benefit-text.h"
#include "ivr-eligibility-card.h"
#include "ivr-eligibility.h"
#include "ivr-format.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* So much is laid out for the eye; copying takes all of it. A line of a megabyte is more than any text view bears. */
#define SHOWN_MOST (256 * 1024)
#define LINE_MOST 200
#define ISA_TERMINATOR 105

typedef struct
{
  GtkWindow *window;
  GtkWidget *text;
  GtkWidget *note;
  GtkWidget *copy;
  GCancellable *cancellable;
  GBytes *bytes;
} Evidence;

static void
evidence_free (Evidence *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

/**
 * ivr_eligibility_evidence_lay_out:
 * @bytes: what a payer sent
 * @is_whole: (out): whether all of it is in the text
 *
 * One segment of X12 a line; everything that would do something to the text is shown as a sign for it.
 *
 * Returns: (transfer full): the text, in lines of a length that a text view bears
 */
char *
ivr_eligibility_evidence_lay_out (GBytes   *bytes,
                                  gboolean *is_whole)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  gboolean is_x12 = size > ISA_TERMINATOR && strncmp (data, "ISA", 3) == 0 && !g_ascii_isalnum (data[ISA_TERMINATOR]);
  gsize shown = MIN (size, SHOWN_MOST);
  g_autofree char *valid = g_utf8_make_valid (data != NULL ? data : "", (gssize) shown);
  GString *out = g_string_sized_new (shown + shown / 8);
  g_autoptr(GString) line = g_string_new (NULL);
  guint n = 0;

  *is_whole = shown == size;
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gboolean is_end = is_x12 && *p == data[ISA_TERMINATOR];
      gboolean is_break = *p == '\n';

      if (!is_break && *p != '\r')
        g_string_append_len (line, p, g_utf8_next_char (p) - p);
      n++;
      if (is_break || is_end || n >= LINE_MOST)
        {
          g_autofree char *clean = ivr_benefit_text_clean (line->str, G_MAXSIZE);

          /* The payer may break its lines after its segments. */
          if (line->len > 0 || !is_x12)
            g_string_append_printf (out, "%s\n", clean);
          g_string_truncate (line, 0);
          n = 0;
        }
    }
  if (line->len > 0)
    {
      g_autofree char *clean = ivr_benefit_text_clean (line->str, G_MAXSIZE);

      g_string_append (out, clean);
    }
  return g_string_free (out, FALSE);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GtkWindow) window = data;
  Evidence *self = g_object_get_data (G_OBJECT (window), "evidence");
  g_autoptr(GError) error = NULL;
  g_autofree char *media_type = NULL;
  g_autoptr(GBytes) bytes = ivr_eligibility_evidence_finish (IVR_DATABASE (source), result, &media_type, &error);
  g_autofree char *text = NULL;
  g_autofree char *note = NULL;
  gboolean is_whole;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  if (bytes == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->note), error->message);
      return;
    }
  self->bytes = g_bytes_ref (bytes);
  text = ivr_eligibility_evidence_lay_out (bytes, &is_whole);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), text, -1);
  note = g_strdup_printf (is_whole ? _("%s, %u bytes, laid out in lines. Copying takes them as they came.")
                                   : _("%s, %u bytes; only the first 256 kilobytes are shown. Copying takes all."),
                          media_type, (guint) MIN (g_bytes_get_size (bytes), G_MAXUINT));
  gtk_label_set_text (GTK_LABEL (self->note), note);
  gtk_widget_set_sensitive (self->copy, TRUE);
}

static void
on_copy (GtkButton *button,
         GtkWindow *window)
{
  Evidence *self = g_object_get_data (G_OBJECT (window), "evidence");
  gsize size;
  const char *data = g_bytes_get_data (self->bytes, &size);
  g_autofree char *valid = g_utf8_make_valid (data != NULL ? data : "", (gssize) size);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), valid);
  gtk_label_set_text (GTK_LABEL (self->note), _("Copied."));
}

static gboolean
on_escape (GtkWidget *widget,
           GVariant  *args,
           gpointer   data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

static GtkWidget *
body_new (Evidence *self,
          gboolean  is_mock)
{
  GtkWidget *body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->note = gtk_label_new (_("Reading what the payer sent…"));
  gtk_label_set_xalign (GTK_LABEL (self->note), 0);
  gtk_label_set_wrap (GTK_LABEL (self->note), TRUE);
  gtk_widget_set_hexpand (self->note, TRUE);
  self->copy = gtk_button_new_with_mnemonic (_("_Copy"));
  gtk_widget_set_valign (self->copy, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (self->copy, FALSE);
  gtk_box_append (GTK_BOX (bar), self->note);
  gtk_box_append (GTK_BOX (bar), self->copy);
  self->text = gtk_text_view_new ();
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->text), TRUE);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->text), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->text), GTK_WRAP_CHAR);
  ivr_format_name (self->text, _("What the payer sent"));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->text);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_set_margin_start (body, 18);
  gtk_widget_set_margin_end (body, 18);
  gtk_widget_set_margin_top (body, 12);
  gtk_widget_set_margin_bottom (body, 18);
  if (is_mock)
    gtk_box_append (GTK_BOX (body), ivr_eligibility_card_new_demo ());
  gtk_box_append (GTK_BOX (body), bar);
  gtk_box_append (GTK_BOX (body), scrolled);
  return body;
}

/**
 * ivr_eligibility_evidence_present:
 * @parent: the window that it belongs to
 * @session: a session
 * @request: the request that was asked for
 * @check: a question with evidence
 *
 * Shows the bytes that a payer sent. They are read now: who looks at them is written down.
 */
void
ivr_eligibility_evidence_present (GtkWindow  *parent,
                                  IvrSession *session,
                                  const char *request,
                                  JsonObject *check)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkEventController *keys = gtk_shortcut_controller_new ();
  Evidence *self = g_new0 (Evidence, 1);

  self->window = GTK_WINDOW (window);
  self->cancellable = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (window), "evidence", self, (GDestroyNotify) evidence_free);
  gtk_window_set_title (GTK_WINDOW (window), _("What the payer sent"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), 760, 600);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), body_new (self, json_object_get_boolean_member_with_default (check, "is_mock", FALSE)));
  g_signal_connect_object (self->copy, "clicked", G_CALLBACK (on_copy), window, 0);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_callback_action_new (on_escape, NULL, NULL)));
  gtk_widget_add_controller (window, keys);
  gtk_window_present (GTK_WINDOW (window));
  ivr_eligibility_evidence_async (ivr_session_get_database (session), request, ivr_format_member (check, "id"), self->cancellable, read_cb,
                                  g_object_ref (window));
}
