/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-admin.h"

int
main (int   argc,
      char *argv[])
{
  return ivr_admin_main (argc, argv);
}
