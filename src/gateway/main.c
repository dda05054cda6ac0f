/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-gateway.h"

int
main (int   argc,
      char *argv[])
{
  return ivr_gateway_main (argc, argv);
}
