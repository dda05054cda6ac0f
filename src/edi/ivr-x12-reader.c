/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-x12-reader.h"

#include "ivr-x12-text.h"

#include <string.h>

#define ISA_ELEMENTS 17

struct _IvrX12Reader
{
  GBytes *document;
  char *unwrapped;
  IvrX12Text text;
  gboolean is_unread;       /* the present segment is still to be read */
  IvrX12Segment isa;
  IvrX12Segment gs;
  gboolean has_isa;
  gboolean has_gs;
  guint n_interchanges;
  guint n_groups;           /* in this interchange */
  guint n_all_groups;
  guint n_sets;             /* in this group */
  IvrX12Flags told;         /* what the sets were already warned of */
  IvrEdiSet *waiting;       /* holds warnings until there is a set to have them */
};

/**
 * ivr_x12_reader_new:
 * @document: what was received
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a reader at the first interchange, or %NULL with %IVR_EDI_ERROR
 */
IvrX12Reader *
ivr_x12_reader_new (GBytes  *document,
                    GError **error)
{
  g_autoptr(IvrX12Reader) self = g_new0 (IvrX12Reader, 1);
  gsize length;
  const char *bytes = g_bytes_get_data (document, &length);

  self->document = g_bytes_ref (document);
  if (!ivr_x12_init (&self->text.x12, bytes != NULL ? bytes : "", length, error))
    return NULL;
  if (self->text.x12.flags & IVR_X12_WRAPPED)
    {
      IvrX12Flags flags = self->text.x12.flags & (IVR_X12_WRAPPED | IVR_X12_BOM);

      self->unwrapped = ivr_x12_dup_unwrapped (bytes, &length);
      if (!ivr_x12_init (&self->text.x12, self->unwrapped, length, error))
        return NULL;
      self->text.x12.flags |= flags;
    }
  return g_steal_pointer (&self);
}

/**
 * ivr_x12_reader_free:
 * @self: (nullable): a reader
 */
void
ivr_x12_reader_free (IvrX12Reader *self)
{
  if (self == NULL)
    return;
  ivr_edi_set_free (self->waiting);
  g_bytes_unref (self->document);
  g_free (self->unwrapped);
  g_free (self);
}

static gboolean
read_segment (IvrX12Reader *self)
{
  if (self->is_unread)
    {
      self->is_unread = FALSE;
      return TRUE;
    }
  return ivr_x12_next (&self->text.x12, &self->text.segment);
}

static gboolean
is_segment (IvrX12Reader *self,
            const char   *name)
{
  return ivr_x12_is (&self->text.x12, &self->text.segment, name);
}

static void
warn (IvrX12Reader      *self,
      IvrEdiSet         *set,
      IvrEdiWarningCode  code,
      guint              element)
{
  if (set == NULL && self->waiting == NULL)
    self->waiting = ivr_edi_set_new (self->document, 0);
  ivr_edi_set_warn (set != NULL ? set : self->waiting, code, self->text.segment.index, element,
                    self->text.segment.offset);
}

/* What the tokenizer noticed since the last set. */
static void
warn_of_flags (IvrX12Reader *self,
               IvrEdiSet    *set)
{
  static const struct
  {
    IvrX12Flags flag;
    IvrEdiWarningCode code;
  } rows[] = {
    { IVR_X12_LEADING, IVR_EDI_WARNING_LEADING_TEXT }, { IVR_X12_WRAPPED, IVR_EDI_WARNING_WRAPPED },
    { IVR_X12_DAMAGED, IVR_EDI_WARNING_ISA_DAMAGED }, { IVR_X12_BLANKS, IVR_EDI_WARNING_ISA_BLANKS },
    { IVR_X12_NO_COMPONENT, IVR_EDI_WARNING_ISA_NO_COMPONENT }, { IVR_X12_CLASH, IVR_EDI_WARNING_DELIMITERS_CLASH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((self->text.x12.flags & rows[i].flag) && !(self->told & rows[i].flag))
      ivr_edi_set_warn (set, rows[i].code, self->isa.index, 0, self->isa.offset);
  self->told = self->text.x12.flags;
}

static void
open_interchange (IvrX12Reader *self)
{
  self->isa = self->text.segment;
  self->has_isa = TRUE;
  self->has_gs = FALSE;
  self->n_interchanges++;
  self->n_groups = 0;
  self->n_sets = 0;
}

static void
open_group (IvrX12Reader *self)
{
  self->gs = self->text.segment;
  self->has_gs = TRUE;
  self->n_groups++;
  self->n_all_groups++;
  self->n_sets = 0;
}

static void
close_group (IvrX12Reader *self,
             IvrEdiSet    *set)
{
  if (!self->has_gs)
    warn (self, set, IVR_EDI_WARNING_OUTSIDE, 0);
  else
    {
      if (ivr_x12_text_count (&self->text, 1) != self->n_sets)
        warn (self, set, IVR_EDI_WARNING_GE01, 1);
      if (!ivr_x12_text_equal (&self->text, &self->gs, 6, &self->text.segment, 2))
        warn (self, set, IVR_EDI_WARNING_GE02, 2);
    }
  self->has_gs = FALSE;
}

static void
close_interchange (IvrX12Reader *self,
                   IvrEdiSet    *set)
{
  if (self->has_gs)
    warn (self, set, IVR_EDI_WARNING_NO_GE, 0);
  if (!self->has_isa)
    warn (self, set, IVR_EDI_WARNING_OUTSIDE, 0);
  else
    {
      if (ivr_x12_text_count (&self->text, 1) != self->n_groups)
        warn (self, set, IVR_EDI_WARNING_IEA01, 1);
      if (!ivr_x12_text_equal (&self->text, &self->isa, 13, &self->text.segment, 2))
        warn (self, set, IVR_EDI_WARNING_IEA02, 2);
    }
  if (!self->text.segment.terminated)
    warn (self, set, IVR_EDI_WARNING_NO_TERMINATOR, 0);
  if (self->has_isa)
    ivr_x12_skip_to_isa (&self->text.x12);
  self->has_isa = FALSE;
  self->has_gs = FALSE;
}

/* What closes group and interchange directly behind a set is told with that set. */
static void
close_behind (IvrX12Reader *self,
              IvrEdiSet    *set)
{
  while (read_segment (self))
    {
      if (is_segment (self, "GE"))
        close_group (self, set);
      else if (is_segment (self, "IEA"))
        close_interchange (self, set);
      else
        {
          if (self->has_gs && is_segment (self, "GS"))
            warn (self, set, IVR_EDI_WARNING_NO_GE, 0);
          if (self->has_isa && is_segment (self, "ISA"))
            warn (self, set, IVR_EDI_WARNING_NO_IEA, 0);
          self->is_unread = TRUE;
          return;
        }
      if (!self->has_isa)
        return;
    }
  if (self->has_gs)
    warn (self, set, IVR_EDI_WARNING_NO_GE, 0);
  if (self->has_isa)
    warn (self, set, IVR_EDI_WARNING_NO_IEA, 0);
  self->has_gs = self->has_isa = FALSE;
}

static void
describe_envelope (IvrX12Reader *self,
                   IvrEdiSet    *set)
{
  IvrEdiEnvelope *envelope = &set->envelope;
  const IvrX12Delimiters *d = &self->text.x12.delimiters;
  IvrX12Flags flags = self->text.x12.flags;

  envelope->isa11 = ivr_x12_text_copy (&self->text, &self->isa, 11, set);
  envelope->isa12 = ivr_x12_text_copy (&self->text, &self->isa, 12, set);
  envelope->isa13 = ivr_x12_text_copy (&self->text, &self->isa, 13, set);
  envelope->isa15 = ivr_x12_text_copy (&self->text, &self->isa, 15, set);
  if (self->has_gs)
    {
      envelope->gs01 = ivr_x12_text_copy (&self->text, &self->gs, 1, set);
      envelope->gs06 = ivr_x12_text_copy (&self->text, &self->gs, 6, set);
      envelope->gs08 = ivr_x12_text_copy (&self->text, &self->gs, 8, set);
    }
  envelope->element = d->element;
  envelope->repetition = d->repetition;
  envelope->component = d->component;
  envelope->terminator = d->terminator;
  envelope->has_bom = (flags & IVR_X12_BOM) != 0;
  envelope->is_indented = (flags & IVR_X12_INDENTED) != 0;
  envelope->line_breaks = (flags & IVR_X12_CR)   ? ((flags & IVR_X12_LF) ? "crlf" : "cr")
                          : (flags & IVR_X12_LF) ? "lf"
                                                 : "none";
  envelope->interchange = self->n_interchanges;
  envelope->group = self->n_all_groups;
}

static IvrEdiSet *
new_set (IvrX12Reader *self)
{
  gboolean is_wrapped = self->unwrapped != NULL;
  IvrEdiSet *set = ivr_edi_set_new (self->document, is_wrapped ? 0 : self->text.segment.offset);

  self->text.told_latin = self->text.told_controls = FALSE;
  if (self->waiting != NULL)
    {
      set->warnings = g_steal_pointer (&self->waiting->warnings);
      g_clear_pointer (&self->waiting, ivr_edi_set_free);
    }
  set->length = is_wrapped ? g_bytes_get_size (self->document) : 0;
  return set;
}

static void
set_length (IvrX12Reader *self,
            IvrEdiSet    *set,
            guint32       end)
{
  if (self->unwrapped == NULL)
    set->length = end - set->offset;
}

static void
check_versions (IvrX12Reader *self,
                IvrEdiSet    *set)
{
  static const struct
  {
    IvrEdiKind kind;
    const char *group;
  } rows[] = { { IVR_EDI_270, "HS" }, { IVR_EDI_271, "HB" }, { IVR_EDI_999, "FA" } };
  const IvrEdiEnvelope *envelope = &set->envelope;
  gboolean has_version = envelope->gs08 != NULL && g_str_has_prefix (envelope->gs08, "00");

  if (!self->has_gs)
    {
      warn (self, set, IVR_EDI_WARNING_NO_GS, 0);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (set->kind == rows[i].kind && g_strcmp0 (envelope->gs01, rows[i].group) != 0)
      ivr_edi_set_warn (set, IVR_EDI_WARNING_GS01, self->gs.index, 1, self->gs.offset);
  if (!has_version)
    ivr_edi_set_warn (set, IVR_EDI_WARNING_GS08, self->gs.index, 8, self->gs.offset);
  if (set->version == NULL && (!has_version || strncmp (envelope->gs08, "005", 3) >= 0))
    warn (self, set, IVR_EDI_WARNING_ST03, 3);
  if (set->version != NULL && has_version && !g_str_equal (set->version, envelope->gs08))
    warn (self, set, IVR_EDI_WARNING_GS08_ST03, 3);
}

typedef struct
{
  const char *name;
  IvrEdiKind kind;
  gpointer (*begin) (IvrX12Text *text,
                     IvrEdiSet  *set);
  void (*segment) (gpointer state);
  void (*end) (gpointer state);
} Kind;

static const Kind kinds[] = {
  { "271", IVR_EDI_271, ivr_x12_eligibility_new, ivr_x12_eligibility_segment, ivr_x12_eligibility_end },
  { "270", IVR_EDI_270, ivr_x12_eligibility_new, ivr_x12_eligibility_segment, ivr_x12_eligibility_end },
  { "999", IVR_EDI_999, ivr_x12_ack_new, ivr_x12_ack_segment, ivr_x12_ack_end },
  { "997", IVR_EDI_999, ivr_x12_ack_new, ivr_x12_ack_segment, ivr_x12_ack_end },
};

static const Kind *
begin_set (IvrX12Reader *self,
           IvrEdiSet    *set)
{
  const Kind *kind = NULL;

  set->name = ivr_x12_text_get (&self->text, set, 1);
  set->control = ivr_x12_text_get (&self->text, set, 2);
  set->version = ivr_x12_text_get (&self->text, set, 3);
  for (gsize i = 0; kind == NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (set->name, kinds[i].name) == 0)
      kind = &kinds[i];
  if (kind != NULL)
    set->kind = kind->kind;
  else
    warn (self, set, IVR_EDI_WARNING_SET_UNKNOWN, 1);
  describe_envelope (self, set);
  check_versions (self, set);
  return kind;
}

/* Whether this segment cannot be inside of a set. */
static gboolean
is_outer (IvrX12Reader *self)
{
  guint32 name = self->text.segment.name;

  return name == ivr_x12_pack ("ST") || name == ivr_x12_pack ("GE") || name == ivr_x12_pack ("IEA") ||
         name == ivr_x12_pack ("GS") || name == ivr_x12_pack ("ISA") || name == ivr_x12_pack ("TA1");
}

static void
check_end (IvrX12Reader        *self,
           IvrEdiSet           *set,
           const IvrX12Segment *st,
           guint32              n_segments)
{
  set->is_complete = TRUE;
  if (ivr_x12_text_count (&self->text, 1) != n_segments)
    warn (self, set, IVR_EDI_WARNING_SE01, 1);
  if (!ivr_x12_text_equal (&self->text, st, 2, &self->text.segment, 2))
    warn (self, set, IVR_EDI_WARNING_SE02, 2);
}

/* From ST to SE, or to where SE should have been. */
static IvrEdiSet *
read_set (IvrX12Reader *self)
{
  IvrEdiSet *set = new_set (self);
  IvrX12Segment st = self->text.segment;
  const Kind *kind = begin_set (self, set);
  gpointer state = kind != NULL ? kind->begin (&self->text, set) : NULL;
  guint32 n_segments = 1;
  guint32 end = st.offset + st.length;

  self->n_sets++;
  while (read_segment (self))
    {
      if (is_outer (self))
        {
          self->is_unread = TRUE;
          break;
        }
      n_segments++;
      end = self->text.segment.offset + self->text.segment.length + 1;
      if (is_segment (self, "SE"))
        {
          check_end (self, set, &st, n_segments);
          break;
        }
      if (!self->text.segment.terminated)
        {
          /* "2983.5" may have been going to be "2983.57". */
          warn (self, set, IVR_EDI_WARNING_TRUNCATED, 0);
          break;
        }
      if (self->text.segment.n_beyond > 0)
        warn (self, set, IVR_EDI_WARNING_ELEMENTS, IVR_X12_ELEMENTS_MAX);
      if (kind != NULL)
        kind->segment (state);
    }
  if (kind != NULL)
    kind->end (state);
  if (!set->is_complete)
    warn (self, set, IVR_EDI_WARNING_NO_SE, 0);
  else if (set->is_full)
    set->is_complete = FALSE;
  set_length (self, set, MIN (end, self->text.x12.length));
  /* Only now is it known how the lines end. */
  set->envelope.is_indented = (self->text.x12.flags & IVR_X12_INDENTED) != 0;
  close_behind (self, set);
  warn_of_flags (self, set);
  return set;
}

static IvrEdiSet *
read_interchange_acks (IvrX12Reader *self)
{
  IvrEdiSet *set = new_set (self);
  guint32 end;

  set->kind = IVR_EDI_TA1;
  set->name = "TA1";
  describe_envelope (self, set);
  do
    {
      end = self->text.segment.offset + self->text.segment.length + 1;
      set->is_complete = self->text.segment.terminated;
      if (set->is_complete)
        ivr_x12_ack_interchange (&self->text, set);
      else
        warn (self, set, IVR_EDI_WARNING_TRUNCATED, 0);
      if (!read_segment (self))
        break;
      self->is_unread = TRUE;
    }
  while (is_segment (self, "TA1") && read_segment (self));
  set_length (self, set, MIN (end, self->text.x12.length));
  close_behind (self, set);
  warn_of_flags (self, set);
  return set;
}

/**
 * ivr_x12_reader_next:
 * @self: a reader
 *
 * Returns: (transfer full) (nullable): the next transaction set, or what an interchange acknowledges
 *   (TA1); %NULL at the end
 */
IvrEdiSet *
ivr_x12_reader_next (IvrX12Reader *self)
{
  while (read_segment (self))
    {
      if (is_segment (self, "ST") && self->text.segment.terminated)
        return read_set (self);
      if (is_segment (self, "TA1"))
        return read_interchange_acks (self);
      if (is_segment (self, "ISA") && self->text.segment.n_elements == ISA_ELEMENTS)
        open_interchange (self);
      else if (is_segment (self, "GS"))
        open_group (self);
      else if (is_segment (self, "GE"))
        close_group (self, NULL);
      else if (is_segment (self, "IEA"))
        close_interchange (self, NULL);
      else
        warn (self, NULL, IVR_EDI_WARNING_OUTSIDE, 0);
    }
  return NULL;
}
