/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-programs.h"

#include <string.h>

/**
 * ivr_programs_find:
 * @name: "ivr-admin", "ivr-gateway" …
 *
 * Finds another program of ours: beside the running one, in the build tree, or installed.
 *
 * Returns: (transfer full): its path; just @name when it is nowhere, so that running it says so
 */
char *
ivr_programs_find (const char *name)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *here = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  const char *word = g_str_has_prefix (name, "ivr-") ? name + 4 : name;
  /* The room of ivr-mock-payer is mock. */
  g_autofree char *room = g_strndup (word, strcspn (word, "-"));
  const char *build = g_getenv ("IVR_BUILDDIR");
  g_autofree char *candidates[] = {
    g_build_filename (here, name, NULL),
    g_build_filename (here, "..", room, name, NULL),
    g_build_filename (build != NULL ? build : ".", "src", room, name, NULL),
    g_build_filename (IVR_BINDIR, name, NULL),
    g_build_filename (IVR_LIBEXECDIR, name, NULL),
  };
  char *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      if (found == NULL && g_file_test (candidates[i], G_FILE_TEST_IS_EXECUTABLE) &&
          !g_file_test (candidates[i], G_FILE_TEST_IS_DIR))
        found = g_canonicalize_filename (candidates[i], NULL);
      if (i > 0)
        g_clear_pointer (&candidates[i], g_free);
    }
  return found != NULL ? found : g_strdup (name);
}
