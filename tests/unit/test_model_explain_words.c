/* What is said to a customer when the truth has two sides: never what makes them pay twice, never
 * half of it. */
#include "unit/test_model_support.h"

#include "bus/msg.h"
#include "model/explain.h"

#include <stdlib.h>

struct scene {
	struct store *st;
	struct attention *a;
	struct story *story;
	struct explain x;
	int seq;
};

static int scene_open(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	s->st = store_new();
	s->a = attention_new();
	s->story = xcalloc(1, sizeof(*s->story));
	*state = s;
	return 0;
}

static int scene_close(void **state)
{
	struct scene *s = *state;

	free(s->story);
	attention_free(s->a);
	store_free(s->st);
	free(s);
	return 0;
}

/* 'x' is "x". */
static void told(struct scene *s, int64_t at_s, const char *type, const char *object)
{
	char *text = xstrdup(object);

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	tell(s->st, SOURCE_STREAM, event_at(T0 + at_s * 1000, ++s->seq, type, text, ""),
	     T0 + at_s * 1000);
	free(text);
}

static void look(struct scene *s, enum subject_kind kind, const char *id, int64_t now_s)
{
	struct subject what;

	assert_true(subject_set(&what, kind, id));
	attention_refresh(s->a, s->st, T0 + now_s * 1000);
	story_build(s->story, s->st, &what, T0 + now_s * 1000);
	explain_build(&s->x, s->story, s->a, s->st, T0 + now_s * 1000);
}

static const char *line_with(const struct scene *s, enum explain_part part, const char *text)
{
	for (size_t i = 0; i < s->x.count; i++)
		if (s->x.lines[i].part == part && strstr(s->x.lines[i].text, text))
			return s->x.lines[i].text;
	return NULL;
}

static void must_say(const struct scene *s, enum explain_part part, const char *text)
{
	if (line_with(s, part, text))
		return;
	print_message("%s\n", s->x.headline);
	for (size_t i = 0; i < s->x.count; i++)
		print_message("  %s: %s\n", explain_part_title(s->x.lines[i].part),
			      s->x.lines[i].text);
	fail_msg("%s: “%s” is not said", explain_part_title(part), text);
}

#define INVOICE(status, amount, paid, more)                                                      \
	"{'object':'invoice','id':'inv','merchant_id':7,'status':'" status "','amount':" #amount \
	",'amount_paid':" #paid ",'customer_id':'cust_1','created_at':1768478390,"               \
	"'expires_at':1768479300" more "}"
#define PAYMENT(status, usd)                                                         \
	"{'object':'invoice_payment','id':'pay','invoice_id':'inv','merchant_id':7," \
	"'status':'" status "','settlement_status':'pending','amount_usd':" #usd "}"
#define ORDER(status, more)                                                                    \
	"{'object':'commerce_order','orderId':'ord','invoiceId':'inv','status':'" status       \
	"','createdAt':1768478390,'updatedAt':1768478400,'customerId':'cust_1','timeline':[]," \
	"'payment':{'status':'pending'},'fulfillment':{'shipments':[]},'lineItems':[],"        \
	"'totalAmountUsd':'15.95','commerceFeeUsd':'1.00'" more "}"
#define OF_ORDER ",'commerce_order_id':'ord','invoice_type':'commerce'"

/* --- an order that waits for its payment ------------------------------------------------- */

static void test_an_order_whose_payment_is_seen_does_not_ask_for_another(void **state)
{
	static const struct {
		const char *invoice, *payment, *headline, *say;
	} ROWS[] = {
		{INVOICE("unpaid", 15950, 0, OF_ORDER), PAYMENT("pending", 15.95),
		 "Not shipped: a payment of 15.95 USD is seen, not confirmed yet",
		 "please do not pay again"},
		{INVOICE("unpaid", 15950, 0, OF_ORDER), PAYMENT("pending", 10),
		 "Not shipped: a payment of 10.00 USD is seen, not confirmed yet",
		 "It is 5.95 USD less than what is open: please send the rest"},
		{INVOICE("underpaid", 15950, 10000, OF_ORDER), PAYMENT("pending", 5.95),
		 "Not shipped: a payment of 5.95 USD is seen, not confirmed yet",
		 "please do not pay again"},
		{INVOICE("expired", 15950, 0, OF_ORDER), PAYMENT("pending", 15.95),
		 "Not shipped: a payment of 15.95 USD is seen, not confirmed yet",
		 "Please do not pay again before you hear from us"},
		{INVOICE("unpaid", 15950, 0, OF_ORDER), PAYMENT("confirmed", 15.95),
		 "All of it came in; the invoice is still unpaid", "Please do not pay again"},
		{INVOICE("underpaid", 15950, 10000, OF_ORDER), PAYMENT("underpaid", 10),
		 "Waiting for its payment: the invoice is underpaid, 10.00 USD came in",
		 "10.00 USD arrived. 5.95 USD is still missing"},
		{INVOICE("expired", 15950, 10000, OF_ORDER), PAYMENT("underpaid", 10),
		 "Waiting for its payment: the invoice is expired, 10.00 USD came in",
		 "We have it. Please do not pay again"},
	};

	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scene *s;

		print_message("# %zu\n", i);
		(void)state;
		assert_int_equal(scene_open((void **)&s), 0);
		told(s, 0, "commerce.order.created", ORDER("pending_payment", ""));
		told(s, 1, "invoice.updated", ROWS[i].invoice);
		told(s, 2, "invoice_payment.created", ROWS[i].payment);
		look(s, SUBJECT_ORDER, "ord", 5);
		assert_string_equal(s->x.headline, ROWS[i].headline);
		must_say(s, EXPLAIN_SAY, ROWS[i].say);
		assert_null(line_with(s, EXPLAIN_SAY, "as soon as its payment has arrived"));
		must_say(s, EXPLAIN_HAPPENED, "A payment of ");
		assert_int_equal(scene_close((void **)&s), 0);
	}
}

/* --- an invoice that is behind its payments ----------------------------------------------- */

static void test_nobody_is_asked_to_pay_what_is_in_or_on_its_way(void **state)
{
	static const struct {
		const char *invoice, *payment, *headline, *say;
	} ROWS[] = {
		{INVOICE("unpaid", 15950, 0, ""), PAYMENT("confirmed", 15.95),
		 "A payment of 15.95 USD is confirmed; the invoice does not count it yet",
		 "Please do not pay again."},
		{INVOICE("unpaid", 15950, 0, ""), PAYMENT("confirmed", 10),
		 "A payment of 10.00 USD is confirmed; the invoice does not count it yet",
		 "It is 5.95 USD less than asked: please send the rest"},
		{INVOICE("underpaid", 15950, 10000, ""), PAYMENT("confirmed", 15.95),
		 "A payment of 5.95 USD is confirmed; the invoice does not count it yet",
		 "Please do not pay again."},
		{INVOICE("underpaid", 15950, 10000, ""), PAYMENT("pending", 5.95),
		 "Underpaid: 5.95 USD is missing, 14 minutes left",
		 "the rest is on its way. There is nothing you need to do"},
		{INVOICE("underpaid", 15950, 10000, ""), PAYMENT("pending", 2.95),
		 "Underpaid: 5.95 USD is missing, 14 minutes left",
		 "a payment of 2.95 USD is being confirmed. 3.00 USD is still missing"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scene *s;

		print_message("# %zu\n", i);
		assert_int_equal(scene_open((void **)&s), 0);
		told(s, 1, "invoice.updated", ROWS[i].invoice);
		told(s, 2, "invoice_payment.updated", ROWS[i].payment);
		look(s, SUBJECT_INVOICE, "inv", 5);
		assert_string_equal(s->x.headline, ROWS[i].headline);
		must_say(s, EXPLAIN_SAY, ROWS[i].say);
		assert_int_equal(scene_close((void **)&s), 0);
	}
}

static void test_an_order_without_a_payment_waits_for_it(void **state)
{
	struct scene *s = *state;

	told(s, 0, "commerce.order.created", ORDER("pending_payment", ""));
	told(s, 1, "invoice.created", INVOICE("unpaid", 15950, 0, OF_ORDER));
	look(s, SUBJECT_ORDER, "ord", 5);
	assert_string_equal(s->x.headline,
			    "Not shipped: it is waiting for its payment of 15.95 USD");
	must_say(s, EXPLAIN_SAY, "as soon as its payment has arrived");
	told(s, 6, "invoice.updated", INVOICE("expired", 15950, 0, OF_ORDER));
	look(s, SUBJECT_ORDER, "ord", 7);
	must_say(s, EXPLAIN_SAY, "The time to pay for this order has ended");
}

/* --- given back --------------------------------------------------------------------------- */

#define REFUND(id, status, amount, at)                                                          \
	"{'object':'refund','id':'" id "','invoice_id':'inv','merchant_id':7,'status':'" status \
	"','amount':" #amount ",'created_at':" #at "}"

static void test_what_was_refunded_is_told_as_it_is(void **state)
{
	static const struct {
		const char *one, *two, *headline, *say;
	} ROWS[] = {
		{"succeeded", "succeeded",
		 "Paid: 84.00 USD; all of it, 84.00 USD, was refunded in two parts",
		 "Your payment of 84.00 USD arrived, and all of it, 84.00 USD, was sent back to "
		 "you in two parts."},
		{"succeeded", "pending",
		 "Paid: 84.00 USD; 21.00 USD of it was refunded, and 63.00 USD more is on the way",
		 "21.00 USD of it was sent back to you, and 63.00 USD more is on the way."},
		{"succeeded", "failed", "Paid: 84.00 USD; 21.00 USD of it was refunded",
		 "and 21.00 USD of it was sent back to you."},
		{"pending", "failed", "Paid: 84.00 USD; 21.00 USD of it is on the way back",
		 "and 21.00 USD of it is on the way back to you."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scene *s;
		char buf[512];

		assert_int_equal(scene_open((void **)&s), 0);
		told(s, 0, "invoice.updated", INVOICE("paid", 84000, 84000, ""));
		told(s, 1, "invoice_payment.updated", PAYMENT("confirmed", 84));
		snprintf(buf, sizeof(buf), REFUND("r1", "%s", 21000, 1768478420), ROWS[i].one);
		told(s, 20, "refund.created", buf);
		snprintf(buf, sizeof(buf), REFUND("r2", "%s", 63000, 1768478430), ROWS[i].two);
		told(s, 30, "refund.created", buf);
		look(s, SUBJECT_INVOICE, "inv", 40);
		assert_string_equal(s->x.headline, ROWS[i].headline);
		must_say(s, EXPLAIN_SAY, ROWS[i].say);
		look(s, SUBJECT_PAYMENT, "pay", 40);
		must_say(s, EXPLAIN_SAY, ROWS[i].say);
		assert_int_equal(scene_close((void **)&s), 0);
	}
}

static void test_refunds_stand_in_the_order_of_time(void **state)
{
	struct scene *s = *state;

	told(s, 0, "invoice.updated", INVOICE("paid", 84000, 84000, ""));
	told(s, 20, "refund.created", REFUND("r1", "succeeded", 21000, 1768478420));
	told(s, 30, "refund.created", REFUND("r2", "succeeded", 63000, 1768478430));
	look(s, SUBJECT_INVOICE, "inv", 40);
	assert_true(line_with(s, EXPLAIN_HAPPENED, "21.00 USD was refunded") <
		    line_with(s, EXPLAIN_HAPPENED, "63.00 USD was refunded"));
}

static void test_a_payment_of_an_order_that_failed_says_what_its_invoice_says(void **state)
{
	struct scene *s = *state;
	char said[sizeof(s->x.lines[0].text)];

	told(s, 0, "invoice.updated", INVOICE("paid", 15950, 15950, OF_ORDER));
	told(s, 1, "invoice_payment.updated", PAYMENT("confirmed", 15.95));
	told(s, 2, "commerce.order.updated",
	     ORDER("failed", ",'refund':{'status':'COMPLETED','amountUsd':'15.95'}"));
	look(s, SUBJECT_INVOICE, "inv", 5);
	must_say(s, EXPLAIN_SAY, "could not be placed. Your 15.95 USD has been sent back to you.");
	must_say(s, EXPLAIN_HAPPENED, "It pays for order ord, which failed.");
	str_copy(said, sizeof(said), line_with(s, EXPLAIN_SAY, "could not be placed"));
	look(s, SUBJECT_PAYMENT, "pay", 5);
	must_say(s, EXPLAIN_SAY, said);
	assert_null(line_with(s, EXPLAIN_SAY, "Your payment of 15.95 USD arrived."));
}

/* A part was paid, and the order came to nothing: it was taken from them all the same. */
static void test_a_part_that_was_paid_is_not_called_nothing(void **state)
{
	struct scene *s = *state;

	told(s, 0, "invoice.updated", INVOICE("expired", 15950, 10000, OF_ORDER));
	told(s, 1, "invoice_payment.updated", PAYMENT("underpaid", 10));
	told(s, 2, "commerce.order.updated", ORDER("cancelled", ""));
	look(s, SUBJECT_PAYMENT, "pay", 5);
	must_say(s, EXPLAIN_SAY, "We have it, and can send it back: which wallet should it go to?");
	assert_null(line_with(s, EXPLAIN_SAY, "nothing was taken"));
}

/* --- an invoice that ended ------------------------------------------------------------------ */

static void test_nothing_is_refunded_that_is_only_seen(void **state)
{
	struct scene *s = *state;

	told(s, 0, "invoice_payment.created", PAYMENT("pending", 15.95));
	told(s, 1, "invoice.updated", INVOICE("expired", 15950, 0, ""));
	look(s, SUBJECT_INVOICE, "inv", 5);
	must_say(s, EXPLAIN_DO, "See on the network's explorer page");
	assert_null(line_with(s, EXPLAIN_DO, "Refund what came in"));
	assert_null(line_with(s, EXPLAIN_DO, "the rest"));
	assert_null(line_with(s, EXPLAIN_HAPPENED, "No money"));
}

static void test_money_after_the_end_is_told_without_saying_what_pepay_does_with_it(void **state)
{
	struct scene *s = *state;

	told(s, 1000, "invoice.updated",
	     INVOICE("expired", 15950, 15950, ",'last_payment_at':1768479390"));
	look(s, SUBJECT_INVOICE, "inv", 2000);
	must_say(s, EXPLAIN_HAPPENED, "after the invoice had ended; it is still expired.");
	for (size_t i = 0; i < s->x.count; i++)
		assert_null(strstr(s->x.lines[i].text, "does not count it"));
}

static void server_offers(struct store *st, const char *extension)
{
	struct msg *m = msg_new(MSG_CAPABILITIES);
	struct capabilities *c = &m->as.capabilities;

	c->known = true;
	str_copy(c->extensions[c->count++], sizeof(c->extensions[0]), extension);
	(void)store_apply(st, m, T0);
	msg_free(m);
}

static void test_a_refund_is_by_hand_where_the_server_has_no_call_for_it(void **state)
{
	struct scene *s = *state;
	static const char *const BY_HAND = "A refund cannot be sent from here: Pepay publishes no "
					   "call for it. Send it by hand.";

	told(s, 0, "invoice.updated", INVOICE("paid", 15950, 15950, ""));
	look(s, SUBJECT_INVOICE, "inv", 5);
	assert_null(line_with(s, EXPLAIN_DO, BY_HAND)); /* there is nothing to refund */
	told(s, 6, "invoice.updated", INVOICE("paid", 15950, 20000, ""));
	look(s, SUBJECT_INVOICE, "inv", 7);
	must_say(s, EXPLAIN_DO, BY_HAND);
	server_offers(s->st, "invoice_cancel");
	look(s, SUBJECT_INVOICE, "inv", 7);
	must_say(s, EXPLAIN_DO, BY_HAND);
	server_offers(s->st, "invoice_refund");
	look(s, SUBJECT_INVOICE, "inv", 8);
	must_say(s, EXPLAIN_DO, "Refund what is too much");
	assert_null(line_with(s, EXPLAIN_DO, BY_HAND));
}

/* --- payouts and deposits ------------------------------------------------------------------- */

#define PAYOUT(status, more)                                                            \
	"{'object':'ramp_payout','id':'out','customer_id':'cust_1','status':'" status   \
	"','amount':250000,'fee':1000,'fiat_currency':'EUR','fiat_amount_minor':22950," \
	"'fiat_exponent':2,'created_at':1768478390" more "}"

static void test_a_payout_that_came_back_had_arrived_if_it_had(void **state)
{
	struct scene *s = *state;
	static const char *const BACK =
		PAYOUT("returned", ",'failure_code':'account_dormant','failure_message':'dormant'");

	told(s, 10, "ramp.payout.updated", PAYOUT("paid", ""));
	told(s, 20, "ramp.payout.updated", BACK);
	look(s, SUBJECT_PAYOUT, "out", 30);
	must_say(s, EXPLAIN_HAPPENED, "It reached the bank at 12:00:10 UTC.");
	must_say(s, EXPLAIN_CUSTOMER_SEES, "at 12:00:10 UTC and went back at 12:00:20 UTC");
	must_say(s, EXPLAIN_SAY, "arrived at 12:00:10 UTC, and your bank sent it back at 12:00:20");
	assert_null(line_with(s, EXPLAIN_SAY, "did not take"));
}

static void
test_a_payout_that_came_back_is_not_said_to_have_arrived_when_nobody_says_so(void **state)
{
	struct scene *s = *state;

	told(s, 10, "ramp.payout.updated", PAYOUT("processing", ""));
	told(s, 20, "ramp.payout.updated", PAYOUT("returned", ""));
	look(s, SUBJECT_PAYOUT, "out", 30);
	must_say(s, EXPLAIN_SAY, "your bank sent your 229.50 EUR back at 12:00:20 UTC.");
	assert_null(line_with(s, EXPLAIN_SAY, "arrived"));
	assert_null(line_with(s, EXPLAIN_CUSTOMER_SEES, "arrived"));
}

static void test_a_deposit_that_came_back_names_its_money_and_its_transaction(void **state)
{
	struct scene *s = *state;

	told(s, 20, "ramp.deposit.updated",
	     "{'object':'ramp_deposit','id':'dep','customer_id':'cust_1','status':'returned',"
	     "'token_symbol':'USDC','network':'base','amount':500000,'created_at':1768478390,"
	     "'tx_hash':'0xabc','failure_code':'sender_not_allowed'}");
	look(s, SUBJECT_DEPOSIT, "dep", 30);
	must_say(s, EXPLAIN_SAY, "your deposit of 500.00 USD (transaction 0xabc)");
	for (size_t i = 0; i < s->x.count; i++)
		assert_null(strstr(s->x.lines[i].text, "sender_not_allowed"));
	assert_null(strstr(s->x.headline, "sender_not_allowed"));
}

int main(void)
{
#define SCENE(f) cmocka_unit_test_setup_teardown(f, scene_open, scene_close)
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_order_whose_payment_is_seen_does_not_ask_for_another),
		cmocka_unit_test(test_nobody_is_asked_to_pay_what_is_in_or_on_its_way),
		SCENE(test_an_order_without_a_payment_waits_for_it),
		cmocka_unit_test(test_what_was_refunded_is_told_as_it_is),
		SCENE(test_refunds_stand_in_the_order_of_time),
		SCENE(test_a_payment_of_an_order_that_failed_says_what_its_invoice_says),
		SCENE(test_a_part_that_was_paid_is_not_called_nothing),
		SCENE(test_nothing_is_refunded_that_is_only_seen),
		SCENE(test_money_after_the_end_is_told_without_saying_what_pepay_does_with_it),
		SCENE(test_a_refund_is_by_hand_where_the_server_has_no_call_for_it),
		SCENE(test_a_payout_that_came_back_had_arrived_if_it_had),
		SCENE(test_a_payout_that_came_back_is_not_said_to_have_arrived_when_nobody_says_so),
		SCENE(test_a_deposit_that_came_back_names_its_money_and_its_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
