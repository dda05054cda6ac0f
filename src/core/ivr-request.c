/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-request.h"

struct _IvrRequest
{
  GObject parent_instance;

  IvrRequestFields fields;
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (IvrRequest, ivr_request, G_TYPE_OBJECT)

/* The strings of the fields, so that copying, freeing and comparing name them once. */
#define N_TEXTS 12
#define TEXTS(f) { &(f)->id, &(f)->org_id, &(f)->key, &(f)->status, &(f)->turn, &(f)->patient, &(f)->payer, \
                   &(f)->service, &(f)->product, &(f)->clinic, &(f)->facility, &(f)->assignee }

static void
ivr_request_finalize (GObject *object)
{
  IvrRequest *self = IVR_REQUEST (object);
  const char **texts[N_TEXTS] = TEXTS (&self->fields);

  for (int i = 0; i < N_TEXTS; i++)
    g_free ((char *) *texts[i]);
  G_OBJECT_CLASS (ivr_request_parent_class)->finalize (object);
}

static void
ivr_request_class_init (IvrRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_request_finalize;
}

static void
ivr_request_init (IvrRequest *self)
{
  self->fields.due_us = G_MAXINT64;
}

/**
 * ivr_request_new:
 * @fields: what the row says; copied
 *
 * Returns: (transfer full): a row
 */
IvrRequest *
ivr_request_new (const IvrRequestFields *fields)
{
  IvrRequest *self = g_object_new (IVR_TYPE_REQUEST, NULL);
  const char **texts[N_TEXTS] = TEXTS (&self->fields);

  self->fields = *fields;
  for (int i = 0; i < N_TEXTS; i++)
    *texts[i] = g_strdup (*texts[i]);
  return self;
}

/**
 * ivr_request_new_loading:
 *
 * Returns: (transfer full): stands for a row that is still on its way
 */
IvrRequest *
ivr_request_new_loading (void)
{
  IvrRequest *self = g_object_new (IVR_TYPE_REQUEST, NULL);

  self->loading = TRUE;
  return self;
}

gboolean
ivr_request_is_loading (IvrRequest *self)
{
  return self->loading;
}

const IvrRequestFields *
ivr_request_get_fields (IvrRequest *self)
{
  return &self->fields;
}

/**
 * ivr_request_says_the_same:
 * @self: a row
 * @other: another row
 *
 * Returns: whether a person would see no difference
 */
gboolean
ivr_request_says_the_same (IvrRequest *self,
                           IvrRequest *other)
{
  const char **mine[N_TEXTS] = TEXTS (&self->fields);
  const char **theirs[N_TEXTS] = TEXTS (&other->fields);

  for (int i = 0; i < N_TEXTS; i++)
    if (g_strcmp0 (*mine[i], *theirs[i]) != 0)
      return FALSE;
  return self->loading == other->loading && self->fields.version == other->fields.version &&
         self->fields.unread == other->fields.unread && self->fields.due_us == other->fields.due_us &&
         self->fields.updated_us == other->fields.updated_us;
}
