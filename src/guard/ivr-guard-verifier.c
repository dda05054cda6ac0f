/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-guard.h"

#include "common/scram-common.h"
#include "libpq/scram.h"

/* The same as prov.check_verifier asks for: whoever goes past api gets no weaker password by it. */
#define ROUNDS_LEAST 4096
#define ROUNDS_MOST 1000000
#define SALT_LEAST 22 /* characters of base64: 16 bytes */

static void
refuse (const char *sentence)
{
  ereport (ERROR, (errcode (ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg_internal ("%s", sentence)));
}

static bool
is_password (const char *login,
             const char *verifier,
             const char *guess)
{
  const char *detail = NULL;

  return plain_crypt_verify (login, verifier, guess, &detail) == STATUS_OK;
}

/* Only a verifier that the client computed: a password would pass the server's memory and its log. */
void
ivr_guard_check_verifier (const char   *login,
                          const char   *verifier,
                          PasswordType  kind)
{
  int rounds = 0;
  char *salt = NULL;
  uint8 stored_key[SCRAM_KEY_LEN];
  uint8 server_key[SCRAM_KEY_LEN];

  if (kind != PASSWORD_TYPE_SCRAM_SHA_256 || !parse_scram_secret (verifier, &rounds, &salt, stored_key, server_key))
    refuse ("A password is taken only as a SCRAM-SHA-256 verifier that the client computed.");
  if (rounds < ROUNDS_LEAST || rounds > ROUNDS_MOST)
    refuse ("The password's verifier must have been computed in 4096 to 1000000 rounds.");
  if (strlen (salt) < SALT_LEAST)
    refuse ("The password's verifier must have a salt of at least 16 bytes.");
  if (is_password (login, verifier, "") || is_password (login, verifier, login))
    refuse ("The password must be neither empty nor the login itself.");
}
