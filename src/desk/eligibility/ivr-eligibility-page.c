/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-eligibility-page.h"

#include "ivr-eligibility-panel.h"
#include "ivr-eligibility.h"
#include "ivr-format.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _IvrEligibilityPage
{
  GtkWidget parent_instance;

  GtkBox *panels;
  AdwStatusPage *empty;

  IvrSession *session;
  char *request;
  int rank;                  /* the only one that is shown; 0 for all */
  IvrEligibility *eligibility;
  gboolean stale;            /* to be read when somebody looks */
  gboolean asks;             /* as soon as it was read */
};

enum {
  SIGNAL_NOTICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrEligibilityPage, ivr_eligibility_page, GTK_TYPE_WIDGET)

static IvrEligibilityPanel *
find_panel (IvrEligibilityPage *self,
            int                 rank)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->panels)); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (ivr_eligibility_panel_get_rank (IVR_ELIGIBILITY_PANEL (child)) == rank)
      return IVR_ELIGIBILITY_PANEL (child);
  return NULL;
}

static JsonObject *
find_insurance (IvrEligibilityPage *self,
                int                 rank)
{
  for (guint i = 0; i < ivr_eligibility_get_n_insurances (self->eligibility); i++)
    {
      JsonObject *insurance = ivr_eligibility_get_insurance (self->eligibility, i);

      if (json_object_get_int_member_with_default (insurance, "rank", 0) == rank)
        return insurance;
    }
  return NULL;
}

static gboolean
was_asked (IvrEligibilityPage *self,
           int                 rank)
{
  g_autoptr(GPtrArray) checks = ivr_eligibility_list_checks (self->eligibility, rank);

  return checks->len > 0;
}

/* A panel an insurance, and one for what was asked about an insurance that is gone. */
static void
show (IvrEligibilityPage *self)
{
  gboolean has_any = FALSE;

  for (int rank = 1; rank <= 3; rank++)
    {
      JsonObject *insurance = find_insurance (self, rank);
      IvrEligibilityPanel *panel = find_panel (self, rank);
      gboolean is_wanted = (self->rank == 0 || self->rank == rank) && (insurance != NULL || was_asked (self, rank));

      if (!is_wanted && panel != NULL)
        gtk_box_remove (self->panels, GTK_WIDGET (panel));
      if (is_wanted && panel == NULL)
        {
          IvrEligibilityPanel *after = find_panel (self, rank - 1);

          if (after == NULL)
            after = find_panel (self, rank - 2);
          panel = IVR_ELIGIBILITY_PANEL (ivr_eligibility_panel_new (self->session, self->eligibility, rank));
          gtk_box_insert_child_after (self->panels, GTK_WIDGET (panel), GTK_WIDGET (after));
        }
      if (is_wanted)
        ivr_eligibility_panel_show (panel, insurance);
      has_any |= is_wanted;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->empty), !has_any);
  if (self->asks)
    {
      self->asks = FALSE;
      ivr_eligibility_page_ask (self);
    }
}

/* A payer is asked when somebody wants it, or not at all: never later, when the line is back. */
static void
on_loading (IvrEligibilityPage *self)
{
  if (!self->asks || !ivr_eligibility_is_settled (self->eligibility) || ivr_eligibility_is_loaded (self->eligibility))
    return;
  self->asks = FALSE;
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _("The server cannot be reached now, so the payer was not asked. Ask again when the line is back."));
}

static void
on_unmap (IvrEligibilityPage *self)
{
  self->asks = FALSE;
}

static void
on_failed (IvrEligibilityPage *self,
           GError             *error)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
}

/* Reading answers of payers is written down: it is done for who looks at them. */
static void
read_if_looked_at (IvrEligibilityPage *self)
{
  self->stale = TRUE;
  if (self->eligibility == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->stale = FALSE;
  ivr_eligibility_refresh (self->eligibility);
}

static void
on_map (IvrEligibilityPage *self)
{
  if (self->stale)
    read_if_looked_at (self);
}

static void
on_changed (IvrEligibilityPage *self,
            const char         *request)
{
  if (g_strcmp0 (self->request, request) == 0)
    read_if_looked_at (self);
}

static void
on_refresh (IvrEligibilityPage *self)
{
  read_if_looked_at (self);
}

static void
ivr_eligibility_page_dispose (GObject *object)
{
  IvrEligibilityPage *self = IVR_ELIGIBILITY_PAGE (object);
  GtkWidget *child;

  ivr_eligibility_page_set_request (self, NULL);
  g_clear_object (&self->session);
  self->panels = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_eligibility_page_parent_class)->dispose (object);
}

static void
ivr_eligibility_page_finalize (GObject *object)
{
  g_free (IVR_ELIGIBILITY_PAGE (object)->request);
  G_OBJECT_CLASS (ivr_eligibility_page_parent_class)->finalize (object);
}

static void
ivr_eligibility_page_class_init (IvrEligibilityPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ivr_eligibility_page_dispose;
  object_class->finalize = ivr_eligibility_page_finalize;
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", IVR_TYPE_ELIGIBILITY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/ivrdesk/Desk/ui/ivr-eligibility-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IvrEligibilityPage, panels);
  gtk_widget_class_bind_template_child (widget_class, IvrEligibilityPage, empty);
}

static void
ivr_eligibility_page_init (IvrEligibilityPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), NULL);
}

/**
 * ivr_eligibility_page_set_session:
 * @self: a page
 * @session: the session of its window; once
 */
void
ivr_eligibility_page_set_session (IvrEligibilityPage *self,
                                  IvrSession         *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "eligibility-changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "request-changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "refresh", G_CALLBACK (on_refresh), self, G_CONNECT_SWAPPED);
}

/**
 * ivr_eligibility_page_set_rank:
 * @self: a page without a request yet
 * @rank: the only insurance to show, 1 to 3; 0 for all
 */
void
ivr_eligibility_page_set_rank (IvrEligibilityPage *self,
                               int                 rank)
{
  self->rank = rank;
}

/**
 * ivr_eligibility_page_set_request:
 * @self: a page
 * @request: (nullable): identity of the request whose answers are shown
 */
void
ivr_eligibility_page_set_request (IvrEligibilityPage *self,
                                  const char         *request)
{
  GtkWidget *child;

  if (g_strcmp0 (self->request, request) == 0)
    return;
  if (self->eligibility != NULL)
    g_signal_handlers_disconnect_by_data (self->eligibility, self);
  g_clear_object (&self->eligibility);
  while (self->panels != NULL && (child = gtk_widget_get_first_child (GTK_WIDGET (self->panels))) != NULL)
    gtk_box_remove (self->panels, child);
  g_free (self->request);
  self->request = g_strdup (request);
  self->asks = FALSE;
  if (request == NULL || self->session == NULL)
    return;
  self->eligibility = ivr_eligibility_new (ivr_session_get_database (self->session), request);
  g_signal_connect_object (self->eligibility, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->eligibility, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->eligibility, "notify::loading", G_CALLBACK (on_loading), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self->empty), FALSE);
  read_if_looked_at (self);
}

/* One insurance is meant: while its payer is being asked, no other is asked in its place. */
static gboolean
ask_at (IvrEligibilityPage  *self,
        IvrEligibilityPanel *panel)
{
  if (ivr_eligibility_panel_ask (panel))
    return TRUE;
  if (!ivr_eligibility_panel_is_asking (panel))
    return FALSE;
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _("The payer is being asked already. The answer is shown here as soon as it comes."));
  return TRUE;
}

/**
 * ivr_eligibility_page_ask:
 * @self: a page that is shown
 *
 * Has the payer asked about the insurance that has the focus, or the first that can be; at once, or as soon as it is
 * known which can. One that is being asked is not asked twice.
 */
void
ivr_eligibility_page_ask (IvrEligibilityPage *self)
{
  GtkWidget *focus = gtk_widget_get_root (GTK_WIDGET (self)) != NULL ? gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))) : NULL;
  GtkWidget *panel = focus != NULL ? gtk_widget_get_ancestor (focus, IVR_TYPE_ELIGIBILITY_PANEL) : NULL;

  if (self->eligibility == NULL)
    return;
  if (!ivr_eligibility_is_loaded (self->eligibility))
    {
      self->asks = TRUE;
      on_loading (self);
      return;
    }
  if (panel != NULL && gtk_widget_is_ancestor (panel, GTK_WIDGET (self)) && ask_at (self, IVR_ELIGIBILITY_PANEL (panel)))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->panels)); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (ask_at (self, IVR_ELIGIBILITY_PANEL (child)))
      return;
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _("No payer of this request can be asked electronically now. What is known is on this page."));
}
