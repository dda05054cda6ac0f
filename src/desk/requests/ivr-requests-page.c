/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-requests-page.h"

#include "ivr-format.h"
#include "ivr-request-list.h"
#include "ivr-status-chip.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Relative times grow old; once a minute they are written again. */
#define CLOCK_S 60

struct _IvrRequestsPage
{
  GtkWidget parent_instance;

  GtkLabel *title;
  GtkLabel *count;
  GtkSpinner *spinner;
  GtkDropDown *sort;
  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkColumnView *list;
  AdwStatusPage *empty;
  AdwStatusPage *failed;

  IvrSession *session;
  IvrRequestList *rows;
  GtkSingleSelection *selection;
  IvrView *view;
  char *search;
  char *chosen;
  GPtrArray *due_labels;     /* GtkListItem* that are bound, for the clock */
  guint clock_source;
  gboolean setting;
};

enum {
  SIGNAL_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];
static const char * const sorts[] = { "due", "created", "patient" };

G_DEFINE_FINAL_TYPE (IvrRequestsPage, ivr_requests_page, GTK_TYPE_WIDGET)

static void
name_cell (GtkListItem *item,
           const char  *name)
{
  GtkWidget *cell = gtk_widget_get_parent (gtk_list_item_get_child (item));

  /* The cell and its row, as a screen reader walks them. */
  if (cell != NULL)
    ivr_format_name (cell, name);
}

static void
setup_patient (GtkSignalListItemFactory *factory,
               GtkListItem              *item,
               gpointer                  data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *patient = gtk_label_new (NULL);
  GtkWidget *unread = gtk_label_new (NULL);
  GtkWidget *caption = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (patient), 0);
  gtk_label_set_ellipsize (GTK_LABEL (patient), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (patient, "patient");
  gtk_widget_add_css_class (unread, "unread");
  gtk_widget_add_css_class (unread, "numeric");
  gtk_widget_set_valign (unread, GTK_ALIGN_CENTER);
  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_label_set_ellipsize (GTK_LABEL (caption), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_box_append (GTK_BOX (top), patient);
  gtk_box_append (GTK_BOX (top), unread);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), caption);
  gtk_list_item_set_child (item, box);
}

static void
bind_patient (GtkSignalListItemFactory *factory,
              GtkListItem              *item,
              gpointer                  data)
{
  IvrRequest *row = gtk_list_item_get_item (item);
  const IvrRequestFields *f = ivr_request_get_fields (row);
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *top = gtk_widget_get_first_child (box);
  GtkWidget *patient = gtk_widget_get_first_child (top);
  GtkWidget *unread = gtk_widget_get_last_child (top);
  g_autofree char *number = g_strdup_printf ("%d", f->unread);
  g_autofree char *caption = NULL;

  if (ivr_request_is_loading (row))
    {
      gtk_label_set_label (GTK_LABEL (patient), "…");
      gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (box)), "");
      gtk_widget_set_visible (unread, FALSE);
      name_cell (item, _("Loading"));
      return;
    }
  gtk_label_set_label (GTK_LABEL (patient), f->patient != NULL ? f->patient : _("New patient"));
  gtk_label_set_label (GTK_LABEL (unread), number);
  gtk_widget_set_visible (unread, f->unread > 0);
  caption = g_strdup_printf ("#%" G_GINT64_FORMAT " · %s%s%s", f->request_no, f->service,
                             f->payer != NULL && f->payer[0] != '\0' ? " · " : "", f->payer != NULL ? f->payer : "");
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (box)), caption);
  {
    g_autofree char *name = g_strdup_printf ("%s, %s", gtk_label_get_label (GTK_LABEL (patient)), caption);

    name_cell (item, name);
  }
}

static void
setup_status (GtkSignalListItemFactory *factory,
              GtkListItem              *item,
              gpointer                  data)
{
  gtk_list_item_set_child (item, ivr_status_chip_new ());
}

static void
bind_status (GtkSignalListItemFactory *factory,
             GtkListItem              *item,
             gpointer                  data)
{
  IvrRequestsPage *self = data;
  IvrRequest *row = gtk_list_item_get_item (item);
  GtkWidget *chip = gtk_list_item_get_child (item);
  JsonObject *status = ivr_database_find_status (ivr_session_get_database (self->session),
                                                 ivr_request_get_fields (row)->status);

  gtk_widget_set_visible (chip, !ivr_request_is_loading (row));
  ivr_status_chip_set_status (IVR_STATUS_CHIP (chip), status);
  name_cell (item, _(ivr_format_member (status, "label")));
}

static void
setup_due (GtkSignalListItemFactory *factory,
           GtkListItem              *item,
           gpointer                  data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
write_due (GtkListItem *item)
{
  const IvrRequestFields *f = ivr_request_get_fields (gtk_list_item_get_item (item));
  GtkWidget *label = gtk_list_item_get_child (item);
  gboolean urgent;
  g_autofree char *text = ivr_format_due (f->due_us, &urgent);
  g_autofree char *exact = ivr_format_moment (f->due_us);

  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, exact[0] != '\0' ? exact : NULL);
  if (urgent)
    gtk_widget_add_css_class (label, "urgent");
  else
    gtk_widget_remove_css_class (label, "urgent");
  name_cell (item, text[0] != '\0' ? text : _("No due time"));
}

static void
bind_due (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  data)
{
  g_ptr_array_add (IVR_REQUESTS_PAGE (data)->due_labels, item);
  write_due (item);
}

static void
unbind_due (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            gpointer                  data)
{
  g_ptr_array_remove_fast (IVR_REQUESTS_PAGE (data)->due_labels, item);
}

static gboolean
on_clock (gpointer data)
{
  IvrRequestsPage *self = data;

  for (guint i = 0; i < self->due_labels->len; i++)
    write_due (self->due_labels->pdata[i]);
  return G_SOURCE_CONTINUE;
}

static void
add_column (IvrRequestsPage *self,
            const char      *title,
            gboolean         expand,
            gpointer         setup,
            gpointer         bind,
            gpointer         unbind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr(GtkColumnViewColumn) column = NULL;

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind), self, 0);
  if (unbind != NULL)
    g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind), self, 0);
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_expand (column, expand);
  gtk_column_view_append_column (self->list, column);
}

static void
update_count (IvrRequestsPage *self)
{
  guint n = self->rows != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->rows)) : 0;
  gboolean loading = self->rows != NULL && ivr_request_list_is_loading (self->rows);
  const char *failure = self->rows != NULL ? ivr_request_list_get_failure (self->rows) : NULL;
  g_autofree char *text = g_strdup_printf ("%'u", n);

  gtk_label_set_label (self->count, loading && n == 0 ? "" : text);
  gtk_spinner_set_spinning (self->spinner, loading);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), loading);
  if (n > 0 || loading)
    gtk_stack_set_visible_child_name (self->stack, "list");
  else if (failure != NULL)
    {
      adw_status_page_set_description (self->failed, failure);
      gtk_stack_set_visible_child_name (self->stack, "failed");
    }
  else
    {
      gboolean searching = self->search != NULL;

      adw_status_page_set_icon_name (self->empty, searching ? "edit-find-symbolic" : "object-select-symbolic");
      adw_status_page_set_title (self->empty, searching ? _("Nothing found") : _("Nothing here"));
      adw_status_page_set_description (self->empty,
        searching ? _("Search by the patient’s last name, a member id or a request number.")
                  : self->view != NULL && ivr_view_is_mine (self->view) ? _("Nobody waits for you here. Well done.")
                                                                        : _("No request is in this view."));
      gtk_stack_set_visible_child_name (self->stack, "empty");
    }
}

static void
show_visible (IvrRequestsPage *self)
{
  GtkAdjustment *v = gtk_scrolled_window_get_vadjustment (self->scroller);
  guint n = self->rows != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->rows)) : 0;
  double upper = gtk_adjustment_get_upper (v);
  double first;
  double last;

  if (n == 0 || upper <= 0)
    return;
  first = gtk_adjustment_get_value (v) / upper * n;
  last = (gtk_adjustment_get_value (v) + gtk_adjustment_get_page_size (v)) / upper * n;
  ivr_request_list_show (self->rows, (guint) MAX (first, 0), (guint) MAX (last, 0));
}

static void
on_rows_changed (IvrRequestsPage *self)
{
  guint position;

  update_count (self);
  /* The chosen request stays chosen wherever its row went. */
  if (self->chosen != NULL && gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION &&
      ivr_request_list_find (self->rows, self->chosen, &position))
    {
      self->setting = TRUE;
      gtk_single_selection_set_selected (self->selection, position);
      self->setting = FALSE;
    }
}

static void
on_selected (IvrRequestsPage *self)
{
  IvrRequest *row = gtk_single_selection_get_selected_item (self->selection);
  const char *id = row != NULL && !ivr_request_is_loading (row) ? ivr_request_get_fields (row)->id : NULL;

  if (self->setting || id == NULL || g_strcmp0 (id, self->chosen) == 0)
    return;
  g_free (self->chosen);
  self->chosen = g_strdup (id);
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, self->chosen);
}

static void
on_activate (IvrRequestsPage *self,
             guint            position)
{
  gtk_single_selection_set_selected (self->selection, position);
}

static void
reload (IvrRequestsPage *self)
{
  guint sort = gtk_drop_down_get_selected (self->sort);

  if (self->view == NULL || self->rows == NULL)
    return;
  ivr_request_list_set_view (self->rows, ivr_view_get_id (self->view),
                             self->search != NULL ? "patient" : sorts[MIN (sort, 2)],
                             self->search == NULL && sort == 1, self->search);
  update_count (self);
}

static void
on_sort_selected (IvrRequestsPage *self)
{
  if (!self->setting)
    reload (self);
}

static void
on_try_again (IvrRequestsPage *self)
{
  ivr_database_retry_now (ivr_session_get_database (self->session));
  reload (self);
}

static void
ivr_requests_page_dispose (GObject *object)
{
  IvrRequestsPage *self = IVR_REQUESTS_PAGE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->clock_source, g_source_remove);
  if (self->list != NULL)
    gtk_column_view_set_model (self->list, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->session);
  g_clear_object (&self->view);
  self->list = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_requests_page_parent_class)->dispose (object);
}

static void
ivr_requests_page_finalize (GObject *object)
{
  IvrRequestsPage *self = IVR_REQUESTS_PAGE (object);

  g_free (self->search);
  g_free (self->chosen);
  g_ptr_array_unref (self->due_labels);
  G_OBJECT_CLASS (ivr_requests_page_parent_class)->finalize (object);
}

static void
ivr_requests_page_class_init (IvrRequestsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ivr_requests_page_dispose;
  object_class->finalize = ivr_requests_page_finalize;
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", IVR_TYPE_REQUESTS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/ivrdesk/Desk/ui/ivr-requests-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IvrRequestsPage, title);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestsPage, count);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestsPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestsPage, sort);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestsPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestsPage, list);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestsPage, empty);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestsPage, failed);
  gtk_widget_class_bind_template_callback (widget_class, on_sort_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_try_again);
}

static void
ivr_requests_page_init (IvrRequestsPage *self)
{
  GtkAdjustment *v;

  self->due_labels = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  ivr_format_name (self->list, _("Requests"));
  ivr_format_name (self->sort, _("Sort the list"));
  add_column (self, _("Patient"), TRUE, setup_patient, bind_patient, NULL);
  add_column (self, _("Status"), FALSE, setup_status, bind_status, NULL);
  add_column (self, _("Due"), FALSE, setup_due, bind_due, unbind_due);
  v = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (v, "value-changed", G_CALLBACK (show_visible), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (v, "changed", G_CALLBACK (show_visible), self, G_CONNECT_SWAPPED);
  self->clock_source = g_timeout_add_seconds (CLOCK_S, on_clock, self);
}

static void
on_refresh (IvrRequestsPage *self)
{
  ivr_request_list_refresh (self->rows);
}

/**
 * ivr_requests_page_set_session:
 * @self: a page
 * @session: the session of its window; once
 */
void
ivr_requests_page_set_session (IvrRequestsPage *self,
                               IvrSession      *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->rows = ivr_request_list_new (ivr_session_get_database (session));
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->rows)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_column_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_rows_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "notify", G_CALLBACK (update_count), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "request-changed", G_CALLBACK (on_refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chat-changed", G_CALLBACK (on_refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "list-changed", G_CALLBACK (on_refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "refresh", G_CALLBACK (on_refresh), self, G_CONNECT_SWAPPED);
}

/**
 * ivr_requests_page_set_view:
 * @self: a page
 * @view: what to show
 */
void
ivr_requests_page_set_view (IvrRequestsPage *self,
                            IvrView         *view)
{
  g_set_object (&self->view, view);
  gtk_label_set_label (self->title, _(ivr_view_get_label (view)));
  self->setting = TRUE;
  gtk_drop_down_set_selected (self->sort, g_str_equal (ivr_view_get_sort (view), "created") ? 1 : 0);
  self->setting = FALSE;
  reload (self);
}

/**
 * ivr_requests_page_search:
 * @self: a page
 * @text: (nullable): a last name, member id or number; empty to stop searching
 */
void
ivr_requests_page_search (IvrRequestsPage *self,
                          const char      *text)
{
  const char *wanted = text != NULL && text[0] != '\0' ? text : NULL;

  if (g_strcmp0 (self->search, wanted) == 0)
    return;
  g_free (self->search);
  self->search = g_strdup (wanted);
  reload (self);
}

/**
 * ivr_requests_page_choose:
 * @self: a page
 * @id: request to choose; its row is selected as soon as it is there
 */
void
ivr_requests_page_choose (IvrRequestsPage *self,
                          const char      *id)
{
  g_free (self->chosen);
  self->chosen = g_strdup (id);
  self->setting = TRUE;
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  self->setting = FALSE;
  on_rows_changed (self);
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, self->chosen);
}

/**
 * ivr_requests_page_move:
 * @self: a page
 * @by: 1 for the next row, -1 for the one before
 */
void
ivr_requests_page_move (IvrRequestsPage *self,
                        int              by)
{
  guint selected = gtk_single_selection_get_selected (self->selection);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  gint64 next = selected == GTK_INVALID_LIST_POSITION ? 0 : (gint64) selected + by;

  if (n == 0)
    return;
  next = CLAMP (next, 0, (gint64) n - 1);
  gtk_single_selection_set_selected (self->selection, (guint) next);
  /* The action belongs to the list inside the column view. */
  gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->list)), "list.scroll-to-item", "u", (guint) next);
}

void
ivr_requests_page_focus (IvrRequestsPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/**
 * ivr_requests_page_get_model:
 * @self: a page
 *
 * Returns: (transfer none): what the list shows; for tests and benches
 */
GListModel *
ivr_requests_page_get_model (IvrRequestsPage *self)
{
  return G_LIST_MODEL (self->rows);
}
