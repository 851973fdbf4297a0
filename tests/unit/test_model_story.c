/* The corners of a story: marks, what only answers tell, what has to be asked, and its bounds. */
#include "unit/test_model_support.h"

#include "base/text.h"
#include "life_kit.h"
#include "model/expectations.h"
#include "model/story.h"

#include <stdlib.h>
#include <time.h>

static struct story *story_of(const struct store *st, enum subject_kind kind, const char *id,
			      int64_t now_ms)
{
	struct story *s = xcalloc(1, sizeof(*s));
	struct subject root;
	assert_true(subject_set(&root, kind, id));
	story_build(s, st, &root, now_ms);
	return s;
}

static const struct story_step *step_at(const struct story *s, size_t i)
{
	if (i >= s->count)
		fail_msg("there is no step %zu", i);
	return &s->steps[i];
}

static void assert_step(const struct story *s, size_t i, const char *text, unsigned marks)
{
	assert_string_equal(step_at(s, i)->text, text);
	assert_int_equal(step_at(s, i)->marks, marks);
}

static void assert_next(const struct story *s, size_t i, const char *text, int64_t by_ms,
			bool overdue)
{
	if (i >= s->next_count)
		fail_msg("nothing is to come: %s", text);
	assert_string_equal(s->next[i].text, text);
	assert_int_equal(s->next[i].by_ms, by_ms);
	assert_int_equal(s->next[i].overdue, overdue);
}

/* An invoice event with its money; created and expires_at are T0 and T0 + 10 min. */
static void tell_invoice(struct store *st, int64_t ms, int seq, const char *status, int64_t paid,
			 const char *before)
{
	char buf[4096], extra[256];
	snprintf(extra, sizeof(extra),
		 ",\"expires_at\":%lld,\"payer_wallet_network\":\"base\",\"customer_id\":\"c1\"",
		 (long long)(T0 / 1000 + 600));
	tell(st, SOURCE_STREAM,
	     event_at(ms, seq,
		      str_equal(status, "unpaid") && !before[0] ? "invoice.created"
								: "invoice.updated",
		      invoice_json(buf, "inv", status, paid, extra), before),
	     ms);
}

/* --- marks --------------------------------------------------------------------------------- */

static void test_a_transition_the_lifecycle_does_not_allow_is_marked(void **state)
{
	(void)state;
	struct store *st = store_new();
	tell_invoice(st, T0, 1, "unpaid", 0, "");
	tell_invoice(st, T0 + 1000, 2, "paid", 49990, "unpaid");
	tell_invoice(st, T0 + 2000, 3, "unpaid", 0, "paid");
	struct story *s = story_of(st, SUBJECT_INVOICE, "inv", T0 + 3000);
	assert_int_equal(s->count, 3);
	assert_int_equal(step_at(s, 1)->marks, 0);
	assert_int_equal(step_at(s, 2)->marks, STORY_IMPOSSIBLE);
	assert_string_equal(step_at(s, 2)->status, "unpaid");
	free(s);
	store_free(st);
}

static void test_a_step_whose_own_clock_is_before_the_one_it_follows_is_marked(void **state)
{
	char buf[4096];
	(void)state;
	struct store *st = store_new();
	tell_invoice(st, T0 + 60000, 1, "unpaid", 0, "");
	/* its id says that it came after, its `created` says half a minute before */
	tell(st, SOURCE_STREAM,
	     event_about("evt_1768478461000-2", T0 + 30000, "invoice.updated",
			 invoice_json(buf, "inv", "canceled", 0, ""), "unpaid"),
	     T0);
	struct story *s = story_of(st, SUBJECT_INVOICE, "inv", T0 + 90000);
	assert_int_equal(s->count, 2);
	assert_step(s, 1, "invoice canceled", STORY_OUT_OF_ORDER);
	assert_int_equal(s->steps[1].ms, T0 + 30000);
	assert_int_equal(s->steps[1].gap_ms, 0);
	assert_int_equal(s->from_ms, T0 + 30000);
	assert_int_equal(s->to_ms, T0 + 60000);
	free(s);
	store_free(st);
}

static void test_the_same_news_under_another_id_is_marked(void **state)
{
	(void)state;
	struct store *st = store_new();
	tell_invoice(st, T0, 1, "unpaid", 0, "");
	tell_invoice(st, T0 + 1000, 2, "paid", 49990, "unpaid");
	tell_invoice(st, T0 + 1000, 3, "paid", 49990, "unpaid");
	struct story *s = story_of(st, SUBJECT_INVOICE, "inv", T0 + 2000);
	assert_int_equal(s->count, 3);
	assert_step(s, 2, "invoice: nothing new", STORY_DOUBLE);
	free(s);
	store_free(st);
}

static void test_money_after_the_deadline_is_overdue_and_after_the_end_is_so_marked(void **state)
{
	(void)state;
	struct store *st = store_new();
	tell_invoice(st, T0, 1, "unpaid", 0, "");
	tell_invoice(st, T0 + EXPECT_MINUTES(11), 2, "paid", 49990, "unpaid");
	struct story *s = story_of(st, SUBJECT_INVOICE, "inv", T0 + EXPECT_MINUTES(12));
	assert_int_equal(step_at(s, 1)->marks, STORY_OVERDUE);
	free(s);
	tell(st, SOURCE_STREAM, payment_event(T0 + EXPECT_MINUTES(13), 3, "late", "inv", "pending"),
	     T0);
	s = story_of(st, SUBJECT_INVOICE, "inv", T0 + EXPECT_MINUTES(14));
	assert_step(s, 2, "payment of 20.50 USD seen", STORY_AFTER_END);
	free(s);
	store_free(st);
}

static void test_a_deadline_that_goes_by_without_a_word_is_a_step(void **state)
{
	(void)state;
	struct store *st = store_new();
	tell_invoice(st, T0, 1, "unpaid", 0, "");
	struct story *s = story_of(st, SUBJECT_INVOICE, "inv", T0 + EXPECT_MINUTES(9));
	assert_int_equal(s->count, 1);
	assert_next(s, 0, "the customer pays 49.99 USD", T0 + EXPECT_MINUTES(10), false);
	assert_true(s->next[0].promised);
	free(s);
	s = story_of(st, SUBJECT_INVOICE, "inv", T0 + EXPECT_MINUTES(11));
	assert_int_equal(s->count, 2);
	assert_step(s, 1, "the time to pay ran out, and nothing says that it expired",
		    STORY_OVERDUE);
	assert_int_equal(s->steps[1].source, STORY_DEADLINE);
	assert_int_equal(s->steps[1].ms, T0 + EXPECT_MINUTES(10));
	assert_next(s, 0, "Pepay says that it expired", T0 + EXPECT_MINUTES(10), true);
	free(s);
	store_free(st);
}

static void test_an_abbreviation_is_told_without_sums_nobody_said(void **state)
{
	(void)state;
	struct store *st = store_new();
	tell(st, SOURCE_STREAM, order_event(T0, 1, "ord", "placed"), T0);
	struct story *s = story_of(st, SUBJECT_ORDER, "ord", T0 + 1000);
	assert_int_equal(s->count, 3);
	assert_step(s, 0, "order created", STORY_INFERRED);
	assert_step(s, 1, "order paid, in processing", STORY_INFERRED);
	assert_step(s, 2, "order placed with the retailer", 0);
	assert_int_equal(s->steps[0].ms, TIME_NONE);
	assert_next(s, 0, "the retailer ships it", T0 + EXPECT_SHIP_MS, false);
	free(s);
	store_free(st);
}

/* --- what only answers tell ---------------------------------------------------------------- */

static void test_an_order_known_from_an_answer_alone_has_its_timeline(void **state)
{
	static const char SNAPSHOT[] =
		"{\"object\":\"commerce_order\",\"orderId\":\"ord\",\"invoiceId\":\"inv\","
		"\"retailer\":\"target\",\"createdAt\":1768478400,\"updatedAt\":1768479000,"
		"\"customerId\":\"c1\",\"status\":\"shipped\",\"timeline\":["
		"{\"status\":\"pending_payment\",\"timestamp\":\"2026-01-15T12:00:00.000Z\","
		"\"message\":\"Order created\"},"
		"{\"status\":\"processing\",\"timestamp\":\"2026-01-15T12:01:00.000Z\","
		"\"message\":\"Payment received\"},"
		"{\"status\":\"placed\",\"timestamp\":\"2026-01-15T12:04:00.000Z\","
		"\"message\":\"Order placed\"},"
		"{\"status\":\"shipped\",\"timestamp\":\"2026-01-15T12:09:00.000Z\","
		"\"message\":\"Shipped\"}],\"payment\":{\"status\":\"paid\"},"
		"\"fulfillment\":{\"shipments\":[{\"shipmentId\":\"s1\",\"carrier\":\"UPS\","
		"\"trackingNumber\":\"1Z999\",\"deliveryStatus\":\"In Transit\","
		"\"obtainedAt\":1768478941}]},"
		"\"lineItems\":[],\"totalAmountUsd\":\"19.00\",\"commerceFeeUsd\":\"1.00\"}";
	static const struct {
		const char *text;
		int64_t after_s;
	} steps[] = {
		{"order for 19.00 USD at Target created", 0},
		{"order paid, in processing", 60},
		{"order placed with Target", 240},
		{"shipped with UPS 1Z999", 540},
	};
	(void)state;
	struct store *st = store_new();
	answer(st, OBJECT_ORDER, SNAPSHOT, T0 + 700000);
	struct story *s = story_of(st, SUBJECT_ORDER, "ord", T0 + 700000);
	assert_int_equal(s->count, COUNT(steps));
	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_step(s, i, steps[i].text, STORY_INFERRED);
		assert_int_equal(s->steps[i].ms, T0 + steps[i].after_s * 1000);
		assert_int_equal(s->steps[i].source, STORY_ANSWER);
	}
	assert_int_equal(s->checked_ms, T0 + 700000);
	assert_next(s, 0, "it is delivered", T0 + 540000 + EXPECT_DELIVER_MS, false);
	free(s);
	store_free(st);
}

static void test_a_session_tells_of_its_quote_and_when_it_runs_out(void **state)
{
	struct request rq = {.kind = REQUEST_SESSION, .serial = 9};
	struct msg *m = msg_new(MSG_SESSION);
	struct payor_session *p = &m->as.session.session;
	(void)state;
	struct store *st = store_new();
	tell_invoice(st, T0, 1, "unpaid", 0, "");
	str_copy(rq.target, sizeof(rq.target), "inv");
	store_submitted(st, &rq, T0);
	m->as.session.serial = 9;
	str_copy(p->invoice_id, sizeof(p->invoice_id), "inv");
	p->has_quote = true;
	str_copy(p->quote.token_amount, sizeof(p->quote.token_amount), "50.1");
	str_copy(p->quote.token_symbol, sizeof(p->quote.token_symbol), "USDC");
	str_copy(p->quote.network, sizeof(p->quote.network), "base");
	p->quote.updated_at = T0 + 5000;
	p->quote.valid_until = T0 + 305000;
	p->answered_ms = T0 + 6000;
	store_apply(st, m, T0 + 6000);
	msg_free(m);
	struct story *s = story_of(st, SUBJECT_SESSION, "inv", T0 + 7000);
	assert_step(s, 1, "the payor was quoted 50.1 USDC on Base, good until 12:05:05", 0);
	assert_int_equal(s->steps[1].subject.kind, SUBJECT_SESSION);
	assert_next(s, 0, "the quote of 50.1 USDC is used, or runs out", T0 + 305000, false);
	assert_next(s, 1, "the customer pays 49.99 USD", T0 + EXPECT_MINUTES(10), false);
	assert_int_equal(s->checked_ms, T0 + 6000);
	free(s);
	s = story_of(st, SUBJECT_INVOICE, "inv", T0 + 306000);
	assert_step(s, 2, "the quote ran out; the payor has to ask for another", 0);
	assert_int_equal(s->steps[2].source, STORY_DEADLINE);
	assert_next(s, 0, "the customer pays 49.99 USD", T0 + EXPECT_MINUTES(10), false);
	free(s);
	store_free(st);
}

static void test_the_cart_it_was_bought_with_comes_first(void **state)
{
	struct request rq = {.kind = REQUEST_CART, .serial = 9};
	struct msg *m = msg_new(MSG_CART);
	char buf[4096];
	(void)state;
	struct store *st = store_new();
	answer(st, OBJECT_ORDER, order_json(buf, "ord", "pending_payment", T0, ""), T0);
	str_copy(rq.target, sizeof(rq.target), "cust_9");
	store_submitted(st, &rq, T0);
	m->as.cart.serial = 9;
	m->as.cart.cart.created_at = T0 - 60000;
	m->as.cart.cart.quantity = 2;
	m->as.cart.cart.subtotal = 18000;
	store_apply(st, m, T0);
	msg_free(m);
	struct story *s = story_of(st, SUBJECT_ORDER, "ord", T0 + 1000);
	assert_step(s, 0, "cart begun; 2 items for 18.00 USD in it now", 0);
	assert_int_equal(s->steps[0].subject.kind, SUBJECT_CART);
	assert_int_equal(s->steps[1].gap_ms, 60000);
	free(s);
	store_free(st);
}

static void test_a_check_that_holds_a_payout_up_is_part_of_its_story(void **state)
{
	static const char OUT[] = "{\"object\":\"ramp_payout\",\"id\":\"out\",\"customer_id\":"
				  "\"c1\",\"status\":\"queued\",\"amount\":5000,"
				  "\"fiat_currency\":\"EUR\",\"fiat_amount_minor\":459,"
				  "\"fiat_exponent\":2,\"created_at\":1768478400}";
	static const char CHECK[] = "{\"object\":\"ramp_kyc\",\"customer_id\":\"c1\",\"status\":"
				    "\"expired\",\"submitted_at\":1760000000}";
	(void)state;
	struct store *st = store_new();
	answer(st, OBJECT_PAYOUT, OUT, T0);
	answer(st, OBJECT_KYC, CHECK, T0);
	struct story *s = story_of(st, SUBJECT_PAYOUT, "out", T0 + 1000);
	assert_int_equal(s->next_count, 2);
	/* what goes not by itself comes first */
	assert_next(s, 0, "the customer hands in new documents", TIME_NONE, false);
	assert_next(s, 1, "it is sent, and 4.59 EUR arrive in the bank", T0 + EXPECT_PAYOUT_MS,
		    false);
	assert_false(s->next[1].promised);
	free(s);
	store_free(st);
}

static void test_what_nobody_has_heard_of_is_neither_over_nor_waiting(void **state)
{
	(void)state;
	struct store *st = store_new();
	for (int k = 0; k < SUBJECT_KIND_COUNT; k++) {
		struct story *s = story_of(st, (enum subject_kind)k, "nobody", T0);
		assert_int_equal(s->count, 0);
		assert_int_equal(s->next_count, 0);
		assert_false(s->over);
		assert_int_equal(s->from_ms, TIME_NONE);
		free(s);
	}
	store_free(st);
}

static void test_a_customers_story_is_all_that_is_theirs(void **state)
{
	char buf[4096];
	(void)state;
	struct store *st = store_new();
	tell_invoice(st, T0, 1, "unpaid", 0, "");
	tell(st, SOURCE_STREAM,
	     event_at(T0 + 5000, 2, "invoice.created",
		      invoice_json(buf, "inv-2", "unpaid", 0, ",\"customer_id\":\"c1\""), ""),
	     T0);
	struct story *s = story_of(st, SUBJECT_CUSTOMER, "c1", T0 + 6000);
	assert_int_equal(s->count, 2);
	assert_string_equal(s->steps[0].subject.id, "inv");
	assert_string_equal(s->steps[1].subject.id, "inv-2");
	assert_int_equal(s->next_count, 2);
	free(s);
	store_free(st);
}

static void test_each_payment_is_judged_by_its_own_invoice(void **state)
{
	struct request rq = {.kind = REQUEST_DOSSIER, .serial = 70, .target = "c1"};
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *d = &m->as.dossier.dossier;
	char a[4096], b[4096];
	(void)state;
	struct store *st = store_new();
	invoice_json(a, "inv-a", "unpaid", 0, ",\"customer_id\":\"c1\"");
	invoice_json(b, "inv-b", "unpaid", 0, ",\"customer_id\":\"c1\"");
	store_submitted(st, &rq, T0);
	m->as.dossier.serial = 70;
	str_copy(d->id, sizeof(d->id), "c1");
	d->items = xcalloc(5, sizeof(*d->items));
	d->items[d->count++].event = event_at(T0, 1, "invoice.created", a, "");
	d->items[d->count++].event = event_at(T0, 2, "invoice.created", b, "");
	d->items[d->count++].event =
		event_at(T0 + 1000, 3, "invoice.updated",
			 invoice_json(a, "inv-a", "canceled", 0, ",\"customer_id\":\"c1\""),
			 "unpaid");
	d->items[d->count++].event = payment_event(T0 + 2000, 4, "pay", "inv-b", "pending");
	d->items[d->count++].event = payment_event(T0 + 2000, 5, "pay-2", "inv-b", "underpaid");
	store_apply(st, m, T0);
	msg_free(m);
	struct story *s = story_of(st, SUBJECT_CUSTOMER, "c1", T0 + 3000);
	assert_true(s->count >= 5);
	assert_step(s, 3, "payment of 20.50 USD seen", 0);
	assert_next(s, 0, "the payment of 20.50 USD is to be confirmed",
		    T0 + 2000 + EXPECT_CONFIRM_MS, false);
	assert_next(s, 1, "the rest, 8.99 USD, is paid", TIME_NONE, false);
	assert_string_equal(s->next[1].subject.id, "inv-b");
	assert_int_equal(s->next_count, 2);
	free(s);
	store_free(st);
}

static struct event paid_event(int64_t ms, int seq, const char *invoice)
{
	char buf[1024];
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"invoice_payment\",\"id\":\"pay-%s\",\"invoice_id\":\"%s\","
		 "\"merchant_id\":7,\"status\":\"confirmed\",\"amount_usd\":49.99}",
		 invoice, invoice);
	return event_at(ms, seq, "invoice_payment.confirmed", buf, "pending");
}

static void test_a_customer_who_paid_two_invoices_paid_neither_twice(void **state)
{
	static const char CUSTOMER[] = ",\"customer_id\":\"c1\"";
	struct request rq = {.kind = REQUEST_DOSSIER, .serial = 70, .target = "c1"};
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *d = &m->as.dossier.dossier;
	char buf[4096];
	(void)state;
	struct store *st = store_new();
	store_submitted(st, &rq, T0);
	m->as.dossier.serial = 70;
	str_copy(d->id, sizeof(d->id), "c1");
	d->items = xcalloc(6, sizeof(*d->items));
	for (int i = 0; i < 2; i++) {
		const char *id = i == 0 ? "inv-a" : "inv-b";
		int64_t at = T0 + i * INT64_C(60000);
		d->items[d->count++].event =
			event_at(at, 3 * i + 1, "invoice.created",
				 invoice_json(buf, id, "unpaid", 0, CUSTOMER), "");
		d->items[d->count++].event = paid_event(at + 1000, 3 * i + 2, id);
		d->items[d->count++].event =
			event_at(at + 2000, 3 * i + 3, "invoice.updated",
				 invoice_json(buf, id, "paid", 49990, CUSTOMER), "unpaid");
	}
	store_apply(st, m, T0);
	msg_free(m);
	struct story *s = story_of(st, SUBJECT_CUSTOMER, "c1", T0 + 70000);
	for (size_t i = 0; i < s->next_count; i++) {
		if (strstr(s->next[i].text, "too much") || strstr(s->next[i].text, "gives back"))
			fail_msg("nobody paid too much: %s", s->next[i].text);
	}
	free(s);
	store_free(st);
}

/* That an order failed is not what is new once its money is given back. */
static void test_money_that_came_back_has_the_look_of_it(void **state)
{
	static const struct {
		const char *status;
		enum tone tone;
	} ROWS[] = {{"PENDING", TONE_ACTIVE}, {"FAILED", TONE_BAD}, {"COMPLETED", TONE_GOOD}};
	char buf[4096];
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct request rq = {.kind = REQUEST_DOSSIER,
				     .object = OBJECT_ORDER,
				     .serial = 70,
				     .target = "ord"};
		struct msg *m = msg_new(MSG_DOSSIER);
		struct dossier *d = &m->as.dossier.dossier;
		struct store *st = store_new();
		size_t at = 0;
		store_submitted(st, &rq, T0);
		m->as.dossier.serial = 70;
		d->kind = OBJECT_ORDER;
		str_copy(d->id, sizeof(d->id), "ord");
		d->items = xcalloc(2, sizeof(*d->items));
		d->items[d->count++].event =
			event_at(T0, 1, "commerce.order.updated",
				 order_json(buf, "ord", "failed", T0, ""), "processing");
		(void)order_json(buf, "ord", "failed", T0 + 1000, "");
		char *refund = strstr(buf, "\"refund\":");
		assert_non_null(refund);
		snprintf(refund, 256, "\"refund\":{\"status\":\"%s\",\"amountUsd\":\"15.95\"}}",
			 ROWS[i].status);
		d->items[d->count++].event =
			event_at(T0 + 1000, 2, "commerce.order.updated", buf, "");
		store_apply(st, m, T0 + 1000);
		msg_free(m);
		struct story *s = story_of(st, SUBJECT_ORDER, "ord", T0 + 2000);
		while (at < s->count && (s->steps[at].source != STORY_EVENT ||
					 !strstr(s->steps[at].text, "refund of 15.95 USD")))
			at++;
		assert_int_equal(step_at(s, at)->tone, ROWS[i].tone);
		free(s);
		store_free(st);
	}
}

/* --- what has to be asked ------------------------------------------------------------------ */

static void allow(struct store *st, const char *extension)
{
	struct msg *m = msg_new(MSG_CAPABILITIES);
	struct capabilities *c = &m->as.capabilities;
	c->known = true;
	str_copy(c->extensions[c->count++], sizeof(c->extensions[0]), extension);
	store_apply(st, m, T0);
	msg_free(m);
}

/* "words object target; …" */
static const char *wanted(const struct store *st, enum subject_kind kind, const char *id,
			  char ret[1024])
{
	struct request some[16];
	struct subject root;
	assert_true(subject_set(&root, kind, id));
	size_t n = story_wants(st, &root, some, COUNT(some));
	ret[0] = '\0';
	for (size_t i = 0; i < n; i++)
		snprintf(ret + strlen(ret), 1024 - strlen(ret), "%s%s %s %s", i ? "; " : "",
			 request_kind_words(some[i].kind),
			 some[i].object != OBJECT_NONE ? kind_info(some[i].object)->wire : "-",
			 some[i].target);
	return ret;
}

static void submit_all(struct store *st, enum subject_kind kind, const char *id, bool fail)
{
	struct request some[16];
	struct subject root;
	static uint64_t serial = 500;
	assert_true(subject_set(&root, kind, id));
	size_t n = story_wants(st, &root, some, COUNT(some));
	for (size_t i = 0; i < n; i++) {
		some[i].serial = ++serial;
		store_submitted(st, &some[i], T0);
		if (fail) {
			struct msg *m = msg_new(MSG_FAILED);
			m->as.failed.request = some[i];
			store_apply(st, m, T0);
			msg_free(m);
		}
	}
}

static void test_the_dossier_is_wanted_first_and_then_what_is_not_known(void **state)
{
	char got[1024];
	(void)state;
	struct store *st = store_new();
	tell(st, SOURCE_STREAM, payment_event(T0, 1, "pay", "inv", "pending"), T0);
	assert_string_equal(wanted(st, SUBJECT_PAYMENT, "pay", got),
			    "the whole story invoice_payment pay; look up invoice inv");
	submit_all(st, SUBJECT_PAYMENT, "pay", false);
	assert_string_equal(wanted(st, SUBJECT_PAYMENT, "pay", got), "");
	store_free(st);
}

static void test_what_failed_is_not_asked_again_and_again(void **state)
{
	char got[1024];
	(void)state;
	struct store *st = store_new();
	submit_all(st, SUBJECT_ORDER, "ord", true);
	assert_string_equal(wanted(st, SUBJECT_ORDER, "ord", got), "");
	store_free(st);
}

static void test_refunds_are_asked_for_where_the_server_has_them(void **state)
{
	char got[1024], json[4096];
	(void)state;
	struct store *st = store_new();
	answer(st, OBJECT_INVOICE, invoice_json(json, "inv", "paid", 49990, ""), T0);
	assert_string_equal(wanted(st, SUBJECT_INVOICE, "inv", got), "the whole story invoice inv");
	allow(st, "invoice_refund");
	assert_string_equal(wanted(st, SUBJECT_INVOICE, "inv", got),
			    "the whole story invoice inv; list refund inv");
	store_free(st);
}

static void test_a_dossier_is_wanted_again_when_something_new_came(void **state)
{
	char got[1024];
	(void)state;
	struct life *l = life_load("invoice-paid");
	struct store *st = store_new();
	life_tell(l, st, 0);
	life_tell_dossier(l, st, &l->roots[0], T0);
	assert_string_equal(wanted(st, SUBJECT_INVOICE, l->roots[0].id, got), "");
	life_tell(l, st, 1);
	assert_non_null(strstr(wanted(st, SUBJECT_INVOICE, l->roots[0].id, got), "whole story"));
	life_tell_dossier(l, st, &l->roots[0], T0);
	assert_string_equal(wanted(st, SUBJECT_INVOICE, l->roots[0].id, got), "");
	store_free(st);
	life_free(l);
}

static void test_a_customers_lists_are_asked_for(void **state)
{
	char got[1024];
	(void)state;
	struct store *st = store_new();
	allow(st, "ramps");
	assert_string_equal(wanted(st, SUBJECT_CUSTOMER, "c1", got),
			    "the whole story - c1; list invoice c1; list commerce_order c1; "
			    "list ramp_payout c1; list ramp_deposit c1; look up ramp_kyc c1");
	store_free(st);
}

/* --- bounds -------------------------------------------------------------------------------- */

static struct msg *monster(size_t events)
{
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *d = &m->as.dossier.dossier;
	m->as.dossier.serial = 77;
	d->kind = OBJECT_INVOICE;
	str_copy(d->id, sizeof(d->id), "inv");
	d->items = xcalloc(events, sizeof(*d->items));
	for (size_t i = 0; i < events; i++) {
		char id[32];
		snprintf(id, sizeof(id), "pay-%zu", i % 300);
		d->items[i].event = payment_event(T0 + (int64_t)i * 1000, (int)i + 1, id, "inv",
						  i < 300 ? "pending" : "confirmed");
		d->items[i].arrived_ms = T0 + (int64_t)i * 1000;
		d->count++;
	}
	return m;
}

static void test_a_monster_is_cut_to_its_newest_steps_in_bounded_time(void **state)
{
	struct request rq = {.kind = REQUEST_DOSSIER, .object = OBJECT_INVOICE, .serial = 77};
	struct msg *m = monster(DOSSIER_EVENTS_MAX);
	(void)state;
	struct store *st = store_new();
	str_copy(rq.target, sizeof(rq.target), "inv");
	store_submitted(st, &rq, T0);
	store_apply(st, m, T0);
	msg_free(m);
	clock_t before = clock();
	struct story *s = story_of(st, SUBJECT_INVOICE, "inv", T0 + 9000000);
	double ms = (double)(clock() - before) * 1000 / CLOCKS_PER_SEC;
	assert_true(s->cut);
	assert_in_range(s->count, 100, STORY_STEPS_MAX);
	assert_true(s->next_count <= STORY_NEXT_MAX);
	for (size_t i = 1; i < s->count; i++)
		assert_true(s->steps[i].ms >= s->steps[i - 1].ms);
	if (ms > 500) /* some ten in truth; a sanitizer takes its share */
		fail_msg("a story of %d events took %.1f ms", DOSSIER_EVENTS_MAX, ms);
	free(s);
	store_free(st);
}

static void test_hostile_text_is_cut_between_characters(void **state)
{
	char buf[2048], reason[600] = "";
	(void)state;
	struct store *st = store_new();
	for (int i = 0; i < 60; i++)
		memcpy(reason + 3 * i, "\xe2\x82\xac", 4); /* three bytes each */
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"refund\",\"id\":\"ref\",\"invoice_id\":\"inv\",\"merchant_id\":7,"
		 "\"status\":\"pending\",\"currency\":\"usd\",\"amount\":1000,"
		 "\"reason\":\"%s\",\"created_at\":1768478400}",
		 reason);
	tell(st, SOURCE_STREAM, event_at(T0, 1, "refund.created", buf, ""), T0);
	struct story *s = story_of(st, SUBJECT_REFUND, "ref", T0);
	assert_true(utf8_valid(step_at(s, 0)->text, strlen(step_at(s, 0)->text)));
	assert_non_null(strstr(s->steps[0].text, "asked for: \xe2\x82\xac"));
	free(s);
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_transition_the_lifecycle_does_not_allow_is_marked),
		cmocka_unit_test(
			test_a_step_whose_own_clock_is_before_the_one_it_follows_is_marked),
		cmocka_unit_test(test_the_same_news_under_another_id_is_marked),
		cmocka_unit_test(
			test_money_after_the_deadline_is_overdue_and_after_the_end_is_so_marked),
		cmocka_unit_test(test_a_deadline_that_goes_by_without_a_word_is_a_step),
		cmocka_unit_test(test_an_abbreviation_is_told_without_sums_nobody_said),
		cmocka_unit_test(test_an_order_known_from_an_answer_alone_has_its_timeline),
		cmocka_unit_test(test_a_session_tells_of_its_quote_and_when_it_runs_out),
		cmocka_unit_test(test_the_cart_it_was_bought_with_comes_first),
		cmocka_unit_test(test_a_check_that_holds_a_payout_up_is_part_of_its_story),
		cmocka_unit_test(test_what_nobody_has_heard_of_is_neither_over_nor_waiting),
		cmocka_unit_test(test_a_customers_story_is_all_that_is_theirs),
		cmocka_unit_test(test_each_payment_is_judged_by_its_own_invoice),
		cmocka_unit_test(test_money_that_came_back_has_the_look_of_it),
		cmocka_unit_test(test_a_customer_who_paid_two_invoices_paid_neither_twice),
		cmocka_unit_test(test_the_dossier_is_wanted_first_and_then_what_is_not_known),
		cmocka_unit_test(test_what_failed_is_not_asked_again_and_again),
		cmocka_unit_test(test_refunds_are_asked_for_where_the_server_has_them),
		cmocka_unit_test(test_a_dossier_is_wanted_again_when_something_new_came),
		cmocka_unit_test(test_a_customers_lists_are_asked_for),
		cmocka_unit_test(test_a_monster_is_cut_to_its_newest_steps_in_bounded_time),
		cmocka_unit_test(test_hostile_text_is_cut_between_characters),
	};
	return cmocka_run_group_tests_name("model story", tests, NULL, NULL);
}
