/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-test-store.h"
#include "ivr-upload.h"

G_BEGIN_DECLS

/* Files to hand in, and what the server has of them. */
GFile     *test_file_new       (const char *folder,
                                const char *name,
                                gsize       length,
                                guint       salt);
char      *test_file_hash      (GFile      *file);
char      *test_stored_hash    (const char *document,
                                int         version);
void       test_wait_upload    (IvrUpload  *upload);
char      *test_hand_in        (IvrDatabase *database,
                                const char *request,
                                GFile      *file);
guint      test_count_files    (const char *folder);

G_END_DECLS
