/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-file-reader.h"
#include "ivr-pg-connection.h"
#include "ivr-upload.h"

/* Pieces that are on their way at once: enough that a line with a long way is full, few enough to be held. */
#define IVR_UPLOAD_WINDOW 8

/* What is known of one piece. */
typedef struct
{
  gboolean there;                     /* the server has it */
  guint8 digest[IVR_DIGEST_BYTES];
} IvrUploadPiece;

struct _IvrUpload
{
  GObject parent_instance;

  IvrDatabase *database;
  IvrPgConnection *line;              /* held while the upload is under way */
  GFile *file;
  GBytes *bytes;
  char *request;
  char *document;
  gint64 expected;
  char *type;
  char *title;
  char *name;
  const char *content_type;           /* interned */
  guint64 most_bytes;

  char *id;                           /* of the upload, and of its two commands */
  char *begin_id;
  char *finish_id;

  IvrUploadState state;
  GError *error;
  guint64 size;
  gint64 changed;                     /* of the file, when it was looked at first */
  guint64 sent;
  gint64 told_at;
  guint64 speed;                      /* bytes in a second, smoothed */
  gint64 speed_at;
  guint64 speed_sent;

  guint run;                          /* counts beginnings: an answer to an earlier one is not looked at */
  GCancellable *cancellable;          /* of the run's reading */
  IvrFileReader *reader;
  GArray *pieces;                     /* IvrUploadPiece */
  guint next;                         /* piece that is read next */
  guint in_flight;
  gboolean reading;
  gboolean at_end;
  gboolean began;                     /* the server knows of it */
  gboolean anew;                      /* it was forgotten there once already */
  guint again_source;
};

/* Of ivr-upload.c, for ivr-upload-run.c and the other way round. */
void ivr_upload_set_state (IvrUpload      *self,
                           IvrUploadState  state);
void ivr_upload_fail      (IvrUpload      *self,
                           const GError   *error);
void ivr_upload_file_changed (IvrUpload   *self);
void ivr_upload_tell_sent (IvrUpload      *self,
                           gboolean        at_once);
void ivr_upload_run       (IvrUpload      *self);
void ivr_upload_stop_run  (IvrUpload      *self);
void ivr_upload_renew_ids (IvrUpload      *self);
