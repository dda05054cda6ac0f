/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-sources.h"

#include "ivr-command.h"
#include "ivr-error.h"
#include "ivr-form-offers.h"
#include "ivr-format.h"

#include <glib/gi18n.h>

/* Sources as the server calls them (auto_population_sources). */
#define PAYER "payer_answer"
#define CARD "insurance_card"
#define PREVIOUS "previous_request"
#define PHYSICIAN "physician_record"
#define FACILITY "facility_record"
#define PAYER_RECORD "payer_record"

/* What is kept beside the draft of a form. */
#define DRAFT_KIND "sources"

/* Who a patient is, as a form says it. */
static const char * const who_paths[] = { "patient.first_name", "patient.last_name", "patient.dob" };
#define N_WHO G_N_ELEMENTS (who_paths)

struct _IvrIntakeSources
{
  GObject parent_instance;

  IvrSession *session;
  IvrIntake *intake;
  IvrOffers *offers;
  GCancellable *reading;
  GCancellable *looking;
  char *looked_for;          /* physician, place and payers that were last looked up */
  char *saved[N_WHO];        /* whom the form names that the server has; NULL while it has none */
  char *about[N_WHO];        /* whom the offers about a patient are about */
};

G_DEFINE_FINAL_TYPE (IvrIntakeSources, ivr_intake_sources, G_TYPE_OBJECT)

static void
ivr_intake_sources_dispose (GObject *object)
{
  IvrIntakeSources *self = IVR_INTAKE_SOURCES (object);

  g_cancellable_cancel (self->reading);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->reading);
  g_clear_object (&self->looking);
  g_clear_object (&self->offers);
  g_clear_object (&self->intake);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ivr_intake_sources_parent_class)->dispose (object);
}

static void
ivr_intake_sources_finalize (GObject *object)
{
  IvrIntakeSources *self = IVR_INTAKE_SOURCES (object);

  g_free (self->looked_for);
  for (gsize i = 0; i < N_WHO; i++)
    {
      g_free (self->saved[i]);
      g_free (self->about[i]);
    }
  G_OBJECT_CLASS (ivr_intake_sources_parent_class)->finalize (object);
}

static void
ivr_intake_sources_class_init (IvrIntakeSourcesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_intake_sources_dispose;
  G_OBJECT_CLASS (klass)->finalize = ivr_intake_sources_finalize;
}

static void
ivr_intake_sources_init (IvrIntakeSources *self)
{
}

static void
set_who (char      *who[N_WHO],
         IvrIntake *intake)
{
  for (gsize i = 0; i < N_WHO; i++)
    {
      g_free (who[i]);
      who[i] = intake != NULL ? ivr_intake_dup (intake, who_paths[i]) : NULL;
    }
}

/* As the server sees it: somebody who differs in more than one of three is another patient. */
static gboolean
is_about (IvrIntakeSources *self,
          char             *who[N_WHO])
{
  guint same = 0;

  if (who[0] == NULL)
    return TRUE;
  for (gsize i = 0; i < N_WHO; i++)
    {
      g_autofree char *now = ivr_intake_dup (self->intake, who_paths[i]);
      g_autofree char *one = g_utf8_casefold (g_strstrip (now), -1);
      g_autofree char *other = g_utf8_casefold (who[i], -1);

      same += g_str_equal (one, g_strstrip (other));
    }
  return same >= N_WHO - 1;
}

/* The request is filed at the place that the form takes from a record. */
static void
on_offers (IvrIntakeSources *self)
{
  const IvrOffer *place = ivr_offers_get_source (self->offers, "facility.npi");
  g_autofree char *filed = NULL;

  if (place == NULL)
    place = ivr_offers_get_source (self->offers, "facility.name");
  if (place == NULL || place->is_recorded || place->source_id == NULL || !g_str_equal (place->source, FACILITY))
    return;
  filed = ivr_intake_dup (self->intake, "facility_id");
  if (!g_str_equal (filed, place->source_id))
    ivr_intake_set (self->intake, "facility_id", place->source_id);
}

/**
 * ivr_intake_sources_new:
 * @session: a session
 * @intake: the form
 *
 * Returns: (transfer full): sources that nothing was asked of yet
 */
IvrIntakeSources *
ivr_intake_sources_new (IvrSession *session,
                        IvrIntake  *intake)
{
  IvrIntakeSources *self = g_object_new (IVR_TYPE_INTAKE_SOURCES, NULL);

  self->session = g_object_ref (session);
  self->intake = g_object_ref (intake);
  self->offers = ivr_offers_new (intake);
  g_signal_connect_object (self->offers, "changed", G_CALLBACK (on_offers), self, G_CONNECT_SWAPPED);
  return self;
}

IvrOffers *
ivr_intake_sources_get_offers (IvrIntakeSources *self)
{
  return self->offers;
}

/* Adds what @record says of a question, as the server would offer it. */
static void
add_offer (JsonArray  *offers,
           JsonObject *record,
           const char *name,
           const char *path,
           const char *source,
           const char *label)
{
  JsonNode *node = json_object_get_member (record, name);
  JsonObject *offer;
  g_autofree char *value = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return;
  value = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_dup_string (node) : json_to_string (node, FALSE);
  offer = json_object_new ();
  json_object_set_string_member (offer, "field", path);
  json_object_set_string_member (offer, "value", value);
  json_object_set_string_member (offer, "source", source);
  json_object_set_string_member (offer, "label", label);
  if (json_object_has_member (record, "id"))
    json_object_set_string_member (offer, "source_id", ivr_format_member (record, "id"));
  if (json_object_has_member (record, "updated_at"))
    json_object_set_string_member (offer, "at", ivr_format_member (record, "updated_at"));
  json_array_add_object_element (offers, offer);
}

/**
 * ivr_intake_sources_fill_own:
 * @self: sources of a new form
 *
 * A new form knows already what the clinic always answers the same.
 */
void
ivr_intake_sources_fill_own (IvrIntakeSources *self)
{
  JsonObject *me = ivr_database_get_me (ivr_session_get_database (self->session));
  JsonArray *facilities = json_object_get_array_member (me, "facilities");
  JsonArray *providers = json_object_get_array_member (me, "providers");
  static const char * const facility[] = { "name", "npi", "ptan", "address", "city", "state", "zip", "phone", "fax",
                                           "contact_name", "contact_email" };
  static const char * const physician[] = { "name", "npi", "ptan", "specialty" };
  g_autoptr(JsonArray) offers = json_array_new ();

  ivr_intake_set (self->intake, "request_type", "new");
  ivr_intake_set (self->intake, "service", "Wound Care Authorization");
  if (json_array_get_length (facilities) > 0)
    {
      JsonObject *first = json_array_get_object_element (facilities, 0);

      for (gsize i = 0; i < G_N_ELEMENTS (facility); i++)
        {
          g_autofree char *path = g_strdup_printf ("facility.%s", facility[i]);

          add_offer (offers, first, facility[i], path, FACILITY, N_("Facility's record"));
        }
      add_offer (offers, first, "place_of_service", "place_of_service", FACILITY, N_("Facility's record"));
      ivr_intake_set (self->intake, "facility_id", ivr_format_member (first, "id"));
    }
  for (gsize i = 0; json_array_get_length (providers) > 0 && i < G_N_ELEMENTS (physician); i++)
    {
      g_autofree char *path = g_strdup_printf ("physician.%s", physician[i]);

      add_offer (offers, json_array_get_object_element (providers, 0), physician[i], path, PHYSICIAN, N_("Physician's record"));
    }
  ivr_offers_fill (self->offers, offers);
}

static void
took (IvrIntakeSources *self,
      JsonArray        *offers,
      JsonObject       *past)
{
  /* What was refused before must not flash up. */
  if (past != NULL)
    ivr_offers_add_past (self->offers, past);
  ivr_offers_add (self->offers, offers);
}

static gboolean
finish (IvrIntakeSources  *self,
        GObject           *source,
        GAsyncResult      *result,
        JsonArray        **offers,
        JsonObject       **past)
{
  g_autoptr(GError) error = NULL;

  *offers = ivr_form_offers_finish (IVR_DATABASE (source), result, past, &error);
  if (self->offers == NULL)
    return FALSE;
  if (*offers != NULL)
    return TRUE;
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      /* At the next pause it is tried again. That the line is down is told elsewhere. */
      g_clear_pointer (&self->looked_for, g_free);
      if (!g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) && !g_error_matches (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN))
        g_message ("What could be offered for a form was not read.");
    }
  return FALSE;
}

/* About a patient. Meanwhile the form may name another. */
static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrIntakeSources) self = data;
  g_autoptr(JsonObject) past = NULL;
  g_autoptr(JsonArray) offers = NULL;

  if (!finish (self, source, result, &offers, &past) || !is_about (self, self->about))
    return;
  took (self, offers, past);
}

/* About a physician, a place and payers: what was said of those that the form named before is offered no longer. */
static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  static const char * const sources[] = { PHYSICIAN, FACILITY, PAYER_RECORD };
  g_autoptr(IvrIntakeSources) self = data;
  g_autoptr(JsonObject) past = NULL;
  g_autoptr(JsonArray) offers = NULL;

  if (!finish (self, source, result, &offers, &past))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    ivr_offers_forget_open (self->offers, sources[i]);
  took (self, offers, past);
}

static GCancellable *
begin (GCancellable **cancellable)
{
  g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
  *cancellable = g_cancellable_new ();
  return *cancellable;
}

/**
 * ivr_intake_sources_read:
 * @self: sources
 * @request: a request that the server knows
 *
 * Reads what is offered for its form; again, when a payer has answered. Nothing is read while the form names another
 * patient than the one whom the server knows the request by.
 */
void
ivr_intake_sources_read (IvrIntakeSources *self,
                         const char       *request)
{
  if (!is_about (self, self->saved))
    return;
  set_who (self->about, self->intake);
  ivr_form_offers_read_async (ivr_session_get_database (self->session), request, begin (&self->reading), read_cb, g_object_ref (self));
}

/**
 * ivr_intake_sources_saved:
 * @self: sources
 * @intake: the form as the server has it now
 */
void
ivr_intake_sources_saved (IvrIntakeSources *self,
                          IvrIntake        *intake)
{
  set_who (self->saved, intake);
}

static void
forget_patient (IvrIntakeSources *self)
{
  static const char * const sources[] = { PREVIOUS, CARD, PAYER };

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    ivr_offers_forget_open (self->offers, sources[i]);
  set_who (self->about, NULL);
}

/* Everything that the form has of a patient goes, typed or not: it was another's. */
static void
empty_patient (IvrIntakeSources *self)
{
  static const char * const patient[] = { "first_name", "last_name", "dob", "sex", "address", "city", "state", "zip", "phone", "email",
                                          "caregiver", "ok_to_contact", "emr_patient_id" };
  static const char * const sources[] = { PREVIOUS, CARD, PAYER };

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    ivr_offers_forget (self->offers, sources[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (patient); i++)
    {
      g_autofree char *path = g_strdup_printf ("patient.%s", patient[i]);

      ivr_intake_set (self->intake, path, NULL);
    }
  while (ivr_intake_count (self->intake, "insurances") > 0)
    ivr_intake_remove (self->intake, "insurances", 0);
  g_clear_pointer (&self->looked_for, g_free);
}

/**
 * ivr_intake_sources_choose_patient:
 * @self: sources
 * @found: what the look-up said of a patient
 *
 * Fills in who it is and how they are insured, and offers what else is kept of them.
 */
void
ivr_intake_sources_choose_patient (IvrIntakeSources *self,
                                   JsonObject       *found)
{
  static const char * const patient[][2] = {
    { "first_name", "patient.first_name" }, { "last_name", "patient.last_name" }, { "born_on", "patient.dob" },
    { "sex", "patient.sex" }, { "address", "patient.address" }, { "city", "patient.city" }, { "state", "patient.state" },
    { "zip", "patient.zip" }, { "phone", "patient.phone" }, { "email", "patient.email" },
    { "caregiver", "patient.caregiver" }, { "ok_to_contact", "patient.ok_to_contact" }, { "emr_patient_id", "patient.emr_patient_id" },
  };
  static const char * const insurance[][2] = {
    { "payer_name", "payer_name" }, { "payer_phone", "payer_phone" }, { "member_id", "member_id" }, { "group_no", "group_no" },
    { "plan_type", "plan_type" }, { "relationship", "relationship" }, { "subscriber_name", "subscriber_name" },
    { "subscriber_born_on", "subscriber_dob" },
  };
  JsonObject *who = json_object_get_object_member (found, "patient");
  JsonArray *insurances = json_object_get_array_member (found, "insurances");
  g_autoptr(JsonArray) offers = json_array_new ();

  empty_patient (self);
  for (gsize i = 0; i < G_N_ELEMENTS (patient); i++)
    add_offer (offers, who, patient[i][0], patient[i][1], PREVIOUS, N_("Last request"));
  for (guint k = 0; k < MIN (json_array_get_length (insurances), 2); k++)
    for (gsize i = 0; i < G_N_ELEMENTS (insurance); i++)
      {
        g_autofree char *path = g_strdup_printf ("insurances.%u.%s", k, insurance[i][1]);

        add_offer (offers, json_array_get_object_element (insurances, k), insurance[i][0], path, CARD, N_("Insurance card"));
      }
  ivr_offers_fill (self->offers, offers);
  set_who (self->about, self->intake);
  ivr_form_offers_patient_async (ivr_session_get_database (self->session), ivr_format_member (who, "id"), begin (&self->reading), read_cb,
                                 g_object_ref (self));
}

/* By NPI, which is exact; by name when somebody typed another over the one whose NPI was filled in. */
static char *
dup_either (IvrIntakeSources *self,
            const char       *npi,
            const char       *name)
{
  g_autofree char *number = ivr_intake_dup (self->intake, npi);
  g_autofree char *called = ivr_intake_dup (self->intake, name);
  gboolean is_retyped = called[0] != '\0' && ivr_offers_get_source (self->offers, name) == NULL && ivr_offers_get_source (self->offers, npi) != NULL;

  return number[0] == '\0' || is_retyped ? g_steal_pointer (&called) : g_steal_pointer (&number);
}

/**
 * ivr_intake_sources_look:
 * @self: sources
 *
 * Looks up which physician, place and payers the form names, when it names others than before. What is offered about a
 * patient whom it does not name any more goes.
 */
void
ivr_intake_sources_look (IvrIntakeSources *self)
{
  g_autofree char *physician = dup_either (self, "physician.npi", "physician.name");
  g_autofree char *facility = dup_either (self, "facility.npi", "facility.name");
  g_autofree char *primary = ivr_intake_dup (self->intake, "insurances.0.payer_name");
  g_autofree char *secondary = ivr_intake_dup (self->intake, "insurances.1.payer_name");
  g_autofree char *key = g_strjoin ("\n", physician, facility, primary, secondary, NULL);
  const char *payers[] = { primary, secondary };

  if (!is_about (self, self->about))
    forget_patient (self);
  if (g_strcmp0 (key, self->looked_for) == 0 || !ivr_database_is_online (ivr_session_get_database (self->session)))
    return;
  g_free (self->looked_for);
  self->looked_for = g_steal_pointer (&key);
  ivr_form_offers_records_async (ivr_session_get_database (self->session), physician, facility, payers, begin (&self->looking), looked_cb,
                                 g_object_ref (self));
}

/**
 * ivr_intake_sources_keep:
 * @self: sources
 * @draft: key of the form's draft
 *
 * Keeps what was decided beside the draft.
 */
void
ivr_intake_sources_keep (IvrIntakeSources *self,
                         const char       *draft)
{
  g_autofree char *json = ivr_offers_to_json (self->offers);

  ivr_session_set_draft (self->session, DRAFT_KIND, draft, json);
}

/**
 * ivr_intake_sources_drop:
 * @self: sources
 * @draft: key of a draft that is kept no longer
 */
void
ivr_intake_sources_drop (IvrIntakeSources *self,
                         const char       *draft)
{
  ivr_session_set_draft (self->session, DRAFT_KIND, draft, NULL);
}

/**
 * ivr_intake_sources_restore:
 * @self: sources of a form that was restored from its draft
 * @draft: key of that
 */
void
ivr_intake_sources_restore (IvrIntakeSources *self,
                            const char       *draft)
{
  const char *json = ivr_session_get_draft (self->session, DRAFT_KIND, draft);

  if (json != NULL)
    ivr_offers_restore (self->offers, json);
}

static void
recorded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(IvrIntakeSources) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = ivr_command_run_finish (IVR_DATABASE (source), result, &error);

  /* The request itself was refused, and may be sent again. */
  if (self->offers != NULL && g_error_matches (error, IVR_ERROR, IVR_ERROR_NOT_FOUND))
    ivr_offers_recorded (self->offers, FALSE);
  /* The form itself is what counts; that says what it is by itself. */
  if (answer == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("Whence the values of a form came was not kept.");
}

/**
 * ivr_intake_sources_record:
 * @self: sources
 * @request: the request whose form is saved in the same breath
 *
 * Sends what became of the offers since the last time, behind the saving.
 */
void
ivr_intake_sources_record (IvrIntakeSources *self,
                           const char       *request)
{
  g_autofree char *records = ivr_offers_dup_records (self->offers);

  if (records == NULL)
    return;
  ivr_offers_recorded (self->offers, TRUE);
  ivr_command_run_async (ivr_session_get_database (self->session), IVR_COMMAND_RECORD_OFFERS, (const char *[]) { request, records }, 2, recorded_cb,
                         g_object_ref (self));
}
