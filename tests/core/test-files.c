/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file is, by its content; what it may be called; what it probably is. */
#include "ivr-content-type.h"
#include "ivr-error.h"
#include "ivr-file-name.h"

#include <string.h>

#define HEAD(text) text, sizeof text - 1

static void
test_sniff (void)
{
  static const struct
  {
    const char *head;
    gsize length;
    const char *content_type;
  } files[] = {
    { HEAD ("%PDF-1.7\n"), "application/pdf" },
    { HEAD ("\xef\xbb\xbf\n%PDF-1.4"), "application/pdf" },
    { HEAD ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "image/png" },
    { HEAD ("\x89PNG\r\n\x1a"), "text/plain" },
    { HEAD ("\xff\xd8\xff\xe0\0\x10JFIF"), "image/jpeg" },
    { HEAD ("II*\0\x08\0\0\0"), "image/tiff" },
    { HEAD ("MM\0*\0\0\0\x08"), "image/tiff" },
    { HEAD ("RIFF\x24\0\0\0WEBPVP8 "), "image/webp" },
    { HEAD ("RIFF\x24\0\0\0WAVEfmt "), NULL },
    { HEAD ("Dear colleague,\r\n\r\n"), "text/plain" },
    { HEAD ("a"), "text/plain" },
    { HEAD ("\0"), NULL },
    { HEAD (""), NULL },
    { HEAD ("<html><script>"), "text/plain" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    g_assert_cmpstr (ivr_content_type_sniff (files[i].head, files[i].length), ==, files[i].content_type);
  g_assert_cmpstr (ivr_content_type_extension ("image/jpeg"), ==, "jpg");
  g_assert_cmpstr (ivr_content_type_extension ("application/x-msdownload"), ==, "bin");
  g_assert_cmpstr (ivr_content_type_extension (NULL), ==, "bin");
}

/* What is refused is refused with what to do instead. */
static void
test_refused (void)
{
  static const struct
  {
    const char *head;
    gsize length;
    const char *about;
  } files[] = {
    { HEAD (""), "empty" },
    { HEAD ("PK\3\4\x14\0\6\0"), "Office" },
    { HEAD ("PK\3\4abcdefgh"), "Office" },
    { HEAD ("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"), "Office" },
    { HEAD ("MZ\x90\0\3\0"), "program" },
    { HEAD ("\x7f" "ELF\2\1\1\0"), "program" },
    { HEAD ("GIF89a\1\0"), "GIF" },
    { HEAD ("BM\x36\0\0\0"), "BMP" },
    { HEAD ("\0\0\0\x18" "ftypheic"), "HEIC" },
    { HEAD ("\1\2\3\0"), "kind of file" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (ivr_content_type_check (files[i].head, files[i].length, &error));
      g_assert_error (error, IVR_ERROR, IVR_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, files[i].about));
    }
  {
    /* A text that begins with the letters of a program, or a PDF behind those of an archive, is none. */
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr (ivr_content_type_check (HEAD ("MZ, my dear friend"), &error), ==, "text/plain");
    g_assert_cmpstr (ivr_content_type_check (HEAD ("PK\3\4\n%PDF-1.4"), &error), ==, "application/pdf");
    g_assert_no_error (error);
  }
}

static gboolean
is_encrypted (const char *text,
              gsize       step)
{
  IvrPdfScan scan = { 0 };
  gsize length = strlen (text);

  for (gsize at = 0; at < length; at += step)
    ivr_pdf_scan_feed (&scan, text + at, MIN (step, length - at));
  return scan.encrypted;
}

/* Wherever the word is cut by the pieces. */
static void
test_encrypted (void)
{
  g_autofree char *padding = g_strnfill (500, 'x');
  g_autofree char *reference = g_strdup_printf ("%%PDF-1.5\n%strailer << /Size 9 /Encrypt 8 0 R /Root 1 0 R >>%s", padding, padding);
  g_autofree char *dictionary = g_strdup_printf ("%s<< /Encrypt\r\n<< /Filter /Standard", padding);
  g_autofree char *other = g_strdup_printf ("%s<< /EncryptMetadata false /Encryption 3 /Encrypt /Nothing (/Encrypt) >>%s", padding, padding);
  gsize steps[] = { 1, 2, 3, 7, 8, 9, 63, 64, 65, 100, 127, 128, 129, 1000, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_assert_true (is_encrypted (reference, steps[i]));
      g_assert_true (is_encrypted (dictionary, steps[i]));
      g_assert_false (is_encrypted (other, steps[i]));
      g_assert_false (is_encrypted ("", steps[i]));
    }
}

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    const char *clean;
  } names[] = {
    { "notes.pdf", "notes.pdf" },
    { "Ärztlicher Brief (2).pdf", "Ärztlicher Brief (2).pdf" },
    { "../../etc/passwd", "_.._etc_passwd" },
    { "C:\\Users\\x\\scan.tif", "C:_Users_x_scan.tif" },
    { "a\nb\r\tc.pdf", "a_b__c.pdf" },
    { "invoice\u202efdp.exe", "invoicefdp.exe" },
    { "\u200e\u2066x\u2069.pdf", "x.pdf" },
    { "bad\xff\xfe.pdf", "bad\ufffd\ufffd.pdf" },
    { ".hidden.pdf", "hidden.pdf" },
    { "  spaced .pdf  ", "spaced .pdf" },
    { "dots...", "dots" },
    { "..", "document" },
    { "", "document" },
    { "\x7f", "_" },
    { NULL, "document" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *clean = ivr_file_name_clean (names[i].name);

      g_assert_cmpstr (clean, ==, names[i].clean);
    }
}

static void
test_long_names (void)
{
  for (gsize n = 240; n < 270; n++)
    {
      g_autofree char *filler = g_strnfill (n, 'n');
      g_autofree char *plain = g_strconcat (filler, ".pdf", NULL);
      g_autofree char *wide = g_strconcat ("€", filler, "€€€€.jpeg", NULL);
      g_autofree char *dotted = g_strconcat ("a.", filler, NULL);
      const char *all[] = { plain, wide, dotted };

      for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
        {
          g_autofree char *clean = ivr_file_name_clean (all[i]);

          g_assert_cmpint (strlen (clean), <=, 255);
          g_assert_true (g_utf8_validate (clean, -1, NULL));
          g_assert_cmpint (strlen (clean), >=, MIN (strlen (all[i]), 252));
          if (i < 2)
            g_assert_true (g_str_has_suffix (clean, i == 0 ? ".pdf" : ".jpeg"));
        }
    }
}

static void
test_guesses (void)
{
  static const struct
  {
    const char *name;
    const char *content_type;
    const char *type;
  } names[] = {
    { "Insurance Card BACK.jpg", "image/jpeg", "insurance_card_back" },
    { "card_front.png", "image/png", "insurance_card_front" },
    { "ins card.pdf", NULL, "insurance_card_front" },
    { "FaceSheet.pdf", "application/pdf", "face_sheet" },
    { "patient face sheet 3.pdf", "application/pdf", "face_sheet" },
    { "progress notes wk1-4.pdf", "application/pdf", "chart_notes" },
    { "op note.pdf", "application/pdf", "operative_note" },
    { "ABI results.pdf", "application/pdf", "vascular_study" },
    { "habits.pdf", "application/pdf", "other" },
    { "wound.jpg", "image/jpeg", "wound_photo" },
    { "wound.pdf", "application/pdf", "other" },
    { "LMN signed.pdf", "application/pdf", "letter" },
    { "scan0001.pdf", "application/pdf", "other" },
    { "", NULL, "other" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_test_message ("%s", names[i].name);
      g_assert_cmpstr (ivr_file_name_guess_type (names[i].name, names[i].content_type), ==, names[i].type);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/sniff", test_sniff);
  g_test_add_func ("/files/refused", test_refused);
  g_test_add_func ("/files/encrypted", test_encrypted);
  g_test_add_func ("/files/names", test_names);
  g_test_add_func ("/files/long-names", test_long_names);
  g_test_add_func ("/files/guesses", test_guesses);
  return g_test_run ();
}
