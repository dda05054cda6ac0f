/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-content-type.h"

#include "ivr-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PDF_HEAD 1024

/* What the first bytes of a file say, and where they stand. The server decides by the same bytes. */
static const struct
{
  const char *bytes;
  gsize length;
  gsize at;
  const char *content_type;
} magics[] = {
  { "\x89PNG\r\n\x1a\n", 8, 0, "image/png" },
  { "\xff\xd8\xff", 3, 0, "image/jpeg" },
  { "II*\0", 4, 0, "image/tiff" },
  { "MM\0*", 4, 0, "image/tiff" },
};

/* What people try to attach, and what they can do instead. */
static const struct
{
  const char *bytes;
  gsize length;
  gsize at;
  const char *sentence;
} refused[] = {
  { "PK\3\4", 4, 0, N_("This is an Office document or an archive. Save or print it as PDF, and attach that.") },
  { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, 0, N_("This is an old Office document. Save or print it as PDF, and attach that.") },
  { "MZ", 2, 0, N_("This is a program. Programs cannot be attached.") },
  { "\x7f" "ELF", 4, 0, N_("This is a program. Programs cannot be attached.") },
  { "GIF8", 4, 0, N_("This is a GIF image. Save it as PNG or JPEG, and attach that.") },
  { "BM", 2, 0, N_("This is a BMP image. Save it as PNG or JPEG, and attach that.") },
  { "ftypheic", 8, 4, N_("This is a HEIC image. Save it as JPEG, and attach that.") },
  { "ftypmif1", 8, 4, N_("This is a HEIC image. Save it as JPEG, and attach that.") },
  { "II+\0", 4, 0, N_("This is a BigTIFF image. Save it as TIFF or PDF, and attach that.") },
};

static const struct
{
  const char *content_type;
  const char *extension;
} extensions[] = {
  { "application/pdf", "pdf" }, { "image/jpeg", "jpg" },  { "image/png", "png" },
  { "image/tiff", "tif" },      { "image/webp", "webp" }, { "text/plain", "txt" },
};

static gboolean
has (gconstpointer head,
     gsize         length,
     const char   *bytes,
     gsize         n,
     gsize         at)
{
  return length >= at + n && memcmp ((const guint8 *) head + at, bytes, n) == 0;
}

/**
 * ivr_content_type_sniff:
 * @head: the first bytes of a file, up to %IVR_CONTENT_HEAD
 * @length: how many
 *
 * Returns: (nullable): what the content is, whatever the name says; %NULL when it is nothing that can be attached
 */
const char *
ivr_content_type_sniff (gconstpointer head,
                        gsize         length)
{
  if (length == 0)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (magics); i++)
    if (has (head, length, magics[i].bytes, magics[i].length, magics[i].at))
      return magics[i].content_type;
  if (has (head, length, "RIFF", 4, 0) && has (head, length, "WEBP", 4, 8))
    return "image/webp";
  /* Readers take a PDF that begins a little late, and so do people who make such. */
  if (memmem (head, MIN (length, PDF_HEAD), "%PDF-", 5) != NULL)
    return "application/pdf";
  return memchr (head, 0, length) == NULL ? "text/plain" : NULL;
}

/**
 * ivr_content_type_check:
 * @head: the first bytes of a file, up to %IVR_CONTENT_HEAD
 * @length: how many
 * @error: return location; %IVR_ERROR_INVALID with what to do instead
 *
 * Returns: (nullable): what the content is, when that can be attached
 */
const char *
ivr_content_type_check (gconstpointer   head,
                        gsize           length,
                        GError        **error)
{
  const char *content_type = ivr_content_type_sniff (head, length);

  if (length == 0)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID, _("The file is empty. Choose another one."));
      return NULL;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    if (has (head, length, refused[i].bytes, refused[i].length, refused[i].at) && g_strcmp0 (content_type, "application/pdf") != 0 &&
        (content_type == NULL || refused[i].length > 2))
      {
        g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID, _(refused[i].sentence));
        return NULL;
      }
  if (content_type == NULL)
    g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID,
                         _("This kind of file cannot be attached. Save it as PDF, image or plain text, and attach that."));
  return content_type;
}

/**
 * ivr_content_type_extension:
 * @content_type: (nullable): what a content is
 *
 * Returns: how names of such files end, without the dot; "bin" for what is not known
 */
const char *
ivr_content_type_extension (const char *content_type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (g_strcmp0 (content_type, extensions[i].content_type) == 0)
      return extensions[i].extension;
  return "bin";
}

/* "/Encrypt" as the name of an entry: then comes a reference or a dictionary, and not more letters. */
static gboolean
has_entry (const guint8 *data,
           gsize         length)
{
  static const char word[] = "/Encrypt";
  const guint8 *end = data + length;

  for (const guint8 *p = data; (p = memmem (p, (gsize) (end - p), word, sizeof word - 1)) != NULL; p++)
    {
      const guint8 *after = p + sizeof word - 1;

      while (after < end && (g_ascii_isspace (*after) || *after == '\0'))
        after++;
      if (after < end && (g_ascii_isdigit (*after) || *after == '<'))
        return TRUE;
    }
  return FALSE;
}

/**
 * ivr_pdf_scan_feed:
 * @self: what was seen so far
 * @data: the next piece of a PDF
 * @length: its length
 *
 * Returns: whether the PDF is encrypted, as far as it was seen
 */
gboolean
ivr_pdf_scan_feed (IvrPdfScan    *self,
                   gconstpointer  data,
                   gsize          length)
{
  guint8 seam[sizeof self->kept * 2];
  gsize head = MIN (length, sizeof self->kept);
  gsize all = self->n_kept + head;
  gsize keep = MIN (all, sizeof self->kept);

  memcpy (seam, self->kept, self->n_kept);
  if (head > 0)
    memcpy (seam + self->n_kept, data, head);
  if (!self->encrypted)
    self->encrypted = has_entry (seam, all) || (length > head && has_entry (data, length));
  if (length > sizeof self->kept)
    {
      keep = sizeof self->kept;
      memcpy (self->kept, (const guint8 *) data + length - keep, keep);
    }
  else
    memcpy (self->kept, seam + all - keep, keep);
  self->n_kept = keep;
  return self->encrypted;
}
