/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-demo.h"

#include "ivr-cluster.h"
#include "ivr-error.h"
#include "ivr-programs.h"

#include <glib/gi18n-lib.h>
#include <gio/gunixoutputstream.h>
#include <string.h>
#include <unistd.h>

/**
 * IvrDemo:
 * A private server, migrated and seeded, with its gateway and an invented payer. All are children that end with this
 * process: their standard input closes. Emits "progress" with one sentence a step.
 */
struct _IvrDemo
{
  GObject parent_instance;

  char *folder;
  IvrCluster *cluster;
  GSubprocess *server;
  GSubprocess *payer;
  GSubprocess *gateway;
  char *payer_uri;
  char *gateway_uri;
  guint again_source;
};

/* How long after its end the gateway is started again. */
#define AGAIN_MS 500

enum {
  SIGNAL_PROGRESS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrDemo, ivr_demo, G_TYPE_OBJECT)

typedef enum {
  STEP_SERVER,
  STEP_MIGRATE,
  STEP_SEED,
  STEP_PAYER,
  STEP_GATEWAY,
  STEP_DONE,
} Step;

typedef struct
{
  Step step;
  GSubprocess *running;
  GDataInputStream *lines;
  GDataInputStream *words;   /* its complaints */
} Start;

static void start_next_step (GTask *task);

static void
start_free (Start *start)
{
  g_clear_object (&start->running);
  g_clear_object (&start->lines);
  g_clear_object (&start->words);
  g_free (start);
}

static void
ivr_demo_finalize (GObject *object)
{
  IvrDemo *self = IVR_DEMO (object);

  g_clear_handle_id (&self->again_source, g_source_remove);
  /* Dropping the last reference closes their standard input, which is what they end by. */
  g_clear_object (&self->gateway);
  g_clear_object (&self->payer);
  g_clear_object (&self->server);
  g_clear_pointer (&self->cluster, ivr_cluster_free);
  g_free (self->folder);
  g_free (self->payer_uri);
  g_free (self->gateway_uri);
  G_OBJECT_CLASS (ivr_demo_parent_class)->finalize (object);
}

static void
ivr_demo_class_init (IvrDemoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_demo_finalize;
  signals[SIGNAL_PROGRESS] = g_signal_new ("progress", IVR_TYPE_DEMO, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ivr_demo_init (IvrDemo *self)
{
}

/**
 * ivr_demo_dup_folder:
 *
 * Returns: (transfer full): where the demo of this user lives
 */
char *
ivr_demo_dup_folder (void)
{
  const char *given = g_getenv ("IVR_DEMO_DIR");

  if (given != NULL && given[0] != '\0')
    return g_strdup (given);
  return g_build_filename (g_get_user_data_dir (), "ivr-desk", "demo", NULL);
}

/**
 * ivr_demo_new:
 * @folder: where its server lives
 *
 * Returns: (transfer full): a demo that is not started yet
 */
IvrDemo *
ivr_demo_new (const char *folder)
{
  IvrDemo *self = g_object_new (IVR_TYPE_DEMO, NULL);

  self->folder = g_strdup (folder);
  self->cluster = ivr_cluster_new (folder, IVR_CLUSTER_AUTH_TRUST);
  return self;
}

static void
fail_with_output (GTask      *task,
                  const char *what,
                  const char *said)
{
  g_autofree char *sentence = g_strdup (said != NULL ? said : "");

  g_strstrip (sentence);
  g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_FAILED, "%s %s", what,
                           sentence[0] != '\0' ? sentence : _("It gave no reason."));
}

static void
program_done_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr(GTask) task = data;
  Start *start = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autofree char *out = NULL;
  g_autofree char *complaint = NULL;

  if (!g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &out, &complaint, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!g_subprocess_get_successful (G_SUBPROCESS (source)))
    {
      fail_with_output (task, _("The demo's database could not be prepared."), complaint);
      return;
    }
  start->step++;
  start_next_step (g_steal_pointer (&task));
}

/* What a child complains about goes where this program's own complaints go. */
static void
pass_on (GInputStream *words)
{
  g_autoptr(GOutputStream) out = g_unix_output_stream_new (STDERR_FILENO, FALSE);

  g_output_stream_splice_async (out, words, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE, G_PRIORITY_LOW, NULL, NULL, NULL);
}

static void
last_words_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autofree char *said = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  fail_with_output (task, _("A program of the demo ended before it was ready."), said);
}

static void watch_gateway (IvrDemo *self);

static gboolean
on_start_gateway_again (gpointer data)
{
  IvrDemo *self = data;
  g_autofree char *gateway = ivr_programs_find ("ivr-gateway");
  g_autofree char *feed = ivr_cluster_dup_uri (self->cluster, "ivr_gateway");
  g_autofree char *carrier = ivr_cluster_dup_uri (self->cluster, "ivr_lookup");
  g_autoptr(GError) error = NULL;

  self->again_source = 0;
  g_clear_object (&self->gateway);
  /* At the address that the desks know. */
  self->gateway = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, gateway,
                                    "--database", feed, "--listen", self->gateway_uri, "--ask-payers", carrier,
                                    "--mock-payer", self->payer_uri, "--die-with-parent", NULL);
  if (self->gateway != NULL)
    watch_gateway (self);
  else
    g_warning ("The gateway of the demo could not be started again: %s", error->message);
  return G_SOURCE_REMOVE;
}

static void
gateway_ended_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  GWeakRef *weak = data;
  g_autoptr(IvrDemo) self = g_weak_ref_get (weak);

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  g_weak_ref_clear (weak);
  g_free (weak);
  if (self != NULL && self->again_source == 0)
    self->again_source = g_timeout_add (AGAIN_MS, on_start_gateway_again, self);
}

/* Whatever ends it, live updates come back while the demo runs. */
static void
watch_gateway (IvrDemo *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  g_subprocess_wait_async (self->gateway, NULL, gateway_ended_cb, weak);
}

static void
ready_line_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(GTask) task = data;
  IvrDemo *self = g_task_get_source_object (task);
  Start *start = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;
  const char *address;

  line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  if (line == NULL)
    {
      if (error != NULL)
        g_task_return_error (task, g_steal_pointer (&error));
      else
        g_data_input_stream_read_line_async (start->words, G_PRIORITY_DEFAULT, NULL, last_words_cb,
                                             g_steal_pointer (&task));
      return;
    }
  pass_on (G_INPUT_STREAM (start->words));
  address = strstr (line, "listening on ");
  if (start->step == STEP_PAYER && address != NULL)
    self->payer_uri = g_strdup (address + strlen ("listening on "));
  if (start->step == STEP_GATEWAY && address != NULL)
    {
      self->gateway_uri = g_strdup (address + strlen ("listening on "));
      watch_gateway (self);
    }
  start->step++;
  start_next_step (g_steal_pointer (&task));
}

static void
run_and_stay (GTask              *task,
              GSubprocess       **keep,
              const char * const *argv)
{
  Start *start = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  *keep = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                             G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  if (*keep == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  g_set_object (&start->running, *keep);
  g_clear_object (&start->lines);
  g_clear_object (&start->words);
  start->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (*keep));
  start->words = g_data_input_stream_new (g_subprocess_get_stderr_pipe (*keep));
  g_data_input_stream_read_line_async (start->lines, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                       ready_line_cb, task);
}

static void
run_to_end (GTask              *task,
            const char * const *argv)
{
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               &error);
  if (process == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  g_subprocess_communicate_utf8_async (process, NULL, g_task_get_cancellable (task), program_done_cb, task);
}

static void
start_next_step (GTask *task)
{
  IvrDemo *self = g_task_get_source_object (task);
  Start *start = g_task_get_task_data (task);
  g_autofree char *admin = ivr_programs_find ("ivr-admin");
  g_autofree char *gateway = ivr_programs_find ("ivr-gateway");
  g_autofree char *payer = ivr_programs_find ("ivr-mock-payer");
  g_autofree char *uri = ivr_cluster_dup_uri (self->cluster, NULL);
  g_autofree char *feed = ivr_cluster_dup_uri (self->cluster, "ivr_gateway");
  g_autofree char *carrier = ivr_cluster_dup_uri (self->cluster, "ivr_lookup");

  switch (start->step)
    {
    case STEP_SERVER:
      g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, _("Starting the private database server…"));
      run_and_stay (task, &self->server, (const char *[]) { admin, "cluster", "run", "--end-with-stdin",
                                                             self->folder, NULL });
      break;
    case STEP_MIGRATE:
      g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, _("Preparing the database…"));
      run_to_end (task, (const char *[]) { admin, "migrate", uri, NULL });
      break;
    case STEP_SEED:
      g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, _("Filling in fictional patients and requests…"));
      run_to_end (task, (const char *[]) { admin, "seed", "--if-empty", uri, NULL });
      break;
    case STEP_PAYER:
      g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, _("Starting an invented payer…"));
      run_and_stay (task, &self->payer, (const char *[]) { payer, "--demo", "--database", carrier,
                                                            "--die-with-parent", NULL });
      break;
    case STEP_GATEWAY:
      g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, _("Starting live updates…"));
      run_and_stay (task, &self->gateway, (const char *[]) { gateway, "--database", feed, "--listen", "127.0.0.1:0",
                                                              "--ask-payers", carrier, "--mock-payer", self->payer_uri,
                                                              "--die-with-parent", NULL });
      break;
    case STEP_DONE:
    default:
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      break;
    }
}

/**
 * ivr_demo_start_async:
 * @self: a demo
 * @cancellable: (nullable): stops waiting
 * @callback: called when desks may connect
 * @user_data: for @callback
 */
void
ivr_demo_start_async (IvrDemo             *self,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ivr_demo_start_async);
  g_task_set_task_data (task, g_new0 (Start, 1), (GDestroyNotify) start_free);
  start_next_step (task);
}

gboolean
ivr_demo_start_finish (IvrDemo       *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ivr_demo_dup_uri:
 * @self: a started demo
 * @login: the persona
 *
 * Returns: (transfer full): connection URI of that persona
 */
char *
ivr_demo_dup_uri (IvrDemo    *self,
                  const char *login)
{
  return ivr_cluster_dup_uri (self->cluster, login);
}

/**
 * ivr_demo_get_gateway_uri:
 * @self: a started demo
 *
 * Returns: (nullable): address of the gateway as it said itself, "127.0.0.1:PORT"
 */
const char *
ivr_demo_get_gateway_uri (IvrDemo *self)
{
  return self->gateway_uri;
}
