/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-note-editor.h"

#include "ivr-error.h"
#include "ivr-format.h"
#include "ivr-text-limit.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _IvrNoteEditor
{
  GtkWidget parent_instance;

  IvrSession *session;
  IvrCommandKind kind;
  char *title;
  char *request;
  char *saved;               /* as the server has it */
  gint64 version;
  gboolean may_edit;
  gboolean saving;
  gboolean setting;

  GtkWidget *text;
  GtkWidget *frame;
  GtkWidget *shown;
  GtkWidget *unsent;
  GtkWidget *save;
  GtkWidget *undo;
  GtkWidget *buttons;
};

enum {
  SIGNAL_NOTICE,
  SIGNAL_SAVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrNoteEditor, ivr_note_editor, GTK_TYPE_WIDGET)

static const char *
draft_kind (IvrNoteEditor *self)
{
  return self->kind == IVR_COMMAND_RESPONSE ? "response" : "comment";
}

static void
keep_draft (IvrNoteEditor *self,
            const char    *text)
{
  ivr_session_set_draft (self->session, draft_kind (self), self->request, text);
  if (text != NULL)
    ivr_drafts_set_base (ivr_session_get_drafts (self->session), draft_kind (self), self->request, self->version);
}

static void
ivr_note_editor_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&IVR_NOTE_EDITOR (object)->session);
  G_OBJECT_CLASS (ivr_note_editor_parent_class)->dispose (object);
}

static void
ivr_note_editor_finalize (GObject *object)
{
  IvrNoteEditor *self = IVR_NOTE_EDITOR (object);

  g_free (self->title);
  g_free (self->request);
  g_free (self->saved);
  G_OBJECT_CLASS (ivr_note_editor_parent_class)->finalize (object);
}

static void
ivr_note_editor_class_init (IvrNoteEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_note_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = ivr_note_editor_finalize;
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", IVR_TYPE_NOTE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_SAVED] = g_signal_new ("saved", IVR_TYPE_NOTE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
ivr_note_editor_init (IvrNoteEditor *self)
{
}

char *
ivr_note_editor_dup_text (IvrNoteEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

gboolean
ivr_note_editor_is_changed (IvrNoteEditor *self)
{
  g_autofree char *text = ivr_note_editor_dup_text (self);

  return (self->may_edit || gtk_widget_get_visible (self->unsent)) && g_strcmp0 (text, self->saved != NULL ? self->saved : "") != 0;
}

static void
update (IvrNoteEditor *self)
{
  gboolean changed = ivr_note_editor_is_changed (self);

  gtk_widget_set_visible (self->buttons, changed);
  gtk_widget_set_visible (self->save, self->may_edit);
  gtk_widget_set_sensitive (self->save, changed && !self->saving);
  gtk_widget_set_sensitive (self->undo, changed && !self->saving);
}

static void
on_changed (IvrNoteEditor *self)
{
  g_autofree char *text = ivr_note_editor_dup_text (self);

  if (self->setting || self->request == NULL)
    return;
  keep_draft (self, ivr_note_editor_is_changed (self) ? text : NULL);
  update (self);
}

static void
set_text (IvrNoteEditor *self,
          const char    *text)
{
  g_autofree char *now = ivr_note_editor_dup_text (self);

  /* Setting the same text would only lose the cursor. */
  if (g_strcmp0 (now, text) == 0)
    return;
  self->setting = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), text, -1);
  self->setting = FALSE;
}

static void save (IvrNoteEditor *self);

typedef struct
{
  IvrNoteEditor *editor;
  char *request;
  char *text;
} Save;

static void
save_free (Save *data)
{
  g_object_unref (data->editor);
  g_free (data->request);
  g_free (data->text);
  g_free (data);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

/* The field as the last of the changes left it, or as it was before the first of them. */
static const char *
their_text (JsonObject *detail,
            const char *field,
            const char *side)
{
  JsonArray *changes = detail != NULL && json_object_has_member (detail, "changes")
                         ? json_object_get_array_member (detail, "changes") : NULL;
  const char *theirs = NULL;

  for (guint i = 0; changes != NULL && i < json_array_get_length (changes); i++)
    {
      JsonObject *change = json_array_get_object_element (changes, i);
      JsonNode *node = json_object_get_member (change, side);

      if (node != NULL && JSON_NODE_HOLDS_OBJECT (node) && json_object_has_member (json_node_get_object (node), field) &&
          (theirs == NULL || g_str_equal (side, "after")))
        theirs = ivr_format_member (json_node_get_object (node), field);
    }
  return theirs;
}

static void
on_conflict_answer (IvrNoteEditor *self,
                    const char    *response)
{
  if (g_str_equal (response, "mine"))
    save (self);
  else if (g_str_equal (response, "theirs"))
    {
      set_text (self, self->saved != NULL ? self->saved : "");
      keep_draft (self, NULL);
      update (self);
    }
}

/* Somebody was faster: the person sees what they wrote, what it was and what it is now. */
static void
show_conflict (IvrNoteEditor *self,
               const GError  *error,
               const char    *mine)
{
  g_autoptr(JsonNode) node = json_from_string (ivr_error_get_detail (error) != NULL ? ivr_error_get_detail (error) : "{}", NULL);
  JsonObject *detail = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *field = self->kind == IVR_COMMAND_RESPONSE ? "ivr_response" : "doctor_comment";
  const char *theirs = their_text (detail, field, "after");
  const char *before = their_text (detail, field, "before");
  GtkWidget *dialog;

  self->version = detail != NULL ? json_object_get_int_member_with_default (detail, "version", self->version) : self->version;
  if (theirs == NULL && detail == NULL)
    {
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
      return;
    }
  if (theirs == NULL)
    {
      /* Something else changed; the text itself did not, so there is nothing to choose. */
      save (self);
      return;
    }
  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), _("Somebody else changed this text"), NULL);
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog), _("Yours:\n%s\n\nTheirs:\n%s\n\nBefore:\n%s"), mine, theirs,
                                  before != NULL && before[0] != '\0' ? before : _("(empty)"));
  g_free (self->saved);
  self->saved = g_strdup (theirs);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "later", _("_Decide later"), "theirs", _("Take _theirs"),
                                    "mine", _("Keep _mine"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "later");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "later");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_conflict_answer), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* The answer to a text of a request that is not shown any more. */
static void
tell_elsewhere (IvrNoteEditor *self,
                const GError  *error)
{
  g_autofree char *sentence = NULL;

  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  sentence = g_strdup_printf (_("A text that you saved for another request was not taken; it is kept there. %s"), error->message);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Save) saved = data;
  IvrNoteEditor *self = saved->editor;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = ivr_command_run_finish (IVR_DATABASE (source), result, &error);

  if (self->session == NULL)
    return;
  if (answer != NULL)
    ivr_drafts_clear_sent (ivr_session_get_drafts (self->session), draft_kind (self), saved->request, saved->text);
  if (g_strcmp0 (self->request, saved->request) != 0)
    {
      tell_elsewhere (self, error);
      return;
    }
  self->saving = FALSE;
  if (answer != NULL)
    {
      g_free (self->saved);
      self->saved = g_strdup (saved->text);
      self->version = json_object_get_int_member (answer, "version");
      if (ivr_note_editor_is_changed (self))
        on_changed (self);
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _("Saved"));
      g_signal_emit (self, signals[SIGNAL_SAVED], 0);
    }
  else if (g_error_matches (error, IVR_ERROR, IVR_ERROR_STALE))
    show_conflict (self, error, saved->text);
  else
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
  update (self);
}

static void
save (IvrNoteEditor *self)
{
  g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, self->version);
  g_autofree char *text = ivr_note_editor_dup_text (self);
  const char *arguments[] = { self->request, version, text };
  Save *data = g_new0 (Save, 1);

  data->editor = g_object_ref (self);
  data->request = g_strdup (self->request);
  data->text = g_strdup (text);
  self->saving = TRUE;
  update (self);
  ivr_command_run_async (ivr_session_get_database (self->session), self->kind, arguments, G_N_ELEMENTS (arguments),
                         saved_cb, data);
}

static void
undo (IvrNoteEditor *self)
{
  set_text (self, self->saved != NULL ? self->saved : "");
  keep_draft (self, NULL);
  update (self);
}

static void
on_too_long (gpointer    self,
             const char *sentence)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
}

static void
build (IvrNoteEditor *self)
{
  GtkWidget *heading = gtk_label_new (self->title);
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  g_autofree char *save_name = g_strdup_printf (_("Save: %s"), self->title);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_set_parent (heading, GTK_WIDGET (self));

  self->shown = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->shown), 0);
  gtk_label_set_wrap (GTK_LABEL (self->shown), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->shown), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->shown), TRUE);
  gtk_widget_set_parent (self->shown, GTK_WIDGET (self));

  self->unsent = gtk_label_new (_("You typed this and did not save it; the request has gone on. You can still copy it."));
  gtk_label_set_xalign (GTK_LABEL (self->unsent), 0);
  gtk_label_set_wrap (GTK_LABEL (self->unsent), TRUE);
  gtk_widget_add_css_class (self->unsent, "caption");
  gtk_widget_set_parent (self->unsent, GTK_WIDGET (self));
  gtk_widget_set_visible (self->unsent, FALSE);

  self->text = gtk_text_view_new ();
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->text), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->text), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->text), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (self->text), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->text), 9);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self->text), 9);
  gtk_widget_set_size_request (self->text, -1, 72);
  ivr_format_name (self->text, self->title);
  ivr_text_limit_watch (GTK_TEXT_VIEW (self->text), self->kind == IVR_COMMAND_RESPONSE ? 8000 : 4000, on_too_long, self);
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  self->frame = gtk_frame_new (NULL);
  gtk_frame_set_child (GTK_FRAME (self->frame), self->text);
  gtk_widget_add_css_class (self->frame, "note-frame");
  gtk_widget_set_parent (self->frame, GTK_WIDGET (self));

  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_halign (self->buttons, GTK_ALIGN_END);
  self->undo = gtk_button_new_with_mnemonic (_("_Undo changes"));
  self->save = gtk_button_new_with_mnemonic (_("_Save"));
  gtk_widget_add_css_class (self->save, "suggested-action");
  ivr_format_name (self->save, save_name);
  g_signal_connect_object (self->save, "clicked", G_CALLBACK (save), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->undo, "clicked", G_CALLBACK (undo), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->buttons), self->undo);
  gtk_box_append (GTK_BOX (self->buttons), self->save);
  gtk_widget_set_parent (self->buttons, GTK_WIDGET (self));
}

/**
 * ivr_note_editor_new:
 * @title: heading
 * @kind: %IVR_COMMAND_DOCTOR_COMMENT or %IVR_COMMAND_RESPONSE
 * @session: the session of its window
 *
 * Returns: (transfer floating): an editor
 */
GtkWidget *
ivr_note_editor_new (const char     *title,
                     IvrCommandKind  kind,
                     IvrSession     *session)
{
  IvrNoteEditor *self = g_object_new (IVR_TYPE_NOTE_EDITOR, NULL);

  self->title = g_strdup (title);
  self->kind = kind;
  self->session = g_object_ref (session);
  build (self);
  return GTK_WIDGET (self);
}

/**
 * ivr_note_editor_set_request:
 * @self: an editor
 * @request: identity of the request
 * @version: its version
 * @text: (nullable): the text as the server has it
 * @may_edit: whether this person may change it now
 *
 * What this person has typed for the same request and not saved yet stays.
 */
void
ivr_note_editor_set_request (IvrNoteEditor *self,
                             const char    *request,
                             gint64         version,
                             const char    *text,
                             gboolean       may_edit)
{
  const char *draft = ivr_session_get_draft (self->session, draft_kind (self), request);
  gint64 base = ivr_drafts_get_base (ivr_session_get_drafts (self->session), draft_kind (self), request);
  gboolean empty = text == NULL || text[0] == '\0';
  /* Also a text that was emptied to be written anew is being typed. */
  gboolean typing = g_strcmp0 (self->request, request) == 0 && may_edit && ivr_note_editor_is_changed (self);

  /* A draft keeps the version that it was typed upon, so that a change below it is noticed. */
  if ((draft == NULL && !typing) || g_strcmp0 (self->request, request) != 0)
    {
      self->version = draft != NULL && base > 0 ? base : version;
      g_free (self->saved);
      self->saved = g_strdup (text);
    }
  if (g_strcmp0 (self->request, request) != 0)
    {
      g_free (self->request);
      self->request = g_strdup (request);
      self->saving = FALSE;
    }
  self->may_edit = may_edit;
  /* When the request went on without it, what was typed is still there to be read and copied. */
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->text), may_edit);
  gtk_widget_set_visible (self->frame, may_edit || draft != NULL);
  gtk_widget_set_visible (self->unsent, !may_edit && draft != NULL);
  gtk_widget_set_visible (self->shown, !may_edit && !empty);
  gtk_widget_set_visible (GTK_WIDGET (self), may_edit || !empty || draft != NULL);
  gtk_label_set_label (GTK_LABEL (self->shown), text != NULL ? text : "");
  if (draft != NULL || !typing)
    set_text (self, draft != NULL ? draft : text != NULL ? text : "");
  update (self);
}
