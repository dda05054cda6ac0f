/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-journal.h"
#include "ivr-window.h"

#include "ivr-test-server.h"

G_BEGIN_DECLS

/**
 * IvrTestPerson:
 * Somebody at a real desk in this process, signed in to a private server.
 */
typedef struct
{
  IvrDatabase *database;
  IvrSession *session;
  GtkWindow *window;
} IvrTestPerson;

/* Runs the main context until @condition, for a minute at most. */
#define ivr_test_wait(condition)                                                                              \
  G_STMT_START                                                                                                \
  {                                                                                                           \
    gint64 ivr_test_end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;                                      \
    while (!(condition))                                                                                      \
      {                                                                                                       \
        if (g_get_monotonic_time () > ivr_test_end)                                                           \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition);                            \
        ivr_test_step ();                                                                                     \
      }                                                                                                       \
  }                                                                                                           \
  G_STMT_END

void           ivr_test_step         (void);
IvrTestPerson *ivr_test_person_new   (IvrTestServer *server,
                                      const char    *login,
                                      IvrJournal    *journal);
IvrTestPerson *ivr_test_person_new_at (IvrTestServer *server,
                                       const char    *login,
                                       const char    *gateway,
                                       IvrJournal    *journal);
void           ivr_test_person_free  (IvrTestPerson *self);
void           ivr_test_person_open  (IvrTestPerson *self,
                                      const char    *view,
                                      const char    *request);

GtkWidget     *ivr_test_find         (gpointer       root,
                                      GType          type,
                                      const char    *name);
gboolean       ivr_test_shows        (gpointer       root,
                                      const char    *text);
void           ivr_test_click        (gpointer       root,
                                      const char    *name);
void           ivr_test_type         (gpointer       root,
                                      const char    *name,
                                      const char    *text);
char          *ivr_test_typed        (gpointer       root,
                                      const char    *name);
GtkWindow     *ivr_test_find_window  (const char    *title);
GtkWindow     *ivr_test_find_child   (GtkWindow     *parent,
                                      const char    *title);
char          *ivr_test_name_of      (GtkWidget     *widget);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrTestPerson, ivr_test_person_free)

G_END_DECLS
