/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-pg-result.h"
#include "ivr-request.h"

G_BEGIN_DECLS

#define IVR_REQUEST_PAGE 100

/* The rows of a long list that are here, by pages, and the fences by which the others are found.
 * When the list changes its pages grow old: they are still shown, and read again where a person
 * looks.
 *
 * A place whose row was asked for before it came is veiled: it keeps its placeholder until it is
 * unveiled, and that is announced. So a page that comes does not have to be drawn all at once. */
typedef struct _IvrRequestCache IvrRequestCache;

IvrRequestCache *ivr_request_cache_new          (void);
void             ivr_request_cache_free         (IvrRequestCache *self);
void             ivr_request_cache_clear        (IvrRequestCache *self);
IvrRequest      *ivr_request_cache_peek         (IvrRequestCache *self,
                                                 guint            position);
IvrRequest      *ivr_request_cache_get          (IvrRequestCache *self,
                                                 guint            position);
gboolean         ivr_request_cache_is_veiled    (IvrRequestCache *self,
                                                 guint            position);
void             ivr_request_cache_unveil       (IvrRequestCache *self,
                                                 guint            first,
                                                 guint            n);
gboolean         ivr_request_cache_find_veiled  (IvrRequestCache *self,
                                                 guint            from,
                                                 guint            to,
                                                 guint           *first,
                                                 guint           *n);
gboolean         ivr_request_cache_find_veiled_near (IvrRequestCache *self,
                                                 guint            position,
                                                 guint           *first,
                                                 guint           *n);
gboolean         ivr_request_cache_has          (IvrRequestCache *self,
                                                 guint            page);
gboolean         ivr_request_cache_is_fresh     (IvrRequestCache *self,
                                                 guint            page);
void             ivr_request_cache_touch        (IvrRequestCache *self,
                                                 guint            page);
guint            ivr_request_cache_get_age      (IvrRequestCache *self);
void             ivr_request_cache_grow_old     (IvrRequestCache *self);
void             ivr_request_cache_adopt        (IvrRequestCache *self,
                                                 GPtrArray       *rows);
void             ivr_request_cache_put          (IvrRequestCache *self,
                                                 guint            first_page,
                                                 guint            n_pages,
                                                 GPtrArray       *rows,
                                                 guint            age);
void             ivr_request_cache_truncate     (IvrRequestCache *self,
                                                 guint            n_rows);
gboolean         ivr_request_cache_find         (IvrRequestCache *self,
                                                 const char      *id,
                                                 guint           *position);
guint            ivr_request_cache_count        (IvrRequestCache *self);
gboolean         ivr_request_cache_set_fences   (IvrRequestCache *self,
                                                 IvrPgResult     *rows,
                                                 guint           *length);
guint            ivr_request_cache_find_anchor  (IvrRequestCache *self,
                                                 guint            page,
                                                 const char     **key,
                                                 const char     **id);

G_END_DECLS
