/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <X11/Xlib.h>

G_BEGIN_DECLS

/* Milliseconds since the program was started. */
typedef struct
{
  double first;      /* first frame with something on it */
  double last;       /* last change of the picture */
} IvrBenchMoments;

typedef void (*IvrBenchShownFunc) (GSubprocess *process,
                                   gpointer     data);

Display         *ivr_bench_open_display (void);
IvrBenchMoments  ivr_bench_start_window (Display             *display,
                                         const char * const  *argv,
                                         const char          *title,
                                         gboolean             until_quiet,
                                         const char          *folder,
                                         IvrBenchShownFunc    shown,
                                         gpointer             data);

G_END_DECLS
