#include "unit/test_model_support.h"

static int setup(void **state)
{
	*state = store_new();
	return 0;
}

static int teardown(void **state)
{
	store_free(*state);
	return 0;
}

static const struct record *invoice(const struct store *st, const char *id)
{
	const struct record *r = store_record(st, OBJECT_INVOICE, id);
	assert_non_null(r);
	return r;
}

/* --- events against events ---------------------------------------------------------------- */

static void test_a_late_event_never_takes_an_invoice_backwards(void **state)
{
	struct store *st = *state;
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0 + 20, 1, "inv", "paid", "underpaid"), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0 + 10, 1, "inv", "underpaid", "unpaid"), T0);
	const struct record *r = invoice(st, "inv");
	assert_string_equal(object_status(&r->object), "paid");
	assert_string_equal(r->previous_status, "underpaid");
	assert_string_equal(r->flaw, "");
}

static void test_a_change_of_status_is_dated_by_the_server(void **state)
{
	struct store *st = *state;
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0 + 500000);
	assert_int_equal(invoice(st, "inv")->changed_ms, T0);
	assert_string_equal(invoice(st, "inv")->previous_status, "");
	tell(st, SOURCE_STREAM, invoice_event(T0 + 60000, 1, "inv", "paid", ""), T0 + 500000);
	assert_int_equal(invoice(st, "inv")->changed_ms, T0 + 60000);
	assert_string_equal(invoice(st, "inv")->previous_status, "unpaid");
	assert_int_equal(invoice(st, "inv")->stated_ms, T0 + 60000);
	/* news without a change of status keeps the date of the change */
	tell(st, SOURCE_STREAM, invoice_event(T0 + 90000, 1, "inv", "paid", ""), T0 + 500000);
	assert_int_equal(invoice(st, "inv")->changed_ms, T0 + 60000);
	assert_int_equal(invoice(st, "inv")->stated_ms, T0 + 90000);
}

static void test_first_sight_of_a_status_that_is_no_birth_has_no_date(void **state)
{
	struct store *st = *state;
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "a", "paid", ""), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0, 2, "b", "paid", "unpaid"), T0);
	assert_true(invoice(st, "a")->changed_ms == TIME_NONE);
	assert_int_equal(invoice(st, "b")->changed_ms, T0);
	assert_string_equal(invoice(st, "b")->previous_status, "unpaid");
}

static void test_a_transition_the_lifecycle_forbids_is_applied_and_flagged(void **state)
{
	static const struct {
		const char *from, *to;
		bool flawed;
	} table[] = {
		{"unpaid", "paid", false},     {"unpaid", "underpaid", false},
		{"paid", "unpaid", true},      {"expired", "paid", true},
		{"canceled", "unpaid", true},  {"underpaid", "paid", false},
		{"underpaid", "unpaid", true}, {"unpaid", "levitating", false},
		{"paid", "paid", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct store *st = store_new();
		tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", table[i].from, ""), T0);
		tell(st, SOURCE_STREAM, invoice_event(T0 + 1, 1, "inv", table[i].to, ""), T0);
		assert_string_equal(status_of(st, OBJECT_INVOICE, "inv"), table[i].to);
		if ((invoice(st, "inv")->flaw[0] != '\0') != table[i].flawed)
			fail_msg("%s to %s: flaw '%s'", table[i].from, table[i].to,
				 invoice(st, "inv")->flaw);
		store_free(st);
	}
}

static void test_a_flaw_seen_only_for_want_of_a_late_event_goes_away(void **state)
{
	struct store *st = *state;
	tell(st, SOURCE_STREAM, invoice_event(T0 + 5, 1, "inv", "paid", ""), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0 + 9, 1, "inv", "unpaid", ""), T0);
	assert_string_equal(invoice(st, "inv")->flaw,
			    "went from paid to unpaid, which should not happen");
	/* a KYC check may go round: rejected, pending again, approved */
	static const char *const seen[] = {"rejected", "approved", "pending"};
	static const int at[] = {1, 3, 2};
	for (size_t i = 0; i < COUNT(seen); i++) {
		char buf[256];
		snprintf(buf, sizeof(buf),
			 "{\"object\":\"ramp_kyc\",\"customer_id\":\"c\",\"status\":\"%s\"}",
			 seen[i]);
		tell(st, SOURCE_STREAM, event_at(T0 + at[i], 1, "ramp.kyc.updated", buf, ""), T0);
	}
	const struct record *r = store_record(st, OBJECT_KYC, "c");
	assert_string_equal(object_status(&r->object), "approved");
	assert_string_equal(r->previous_status, "pending");
	assert_string_equal(r->flaw, "");
}

/* --- events against answers ------------------------------------------------------------------ */

static void test_an_answer_and_an_event_agree_whichever_comes_first(void **state)
{
	/* the answer is about the invoice as it was `answered` when last paid at `paid_s` */
	static const struct {
		const char *event, *answered;
		int event_s, paid_s;
		const char *expect;
	} table[] = {
		{"paid", "unpaid", 10, 0, "paid"},  /* a stale answer */
		{"unpaid", "paid", 10, 20, "paid"}, /* a fresh one */
		{"unpaid", "paid", 10, 0, "paid"},  /* fresh, whatever its clock says */
		{"paid", "paid", 10, 10, "paid"},   /* the same */
		{"underpaid", "expired", 10, 0, "expired"},
		{"expired", "underpaid", 10, 20, "expired"},
		{"paid", "canceled", 10, 0, "paid"}, /* the lifecycle cannot tell: time does */
		{"paid", "canceled", 10, 20, "canceled"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		for (int order = 0; order < 2; order++) {
			struct store *st = store_new();
			char buf[4096], extra[64];
			snprintf(extra, sizeof(extra), ",\"last_payment_at\":%lld",
				 (long long)(T0 / 1000 + table[i].paid_s));
			invoice_json(buf, "inv", table[i].answered, 0, extra);
			struct event e = invoice_event(T0 + table[i].event_s * 1000, 1, "inv",
						       table[i].event, "");
			if (order == 0)
				tell(st, SOURCE_STREAM, e, T0);
			answer(st, OBJECT_INVOICE, buf, T0 + 30000);
			if (order == 1)
				tell(st, SOURCE_STREAM, e, T0);
			if (!str_equal(status_of(st, OBJECT_INVOICE, "inv"), table[i].expect))
				fail_msg("row %zu, %s first: got %s, expected %s", i,
					 order ? "answer" : "event",
					 status_of(st, OBJECT_INVOICE, "inv"), table[i].expect);
			store_free(st);
		}
	}
}

static void test_a_stale_answer_changes_nothing_about_a_record(void **state)
{
	struct store *st = *state;
	char buf[4096];
	tell(st, SOURCE_STREAM,
	     event_at(T0 + 9000, 1, "invoice.updated", invoice_json(buf, "inv", "paid", 49990, ""),
		      "unpaid"),
	     T0);
	uint64_t version = store_version(st, OBJECT_INVOICE);
	assert_int_equal(answer(st, OBJECT_INVOICE, invoice_json(buf, "inv", "unpaid", 0, ""), T0),
			 0);
	assert_int_equal(invoice(st, "inv")->object.as.invoice.amount_paid, 49990);
	assert_int_equal(store_version(st, OBJECT_INVOICE), version);
}

static void test_a_fresh_answer_with_the_same_status_brings_its_fields(void **state)
{
	struct store *st = *state;
	char buf[4096], extra[64];
	tell(st, SOURCE_STREAM,
	     event_at(T0 + 1000, 1, "invoice.updated",
		      invoice_json(buf, "inv", "underpaid", 10, ""), ""),
	     T0);
	snprintf(extra, sizeof(extra), ",\"last_payment_at\":%lld", (long long)(T0 / 1000 + 8));
	answer(st, OBJECT_INVOICE, invoice_json(buf, "inv", "underpaid", 20, extra), T0);
	assert_int_equal(invoice(st, "inv")->object.as.invoice.amount_paid, 20);
	/* and an event older than that answer does not bring back older fields */
	tell(st, SOURCE_STREAM,
	     event_at(T0 + 4000, 1, "invoice.updated",
		      invoice_json(buf, "inv", "underpaid", 15, ""), ""),
	     T0);
	assert_int_equal(invoice(st, "inv")->object.as.invoice.amount_paid, 20);
}

static void test_a_page_fills_records_and_brings_the_latest_payment(void **state)
{
	struct store *st = *state;
	char buf[4096];
	struct msg *m = msg_new(MSG_PAGE);
	m->as.page.object = OBJECT_INVOICE;
	m->as.page.page.items = xcalloc(2, sizeof(struct object));
	m->as.page.page.count = 2;
	m->as.page.page.items[0] =
		object_of(OBJECT_INVOICE, invoice_json(buf, "a", "unpaid", 0, ""));
	m->as.page.page.items[1] =
		object_of(OBJECT_INVOICE,
			  invoice_json(buf, "b", "paid", 49990,
				       ",\"paid_at\":1768478460,\"latest_payment\":{\"object\":"
				       "\"invoice_payment\",\"id\":\"pay\",\"invoice_id\":\"b\","
				       "\"merchant_id\":7,\"status\":\"confirmed\"}"));
	unsigned topics = store_apply(st, m, T0 + 99000);
	msg_free(m);
	assert_int_equal(topics, TOPIC_SERVER | TOPIC_INVOICES);
	assert_int_equal(store_record_count(st, OBJECT_INVOICE), 2);
	assert_int_equal(invoice(st, "b")->changed_ms, 1768478460000);
	assert_int_equal(invoice(st, "b")->stated_ms, T0 + 99000);
	assert_false(invoice(st, "b")->incomplete);
	assert_string_equal(object_id(&store_payment_of(st, "b")->object), "pay");
}

/* --- orders: rows, snapshots, abbreviations -----------------------------------------------------
 */

static const char *row_json(char buf[1024], const char *status, int64_t updated_s)
{
	snprintf(buf, 1024,
		 "{\"orderId\":\"ord\",\"invoiceId\":\"inv-of-ord\",\"networkEnvironment\":"
		 "\"devnet\","
		 "\"status\":\"%s\",\"substatus\":null,\"actions\":{\"canCancel\":false},"
		 "\"retailer\":\"walmart\",\"customerId\":\"cust_9\",\"total\":20.5,"
		 "\"createdAt\":%lld,\"updatedAt\":%lld,\"itemCount\":2}",
		 status, (long long)(T0 / 1000), (long long)(T0 / 1000 + updated_s));
	return buf;
}

static void test_a_row_updates_an_order_without_destroying_its_snapshot(void **state)
{
	struct store *st = *state;
	char buf[4096];
	answer(st, OBJECT_ORDER, order_json(buf, "ord", "processing", T0 + 1000, ""), T0);
	answer(st, OBJECT_ORDER, row_json(buf, "placed", 5), T0);
	const struct order *o = &store_record(st, OBJECT_ORDER, "ord")->object.as.order;
	assert_string_equal(o->status, "placed");
	assert_string_equal(o->retailer, "walmart");
	assert_int_equal(o->total, 20500);
	assert_false(o->can_cancel);
	assert_true(o->has_snapshot);
	assert_int_equal(o->line_count, 1);
	assert_string_equal(o->lines[0].title, "Blue Teapot");
	assert_int_equal(o->merchant_id, 7);
	assert_string_equal(o->refund_status, "NONE");
}

static void test_a_snapshot_completes_a_row_even_when_it_is_older(void **state)
{
	struct store *st = *state;
	char buf[4096];
	answer(st, OBJECT_ORDER, row_json(buf, "placed", 5), T0);
	assert_false(store_record(st, OBJECT_ORDER, "ord")->incomplete);
	tell(st, SOURCE_STREAM,
	     event_at(T0 + 1000, 1, "commerce.order.updated",
		      order_json(buf, "ord", "processing", T0 + 1000, ""), ""),
	     T0);
	const struct order *o = &store_record(st, OBJECT_ORDER, "ord")->object.as.order;
	assert_string_equal(o->status, "placed");
	assert_string_equal(o->retailer, "walmart");
	assert_int_equal(o->line_count, 1);
}

static void test_an_abbreviated_order_sets_the_status_and_asks_for_the_rest(void **state)
{
	struct store *st = *state;
	char buf[4096];
	tell(st, SOURCE_STREAM, order_event(T0, 1, "ord", "processing"), T0);
	const struct record *r = store_record(st, OBJECT_ORDER, "ord");
	assert_true(r->incomplete);
	assert_string_equal(object_status(&r->object), "processing");
	answer(st, OBJECT_ORDER, order_json(buf, "ord", "processing", T0, ""), T0);
	r = store_record(st, OBJECT_ORDER, "ord");
	assert_false(r->incomplete);
	/* the next abbreviation keeps the lines and says they may be old */
	tell(st, SOURCE_STREAM, order_event(T0 + 5000, 1, "ord", "placed"), T0);
	r = store_record(st, OBJECT_ORDER, "ord");
	assert_string_equal(object_status(&r->object), "placed");
	assert_true(r->incomplete);
	assert_int_equal(r->object.as.order.line_count, 1);
	assert_int_equal(r->object.as.order.total, 19000);
	/* an answer in the very second of the event is good enough: no endless asking */
	answer(st, OBJECT_ORDER, order_json(buf, "ord", "placed", T0 + 5000, ""), T0);
	r = store_record(st, OBJECT_ORDER, "ord");
	assert_false(r->incomplete);
	/* a full event is too */
	tell(st, SOURCE_STREAM, order_event(T0 + 7000, 1, "ord", "shipped"), T0);
	tell(st, SOURCE_STREAM,
	     event_at(T0 + 8000, 1, "commerce.order.updated",
		      order_json(buf, "ord", "delivered", T0 + 8000, ""), ""),
	     T0);
	r = store_record(st, OBJECT_ORDER, "ord");
	assert_false(r->incomplete);
	assert_string_equal(object_status(&r->object), "delivered");
}

static void test_a_webhook_style_invoice_does_not_blank_a_whole_one(void **state)
{
	struct store *st = *state;
	char buf[4096];
	answer(st, OBJECT_INVOICE,
	       invoice_json(buf, "inv", "unpaid", 0, ",\"customer_id\":\"cust_1\""), T0);
	tell(st, SOURCE_STREAM,
	     event_at(T0 + 5000, 1, "invoice.updated",
		      "{\"object\":\"invoice\",\"id\":\"inv\",\"status\":\"paid\",\"amount_usd\":"
		      "49.99}",
		      ""),
	     T0);
	const struct record *r = invoice(st, "inv");
	assert_string_equal(object_status(&r->object), "paid");
	assert_string_equal(object_customer(&r->object), "cust_1");
	assert_true(r->incomplete);
}

/* --- links ---------------------------------------------------------------------------------------
 */

static void test_the_newest_payment_of_an_invoice_is_the_one_born_last(void **state)
{
	struct store *st = *state;
	assert_null(store_payment_of(st, "inv"));
	tell(st, SOURCE_STREAM, payment_event(T0 + 50, 1, "pay-2", "inv", "pending"), T0);
	tell(st, SOURCE_STREAM, payment_event(T0 + 90, 1, "pay-1", "inv", "confirmed"), T0);
	/* so far pay-1 looks younger; its first event shows that it is not */
	assert_string_equal(object_id(&store_payment_of(st, "inv")->object), "pay-1");
	tell(st, SOURCE_STREAM, payment_event(T0 + 10, 1, "pay-1", "inv", "pending"), T0);
	assert_string_equal(object_id(&store_payment_of(st, "inv")->object), "pay-2");
	assert_null(store_payment_of(st, "other"));
}

static void test_orders_and_invoices_know_each_other_whichever_side_told(void **state)
{
	struct store *st = *state;
	char buf[4096];
	/* the order tells */
	answer(st, OBJECT_ORDER, order_json(buf, "ord", "placed", T0, ""), T0);
	assert_string_equal(object_id(&store_order_of(st, "inv-of-ord")->object), "ord");
	assert_null(store_invoice_of(st, "ord"));
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv-of-ord", "paid", ""), T0);
	assert_string_equal(object_id(&store_invoice_of(st, "ord")->object), "inv-of-ord");
	/* the invoice tells; the order is known by an abbreviation only */
	tell(st, SOURCE_STREAM, order_event(T0, 2, "ord-b", "placed"), T0);
	answer(st, OBJECT_INVOICE,
	       invoice_json(buf, "inv-b", "paid", 0, ",\"commerce_order_id\":\"ord-b\""), T0);
	assert_string_equal(object_id(&store_order_of(st, "inv-b")->object), "ord-b");
	assert_string_equal(object_id(&store_invoice_of(st, "ord-b")->object), "inv-b");
}

/* --- bounds
 * ---------------------------------------------------------------------------------------- */

static struct event expired_with(int64_t ms, const char *id, int64_t paid)
{
	char buf[4096];
	return event_at(ms, 2, "invoice.updated", invoice_json(buf, id, "expired", paid, ""),
			"unpaid");
}

static void test_when_records_are_too_many_the_longest_finished_leave_first(void **state)
{
	struct store *st = *state;
	char id[32];
	/* even ones are paid or expired, odd ones still open and older */
	for (int i = 0; i < STORE_RECORDS_MAX; i++) {
		snprintf(id, sizeof(id), "inv-%d", i);
		if (i % 50 == 0) { /* each second of them with money in it */
			tell(st, SOURCE_STREAM,
			     expired_with(T0 + STORE_RECORDS_MAX + i, id, i % 100 ? 0 : 100), T0);
			continue;
		}
		tell(st, SOURCE_STREAM,
		     i % 2 ? invoice_event(T0 + i, 1, id, "unpaid", "")
			   : invoice_event(T0 + STORE_RECORDS_MAX + i, 2, id, "paid", "unpaid"),
		     T0);
	}
	tell(st, SOURCE_STREAM, payment_event(T0, 3, "pay", "inv-1", "pending"), T0);
	assert_int_equal(store_record_count(st, OBJECT_INVOICE), STORE_RECORDS_MAX);
	tell(st, SOURCE_STREAM, invoice_event(T0 * 2, 1, "straw", "unpaid", ""), T0);
	size_t left = store_record_count(st, OBJECT_INVOICE);
	assert_true(left <= STORE_RECORDS_MAX && left > STORE_RECORDS_MAX * 9 / 10);
	int gone = STORE_RECORDS_MAX + 1 - (int)left, over = 0;
	for (int i = 0; i < STORE_RECORDS_MAX; i++) {
		snprintf(id, sizeof(id), "inv-%d", i);
		bool is_over = i % 2 == 0 && i % 100 != 0;
		bool expect_gone = is_over && over < gone;
		over += is_over;
		assert_int_equal(store_record(st, OBJECT_INVOICE, id) == NULL, expect_gone);
	}
	assert_non_null(store_record(st, OBJECT_INVOICE, "straw"));
	/* records left are found where they say they are */
	for (size_t i = 0; i < left; i++) {
		const struct record *r = store_record_at(st, OBJECT_INVOICE, i);
		assert_ptr_equal(r, store_record(st, OBJECT_INVOICE, object_id(&r->object)));
	}
	/* events of a record that left still go their way */
	tell(st, SOURCE_STREAM, invoice_event(T0 * 2, 2, "inv-2", "paid", "unpaid"), T0);
	assert_string_equal(status_of(st, OBJECT_INVOICE, "inv-2"), "paid");
}

static void test_an_object_with_endless_events_keeps_its_latest_state(void **state)
{
	static const char *const round[] = {"pending", "rejected"};
	struct store *st = *state;
	char buf[256];
	for (int i = 0; i < 500; i++) {
		snprintf(buf, sizeof(buf),
			 "{\"object\":\"ramp_kyc\",\"customer_id\":\"c\",\"status\":\"%s\","
			 "\"legal_name\":\"n%d\"}",
			 round[i % 2], i);
		tell(st, SOURCE_STREAM, event_at(T0 + i * 2, 1, "ramp.kyc.updated", buf, ""), T0);
	}
	/* late, but within what is remembered one by one */
	tell(st, SOURCE_STREAM,
	     event_at(T0 + 2 * 497 + 1, 1, "ramp.kyc.updated",
		      "{\"object\":\"ramp_kyc\",\"customer_id\":\"c\",\"status\":\"approved\"}",
		      ""),
	     T0);
	const struct record *r = store_record(st, OBJECT_KYC, "c");
	assert_string_equal(object_status(&r->object), "rejected");
	assert_string_equal(r->object.as.kyc.legal_name, "n499");
	assert_string_equal(r->previous_status, "pending");
	assert_int_equal(r->changed_ms, (T0 + 2 * 499) / 1000 * 1000);
}

/* --- actions
 * --------------------------------------------------------------------------------------- */

static struct request cancel(enum request_kind kind, const char *target, const char *key)
{
	struct request rq = {.kind = kind, .serial = 1};
	str_copy(rq.target, sizeof(rq.target), target);
	str_copy(rq.idempotency_key, sizeof(rq.idempotency_key), key);
	return rq;
}

static unsigned end(struct store *st, const struct request *rq, enum outcome outcome)
{
	struct msg *m = msg_new(MSG_OUTCOME);
	m->as.outcome.request = *rq;
	m->as.outcome.outcome = outcome;
	m->as.outcome.latency_ms = 120;
	m->as.outcome.replayed = outcome == OUTCOME_DONE;
	unsigned topics = store_apply(st, m, T0 + 1000);
	msg_free(m);
	return topics;
}

static void test_an_action_is_open_from_submit_to_outcome(void **state)
{
	struct store *st = *state;
	struct request rq = cancel(REQUEST_INVOICE_CANCEL, "inv", "key-1");
	assert_int_equal(store_submitted(st, &rq, T0), TOPIC_ACTIONS);
	assert_non_null(store_action_open(st, "inv"));
	assert_null(store_action_open(st, "other"));
	store_submitted(st, &rq, T0 + 500); /* a retry under the same key is the same action */
	assert_int_equal(store_action_count(st), 1);
	assert_int_equal(store_action(st, 0)->started_ms, T0);
	assert_int_equal(end(st, &rq, OUTCOME_DONE), TOPIC_ACTIONS);
	assert_null(store_action_open(st, "inv"));
	assert_int_equal(store_action(st, 0)->outcome, OUTCOME_DONE);
	assert_int_equal(store_action(st, 0)->latency_ms, 120);
	assert_true(store_action(st, 0)->replayed);
	assert_false(store_action(st, 0)->confirmed);
}

static void test_an_action_is_confirmed_by_what_shows_its_effect(void **state)
{
	static const struct {
		enum outcome outcome;
		const char *status;
		bool confirmed;
	} table[] = {
		{OUTCOME_DONE, "canceled", true},    {OUTCOME_DONE, "cancelled", true},
		{OUTCOME_UNKNOWN, "canceled", true}, {OUTCOME_REFUSED, "canceled", false},
		{OUTCOME_DONE, "paid", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct store *st = store_new();
		struct request rq = cancel(REQUEST_INVOICE_CANCEL, "inv", "key-1");
		tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0);
		store_submitted(st, &rq, T0);
		end(st, &rq, table[i].outcome);
		unsigned topics = tell(st, SOURCE_STREAM,
				       invoice_event(T0 + 1, 1, "inv", table[i].status, ""), T0);
		assert_int_equal(store_action(st, 0)->confirmed, table[i].confirmed);
		assert_int_equal((topics & TOPIC_ACTIONS) != 0, table[i].confirmed);
		store_free(st);
	}
}

static void test_an_effect_seen_before_the_outcome_confirms_it(void **state)
{
	struct store *st = *state;
	struct request rq = cancel(REQUEST_INVOICE_CANCEL, "inv", "key-1");
	store_submitted(st, &rq, T0);
	tell(st, SOURCE_STREAM, invoice_event(T0 + 1, 1, "inv", "canceled", "unpaid"), T0);
	assert_true(store_action(st, 0)->confirmed);
	assert_non_null(store_action_open(st, "inv"));
	end(st, &rq, OUTCOME_DONE);
	assert_true(store_action(st, 0)->confirmed);
}

static void test_an_order_cancel_is_confirmed_by_its_cancellation_or_refund(void **state)
{
	struct store *st = *state;
	struct request rq = cancel(REQUEST_ORDER_CANCEL, "ord", "key-1");
	char buf[4096];
	answer(st, OBJECT_ORDER, order_json(buf, "ord", "placed", T0, ""), T0);
	store_submitted(st, &rq, T0);
	end(st, &rq, OUTCOME_DONE);
	answer(st, OBJECT_ORDER, order_json(buf, "ord", "placed", T0 + 5000, ""), T0);
	assert_false(store_action(st, 0)->confirmed);
	struct object o = object_of(OBJECT_ORDER, order_json(buf, "ord", "placed", T0 + 9000, ""));
	str_copy(o.as.order.cancellation_status, STATUS_CAP, "requested");
	struct msg *m = msg_new(MSG_OBJECT);
	m->as.object.object = o;
	assert_true(store_apply(st, m, T0) & TOPIC_ACTIONS);
	msg_free(m);
	assert_true(store_action(st, 0)->confirmed);
}

static void test_actions_are_newest_first_and_bounded_without_losing_an_open_one(void **state)
{
	struct store *st = *state;
	char id[UUID_CAP];
	for (int i = 0; i < STORE_ACTIONS_MAX + 5; i++) {
		snprintf(id, sizeof(id), "key-%d", i);
		struct request rq = cancel(REQUEST_INVOICE_CANCEL, id, id);
		store_submitted(st, &rq, T0 + i);
		if (i != 2)
			end(st, &rq, OUTCOME_REFUSED);
	}
	assert_int_equal(store_action_count(st), STORE_ACTIONS_MAX);
	assert_string_equal(store_action(st, 0)->request.target, "key-204");
	assert_non_null(store_action_open(st, "key-2"));
	assert_null(store_action(st, STORE_ACTIONS_MAX));
}

static void test_an_outcome_of_an_earlier_run_is_shown_too(void **state)
{
	struct store *st = *state;
	struct request rq = cancel(REQUEST_INVOICE_CANCEL, "inv", "key-old");
	end(st, &rq, OUTCOME_UNKNOWN);
	assert_int_equal(store_action_count(st), 1);
	assert_int_equal(store_action(st, 0)->started_ms, T0 + 880);
	assert_false(store_action(st, 0)->in_flight);
}

/* contract 4.3: rows of a list may leave out what was paid; that is not nothing. */
static void test_an_invoice_that_hides_its_money_is_asked_about_once(void **state)
{
	static const struct {
		const char *status, *paid;
		bool asked;
	} rows[] = {{"underpaid", "", true},
		    {"expired", "", true},
		    {"canceled", "", true},
		    {"unpaid", "", false},
		    {"paid", "", false},
		    {"expired", ",\"amount_paid\":0", false},
		    {"underpaid", ",\"amount_paid\":5", false}};
	struct store *st = *state;
	enum object_kind kind;
	char id[NAME_CAP], text[512];
	for (size_t i = 0; i < COUNT(rows); i++) {
		str_printf(text, sizeof(text),
			   "{\"object\":\"invoice\",\"id\":\"inv-%zu\",\"status\":\"%s\","
			   "\"amount\":1000,\"created_at\":%lld%s}",
			   i, rows[i].status, (long long)(T0 / 1000), rows[i].paid);
		answer(st, OBJECT_INVOICE, text, T0);
		str_printf(id, sizeof(id), "inv-%zu", i);
		assert_int_equal(store_record(st, OBJECT_INVOICE, id)->incomplete, rows[i].asked);
		assert_int_equal(store_doubt_take(st, &kind, id), rows[i].asked);
		answer(st, OBJECT_INVOICE, text, T0 + 1000); /* it knows no more */
		assert_false(store_doubt_take(st, &kind, id));
	}
	answer(st, OBJECT_INVOICE,
	       "{\"object\":\"invoice\",\"id\":\"inv-0\",\"status\":\"underpaid\",\"amount\":1000,"
	       "\"amount_paid\":400,\"created_at\":1768478400}",
	       T0 + 2000);
	assert_false(store_record(st, OBJECT_INVOICE, "inv-0")->incomplete);
	assert_int_equal(store_record(st, OBJECT_INVOICE, "inv-0")->object.as.invoice.amount_paid,
			 400);
}

static const char *paid_row(char buf[512], const char *more)
{
	snprintf(buf, 512,
		 "{\"object\":\"invoice\",\"id\":\"inv\",\"status\":\"paid\",\"currency\":\"usd\","
		 "\"amount\":49990,\"created_at\":%lld,\"paid_at\":%lld%s}",
		 (long long)(T0 / 1000), (long long)(T0 / 1000 + 5), more);
	return buf;
}

/* Whichever came first: the row of a list that leaves out what was paid, or an event with it. */
static void test_a_row_without_what_was_paid_takes_it_from_the_same_state(void **state)
{
	static const struct {
		const char *row;
		int64_t paid;
	} rows[] = {
		{"", 80010},
		{",\"last_payment_at\":1768478405", 80010},
		{",\"last_payment_at\":1768478499", 0}, /* more may have come since */
	};
	char event[4096], row[512];
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		struct store *st = store_new();
		const struct invoice *inv;
		(void)invoice_json(event, "inv", "paid", 80010,
				   ",\"paid_at\":1768478405,\"last_payment_at\":1768478405");
		(void)paid_row(row, rows[i / 2].row);
		if (i % 2 == 0)
			answer(st, OBJECT_INVOICE, row, T0 + 60000);
		tell(st, SOURCE_STREAM, event_at(T0 + 5000, 1, "invoice.updated", event, "unpaid"),
		     T0 + 60000);
		if (i % 2 == 1)
			answer(st, OBJECT_INVOICE, row, T0 + 60000);
		inv = &invoice(st, "inv")->object.as.invoice;
		assert_int_equal(inv->amount_paid, rows[i / 2].paid);
		assert_int_equal(inv->tells_paid, rows[i / 2].paid > 0);
		assert_int_equal(inv->amount_remaining, rows[i / 2].paid > 0 ? 49990 - 80010 : 0);
		store_free(st);
	}
}

static void test_a_payment_keeps_the_amount_that_an_answer_leaves_out(void **state)
{
	static const char ANSWER[] = "{\"object\":\"invoice_payment\",\"id\":\"pay\","
				     "\"invoice_id\":\"inv\",\"merchant_id\":7,"
				     "\"status\":\"confirmed\"}";
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct store *st = store_new();
		const struct record *r;
		if (i == 0)
			answer(st, OBJECT_PAYMENT, ANSWER, T0 + 60000);
		tell(st, SOURCE_STREAM, payment_event(T0 + 5000, 1, "pay", "inv", "pending"),
		     T0 + 60000);
		if (i == 1)
			answer(st, OBJECT_PAYMENT, ANSWER, T0 + 60000);
		r = store_record(st, OBJECT_PAYMENT, "pay");
		assert_int_equal(r->object.as.payment.amount_usd, 20500);
		store_free(st);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_late_event_never_takes_an_invoice_backwards),
		T(test_a_change_of_status_is_dated_by_the_server),
		T(test_first_sight_of_a_status_that_is_no_birth_has_no_date),
		T(test_a_transition_the_lifecycle_forbids_is_applied_and_flagged),
		T(test_a_flaw_seen_only_for_want_of_a_late_event_goes_away),
		T(test_an_answer_and_an_event_agree_whichever_comes_first),
		T(test_a_stale_answer_changes_nothing_about_a_record),
		T(test_a_fresh_answer_with_the_same_status_brings_its_fields),
		T(test_a_page_fills_records_and_brings_the_latest_payment),
		T(test_a_row_updates_an_order_without_destroying_its_snapshot),
		T(test_a_snapshot_completes_a_row_even_when_it_is_older),
		T(test_an_abbreviated_order_sets_the_status_and_asks_for_the_rest),
		T(test_a_webhook_style_invoice_does_not_blank_a_whole_one),
		T(test_an_invoice_that_hides_its_money_is_asked_about_once),
		T(test_a_row_without_what_was_paid_takes_it_from_the_same_state),
		T(test_a_payment_keeps_the_amount_that_an_answer_leaves_out),
		T(test_the_newest_payment_of_an_invoice_is_the_one_born_last),
		T(test_orders_and_invoices_know_each_other_whichever_side_told),
		T(test_when_records_are_too_many_the_longest_finished_leave_first),
		T(test_an_object_with_endless_events_keeps_its_latest_state),
		T(test_an_action_is_open_from_submit_to_outcome),
		T(test_an_action_is_confirmed_by_what_shows_its_effect),
		T(test_an_effect_seen_before_the_outcome_confirms_it),
		T(test_an_order_cancel_is_confirmed_by_its_cancellation_or_refund),
		T(test_actions_are_newest_first_and_bounded_without_losing_an_open_one),
		T(test_an_outcome_of_an_earlier_run_is_shown_too),
	};
#undef T
	return cmocka_run_group_tests_name("model records", tests, NULL, NULL);
}
