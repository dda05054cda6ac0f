/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

int ivr_mock_payer_main (int    argc,
                         char **argv);
