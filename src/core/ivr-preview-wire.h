/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a viewer and the program that decodes documents for it say to each other, over pipes between two processes of one
 * computer: a request, then its answer, one after the other. Neither believes a length that the other says. */

#define IVR_PREVIEW_MAGIC 0x31767669u      /* "ivv1" */
#define IVR_PREVIEW_DOCUMENT_FD 3          /* the document, as a file that can be mapped */
#define IVR_PREVIEW_MOST_PIXELS (24 * 1024 * 1024)
#define IVR_PREVIEW_MOST_WIDTH 8000
#define IVR_PREVIEW_MOST_TEXT (4 * 1024 * 1024)
#define IVR_PREVIEW_MOST_NEEDLE 512
#define IVR_PREVIEW_MOST_PAGES 100000
#define IVR_PREVIEW_MOST_FOUND 2000

/**
 * IvrPreviewOp:
 * @IVR_PREVIEW_OPEN: answer: a pages
 * @IVR_PREVIEW_SIZE: of a page; answer: a × b hundredths of a point
 * @IVR_PREVIEW_RENDER: a page at a width in pixels; answer: a × b pixels, c bytes a row, as cairo's ARGB32
 * @IVR_PREVIEW_TEXT: of a page; answer: UTF-8
 * @IVR_PREVIEW_FIND: a text on a page; answer: a rectangles, each four doubles from 0 to 1: left, top, right, bottom
 */
typedef enum {
  IVR_PREVIEW_OPEN = 1,
  IVR_PREVIEW_SIZE,
  IVR_PREVIEW_RENDER,
  IVR_PREVIEW_TEXT,
  IVR_PREVIEW_FIND,
} IvrPreviewOp;

/**
 * IvrPreviewCode:
 * @IVR_PREVIEW_FINE: what was asked for follows
 * @IVR_PREVIEW_UNREADABLE: the document is damaged, or is not what it was said to be
 * @IVR_PREVIEW_ENCRYPTED: it needs a password
 * @IVR_PREVIEW_TOO_LARGE: more pixels than are decoded here
 * @IVR_PREVIEW_NO_PAGE: it has no such page
 * @IVR_PREVIEW_NONSENSE: the request is none
 */
typedef enum {
  IVR_PREVIEW_FINE,
  IVR_PREVIEW_UNREADABLE,
  IVR_PREVIEW_ENCRYPTED,
  IVR_PREVIEW_TOO_LARGE,
  IVR_PREVIEW_NO_PAGE,
  IVR_PREVIEW_NONSENSE,
} IvrPreviewCode;

typedef struct
{
  guint32 magic;
  guint32 op;
  guint32 id;
  guint32 page;
  guint32 width;
  guint32 length;     /* bytes that follow */
} IvrPreviewRequest;

typedef struct
{
  guint32 magic;
  guint32 id;
  guint32 code;
  guint32 a;
  guint32 b;
  guint32 c;
  guint64 length;     /* bytes that follow */
} IvrPreviewAnswer;

G_END_DECLS
