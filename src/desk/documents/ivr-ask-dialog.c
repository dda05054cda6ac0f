/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-ask-dialog.h"

#include "ivr-command.h"
#include "ivr-date.h"
#include "ivr-error.h"
#include "ivr-format.h"

#include <glib/gi18n.h>

#define DAYS 3
#define DRAFT "ask"

struct _IvrAskDialog
{
  GtkWindow parent_instance;

  GtkWidget *confirm;
  GtkLabel *complaint;
  GtkEditable *sentence;
  GtkEditable *due;
  AdwPreferencesGroup *types;

  IvrSession *session;
  IvrDocuments *documents;
  GPtrArray *checks;         /* GtkCheckButton, with its "type" */
};

enum {
  SIGNAL_ASKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrAskDialog, ivr_ask_dialog, GTK_TYPE_WINDOW)

static void
complain (IvrAskDialog *self,
          const char   *sentence)
{
  gtk_label_set_label (self->complaint, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->complaint), TRUE);
}

static void
on_typed (IvrAskDialog *self)
{
  if (self->session != NULL)
    ivr_session_set_draft (self->session, DRAFT, ivr_documents_get_request (self->documents), gtk_editable_get_text (self->sentence));
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrAskDialog) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = ivr_command_run_finish (IVR_DATABASE (source), result, &error);

  if (self->session == NULL)
    return;
  gtk_widget_set_sensitive (self->confirm, TRUE);
  if (answer == NULL)
    {
      complain (self, g_error_matches (error, IVR_ERROR, IVR_ERROR_STALE) ? _("Somebody else changed this request a moment ago. Close this, look again and decide; your sentence is kept.")
                                                                          : error->message);
      return;
    }
  ivr_session_set_draft (self->session, DRAFT, ivr_documents_get_request (self->documents), NULL);
  g_signal_emit (self, signals[SIGNAL_ASKED], 0);
  gtk_window_destroy (GTK_WINDOW (self));
}

static char *
dup_ticked (IvrAskDialog *self)
{
  g_autoptr(JsonArray) ticked = json_array_new ();
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; i < self->checks->len; i++)
    if (gtk_check_button_get_active (self->checks->pdata[i]))
      {
        JsonObject *one = json_object_new ();

        json_object_set_string_member (one, "type", g_object_get_data (self->checks->pdata[i], "type"));
        json_array_add_object_element (ticked, one);
      }
  if (json_array_get_length (ticked) == 0)
    return NULL;
  json_node_set_array (node, ticked);
  return json_to_string (node, FALSE);
}

static void
on_confirm (IvrAskDialog *self)
{
  g_autofree char *ticked = dup_ticked (self);
  g_autofree char *sentence = g_strstrip (g_strdup (gtk_editable_get_text (self->sentence)));
  g_autoptr(GError) error = NULL;
  g_autofree char *due = ivr_date_normalize (gtk_editable_get_text (self->due), &error);
  g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, ivr_documents_get_version (self->documents));
  const char *arguments[] = { ivr_documents_get_request (self->documents), version, sentence, due, ticked };

  if (ticked == NULL)
    complain (self, _("Tick what is missing."));
  else if (sentence[0] == '\0')
    complain (self, _("Say in a sentence what the clinic has to know."));
  else if (due == NULL)
    complain (self, error->message);
  else
    {
      gtk_widget_set_sensitive (self->confirm, FALSE);
      ivr_command_run_async (ivr_session_get_database (self->session), IVR_COMMAND_REQUEST_DOCUMENTS, arguments, G_N_ELEMENTS (arguments), asked_cb,
                             g_object_ref (self));
    }
}

static void
ivr_ask_dialog_dispose (GObject *object)
{
  IvrAskDialog *self = IVR_ASK_DIALOG (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (ivr_ask_dialog_parent_class)->dispose (object);
}

static void
ivr_ask_dialog_finalize (GObject *object)
{
  IvrAskDialog *self = IVR_ASK_DIALOG (object);

  g_clear_object (&self->documents);
  g_ptr_array_unref (self->checks);
  G_OBJECT_CLASS (ivr_ask_dialog_parent_class)->finalize (object);
}

static void
ivr_ask_dialog_class_init (IvrAskDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ivr_ask_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = ivr_ask_dialog_finalize;
  signals[SIGNAL_ASKED] = g_signal_new ("asked", IVR_TYPE_ASK_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/ivrdesk/Desk/ui/ivr-ask-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, IvrAskDialog, confirm);
  gtk_widget_class_bind_template_child (widget_class, IvrAskDialog, complaint);
  gtk_widget_class_bind_template_child (widget_class, IvrAskDialog, sentence);
  gtk_widget_class_bind_template_child (widget_class, IvrAskDialog, due);
  gtk_widget_class_bind_template_child (widget_class, IvrAskDialog, types);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ivr_ask_dialog_init (IvrAskDialog *self)
{
  self->checks = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Required by the payer and not there; asked for already is not asked for twice. */
static const char *
why_needed (IvrDocuments *documents,
            const char   *type)
{
  JsonArray *needed = ivr_documents_get_needed (documents);

  for (guint i = 0; needed != NULL && i < json_array_get_length (needed); i++)
    {
      JsonObject *one = json_array_get_object_element (needed, i);

      if (g_str_equal (ivr_format_member (one, "type"), type) && g_str_equal (ivr_format_member (one, "need"), "required") &&
          !json_object_get_boolean_member_with_default (one, "there", FALSE))
        return ivr_format_member (one, "why");
    }
  return NULL;
}

static void
add_type (IvrAskDialog *self,
          JsonObject   *type)
{
  const char *id = ivr_format_member (type, "type");
  const char *why = why_needed (self->documents, id);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(ivr_format_member (type, "label")));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), why != NULL ? _(why) : _(ivr_format_member (type, "meaning")));
  g_object_set_data_full (G_OBJECT (check), "type", g_strdup (id), g_free);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), why != NULL);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  ivr_format_name (check, _(ivr_format_member (type, "label")));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  adw_preferences_group_add (self->types, row);
  g_ptr_array_add (self->checks, check);
}

/**
 * ivr_ask_dialog_new:
 * @session: the session of the window
 * @documents: the documents of the request, as they were read
 *
 * Returns: (transfer floating): a dialog
 */
GtkWidget *
ivr_ask_dialog_new (IvrSession   *session,
                    IvrDocuments *documents)
{
  IvrAskDialog *self = g_object_new (IVR_TYPE_ASK_DIALOG, NULL);
  JsonArray *types = ivr_documents_get_types (documents);
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autoptr(GDateTime) then = g_date_time_add_days (now, DAYS);
  g_autofree char *day = g_date_time_format (then, "%Y-%m-%d");
  const char *draft = ivr_session_get_draft (session, DRAFT, ivr_documents_get_request (documents));

  self->documents = g_object_ref (documents);
  for (guint i = 0; types != NULL && i < json_array_get_length (types); i++)
    add_type (self, json_array_get_object_element (types, i));
  gtk_editable_set_text (self->due, day);
  gtk_editable_set_text (self->sentence, draft != NULL ? draft : "");
  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
