/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrClamd:
 * One content on its way to clamd, the daemon of ClamAV, through its socket (INSTREAM, clamd(8)). What answers there is
 * not trusted: whatever is not an answer that clamd gives is an error, never "clean".
 */
typedef struct _IvrClamd IvrClamd;

IvrClamd *ivr_clamd_new    (const char     *path,
                            int             seconds,
                            GError        **error);
void      ivr_clamd_free   (IvrClamd       *self);
gboolean  ivr_clamd_send   (IvrClamd       *self,
                            const void     *data,
                            gsize           length,
                            GError        **error);
gboolean  ivr_clamd_finish (IvrClamd       *self,
                            char          **signature,
                            GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrClamd, ivr_clamd_free)

G_END_DECLS
