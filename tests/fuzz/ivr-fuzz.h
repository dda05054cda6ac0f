/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What libFuzzer calls; without it the runner does. */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/**
 * IvrFuzz:
 * @name: of the target, and of its folder in corpus/
 * @fixtures: (nullable): ending of the fixtures of tests/edi that are inputs as well
 * @words: (array zero-terminated=1): what its parser stumbles over
 * @n_rounds: how many mutated inputs
 * @n_taken: (inout): how many inputs were read, not refused: who mangles too much tests the first check only
 */
typedef struct
{
  const char *name;
  const char *fixtures;
  const char * const *words;
  guint n_rounds;
  guint *n_taken;
} IvrFuzz;

int ivr_fuzz_run (const IvrFuzz *fuzz,
                  int            argc,
                  char         **argv);

G_END_DECLS
