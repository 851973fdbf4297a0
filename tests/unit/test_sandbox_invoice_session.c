/* GET /api/v1/invoices/{id}/session (15.6, local extension), and what the stories leave to be seen
 * through it: open payment pages, and carts. */
#include "sandbox_payor_kit.h"

#include "sandbox/carts.h"
#include "sandbox/ledger_docs.h"
#include "sandbox/records.h"
#include "wire/payor.h"
#include "wire/shop.h"

#define INVOICE "{\"amount_usd\":49.99,\"description\":\"Two chairs\",\"expires_in\":3600000}"
#define QUOTE   "{\"network\":\"base\",\"tokenId\":112}"

static struct json *session_of(struct kit *k, const char *invoice_id)
{
	char target[128];
	struct reply r;
	struct json *root;

	str_printf(target, sizeof(target), "/api/v1/invoices/%s/session", invoice_id);
	r = kit_call(k, SCOPE_MERCHANT, HTTP_GET, target, NULL, NULL);
	if (r.status != 200)
		fail_msg("%s: %d %s", target, r.status, r.body);
	root = kit_parse(&r);
	reply_release(&r);
	return root;
}

static void assert_no_quote(const struct json *session)
{
	assert_int_equal(json_kind(json_get(session, "quote")), JSON_NULL);
}

/* --- the route ------------------------------------------------------------------------ */

static void test_session_is_told_again_as_it_was_made(void **state)
{
	struct payor p;
	struct json *s, *d;
	struct payor_pass pass;
	const char *url;

	(void)state;
	payor_start(&p, INVOICE);
	s = session_of(&p.k, p.invoice_id);
	assert_string_equal(text_at(s, "object"), "invoice_session");
	assert_string_equal(text_at(s, "invoice_id"), p.invoice_id);
	assert_string_equal(text_at(s, "invoice_status"), "unpaid");
	assert_string_equal(text_at(s, "session_token"), p.session.token);
	assert_string_equal(text_at(s, "payment_session_headers.x-session-token"), p.session.token);
	url = text_at(s, "payment_url");
	assert_true(payor_url_read(url, strlen(url), &pass));
	assert_string_equal(pass.token, p.session.token);
	assert_string_equal(pass.signature, text_at(s, "signature"));
	assert_no_quote(s);
	/* and it opens what the first one opened */
	str_copy(p.session.signature, sizeof(p.session.signature), pass.signature);
	d = payor_get(&p, "GET " SESSION_PATH "session-details", NULL);
	assert_string_equal(text_at(d, "invoice_id"), p.invoice_id);
	json_free(d);
	json_free(s);
	payor_stop(&p);
}

static void test_session_shows_the_quote_and_leaves_it_alone(void **state)
{
	struct payor p;
	struct json *q, *s;
	char address[ADDR_CAP];
	int64_t events;

	(void)state;
	payor_start(&p, INVOICE);
	q = payor_get(&p, "POST " SESSION_PATH "payment-addresses", QUOTE);
	str_copy(address, sizeof(address), text_at(q, "temp_address"));
	events = ledger_event_count(p.k.w.ledger);
	for (int i = 0; i < 3; i++) {
		s = session_of(&p.k, p.invoice_id);
		assert_string_equal(text_at(s, "quote.temp_address"), address);
		assert_string_equal(text_at(s, "quote.token_symbol"), "USDC");
		assert_string_equal(text_at(s, "quote.network"), "base");
		assert_int_equal(int_at(s, "quote.supported_token_id"), 112);
		assert_string_equal(text_at(s, "quote.estimated_token_amount"),
				    text_at(q, "estimated_token_amount"));
		assert_string_equal(text_at(s, "quote.exchange_rate"), text_at(q, "exchange_rate"));
		assert_int_equal(int_at(s, "quote.quote_valid_until"),
				 int_at(q, "quote_valid_until"));
		assert_int_equal(int_at(s, "quote.quote_expires_in_seconds"), 300 - 90 * i);
		assert_string_equal(text_at(s, "quote.quote_status"), "available");
		json_free(s);
		payor_wait(&p, 90000);
	}
	assert_int_equal(ledger_event_count(p.k.w.ledger), events);
	json_free(q);
	payor_stop(&p);
}

static void test_session_quote_runs_out_and_ends_with_the_invoice(void **state)
{
	struct payor p;
	struct json *s;

	(void)state;
	payor_start(&p, INVOICE);
	json_free(payor_get(&p, "POST " SESSION_PATH "payment-addresses", QUOTE));
	payor_wait(&p, QUOTE_VALID_MS);
	s = session_of(&p.k, p.invoice_id);
	assert_string_equal(text_at(s, "quote.quote_status"), "expired");
	assert_int_equal(int_at(s, "quote.quote_expires_in_seconds"), 0);
	json_free(s);
	payor_pays(&p, "token=112&share=full");
	payor_wait(&p, 600000);
	s = session_of(&p.k, p.invoice_id);
	assert_string_equal(text_at(s, "invoice_status"), "paid");
	assert_no_quote(s);
	json_free(s);
	payor_stop(&p);
}

static void test_session_is_the_merchants_alone(void **state)
{
	static const struct {
		const char *headers;
		int status;
	} rows[] = {
		{"", 401},
		{"x-api-key: nonsense\r\n", 401},
		{"x-commerce-api-key: ck_test_commerce\r\n", 403},
		{"x-api-key: ck_test_commerce\r\n", 403},
	};
	char request[128];
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, INVOICE);
	str_printf(request, sizeof(request), "GET /api/v1/invoices/%s/session", p.invoice_id);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = payor_send(&p, rows[i].headers, request, NULL);
		assert_int_equal(r.status, rows[i].status);
		reply_release(&r);
	}
	r = payor_ask(&p, request, NULL);
	assert_int_equal(r.status, 401);
	reply_release(&r);
	r = payor_send(&p, "x-api-key: pk_test_merchant\r\n", request, NULL);
	assert_int_equal(r.status, 200);
	reply_release(&r);
	r = kit_call(&p.k, SCOPE_MERCHANT, HTTP_GET, "/api/v1/invoices/nobody/session", NULL, NULL);
	assert_refusal(&r, 404, CODE_NOT_FOUND, "");
	payor_stop(&p);
}

/* --- what the stories leave -------------------------------------------------------------- */

static void play(struct kit *k, const char *scenario, uint64_t seed)
{
	kit_start(k, NULL, seed);
	ok(k, director_new(&k->w, scenario, 0, &k->d, &k->why));
	ok(k, director_seed(k->d, &k->why));
}

static void run_for(struct kit *k, int64_t ms)
{
	int64_t next = 0;

	while (ms > 0) {
		ok(k, director_run(k->d, &next, &k->why));
		if (next < 0)
			return;
		kit_wait(k, next);
		ms -= next;
	}
}

struct ids {
	char ids[64][ID_CAP];
	size_t count;
};

static bool note_id(void *ctx, const char *doc)
{
	struct ids *all = ctx;
	struct json *json = NULL;

	assert_int_equal(json_parse(doc, strlen(doc), &json, NULL), S_OK);
	str_copy(all->ids[all->count++], ID_CAP, text_at(json, "id"));
	json_free(json);
	return all->count < 64;
}

/* How many open invoices have a quote that still holds; every one of them fits its invoice. */
static size_t live_quotes(struct kit *k, size_t *ret_open)
{
	struct ledger_filter f = {.kind = OBJECT_INVOICE,
				  .status = "unpaid,underpaid",
				  .created_from_ms = TIME_NONE,
				  .created_to_ms = TIME_NONE};
	struct ids open = {.count = 0};
	size_t live = 0;
	bool more;

	ok(k, ledger_list(k->w.ledger, &f, note_id, &open, &more, &k->why));
	for (size_t i = 0; i < open.count; i++) {
		struct json *s = session_of(k, open.ids[i]);
		struct invoice v;

		ok(k, invoice_load(&k->w, open.ids[i], &v, &k->why));
		if (json_kind(json_get(s, "quote")) == JSON_OBJECT) {
			live += str_equal(text_at(s, "quote.quote_status"), "available");
			if (*v.payer_wallet_network && str_equal(v.status, "underpaid"))
				assert_string_equal(text_at(s, "quote.network"),
						    v.payer_wallet_network);
		}
		json_free(s);
	}
	*ret_open = open.count;
	return live;
}

struct carts {
	size_t count;
	char first[NAME_CAP];
};

static bool note_cart(void *ctx, const char *id, const char *doc)
{
	struct carts *carts = ctx;
	struct json *json = NULL;

	(void)id;
	assert_int_equal(json_parse(doc, strlen(doc), &json, NULL), S_OK);
	if (json_count(json_get(json, "items")) > 0 && carts->count++ == 0)
		str_copy(carts->first, sizeof(carts->first), text_at(json, "customerId"));
	json_free(json);
	return true;
}

static struct carts full_carts(struct kit *k)
{
	struct carts carts = {.count = 0};

	ok(k, ledger_doc_list(k->w.ledger, "cart", NULL, 1000, 0, note_cart, &carts, &k->why));
	return carts;
}

static void test_past_leaves_carts_and_open_pages(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct kit k;
		size_t open;

		play(&k, "quiet", seed);
		assert_true(live_quotes(&k, &open) >= 2);
		assert_in_range(full_carts(&k).count, 12, 40);
		kit_stop(&k);
	}
}

static void test_trouble_leaves_carts_and_a_quote_for_the_rest(void **state)
{
	struct kit k;
	size_t open;

	(void)state;
	play(&k, "trouble", 5);
	run_for(&k, 20000);
	assert_true(live_quotes(&k, &open) >= 1);
	run_for(&k, 40000);
	assert_int_equal(full_carts(&k).count, 2);
	kit_stop(&k);
}

/* What the dashboard makes of such a cart. */
static void test_cart_of_the_past_can_be_checked(void **state)
{
	struct kit k;
	struct shop_cart cart = {.items = NULL};
	struct carts carts;
	struct reply r;
	char target[320], body[320];

	(void)state;
	play(&k, "quiet", 3);
	carts = full_carts(&k);
	str_printf(target, sizeof(target), "/api/commerce/merchant/carts?customer_id=%s",
		   carts.first);
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_GET, target, NULL, NULL);
	ok(&k, shop_cart_decode(r.body, strlen(r.body), &cart, &k.why));
	reply_release(&r);
	assert_true(cart.item_count > 0 && cart.created_at < KIT_EPOCH);
	str_printf(body, sizeof(body), "{\"customer_id\":\"%s\"}", carts.first);
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_POST, "/api/commerce/merchant/carts/validate", body,
		     "");
	ok(&k, shop_cart_check_decode(r.body, strlen(r.body), &cart, &k.why));
	reply_release(&r);
	for (size_t i = 0; i < cart.item_count; i++) {
		assert_true(cart.items[i].checked);
		assert_true(cart.items[i].price > 0 && cart.items[i].current_price > 0);
	}
	shop_cart_release(&cart);
	kit_stop(&k);
}

/* A held quote makes no event, and ends by the clock alone. */
static void test_held_quote_is_nobodys_news(void **state)
{
	struct payor p;
	struct invoice v;
	struct quote q;
	struct rng dice;
	int64_t events;

	(void)state;
	payor_start(&p, INVOICE);
	rng_seed(&dice, 9);
	events = ledger_event_count(p.k.w.ledger);
	ok(&p.k, invoice_load(&p.k.w, p.invoice_id, &v, &p.k.why));
	in_transaction(&p.k, quote_hold(&p.k.w, &v, token_find(122), p.k.w.now_ms - 60000, &dice,
					&q, &p.k.why));
	ok(&p.k, quote_load(&p.k.w, v.id, &q, &p.k.why));
	assert_false(q.expired);
	assert_string_equal(q.network, "solana");
	payor_wait(&p, QUOTE_VALID_MS - 60000 - 1);
	ok(&p.k, quote_load(&p.k.w, v.id, &q, &p.k.why));
	assert_false(q.expired);
	payor_wait(&p, 1);
	ok(&p.k, quote_load(&p.k.w, v.id, &q, &p.k.why));
	assert_true(q.expired);
	assert_int_equal(ledger_event_count(p.k.w.ledger), events);
	payor_stop(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session_is_told_again_as_it_was_made),
		cmocka_unit_test(test_session_shows_the_quote_and_leaves_it_alone),
		cmocka_unit_test(test_session_quote_runs_out_and_ends_with_the_invoice),
		cmocka_unit_test(test_session_is_the_merchants_alone),
		cmocka_unit_test(test_past_leaves_carts_and_open_pages),
		cmocka_unit_test(test_trouble_leaves_carts_and_a_quote_for_the_rest),
		cmocka_unit_test(test_cart_of_the_past_can_be_checked),
		cmocka_unit_test(test_held_quote_is_nobodys_news),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
