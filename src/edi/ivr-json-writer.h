/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrJsonWriter:
 * Writes JSON without a number ever being a double: an amount goes out as it came in. A name of
 * %NULL is an element of an array.
 */
typedef struct _IvrJsonWriter IvrJsonWriter;

IvrJsonWriter *ivr_json_writer_new    (void);
char          *ivr_json_writer_finish (IvrJsonWriter *self);
void           ivr_json_writer_free   (IvrJsonWriter *self);
void           ivr_json_writer_open   (IvrJsonWriter *self,
                                       const char    *name,
                                       char           bracket);
void           ivr_json_writer_close  (IvrJsonWriter *self);
void           ivr_json_writer_string (IvrJsonWriter *self,
                                       const char    *name,
                                       const char    *value);
void           ivr_json_writer_some   (IvrJsonWriter *self,
                                       const char    *name,
                                       const char    *value);
void           ivr_json_writer_count  (IvrJsonWriter *self,
                                       const char    *name,
                                       guint64        value);
void           ivr_json_writer_raw    (IvrJsonWriter *self,
                                       const char    *name,
                                       const char    *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrJsonWriter, ivr_json_writer_free)

G_END_DECLS
