/* Is the money of an order back: attention, explanation and story say the same, of any words. */
#include "unit/test_model_support.h"

#include "model/explain.h"
#include "model/purse.h"

#include <stdlib.h>

#define NOW (T0 + 60000)

struct desk {
	struct store *st;
	struct attention *a;
	struct story *story;
	struct explain x;
	int seq;
};

static void desk_open(struct desk *d)
{
	memset(d, 0, sizeof(*d));
	d->st = store_new();
	d->a = attention_new();
	d->story = xcalloc(1, sizeof(*d->story));
}

static void desk_close(struct desk *d)
{
	free(d->story);
	attention_free(d->a);
	store_free(d->st);
}

static void desk_hear(struct desk *d, const char *type, const char *object)
{
	tell(d->st, SOURCE_STREAM, event_at(T0, ++d->seq, type, object, ""), T0);
}

static void desk_look(struct desk *d, enum subject_kind kind, const char *id)
{
	struct subject s;

	assert_true(subject_set(&s, kind, id));
	attention_refresh(d->a, d->st, NOW);
	story_build(d->story, d->st, &s, NOW);
	explain_build(&d->x, d->story, d->a, d->st, NOW);
}

static void hear_invoice(struct desk *d, int64_t amount, const char *members)
{
	char text[1024];

	str_printf(text, sizeof(text),
		   "{\"object\":\"invoice\",\"id\":\"inv\",\"merchant_id\":7,\"amount\":%lld,"
		   "\"created_at\":%lld,\"commerce_order_id\":\"ord\"%s}",
		   (long long)amount, (long long)(T0 / 1000), members);
	desk_hear(d, "invoice.updated", text);
}

static void hear_order(struct desk *d, const char *refund, const char *refund_status)
{
	char text[2048];

	str_printf(text, sizeof(text),
		   "{\"object\":\"commerce_order\",\"orderId\":\"ord\",\"invoiceId\":\"inv\","
		   "\"status\":\"cancelled\",\"createdAt\":%lld,\"updatedAt\":%lld,\"timeline\":[],"
		   "\"payment\":{\"status\":\"paid\"},\"fulfillment\":{\"shipments\":[]},"
		   "\"lineItems\":[],\"totalAmountUsd\":\"100.00\",\"refund\":{%s},"
		   "\"refundStatus\":\"%s\"}",
		   (long long)(T0 / 1000), (long long)(T0 / 1000), refund, refund_status);
	desk_hear(d, "commerce.order.updated", text);
}

static void hear_refund(struct desk *d, const char *id, const char *status, int64_t amount)
{
	char text[1024];

	str_printf(text, sizeof(text),
		   "{\"object\":\"refund\",\"id\":\"%s\",\"invoice_id\":\"inv\",\"merchant_id\":7,"
		   "\"status\":\"%s\",\"amount\":%lld,\"created_at\":%lld}",
		   id, status, (long long)amount, (long long)(T0 / 1000));
	desk_hear(d, "refund.updated", text);
}

static const struct attention_item *order_item(const struct desk *d)
{
	for (size_t i = 0; i < attention_count(d->a); i++)
		if (attention_at(d->a, i)->rule == RULE_ORDER_UNREFUNDED)
			return attention_at(d->a, i);
	return NULL;
}

static bool order_is_to_come(const struct desk *d, const char *text)
{
	for (size_t i = 0; i < d->story->next_count; i++)
		if (d->story->next[i].subject.kind == SUBJECT_ORDER &&
		    (!text || strstr(d->story->next[i].text, text)))
			return true;
	return false;
}

static bool says(const struct explain *x, enum explain_part part, const char *text)
{
	for (size_t i = 0; i < x->count; i++)
		if (x->lines[i].part == part && strstr(x->lines[i].text, text))
			return true;
	return false;
}

#define IS(word) "\"status\":\"" word "\",\"amountUsd\":\"100.00\""

static const struct {
	const char *refund, *beside; /* refund.status, refundStatus */
	struct {
		const char *status;
		int64_t amount;
	} refunds[2]; /* of the invoice */
	enum money_back back;
	const char *why;                   /* of what needs a person; NULL: nothing does */
	const char *headline, *say, *next; /* next NULL: nothing of the order's is to come */
} ROWS[] = {
	{IS("NONE"),
	 "NONE",
	 {{0}},
	 BACK_NONE,
	 "no refund is under way",
	 "; no refund is under way",
	 "Your 100.00 USD has not been given back to you yet",
	 "100.00 USD are given back"},
	/* an invoice is refunded: nothing is left to be given back */
	{IS("NONE"),
	 "NONE",
	 {{"succeeded", 100000}},
	 BACK_DONE,
	 NULL,
	 "the money went back",
	 "Your 100.00 USD has been sent back to you",
	 NULL},
	{IS("NONE"),
	 "NONE",
	 {{"succeeded", 60000}, {"succeeded", 40000}},
	 BACK_DONE,
	 NULL,
	 "the money went back",
	 "Your 100.00 USD has been sent back to you",
	 NULL},
	{IS("NONE"),
	 "NONE",
	 {{"succeeded", 60000}, {"pending", 40000}},
	 BACK_OPEN,
	 NULL,
	 "its refund is under way",
	 "Your refund of 40.00 USD is under way",
	 NULL},
	{IS("NONE"),
	 "NONE",
	 {{"pending", 100000}},
	 BACK_OPEN,
	 NULL,
	 "its refund is under way",
	 "Your refund of 100.00 USD is under way",
	 NULL},
	{IS("NONE"),
	 "NONE",
	 {{"succeeded", 60000}},
	 BACK_NONE,
	 "40.00 of it not given back",
	 "not all of the money went back",
	 "40.00 USD of your payment has not been given back to you yet",
	 "40.00 USD are given back"},
	{IS("NONE"),
	 "NONE",
	 {{"failed", 100000}},
	 BACK_NONE,
	 "its refund failed",
	 "its refund failed",
	 "Your 100.00 USD has not been given back to you yet",
	 "100.00 USD are given back: the refund failed"},
	/* the order says so, in any of its words and in either of its members */
	{IS("COMPLETED"),
	 "COMPLETED",
	 {{0}},
	 BACK_DONE,
	 NULL,
	 "the money went back",
	 "has been sent back to you",
	 NULL},
	{IS("NONE"),
	 "REFUNDED",
	 {{0}},
	 BACK_DONE,
	 NULL,
	 "the money went back",
	 "has been sent back to you",
	 NULL},
	{IS("SUCCEEDED"),
	 "NONE",
	 {{0}},
	 BACK_DONE,
	 NULL,
	 "the money went back",
	 "has been sent back to you",
	 NULL},
	{IS("refunded"),
	 "NONE",
	 {{0}},
	 BACK_DONE,
	 NULL,
	 "the money went back",
	 "has been sent back to you",
	 NULL},
	{IS("NONE") ",\"txHash\":\"0xabc\"",
	 "NONE",
	 {{0}},
	 BACK_DONE,
	 NULL,
	 "the money went back",
	 "has been sent back to you",
	 NULL},
	{IS("PENDING"),
	 "PENDING",
	 {{0}},
	 BACK_OPEN,
	 "its refund is under way",
	 "its refund is under way",
	 "Your refund of 100.00 USD is under way",
	 "100.00 USD go back to the customer"},
	{IS("PROCESSING"),
	 "NONE",
	 {{0}},
	 BACK_OPEN,
	 "its refund is under way",
	 "its refund is under way",
	 "Your refund of 100.00 USD is under way",
	 "100.00 USD go back to the customer"},
	{IS("NONE"),
	 "PROCESSING",
	 {{0}},
	 BACK_OPEN,
	 "its refund is under way",
	 "its refund is under way",
	 "Your refund of 100.00 USD is under way",
	 "100.00 USD go back to the customer"},
	{IS("FAILED"),
	 "FAILED",
	 {{0}},
	 BACK_NONE,
	 "its refund failed",
	 "its refund failed",
	 "Your 100.00 USD has not been given back to you yet",
	 "100.00 USD are given back: the refund failed"},
	{IS("PENDING"),
	 "FAILED",
	 {{0}},
	 BACK_NONE,
	 "its refund failed",
	 "its refund failed",
	 "Your 100.00 USD has not been given back to you yet",
	 "100.00 USD are given back: the refund failed"},
	/* what failed was made good by the invoice's */
	{IS("FAILED"),
	 "FAILED",
	 {{"succeeded", 100000}},
	 BACK_DONE,
	 NULL,
	 "the money went back",
	 "has been sent back to you",
	 NULL},
};

static void check_row(size_t i)
{
	struct desk d;
	const struct attention_item *item;
	struct order_money m;

	desk_open(&d);
	hear_invoice(&d, 100000, ",\"status\":\"paid\",\"amount_paid\":100000");
	hear_order(&d, ROWS[i].refund, ROWS[i].beside);
	for (size_t k = 0; k < COUNT(ROWS[i].refunds) && ROWS[i].refunds[k].status; k++)
		hear_refund(&d, k ? "ref-2" : "ref-1", ROWS[i].refunds[k].status,
			    ROWS[i].refunds[k].amount);
	m = order_money_in(d.st, store_record(d.st, OBJECT_ORDER, "ord"));
	if (m.back != ROWS[i].back)
		fail_msg("row %zu is %d", i, (int)m.back);
	for (int of = 0; of < 2; of++) {
		desk_look(&d, of ? SUBJECT_INVOICE : SUBJECT_ORDER, of ? "inv" : "ord");
		item = order_item(&d);
		if (!item != !ROWS[i].why || (item && !strstr(item->why, ROWS[i].why)))
			fail_msg("row %zu needs a person: %s", i, item ? item->why : "no");
		if (!strstr(d.x.headline, ROWS[i].headline))
			fail_msg("row %zu: %s", i, d.x.headline);
		if (!says(&d.x, EXPLAIN_SAY, ROWS[i].say))
			fail_msg("row %zu does not say %s", i, ROWS[i].say);
		if (order_is_to_come(&d, ROWS[i].next) != (ROWS[i].next != NULL))
			fail_msg("row %zu: what is to come is another thing", i);
	}
	desk_close(&d);
}

static void test_an_orders_money_is_back_for_all_of_them_or_for_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++)
		check_row(i);
}

static void test_an_order_that_was_never_paid_is_owed_nothing(void **state)
{
	struct order o = {.total = 100000};

	(void)state;
	str_copy(o.payment.status, sizeof(o.payment.status), "pending");
	assert_int_equal(order_money(&o, "", NULL).back, BACK_NOT_OWED);
	str_copy(o.payment.status, sizeof(o.payment.status), "paid");
	assert_int_equal(order_money(&o, "", NULL).back, BACK_NONE);
	assert_int_equal(order_money(&o, "", NULL).amount, 100000);
}

/* By any of what an order says of its payment; a word nobody knows says neither. */
static void test_how_an_order_says_that_it_was_paid(void **state)
{
	static const struct {
		const char *word, *hash, *settled, *step;
		enum order_paid paid;
	} rows[] = {
		{"paid", "", "", "", ORDER_PAID_YES},
		{"PAID", "", "", "", ORDER_PAID_YES},
		{"Completed", "", "", "", ORDER_PAID_YES},
		{"", "0xa", "", "", ORDER_PAID_YES},
		{"levitating", "0xa", "", "", ORDER_PAID_YES},
		{"pending", "0xa", "", "", ORDER_PAID_UNTOLD},
		{"pending", "", "settled", "", ORDER_PAID_YES},
		{"pending", "", "", "processing", ORDER_PAID_YES},
		{"", "", "", "delivered", ORDER_PAID_YES},
		{"", "", "", "pending_payment", ORDER_PAID_NO},
		{"pending", "", "", "", ORDER_PAID_NO},
		{"UNPAID", "", "", "", ORDER_PAID_NO},
		{"levitating", "", "", "", ORDER_PAID_UNTOLD},
		{"", "", "", "", ORDER_PAID_UNTOLD},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct order_step step = {.status = ""};
		struct order o;

		shape_init(&SHAPE_ORDER, &o);
		str_copy(o.status, sizeof(o.status), "cancelled");
		str_copy(o.payment.status, sizeof(o.payment.status), rows[i].word);
		str_copy(o.payment.tx_hash, sizeof(o.payment.tx_hash), rows[i].hash);
		str_copy(o.payment.settlement.status, sizeof(o.payment.settlement.status),
			 rows[i].settled);
		o.payment.has_settlement = rows[i].settled[0] != '\0';
		str_copy(step.status, sizeof(step.status), rows[i].step);
		o.timeline = &step;
		o.timeline_count = rows[i].step[0] != '\0';
		if (order_is_paid(&o, NULL) != rows[i].paid)
			fail_msg("row %zu", i);
		assert_int_equal(order_money(&o, "processing", NULL).back, BACK_NONE);
	}
}

/* The refund of an order against what came in: less is owed, a fee explains what is missing. */
static void test_the_refund_of_an_order_is_compared_with_what_came_in(void **state)
{
	static const struct {
		const char *refund, *beside;
		enum money_back back;
		int64_t amount;
	} rows[] = {
		{"\"status\":\"COMPLETED\",\"amountUsd\":\"40.00\"", "COMPLETED", BACK_NONE, 60000},
		{"\"status\":\"PENDING\",\"amountUsd\":\"40.00\"", "PENDING", BACK_NONE, 60000},
		{"\"status\":\"COMPLETED\",\"amountUsd\":\"98.00\",\"feeUsd\":\"2.00\"",
		 "COMPLETED", BACK_DONE, 98000},
		{"\"status\":\"PENDING\",\"amountUsd\":\"100.00\",\"txHash\":\"0xa\"", "PENDING",
		 BACK_OPEN, 100000},
		{"\"status\":\"COMPLETED\"", "COMPLETED", BACK_DONE, 100000},
		{"\"status\":\"PENDING\"", "PENDING", BACK_OPEN, 100000},
		{"\"status\":\"REJECTED\",\"amountUsd\":\"100.00\"", "REJECTED", BACK_NONE, 100000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct desk d;
		struct order_money m;

		desk_open(&d);
		hear_invoice(&d, 100000, ",\"status\":\"paid\",\"amount_paid\":100000");
		hear_order(&d, rows[i].refund, rows[i].beside);
		m = order_money_in(d.st, store_record(d.st, OBJECT_ORDER, "ord"));
		if (m.back != rows[i].back || m.amount != rows[i].amount)
			fail_msg("row %zu: %d, %lld", i, (int)m.back, (long long)m.amount);
		desk_look(&d, SUBJECT_ORDER, "ord");
		assert_int_equal(order_item(&d) != NULL, m.back != BACK_DONE);
		desk_close(&d);
	}
}

/* Of an expired invoice: what its order gives back is not there to be decided on. */
static void test_what_the_order_gives_back_the_invoice_does_not_hold(void **state)
{
	static const char *const WORDS[] = {"COMPLETED", "SUCCEEDED", "PROCESSING", "PENDING"};

	(void)state;
	for (size_t i = 0; i < COUNT(WORDS); i++) {
		struct desk d;
		char refund[128];

		desk_open(&d);
		str_printf(refund, sizeof(refund), "\"status\":\"%s\",\"amountUsd\":\"100.00\"",
			   WORDS[i]);
		hear_invoice(&d, 100000, ",\"status\":\"expired\",\"amount_paid\":100000");
		hear_order(&d, refund, WORDS[i]);
		desk_look(&d, SUBJECT_INVOICE, "inv");
		for (size_t k = 0; k < attention_count(d.a); k++)
			assert_int_not_equal(attention_at(d.a, k)->subject.kind, SUBJECT_INVOICE);
		for (size_t k = 0; k < d.story->next_count; k++)
			if (d.story->next[k].subject.kind == SUBJECT_INVOICE)
				fail_msg("%s: %s", WORDS[i], d.story->next[k].text);
		desk_close(&d);
	}
}

/* --- more than there is ------------------------------------------------------------------ */

static void hear_payment(struct desk *d, const char *id, const char *status)
{
	char text[512];

	str_printf(text, sizeof(text),
		   "{\"object\":\"invoice_payment\",\"id\":\"%s\",\"invoice_id\":\"inv\","
		   "\"merchant_id\":7,\"status\":\"%s\",\"amount_usd\":9000000000000000}",
		   id, status);
	desk_hear(d, "invoice_payment.updated", text);
}

/* Two of them are more than there can be; less than nothing they never are. */
static void test_payments_of_too_much_need_a_person(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	hear_invoice(&d, 100000, ",\"status\":\"expired\",\"amount_paid\":0");
	hear_payment(&d, "pay-1", "confirmed");
	hear_payment(&d, "pay-2", "confirmed");
	hear_payment(&d, "pay-3", "pending");
	hear_payment(&d, "pay-4", "pending");
	desk_look(&d, SUBJECT_INVOICE, "inv");
	assert_true(attention_count(d.a) > 0);
	assert_true(attention_at(d.a, 0)->at_risk.minor == INT64_MAX);
	assert_true(d.story->next_count > 0);
	assert_true(says(&d.x, EXPLAIN_SAY, "We have it"));
	desk_close(&d);
}

static void test_amounts_at_the_border_break_nothing(void **state)
{
	static const char *const STATUS[] = {"unpaid", "underpaid", "paid", "expired"};

	(void)state;
	for (size_t i = 0; i < 4 * COUNT(STATUS); i++) {
		struct desk d;
		char members[256];

		desk_open(&d);
		str_printf(members, sizeof(members), ",\"status\":\"%s\",\"amount_paid\":%s%lld",
			   STATUS[i / 4], i % 2 ? "-" : "", (long long)INT64_MAX);
		hear_invoice(&d, i % 4 < 2 ? INT64_MAX : -INT64_MAX, members);
		for (int k = 0; k < 4; k++) {
			char id[16];

			str_printf(id, sizeof(id), "pay-%d", k);
			hear_payment(&d, id, k % 2 ? "pending" : "confirmed");
			str_printf(id, sizeof(id), "ref-%d", k);
			hear_refund(&d, id, k < 2 ? "succeeded" : "pending",
				    i % 4 < 2 ? -INT64_MAX : INT64_MAX);
		}
		hear_order(&d, "\"status\":\"PENDING\",\"amountUsd\":\"9223372036854775.807\"",
			   "NONE");
		desk_look(&d, SUBJECT_INVOICE, "inv");
		assert_true(d.x.headline[0] != '\0');
		desk_look(&d, SUBJECT_ORDER, "ord");
		assert_true(d.x.headline[0] != '\0');
		desk_close(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_orders_money_is_back_for_all_of_them_or_for_none),
		cmocka_unit_test(test_an_order_that_was_never_paid_is_owed_nothing),
		cmocka_unit_test(test_how_an_order_says_that_it_was_paid),
		cmocka_unit_test(test_the_refund_of_an_order_is_compared_with_what_came_in),
		cmocka_unit_test(test_what_the_order_gives_back_the_invoice_does_not_hold),
		cmocka_unit_test(test_payments_of_too_much_need_a_person),
		cmocka_unit_test(test_amounts_at_the_border_break_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
