/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-corpus.h"

#include <cairo.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <tiffio.h>
#include <unistd.h>

#define MOST_OBJECTS 700

/* Objects by number, and the table of where they stand. */
static GBytes *
pdf_of (const char * const *objects,
        guint               n,
        const char         *trailer)
{
  GString *pdf = g_string_new ("%PDF-1.4\n");
  gsize at[MOST_OBJECTS];
  gsize table;

  for (guint i = 0; i < n; i++)
    {
      at[i] = pdf->len;
      g_string_append_printf (pdf, "%u 0 obj\n%s\nendobj\n", i + 1, objects[i]);
    }
  table = pdf->len;
  g_string_append_printf (pdf, "xref\n0 %u\n0000000000 65535 f \n", n + 1);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (pdf, "%010u 00000 n \n", (guint) at[i]);
  g_string_append_printf (pdf, "trailer\n<< /Size %u /Root 1 0 R %s>>\nstartxref\n%u\n%%%%EOF\n", n + 1, trailer, (guint) table);
  return g_string_free_to_bytes (pdf);
}

static char *
stream (const char *dictionary,
        const char *content)
{
  return g_strdup_printf ("<< %s /Length %u >>\nstream\n%s\nendstream", dictionary, (guint) strlen (content), content);
}

GBytes *
ivr_test_pdf (guint pages)
{
  g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GString) kids = g_string_new (NULL);

  for (guint i = 0; i < pages; i++)
    g_string_append_printf (kids, "%u 0 R ", 4 + 2 * i);
  g_ptr_array_add (objects, g_strdup ("<< /Type /Catalog /Pages 2 0 R >>"));
  g_ptr_array_add (objects, g_strdup_printf ("<< /Type /Pages /Kids [%s] /Count %u >>", kids->str, pages));
  g_ptr_array_add (objects, g_strdup ("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"));
  for (guint i = 0; i < pages; i++)
    {
      g_autofree char *content = g_strdup_printf ("BT /F1 24 Tf 72 700 Td (Fictional page %u needle) Tj ET 0 0 1 rg 72 400 200 100 re f", i + 1);

      g_ptr_array_add (objects, g_strdup_printf ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %u 0 R"
                                                 " /Resources << /Font << /F1 3 0 R >> >> >>", 5 + 2 * i));
      g_ptr_array_add (objects, stream ("", content));
    }
  return pdf_of ((const char * const *) objects->pdata, objects->len, "");
}

/* Every form draws the next one ten times, eighteen deep. */
GBytes *
ivr_test_pdf_bomb (void)
{
  g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (objects, g_strdup ("<< /Type /Catalog /Pages 2 0 R >>"));
  g_ptr_array_add (objects, g_strdup ("<< /Type /Pages /Kids [3 0 R] /Count 1 >>"));
  g_ptr_array_add (objects, g_strdup ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"));
  g_ptr_array_add (objects, stream ("", "/X Do"));
  for (guint i = 0; i < 18; i++)
    {
      g_autofree char *dictionary = g_strdup_printf ("/Type /XObject /Subtype /Form /BBox [0 0 612 792]%s", i < 17 ? "" : " ");
      g_autofree char *next = i < 17 ? g_strdup_printf ("%s /Resources << /XObject << /X %u 0 R >> >>", dictionary, 6 + i) : g_strdup (dictionary);

      g_ptr_array_add (objects, stream (next, i < 17 ? "/X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do" : "0 0 10 10 re f"));
    }
  return pdf_of ((const char * const *) objects->pdata, objects->len, "");
}

/* Says that it is encrypted, with keys that fit nothing. */
GBytes *
ivr_test_pdf_locked (void)
{
  const char *objects[] = {
    "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
    "<< /Filter /Standard /V 1 /R 2 /P -44 /O <0102030405060708091011121314151617181920212223242526272829303132>"
    " /U <3132333435363738393031323334353637383930313233343536373839303132> >>",
  };

  return pdf_of (objects, G_N_ELEMENTS (objects), "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] ");
}

static guint32
crc_of (const guint8 *data,
        gsize         length)
{
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0);
    }
  return ~crc;
}

static void
add_chunk (GByteArray   *png,
           const char   *type,
           const guint8 *data,
           guint         length)
{
  guint32 be = GUINT32_TO_BE (length);
  guint from;

  g_byte_array_append (png, (guint8 *) &be, 4);
  from = png->len;
  g_byte_array_append (png, (const guint8 *) type, 4);
  g_byte_array_append (png, data, length);
  be = GUINT32_TO_BE (crc_of (png->data + from, png->len - from));
  g_byte_array_append (png, (guint8 *) &be, 4);
}

/* Nothing but white, in one bit: a small file that is large when it is decoded. */
GBytes *
ivr_test_huge_png (guint width,
                   guint height)
{
  g_autoptr(GConverter) deflate = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9));
  gsize row = 1 + (width + 7) / 8;
  g_autofree guint8 *raw = g_malloc0 (row * height);
  g_autoptr(GInputStream) source = g_memory_input_stream_new_from_data (raw, (gssize) (row * height), NULL);
  g_autoptr(GInputStream) packed = g_converter_input_stream_new (source, deflate);
  g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable ();
  GByteArray *png = g_byte_array_new ();
  guint32 header[4] = { GUINT32_TO_BE (width), GUINT32_TO_BE (height), 0, 0 };

  g_assert_cmpint (g_output_stream_splice (out, packed, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL), >, 0);
  ((guint8 *) header)[8] = 1;
  g_byte_array_append (png, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  add_chunk (png, "IHDR", (guint8 *) header, 13);
  add_chunk (png, "IDAT", g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)),
             (guint) g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)));
  add_chunk (png, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (png);
}

static GBytes *
image_of (const char *format)
{
  g_autoptr(GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 300, 200);
  guint8 *pixels = gdk_pixbuf_get_pixels (pixbuf);
  char *data;
  gsize length;
  g_autoptr(GError) error = NULL;

  for (int y = 0; y < 200; y++)
    for (int x = 0; x < 300; x++)
      {
        guint8 *p = pixels + y * gdk_pixbuf_get_rowstride (pixbuf) + x * 3;

        p[0] = (guint8) x;
        p[1] = (guint8) y;
        p[2] = (guint8) (x * y);
      }
  gdk_pixbuf_save_to_buffer (pixbuf, &data, &length, format, &error, NULL);
  g_assert_no_error (error);
  return g_bytes_new_take (data, length);
}

/* Three pages, as a fax has them: of one bit, packed. */
static GBytes *
tiff_of (void)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("corpus-XXXXXX.tif", &path, NULL);
  TIFF *tiff = TIFFFdOpen (fd, path, "w");
  char *data;
  gsize length;

  for (int page = 0; page < 3; page++)
    {
      guint8 row[25];

      TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, 200);
      TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, 100 + page);
      TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, 1);
      TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
      TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
      TIFFSetField (tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
      TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, 200);
      TIFFSetField (tiff, TIFFTAG_XRESOLUTION, 204.0);
      TIFFSetField (tiff, TIFFTAG_YRESOLUTION, 98.0);
      for (int y = 0; y < 100 + page; y++)
        {
          memset (row, y % 3 == 0 ? 0xf0 : 0x01, sizeof row);
          TIFFWriteScanline (tiff, row, (guint32) y, 0);
        }
      TIFFWriteDirectory (tiff);
    }
  TIFFClose (tiff);
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  unlink (path);
  return g_bytes_new_take (data, length);
}

static void
add (GPtrArray  *corpus,
     const char *name,
     const char *content_type,
     GBytes     *bytes,
     guint       pages)
{
  IvrTestDocument *document = g_new (IvrTestDocument, 1);

  *document = (IvrTestDocument) { name, content_type, bytes, pages };
  g_ptr_array_add (corpus, document);
}

static void
document_free (gpointer data)
{
  g_bytes_unref (((IvrTestDocument *) data)->bytes);
  g_free (data);
}

GPtrArray *
ivr_test_corpus (void)
{
  static const guint8 webp[] = {
    0x52, 0x49, 0x46, 0x46, 0x1a, 0, 0, 0, 0x57, 0x45, 0x42, 0x50, 0x56, 0x50, 0x38, 0x4c, 0x0d, 0, 0, 0, 0x2f,
    0, 0, 0, 0x10, 0x07, 0x10, 0x11, 0x11, 0x88, 0x88, 0xfe, 0x07, 0,
  };
  GPtrArray *corpus = g_ptr_array_new_with_free_func (document_free);

  add (corpus, "a PDF of one page", "application/pdf", ivr_test_pdf (1), 1);
  add (corpus, "a PDF of 300 pages", "application/pdf", ivr_test_pdf (300), 300);
  add (corpus, "a PNG", "image/png", image_of ("png"), 1);
  add (corpus, "a JPEG", "image/jpeg", image_of ("jpeg"), 1);
  add (corpus, "a fax", "image/tiff", tiff_of (), 3);
  add (corpus, "a WebP", "image/webp", g_bytes_new_static (webp, sizeof webp), 1);
  return corpus;
}

/* Cut off, bits turned over, a hole, a part twice, a part missing; the same for the same @how. */
GBytes *
ivr_test_damaged (GBytes *good,
                  guint   how)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (good, &length);
  GByteArray *bad = g_byte_array_new ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (how + 1);
  gsize at = (gsize) (g_rand_double (rand) * (double) length);
  gsize wanted = 1 + (gsize) g_rand_int_range (rand, 0, 200);
  gsize n = MIN (wanted, length - at);

  g_byte_array_append (bad, data, (guint) length);
  switch (how % 6)
    {
    case 0:
      g_byte_array_set_size (bad, (guint) MAX (at, 1));
      break;
    case 1:
      for (int i = 0; i < 20; i++)
        bad->data[(gsize) (g_rand_double (rand) * (double) length)] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
      break;
    case 2:
      memset (bad->data + at, 0, n);
      break;
    case 3:
      for (gsize i = at; i < at + n; i++)
        bad->data[i] = (guint8) g_rand_int (rand);
      break;
    case 4:
      g_byte_array_remove_range (bad, (guint) at, (guint) n);
      break;
    default:
      g_byte_array_set_size (bad, (guint) at);
      g_byte_array_append (bad, data + at / 2, (guint) (length - at / 2));
      break;
    }
  return g_byte_array_free_to_bytes (bad);
}

int
ivr_test_fd_of (GBytes *bytes)
{
  int fd = memfd_create ("document", MFD_CLOEXEC);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  while (length > 0)
    {
      gssize n = write (fd, data, length);

      g_assert_cmpint (n, >, 0);
      data += n;
      length -= (gsize) n;
    }
  return fd;
}
