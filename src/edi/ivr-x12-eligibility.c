/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-value.h"
#include "ivr-x12-text.h"

#include <string.h>

/* How far back the level is searched for that HL02 names: a subscriber stands right before the
 * dependents, and no document makes the search long. */
#define LEVELS_BACK 64
/* No transaction is about more people, and none makes us keep more. */
#define PARTIES_MAX 200000

typedef struct
{
  const char *hl;
  guint32 party;
  gboolean is_leaf;
} Level;

/* What a segment is read by: the present level and the present benefit, not the order of the guide. */
typedef struct
{
  IvrX12Text *text;
  IvrEdiSet *set;
  GArray *levels;       /* Level */
  guint32 party;        /* index and 1 */
  guint32 benefit;      /* number of the EB, from 1 */
  guint32 related;      /* index and 1 */
  guint32 subscriber;   /* the last; index and 1 */
  gboolean has_hl;
} Reading;

/* The element of the present segment, kept. */
static const char *
get (Reading *self,
     guint    n)
{
  return ivr_x12_text_get (self->text, self->set, n);
}

static void
warn (Reading           *self,
      IvrEdiWarningCode  code,
      guint              element)
{
  const IvrX12Segment *segment = &self->text->segment;

  ivr_edi_set_warn (self->set, code, segment->index, element, segment->offset);
}

static IvrEdiParty *
party_at (Reading *self,
          guint32  index)
{
  return index > 0 ? ivr_edi_at (self->set->parties, IvrEdiParty, index - 1) : NULL;
}

/* Whom N3, N4 and PER speak about: who was named beside the benefit, else whose level it is. */
static IvrEdiParty *
spoken_of (Reading *self)
{
  return party_at (self, self->related != 0 ? self->related : self->benefit != 0 ? 0 : self->party);
}

static IvrEdiParty *
add_party (Reading    *self,
           IvrEdiRole  role)
{
  IvrEdiParty *party = ivr_edi_set_add (self->set, parties, IvrEdiParty);

  party->role = role;
  party->segment = self->text->segment.index;
  party->level = self->set->n_levels;
  party->first_reference = ivr_edi_n (self->set->references);
  if (role == IVR_EDI_SUBSCRIBER)
    self->subscriber = ivr_edi_set_index_of (self->set, party);
  return party;
}

/* The level with that number, nearest first: numbers are given twice, and again in each set. */
static Level *
find_level (Reading    *self,
            const char *hl)
{
  for (guint i = self->levels->len; hl != NULL && i > 0 && i + LEVELS_BACK > self->levels->len; i--)
    {
      Level *level = &g_array_index (self->levels, Level, i - 1);

      if (level->hl != NULL && g_str_equal (level->hl, hl))
        return level;
    }
  return NULL;
}

static void
read_hl (Reading *self)
{
  IvrEdiSet *set = self->set;
  const char *hl = get (self, 1);
  const char *of = get (self, 2);
  Level *parent = find_level (self, of);
  Level level = { hl, 0, ivr_x12_text_is (self->text, 4, "0") };
  const char *code = get (self, 3);
  IvrEdiParty *party = NULL;

  set->n_levels++;
  self->has_hl = TRUE;
  self->benefit = self->related = self->party = 0;
  if (hl == NULL)
    warn (self, IVR_EDI_WARNING_HL01_EMPTY, 1);
  else if (find_level (self, hl) != NULL)
    warn (self, IVR_EDI_WARNING_HL01_TWICE, 1);
  if (of != NULL && parent == NULL)
    warn (self, IVR_EDI_WARNING_HL02_UNKNOWN, 2);
  if (parent != NULL && parent->is_leaf)
    warn (self, IVR_EDI_WARNING_HL04, 4);
  if (code != NULL && strlen (code) == 2 && code[0] == '2' && code[1] >= '0' && code[1] <= '3')
    {
      guint32 subscriber = parent != NULL ? parent->party : 0;

      if (code[1] == '3' && (subscriber == 0 || party_at (self, subscriber)->role != IVR_EDI_SUBSCRIBER))
        subscriber = self->subscriber;
      party = add_party (self, (IvrEdiRole) (code[1] - '0'));
      party->hl = hl;
      if (code[1] == '3')
        party->parent = subscriber;
      self->party = ivr_edi_set_index_of (set, party);
    }
  else
    warn (self, IVR_EDI_WARNING_HL03_UNKNOWN, 3);
  level.party = self->party;
  g_array_append_val (self->levels, level);
}

/* The role of somebody whose level is not known, from what NM101 calls them. */
static IvrEdiRole
role_of (const char *entity)
{
  static const char * const payers[] = { "PR", "2B", "36", "GP", "P5", NULL };
  static const char * const dependents[] = { "03", "QC", NULL };

  if (entity != NULL && g_strv_contains (payers, entity))
    return IVR_EDI_PAYER;
  if (entity != NULL && g_strv_contains (dependents, entity))
    return IVR_EDI_DEPENDENT;
  return g_strcmp0 (entity, "IL") == 0 ? IVR_EDI_SUBSCRIBER : IVR_EDI_PROVIDER;
}

static void
read_nm1 (Reading *self)
{
  const char *entity = get (self, 1);
  IvrEdiParty *party = party_at (self, self->party);

  if (self->benefit != 0 || (party != NULL && party->is_named))
    {
      party = add_party (self, IVR_EDI_RELATED);
      party->benefit = self->benefit;
      party->parent = self->party;
      self->related = ivr_edi_set_index_of (self->set, party);
    }
  else if (party == NULL)
    {
      guint32 subscriber = self->subscriber;
      IvrEdiRole role = role_of (entity);

      party = add_party (self, role);
      if (role == IVR_EDI_DEPENDENT)
        party->parent = subscriber;
      self->party = ivr_edi_set_index_of (self->set, party);
    }
  party->is_named = TRUE;
  party->entity = entity;
  party->last = get (self, 3);
  party->first = get (self, 4);
  party->middle = get (self, 5);
  party->suffix = get (self, 7);
  party->qualifier = get (self, 8);
  party->id = get (self, 9);
}

static void
read_address (Reading *self,
              gboolean is_city)
{
  IvrEdiParty *party = spoken_of (self);

  if (party == NULL)
    return;
  if (is_city)
    {
      party->city = get (self, 1);
      party->state = get (self, 2);
      party->zip = get (self, 3);
      party->country = get (self, 4);
    }
  else
    {
      party->address[0] = get (self, 1);
      party->address[1] = get (self, 2);
    }
}

static void
read_per (Reading *self)
{
  const char *name = get (self, 2);

  for (guint i = 3; i <= 7; i += 2)
    {
      const char *kind = get (self, i);
      const char *value = get (self, i + 1);
      IvrEdiContact *contact;

      if (value == NULL && (i > 3 || name == NULL))
        continue;
      contact = ivr_edi_set_add (self->set, contacts, IvrEdiContact);
      contact->party = self->party;
      contact->related = self->related;
      contact->name = name;
      contact->kind = kind;
      contact->value = value;
    }
}

static void
read_ref (Reading *self)
{
  IvrEdiReference *ref = ivr_edi_set_add (self->set, references, IvrEdiReference);

  ref->party = self->party;
  ref->benefit = self->benefit;
  ref->qualifier = get (self, 1);
  ref->id = get (self, 2);
  ref->text = get (self, 3);
}

static const char *
keep_date (Reading    *self,
           const char *text,
           gsize       length)
{
  char iso[IVR_EDI_DATE_SIZE];

  return ivr_edi_value_to_iso (text, length, iso) ? ivr_edi_set_text (self->set, iso) : NULL;
}

/* Reads a day or a range, whichever is written, and warns when it is not the one that was declared. */
static void
read_date_into (Reading    *self,
                IvrEdiDate *date,
                guint       element)
{
  const char *dash = date->raw != NULL ? strchr (date->raw, '-') : NULL;
  gboolean says_range = g_strcmp0 (date->format, "RD8") == 0 || g_strcmp0 (date->format, "RDT") == 0;

  if (date->raw == NULL)
    {
      warn (self, IVR_EDI_WARNING_DATE, element);
      return;
    }
  if (dash != NULL)
    {
      date->from = keep_date (self, date->raw, (gsize) (dash - date->raw));
      date->to = keep_date (self, dash + 1, strlen (dash + 1));
      if (date->from == NULL || date->to == NULL)
        date->from = date->to = NULL;
    }
  else
    date->from = keep_date (self, date->raw, strlen (date->raw));
  if (date->from == NULL)
    warn (self, IVR_EDI_WARNING_DATE, element);
  else if (date->format == NULL || says_range != (dash != NULL))
    warn (self, IVR_EDI_WARNING_DATE_FORMAT, element);
}

static gboolean
is_end (const IvrEdiDate *date)
{
  static const char * const ends[] = { "194", "343", "347", "349", "357", "341", "540", "700", NULL };
  const char *end = date->to != NULL ? date->to : date->from;

  return end != NULL && !g_str_has_prefix (end, "9999") &&
         (date->to != NULL || (date->qualifier != NULL && g_strv_contains (ends, date->qualifier)));
}

static void
read_dtp (Reading *self)
{
  IvrEdiDate *date = ivr_edi_set_add (self->set, dates, IvrEdiDate);

  date->party = self->party;
  date->benefit = self->benefit;
  date->segment = "DTP";
  date->qualifier = get (self, 1);
  date->format = get (self, 2);
  date->raw = get (self, 3);
  read_date_into (self, date, 3);
  if (self->benefit != 0 && is_end (date))
    ivr_edi_at (self->set->benefits, IvrEdiBenefit, self->benefit - 1)->has_ended = TRUE;
}

static void
read_dmg (Reading *self)
{
  IvrEdiParty *party = spoken_of (self);
  IvrEdiDate born = { .segment = "DMG", .party = self->party };

  if (party == NULL)
    return;
  born.format = get (self, 1);
  born.raw = get (self, 2);
  if (born.raw != NULL)
    {
      read_date_into (self, &born, 2);
      /* Nobody is born in a span of days. */
      if (born.to == NULL)
        party->born = born.from;
      if (party->born == NULL)
        {
          party->born_raw = born.raw;
          born.from = born.to = NULL;
          *ivr_edi_set_add (self->set, dates, IvrEdiDate) = born;
        }
    }
  party->sex_raw = get (self, 3);
  if (party->sex_raw != NULL && party->sex_raw[1] == '\0' && g_ascii_isalpha (party->sex_raw[0]))
    party->sex = party->sex_raw;
  else if (party->sex_raw != NULL)
    warn (self, IVR_EDI_WARNING_SEX, 3);
}

static void
read_ins (Reading *self)
{
  IvrEdiParty *party = party_at (self, self->party);

  if (party == NULL)
    return;
  party->is_subscriber = get (self, 1);
  party->relation = get (self, 2);
}

static void
read_trn (Reading *self)
{
  IvrEdiTrace *trace = ivr_edi_set_add (self->set, traces, IvrEdiTrace);

  trace->party = self->party;
  trace->type = get (self, 1);
  trace->id = get (self, 2);
  trace->origin = get (self, 3);
}

/* Where AAA stands, as the guide numbers its loops. */
static const char *
loop_of (Reading *self)
{
  static const char * const loops[][3] = {
    { "2000A", "2100A", "2110A" }, { "2000B", "2100B", "2110B" },
    { "2000C", "2100C", "2110C" }, { "2000D", "2100D", "2110D" },
  };
  const IvrEdiParty *party = party_at (self, self->party);

  if (party == NULL)
    return "none";
  return loops[party->role][self->benefit != 0 ? 2 : party->is_named ? 1 : 0];
}

static void
read_aaa (Reading *self)
{
  IvrEdiReject *reject = ivr_edi_set_add (self->set, rejects, IvrEdiReject);

  reject->party = self->party;
  reject->benefit = self->benefit;
  reject->segment = self->text->segment.index;
  reject->loop = loop_of (self);
  reject->valid = get (self, 1);
  reject->reason = get (self, 3);
  reject->follow_up = get (self, 4);
  if (reject->reason == NULL)
    warn (self, IVR_EDI_WARNING_AAA, 3);
}

static void
read_msg (Reading *self)
{
  IvrEdiMessage *message = ivr_edi_set_add (self->set, messages, IvrEdiMessage);

  self->set->n_messages++;
  message->party = self->party;
  message->benefit = self->benefit;
  message->text = get (self, 1);
}

static void
read_detail (Reading    *self,
             const char *segment)
{
  IvrEdiDetail *detail = ivr_edi_set_add (self->set, details, IvrEdiDetail);
  guint n;
  const char *parts = ivr_x12_text_joined (self->text, self->set, 1, 9, 0, &n);
  char *joined = (char *) parts;

  /* One text with separators, in place. */
  for (guint i = 1; i < n; i++)
    {
      joined += strlen (joined);
      *joined++ = *IVR_EDI_REPEAT;
    }
  detail->benefit = self->benefit;
  detail->segment = segment;
  detail->elements = parts;
}

static void
read_eq (Reading *self)
{
  IvrEdiInquiry *inquiry = ivr_edi_set_add (self->set, inquiries, IvrEdiInquiry);
  guint n;

  inquiry->party = self->party;
  inquiry->services = ivr_x12_text_joined (self->text, self->set, 1, 1, 1, &n);
  if (n == 0)
    inquiry->services = NULL;
  inquiry->procedure = get (self, 2);
  inquiry->level = get (self, 3);
  inquiry->insurance_type = get (self, 4);
}

static gboolean
is_known_status (const char *status)
{
  /* List 1390. */
  return status != NULL &&
         ((status[1] == '\0' && ((*status >= '1' && *status <= '8') || (*status >= 'A' && *status <= 'Y'))) ||
          g_str_equal (status, "CB") || g_str_equal (status, "MC"));
}

static gboolean
is_one_of (const char *value,
           const char *letters)
{
  return value == NULL || (value[1] == '\0' && strchr (letters, *value) != NULL);
}

static gboolean
are_services (const char *services)
{
  guint length = 0;

  if (services == NULL)
    return TRUE;
  for (const char *p = services;; p++)
    {
      if (*p == '\0' || *p == *IVR_EDI_REPEAT)
        {
          if (length == 0 || length > 2)
            return FALSE;
          if (*p == '\0')
            return TRUE;
          length = 0;
        }
      else if (!g_ascii_isalnum (*p))
        return FALSE;
      else
        length++;
    }
}

/* Empties an element that is not what it has to be: nothing is stated then. */
static void
drop_part (IvrEdiBenefit     *benefit,
           IvrEdiBenefitPart  part)
{
  char *p = (char *) benefit->parts;
  const char *end = benefit->parts;
  gsize length;

  for (int i = 0; i < benefit->n_parts; i++)
    end += strlen (end) + 1;
  for (int i = 1; i < (int) part; i++)
    p += strlen (p) + 1;
  length = strlen (p);
  memmove (p, p + length, (gsize) (end - p) - length);
}

static void
check_number (Reading           *self,
              IvrEdiBenefit     *benefit,
              const char        *parts[IVR_EDI_EB_N_PARTS],
              IvrEdiBenefitPart  part,
              IvrEdiWarningCode  code)
{
  if (parts[part] == NULL || ivr_edi_value_is_decimal (parts[part]))
    return;
  warn (self, code, part);
  drop_part (benefit, part);
  /* The parts behind it have moved. */
  ivr_edi_benefit_split (benefit, parts);
}

static void
check_benefit (Reading       *self,
               IvrEdiBenefit *benefit)
{
  const char *parts[IVR_EDI_EB_N_PARTS];

  ivr_edi_benefit_split (benefit, parts);
  if (!is_known_status (parts[IVR_EDI_EB_STATUS]))
    warn (self, IVR_EDI_WARNING_EB01, 1);
  if (!are_services (parts[IVR_EDI_EB_SERVICE]))
    warn (self, IVR_EDI_WARNING_EB03, 3);
  if (parts[IVR_EDI_EB_SERVICE] == NULL && parts[IVR_EDI_EB_PLAN] != NULL &&
      ivr_edi_value_is_service (parts[IVR_EDI_EB_PLAN]) && g_ascii_isdigit (*parts[IVR_EDI_EB_PLAN]))
    warn (self, IVR_EDI_WARNING_EB05, 5);
  check_number (self, benefit, parts, IVR_EDI_EB_AMOUNT, IVR_EDI_WARNING_EB07);
  check_number (self, benefit, parts, IVR_EDI_EB_PERCENT, IVR_EDI_WARNING_EB08);
  check_number (self, benefit, parts, IVR_EDI_EB_QUANTITY, IVR_EDI_WARNING_EB10);
  if (parts[IVR_EDI_EB_PERCENT] != NULL && ivr_edi_value_is_above_one (parts[IVR_EDI_EB_PERCENT]))
    warn (self, IVR_EDI_WARNING_EB08_PERCENT, 8);
  if (parts[IVR_EDI_EB_QUANTITY] != NULL && parts[IVR_EDI_EB_QUANTITY_OF] == NULL)
    warn (self, IVR_EDI_WARNING_EB10_NO_EB09, 10);
  if (!is_one_of (parts[IVR_EDI_EB_AUTHORIZATION], "YNU"))
    warn (self, IVR_EDI_WARNING_EB11, 11);
  if (!is_one_of (parts[IVR_EDI_EB_NETWORK], "YNUW"))
    warn (self, IVR_EDI_WARNING_EB12, 12);
}

static void
read_eb
 (Reading *self)
{
  IvrEdiBenefit *benefit = ivr_edi_set_add (self->set, benefits, IvrEdiBenefit);
  const IvrEdiParty *party = party_at (self, self->party);
  guint n;

  benefit->parts = ivr_x12_text_joined (self->text, self->set, 1, IVR_EDI_EB_N_PARTS - 1, IVR_EDI_EB_SERVICE, &n);
  benefit->n_parts = (guint8) n;
  benefit->segment = self->text->segment.index;
  benefit->party = self->party;
  self->benefit = self->set->benefits->len;
  self->related = 0;
  if (party == NULL || (party->role != IVR_EDI_SUBSCRIBER && party->role != IVR_EDI_DEPENDENT))
    warn (self, IVR_EDI_WARNING_EB_OUTSIDE, 0);
  check_benefit (self, benefit);
}

static void
read_bht (Reading *self)
{
  IvrEdiSet *set = self->set;

  set->purpose = get (self, 2);
  set->reference = get (self, 3);
  if (g_strcmp0 (set->purpose, set->kind == IVR_EDI_271 ? "11" : "13") != 0)
    warn (self, IVR_EDI_WARNING_BHT02, 2);
}

static void
read_rare (Reading *self,
           guint32  name)
{
  if (name == ivr_x12_pack ("TRN"))
    read_trn (self);
  else if (name == ivr_x12_pack ("DMG"))
    read_dmg (self);
  else if (name == ivr_x12_pack ("INS"))
    read_ins (self);
  else if (name == ivr_x12_pack ("AAA"))
    read_aaa (self);
  else if (name == ivr_x12_pack ("PER"))
    read_per (self);
  else if (name == ivr_x12_pack ("EQ"))
    read_eq (self);
  else if (name == ivr_x12_pack ("BHT"))
    read_bht (self);
}

/**
 * ivr_x12_eligibility_new:
 * @text: the document, at ST
 * @set: the set to fill
 *
 * Returns: (transfer full): what reads a 270 or a 271 (005010X279A1)
 */
gpointer
ivr_x12_eligibility_new (IvrX12Text *text,
                         IvrEdiSet  *set)
{
  Reading *self = g_new0 (Reading, 1);

  self->text = text;
  self->set = set;
  self->levels = g_array_new (FALSE, FALSE, sizeof (Level));
  return self;
}

/**
 * ivr_x12_eligibility_segment:
 * @state: from ivr_x12_eligibility_new()
 *
 * Reads the segment that the document is at; what is not known is passed over.
 */
void
ivr_x12_eligibility_segment (gpointer state)
{
  Reading *self = state;
  guint32 name = self->text->segment.name;

  if (ivr_edi_n (self->set->parties) >= PARTIES_MAX)
    {
      self->set->is_full = TRUE;
      return;
    }
  /* In the order in which they are frequent. */
  if (name == ivr_x12_pack ("EB"))
    read_eb (self);
  else if (name == ivr_x12_pack ("MSG"))
    read_msg (self);
  else if (name == ivr_x12_pack ("DTP"))
    read_dtp (self);
  else if (name == ivr_x12_pack ("NM1"))
    read_nm1 (self);
  else if (name == ivr_x12_pack ("HL"))
    read_hl (self);
  else if (name == ivr_x12_pack ("REF"))
    read_ref (self);
  else if (name == ivr_x12_pack ("N3") || name == ivr_x12_pack ("N4"))
    read_address (self, name == ivr_x12_pack ("N4"));
  else if (name == ivr_x12_pack ("III"))
    read_detail (self, "III");
  else if (name == ivr_x12_pack ("HSD"))
    read_detail (self, "HSD");
  else if (name == ivr_x12_pack ("LS") || name == ivr_x12_pack ("LE"))
    /* Ends who was named beside a benefit. Not everybody writes LS before. */
    self->related = 0;
  else
    read_rare (self, name);
}

/**
 * ivr_x12_eligibility_end:
 * @state: (transfer full): from ivr_x12_eligibility_new()
 */
void
ivr_x12_eligibility_end (gpointer state)
{
  Reading *self = state;
  gboolean is_ours = self->set->kind != IVR_EDI_271 || ivr_edi_n (self->set->traces) == 0;

  if (!self->has_hl)
    ivr_edi_set_warn (self->set, IVR_EDI_WARNING_NO_HL, 0, 0, (guint32) self->set->offset);
  for (guint i = 0; !is_ours && i < self->set->traces->len; i++)
    is_ours = g_strcmp0 (ivr_edi_at (self->set->traces, IvrEdiTrace, i)->type, "2") == 0;
  if (!is_ours)
    ivr_edi_set_warn (self->set, IVR_EDI_WARNING_TRN01, 0, 1, (guint32) self->set->offset);
  if (self->set->is_full)
    ivr_edi_set_warn (self->set, IVR_EDI_WARNING_PARTIES, 0, 0, (guint32) self->set->offset);
  g_array_unref (self->levels);
  g_free (self);
}
