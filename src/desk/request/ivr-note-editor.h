/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-command.h"
#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrNoteEditor:
 * The doctor's comment or the response: shown, and edited by whoever may. What is typed stays
 * with its request. When somebody was faster, the person sees mine and theirs. Signal "notice".
 */
#define IVR_TYPE_NOTE_EDITOR (ivr_note_editor_get_type ())
G_DECLARE_FINAL_TYPE (IvrNoteEditor, ivr_note_editor, IVR, NOTE_EDITOR, GtkWidget)

GtkWidget  *ivr_note_editor_new         (const char     *title,
                                         IvrCommandKind  kind,
                                         IvrSession     *session);
void        ivr_note_editor_set_request (IvrNoteEditor  *self,
                                         const char     *request,
                                         gint64          version,
                                         const char     *text,
                                         gboolean        may_edit);
char       *ivr_note_editor_dup_text    (IvrNoteEditor  *self);
gboolean    ivr_note_editor_is_changed  (IvrNoteEditor  *self);

G_END_DECLS
