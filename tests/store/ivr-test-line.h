/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrTestLine:
 * The network between a desk and a test's PostgreSQL, which a test breaks where it wants: a socket
 * that carries everything to the server's, until it is told to swallow the answers or to be down.
 */
typedef struct _IvrTestLine IvrTestLine;

IvrTestLine *ivr_test_line_new      (const char  *uri);
void         ivr_test_line_free     (IvrTestLine *self);
char        *ivr_test_line_uri      (IvrTestLine *self,
                                     const char  *login);
void         ivr_test_line_set_deaf (IvrTestLine *self,
                                     gboolean     deaf);
void         ivr_test_line_set_down (IvrTestLine *self,
                                     gboolean     down);
guint        ivr_test_line_get_accepted (IvrTestLine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrTestLine, ivr_test_line_free)

G_END_DECLS
