/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-application.h"

int
main (int   argc,
      char *argv[])
{
  return ivr_desk_main (argc, argv);
}
