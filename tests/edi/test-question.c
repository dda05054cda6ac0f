/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A 270 that we write is one that we read, whatever somebody's name is. */
#include "ivr-error.h"
#include "ivr-test-edi.h"
#include "ivr-x12-writer.h"

#include <string.h>

static const char * const services[] = { "30", "12", NULL };

static IvrEdiQuestion
question (GDateTime *at)
{
  return (IvrEdiQuestion){
    .sender_qualifier = "ZZ",
    .sender = "SAMPLECLINIC",
    .receiver_qualifier = "ZZ",
    .receiver = "FICTIONPAYER",
    .control = 108,
    .is_test = TRUE,
    .at = at,
    .payer = "Fiction Health Plan",
    .payer_id = "FHP01",
    .provider_last = "Sample Wound Clinic",
    .provider_npi = "1234567893",
    .trace = "TRACE-0108",
    .trace_origin = "9SAMPLECLIN",
    .subscriber_last = "Sample",
    .subscriber_first = "Pat",
    .member_id = "FHP000123",
    .born = "1954-06-09",
    .sex = "F",
    .from = "2026-06-01",
    .services = services,
  };
}

static GDateTime *
now (void)
{
  return g_date_time_new_utc (2026, 6, 1, 12, 7, 0);
}

static void
test_subscriber (void)
{
  g_autoptr(GDateTime) at = now ();
  IvrEdiQuestion asked = question (at);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = ivr_x12_writer_question (&asked, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==,
                   "ISA*00*          *00*          *ZZ*SAMPLECLINIC   *ZZ*FICTIONPAYER   *260601*1207*^*00501*000000108*0*T*:~"
                   "GS*HS*SAMPLECLINIC*FICTIONPAYER*20260601*1207*108*X*005010X279A1~ST*270*0108*005010X279A1~"
                   "BHT*0022*13*TRACE-0108*20260601*1207~HL*1**20*1~NM1*PR*2*Fiction Health Plan*****PI*FHP01~HL*2*1*21*1~"
                   "NM1*1P*2*Sample Wound Clinic*****XX*1234567893~HL*3*2*22*0~TRN*1*TRACE-0108*9SAMPLECLIN~"
                   "NM1*IL*1*Sample*Pat****MI*FHP000123~DMG*D8*19540609*F~DTP*291*D8*20260601~EQ*30^12~SE*13*0108~GE*1*108~"
                   "IEA*1*000000108~");
}

static void
test_dependent (void)
{
  g_autoptr(GDateTime) at = now ();
  IvrEdiQuestion asked = question (at);
  g_autofree char *text = NULL;
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiParty *patient;

  asked.dependent_last = "Sample";
  asked.dependent_first = "Kim";
  asked.dependent_born = "2014-03-12";
  asked.dependent_sex = "M";
  asked.relation = "19";
  asked.group = "GRP-77";
  asked.to = "2026-06-30";
  text = ivr_x12_writer_question (&asked, NULL);
  g_assert_nonnull (text);
  sets = ivr_test_edi_read_text (text);
  g_assert_cmpuint (ivr_edi_n (((IvrEdiSet *) sets->pdata[0])->warnings), ==, 0);
  patient = ivr_edi_set_get_patient (sets->pdata[0]);
  g_assert_true (patient->role == IVR_EDI_DEPENDENT);
  g_assert_cmpstr (patient->born, ==, "2014-03-12");
  g_assert_cmpstr (patient->relation, ==, "19");
  g_assert_cmpstr (ivr_edi_set_get_trace (sets->pdata[0]), ==, "TRACE-0108");
  g_assert_cmpstr (ivr_edi_at (((IvrEdiSet *) sets->pdata[0])->dates, IvrEdiDate, 0)->to, ==, "2026-06-30");
}

/* A name cannot become a segment, an element or a repeat, and cannot end the interchange. */
static void
test_hostile_names (void)
{
  static const char * const names[] = {
    "O~EB*1**30~", "A*B*C", "A^B:C", "LINE\r\nSE*1*0001~", "\x01\x02", "PEÑA", "李", "\xff\xfe", "ISA*", "~~~", "  padded  ",
    "a very long name that goes on and on and on and on, and does not end before it has more than sixty characters",
  };
  g_autoptr(GDateTime) at = now ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (int field = 0; field < 6; field++)
      {
        IvrEdiQuestion asked = question (at);
        const char **fields[] = { &asked.subscriber_last, &asked.subscriber_first, &asked.payer,
                                  &asked.provider_last,   &asked.member_id,        &asked.trace };
        g_autoptr(GError) error = NULL;
        g_autofree char *text = NULL;
        g_autoptr(GPtrArray) sets = NULL;
        IvrEdiSet *set;

        *fields[field] = names[i];
        text = ivr_x12_writer_question (&asked, &error);
        if (text == NULL)
          {
            g_assert_error (error, IVR_ERROR, IVR_ERROR_INVALID);
            continue;
          }
        g_assert_true (g_str_is_ascii (text));
        sets = ivr_test_edi_read_text (text);
        g_assert_cmpuint (sets->len, ==, 1);
        set = sets->pdata[0];
        g_assert_cmpuint (ivr_edi_n (set->warnings), ==, 0);
        g_assert_cmpuint (set->n_levels, ==, 3);
        g_assert_cmpuint (ivr_edi_n (set->benefits), ==, 0);
        g_assert_cmpuint (ivr_edi_n (set->inquiries), ==, 1);
      }
}

static void
test_refused (void)
{
  g_autoptr(GDateTime) at = now ();
  static const char * const none[] = { NULL };
  static const char * const wrong[] = { "30^1", NULL };

  for (int i = 0; i < 14; i++)
    {
      IvrEdiQuestion asked = question (at);
      g_autoptr(GError) error = NULL;

      switch (i)
        {
        case 0: asked.sender = NULL; break;
        case 1: asked.receiver = "~"; break;
        case 2: asked.payer_id = ""; break;
        case 3: asked.provider_npi = NULL; break;
        case 4: asked.trace = NULL; break;
        case 5: asked.member_id = NULL; asked.born = NULL; break;
        case 6: asked.born = "1954-02-30"; break;
        case 7: asked.from = "20260601"; break;
        case 8: asked.sex = "X~"; break;
        case 9: asked.control = 0; break;
        case 10: asked.control = 1000000000; break;
        case 11: asked.services = none; break;
        case 12: asked.services = wrong; break;
        default: asked.at = NULL; break;
        }
      g_assert_null (ivr_x12_writer_question (&asked, &error));
      g_assert_error (error, IVR_ERROR, IVR_ERROR_INVALID);
      g_assert_null (strstr (error->message, "FHP000123"));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/question/subscriber", test_subscriber);
  g_test_add_func ("/question/dependent", test_dependent);
  g_test_add_func ("/question/hostile-names", test_hostile_names);
  g_test_add_func ("/question/refused", test_refused);
  return g_test_run ();
}
