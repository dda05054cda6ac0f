/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-preview.h"

int
main (int    argc,
      char **argv)
{
  return ivr_preview_main (argc, argv);
}
