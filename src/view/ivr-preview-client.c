/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-preview-client.h"

#include "ivr-error.h"
#include "ivr-preview-wire.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEADLINE_MS 30000
/* A document that ends the program so often will do it again. */
#define MOST_STARTS 4

typedef struct
{
  IvrPreviewRequest request;
  char *needle;
  GBytes *out;               /* the request as it is written */
  IvrPreviewAnswer answer;
  guint8 *payload;
} Question;

struct _IvrPreviewClient
{
  GObject parent_instance;

  char *program;
  char *content_type;
  int document;
  guint deadline_ms;
  guint starts;
  guint32 last_id;
  GSubprocess *process;
  GIOStream *line;           /* a socket and no pipe: writing to one whose reader has died would end the desk */
  GCancellable *cancellable; /* of all that is read from the process */
  GQueue waiting;            /* GTask, whose data is a Question */
  GTask *asked;              /* the one that is being answered */
  guint deadline_source;
};

enum {
  SIGNAL_STOPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrPreviewClient, ivr_preview_client, G_TYPE_OBJECT)

static void ask_next (IvrPreviewClient *self);

static void
question_free (Question *question)
{
  g_free (question->needle);
  g_clear_pointer (&question->out, g_bytes_unref);
  g_free (question->payload);
  g_free (question);
}

void
ivr_preview_image_free (IvrPreviewImage *self)
{
  if (self == NULL)
    return;
  g_bytes_unref (self->pixels);
  g_free (self);
}

static void
end_process (IvrPreviewClient *self)
{
  g_clear_handle_id (&self->deadline_source, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  g_clear_object (&self->process);
  g_clear_object (&self->line);
}

static void
ivr_preview_client_dispose (GObject *object)
{
  IvrPreviewClient *self = IVR_PREVIEW_CLIENT (object);

  /* Every question holds a reference: there are none. */
  end_process (self);
  G_OBJECT_CLASS (ivr_preview_client_parent_class)->dispose (object);
}

static void
ivr_preview_client_finalize (GObject *object)
{
  IvrPreviewClient *self = IVR_PREVIEW_CLIENT (object);

  g_free (self->program);
  g_free (self->content_type);
  if (self->document >= 0)
    close (self->document);
  G_OBJECT_CLASS (ivr_preview_client_parent_class)->finalize (object);
}

static void
ivr_preview_client_class_init (IvrPreviewClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_preview_client_dispose;
  object_class->finalize = ivr_preview_client_finalize;
  signals[SIGNAL_STOPPED] = g_signal_new ("stopped", IVR_TYPE_PREVIEW_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ivr_preview_client_init (IvrPreviewClient *self)
{
  g_queue_init (&self->waiting);
  self->document = -1;
  self->deadline_ms = DEADLINE_MS;
}

/**
 * ivr_preview_client_new:
 * @program: path of ivr-preview
 * @content_type: what the document is
 * @document: a descriptor of it that can be mapped, such as of memfd_create(); stays the caller's
 *
 * Returns: (transfer full): a viewer's side of it; nothing is started yet
 */
IvrPreviewClient *
ivr_preview_client_new (const char *program,
                        const char *content_type,
                        int         document)
{
  IvrPreviewClient *self = g_object_new (IVR_TYPE_PREVIEW_CLIENT, NULL);

  self->program = g_strdup (program);
  self->content_type = g_strdup (content_type);
  self->document = fcntl (document, F_DUPFD_CLOEXEC, 3);
  return self;
}

/**
 * ivr_preview_client_set_deadline:
 * @self: a client
 * @milliseconds: how long one answer may take
 */
void
ivr_preview_client_set_deadline (IvrPreviewClient *self,
                                 guint             milliseconds)
{
  self->deadline_ms = milliseconds;
}

/**
 * ivr_preview_client_get_process:
 * @self: a client
 *
 * Returns: (nullable): number of the process that decodes, for whoever looks at what runs on the computer; %NULL when none runs
 */
const char *
ivr_preview_client_get_process (IvrPreviewClient *self)
{
  return self->process != NULL ? g_subprocess_get_identifier (self->process) : NULL;
}

static GError *
error_of (IvrPreviewCode code)
{
  switch (code)
    {
    case IVR_PREVIEW_ENCRYPTED:
      return g_error_new_literal (IVR_ERROR, IVR_ERROR_INVALID, "This document is encrypted and cannot be shown. Ask for a copy without a password.");
    case IVR_PREVIEW_TOO_LARGE:
      return g_error_new_literal (IVR_ERROR, IVR_ERROR_LIMIT, "This image is too large to be shown here. Save it to open it elsewhere.");
    case IVR_PREVIEW_NO_PAGE:
      return g_error_new_literal (IVR_ERROR, IVR_ERROR_NOT_FOUND, "The document has no such page.");
    case IVR_PREVIEW_UNREADABLE:
      return g_error_new_literal (IVR_ERROR, IVR_ERROR_PROTOCOL, "This document is damaged and cannot be shown. Ask for another copy, or save it to open it elsewhere.");
    case IVR_PREVIEW_FINE:
    case IVR_PREVIEW_NONSENSE:
    default:
      return g_error_new_literal (IVR_ERROR, IVR_ERROR_FAILED, "This document cannot be shown. Save it to open it elsewhere.");
    }
}

/* Takes the task; @error NULL: the answer is in its question. */
static void
finish (IvrPreviewClient *self,
        GError           *error)
{
  g_autoptr(GTask) task = g_steal_pointer (&self->asked);

  g_clear_handle_id (&self->deadline_source, g_source_remove);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
stopped (IvrPreviewClient *self,
         const char       *sentence)
{
  g_autoptr(IvrPreviewClient) alive = g_object_ref (self);

  end_process (self);
  if (self->asked != NULL)
    finish (self, g_error_new_literal (IVR_ERROR, IVR_ERROR_FAILED, sentence));
  g_signal_emit (self, signals[SIGNAL_STOPPED], 0);
  ask_next (self);
}

static gboolean
on_deadline (gpointer data)
{
  IvrPreviewClient *self = data;

  self->deadline_source = 0;
  stopped (self, "This document takes too long to be shown. Save it to open it elsewhere.");
  return G_SOURCE_REMOVE;
}

static void
fell (IvrPreviewClient *self)
{
  stopped (self, "The program that shows documents has stopped at this one. Save it to open it elsewhere.");
}

static void
answered (IvrPreviewClient *self)
{
  Question *question = g_task_get_task_data (self->asked);

  finish (self, question->answer.code == IVR_PREVIEW_FINE ? NULL : error_of (question->answer.code));
  ask_next (self);
}

/* Whether a read that has ended is of the process and the question that are the present ones. */
static gboolean
is_current (IvrPreviewClient *self,
            GObject          *stream)
{
  return self->process != NULL && self->asked != NULL && G_OBJECT (g_io_stream_get_input_stream (self->line)) == stream;
}

static void
payload_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(IvrPreviewClient) self = g_object_ref (g_task_get_source_object (task));
  Question *question = g_task_get_task_data (task);
  gsize n = 0;
  gboolean done = g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n, NULL);

  if (!is_current (self, source) || self->asked != task)
    return;
  if (!done || n != question->answer.length)
    fell (self);
  else
    answered (self);
}

/* The other side has decoded a document of strangers: its numbers are looked at as if they were theirs. */
static gboolean
is_sensible (const Question *question)
{
  const IvrPreviewAnswer *a = &question->answer;

  if (a->magic != IVR_PREVIEW_MAGIC || a->id != question->request.id)
    return FALSE;
  if (a->code != IVR_PREVIEW_FINE)
    return a->length == 0;
  switch ((IvrPreviewOp) question->request.op)
    {
    case IVR_PREVIEW_OPEN:
      return a->length == 0 && a->a > 0 && a->a <= IVR_PREVIEW_MOST_PAGES;
    case IVR_PREVIEW_SIZE:
      return a->length == 0 && a->a > 0 && a->b > 0;
    case IVR_PREVIEW_RENDER:
      return a->a > 0 && a->b > 0 && a->a <= 32000 && a->b <= 32000 && (guint64) a->a * a->b <= IVR_PREVIEW_MOST_PIXELS &&
             a->c >= a->a * 4 && a->c <= a->a * 4 + 64 && a->length == (guint64) a->c * a->b;
    case IVR_PREVIEW_TEXT:
      return a->length <= IVR_PREVIEW_MOST_TEXT;
    case IVR_PREVIEW_FIND:
      return a->a <= IVR_PREVIEW_MOST_FOUND && a->length == (guint64) a->a * 4 * sizeof (double);
    default:
      return FALSE;
    }
}

static void
head_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(IvrPreviewClient) self = g_object_ref (g_task_get_source_object (task));
  Question *question = g_task_get_task_data (task);
  gsize n = 0;
  gboolean done = g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n, NULL);

  if (!is_current (self, source) || self->asked != task)
    return;
  if (!done || n != sizeof question->answer || !is_sensible (question))
    {
      fell (self);
      return;
    }
  if (question->answer.length == 0)
    {
      answered (self);
      return;
    }
  question->payload = g_try_malloc (question->answer.length);
  if (question->payload == NULL)
    {
      stopped (self, "There is not enough memory to show this document. Close other programs, and try again.");
      return;
    }
  g_input_stream_read_all_async (G_INPUT_STREAM (source), question->payload, question->answer.length, G_PRIORITY_DEFAULT, self->cancellable, payload_cb,
                                 g_object_ref (task));
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;

  /* Whether the program is still there shows when it is read from. */
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
}

static gboolean
start (IvrPreviewClient  *self,
       GError           **error)
{
  static const char * const nothing[] = { NULL };
  g_autoptr(GSubprocessLauncher) launcher = NULL;
  g_autoptr(GSocket) socket = NULL;
  int ends[2];

  if (self->process != NULL)
    return TRUE;
  if (self->starts >= MOST_STARTS)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED, "The program that shows documents stops at this one every time. Save it to open it elsewhere.");
      return FALSE;
    }
  self->starts++;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0 || (socket = g_socket_new_from_fd (ends[0], NULL)) == NULL)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED, "This document cannot be shown at the moment. Close other windows, and try again.");
      return FALSE;
    }
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_environ (launcher, (char **) nothing);
  g_subprocess_launcher_take_stdout_fd (launcher, fcntl (ends[1], F_DUPFD_CLOEXEC, 3));
  g_subprocess_launcher_take_stdin_fd (launcher, ends[1]);
  g_subprocess_launcher_take_fd (launcher, fcntl (self->document, F_DUPFD_CLOEXEC, 3), IVR_PREVIEW_DOCUMENT_FD);
  self->process = g_subprocess_launcher_spawn (launcher, NULL, self->program, self->content_type, NULL);
  if (self->process == NULL)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED, "The program that shows documents is missing. Ask your administrator to install the desk anew.");
      return FALSE;
    }
  self->line = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  self->cancellable = g_cancellable_new ();
  return TRUE;
}

static void
ask_next (IvrPreviewClient *self)
{
  GError *error = NULL;
  Question *question;

  while (self->asked == NULL && (self->asked = g_queue_pop_head (&self->waiting)) != NULL)
    {
      question = g_task_get_task_data (self->asked);
      if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (self->asked), &error) || !start (self, &error))
        {
          finish (self, g_steal_pointer (&error));
          continue;
        }
      self->deadline_source = g_timeout_add (self->deadline_ms, on_deadline, self);
      g_output_stream_write_all_async (g_io_stream_get_output_stream (self->line), g_bytes_get_data (question->out, NULL),
                                       g_bytes_get_size (question->out), G_PRIORITY_DEFAULT, self->cancellable, written_cb, g_object_ref (self->asked));
      g_input_stream_read_all_async (g_io_stream_get_input_stream (self->line), &question->answer, sizeof question->answer, G_PRIORITY_DEFAULT,
                                     self->cancellable, head_cb, g_object_ref (self->asked));
    }
}

static void
ask (IvrPreviewClient    *self,
     IvrPreviewOp         op,
     guint                page,
     guint                width,
     const char          *needle,
     gpointer             tag,
     GCancellable        *cancellable,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);
  gsize length = needle != NULL ? MIN (strlen (needle), IVR_PREVIEW_MOST_NEEDLE) : 0;
  GByteArray *out = g_byte_array_new ();

  question->request = (IvrPreviewRequest) { IVR_PREVIEW_MAGIC, op, ++self->last_id, page, width, (guint32) length };
  g_byte_array_append (out, (const guint8 *) &question->request, sizeof question->request);
  if (length > 0)
    g_byte_array_append (out, (const guint8 *) needle, (guint) length);
  question->out = g_byte_array_free_to_bytes (out);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  g_queue_push_tail (&self->waiting, task);
  ask_next (self);
}

static Question *
answer_of (IvrPreviewClient  *self,
           GAsyncResult      *result,
           GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_boolean (G_TASK (result), error) ? g_task_get_task_data (G_TASK (result)) : NULL;
}

/**
 * ivr_preview_client_open_async:
 * @self: a client
 * @cancellable: (nullable): a cancellable
 * @callback: called with the number of pages
 * @user_data: for @callback
 */
void
ivr_preview_client_open_async (IvrPreviewClient    *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  ask (self, IVR_PREVIEW_OPEN, 0, 0, NULL, ivr_preview_client_open_async, cancellable, callback, user_data);
}

/**
 * ivr_preview_client_open_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location; a sentence for the person, who can still save the document
 *
 * Returns: number of pages; 0 when it cannot be shown
 */
guint
ivr_preview_client_open_finish (IvrPreviewClient  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  Question *question = answer_of (self, result, error);

  return question != NULL ? question->answer.a : 0;
}

/**
 * ivr_preview_client_size_async:
 * @self: a client
 * @page: a page, from 0
 * @cancellable: (nullable): a cancellable
 * @callback: called with its size
 * @user_data: for @callback
 */
void
ivr_preview_client_size_async (IvrPreviewClient    *self,
                               guint                page,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  ask (self, IVR_PREVIEW_SIZE, page, 0, NULL, ivr_preview_client_size_async, cancellable, callback, user_data);
}

/**
 * ivr_preview_client_size_finish:
 * @self: a client
 * @result: what the callback was given
 * @width: (out): points, or pixels of an image
 * @height: (out): the same
 * @error: return location
 *
 * Returns: whether the page has a size
 */
gboolean
ivr_preview_client_size_finish (IvrPreviewClient  *self,
                                GAsyncResult      *result,
                                double            *width,
                                double            *height,
                                GError           **error)
{
  Question *question = answer_of (self, result, error);

  *width = question != NULL ? question->answer.a / 100.0 : 0;
  *height = question != NULL ? question->answer.b / 100.0 : 0;
  return question != NULL;
}

/**
 * ivr_preview_client_render_async:
 * @self: a client
 * @page: a page, from 0
 * @width: how wide it is wanted, in pixels; a very large page comes narrower
 * @cancellable: (nullable): when it is cancelled before its turn it is not drawn
 * @callback: called with the picture
 * @user_data: for @callback
 */
void
ivr_preview_client_render_async (IvrPreviewClient    *self,
                                 guint                page,
                                 guint                width,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  ask (self, IVR_PREVIEW_RENDER, page, width, NULL, ivr_preview_client_render_async, cancellable, callback, user_data);
}

/**
 * ivr_preview_client_render_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the picture
 */
IvrPreviewImage *
ivr_preview_client_render_finish (IvrPreviewClient  *self,
                                  GAsyncResult      *result,
                                  GError           **error)
{
  Question *question = answer_of (self, result, error);
  IvrPreviewImage *image;

  if (question == NULL)
    return NULL;
  image = g_new0 (IvrPreviewImage, 1);
  image->width = (int) question->answer.a;
  image->height = (int) question->answer.b;
  image->stride = question->answer.c;
  image->pixels = g_bytes_new_take (g_steal_pointer (&question->payload), question->answer.length);
  return image;
}

/**
 * ivr_preview_client_text_async:
 * @self: a client
 * @page: a page, from 0
 * @cancellable: (nullable): a cancellable
 * @callback: called with its text
 * @user_data: for @callback
 */
void
ivr_preview_client_text_async (IvrPreviewClient    *self,
                               guint                page,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  ask (self, IVR_PREVIEW_TEXT, page, 0, NULL, ivr_preview_client_text_async, cancellable, callback, user_data);
}

/**
 * ivr_preview_client_text_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the text of the page, valid UTF-8, empty for a picture
 */
char *
ivr_preview_client_text_finish (IvrPreviewClient  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  Question *question = answer_of (self, result, error);

  if (question == NULL)
    return NULL;
  return question->payload != NULL ? g_utf8_make_valid ((const char *) question->payload, (gssize) question->answer.length) : g_strdup ("");
}

/**
 * ivr_preview_client_find_async:
 * @self: a client
 * @page: a page, from 0
 * @needle: what to look for; capital and small letters are the same
 * @cancellable: (nullable): a cancellable
 * @callback: called with the places
 * @user_data: for @callback
 */
void
ivr_preview_client_find_async (IvrPreviewClient    *self,
                               guint                page,
                               const char          *needle,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  ask (self, IVR_PREVIEW_FIND, page, 0, needle, ivr_preview_client_find_async, cancellable, callback, user_data);
}

/**
 * ivr_preview_client_find_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (element-type double) (nullable): four numbers a place, in fractions of the page from its upper
 *   left corner: left, top, right, bottom
 */
GArray *
ivr_preview_client_find_finish (IvrPreviewClient  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  Question *question = answer_of (self, result, error);
  GArray *found;

  if (question == NULL)
    return NULL;
  found = g_array_new (FALSE, FALSE, sizeof (double));
  if (question->answer.a > 0)
    g_array_append_vals (found, question->payload, question->answer.a * 4);
  return found;
}
