/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-engine.h"
#include "ivr-lookup.h"

G_BEGIN_DECLS

/**
 * IvrDeskPort:
 * What desks ask over HTTP, beside the live updates: to have a payer asked, and what can be asked at all.
 */
typedef struct _IvrDeskPort IvrDeskPort;

IvrDeskPort *ivr_desk_port_new     (IvrLookup            *lookup);
void         ivr_desk_port_free    (IvrDeskPort          *self);
void         ivr_desk_port_request (IvrDeskPort          *self,
                                    IvrClient            *client,
                                    const IvrHttpRequest *request);
void         ivr_desk_port_gone    (IvrClient            *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrDeskPort, ivr_desk_port_free)

G_END_DECLS
