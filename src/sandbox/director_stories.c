/* The stories: which act follows which, after how long a wait, and how often each is told. */
#include "sandbox/director_private.h"

#include "base/strbuf.h"

/* --- invoices ------------------------------------------------------------------------------- */

#define SECONDS(a, b) (a) * 1000, (b)*1000
#define STORY(variable, title, table) \
	const struct story variable = {(title), (table), sizeof(table) / sizeof((table)[0])}

static const struct step paid[] = {
	{act_bill, SECONDS(0, 0), NULL, 0},          {act_pay, SECONDS(4, 10), NULL, 100},
	{act_confirm, SECONDS(5, 10), "confirm", 0}, {act_settle, SECONDS(3, 7), "processing", 0},
	{act_settle, SECONDS(5, 12), "settled", 0},
};
STORY(STORY_PAID, "paid", paid);

static const struct step topped_up[] = {
	{act_bill, SECONDS(0, 0), NULL, 0},         {act_pay, SECONDS(4, 8), NULL, 60},
	{act_confirm, SECONDS(5, 8), NULL, 0},      {act_pay, SECONDS(9, 16), NULL, 100},
	{act_confirm, SECONDS(5, 8), NULL, 0},      {act_settle, SECONDS(3, 7), "processing", 0},
	{act_settle, SECONDS(5, 12), "settled", 0},
};
STORY(STORY_TOPPED_UP, "underpaid, then topped up", topped_up);

static const struct step underpaid[] = {
	{act_bill, SECONDS(0, 0), NULL, 60000},
	{act_pay, SECONDS(4, 10), NULL, 40},
	{act_confirm, SECONDS(5, 8), NULL, 0},
};
STORY(STORY_UNDERPAID, "underpaid until it expires", underpaid);

static const struct step overpaid[] = {
	{act_bill, SECONDS(0, 0), NULL, 0},         {act_pay, SECONDS(4, 10), NULL, 112},
	{act_confirm, SECONDS(5, 10), NULL, 0},     {act_settle, SECONDS(3, 7), "processing", 0},
	{act_settle, SECONDS(5, 12), "settled", 0},
};
STORY(STORY_OVERPAID, "overpaid", overpaid);

static const struct step manual[] = {
	{act_bill, SECONDS(0, 0), NULL, 0},       {act_pay, SECONDS(4, 10), NULL, 100},
	{act_confirm, SECONDS(5, 10), NULL, 0},   {act_settle, SECONDS(3, 6), "processing", 0},
	{act_settle, SECONDS(5, 8), "manual", 0}, {act_settle, SECONDS(12, 20), "settled", 0},
};
STORY(STORY_MANUAL, "settled by hand", manual);

static const struct step expired[] = {{act_bill, SECONDS(0, 0), NULL, 45000}};
STORY(STORY_EXPIRED, "expired", expired);

static const struct step unpaid[] = {{act_bill, SECONDS(0, 0), NULL, 0}};
STORY(STORY_UNPAID, "unpaid", unpaid);

static const struct step paid_late[] = {
	{act_bill, SECONDS(0, 0), NULL, 25000},
	{act_pay, SECONDS(18, 23), NULL, 100},
	{act_confirm, SECONDS(9, 12), NULL, 0},
};
STORY(STORY_PAID_LATE, "paid late", paid_late);

static const struct step canceled[] = {
	{act_bill, SECONDS(0, 0), NULL, 0},
	{act_cancel_bill, SECONDS(10, 25), NULL, 0},
};
STORY(STORY_CANCELED, "canceled by the merchant", canceled);

/* --- orders ---------------------------------------------------------------------------------- */

#define CHECKOUT                                                                      \
	{act_order, SECONDS(0, 0), "order", 0}, {act_pay, SECONDS(4, 8), "pay", 100}, \
	{                                                                             \
		act_confirm, SECONDS(5, 8), "confirm", 0                              \
	}

static const struct step delivered[] = {
	CHECKOUT,
	{act_settle, SECONDS(3, 5), "processing", 0},
	{act_settle, SECONDS(4, 6), "settled", 0},
	{act_advance, SECONDS(5, 8), "placed", 0},
	{act_advance, SECONDS(8, 12), "shipped", 0},
	{act_advance, SECONDS(11, 15), "delivery_confirmed", 0},
};
STORY(STORY_DELIVERED, "delivered", delivered);

static const struct step order_failed[] = {
	CHECKOUT,
	{act_settle, SECONDS(3, 5), "processing", 0},
	{act_settle, SECONDS(4, 6), "settled", 0},
	{act_advance, SECONDS(5, 9), "failed", 0},
	{act_advance, SECONDS(9, 14), "refunded", 0},
};
STORY(STORY_ORDER_FAILED, "failed", order_failed);

static const struct step order_cancelled[] = {
	CHECKOUT,
	{act_settle, SECONDS(3, 5), "processing", 0},
	{act_settle, SECONDS(4, 6), "settled", 0},
	{act_advance, SECONDS(4, 7), "placed", 0},
	{act_call_off, SECONDS(5, 9), "cancelled", 0},
	{act_advance, SECONDS(9, 14), "refunded", 0},
};
STORY(STORY_ORDER_CANCELLED, "cancelled", order_cancelled);

static const struct step abandoned[] = {{act_order, SECONDS(0, 0), NULL, 0}};
STORY(STORY_ABANDONED, "abandoned", abandoned);

/* --- ramps --- */

static const struct step payout_paid[] = {
	{act_pay_out, SECONDS(0, 0), NULL, 0},
	{act_move_payout, SECONDS(5, 9), "processing", 0},
	{act_move_payout, SECONDS(13, 20), "paid", 0},
};
STORY(STORY_PAYOUT_PAID, "payout paid", payout_paid);

static const struct step payout_failed[] = {
	{act_pay_out, SECONDS(0, 0), NULL, 0},
	{act_move_payout, SECONDS(5, 9), "processing", 0},
	{act_move_payout, SECONDS(10, 16), "failed", 0},
};
STORY(STORY_PAYOUT_FAILED, "payout failed", payout_failed);

static const struct step payout_returned[] = {
	{act_pay_out, SECONDS(0, 0), NULL, 0},
	{act_move_payout, SECONDS(5, 8), "processing", 0},
	{act_move_payout, SECONDS(10, 14), "paid", 0},
	{act_move_payout, SECONDS(14, 20), "returned", 0},
};
STORY(STORY_PAYOUT_RETURNED, "payout returned", payout_returned);

static const struct step kyc_approved[] = {
	{act_submit, SECONDS(0, 0), "pending", 0},
	{act_review, SECONDS(12, 25), "approved", 0},
};
STORY(STORY_KYC_APPROVED, "KYC approved", kyc_approved);

static const struct step kyc_rejected[] = {
	{act_submit, SECONDS(0, 0), "pending", 0},
	{act_review, SECONDS(12, 25), "rejected", 0},
};
STORY(STORY_KYC_REJECTED, "KYC rejected", kyc_rejected);

/* --- how often --- */

static const struct part invoice_parts[] = {
	{&STORY_PAID, 2, 14},     {&STORY_TOPPED_UP, 1, 2}, {&STORY_OVERPAID, 1, 1},
	{&STORY_EXPIRED, 1, 3},   {&STORY_CANCELED, 1, 1},  {&STORY_PAID_LATE, 1, 1},
	{&STORY_UNDERPAID, 0, 1}, {&STORY_MANUAL, 0, 1},
};
static const struct part order_parts[] = {
	{&STORY_DELIVERED, 1, 8},
	{&STORY_ORDER_FAILED, 1, 1},
	{&STORY_ORDER_CANCELLED, 1, 1},
	{&STORY_ABANDONED, 0, 1},
};
static const struct part payout_parts[] = {
	{&STORY_PAYOUT_PAID, 4, 14},
	{&STORY_PAYOUT_FAILED, 1, 1},
	{&STORY_PAYOUT_RETURNED, 1, 1},
};
static const struct part kyc_parts[] = {
	{&STORY_KYC_APPROVED, 1, 5},
	{&STORY_KYC_REJECTED, 1, 1},
};

#define PARTS(table) (table), sizeof(table) / sizeof((table)[0])

const struct cast casts[CASTS] = {
	[CAST_INVOICES] = {"invoices", 13000, 5.7, PARTS(invoice_parts)},
	[CAST_ORDERS] = {"orders", 28000, 11.2, PARTS(order_parts)},
	[CAST_PAYOUTS] = {"payouts", 17000, 3.1, PARTS(payout_parts)},
	[CAST_KYC] = {"kyc", 45000, 2.6, PARTS(kyc_parts)},
};

size_t story_step(const struct story *story, const char *word)
{
	for (size_t i = 0; i < story->step_count; i++)
		if (story->steps[i].word && str_equal(story->steps[i].word, word))
			return i;
	return 0;
}
