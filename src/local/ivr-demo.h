/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IVR_TYPE_DEMO (ivr_demo_get_type ())
G_DECLARE_FINAL_TYPE (IvrDemo, ivr_demo, IVR, DEMO, GObject)

IvrDemo    *ivr_demo_new             (const char           *folder);
void        ivr_demo_start_async     (IvrDemo              *self,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean    ivr_demo_start_finish    (IvrDemo              *self,
                                      GAsyncResult         *result,
                                      GError              **error);
char       *ivr_demo_dup_uri         (IvrDemo              *self,
                                      const char           *login);
const char *ivr_demo_get_gateway_uri (IvrDemo              *self);
char       *ivr_demo_dup_folder      (void);

G_END_DECLS
