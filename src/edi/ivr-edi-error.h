/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrEdiError:
 * @IVR_EDI_ERROR_EMPTY: there is nothing, or nothing but blanks.
 * @IVR_EDI_ERROR_NO_ISA: neither X12 nor JSON: a web page, a text, the middle of a message.
 * @IVR_EDI_ERROR_ISA_SHORT: the first segment ends before its sixteen elements.
 * @IVR_EDI_ERROR_DELIMITERS: the delimiters that the first segment declares cannot be told apart.
 * @IVR_EDI_ERROR_NO_SET: an envelope with no transaction in it.
 * @IVR_EDI_ERROR_JSON: not JSON.
 * @IVR_EDI_ERROR_JSON_DEPTH: JSON nested deeper than any answer is.
 * @IVR_EDI_ERROR_NOT_FHIR: JSON, but no resource of FHIR.
 * @IVR_EDI_ERROR_TOO_LARGE: more bytes than are read at all.
 * @IVR_EDI_ERROR_TOO_MANY: more parts than are read at all.
 *
 * The few cases in which nothing can be read. Everything else is read, with warnings. No message
 * of this domain has a value of the document in it; none is translated, because each is for whoever
 * operates the line to the payer.
 */
typedef enum {
  IVR_EDI_ERROR_EMPTY,
  IVR_EDI_ERROR_NO_ISA,
  IVR_EDI_ERROR_ISA_SHORT,
  IVR_EDI_ERROR_DELIMITERS,
  IVR_EDI_ERROR_NO_SET,
  IVR_EDI_ERROR_JSON,
  IVR_EDI_ERROR_JSON_DEPTH,
  IVR_EDI_ERROR_NOT_FHIR,
  IVR_EDI_ERROR_TOO_LARGE,
  IVR_EDI_ERROR_TOO_MANY,
} IvrEdiError;

#define IVR_EDI_ERROR (ivr_edi_error_quark ())
GQuark      ivr_edi_error_quark    (void);
const char *ivr_edi_error_get_code (const GError *error);
void        ivr_edi_error_set      (GError      **error,
                                    IvrEdiError   code);

G_END_DECLS
