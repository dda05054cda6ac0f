/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* PostgreSQL's own headers come first, and this one before any other. */
#include "postgres.h"

#include "libpq/crypt.h"

/* ivr-guard.c: what the server calls when it has loaded the module */
void _PG_init                 (void);

/* ivr-guard-settings.c */
void ivr_guard_lock_settings  (void);

/* ivr-guard-verifier.c */
void ivr_guard_check_verifier (const char   *login,
                               const char   *verifier,
                               PasswordType  kind);
