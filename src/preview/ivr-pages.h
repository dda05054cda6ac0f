/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-preview-wire.h"

#include <cairo.h>

G_BEGIN_DECLS

typedef struct _IvrPages IvrPages;

IvrPages        *ivr_pages_open       (const char       *content_type,
                                       GBytes           *bytes,
                                       IvrPreviewCode   *code);
void             ivr_image_pages_prepare (const char    *content_type);
void             ivr_pages_free       (IvrPages         *self);

G_END_DECLS
