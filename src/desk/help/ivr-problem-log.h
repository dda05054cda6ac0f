/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What this program and its libraries have complained about lately, for a report of a problem. */
void  ivr_problem_log_begin (void);
char *ivr_problem_log_dup   (void);
char *ivr_problem_log_mask  (const char *message);

G_END_DECLS
