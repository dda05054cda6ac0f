/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-upload.h"

G_BEGIN_DECLS

/**
 * IvrUploads:
 * What a person has on the way, a GListModel of IvrUpload in the order in which it was added. Two are sent at once, the
 * others wait. Each is kept by the keeper until it is done or given up, so that it goes on after a restart.
 *
 * Signal "done" (IvrUpload) when one has become a version of its document.
 */
#define IVR_TYPE_UPLOADS (ivr_uploads_get_type ())
G_DECLARE_FINAL_TYPE (IvrUploads, ivr_uploads, IVR, UPLOADS, GObject)

IvrUploads *ivr_uploads_new        (const IvrOutboxKeeper *keeper);
void        ivr_uploads_add        (IvrUploads            *self,
                                    IvrUpload             *upload);
void        ivr_uploads_remove     (IvrUploads            *self,
                                    IvrUpload             *upload);
void        ivr_uploads_clear_done (IvrUploads            *self,
                                    const char            *request);
guint       ivr_uploads_get_under_way (IvrUploads         *self);

G_END_DECLS
