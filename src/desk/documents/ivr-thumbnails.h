/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrThumbnails:
 * Small pictures of documents, made once, one after the other, and kept in memory only. Reading a document for one is
 * written down as viewing it.
 */
#define IVR_TYPE_THUMBNAILS (ivr_thumbnails_get_type ())
G_DECLARE_FINAL_TYPE (IvrThumbnails, ivr_thumbnails, IVR, THUMBNAILS, GObject)

/**
 * IvrThumbnailReady:
 * @texture: (nullable): the picture; %NULL when none can be made of it
 * @data: what it was asked for with
 */
typedef void (*IvrThumbnailReady) (GdkTexture *texture,
                                   gpointer    data);

IvrThumbnails *ivr_thumbnails_new (IvrDatabase       *database);
void           ivr_thumbnails_ask (IvrThumbnails     *self,
                                   IvrDocument       *document,
                                   IvrThumbnailReady  ready,
                                   GObject           *data);

G_END_DECLS
