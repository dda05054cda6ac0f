/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrPayerSecrets:
 * Keys and passwords for payers, by the names that connectors have. They are in a file that only its owner
 * may read, or come from systemd (LoadCredential); never in the database, the command line or the environment.
 */
typedef struct _IvrPayerSecrets IvrPayerSecrets;

IvrPayerSecrets *ivr_payer_secrets_new               (const char       *path,
                                                      GError          **error);
void             ivr_payer_secrets_free              (IvrPayerSecrets  *self);
char            *ivr_payer_secrets_dup_authorization (IvrPayerSecrets  *self,
                                                      const char       *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrPayerSecrets, ivr_payer_secrets_free)

G_END_DECLS
