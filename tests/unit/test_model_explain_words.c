/* What is said to a customer when the truth has two sides: never what makes them pay twice, never
 * half of it. */
#include "unit/test_model_support.h"

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
		 "Waits for its payment: the invoice is underpaid, 10.00 USD came in",
		 "10.00 USD arrived. 5.95 USD are still missing"},
		{INVOICE("expired", 15950, 10000, OF_ORDER), PAYMENT("underpaid", 10),
		 "Waits for its payment: the invoice is expired, 10.00 USD came in",
		 "Your money is not lost. Please do not pay again"},
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

static void test_an_order_without_a_payment_waits_for_it(void **state)
{
	struct scene *s = *state;

	told(s, 0, "commerce.order.created", ORDER("pending_payment", ""));
	told(s, 1, "invoice.created", INVOICE("unpaid", 15950, 0, OF_ORDER));
	look(s, SUBJECT_ORDER, "ord", 5);
	assert_string_equal(s->x.headline, "Not shipped: it waits for its payment of 15.95 USD");
	must_say(s, EXPLAIN_SAY, "as soon as its payment has arrived");
	told(s, 6, "invoice.updated", INVOICE("expired", 15950, 0, OF_ORDER));
	look(s, SUBJECT_ORDER, "ord", 7);
	must_say(s, EXPLAIN_SAY, "The time to pay for this order has ended");
}

int main(void)
{
#define SCENE(f) cmocka_unit_test_setup_teardown(f, scene_open, scene_close)
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_order_whose_payment_is_seen_does_not_ask_for_another),
		SCENE(test_an_order_without_a_payment_waits_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
