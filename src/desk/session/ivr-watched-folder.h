/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-journal.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrWatchedFile:
 * A file that lies in the folder and rests there.
 */
#define IVR_TYPE_WATCHED_FILE (ivr_watched_file_get_type ())
G_DECLARE_FINAL_TYPE (IvrWatchedFile, ivr_watched_file, IVR, WATCHED_FILE, GObject)

GFile      *ivr_watched_file_get_file    (IvrWatchedFile *self);
const char *ivr_watched_file_get_name    (IvrWatchedFile *self);
guint64     ivr_watched_file_get_size    (IvrWatchedFile *self);
gint64      ivr_watched_file_get_changed (IvrWatchedFile *self);

/**
 * IvrWatchedFolder:
 * What a scanner or a fax program has put into a folder, a GListModel of IvrWatchedFile, the newest first: what could be a
 * document, was changed in the last days, does not grow any more, and was not dealt with yet. Files are offered and
 * never sent. It looks when it is told to, so that it also sees what another computer puts there.
 *
 * Signal "looked" (string or %NULL): it has looked; or why the folder cannot be read.
 */
#define IVR_TYPE_WATCHED_FOLDER (ivr_watched_folder_get_type ())
G_DECLARE_FINAL_TYPE (IvrWatchedFolder, ivr_watched_folder, IVR, WATCHED_FOLDER, GObject)

IvrWatchedFolder *ivr_watched_folder_new      (IvrJournal       *journal);
void              ivr_watched_folder_set_path (IvrWatchedFolder *self,
                                               const char       *path);
const char       *ivr_watched_folder_get_path (IvrWatchedFolder *self);
void              ivr_watched_folder_look     (IvrWatchedFolder *self);
void              ivr_watched_folder_done     (IvrWatchedFolder *self,
                                               IvrWatchedFile   *file);

G_END_DECLS
