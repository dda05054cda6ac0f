/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin.h"

#include "ivr-edi-document.h"
#include "ivr-edi-json.h"
#include "ivr-fhir.h"
#include "ivr-x12-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A day's file of a large payer fits; what is larger is no file of answers. */
#define MOST_BYTES (64 * 1024 * 1024)
#define PIECE (64 * 1024)

/* Reads until the end or until it is more than is read at all. Returns: NULL with errno. */
static GByteArray *
read_bytes (int fd)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();

  while (bytes->len <= MOST_BYTES)
    {
      guint have = bytes->len;
      gssize n;

      g_byte_array_set_size (bytes, have + PIECE);
      n = read (fd, bytes->data + have, PIECE);
      g_byte_array_set_size (bytes, have + (guint) MAX (n, 0));
      if (n == 0)
        break;
      if (n < 0 && errno != EINTR)
        return NULL;
    }
  return g_steal_pointer (&bytes);
}

/* JSON is UTF-8 whatever the terminal is: g_print() would put question marks into names. */
static void
say (const char *text)
{
  fputs (text, stdout);
}

/* One set after the other, so that a large document needs little more than itself. */
static gboolean
print_x12 (GBytes  *document,
           GError **error)
{
  g_autoptr(IvrX12Reader) reader = ivr_x12_reader_new (document, error);
  guint n = 0;

  if (reader == NULL)
    return FALSE;
  for (IvrEdiSet *next = ivr_x12_reader_next (reader); next != NULL; next = ivr_x12_reader_next (reader))
    {
      g_autoptr(IvrEdiSet) set = next;
      IvrJsonWriter *json = ivr_json_writer_new ();
      g_autofree char *text = NULL;

      ivr_edi_json_write (set, json);
      text = ivr_json_writer_finish (json);
      say (n == 0 ? "[\n" : ",\n");
      say (text);
      n++;
    }
  if (n == 0)
    {
      ivr_edi_error_set (error, IVR_EDI_ERROR_NO_SET);
      return FALSE;
    }
  say ("\n]\n");
  return TRUE;
}

static gboolean
print_fhir (GBytes  *document,
            GError **error)
{
  g_autoptr(IvrFhir) fhir = ivr_fhir_new (document, error);
  g_autofree char *text = NULL;
  IvrJsonWriter *json;

  if (fhir == NULL)
    return FALSE;
  json = ivr_json_writer_new ();
  ivr_json_writer_open (json, NULL, '[');
  ivr_fhir_json_write (fhir, json);
  ivr_json_writer_close (json);
  text = ivr_json_writer_finish (json);
  say (text);
  say ("\n");
  return TRUE;
}

static int
print_document (int fd)
{
  g_autoptr(GByteArray) bytes = read_bytes (fd);
  g_autoptr(GBytes) document = NULL;
  g_autoptr(GError) error = NULL;

  if (bytes == NULL)
    return ivr_admin_complain (IVR_ADMIN_WRONG, "The file cannot be read (unreadable): %s.", g_strerror (errno));
  if (bytes->len > MOST_BYTES)
    ivr_edi_error_set (&error, IVR_EDI_ERROR_TOO_LARGE);
  document = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  if (error == NULL &&
      (ivr_edi_document_is_json (document) ? print_fhir (document, &error) : print_x12 (document, &error)))
    {
      if (fflush (stdout) == 0 && !ferror (stdout))
        return IVR_ADMIN_OK;
      return ivr_admin_complain (IVR_ADMIN_WRONG, "What the answer says could not be written (unwritable): %s.",
                                 g_strerror (errno));
    }
  return ivr_admin_complain (IVR_ADMIN_WRONG, "This is no insurer's answer that can be read (%s): %s.",
                             ivr_edi_error_get_code (error), error->message);
}

/**
 * ivr_admin_read_eligibility:
 * @argc: number of arguments
 * @argv: arguments, the command's name first
 *
 * Prints what an answer of a payer says, as JSON: one object for each transaction. What it prints is
 * a patient's; what it complains about never has a value of the document in it.
 *
 * Returns: exit status; %IVR_ADMIN_WRONG with a sentence and a code when nothing can be read
 */
int
ivr_admin_read_eligibility (int    argc,
                            char **argv)
{
  struct stat about;
  int status, fd;

  if (!ivr_admin_parse (
          "FILE|-", "Reads an insurer's answer (X12 270, 271, 999, TA1, or FHIR R4) and prints what it says as JSON.",
          NULL, &argc, &argv, &status))
    return status;
  if (argc != 2 || *argv[1] == '\0')
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE,
                               "Say which file: ivr-admin read-eligibility FILE, or - for standard input.");
  if (g_str_equal (argv[1], "-"))
    return print_document (STDIN_FILENO);
  fd = open (argv[1], O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &about) != 0 || S_ISDIR (about.st_mode))
    {
      int why = fd < 0 ? errno : EISDIR;
      g_autofree char *what = ivr_admin_quote (argv[1]);

      if (fd >= 0)
        close (fd);
      return ivr_admin_complain (IVR_ADMIN_WRONG, "The file %s cannot be opened (unreadable): %s.", what,
                                 g_strerror (why));
    }
  status = print_document (fd);
  close (fd);
  return status;
}
