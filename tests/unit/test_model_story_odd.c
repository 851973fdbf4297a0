/* Stories of what is odd: invoices replaced, answers that fail, come twice or go, kinds nobody
 * knows, and ten thousand events. */
#include "unit/test_model_support.h"

#include "life_kit.h"
#include "model/answers.h"

#include <stdlib.h>

#define DUMP_MAX (256 * 1024)
#define AT(s)    (T0 + (s)*1000)

static uint64_t serial = 900000;

static struct story *story_of(const struct store *st, enum subject_kind kind, const char *id,
			      int64_t now_ms)
{
	struct story *s = xcalloc(1, sizeof(*s));
	struct subject root;
	assert_true(subject_set(&root, kind, id));
	story_build(s, st, &root, now_ms);
	return s;
}

static char *story_text(const struct story *s)
{
	struct strbuf sb;
	char when[WHEN_TEXT_CAP];

	strbuf_init(&sb, DUMP_MAX);
	for (size_t i = 0; i < s->count; i++)
		strbuf_addf(&sb, "%s %s %s: %s%s\n",
			    s->steps[i].ms == TIME_NONE ? "" : when_clock(when, s->steps[i].ms),
			    subject_word(s->steps[i].subject.kind), s->steps[i].subject.id,
			    s->steps[i].text,
			    s->steps[i].marks & ~(unsigned)STORY_LATE ? " (odd)" : "");
	for (size_t i = 0; i < s->next_count; i++)
		strbuf_addf(&sb, "next %s: %s\n", s->next[i].subject.id, s->next[i].text);
	return strbuf_take(&sb);
}

static void assert_told(const struct store *st, enum subject_kind kind, const char *id,
			const char *want)
{
	struct story *s = story_of(st, kind, id, AT(60));
	char *have = story_text(s);

	if (strcmp(have, want) != 0)
		fail_msg("%s %s:\n%s--- and not\n%s", subject_word(kind), id, have, want);
	free(have);
	free(s);
}

/* --- an invoice that was replaced ---------------------------------------------------------- */

static struct event invoice_of_order(int s, int seq, const char *id, const char *status,
				     int64_t paid, const char *before)
{
	char buf[4096];
	return event_at(AT(s), seq, before[0] ? "invoice.updated" : "invoice.created",
			invoice_json(buf, id, status, paid,
				     ",\"commerce_order_id\":\"ord\",\"customer_id\":\"c1\""),
			before);
}

static struct event order_with_invoice(int s, int seq, const char *invoice, const char *type,
				       const char *before)
{
	char buf[4096], named[64], *at;
	struct event e;

	(void)order_json(buf, "ord", "pending_payment", AT(s), "");
	snprintf(named, sizeof(named), "\"%s\"", invoice);
	at = strstr(buf, "\"inv-of-ord\"");
	assert_non_null(at);
	assert_int_equal(strlen(named), strlen("\"inv-of-ord\""));
	memcpy(at, named, strlen(named));
	e = event_at(AT(s), seq, type, buf, before);
	return e;
}

#define REPLACED_EVENTS 7
static void replaced_events(struct event ret[REPLACED_EVENTS])
{
	char buf[1024];

	ret[0] = invoice_of_order(0, 1, "invoice-aa", "unpaid", 0, "");
	ret[1] = order_with_invoice(0, 2, "invoice-aa", "commerce.order.created", "");
	ret[2] = invoice_of_order(5, 3, "invoice-aa", "canceled", 0, "unpaid");
	ret[3] = invoice_of_order(6, 4, "invoice-bb", "unpaid", 0, "");
	ret[4] = order_with_invoice(6, 5, "invoice-bb", "commerce.order.updated", "");
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"invoice_payment\",\"id\":\"pay\",\"invoice_id\":\"invoice-bb\","
		 "\"merchant_id\":7,\"status\":\"confirmed\",\"amount_usd\":49.99}");
	ret[5] = event_at(AT(9), 6, "invoice_payment.updated", buf, "pending");
	ret[6] = invoice_of_order(9, 7, "invoice-bb", "paid", 49990, "unpaid");
}

static void tell_dossier_of_order(struct store *st, const struct event *events)
{
	struct request rq = {.kind = REQUEST_DOSSIER, .object = OBJECT_ORDER, .target = "ord"};
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *d = &m->as.dossier.dossier;

	rq.serial = m->as.dossier.serial = ++serial;
	(void)store_submitted(st, &rq, AT(10));
	d->kind = OBJECT_ORDER;
	str_copy(d->id, sizeof(d->id), "ord");
	d->items = xcalloc(REPLACED_EVENTS, sizeof(*d->items));
	for (; d->count < REPLACED_EVENTS; d->count++) {
		event_copy(&d->items[d->count].event, &events[d->count]);
		d->items[d->count].arrived_ms = events[d->count].order_ms;
	}
	(void)store_apply(st, m, AT(10));
	msg_free(m);
}

/* Whatever is looked at, and in whatever order it arrived: one purchase, paid by the invoice that
 * the order names now. */
static void test_an_order_whose_invoice_was_replaced_has_one_story(void **state)
{
	static const char WANT[] =
		"12:00:00 invoice invoice-aa: invoice of 49.99 USD created\n"
		"12:00:00 order ord: order of 2 items for 19.00 USD at Amazon created\n"
		"12:00:05 invoice invoice-aa: invoice canceled\n"
		"12:00:06 invoice invoice-bb: invoice of 49.99 USD created\n"
		"12:00:06 order ord: its invoice is invoice-bb now\n"
		" payment pay: payment of 49.99 USD seen (odd)\n"
		"12:00:09 payment pay: payment of 49.99 USD confirmed\n"
		"12:00:09 invoice invoice-bb: paid in full: 49.99 USD\n"
		"next ord: the order takes note that it is paid\n";
	static const struct {
		enum subject_kind kind;
		const char *id;
	} ROOTS[] = {{SUBJECT_ORDER, "ord"},
		     {SUBJECT_INVOICE, "invoice-aa"},
		     {SUBJECT_INVOICE, "invoice-bb"},
		     {SUBJECT_PAYMENT, "pay"}};
	struct rng rng;
	(void)state;
	rng_seed(&rng, 3);
	for (int round = 0; round < 12; round++) {
		struct event events[REPLACED_EVENTS];
		struct store *st = store_new();

		replaced_events(events);
		tell_dossier_of_order(st, events);
		for (size_t i = REPLACED_EVENTS; i > 0; i--) {
			size_t j = round == 0 ? 0 : (size_t)rng_below(&rng, i);
			struct event e = events[j];

			memmove(&events[j], &events[j + 1], (i - 1 - j) * sizeof(e));
			tell(st, SOURCE_STREAM, e, AT(10));
		}
		for (size_t i = 0; i < COUNT(ROOTS); i++)
			assert_told(st, ROOTS[i].kind, ROOTS[i].id, WANT);
		store_free(st);
	}
}

/* Both name the order, and it names neither (an abbreviation): the newer one is the one. */
static void test_of_two_invoices_for_one_order_the_newer_is_the_one(void **state)
{
	static const char *const ORDERS[][2] = {{"invoice-aa", "invoice-bb"},
						{"invoice-bb", "invoice-aa"}};
	(void)state;
	for (size_t i = 0; i < COUNT(ORDERS); i++) {
		struct store *st = store_new();
		struct related r;
		struct subject root;

		for (size_t k = 0; k < 2; k++) {
			char buf[4096], extra[128];
			bool newer = str_equal(ORDERS[i][k], "invoice-bb");

			snprintf(extra, sizeof(extra),
				 ",\"commerce_order_id\":\"ord\",\"expires_at\":%lld",
				 (long long)(T0 / 1000 + 600));
			tell(st, SOURCE_STREAM,
			     event_at(AT(newer ? 5 : 1), newer ? 5 : 1, "invoice.created",
				      invoice_json(buf, ORDERS[i][k], "unpaid", 0, extra), ""),
			     AT(6));
		}
		tell(st, SOURCE_STREAM, order_event(AT(6), 6, "ord", "pending_payment"), AT(6));
		assert_string_equal(store_invoice_of(st, "ord")->object.as.invoice.id,
				    "invoice-bb");
		assert_true(subject_set(&root, SUBJECT_ORDER, "ord"));
		related_build(&r, st, &root);
		assert_string_equal(related_first(&r, SUBJECT_INVOICE)->subject.id, "invoice-bb");
		store_free(st);
	}
}

/* --- answers that go wrong ----------------------------------------------------------------- */

enum wrong { FAILS, COMES_TWICE, COMES_AFTER_THE_NEXT, COMES_UNASKED, GOES };

static struct request asking(enum request_kind kind, enum object_kind object, const char *target)
{
	struct request rq = {.kind = kind, .object = object};

	str_copy(rq.target, sizeof(rq.target), target);
	rq.serial = ++serial;
	return rq;
}

static struct msg *an_answer(const struct request *rq)
{
	char buf[4096];
	static const char BODY[] = "{\"id\":\"inv\",\"object\":\"invoice\"}";
	struct msg *m;

	switch (rq->kind) {
	case REQUEST_DOSSIER:
		m = msg_new(MSG_DOSSIER);
		m->as.dossier.serial = rq->serial;
		m->as.dossier.dossier.kind = rq->object;
		str_copy(m->as.dossier.dossier.id, NAME_CAP, rq->target);
		m->as.dossier.dossier.items = xcalloc(1, sizeof(struct kept_event));
		m->as.dossier.dossier.items[0].event = invoice_event(AT(0), 1, "inv", "unpaid", "");
		m->as.dossier.dossier.count = 1;
		return m;
	case REQUEST_SESSION:
		m = msg_new(MSG_SESSION);
		m->as.session.serial = rq->serial;
		payor_session_init(&m->as.session.session);
		str_copy(m->as.session.session.invoice_id, ID_CAP, rq->target);
		return m;
	case REQUEST_CART:
		m = msg_new(MSG_CART);
		m->as.cart.serial = rq->serial;
		m->as.cart.cart.created_at = m->as.cart.cart.updated_at = TIME_NONE;
		return m;
	case REQUEST_LIST:
		m = msg_new(MSG_PAGE);
		m->as.page.serial = rq->serial;
		m->as.page.object = rq->object;
		m->as.page.of = rq->of;
		return m;
	default:
		m = msg_new(MSG_OBJECT);
		m->as.object.serial = rq->serial;
		m->as.object.object =
			object_of(OBJECT_INVOICE, invoice_json(buf, "inv", "unpaid", 0, ""));
		m->as.object.raw = xstrdup(BODY);
		m->as.object.raw_len = strlen(BODY);
		return m;
	}
}

static void apply(struct store *st, struct msg *m)
{
	(void)store_apply(st, m, AT(10));
	msg_free(m);
}

static enum load_state load_of(const struct store *st, const struct request *rq)
{
	struct asked how;

	answer_asked(st, rq, &how);
	return how.load;
}

/* Until those that are kept are as many as there is room for. */
static void push_out(struct store *st)
{
	for (int i = 0; i < ANSWERS_MAX; i++) {
		char id[32];
		struct request rq;

		snprintf(id, sizeof(id), "other-%d", i);
		rq = asking(REQUEST_CART, OBJECT_NONE, id);
		(void)store_submitted(st, &rq, AT(10));
		apply(st, an_answer(&rq));
	}
}

static enum load_state go_wrong(struct store *st, struct request *rq, enum wrong how)
{
	struct request again = *rq;
	struct msg *m;

	if (how != COMES_UNASKED)
		(void)store_submitted(st, rq, AT(10));
	switch (how) {
	case FAILS:
		m = msg_new(MSG_FAILED);
		m->as.failed.request = *rq;
		apply(st, m);
		return LOAD_FAILED;
	case COMES_TWICE:
		apply(st, an_answer(rq));
		apply(st, an_answer(rq));
		return LOAD_DONE;
	case COMES_AFTER_THE_NEXT: /* the answer to the older asking answers nothing any more */
		again.serial = ++serial;
		(void)store_submitted(st, &again, AT(10));
		apply(st, an_answer(rq));
		return LOAD_WAITING;
	case COMES_UNASKED: /* its view was closed, and the asking forgotten */
		apply(st, an_answer(rq));
		return LOAD_NOT_ASKED;
	case GOES:
		apply(st, an_answer(rq));
		push_out(st);
		return LOAD_NOT_ASKED;
	}
	return LOAD_NOT_ASKED;
}

/* The events are what they were: the story is told from them, whatever becomes of what was asked.
 */
static void test_a_story_stands_whatever_becomes_of_an_answer(void **state)
{
	static const struct {
		enum request_kind kind;
		enum object_kind object;
		enum list_of of;
		const char *target;
	} ASKED[] = {
		{REQUEST_DOSSIER, OBJECT_INVOICE, LIST_ALL, "inv"},
		{REQUEST_GET, OBJECT_INVOICE, LIST_ALL, "inv"},
		{REQUEST_SESSION, OBJECT_NONE, LIST_ALL, "inv"},
		{REQUEST_CART, OBJECT_NONE, LIST_ALL, "c1"},
		{REQUEST_LIST, OBJECT_REFUND, LIST_OF_INVOICE, "inv"},
	};
	static const char WANT[] = "12:00:00 invoice inv: invoice of 49.99 USD created\n"
				   "12:00:05 invoice inv: invoice canceled\n";
	(void)state;
	for (size_t i = 0; i < COUNT(ASKED); i++)
		for (enum wrong how = FAILS; how <= GOES; how++) {
			struct request rq = asking(ASKED[i].kind, ASKED[i].object, ASKED[i].target);
			struct store *st = store_new();
			enum load_state want;

			rq.of = ASKED[i].of;
			tell(st, SOURCE_STREAM, invoice_event(AT(0), 1, "inv", "unpaid", ""),
			     AT(0));
			tell(st, SOURCE_STREAM,
			     invoice_event(AT(5), 2, "inv", "canceled", "unpaid"), AT(5));
			want = go_wrong(st, &rq, how);
			if (load_of(st, &rq) != want)
				fail_msg("%s, wrong in way %d: %d", request_kind_words(rq.kind),
					 (int)how, (int)load_of(st, &rq));
			assert_told(st, SUBJECT_INVOICE, "inv", WANT);
			store_free(st);
		}
}

/* --- money nobody spoke of ----------------------------------------------------------------- */

/* A list's row may leave out what was paid: that it was nothing is not said then. */
static void test_a_row_that_leaves_out_the_money_says_nothing_of_it(void **state)
{
	static const struct {
		const char *paid, *want;
	} ROWS[] = {
		{"\"amount_paid\":0,", "invoice expired, nothing was paid"},
		{"", "invoice expired"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct store *st = store_new();
		struct story *s;
		char buf[1024];

		snprintf(buf, sizeof(buf),
			 "{\"object\":\"invoice\",\"id\":\"inv\",\"merchant_id\":7,"
			 "\"status\":\"expired\",\"currency\":\"usd\",\"amount\":49990,%s"
			 "\"amount_unit\":\"usd_millis\",\"created_at\":%lld,\"expires_at\":%lld}",
			 ROWS[i].paid, (long long)(T0 / 1000), (long long)(T0 / 1000 + 20));
		answer(st, OBJECT_INVOICE, buf, AT(30));
		s = story_of(st, SUBJECT_INVOICE, "inv", AT(60));
		assert_int_equal(s->count, 2);
		assert_string_equal(s->steps[0].text, "invoice of 49.99 USD created");
		assert_string_equal(s->steps[1].text, ROWS[i].want);
		assert_int_equal(s->steps[1].ms, AT(20));
		free(s);
		store_free(st);
	}
}

/* --- kinds nobody knows -------------------------------------------------------------------- */

static void test_what_nobody_knows_has_a_story_of_nothing(void **state)
{
	static const struct {
		const char *type, *object, *id;
	} EVENTS[] = {
		{"moon.landed", "{\"object\":\"moon\",\"id\":\"m1\",\"status\":\"full\"}", "m1"},
		{"moon.landed", "{\"id\":\"m2\"}", "m2"},
		{"invoice.updated", "{\"object\":\"invoice\",\"id\":17}", "m3"},
		{"invoice.updated", "{}", "m4"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(EVENTS); i++) {
		struct store *st = store_new();
		struct event e = event_at(AT(0), 1, EVENTS[i].type, EVENTS[i].object, "");
		struct request wants[16];
		struct subject root;

		tell(st, SOURCE_STREAM, e, AT(0));
		for (int k = 0; k < SUBJECT_KIND_COUNT; k++) {
			struct story *s;

			assert_true(subject_set(&root, (enum subject_kind)k,
						k == SUBJECT_EVENT ? "evt_1768478400000-1"
								   : EVENTS[i].id));
			s = story_of(st, root.kind, root.id, AT(60));
			assert_int_equal(s->count, 0);
			assert_int_equal(s->next_count, 0);
			assert_false(s->over);
			assert_in_range(story_wants(st, &root, wants, COUNT(wants)), 0, 8);
			free(s);
		}
		store_free(st);
	}
}

/* --- ten thousand events ------------------------------------------------------------------- */

#define MANY 10000

/* Of one invoice: payments of it that are seen and confirmed, and each counted. */
static void test_ten_thousand_events_end_with_the_newest(void **state)
{
	static const char LAST[] = "payment of 20.50 USD confirmed";
	struct msg *m = msg_new(MSG_EVENTS);
	struct store *st = store_new();
	struct story *s;
	(void)state;
	m->as.events.source = SOURCE_STREAM;
	m->as.events.items = xcalloc(MANY + 1, sizeof(struct event));
	m->as.events.items[m->as.events.count++] = invoice_event(AT(0), 1, "inv", "unpaid", "");
	for (int i = 0; i < MANY; i++) {
		char id[32];

		snprintf(id, sizeof(id), "pay-%05d", i / 2);
		m->as.events.items[m->as.events.count++] =
			payment_event(AT(i + 1), i + 2, id, "inv",
				      i % 2 == 0 ? "pending" : "confirmed");
	}
	(void)store_apply(st, m, AT(MANY));
	msg_free(m);
	s = story_of(st, SUBJECT_INVOICE, "inv", AT(MANY + 1));
	assert_true(s->cut);
	assert_in_range(s->count, 100, STORY_STEPS_MAX);
	assert_string_equal(s->steps[s->count - 1].text, LAST);
	assert_int_equal(s->steps[s->count - 1].ms, AT(MANY));
	for (size_t i = 1; i < s->count; i++)
		assert_true(s->steps[i].ms >= s->steps[i - 1].ms);
	free(s);
	s = story_of(st, SUBJECT_PAYMENT, "pay-00000", AT(MANY + 1));
	assert_true(s->count > 0);
	free(s);
	store_free(st);
}

/* The invoice itself ten thousand times. */
static void test_an_invoice_that_changes_ten_thousand_times_is_as_it_is_now(void **state)
{
	struct msg *m = msg_new(MSG_EVENTS);
	struct store *st = store_new();
	struct story *s;
	char buf[4096];
	(void)state;
	m->as.events.source = SOURCE_STREAM;
	m->as.events.items = xcalloc(MANY, sizeof(struct event));
	for (int i = 0; i < MANY; i++)
		m->as.events.items[m->as.events.count++] =
			event_at(AT(i), i + 1, i == 0 ? "invoice.created" : "invoice.updated",
				 invoice_json(buf, "inv", i == 0 ? "unpaid" : "underpaid", i, ""),
				 i == 1 ? "unpaid" : "");
	(void)store_apply(st, m, AT(MANY));
	msg_free(m);
	s = story_of(st, SUBJECT_INVOICE, "inv", AT(MANY));
	assert_in_range(s->count, 2, STORY_STEPS_MAX);
	assert_int_equal(s->steps[s->count - 1].ms, AT(MANY - 1));
	assert_string_equal(s->next[0].text, "the rest, 39.991 USD, is paid");
	free(s);
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_order_whose_invoice_was_replaced_has_one_story),
		cmocka_unit_test(test_of_two_invoices_for_one_order_the_newer_is_the_one),
		cmocka_unit_test(test_a_story_stands_whatever_becomes_of_an_answer),
		cmocka_unit_test(test_a_row_that_leaves_out_the_money_says_nothing_of_it),
		cmocka_unit_test(test_what_nobody_knows_has_a_story_of_nothing),
		cmocka_unit_test(test_ten_thousand_events_end_with_the_newest),
		cmocka_unit_test(test_an_invoice_that_changes_ten_thousand_times_is_as_it_is_now),
	};
	return cmocka_run_group_tests_name("model story odd", tests, NULL, NULL);
}
