/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * IvrTestDesk:
 * A WebSocket client that does byte for byte what a test wants, on a socket that blocks for at most
 * a minute. Answers pings by itself while it reads.
 */
typedef struct
{
  int fd;
  GByteArray *in;
  guint close_code;   /* after the other side said good-bye; 0 before */
  guint pings;
} IvrTestDesk;

IvrTestDesk *ivr_test_desk_connect    (const char  *address);
IvrTestDesk *ivr_test_desk_open       (const char  *address);
IvrTestDesk *ivr_test_desk_join       (const char  *address,
                                       const char  *token,
                                       const char  *epoch,
                                       const char  *cursors,
                                       JsonObject **welcome);
void         ivr_test_desk_free       (IvrTestDesk *self);
void         ivr_test_desk_send_bytes (IvrTestDesk *self,
                                       const void  *bytes,
                                       gsize        length);
void         ivr_test_desk_send_frame (IvrTestDesk *self,
                                       guint8       first,
                                       const char  *payload);
void         ivr_test_desk_send       (IvrTestDesk *self,
                                       const char  *format,
                                       ...) G_GNUC_PRINTF (2, 3);
JsonObject  *ivr_test_desk_read       (IvrTestDesk *self);
JsonObject  *ivr_test_desk_read_type  (IvrTestDesk *self,
                                       const char  *type);
void         ivr_test_desk_read_close (IvrTestDesk *self,
                                       guint        code);
char        *ivr_test_desk_read_text  (IvrTestDesk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrTestDesk, ivr_test_desk_free)

G_END_DECLS
