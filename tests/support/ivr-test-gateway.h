/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrTestGateway:
 * The built ivr-gateway, in front of a test's database; ends with the test program. Its admin port
 * is a socket in a temporary folder.
 */
typedef struct _IvrTestGateway IvrTestGateway;

IvrTestGateway *ivr_test_gateway_new         (const char     *database,
                                              const char     *listen);
IvrTestGateway *ivr_test_gateway_new_with    (const char         *database,
                                              const char         *listen,
                                              const char * const *more);
void            ivr_test_gateway_free        (IvrTestGateway *self);
const char     *ivr_test_gateway_get_address (IvrTestGateway *self);
void            ivr_test_gateway_kill        (IvrTestGateway *self);
void            ivr_test_gateway_terminate   (IvrTestGateway *self);
void            ivr_test_gateway_start       (IvrTestGateway *self);
char           *ivr_test_gateway_get         (IvrTestGateway *self,
                                              const char     *path);
gint64          ivr_test_gateway_metric      (IvrTestGateway *self,
                                              const char     *name);
void            ivr_test_gateway_wait_metric (IvrTestGateway *self,
                                              const char     *name,
                                              gint64          value);
gint64          ivr_test_gateway_get_pid     (IvrTestGateway *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrTestGateway, ivr_test_gateway_free)

G_END_DECLS
