/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-intake.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * IvrOfferState:
 * @IVR_OFFER_OPEN: nobody has decided about it
 * @IVR_OFFER_ACCEPTED: the form took it; what was made of it afterwards says the form
 * @IVR_OFFER_REFUSED: it is not offered again
 */
typedef enum {
  IVR_OFFER_OPEN = 1,
  IVR_OFFER_ACCEPTED,
  IVR_OFFER_REFUSED,
} IvrOfferState;

/**
 * IvrOffer:
 * @path: the question that it answers
 * @value: the answer, in the form's own way of writing
 * @source: word of `auto_population_sources`
 * @label: how people call the source; to be translated
 * @source_id: (nullable): the row that it comes from
 * @at: (nullable): since when that row says so, as the server writes it
 * @offered_at: when it came to the form, UTC
 * @was: (nullable): what the form had before it was accepted
 * @payer: (nullable): of an insurance, the payer of which it is true
 * @is_mock: an invented payer said it
 * @is_recorded: the server knows what became of it
 */
typedef struct
{
  char *path;
  char *value;
  char *source;
  char *label;
  char *source_id;
  char *at;
  char *offered_at;
  char *was;
  char *payer;
  gboolean is_mock;
  gboolean is_recorded;
  IvrOfferState state;
} IvrOffer;

/**
 * IvrOffers:
 * What records, cards, earlier requests and payers' answers say about one form, and what the person makes of each.
 * An offer changes nothing by itself: what a person has typed is never overwritten without being asked for.
 *
 * Signal "changed": other offers are open than before, or another source is shown.
 */
#define IVR_TYPE_OFFERS (ivr_offers_get_type ())
G_DECLARE_FINAL_TYPE (IvrOffers, ivr_offers, IVR, OFFERS, GObject)

IvrOffers      *ivr_offers_new          (IvrIntake      *intake);
void            ivr_offers_add          (IvrOffers      *self,
                                         JsonArray      *offers);
void            ivr_offers_fill         (IvrOffers      *self,
                                         JsonArray      *offers);
void            ivr_offers_add_past     (IvrOffers      *self,
                                         JsonObject     *answer);
void            ivr_offers_forget       (IvrOffers      *self,
                                         const char     *source);
void            ivr_offers_forget_open  (IvrOffers      *self,
                                         const char     *source);
GPtrArray      *ivr_offers_get_open     (IvrOffers      *self,
                                         const char     *path);
const IvrOffer *ivr_offers_get_source   (IvrOffers      *self,
                                         const char     *path);
gboolean        ivr_offers_accept       (IvrOffers      *self,
                                         const IvrOffer *offer);
void            ivr_offers_refuse       (IvrOffers      *self,
                                         const char     *path);
GPtrArray      *ivr_offers_accept_all   (IvrOffers      *self);
void            ivr_offers_take_back    (IvrOffers      *self,
                                         GPtrArray      *paths);
GPtrArray      *ivr_offers_list         (IvrOffers      *self,
                                         gboolean        conflicts);
char           *ivr_offers_dup_records  (IvrOffers      *self);
void            ivr_offers_recorded     (IvrOffers      *self,
                                         gboolean        recorded);
char           *ivr_offers_to_json      (IvrOffers      *self);
void            ivr_offers_restore      (IvrOffers      *self,
                                         const char     *json);

G_END_DECLS
