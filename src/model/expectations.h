/*
 * How long things take when all is well: our experience, not a promise of Pepay's. What
 * takes longer is said to be late by a story, and stuck by what needs a person. In one
 * place, so that the two never disagree.
 */
#ifndef PEPAYTOP_MODEL_EXPECTATIONS_H
#define PEPAYTOP_MODEL_EXPECTATIONS_H

#include <stdint.h>

#define EXPECT_MINUTES(n) ((int64_t)(n)*60 * 1000)
#define EXPECT_HOURS(n)   (EXPECT_MINUTES(n) * 60)
#define EXPECT_DAYS(n)    (EXPECT_HOURS(n) * 24)

#define EXPECT_AGREE_MS     EXPECT_MINUTES(2)  /* two objects tell the same news */
#define EXPECT_CONFIRM_MS   EXPECT_MINUTES(10) /* payment seen → confirmed */
#define EXPECT_SETTLE_MS    EXPECT_HOURS(1)    /* payment confirmed → settled */
#define EXPECT_PLACE_MS     EXPECT_MINUTES(30) /* order paid → placed with the retailer */
#define EXPECT_SHIP_MS      EXPECT_DAYS(3)     /* order placed → shipped */
#define EXPECT_DELIVER_MS   EXPECT_DAYS(14)    /* order shipped → delivered */
#define EXPECT_REFUND_MS    EXPECT_MINUTES(30) /* refund begun → over */
#define EXPECT_PAYOUT_MS    EXPECT_DAYS(3) /* payout begun → in the bank, where none is said */
#define EXPECT_DEPOSIT_MS   EXPECT_MINUTES(30) /* deposit received → confirmed */
#define EXPECT_KYC_MS       EXPECT_HOURS(24)   /* KYC submitted → decided */
#define EXPIRES_SOON_MS     EXPECT_MINUTES(10) /* an invoice with money seen: hurry */
#define KYC_REFUSED_NEWS_MS EXPECT_DAYS(7)     /* a refusal without money behind it is news */

#endif
