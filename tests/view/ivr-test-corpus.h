/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Good documents of every kind, made here, and what becomes of them when they are damaged. */
typedef struct
{
  const char *name;
  const char *content_type;
  GBytes *bytes;
  guint pages;
} IvrTestDocument;

#define IVR_TEST_DAMAGES 60

GPtrArray *ivr_test_corpus       (void);
GBytes    *ivr_test_pdf          (guint           pages);
GBytes    *ivr_test_pdf_bomb     (void);
GBytes    *ivr_test_pdf_locked   (void);
GBytes    *ivr_test_huge_png     (guint           width,
                                  guint           height);
GBytes    *ivr_test_damaged      (GBytes         *good,
                                  guint           how);
int        ivr_test_fd_of        (GBytes         *bytes);

G_END_DECLS
