/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IVR_SEAL_HASH 32

/**
 * IvrSealHead:
 * What is signed of a seal, and kept outside of the database.
 */
typedef struct
{
  guint64 n;
  char *upto;                           /* transaction, as text */
  guint64 count;
  guint8 root[IVR_SEAL_HASH];
  guint8 chain[IVR_SEAL_HASH];
} IvrSealHead;

void     ivr_seal_hash_leaf  (const char        *text,
                              guint8            *hash);
void     ivr_seal_tree_root  (const guint8      *leaves,
                              gsize              n,
                              guint8            *root);
void     ivr_seal_chain      (const guint8      *before,
                              IvrSealHead       *head);
void     ivr_seal_head_free  (IvrSealHead       *head);

gboolean ivr_seal_make_keys  (const char        *path,
                              GError           **error);
char    *ivr_seal_sign       (const IvrSealHead *head,
                              const char        *key_path,
                              GError           **error);
gboolean ivr_seal_read_last_head (const char    *path,
                                  const char    *public_path,
                                  IvrSealHead  **head,
                                  GError       **error);
GPtrArray *ivr_seal_read_heads (const char      *path,
                                const char      *public_path,
                                GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrSealHead, ivr_seal_head_free)

G_END_DECLS
