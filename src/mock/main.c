/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-mock-payer.h"

int
main (int    argc,
      char **argv)
{
  return ivr_mock_payer_main (argc, argv);
}
