/* Feed and REST thread against the real pepay-sandbox, killed and started again. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/idmap.h"
#include "base/strbuf.h"
#include "net/feed.h"
#include "net/rest.h"
#include "wire/json.h"
#include "peer.h"
#include "sandbox_child.h"

#define UUID_A "11111111-2222-4333-8444-555555555555"
#define UUID_B "66666666-7777-4888-9999-000000000000"

/* --- the client ------------------------------------------------------------------------ */

struct client {
	struct mailbox *mb;
	struct feed *feed;
	struct rest *rest;
	struct link_report link[STREAM_COUNT];
	bool visited[LINK_STATE_COUNT]; /* by the merchant stream */
	struct idmap *seen;             /* ids of merchant stream events */
	char first[ID_CAP];             /* the first of them */
	size_t received, gaps, bad_frames;
	char last_key[ID_CAP]; /* idempotency key of the last event that had one */
	struct msg *answer;    /* the latest answer of the REST thread */
	uint64_t serial;
};

static void client_new(struct client *c, const struct sandbox *sb, const char *merchant_key,
		       bool read_only)
{
	struct feed_options feed = {.ws_url = sb->ws_url,
				    .merchant_key = merchant_key,
				    .commerce_key = sb->commerce_key,
				    .clock = clock_system(),
				    .jitter_seed = 11};
	struct rest_options rest = {.base_url = sb->base_url,
				    .merchant_key = merchant_key,
				    .commerce_key = sb->commerce_key,
				    .read_only = read_only};

	*c = (struct client){.mb = mailbox_new(64), .seen = idmap_new()};
	assert_int_equal(feed_start(&feed, c->mb, &c->feed, NULL), S_OK);
	assert_int_equal(rest_start(&rest, c->mb, &c->rest, NULL), S_OK);
}

static void client_end(struct client *c)
{
	feed_stop(c->feed);
	rest_stop(c->rest);
	mailbox_free(c->mb);
	idmap_free(c->seen);
	msg_free(c->answer);
}

static void client_take_events(struct client *c, const struct msg_events *e)
{
	c->bad_frames += e->bad_frames;
	for (size_t i = 0; i < e->count; i++) {
		if (e->items[i].idempotency_key[0] != '\0')
			(void)str_copy(c->last_key, sizeof(c->last_key),
				       e->items[i].idempotency_key);
		if (e->stream != STREAM_MERCHANT)
			continue;
		if (c->received++ == 0)
			(void)str_copy(c->first, sizeof(c->first), e->items[i].id);
		(void)idmap_put(c->seen, e->items[i].id, c);
	}
}

static bool client_next(struct client *c)
{
	struct msg *m = mailbox_take(c->mb);

	if (m == NULL)
		return false;
	if (m->kind == MSG_EVENTS && m->as.events.source != SOURCE_REST) {
		client_take_events(c, &m->as.events);
	} else if (m->kind == MSG_LINK) {
		c->link[m->as.link.stream] = m->as.link;
		if (m->as.link.stream == STREAM_MERCHANT)
			c->visited[m->as.link.state] = true;
	} else if (m->kind == MSG_GAP) {
		c->gaps++;
	} else {
		msg_free(c->answer);
		c->answer = m;
		return true;
	}
	msg_free(m);
	return true;
}

static void client_drain(struct client *c)
{
	while (client_next(c))
		;
}

/* Looks after each message, so that what is soon something else again is seen too. */
#define WAIT_FOR(c, condition)                                                            \
	do {                                                                              \
		int64_t until_ = test_now_ms() + PATIENCE_MS;                             \
		while (!(condition)) {                                                    \
			struct pollfd p_ = {.fd = mailbox_fd((c)->mb), .events = POLLIN}; \
			if (client_next(c))                                               \
				continue;                                                 \
			if (test_now_ms() > until_)                                       \
				fail_msg("never: %s", #condition);                        \
			(void)poll(&p_, 1, 20);                                           \
		}                                                                         \
	} while (0)

#define STATE(c) ((c)->link[STREAM_MERCHANT].state)

/* Asks and waits for the answer of that kind. */
static struct msg *client_ask(struct client *c, struct request rq, enum msg_kind kind)
{
	rq.serial = ++c->serial;
	msg_free(c->answer);
	c->answer = NULL;
	assert_int_equal(rest_submit(c->rest, &rq), S_OK);
	WAIT_FOR(c, c->answer != NULL && c->answer->kind == kind);
	return c->answer;
}

/* --- tests ------------------------------------------------------------------------------- */

static void test_sandbox_both_streams_come_alive(void **state)
{
	struct sandbox sb;
	struct client c;

	(void)state;
	sandbox_new(&sb, "busy", false);
	client_new(&c, &sb, sb.merchant_key, false);
	WAIT_FOR(&c, STATE(&c) == LINK_LIVE && c.link[STREAM_COMMERCE].state == LINK_LIVE);
	WAIT_FOR(&c, c.received > 20);
	WAIT_FOR(&c, c.link[STREAM_MERCHANT].rtt_ms >= 0);
	assert_int_equal(c.bad_frames, 0);
	client_end(&c);
	sandbox_end(&sb);
}

static void test_sandbox_every_read_is_answered(void **state)
{
	static const enum object_kind kinds[] = {OBJECT_INVOICE, OBJECT_ORDER, OBJECT_PAYOUT,
						 OBJECT_KYC};
	struct sandbox sb;
	struct client c;
	struct msg *m;

	(void)state;
	sandbox_new(&sb, "quiet", false);
	client_new(&c, &sb, sb.merchant_key, true);
	m = client_ask(&c, (struct request){.kind = REQUEST_CAPABILITIES}, MSG_CAPABILITIES);
	assert_true(capabilities_have(&m->as.capabilities, "ramps"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct request list = {.kind = REQUEST_LIST, .object = kinds[i], .limit = 5};
		struct request get = {.kind = REQUEST_GET, .object = kinds[i]};
		char second[NAME_CAP];

		m = client_ask(&c, list, MSG_PAGE);
		assert_int_equal(m->as.page.page.count, 5);
		assert_int_equal(m->as.page.page.skipped, 0);
		assert_true(m->as.page.page.has_more);
		(void)str_copy(get.target, sizeof(get.target),
			       object_id(&m->as.page.page.items[0]));
		(void)str_copy(second, sizeof(second), object_id(&m->as.page.page.items[4]));
		(void)str_copy(list.cursor, sizeof(list.cursor),
			       kinds[i] == OBJECT_ORDER ? "4" : second);
		m = client_ask(&c, get, MSG_OBJECT);
		assert_string_equal(object_id(&m->as.object.object), get.target);
		m = client_ask(&c, list, MSG_PAGE);
		assert_true(m->as.page.page.count > 0);
		if (kinds[i] == OBJECT_ORDER)
			assert_string_equal(object_id(&m->as.page.page.items[0]), second);
		else
			assert_string_not_equal(object_id(&m->as.page.page.items[0]), second);
	}
	m = client_ask(&c, (struct request){.kind = REQUEST_EVENTS, .limit = 50}, MSG_EVENTS);
	assert_int_equal(m->as.events.count, 50);
	assert_true(m->as.events.items[0].order_ms <= m->as.events.items[49].order_ms);
	client_end(&c);
	sandbox_end(&sb);
}

/*
 * Pages backwards through REST until `from`. Returns how many there are, or 0 when one of them has
 * not been seen.
 */
static size_t count_if_all_seen(struct client *c, const char *from, char missing[ID_CAP])
{
	struct request rq = {.kind = REQUEST_EVENTS, .limit = 100};
	size_t checked = 0;

	for (int pages = 0; pages < 200; pages++) {
		const struct msg_events *e =
			&client_ask(c, rq, MSG_EVENTS)->as.events; /* oldest first */

		assert_true(e->count > 0);
		for (size_t i = e->count; i > 0; i--) {
			const char *id = e->items[i - 1].id;

			(void)str_copy(missing, ID_CAP, id);
			if (!idmap_has(c->seen, id))
				return 0;
			checked++;
			if (strcmp(id, from) == 0)
				return checked;
		}
		(void)str_copy(rq.cursor, sizeof(rq.cursor), e->items[0].id);
	}
	fail_msg("the first event is not on record");
	return 0;
}

/* What was seen is what the server has, before long: an invoice may expire meanwhile. */
static void assert_same_as_rest(struct client *c)
{
	char missing[ID_CAP] = "";
	size_t on_record = 0;
	int64_t until = test_now_ms() + PATIENCE_MS;

	while (test_now_ms() < until) {
		on_record = count_if_all_seen(c, c->first, missing);
		if (on_record == idmap_count(c->seen))
			return;
		test_sleep_ms(200);
		client_drain(c);
	}
	if (on_record == 0)
		fail_msg("event %s was lost", missing);
	fail_msg("%zu seen, %zu on record", idmap_count(c->seen), on_record);
}

static void test_sandbox_killed_and_back_loses_nothing(void **state)
{
	struct sandbox sb;
	struct client c;

	(void)state;
	sandbox_new(&sb, "busy", true);
	client_new(&c, &sb, sb.merchant_key, false);
	for (int round = 0; round < 4; round++) {
		size_t before = c.received;

		WAIT_FOR(&c, STATE(&c) == LINK_LIVE && c.received > before + 15);
		sandbox_kill(&sb, SIGKILL);
		WAIT_FOR(&c, STATE(&c) == LINK_RECONNECTING);
		assert_int_equal(c.link[STREAM_MERCHANT].problem.status, E_NETWORK);
		if (round < 3)
			sandbox_start(&sb, "busy");
	}
	sandbox_start(&sb, "quiet"); /* so that there is an end to compare at */
	WAIT_FOR(&c, STATE(&c) == LINK_LIVE);
	assert_same_as_rest(&c);
	assert_int_equal(c.gaps, 0);
	assert_int_equal(c.bad_frames, 0);
	client_end(&c);
	sandbox_end(&sb);
}

static size_t count_in_log(const struct sandbox *sb, const char *words)
{
	FILE *f = fopen(sb->log, "re");
	char line[1024];
	size_t n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		n += strstr(line, words) != NULL;
	(void)fclose(f);
	return n;
}

static void test_sandbox_wrong_key_is_tried_once(void **state)
{
	struct sandbox sb;
	struct client c;
	struct msg *m;

	(void)state;
	sandbox_new(&sb, "quiet", false);
	client_new(&c, &sb, "pk_wrong_wrong_wrong_9876", true);
	WAIT_FOR(&c, STATE(&c) == LINK_AUTH_FAILED);
	assert_non_null(strstr(c.link[STREAM_MERCHANT].problem.what, "9876"));
	assert_null(strstr(c.link[STREAM_MERCHANT].problem.what, "pk_wrong"));
	WAIT_FOR(&c, c.link[STREAM_COMMERCE].state == LINK_LIVE);
	test_sleep_ms(1500);
	client_drain(&c);
	assert_int_equal(STATE(&c), LINK_AUTH_FAILED);
	assert_int_equal(count_in_log(&sb, "/ws/merchant/events"), 1);
	m = client_ask(&c, (struct request){.kind = REQUEST_LIST, .object = OBJECT_INVOICE},
		       MSG_FAILED);
	assert_int_equal(m->as.failed.problem.status, E_AUTH);
	assert_string_equal(m->as.failed.fault.code, CODE_API_KEY_INVALID);
	assert_string_not_equal(m->as.failed.fault.request_id, "");
	client_end(&c);
	sandbox_end(&sb);
}

/* The first invoice of the list in that state. */
static void find_invoice(struct client *c, const char *status, char id[NAME_CAP])
{
	struct request list = {.kind = REQUEST_LIST, .object = OBJECT_INVOICE, .limit = 100};
	const struct msg *m = client_ask(c, list, MSG_PAGE);

	for (size_t i = 0; i < m->as.page.page.count; i++) {
		if (strcmp(object_status(&m->as.page.page.items[i]), status) == 0) {
			(void)str_copy(id, NAME_CAP, object_id(&m->as.page.page.items[i]));
			return;
		}
	}
	fail_msg("no invoice is %s", status);
}

static void test_sandbox_cancels_once_and_says_so_again(void **state)
{
	struct sandbox sb;
	struct client c;
	struct request cancel = {.kind = REQUEST_INVOICE_CANCEL, .idempotency_key = UUID_A};
	const struct msg_outcome *o;

	(void)state;
	sandbox_new(&sb, "quiet", false);
	client_new(&c, &sb, sb.merchant_key, false);
	WAIT_FOR(&c, STATE(&c) == LINK_LIVE);
	find_invoice(&c, "unpaid", cancel.target);
	o = &client_ask(&c, cancel, MSG_OUTCOME)->as.outcome;
	assert_int_equal(o->outcome, OUTCOME_DONE);
	assert_false(o->replayed);
	WAIT_FOR(&c, strcmp(c.last_key, UUID_A) == 0); /* the event tells whose doing it was */
	o = &client_ask(&c, cancel, MSG_OUTCOME)->as.outcome;
	assert_int_equal(o->outcome, OUTCOME_DONE);
	assert_true(o->replayed);
	(void)str_copy(cancel.idempotency_key, sizeof(cancel.idempotency_key), UUID_B);
	o = &client_ask(&c, cancel, MSG_OUTCOME)->as.outcome;
	assert_int_equal(o->outcome, OUTCOME_REFUSED);
	assert_string_equal(o->fault.code, CODE_INVOICE_NOT_CANCELABLE);
	client_end(&c);
	sandbox_end(&sb);
}

static void test_sandbox_gets_no_write_from_a_read_only_client(void **state)
{
	struct sandbox sb;
	struct client c;
	struct request cancel = {.kind = REQUEST_INVOICE_CANCEL, .idempotency_key = UUID_A};

	(void)state;
	sandbox_new(&sb, "quiet", false);
	client_new(&c, &sb, sb.merchant_key, true);
	find_invoice(&c, "unpaid", cancel.target);
	assert_int_equal(client_ask(&c, cancel, MSG_OUTCOME)->as.outcome.problem.status,
			 E_READ_ONLY);
	client_end(&c);
	assert_int_equal(count_in_log(&sb, "POST"), 0);
	sandbox_end(&sb);
}

static struct request someones(enum object_kind object, enum list_of of, const char *target)
{
	struct request rq = {.kind = REQUEST_LIST, .object = object, .of = of, .limit = 100};

	assert_true(str_copy(rq.target, sizeof(rq.target), target));
	return rq;
}

static struct request about(enum request_kind kind, const char *target)
{
	struct request rq = {.kind = kind};

	assert_true(str_copy(rq.target, sizeof(rq.target), target));
	return rq;
}

/* A customer who has an order and things in a cart. */
static void find_shopper(struct client *c, char customer[NAME_CAP], struct order *ret)
{
	struct request rq = {.kind = REQUEST_LIST, .object = OBJECT_ORDER, .limit = 100};
	struct order orders[100];
	size_t count;
	struct msg *m = client_ask(c, rq, MSG_PAGE);

	count = m->as.page.page.count;
	for (size_t i = 0; i < count; i++)
		orders[i] = m->as.page.page.items[i].as.order; /* no lists are read of them */
	for (size_t i = 0; i < count; i++) {
		m = client_ask(c, about(REQUEST_CART, orders[i].customer_id), MSG_CART);
		if (m->as.cart.cart.item_count == 0)
			continue;
		(void)str_copy(customer, NAME_CAP, orders[i].customer_id);
		*ret = orders[i];
		return;
	}
	fail_msg("nobody has a cart");
}

static void look_at_shopper(struct client *c)
{
	char customer[NAME_CAP], product[NAME_CAP];
	struct order order;
	struct msg *m;

	find_shopper(c, customer, &order);
	m = client_ask(c, about(REQUEST_CART, customer), MSG_CART);
	assert_string_equal(m->as.cart.cart.customer_id, customer);
	assert_true(m->as.cart.cart.checked && m->as.cart.cart.has_totals);
	assert_true(m->as.cart.cart.items[0].checked);
	assert_true(m->as.cart.cart.total > m->as.cart.cart.subtotal);
	assert_string_equal(m->as.cart.cart.note, "");
	(void)str_copy(product, sizeof(product), m->as.cart.cart.items[0].product_id);
	m = client_ask(c, about(REQUEST_PRODUCT, product), MSG_PRODUCTS);
	assert_string_equal(m->as.products.products.items[0].product_id, product);
	assert_true(m->as.products.products.items[0].offer_count > 0);
	m = client_ask(c, someones(OBJECT_ORDER, LIST_OF_CUSTOMER, customer), MSG_PAGE);
	assert_true(m->as.page.page.count > 0);
	for (size_t i = 0; i < m->as.page.page.count; i++)
		assert_string_equal(object_customer(&m->as.page.page.items[i]), customer);
	m = client_ask(c, someones(OBJECT_ORDER, LIST_OF_INVOICE, order.invoice_id), MSG_PAGE);
	assert_int_equal(m->as.page.page.count, 1);
	assert_string_equal(object_id(&m->as.page.page.items[0]), order.order_id);
	m = client_ask(c, someones(OBJECT_INVOICE, LIST_OF_CUSTOMER, customer), MSG_PAGE);
	assert_true(m->as.page.page.count > 0);
}

static void look_at_payer(struct client *c)
{
	struct request rq = {.kind = REQUEST_LIST, .object = OBJECT_INVOICE, .limit = 100};
	struct invoice v = {.id = ""};
	struct msg *m = client_ask(c, rq, MSG_PAGE);

	for (size_t i = 0; i < m->as.page.page.count; i++)
		if (m->as.page.page.items[i].as.invoice.payer_wallet_address[0] != '\0')
			v = m->as.page.page.items[i].as.invoice;
	assert_string_not_equal(v.id, "");
	rq = someones(OBJECT_INVOICE, LIST_OF_WALLET, v.payer_wallet_address);
	(void)str_copy(rq.word, sizeof(rq.word), v.payer_wallet_network);
	m = client_ask(c, rq, MSG_PAGE);
	assert_true(m->as.page.page.count > 0);
	for (size_t i = 0; i < m->as.page.page.count; i++)
		assert_string_equal(m->as.page.page.items[i].as.invoice.payer_wallet_address,
				    v.payer_wallet_address);
	m = client_ask(c, someones(OBJECT_PAYMENT, LIST_OF_INVOICE, v.id), MSG_PAGE);
	assert_true(m->as.page.page.count > 0);
	m = client_ask(c, someones(OBJECT_REFUND, LIST_OF_INVOICE, v.id), MSG_PAGE);
	assert_int_equal(m->as.page.page.count, 0);
}

/* By its invoice, then by the pass that gave. */
static void look_at_session(struct client *c)
{
	struct request rq = {.kind = REQUEST_SESSION};
	const struct payor_session *s;
	struct payor_pass pass;
	char id[ID_CAP];
	struct msg *m;

	find_invoice(c, "unpaid", rq.target);
	(void)str_copy(id, sizeof(id), rq.target);
	m = client_ask(c, rq, MSG_SESSION);
	s = &m->as.session.session;
	assert_string_equal(s->invoice_id, id);
	assert_string_equal(s->status, "unpaid");
	assert_true(s->amount > 0 && s->token_count > 0 && s->has_email);
	assert_string_equal(s->note, "");
	assert_true(payor_url_read(s->payment_url, strlen(s->payment_url), &pass));
	rq = (struct request){.kind = REQUEST_SESSION, .pass = pass};
	m = client_ask(c, rq, MSG_SESSION);
	assert_string_equal(m->as.session.session.invoice_id, id);
	assert_true(m->as.session.session.token_count > 0);
	rq.pass.signature[0] = rq.pass.signature[0] == '0' ? '1' : '0';
	m = client_ask(c, rq, MSG_FAILED);
	assert_int_equal(m->as.failed.problem.status, E_DENIED);
	assert_null(strstr(m->as.failed.problem.what, pass.token));
}

static void test_sandbox_everything_can_be_looked_up(void **state)
{
	static const enum object_kind extensions[] = {OBJECT_DEPOSIT, OBJECT_REFUND};
	struct sandbox sb;
	struct client c;
	struct msg *m;
	char id[ID_CAP];

	(void)state;
	sandbox_new(&sb, "quiet", false);
	client_new(&c, &sb, sb.merchant_key, true);
	look_at_shopper(&c);
	look_at_payer(&c);
	look_at_session(&c);
	m = client_ask(&c, (struct request){.kind = REQUEST_EVENTS, .limit = 1}, MSG_EVENTS);
	(void)str_copy(id, sizeof(id), m->as.events.items[0].id);
	m = client_ask(&c, about(REQUEST_EVENT_FETCH, id), MSG_EVENTS);
	assert_string_equal(m->as.events.items[0].id, id);
	m = client_ask(&c, about(REQUEST_PRODUCTS, "kettle"), MSG_PRODUCTS);
	assert_true(m->as.products.products.count > 0);
	assert_int_equal(m->as.products.products.skipped, 0);
	for (size_t i = 0; i < 2; i++) {
		struct request get = about(REQUEST_GET, "no-such-thing");

		get.object = extensions[i];
		m = client_ask(&c, (struct request){.kind = REQUEST_LIST, .object = extensions[i]},
			       MSG_PAGE);
		assert_int_equal(m->as.page.page.skipped, 0);
		m = client_ask(&c, get, MSG_FAILED);
		assert_int_equal(m->as.failed.problem.status, E_NOT_FOUND);
	}
	client_end(&c);
	/* Looking changes nothing: the one POST is the question whether a cart still holds. */
	assert_true(count_in_log(&sb, "carts/validate") > 0);
	assert_int_equal(count_in_log(&sb, "POST"), count_in_log(&sb, "carts/validate"));
	sandbox_end(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sandbox_both_streams_come_alive),
		cmocka_unit_test(test_sandbox_every_read_is_answered),
		cmocka_unit_test(test_sandbox_everything_can_be_looked_up),
		cmocka_unit_test(test_sandbox_killed_and_back_loses_nothing),
		cmocka_unit_test(test_sandbox_wrong_key_is_tried_once),
		cmocka_unit_test(test_sandbox_cancels_once_and_says_so_again),
		cmocka_unit_test(test_sandbox_gets_no_write_from_a_read_only_client),
	};

	if (http_curl_global_init(NULL) != S_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
