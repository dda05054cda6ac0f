/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-eligibility-words.h"

#include "ivr-benefit-text.h"
#include "ivr-benefit-words.h"
#include "ivr-edi-reject.h"
#include "ivr-format.h"
#include "ivr-relative-time.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * ivr_eligibility_get_verdict:
 * @verdict: (nullable): of a reading
 * @words: (out caller-allocates): how it is said
 */
void
ivr_eligibility_get_verdict (const char          *verdict,
                             IvrEligibilityWords *words)
{
  if (g_strcmp0 (verdict, "active") == 0)
    *words = (IvrEligibilityWords) { "object-select-symbolic", "success", _("Active"),
                                     _("The payer says that the plan is active. It is no guarantee of payment.") };
  else if (g_strcmp0 (verdict, "inactive") == 0)
    *words = (IvrEligibilityWords) { "process-stop-symbolic", "error", _("Not active"),
                                     _("The payer says that the plan is not active. Ask the patient for another insurance, or call the payer.") };
  else if (g_strcmp0 (verdict, "mixed") == 0)
    *words = (IvrEligibilityWords) { "dialog-warning-symbolic", "warning", _("Contradicts itself"),
                                     _("The answer says active and something else beside it. Read its lines, or call the payer.") };
  else if (g_strcmp0 (verdict, "rejected") == 0)
    *words = (IvrEligibilityWords) { "dialog-warning-symbolic", "warning", _("Refused, no answer"),
                                     _("The payer did not answer the question. That does not mean “not covered”.") };
  else
    *words = (IvrEligibilityWords) { "dialog-question-symbolic", "neutral", _("No answer about coverage"),
                                     _("The payer sent something but did not say whether the plan is active. That does not mean “not covered”; call the payer.") };
}

static const struct
{
  const char *state;
  IvrEligibilityWords words;
} states[] = {
  { "waiting", { "content-loading-symbolic", "accent", N_("Being asked"), N_("The payer is being asked. The answer is shown here as soon as it comes.") } },
  { "answered", { "object-select-symbolic", "success", N_("Answered"), N_("The payer answered.") } },
  { "held", { "dialog-warning-symbolic", "warning", N_("Held for a person"),
              N_("What came may be another patient’s answer, so a person is looking at it first. It says nothing about this patient until then.") } },
  { "refused", { "dialog-warning-symbolic", "warning", N_("Refused, no answer"), N_("The payer did not answer the question. That does not mean “not covered”.") } },
  { "failed", { "dialog-error-symbolic", "error", N_("Not answered"), N_("There is no answer.") } },
  { "cancelled", { "edit-undo-symbolic", "neutral", N_("Taken back"), N_("The question was taken back; nobody waits for an answer.") } },
};

/**
 * ivr_eligibility_get_state:
 * @check: a question as api.read_eligibility() tells it
 * @words: (out caller-allocates): how its state is said
 */
void
ivr_eligibility_get_state (JsonObject          *check,
                           IvrEligibilityWords *words)
{
  const char *state = ivr_format_member (check, "state");
  gsize i = 0;

  while (i + 1 < G_N_ELEMENTS (states) && !g_str_equal (states[i].state, state))
    i++;
  *words = states[i].words;
  words->title = _(words->title);
  words->sentence = _(words->sentence);
}

/* What the gateway, the judge of answers and the server say as codes; "http-…" and "aaa-…" are read by their numbers. */
static const struct
{
  const char *code;
  const char *sentence;
} problems[] = {
  /* Held: what differs, for whoever may look. */
  { "several", N_("The answer is about several people. Compare it with the patient, and do not use it before you are sure which part is theirs.") },
  { "too-many", N_("Several answers came at once. Compare each with the patient, and do not use them before you are sure.") },
  { "patient-differs", N_("The answer names another patient than was asked about. Do not use it for this request; ask again, and tell your administrator if it comes again.") },
  { "payer-differs", N_("Another payer answered than was asked. Compare it with the card before you use it.") },
  { "trace-differs", N_("The answer belongs to another question. Do not use it before you have compared name, date of birth and member id.") },
  { "patient-absent", N_("The answer names nobody, so nothing tells that it is about this patient. Do not use it; ask again or call the payer.") },
  { "payer-absent", N_("The answer does not say which payer it is of. Compare it with the card before you use it.") },
  { "trace-absent", N_("The answer does not say to which question it belongs. Compare name, date of birth and member id before you use it.") },
  { "no-match", N_("The answer does not fit to the question. Do not use it before you have compared it with the patient.") },
  /* Failed: what came was no answer. */
  { "ta1", N_("The payer’s line did not accept our envelope (TA1), so nobody looked at the question. Tell your administrator; meanwhile call the payer.") },
  { "ack-999", N_("The payer’s line found a mistake in our question (999), so nobody answered it. Tell your administrator; meanwhile call the payer.") },
  { "outcome", N_("The payer’s line did not understand our question. Tell your administrator; meanwhile call the payer.") },
  { "other-kind", N_("The payer sent something that is no answer about eligibility. Ask again; if it comes again, tell your administrator and call the payer.") },
  { "incomplete", N_("The answer was cut off before its end, so nothing of it is used. Ask again.") },
  { "cut", N_("The line to the payer broke in the middle of the answer, so nothing of it is used. Ask again.") },
  { "too-large", N_("What the payer sent is larger than any answer, so it was not read. Call the payer, and tell your administrator.") },
  { "encoding", N_("The payer sent the answer packed in a way that was not asked for, so it was not read. Tell your administrator; meanwhile call the payer.") },
  { "empty", N_("The payer sent nothing. Ask again; if it stays so, call the payer.") },
  { "no-isa", N_("The payer’s address answered with something that is no answer, such as a web page. Tell your administrator; meanwhile call the payer.") },
  { "isa-short", N_("The answer is damaged at its beginning and cannot be read. Ask again; if it comes again, call the payer.") },
  { "delimiters", N_("The answer is damaged at its beginning and cannot be read. Ask again; if it comes again, call the payer.") },
  { "no-set", N_("The payer sent an empty envelope. Ask again; if it comes again, call the payer.") },
  { "envelope", N_("The answer came in an envelope that cannot be opened. Ask again; if it comes again, tell your administrator and call the payer.") },
  { "core-unauthorized", N_("The payer’s line did not let us in: our name or password there is not taken. Tell your administrator; meanwhile call the payer.") },
  { "core-version", N_("The payer’s line wants another version of the envelope than ours, so nobody looked at the question. Tell your administrator; meanwhile call the payer.") },
  { "core-type", N_("The payer’s line does not take questions about eligibility in this way. Tell your administrator; meanwhile call the payer.") },
  { "core-partner", N_("The payer’s line does not know who we are or whom we ask, so nobody looked at the question. Tell your administrator; meanwhile call the payer.") },
  { "core-error", N_("The payer’s line did not accept our envelope, so nobody looked at the question. Tell your administrator; meanwhile call the payer.") },
  { "json", N_("The answer is damaged and cannot be read. Ask again; if it comes again, call the payer.") },
  { "json-depth", N_("The answer is built in a way that no answer is, so it was not read. Tell your administrator; meanwhile call the payer.") },
  { "not-fhir", N_("The payer’s address answered with something that is no answer about insurance. Tell your administrator; meanwhile call the payer.") },
  /* Failed: nobody was reached. */
  { "timeout", N_("The payer did not answer in time. Wait a few minutes and ask again, or call the payer.") },
  { "unreachable", N_("The payer’s line cannot be reached. Wait a few minutes and ask again, or call the payer.") },
  { "payer-away", N_("This payer could not be reached several times in a row and is left alone for half a minute. Ask again after that, or call the payer.") },
  { "tls", N_("The certificate of the payer’s line is not trusted, so nothing was sent to it. Tell your administrator; meanwhile call the payer.") },
  { "address", N_("The address of this payer’s line is not one. Tell your administrator; meanwhile call the payer.") },
  { "no-connector", N_("It is not set up how this payer is asked. Tell your administrator; meanwhile call the payer or ask on its web page.") },
  { "no-secret", N_("The key for this payer’s line is missing on the gateway. Tell your administrator; meanwhile call the payer.") },
  { "question", N_("The question could not be written as this payer wants it: something on the form is missing or too long. Compare name, date of birth and member id with the card, correct the form and ask again.") },
  { "lost", N_("The question got lost on its way: for three minutes nobody brought an answer. Ask again.") },
  { "refused", N_("The payer refused without saying why. Call the payer.") },
};

static char *
dup_http (guint64 status)
{
  if (status >= 500)
    return g_strdup_printf (_("The payer’s line is not well (HTTP %u). Wait a few minutes and ask again, or call the payer."), (guint) status);
  if (status == 401 || status == 403)
    return g_strdup_printf (_("The payer’s line did not let us in (HTTP %u). Tell your administrator; meanwhile call the payer."), (guint) status);
  if (status == 429)
    return g_strdup_printf (_("The payer’s line has too many questions at present (HTTP %u). Wait a few minutes and ask again."), (guint) status);
  return g_strdup_printf (_("The payer’s line answered in a way that no answer comes (HTTP %u). Tell your administrator; meanwhile call the payer."), (guint) status);
}

/**
 * ivr_eligibility_dup_problem:
 * @check: a question that is held, refused or failed
 *
 * Returns: (transfer full): what happened and what to do; a problem that this version does not know by its code
 */
char *
ivr_eligibility_dup_problem (JsonObject *check)
{
  const char *problem = ivr_format_member (check, "problem");
  g_autofree char *clean = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++)
    if (g_str_equal (problems[i].code, problem))
      return g_strdup (_(problems[i].sentence));
  if (g_str_has_prefix (problem, "http-"))
    return dup_http (MIN (g_ascii_strtoull (problem + strlen ("http-"), NULL, 10), 999));
  if (g_str_has_prefix (problem, "aaa-"))
    {
      g_autofree char *reason = g_ascii_strup (problem + strlen ("aaa-"), -1);

      return ivr_eligibility_dup_refusal (reason, NULL);
    }
  clean = ivr_benefit_text_clean (problem, 40);
  return g_strdup_printf (_("There is no answer, for a reason that this version of the desk does not know (%s). Ask again, or call the payer."), clean);
}

static const char *
action_sentence (IvrEdiAction action)
{
  switch (action)
    {
    case IVR_EDI_ACTION_WAIT:
      return _("Wait a minute and ask again; if it stays so, call the payer.");
    case IVR_EDI_ACTION_CORRECT_PATIENT:
      return _("It does not mean “not covered”. The clinic’s front desk compares name, date of birth and member id with the card, corrects the form and asks again.");
    case IVR_EDI_ACTION_CORRECT_DATE:
      return _("The clinic’s front desk corrects the date on the form and asks again.");
    case IVR_EDI_ACTION_CORRECT_REQUEST:
      return _("Our question is at fault: the administrator has to correct how this payer is asked. Meanwhile call the payer.");
    case IVR_EDI_ACTION_ENROL:
      return _("The administrator has to register the provider or the clinic with this payer. Meanwhile call the payer.");
    case IVR_EDI_ACTION_SERVICE:
      return _("It is about one service or its authorization: the specialist calls the payer about it.");
    case IVR_EDI_ACTION_UNKNOWN:
    default:
      return _("Nobody’s list has this reason: the specialist calls the payer and asks what it means.");
    }
}

/**
 * ivr_eligibility_dup_refusal:
 * @reason: (nullable): AAA03
 * @follow_up: (nullable): AAA04
 *
 * Returns: (transfer full): why the payer refused, who has to act and what the payer says about asking again
 */
char *
ivr_eligibility_dup_refusal (const char *reason,
                             const char *follow_up)
{
  IvrEdiReject reject = { .reason = reason, .follow_up = follow_up };
  const char *word = ivr_benefit_find_word (IVR_BENEFIT_REASON, reason);
  const char *again = ivr_benefit_find_word (IVR_BENEFIT_FOLLOW_UP, follow_up);
  g_autofree char *code = ivr_benefit_text_clean (reason, 40);
  g_autofree char *what = NULL;

  if (word != NULL)
    /* Translators: why a payer refused, and the code that it gave. */
    what = g_strdup_printf (_("%s (%s)."), word, code);
  else if (reason != NULL)
    what = g_strdup_printf (_("The payer gave the reason “%s”."), code);
  else
    what = g_strdup (_("The payer refused without saying why."));
  return g_strjoin (" ", what, action_sentence (ivr_edi_reject_get_action (&reject)), again, NULL);
}

/**
 * ivr_eligibility_dup_age:
 * @at_us: when it was asked, in microseconds since 1970
 * @now_us: the present
 *
 * Returns: (transfer full): "asked 3 days ago"
 */
char *
ivr_eligibility_dup_age (gint64 at_us,
                         gint64 now_us)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_local ();
  /* The server's clock may be a little ahead. */
  IvrRelativeTime age = ivr_relative_time (zone, MIN (at_us, now_us), now_us);
  g_autofree char *moment = NULL;

  if (at_us == G_MININT64 || at_us == G_MAXINT64)
    return g_strdup (_("asked at an unknown time"));
  switch (age.kind)
    {
    case IVR_RELATIVE_NOW:
      return g_strdup (_("asked just now"));
    case IVR_RELATIVE_MINUTES:
      return g_strdup_printf (ngettext ("asked %d minute ago", "asked %d minutes ago", (gulong) age.n), age.n);
    case IVR_RELATIVE_HOURS:
      return g_strdup_printf (ngettext ("asked %d hour ago", "asked %d hours ago", (gulong) age.n), age.n);
    case IVR_RELATIVE_DAYS:
      return g_strdup_printf (ngettext ("asked %d day ago", "asked %d days ago", (gulong) age.n), age.n);
    case IVR_RELATIVE_DATE:
    default:
      moment = ivr_format_moment (at_us);
      return g_strdup_printf (_("asked on %s"), moment);
    }
}

/**
 * ivr_eligibility_dup_asked:
 * @check: a question as api.read_eligibility() tells it
 *
 * Returns: (transfer full): which payer, when and by whom
 */
char *
ivr_eligibility_dup_asked (JsonObject *check)
{
  g_autofree char *age = ivr_eligibility_dup_age (ivr_format_parse_time (ivr_format_member (check, "asked_at")), g_get_real_time ());
  g_autofree char *payer = ivr_benefit_text_clean (ivr_format_member (check, "payer"), 100);
  g_autofree char *who = ivr_benefit_text_clean (_(ivr_format_member (check, "asked_by")), 80);

  /* Translators: a payer, when it was asked ("asked 3 days ago"), and who asked. */
  return g_strdup_printf (_("%s, %s by %s"), payer, age, who);
}
