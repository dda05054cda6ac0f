/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A server profile is three lines of text: server, gateway and user. It holds no secret. */
typedef struct
{
  char *server;       /* "desk.clinic.example", "host:5433/database", or a folder with a socket */
  char *gateway;      /* "wss://…", or empty: the desk then refreshes by itself */
  char *user;
} IvrServerProfile;

void      ivr_server_profile_clear   (IvrServerProfile       *profile);
char     *ivr_server_profile_dup_uri (const IvrServerProfile *profile,
                                      GError                **error);
char     *ivr_server_profile_dup_path (void);
char     *ivr_server_profile_to_data (const IvrServerProfile *profile);
gboolean  ivr_server_profile_from_data (IvrServerProfile     *profile,
                                        const char           *data);

G_END_DECLS
