/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit statuses of every subcommand. */
#define IVR_ADMIN_OK 0
#define IVR_ADMIN_WRONG 1        /* something is wrong, or could not be done */
#define IVR_ADMIN_UNREACHABLE 2  /* the database cannot be reached, or the command line is wrong */

int ivr_admin_main    (int    argc,
                       char **argv);

int ivr_admin_audit   (int    argc,
                       char **argv);
int ivr_admin_cluster (int    argc,
                       char **argv);
int ivr_admin_compliance (int    argc,
                          char **argv);
int ivr_admin_documents (int    argc,
                         char **argv);
int ivr_admin_migrate (int    argc,
                       char **argv);
int ivr_admin_read_eligibility (int    argc,
                                char **argv);
int ivr_admin_seed    (int    argc,
                       char **argv);
int ivr_admin_verify  (int    argc,
                       char **argv);

int ivr_admin_complain (int         status,
                        const char *format,
                        ...) G_GNUC_PRINTF (2, 3);
char    *ivr_admin_quote (const char *text);
gboolean ivr_admin_parse (const char          *usage,
                          const char          *summary,
                          const GOptionEntry  *entries,
                          int                 *argc,
                          char              ***argv,
                          int                 *status);

G_END_DECLS
