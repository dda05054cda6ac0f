/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-preview.h"

#include "ivr-pages-private.h"
#include "ivr-sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the processor, for one answer. */
#define MOST_SECONDS 20

typedef struct
{
  IvrPages *pages;
  IvrPreviewCode code;     /* why there are none */
} Program;

static gboolean
read_all (gpointer to,
          gsize    length)
{
  guint8 *p = to;

  while (length > 0)
    {
      gssize n = read (STDIN_FILENO, p, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      p += n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
write_all (gconstpointer from,
           gsize         length)
{
  const guint8 *p = from;

  while (length > 0)
    {
      gssize n = write (STDOUT_FILENO, p, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      p += n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
answer (const IvrPreviewRequest *request,
        IvrPreviewCode           code,
        guint32                  a,
        guint32                  b,
        guint32                  c,
        gconstpointer            data,
        gsize                    length)
{
  IvrPreviewAnswer head = { IVR_PREVIEW_MAGIC, request->id, code, a, b, c, length };

  return write_all (&head, sizeof head) && write_all (data, length);
}

static gboolean
refuse (const IvrPreviewRequest *request,
        IvrPreviewCode           code)
{
  return answer (request, code, 0, 0, 0, NULL, 0);
}

static gboolean
answer_render (Program                 *self,
               const IvrPreviewRequest *request)
{
  IvrPreviewCode code = IVR_PREVIEW_UNREADABLE;
  cairo_surface_t *surface = self->pages->klass->render (self->pages, request->page, request->width, &code);
  gboolean done;

  if (surface == NULL)
    return refuse (request, code);
  cairo_surface_flush (surface);
  done = answer (request, IVR_PREVIEW_FINE, (guint32) cairo_image_surface_get_width (surface), (guint32) cairo_image_surface_get_height (surface),
                 (guint32) cairo_image_surface_get_stride (surface), cairo_image_surface_get_data (surface),
                 (gsize) cairo_image_surface_get_stride (surface) * (gsize) cairo_image_surface_get_height (surface));
  cairo_surface_destroy (surface);
  return done;
}

static gboolean
answer_text (Program                 *self,
             const IvrPreviewRequest *request)
{
  g_autofree char *text = self->pages->klass->text != NULL ? self->pages->klass->text (self->pages, request->page) : NULL;
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  gsize length = strlen (valid);

  if (length > IVR_PREVIEW_MOST_TEXT)
    length = (gsize) (g_utf8_find_prev_char (valid, valid + IVR_PREVIEW_MOST_TEXT) - valid);
  return answer (request, IVR_PREVIEW_FINE, 0, 0, 0, valid, length);
}

static gboolean
answer_find (Program                 *self,
             const IvrPreviewRequest *request,
             const char              *needle)
{
  g_autoptr(GArray) found = NULL;

  if (!g_utf8_validate (needle, -1, NULL) || needle[0] == '\0')
    return refuse (request, IVR_PREVIEW_NONSENSE);
  found = self->pages->klass->find != NULL ? self->pages->klass->find (self->pages, request->page, needle) : g_array_new (FALSE, FALSE, sizeof (double));
  return answer (request, IVR_PREVIEW_FINE, found->len / 4, 0, 0, found->data, found->len * sizeof (double));
}

static gboolean
answer_size (Program                 *self,
             const IvrPreviewRequest *request)
{
  double width = 0;
  double height = 0;
  IvrPreviewCode code = self->pages->klass->size (self->pages, request->page, &width, &height);

  if (code != IVR_PREVIEW_FINE)
    return refuse (request, code);
  return answer (request, IVR_PREVIEW_FINE, (guint32) CLAMP (width * 100, 1, 1e9), (guint32) CLAMP (height * 100, 1, 1e9), 0, NULL, 0);
}

static gboolean
take_request (Program *self)
{
  IvrPreviewRequest request;
  char needle[IVR_PREVIEW_MOST_NEEDLE + 1] = { 0 };

  /* Whoever says nonsense is not the desk; there is nobody to explain it to. */
  if (!read_all (&request, sizeof request) || request.magic != IVR_PREVIEW_MAGIC || request.length > IVR_PREVIEW_MOST_NEEDLE ||
      !read_all (needle, request.length))
    return FALSE;
  ivr_sandbox_allow_time (MOST_SECONDS);
  if (self->pages == NULL)
    return refuse (&request, self->code);
  if (request.op == IVR_PREVIEW_OPEN)
    return answer (&request, IVR_PREVIEW_FINE, self->pages->n, 0, 0, NULL, 0);
  if (request.page >= self->pages->n)
    return refuse (&request, IVR_PREVIEW_NO_PAGE);
  switch (request.op)
    {
    case IVR_PREVIEW_SIZE:
      return answer_size (self, &request);
    case IVR_PREVIEW_RENDER:
      return answer_render (self, &request);
    case IVR_PREVIEW_TEXT:
      return answer_text (self, &request);
    case IVR_PREVIEW_FIND:
      return answer_find (self, &request, needle);
    default:
      return refuse (&request, IVR_PREVIEW_NONSENSE);
    }
}

static GBytes *
map_document (void)
{
  struct stat found;
  gpointer data;

  if (fstat (IVR_PREVIEW_DOCUMENT_FD, &found) != 0 || found.st_size <= 0)
    return NULL;
  data = mmap (NULL, (gsize) found.st_size, PROT_READ, MAP_PRIVATE, IVR_PREVIEW_DOCUMENT_FD, 0);
  return data != MAP_FAILED ? g_bytes_new_static (data, (gsize) found.st_size) : NULL;
}

/* Messages about what is wrong with a document may quote it. */
static GLogWriterOutput
say_nothing (GLogLevelFlags   level,
             const GLogField *fields,
             gsize            n_fields,
             gpointer         data)
{
  return G_LOG_WRITER_HANDLED;
}

/**
 * ivr_preview_main:
 * @argc: number of arguments
 * @argv: the content type of the document, which is descriptor 3
 *
 * Answers requests on standard input until it ends.
 *
 * Returns: exit status
 */
int
ivr_preview_main (int    argc,
                  char **argv)
{
  Program self = { NULL, IVR_PREVIEW_UNREADABLE };
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *why = NULL;
  g_autofree char *content_type = argc == 2 ? g_strdup (argv[1]) : NULL;

  if (content_type == NULL)
    {
      fprintf (stderr, "ivr-preview is a part of ivr-desk; it cannot be used by itself.\n");
      return 2;
    }
  ivr_sandbox_begin ();
  g_log_set_writer_func (say_nothing, NULL, NULL);
  bytes = map_document ();
  ivr_image_pages_prepare (content_type);
  if (!ivr_sandbox_enter (&why))
    {
      fprintf (stderr, "ivr-preview: not closed (%s); no document is looked at.\n", why);
      return 3;
    }
  ivr_sandbox_allow_time (MOST_SECONDS);
  if (bytes != NULL)
    self.pages = ivr_pages_open (content_type, bytes, &self.code);
  while (take_request (&self))
    ;
  ivr_pages_free (self.pages);
  return 0;
}
