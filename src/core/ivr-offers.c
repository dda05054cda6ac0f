/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-offers.h"

#include "ivr-field.h"

#include <string.h>

/* What api.record_auto_population() takes at once, and more than a form has questions. */
#define MOST_OFFERS 200

struct _IvrOffers
{
  GObject parent_instance;

  IvrIntake *intake;
  GPtrArray *offers;         /* IvrOffer, in the order in which sources are believed */
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrOffers, ivr_offers, G_TYPE_OBJECT)

static void
offer_free (gpointer data)
{
  IvrOffer *offer = data;

  g_free (offer->path);
  g_free (offer->value);
  g_free (offer->source);
  g_free (offer->label);
  g_free (offer->source_id);
  g_free (offer->at);
  g_free (offer->offered_at);
  g_free (offer->was);
  g_free (offer->payer);
  g_free (offer);
}

static void
ivr_offers_finalize (GObject *object)
{
  IvrOffers *self = IVR_OFFERS (object);

  g_clear_object (&self->intake);
  g_ptr_array_unref (self->offers);
  G_OBJECT_CLASS (ivr_offers_parent_class)->finalize (object);
}

static void
ivr_offers_class_init (IvrOffersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_offers_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", IVR_TYPE_OFFERS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ivr_offers_init (IvrOffers *self)
{
  self->offers = g_ptr_array_new_with_free_func (offer_free);
}

/**
 * ivr_offers_new:
 * @intake: the form
 *
 * Returns: (transfer full): no offers
 */
IvrOffers *
ivr_offers_new (IvrIntake *intake)
{
  IvrOffers *self = g_object_new (IVR_TYPE_OFFERS, NULL);

  self->intake = g_object_ref (intake);
  return self;
}

static const char *
member (JsonObject *object,
        const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node) : NULL;
}

static gboolean
is_true (JsonObject *object,
         const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

static JsonArray *
member_array (JsonObject *object,
              const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* Which item of a list a question is about; 0 when it is about none. */
static guint64
item_of (const char *path)
{
  const char *dot = strchr (path, '.');

  return dot != NULL ? g_ascii_strtoull (dot + 1, NULL, 10) : 0;
}

/* Payers write in capitals and count blanks otherwise: that is no other answer. */
static gboolean
is_same (const char *a,
         const char *b)
{
  g_autofree char *one = g_utf8_casefold (a, -1);
  g_autofree char *other = g_utf8_casefold (b, -1);
  const char *p = one, *q = other;

  for (;;)
    {
      while (*p == ' ')
        p++;
      while (*q == ' ')
        q++;
      if (*p != *q)
        return FALSE;
      if (*p == '\0')
        return TRUE;
      p++;
      q++;
    }
}

static gboolean
form_has (IvrOffers      *self,
          const IvrOffer *offer)
{
  g_autofree char *value = ivr_intake_dup (self->intake, offer->path);

  return is_same (value, offer->value);
}

/* What is said of an insurance is no answer while the form names another payer there, or none. */
static gboolean
fits_payer (IvrOffers      *self,
            const IvrOffer *offer)
{
  g_autofree char *path = NULL;
  g_autofree char *payer = NULL;

  if (offer->payer == NULL)
    return TRUE;
  path = g_strdup_printf ("insurances.%" G_GUINT64_FORMAT ".payer_name", item_of (offer->path));
  payer = ivr_intake_dup (self->intake, path);
  return is_same (payer, offer->payer);
}

/* What does not fit its question, or answers none that this form has, is no offer. */
static IvrOffer *
offer_new (const char *path,
           const char *value,
           const char *source)
{
  const IvrField *field = path != NULL ? ivr_field_find (path) : NULL;
  g_autofree char *normal = NULL;
  g_autoptr(GDateTime) now = NULL;
  IvrOffer *offer;

  if (field == NULL || value == NULL || source == NULL)
    return NULL;
  normal = ivr_field_normalize (field, value, NULL);
  if (normal == NULL || normal[0] == '\0')
    return NULL;
  now = g_date_time_new_now_utc ();
  offer = g_new0 (IvrOffer, 1);
  offer->path = g_strdup (path);
  offer->value = g_steal_pointer (&normal);
  offer->source = g_strdup (source);
  offer->offered_at = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  offer->state = IVR_OFFER_OPEN;
  return offer;
}

static IvrOffer *
find (IvrOffers      *self,
      const IvrOffer *like)
{
  for (guint i = 0; i < self->offers->len; i++)
    {
      IvrOffer *offer = self->offers->pdata[i];

      if (g_str_equal (offer->path, like->path) && g_str_equal (offer->source, like->source) && is_same (offer->value, like->value))
        return offer;
    }
  return NULL;
}

/* Takes @offer. Returns it as it is kept, or NULL when it is known or one too many. */
static IvrOffer *
keep (IvrOffers *self,
      IvrOffer  *offer)
{
  if (offer == NULL)
    return NULL;
  if (find (self, offer) != NULL || self->offers->len >= MOST_OFFERS)
    {
      offer_free (offer);
      return NULL;
    }
  /* What a source says now stands for what it said before. */
  for (guint i = self->offers->len; i > 0; i--)
    {
      IvrOffer *old = self->offers->pdata[i - 1];

      if (old->state == IVR_OFFER_OPEN && g_str_equal (old->path, offer->path) && g_str_equal (old->source, offer->source))
        g_ptr_array_remove_index (self->offers, i - 1);
    }
  g_ptr_array_add (self->offers, offer);
  return offer;
}

static IvrOffer *
read_offer (JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  IvrOffer *offer = object != NULL ? offer_new (member (object, "field"), member (object, "value"), member (object, "source")) : NULL;

  if (offer == NULL)
    return NULL;
  offer->label = g_strdup (member (object, "label"));
  offer->source_id = g_strdup (member (object, "source_id"));
  offer->at = g_strdup (member (object, "at"));
  offer->payer = g_strdup (member (object, "payer"));
  offer->is_mock = is_true (object, "mock");
  return offer;
}

/**
 * ivr_offers_add:
 * @self: offers
 * @offers: what api.read_offers() or api.read_record_offers() said, the most believed first
 *
 * Offers them. What was refused before is not offered again.
 */
void
ivr_offers_add (IvrOffers *self,
                JsonArray *offers)
{
  for (guint i = 0; i < json_array_get_length (offers); i++)
    keep (self, read_offer (json_array_get_element (offers, i)));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
take (IvrOffers *self,
      IvrOffer  *offer)
{
  g_autofree char *was = ivr_intake_dup (self->intake, offer->path);

  if (!ivr_intake_set (self->intake, offer->path, offer->value))
    return FALSE;
  g_free (offer->was);
  offer->was = was[0] != '\0' ? g_steal_pointer (&was) : NULL;
  offer->state = IVR_OFFER_ACCEPTED;
  offer->is_recorded = FALSE;
  return TRUE;
}

static gboolean
is_empty (IvrOffers  *self,
          const char *path)
{
  g_autofree char *value = ivr_intake_dup (self->intake, path);

  return value[0] == '\0';
}

/**
 * ivr_offers_fill:
 * @self: offers
 * @offers: as in ivr_offers_add(): what the person has chosen already by choosing where it comes from
 *
 * Fills in what is empty, and shows whence it is.
 */
void
ivr_offers_fill (IvrOffers *self,
                 JsonArray *offers)
{
  for (guint i = 0; i < json_array_get_length (offers); i++)
    {
      IvrOffer *offer = read_offer (json_array_get_element (offers, i));
      IvrOffer *known = offer != NULL ? find (self, offer) : NULL;

      /* It was there before, and may have been decided about: whoever chooses again means it again. */
      if (known != NULL)
        offer_free (g_steal_pointer (&offer));
      else
        known = keep (self, g_steal_pointer (&offer));
      if (known != NULL && is_empty (self, known->path))
        take (self, known);
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static const char *
find_label (JsonArray  *sources,
            const char *source)
{
  for (guint i = 0; sources != NULL && source != NULL && i < json_array_get_length (sources); i++)
    {
      JsonNode *node = json_array_get_element (sources, i);

      if (JSON_NODE_HOLDS_OBJECT (node) && g_strcmp0 (member (json_node_get_object (node), "source"), source) == 0)
        return member (json_node_get_object (node), "label");
    }
  return NULL;
}

/**
 * ivr_offers_add_past:
 * @self: offers
 * @answer: what api.read_auto_population() said
 *
 * What was decided about this form before: it shows whence its values are, and what is not offered again.
 */
void
ivr_offers_add_past (IvrOffers  *self,
                     JsonObject *answer)
{
  JsonArray *records = member_array (answer, "records");
  JsonArray *sources = member_array (answer, "sources");

  for (guint i = 0; records != NULL && i < json_array_get_length (records); i++)
    {
      JsonNode *node = json_array_get_element (records, i);
      JsonObject *record = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      IvrOffer *offer = record != NULL ? offer_new (member (record, "field"), member (record, "offered"), member (record, "source")) : NULL;
      IvrOffer *open = offer != NULL ? find (self, offer) : NULL;

      /* An offer that was read before its past. */
      if (open != NULL && open->state == IVR_OFFER_OPEN)
        g_ptr_array_remove (self->offers, open);
      offer = keep (self, offer);
      if (offer == NULL)
        continue;
      offer->label = g_strdup (find_label (sources, offer->source));
      offer->source_id = g_strdup (member (record, "source_id"));
      offer->at = g_strdup (member (record, "decided_at"));
      offer->state = g_strcmp0 (member (record, "outcome"), "refused") == 0 ? IVR_OFFER_REFUSED : IVR_OFFER_ACCEPTED;
      offer->is_recorded = TRUE;
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * ivr_offers_forget:
 * @self: offers
 * @source: a source
 *
 * What it said was about another patient: it is gone, decided about or not, and of what the form took since it was
 * saved nothing stays that nobody has changed.
 */
void
ivr_offers_forget (IvrOffers  *self,
                   const char *source)
{
  /* From the end, so that items of lists keep their places. */
  for (guint i = self->offers->len; i > 0; i--)
    {
      IvrOffer *offer = self->offers->pdata[i - 1];

      if (!g_str_equal (offer->source, source))
        continue;
      if (offer->state == IVR_OFFER_ACCEPTED && !offer->is_recorded && form_has (self, offer))
        ivr_intake_set (self->intake, offer->path, NULL);
      g_ptr_array_remove_index (self->offers, i - 1);
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * ivr_offers_forget_open:
 * @self: offers
 * @source: a source
 *
 * What it said was about somebody whom the form does not name any more: it is offered no longer.
 */
void
ivr_offers_forget_open (IvrOffers  *self,
                        const char *source)
{
  for (guint i = self->offers->len; i > 0; i--)
    {
      IvrOffer *offer = self->offers->pdata[i - 1];

      if (offer->state == IVR_OFFER_OPEN && g_str_equal (offer->source, source))
        g_ptr_array_remove_index (self->offers, i - 1);
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * ivr_offers_get_open:
 * @self: offers
 * @path: a question
 *
 * Returns: (transfer container) (element-type IvrOffer): what is offered there and is not in the form already, each
 *   value once, the most believed first
 */
GPtrArray *
ivr_offers_get_open (IvrOffers  *self,
                     const char *path)
{
  GPtrArray *open = g_ptr_array_new ();

  for (guint i = 0; i < self->offers->len; i++)
    {
      IvrOffer *offer = self->offers->pdata[i];
      gboolean known = FALSE;

      if (offer->state != IVR_OFFER_OPEN || !g_str_equal (offer->path, path) || form_has (self, offer) || !fits_payer (self, offer))
        continue;
      for (guint k = 0; k < open->len && !known; k++)
        known = is_same (((IvrOffer *) open->pdata[k])->value, offer->value);
      if (!known)
        g_ptr_array_add (open, offer);
    }
  return open;
}

/**
 * ivr_offers_get_source:
 * @self: offers
 * @path: a question
 *
 * Returns: (nullable) (transfer none): whence the value is that the form has; %NULL when somebody typed it
 */
const IvrOffer *
ivr_offers_get_source (IvrOffers  *self,
                       const char *path)
{
  for (guint i = 0; i < self->offers->len; i++)
    {
      IvrOffer *offer = self->offers->pdata[i];

      if (offer->state == IVR_OFFER_ACCEPTED && g_str_equal (offer->path, path) && form_has (self, offer))
        return offer;
    }
  return NULL;
}

/* What was decided before about the same question gives way, and what is there besides was not chosen. */
static void
settle (IvrOffers      *self,
        const IvrOffer *chosen)
{
  for (guint i = 0; i < self->offers->len; i++)
    {
      IvrOffer *offer = self->offers->pdata[i];

      if (offer == chosen || !g_str_equal (offer->path, chosen->path) || offer->state == IVR_OFFER_REFUSED)
        continue;
      if (is_same (offer->value, chosen->value) && offer->state == IVR_OFFER_OPEN)
        continue;
      offer->state = IVR_OFFER_REFUSED;
      offer->is_recorded = FALSE;
    }
}

/**
 * ivr_offers_accept:
 * @self: offers
 * @offer: one that ivr_offers_get_open() gave
 *
 * Puts it into the form, and refuses what else was offered there.
 *
 * Returns: %FALSE when the form has no place for it yet: a second item of a list whose first is missing
 */
gboolean
ivr_offers_accept (IvrOffers      *self,
                   const IvrOffer *offer)
{
  guint index;

  if (!g_ptr_array_find (self->offers, offer, &index) || !take (self, self->offers->pdata[index]))
    return FALSE;
  settle (self, offer);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

/**
 * ivr_offers_refuse:
 * @self: offers
 * @path: a question
 *
 * The form stays as it is, and what is offered there is not offered again.
 */
void
ivr_offers_refuse (IvrOffers  *self,
                   const char *path)
{
  for (guint i = 0; i < self->offers->len; i++)
    {
      IvrOffer *offer = self->offers->pdata[i];

      if (offer->state == IVR_OFFER_OPEN && g_str_equal (offer->path, path) && !form_has (self, offer))
        offer->state = IVR_OFFER_REFUSED;
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* The table is the order of the form; items of a list go one after the other. */
static int
by_place (gconstpointer a,
          gconstpointer b)
{
  const char *one = *(const char * const *) a;
  const char *other = *(const char * const *) b;
  const IvrField *first = ivr_field_find (one);
  const IvrField *second = ivr_field_find (other);

  if (first->section != second->section)
    return first->section < second->section ? -1 : 1;
  if (item_of (one) != item_of (other))
    return item_of (one) < item_of (other) ? -1 : 1;
  if (first != second)
    return first < second ? -1 : 1;
  return strcmp (one, other);
}

/**
 * ivr_offers_list:
 * @self: offers
 * @conflicts: whether to list the questions that a person has to choose at, because the form has another value
 *   or sources differ; or those that can be filled in as they are
 *
 * Returns: (transfer full) (element-type utf8): questions, in the order of the form
 */
GPtrArray *
ivr_offers_list (IvrOffers *self,
                 gboolean   conflicts)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->offers->len; i++)
    {
      IvrOffer *offer = self->offers->pdata[i];
      g_autoptr(GPtrArray) open = NULL;

      if (offer->state != IVR_OFFER_OPEN || g_ptr_array_find_with_equal_func (paths, offer->path, g_str_equal, NULL))
        continue;
      open = ivr_offers_get_open (self, offer->path);
      if (open->len > 0 && (open->len > 1 || !is_empty (self, offer->path)) == conflicts)
        g_ptr_array_add (paths, g_strdup (offer->path));
    }
  g_ptr_array_sort (paths, by_place);
  return paths;
}

/**
 * ivr_offers_accept_all:
 * @self: offers
 *
 * Fills in what is empty where all sources say the same. Conflicts stay: a person has to choose there.
 *
 * Returns: (transfer full) (element-type utf8): what it filled in, for ivr_offers_take_back()
 */
GPtrArray *
ivr_offers_accept_all (IvrOffers *self)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func (g_free);

  /* The second time what belongs to the payers that the first time brought. */
  for (int time = 0; time < 2; time++)
    {
      g_autoptr(GPtrArray) paths = ivr_offers_list (self, FALSE);

      for (guint i = 0; i < paths->len; i++)
        {
          g_autoptr(GPtrArray) open = ivr_offers_get_open (self, paths->pdata[i]);

          if (open->len == 1 && take (self, open->pdata[0]))
            g_ptr_array_add (taken, g_strdup (paths->pdata[i]));
        }
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return taken;
}

/**
 * ivr_offers_take_back:
 * @self: offers
 * @paths: (element-type utf8): what was filled in a moment ago
 *
 * Empties those questions again, unless somebody has changed them since; they are offered as before.
 */
void
ivr_offers_take_back (IvrOffers *self,
                      GPtrArray *paths)
{
  /* From the end, so that items of lists keep their places. */
  for (guint i = paths->len; i > 0; i--)
    {
      const IvrOffer *source = ivr_offers_get_source (self, paths->pdata[i - 1]);
      guint index;

      if (source == NULL || !g_ptr_array_find (self->offers, source, &index))
        continue;
      ivr_intake_set (self->intake, source->path, source->was);
      ((IvrOffer *) self->offers->pdata[index])->state = IVR_OFFER_OPEN;
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
add_text (JsonBuilder *builder,
          const char  *name,
          const char  *text)
{
  if (text == NULL || text[0] == '\0')
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static void
add_record (IvrOffers      *self,
            const IvrOffer *offer,
            JsonBuilder    *builder)
{
  g_autofree char *kept = ivr_intake_dup (self->intake, offer->path);
  const char *outcome = offer->state == IVR_OFFER_REFUSED || kept[0] == '\0' ? "refused" : form_has (self, offer) ? "accepted" : "changed";

  json_builder_begin_object (builder);
  add_text (builder, "field", offer->path);
  add_text (builder, "source", offer->source);
  add_text (builder, "source_id", offer->source_id);
  add_text (builder, "offered", offer->value);
  add_text (builder, "was", offer->was);
  add_text (builder, "outcome", outcome);
  add_text (builder, "kept", kept);
  add_text (builder, "offered_at", offer->offered_at);
  json_builder_end_object (builder);
}

/**
 * ivr_offers_dup_records:
 * @self: offers
 *
 * Returns: (transfer full) (nullable): what became of the offers since the last time, as api.record_auto_population()
 *   takes it; %NULL when that is nothing
 */
char *
ivr_offers_dup_records (IvrOffers *self)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) node = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < self->offers->len; i++)
    {
      IvrOffer *offer = self->offers->pdata[i];

      if (offer->state != IVR_OFFER_OPEN && !offer->is_recorded)
        add_record (self, offer, builder);
    }
  json_builder_end_array (builder);
  node = json_builder_get_root (builder);
  return json_array_get_length (json_node_get_array (node)) > 0 ? json_to_string (node, FALSE) : NULL;
}

/**
 * ivr_offers_recorded:
 * @self: offers
 * @recorded: whether the server has what ivr_offers_dup_records() said
 */
void
ivr_offers_recorded (IvrOffers *self,
                     gboolean   recorded)
{
  for (guint i = 0; i < self->offers->len; i++)
    if (((IvrOffer *) self->offers->pdata[i])->state != IVR_OFFER_OPEN)
      ((IvrOffer *) self->offers->pdata[i])->is_recorded = recorded;
}

/**
 * ivr_offers_to_json:
 * @self: offers
 *
 * Returns: (transfer full) (nullable): what was decided and is not recorded, to be kept beside the draft of the form;
 *   %NULL when that is nothing. What is open comes from the server again.
 */
char *
ivr_offers_to_json (IvrOffers *self)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) node = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < self->offers->len; i++)
    {
      IvrOffer *offer = self->offers->pdata[i];

      if (offer->state == IVR_OFFER_OPEN || offer->is_recorded)
        continue;
      json_builder_begin_object (builder);
      add_text (builder, "field", offer->path);
      add_text (builder, "value", offer->value);
      add_text (builder, "source", offer->source);
      add_text (builder, "label", offer->label);
      add_text (builder, "source_id", offer->source_id);
      add_text (builder, "at", offer->at);
      add_text (builder, "payer", offer->payer);
      add_text (builder, "offered_at", offer->offered_at);
      add_text (builder, "was", offer->was);
      add_text (builder, "state", offer->state == IVR_OFFER_REFUSED ? "refused" : "accepted");
      json_builder_set_member_name (builder, "mock");
      json_builder_add_boolean_value (builder, offer->is_mock);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  node = json_builder_get_root (builder);
  return json_array_get_length (json_node_get_array (node)) > 0 ? json_to_string (node, FALSE) : NULL;
}

/**
 * ivr_offers_restore:
 * @self: offers
 * @json: what ivr_offers_to_json() gave; anything else restores nothing
 */
void
ivr_offers_restore (IvrOffers  *self,
                    const char *json)
{
  g_autoptr(JsonNode) root = json_from_string (json, NULL);
  JsonArray *array = root != NULL && JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      IvrOffer *offer = keep (self, read_offer (node));
      const char *offered_at = offer != NULL ? member (json_node_get_object (node), "offered_at") : NULL;

      if (offer == NULL)
        continue;
      if (offered_at != NULL)
        {
          g_free (offer->offered_at);
          offer->offered_at = g_strdup (offered_at);
        }
      offer->was = g_strdup (member (json_node_get_object (node), "was"));
      offer->state = g_strcmp0 (member (json_node_get_object (node), "state"), "refused") == 0 ? IVR_OFFER_REFUSED : IVR_OFFER_ACCEPTED;
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}
