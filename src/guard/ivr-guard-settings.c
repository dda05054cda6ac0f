/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-guard.h"

#include "utils/guc.h"
#include "utils/guc_tables.h"

/* Settings that everybody may change for themselves, and that protect others or the data. What functions
 * of ours set of these needs a grant to their owners (synchronous_commit has one); lock_timeout is not
 * here because it shortens nobody else's waiting. */
static const char *const protecting[] = {
  /* How long a session may do nothing, and a statement may last. */
  "idle_session_timeout",
  "idle_in_transaction_session_timeout",
  "statement_timeout",
  "client_connection_check_interval",
  /* Whether an answer means that the change survives. */
  "synchronous_commit",
  /* Whose rows are seen, and how a password is kept. */
  "row_security",
  "session_replication_role",
  "password_encryption",
  "local_preload_libraries",
  /* The memory and the processes of all. */
  "work_mem",
  "hash_mem_multiplier",
  "maintenance_work_mem",
  "logical_decoding_work_mem",
  "temp_buffers",
  "max_parallel_workers",
  "max_parallel_workers_per_gather",
  "max_parallel_maintenance_workers",
  "force_parallel_mode",
  /* What the text of our functions means. */
  "array_nulls",
  "backslash_quote",
  "standard_conforming_strings",
  "transform_null_equals",
  /* Of the connection itself; only at its start. */
  "ignore_system_indexes",
  "post_auth_delay",
};

/* What is written down about patients and people, how transactions begin, whether a dead line is noticed. */
static const char *const protecting_prefixes[] = {
  "log_", "debug_", "trace_", "default_transaction_", "tcp_",
};

static bool
is_protecting (const char *name)
{
  for (size_t i = 0; i < lengthof (protecting); i++)
    if (strcmp (name, protecting[i]) == 0)
      return true;
  for (size_t i = 0; i < lengthof (protecting_prefixes); i++)
    if (strncmp (name, protecting_prefixes[i], strlen (protecting_prefixes[i])) == 0)
      return true;
  return false;
}

/* From now on this process takes them from the server's files and from superusers only, whichever way
 * they come: SET, set_config(), the clause of a function, ALTER ROLE, options at startup. The server
 * itself answers with "permission denied to set parameter". Other processes have their own copies. */
void
ivr_guard_lock_settings (void)
{
  struct config_generic **settings = get_guc_variables ();
  int n = GetNumConfigOptions ();

  for (int i = 0; i < n; i++)
    {
      if (!is_protecting (settings[i]->name))
        continue;
      if (settings[i]->context == PGC_USERSET)
        settings[i]->context = PGC_SUSET;
      else if (settings[i]->context == PGC_BACKEND)
        settings[i]->context = PGC_SU_BACKEND;
    }
}
