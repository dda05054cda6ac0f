/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document-title.h"

#include <glib/gi18n.h>

/**
 * ivr_document_title:
 * @title: what somebody called a document, or what the server called it for want of that
 * @kind_label: the server's word for its kind
 *
 * Returns: (transfer none): @title for people: in their language when it is the word for its kind
 */
const char *
ivr_document_title (const char *title,
                    const char *kind_label)
{
  return g_strcmp0 (title, kind_label) == 0 && title[0] != '\0' ? _(title) : title;
}

/**
 * ivr_document_title_of:
 * @document: a document
 *
 * Returns: (transfer none): its title for people, see ivr_document_title()
 */
const char *
ivr_document_title_of (IvrDocument *document)
{
  return ivr_document_title (ivr_document_get_title (document), ivr_document_get_kind_label (document));
}
