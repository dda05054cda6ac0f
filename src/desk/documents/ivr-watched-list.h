/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-watched-folder.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrWatchedList:
 * What is new in the folder that is watched, beside the documents of a request: each file is added by a button, or put
 * aside. It looks every few seconds while somebody looks at it.
 *
 * Signal "add" (GFile): the person wants it among the documents. Signal "stop": no folder is to be watched any more.
 */
#define IVR_TYPE_WATCHED_LIST (ivr_watched_list_get_type ())
G_DECLARE_FINAL_TYPE (IvrWatchedList, ivr_watched_list, IVR, WATCHED_LIST, GtkWidget)

void ivr_watched_list_set_folder (IvrWatchedList   *self,
                                  IvrWatchedFolder *folder);
void ivr_watched_list_look       (IvrWatchedList   *self);

G_END_DECLS
