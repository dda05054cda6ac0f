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

/**
 * IvrPayerLogin:
 * @authorization: (nullable): value of the header Authorization
 * @user: (nullable): name for an envelope
 * @password: (nullable): password for an envelope
 *
 * How a payer knows this gateway. Wiped when freed.
 */
typedef struct
{
  char *authorization;
  char *user;
  char *password;
} IvrPayerLogin;

IvrPayerSecrets *ivr_payer_secrets_new       (const char       *path,
                                              GError          **error);
void             ivr_payer_secrets_free      (IvrPayerSecrets  *self);
IvrPayerLogin   *ivr_payer_secrets_dup_login (IvrPayerSecrets  *self,
                                              const char       *name);
void             ivr_payer_login_free        (IvrPayerLogin    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrPayerSecrets, ivr_payer_secrets_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrPayerLogin, ivr_payer_login_free)

G_END_DECLS
