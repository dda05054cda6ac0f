/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <atspi/atspi.h>

G_BEGIN_DECLS

/* Drives a program from outside, as a screen reader and a person would: finds things by their
 * accessible role and name, acts, types, points, looks. Every function waits up to
 * IVR_DRIVER_SECONDS and ends the program with a sentence when that was not enough. */
#define IVR_DRIVER_SECONDS 30

void             ivr_driver_init       (void);
AtspiAccessible *ivr_driver_window     (const char      *title);
void             ivr_driver_gone       (const char      *title);
AtspiAccessible *ivr_driver_find       (AtspiAccessible *in,
                                        const char      *role,
                                        const char      *name);
gboolean         ivr_driver_has        (AtspiAccessible *in,
                                        const char      *role,
                                        const char      *name);
void             ivr_driver_wait_text  (AtspiAccessible *in,
                                        const char      *text);
void             ivr_driver_click      (AtspiAccessible *in,
                                        const char      *role,
                                        const char      *name);
void             ivr_driver_point      (AtspiAccessible *in,
                                        const char      *role,
                                        const char      *name);
void             ivr_driver_write      (AtspiAccessible *in,
                                        const char      *name,
                                        const char      *text);
void             ivr_driver_wait_written (AtspiAccessible *in,
                                          const char      *name,
                                          const char      *text);
int              ivr_driver_count      (AtspiAccessible *in,
                                        const char      *role,
                                        const char      *name);
void             ivr_driver_set_number (AtspiAccessible *in,
                                        const char      *name,
                                        double           value);
void             ivr_driver_select     (AtspiAccessible *in,
                                        const char      *list,
                                        const char      *item);
void             ivr_driver_key        (const char      *key);
void             ivr_driver_type       (const char      *text);
void             ivr_driver_place      (const char      *title,
                                        int              x,
                                        int              y,
                                        int              width,
                                        int              height);
void             ivr_driver_picture    (const char      *title,
                                        const char      *path);
void             ivr_driver_picture_with_shadow (const char *title,
                                                 const char *path,
                                                 int         width,
                                                 int         height);
void             ivr_driver_dump       (AtspiAccessible *in);
/* libatspi 2.46 declares none. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAction, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiComponent, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiEditableText, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiSelection, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiText, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiValue, g_object_unref)

G_NORETURN void  ivr_driver_fail       (const char      *format,
                                        ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
