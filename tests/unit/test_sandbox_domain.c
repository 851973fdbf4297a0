#include "unit/sandbox_kit.h"

#include "base/idmap.h"
#include "sandbox/orders.h"
#include "sandbox/records.h"
#include "sandbox/shop.h"
#include "wire/lifecycle.h"

/* --- helpers --------------------------------------------------------------------------- */

static struct invoice make_invoice(struct kit *k, int64_t amount)
{
	struct invoice v;

	in_transaction(k, invoice_create(&k->w,
					 &(struct invoice_params){.amount = amount,
								  .customer_id = "cust_A",
								  .expires_in_ms = 60000},
					 &v, &k->why));
	return v;
}

static struct invoice reload(struct kit *k, const char *id)
{
	struct invoice v;

	ok(k, invoice_load(&k->w, id, &v, &k->why));
	return v;
}

static void pay(struct kit *k, const char *invoice, int64_t amount, char payment[ID_CAP])
{
	in_transaction(k, invoice_payment_see(&k->w, invoice, amount, "base", payment, &k->why));
	in_transaction(k, invoice_payment_confirm(&k->w, payment, &k->why));
}

static void make_order(struct kit *k, const char *refund_wallet, char order[ID_CAP],
		       char invoice[ID_CAP])
{
	const struct order_item_params items[] = {
		{.product_id = "B01", .title = "Kettle", .quantity = 2, .price = 10000},
		{.product_id = "B02", .title = "Grinder", .quantity = 1, .price = 100000}};
	const struct order_params p = {.customer_id = "cust_B",
				       .retailer = "amazon",
				       .items = items,
				       .item_count = 2,
				       .first_name = "Ada",
				       .last_name = "Byron",
				       .street = "1 High St",
				       .country = "GB",
				       .refund_wallet_bsc = refund_wallet};

	in_transaction(k, order_create(&k->w, &p, order, invoice, &k->why));
}

static void advance(struct kit *k, const char *order, const char *transition)
{
	in_transaction(k, order_advance(&k->w, order, transition, "DHL", "TRACK1", &k->why));
}

static struct record load_order(struct kit *k, const char *id)
{
	struct record r = {0};

	ok(k, record_load(&k->w, OBJECT_ORDER, id, &r, &k->why));
	return r;
}

#define WALLET "0x52908400098527886E0F7030069857D2E4169EE7"

/* The last event about anything, parsed. */
static bool keep_body(void *ctx, const struct ledger_event *e)
{
	char **body = ctx;

	*body = xmemdup0(e->body, e->body_len);
	return false;
}

static struct json *last_event(struct kit *k)
{
	struct ledger_event_filter f = {.limit = 1, .newest_first = true};
	char *body = NULL;
	struct json *root = NULL;

	ok(k, ledger_events(k->w.ledger, &f, keep_body, &body, NULL, &k->why));
	ok(k, json_parse(body, strlen(body), &root, &k->why));
	free(body);
	return root;
}

static bool join_type(void *ctx, const struct ledger_event *e)
{
	struct strbuf *sb = ctx;

	strbuf_addf(sb, "%s%s", sb->len ? " " : "", e->type);
	return true;
}

static char *types_since(struct kit *k, int64_t seq)
{
	struct ledger_event_filter f = {.after_seq = seq};
	struct strbuf sb;

	strbuf_init(&sb, 100000);
	ok(k, ledger_events(k->w.ledger, &f, join_type, &sb, NULL, &k->why));
	return strbuf_take(&sb);
}

static void assert_types(struct kit *k, int64_t since, const char *want)
{
	char *got = types_since(k, since);

	assert_string_equal(got ? got : "", want);
	free(got);
}

/* --- invoices and payments ------------------------------------------------------------------ */

static void test_domain_invoice_is_paid_in_full(void **state)
{
	struct kit k;
	char payment[ID_CAP];
	struct invoice v;
	struct json *e;

	(void)state;
	kit_start(&k, NULL, 1);
	v = make_invoice(&k, 49990);
	assert_string_equal(v.status, "unpaid");
	assert_int_equal(v.amount_remaining, 49990);
	assert_int_equal(v.expires_at, KIT_EPOCH + 60000);
	world_advance_to(&k.w, KIT_EPOCH + 7000);
	pay(&k, v.id, 49990, payment);
	v = reload(&k, v.id);
	assert_string_equal(v.status, "paid");
	assert_int_equal(v.amount_paid, 49990);
	assert_int_equal(v.amount_remaining, 0);
	assert_int_equal(v.paid_at, KIT_EPOCH + 7000);
	assert_int_equal(v.last_payment_at, KIT_EPOCH + 7000);
	assert_string_equal(v.payer_wallet_network, "base");
	assert_int_equal(strlen(v.payer_wallet_address), 42);
	e = last_event(&k);
	assert_string_equal(text_at(e, "type"), "invoice.updated");
	assert_string_equal(text_at(e, "data.object.status"), "paid");
	assert_string_equal(text_at(e, "data.previous_attributes.status"), "unpaid");
	json_free(e);
	assert_types(&k, 0,
		     "invoice.created invoice_payment.created invoice_payment.updated"
		     " invoice.updated");
	assert_int_equal(domain_next_due_ms(&k.w), TIME_NONE);
	kit_stop(&k);
}

static void test_domain_invoice_is_underpaid_then_topped_up(void **state)
{
	struct kit k;
	char first[ID_CAP], second[ID_CAP], ids[4][ID_CAP];
	size_t count;
	struct record r = {0};
	struct invoice v;

	(void)state;
	kit_start(&k, NULL, 1);
	v = make_invoice(&k, 10000);
	pay(&k, v.id, 4000, first);
	v = reload(&k, v.id);
	assert_string_equal(v.status, "underpaid");
	assert_int_equal(v.amount_remaining, 6000);
	assert_int_equal(v.paid_at, TIME_NONE);
	ok(&k, record_load(&k.w, OBJECT_PAYMENT, first, &r, &k.why));
	assert_string_equal(r.object.as.payment.status, "underpaid");
	record_release(&r);
	pay(&k, v.id, 6000, second);
	v = reload(&k, v.id);
	assert_string_equal(v.status, "paid");
	assert_int_equal(v.amount_paid, 10000);
	ok(&k, record_load(&k.w, OBJECT_PAYMENT, second, &r, &k.why));
	assert_string_equal(r.object.as.payment.status, "confirmed");
	record_release(&r);
	ok(&k, invoice_payments(&k.w, v.id, ids, 4, &count, &k.why));
	assert_int_equal(count, 2);
	assert_string_equal(ids[0], first);
	assert_string_equal(ids[1], second);
	kit_stop(&k);
}

static void test_domain_overpaid_invoice_stays_paid_and_owes_nothing(void **state)
{
	struct kit k;
	char payment[ID_CAP];
	struct invoice v;

	(void)state;
	kit_start(&k, NULL, 1);
	v = make_invoice(&k, 10000);
	pay(&k, v.id, 11500, payment);
	v = reload(&k, v.id);
	assert_string_equal(v.status, "paid");
	assert_int_equal(v.amount_paid, 11500);
	assert_int_equal(v.amount_remaining, 0);
	kit_stop(&k);
}

static void test_domain_money_that_comes_late_does_not_revive_an_invoice(void **state)
{
	struct kit k;
	char payment[ID_CAP];
	struct invoice v;

	(void)state;
	kit_start(&k, NULL, 1);
	v = make_invoice(&k, 10000);
	in_transaction(&k, invoice_payment_see(&k.w, v.id, 10000, "solana", payment, &k.why));
	ok(&k, domain_run_due(&k.w, KIT_EPOCH + 90000, &k.why));
	assert_int_equal(k.wakes, 1);
	in_transaction(&k, invoice_payment_confirm(&k.w, payment, &k.why));
	v = reload(&k, v.id);
	assert_string_equal(v.status, "expired");
	assert_int_equal(v.amount_paid, 10000);
	assert_int_equal(v.paid_at, TIME_NONE);
	kit_stop(&k);
}

static void test_domain_expires_each_invoice_at_its_own_time(void **state)
{
	struct kit k;
	struct invoice a, b;
	struct json *e;

	(void)state;
	kit_start(&k, NULL, 1);
	a = make_invoice(&k, 10000);
	world_advance_to(&k.w, KIT_EPOCH + 500);
	b = make_invoice(&k, 10000); /* rounded up to the next second: 61 */
	ok(&k, domain_run_due(&k.w, KIT_EPOCH + 59999, &k.why));
	assert_string_equal(reload(&k, a.id).status, "unpaid");
	ok(&k, domain_run_due(&k.w, KIT_EPOCH + 60999, &k.why));
	assert_string_equal(reload(&k, a.id).status, "expired");
	assert_string_equal(reload(&k, b.id).status, "unpaid");
	assert_int_equal(domain_next_due_ms(&k.w), KIT_EPOCH + 61000);
	ok(&k, domain_run_due(&k.w, KIT_EPOCH + 900000, &k.why));
	assert_int_equal(k.w.now_ms, KIT_EPOCH + 61000);
	e = last_event(&k);
	assert_int_equal(int_at(e, "created"), KIT_EPOCH / 1000 + 61);
	json_free(e);
	kit_stop(&k);
}

static void test_domain_settlement_goes_its_way_and_no_other(void **state)
{
	struct kit k;
	char payment[ID_CAP];
	struct record r = {0};
	struct invoice v;
	struct json *e;

	(void)state;
	kit_start(&k, NULL, 1);
	v = make_invoice(&k, 10000);
	in_transaction(&k, invoice_payment_see(&k.w, v.id, 10000, "base", payment, &k.why));
	refused(&k, E_CONFLICT, invoice_payment_settle(&k.w, payment, "settled", &k.why));
	in_transaction(&k, invoice_payment_confirm(&k.w, payment, &k.why));
	refused(&k, E_CONFLICT, invoice_payment_confirm(&k.w, payment, &k.why));
	refused(&k, E_CONFLICT, invoice_payment_settle(&k.w, payment, "settled", &k.why));
	in_transaction(&k, invoice_payment_settle(&k.w, payment, "processing", &k.why));
	in_transaction(&k, invoice_payment_settle(&k.w, payment, "settled", &k.why));
	e = last_event(&k);
	assert_string_equal(text_at(e, "data.previous_attributes.settlement_status"), "processing");
	json_free(e);
	refused(&k, E_CONFLICT, invoice_payment_settle(&k.w, payment, "processing", &k.why));
	ok(&k, record_load(&k.w, OBJECT_PAYMENT, payment, &r, &k.why));
	assert_string_equal(r.object.as.payment.settlement_status, "settled");
	assert_string_equal(r.object.as.payment.settlement.stage, "final");
	assert_string_equal(r.object.as.payment.settlement.network, "bsc");
	assert_int_equal(strlen(r.object.as.payment.settlement.settlement_tx_hash), 66);
	record_release(&r);
	kit_stop(&k);
}

static void test_domain_only_an_unpaid_invoice_is_canceled(void **state)
{
	struct kit k;
	char payment[ID_CAP];
	struct invoice v, w;

	(void)state;
	kit_start(&k, NULL, 1);
	v = make_invoice(&k, 10000);
	w = make_invoice(&k, 10000);
	in_transaction(&k, invoice_cancel(&k.w, v.id, "req_1", KEY_1, &v, &k.why));
	assert_string_equal(v.status, "canceled");
	refused(&k, E_CONFLICT, invoice_cancel(&k.w, v.id, NULL, NULL, &v, &k.why));
	pay(&k, w.id, 10, payment);
	refused(&k, E_CONFLICT, invoice_cancel(&k.w, w.id, NULL, NULL, &w, &k.why));
	assert_string_equal(reload(&k, w.id).status, "underpaid");
	kit_stop(&k);
}

/* --- orders --- */

static void test_domain_order_goes_from_payment_to_delivery(void **state)
{
	static const struct {
		const char *transition, *status, *substatus;
		bool can_cancel;
	} steps[] = {
		{"payment_confirmed", "processing", "", true},
		{"payment_settled", "processing", ORDER_SUBMITTED, true},
		{"placed", "placed", ORDER_AWAITING_TRACKING, true},
		{"shipped", "shipped", "", false},
		{"delivery_confirmed", "delivered", "", false},
	};
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP];
	struct record r;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, NULL, order, invoice);
	r = load_order(&k, order);
	assert_int_equal(r.object.as.order.total, 123600); /* 120 and 3 % */
	assert_int_equal(r.object.as.order.commerce_fee, 3600);
	assert_true(r.object.as.order.can_cancel);
	record_release(&r);
	assert_int_equal(reload(&k, invoice).amount, 123600);
	assert_string_equal(reload(&k, invoice).commerce_order_id, order);
	assert_int_equal(reload(&k, invoice).expires_at, KIT_EPOCH + 30 * 60000);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		world_advance_to(&k.w, k.w.now_ms + 1000);
		advance(&k, order, steps[i].transition);
		r = load_order(&k, order);
		assert_string_equal(r.object.as.order.status, steps[i].status);
		assert_string_equal(r.object.as.order.substatus, steps[i].substatus);
		assert_int_equal(r.object.as.order.can_cancel, steps[i].can_cancel);
		assert_int_equal(r.object.as.order.timeline_count, i + 2);
		assert_int_equal(r.object.as.order.updated_at, k.w.now_ms);
		record_release(&r);
	}
	r = load_order(&k, order);
	assert_string_equal(r.object.as.order.payment.status, "paid");
	assert_string_equal(r.object.as.order.payment.settlement.status, "settled");
	assert_int_equal(r.object.as.order.shipment_count, 1);
	assert_string_equal(r.object.as.order.shipments[0].carrier, "DHL");
	assert_string_equal(r.object.as.order.shipments[0].delivery_status, "Delivered");
	record_release(&r);
	assert_string_equal(reload(&k, invoice).status, "paid");
	kit_stop(&k);
}

static void test_domain_order_refuses_transitions_out_of_turn(void **state)
{
	static const char *const transitions[] = {
		"payment_confirmed",  "payment_settled", "placed",    "shipped",
		"delivery_confirmed", "failed",          "cancelled", "refunded"};
	static const struct {
		const char *path; /* letters: index into transitions */
		const char *possible;
	} cases[] = {
		{"", "0"},     {"0", "15"},  {"01", "25"},  {"012", "36"}, {"0123", "4"},
		{"01234", ""}, {"015", "7"}, {"0126", "7"}, {"0157", ""},  {"01267", ""},
	};

	(void)state;
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++)
		for (char t = '0'; t < '8'; t++) {
			struct kit k;
			char order[ID_CAP], invoice[ID_CAP];
			enum status want = strchr(cases[c].possible, t) ? S_OK : E_CONFLICT, got;

			kit_start(&k, NULL, 1);
			make_order(&k, WALLET, order, invoice);
			for (const char *p = cases[c].path; *p; p++)
				advance(&k, order, transitions[*p - '0']);
			ok(&k, ledger_begin(k.w.ledger, &k.why));
			got = order_advance(&k.w, order, transitions[t - '0'], NULL, NULL, &k.why);
			if (got != want)
				fail_msg("after '%s', %s: %s", cases[c].path, transitions[t - '0'],
					 status_words(got));
			ledger_rollback(k.w.ledger);
			kit_stop(&k);
		}
}

static void test_domain_expired_commerce_invoice_takes_its_order_along(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP];
	struct record r;
	int64_t since;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, NULL, order, invoice);
	since = ledger_event_count(k.w.ledger);
	ok(&k, domain_run_due(&k.w, KIT_EPOCH + 31 * 60000, &k.why));
	r = load_order(&k, order);
	assert_string_equal(r.object.as.order.status, "cancelled");
	assert_string_equal(reload(&k, invoice).status, "expired");
	assert_types(&k, since, "invoice.updated commerce.order.updated");
	record_release(&r);
	kit_stop(&k);
}

static void test_domain_cancelling_an_unpaid_order_cancels_its_invoice(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP];
	struct record r;
	struct json *e;
	int64_t since;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, NULL, order, invoice);
	since = ledger_event_count(k.w.ledger);
	in_transaction(&k, order_cancel(&k.w, order, NULL, "req_9", KEY_1, &k.why));
	assert_string_equal(reload(&k, invoice).status, "canceled");
	assert_types(&k, since, "invoice.updated commerce.order.updated");
	e = last_event(&k);
	assert_string_equal(text_at(e, "request.id"), "req_9");
	assert_string_equal(text_at(e, "request.idempotency_key"), KEY_1);
	assert_string_equal(text_at(e, "data.object.cancellationStatus"), "cancelled");
	json_free(e);
	r = load_order(&k, order);
	assert_string_equal(r.object.as.order.refund.status, "NONE");
	assert_false(r.object.as.order.can_cancel);
	record_release(&r);
	refused(&k, E_CONFLICT, order_cancel(&k.w, order, NULL, NULL, NULL, &k.why));
	kit_stop(&k);
}

static void test_domain_cancelling_a_paid_order_opens_its_refund(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP];
	struct record r;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, NULL, order, invoice);
	advance(&k, order, "payment_confirmed");
	in_transaction(&k, order_cancel(&k.w, order, WALLET, NULL, NULL, &k.why));
	assert_string_equal(reload(&k, invoice).status, "paid");
	r = load_order(&k, order);
	assert_string_equal(r.object.as.order.refund.status, "PENDING");
	assert_string_equal(r.object.as.order.refund_status, "PENDING");
	assert_int_equal(r.object.as.order.refund.amount_usd, 123600);
	assert_string_equal(r.object.as.order.refund.destination_wallet_address_bsc, WALLET);
	record_release(&r);
	advance(&k, order, "refunded");
	r = load_order(&k, order);
	assert_string_equal(r.object.as.order.refund.status, "COMPLETED");
	assert_int_equal(strlen(r.object.as.order.refund.tx_hash), 66);
	record_release(&r);
	kit_stop(&k);
}

static void test_domain_payment_on_bsc_tells_where_a_refund_can_go(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP], payment[ID_CAP];
	struct record r;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, NULL, order, invoice);
	in_transaction(&k, invoice_payment_see(&k.w, invoice, 123600, "bsc", payment, &k.why));
	in_transaction(&k, invoice_payment_confirm(&k.w, payment, &k.why));
	r = load_order(&k, order);
	assert_string_equal(r.object.as.order.status, "processing");
	assert_string_equal(r.object.as.order.refund.destination_wallet_address_bsc,
			    reload(&k, invoice).payer_wallet_address);
	record_release(&r);
	kit_stop(&k);
}

/* --- ramps --- */

static void test_domain_payout_needs_an_approved_customer(void **state)
{
	static const char *const before[] = {NULL, "pending", "rejected"};
	struct kit k;
	char id[ID_CAP];
	const struct payout_params p = {.customer_id = "cust_P",
					.amount = 5000,
					.country = "DE",
					.estimated_arrival_ms = TIME_NONE};

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < 3; i++) {
		if (before[i])
			in_transaction(&k, kyc_set(&k.w, "cust_P", before[i], "DE", "P", "why",
						   &k.why));
		refused(&k, E_DENIED, payout_create(&k.w, &p, id, &k.why));
		assert_non_null(strstr(k.why.what, before[i] ? before[i] : "not_started"));
	}
	in_transaction(&k, kyc_set(&k.w, "cust_P", "pending", NULL, NULL, NULL, &k.why));
	in_transaction(&k, kyc_set(&k.w, "cust_P", "approved", NULL, NULL, NULL, &k.why));
	in_transaction(&k, payout_create(&k.w, &p, id, &k.why));
	in_transaction(&k, payout_advance(&k.w, id, "processing", NULL, NULL, &k.why));
	refused(&k, E_CONFLICT, payout_advance(&k.w, id, "canceled", NULL, NULL, &k.why));
	in_transaction(&k, payout_advance(&k.w, id, "paid", NULL, NULL, &k.why));
	in_transaction(&k, payout_advance(&k.w, id, "returned", "account_dormant", "m", &k.why));
	refused(&k, E_CONFLICT, payout_advance(&k.w, id, "processing", NULL, NULL, &k.why));
	kit_stop(&k);
}

static void test_domain_payout_amounts_are_converted_exactly(void **state)
{
	static const struct {
		const char *country;
		int64_t millis, rate_e4, want;
	} cases[] = {
		{"DE", 100000, 8640, 8640},     /* 100 USD → 86.40 EUR */
		{"JP", 100000, 1563000, 15630}, /* no decimals */
		{"KW", 100000, 3071, 30710},    /* three */
		{"VN", 1000000000, 263500000, 26350000000},
		{"US", 10, 10000, 1},
		{"US", 9, 10000, 0}, /* rounded down */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(shop_convert(shop_corridor(cases[i].country), cases[i].millis,
					      cases[i].rate_e4),
				 cases[i].want);
}

/* --- the outbox --- */

static void test_outbox_envelope_is_the_contracts(void **state)
{
	static const char *const members[] = {"id",   "object",   "api_version",      "created",
					      "type", "livemode", "pending_webhooks", "request",
					      "data"};
	struct kit k;
	struct json *e;
	struct invoice v;
	char id[64];
	size_t n = 0;

	(void)state;
	kit_start(&k, NULL, 1);
	world_advance_to(&k.w, KIT_EPOCH + 1234);
	v = make_invoice(&k, 49990);
	e = last_event(&k);
	for (const struct json *m = json_first(e); m; m = json_next(m))
		assert_string_equal(json_key(m), members[n++]);
	assert_int_equal(n, 9);
	str_printf(id, sizeof(id), "evt_%lld-1", (long long)KIT_EPOCH + 1234);
	assert_string_equal(text_at(e, "id"), id);
	assert_string_equal(text_at(e, "object"), "event");
	assert_string_equal(text_at(e, "api_version"), "2025-12-16");
	assert_int_equal(int_at(e, "created"), KIT_EPOCH / 1000 + 1);
	assert_string_equal(text_at(e, "type"), "invoice.created");
	assert_false(bool_at(e, "livemode"));
	assert_int_equal(int_at(e, "pending_webhooks"), 0);
	assert_null_at(e, "request.id");
	assert_null_at(e, "request.idempotency_key");
	assert_string_equal(text_at(e, "data.object.object"), "invoice");
	assert_string_equal(text_at(e, "data.object.id"), v.id);
	assert_int_equal(json_count(at(e, "data.previous_attributes")), 0);
	json_free(e);
	kit_stop(&k);
}

static void test_outbox_order_event_carries_the_snapshot_and_its_identity(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP];
	struct json *e;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, NULL, order, invoice);
	e = last_event(&k);
	assert_string_equal(text_at(e, "data.object.object"), "commerce_order");
	assert_string_equal(text_at(e, "data.object.id"), order);
	assert_string_equal(text_at(e, "data.object.orderId"), order);
	assert_string_equal(text_at(e, "data.object.totalAmountUsd"), "123.60");
	assert_string_equal(text_at(e, "data.object.lineItems.0.price"), "10.00");
	json_free(e);
	kit_stop(&k);
}

static bool note_visibility(void *ctx, const struct ledger_event *e)
{
	struct strbuf *sb = ctx;

	strbuf_addf(sb, "%s:%d ", e->type, e->commerce);
	return true;
}

static void test_outbox_shows_commerce_keys_what_belongs_to_orders(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP], payment[ID_CAP];
	struct ledger_event_filter f = {.limit = 0};
	struct strbuf sb;
	struct invoice v;

	(void)state;
	kit_start(&k, NULL, 1);
	v = make_invoice(&k, 10);
	pay(&k, v.id, 10, payment);
	make_order(&k, NULL, order, invoice);
	pay(&k, invoice, 100, payment);
	in_transaction(&k, kyc_set(&k.w, "c", "pending", "DE", "N", NULL, &k.why));
	strbuf_init(&sb, 10000);
	ok(&k, ledger_events(k.w.ledger, &f, note_visibility, &sb, NULL, &k.why));
	assert_string_equal(strbuf_str(&sb),
			    "invoice.created:0 invoice_payment.created:0 invoice_payment.updated:0 "
			    "invoice.updated:0 invoice.created:1 commerce.order.created:1 "
			    "invoice_payment.created:1 invoice_payment.updated:1 "
			    "invoice.updated:1 ramp.kyc.updated:0 ");
	strbuf_release(&sb);
	f.order_id = order; /* found by their order: the payments of its invoice too */
	strbuf_init(&sb, 10000);
	ok(&k, ledger_events(k.w.ledger, &f, note_visibility, &sb, NULL, &k.why));
	assert_string_equal(strbuf_str(&sb),
			    "invoice.created:1 commerce.order.created:1 invoice_payment.created:1 "
			    "invoice_payment.updated:1 invoice.updated:1 ");
	strbuf_release(&sb);
	kit_stop(&k);
}

/* --- random walks
 * ----------------------------------------------------------------------------------- */

struct walk {
	struct kit k;
	char invoices[64][ID_CAP], payments[128][ID_CAP], orders[32][ID_CAP], payouts[32][ID_CAP];
	size_t invoice_count, payment_count, order_count, payout_count;
	struct rng rng;
	int done, refused;
};

static const char *pick(struct walk *w, char (*ids)[ID_CAP], size_t count)
{
	return count ? ids[rng_below(&w->rng, count)] : "none";
}

#define WORD(...)                                                                            \
	(const char *const[]){                                                               \
		__VA_ARGS__}[rng_below(&w->rng, sizeof((const char *const[]){__VA_ARGS__}) / \
							sizeof(const char *))]

static enum status walk_create(struct walk *w)
{
	struct world *world = &w->k.w;
	const struct order_item_params item = {.product_id = "p",
					       .title = "t",
					       .quantity = 1,
					       .price = rng_between(&w->rng, 1, 9)};
	struct invoice v;
	char invoice[ID_CAP];
	enum status st;

	if (w->invoice_count > 60 || w->order_count > 30)
		return E_CONFLICT;
	if (rng_chance(&w->rng, 50)) {
		st = invoice_create(
			world,
			&(struct invoice_params){.amount = rng_between(&w->rng, 10, 90),
						 .expires_in_ms = rng_between(&w->rng, 1, 90000)},
			&v, &w->k.why);
		if (st == S_OK)
			str_copy(w->invoices[w->invoice_count++], ID_CAP, v.id);
		return st;
	}
	st = order_create(world,
			  &(struct order_params){.customer_id = "c",
						 .items = &item,
						 .item_count = 1,
						 .refund_wallet_bsc =
							 rng_chance(&w->rng, 50) ? WALLET : NULL},
			  w->orders[w->order_count], invoice, &w->k.why);
	if (st == S_OK) {
		w->order_count++;
		str_copy(w->invoices[w->invoice_count++], ID_CAP, invoice);
	}
	return st;
}

static enum status walk_money(struct walk *w)
{
	struct world *world = &w->k.w;
	enum status st;

	switch (rng_below(&w->rng, 4)) {
	case 0:
		if (w->payment_count > 120)
			return E_CONFLICT;
		st = invoice_payment_see(world, pick(w, w->invoices, w->invoice_count),
					 rng_between(&w->rng, 1, 1200), "base",
					 w->payments[w->payment_count], &w->k.why);
		w->payment_count += st == S_OK;
		return st;
	case 1:
		return invoice_payment_confirm(world, pick(w, w->payments, w->payment_count),
					       &w->k.why);
	default:
		return invoice_payment_settle(world, pick(w, w->payments, w->payment_count),
					      WORD("pending", "processing", "settled", "manual",
						   "failed"),
					      &w->k.why);
	}
}

static enum status walk_rest(struct walk *w)
{
	struct world *world = &w->k.w;
	const char *customer = WORD("c1", "c2", "c3");
	enum status st;

	switch (rng_below(&w->rng, 6)) {
	case 0:
		return order_advance(world, pick(w, w->orders, w->order_count),
				     WORD("payment_confirmed", "payment_settled", "placed",
					  "shipped", "delivery_confirmed", "failed", "cancelled",
					  "refunded"),
				     NULL, NULL, &w->k.why);
	case 1:
		return order_cancel(world, pick(w, w->orders, w->order_count), NULL, NULL, NULL,
				    &w->k.why);
	case 2:
		return invoice_cancel(world, pick(w, w->invoices, w->invoice_count), NULL, NULL,
				      NULL, &w->k.why);
	case 3:
		return kyc_set(world, customer,
			       WORD("not_started", "pending", "approved", "rejected", "expired"),
			       "DE", "N", "r", &w->k.why);
	case 4:
		if (w->payout_count > 30)
			return E_CONFLICT;
		st = payout_create(world,
				   &(struct payout_params){.customer_id = customer, .amount = 5000},
				   w->payouts[w->payout_count], &w->k.why);
		w->payout_count += st == S_OK;
		return st;
	default:
		return payout_advance(world, pick(w, w->payouts, w->payout_count),
				      WORD("queued", "processing", "paid", "failed", "returned",
					   "canceled"),
				      NULL, NULL, &w->k.why);
	}
}

static void walk_step(struct walk *w)
{
	int64_t before = ledger_event_count(w->k.w.ledger);
	unsigned kind = (unsigned)rng_below(&w->rng, 10);
	enum status st;

	world_advance_to(&w->k.w, w->k.w.now_ms + rng_between(&w->rng, 0, 3000));
	ok(&w->k, domain_run_due(&w->k.w, w->k.w.now_ms, &w->k.why));
	before = ledger_event_count(w->k.w.ledger);
	ok(&w->k, ledger_begin(w->k.w.ledger, &w->k.why));
	st = kind < 2 ? walk_create(w) : kind < 6 ? walk_money(w) : walk_rest(w);
	if (st == S_OK) {
		ok(&w->k, ledger_commit(w->k.w.ledger, &w->k.why));
		assert_true(ledger_event_count(w->k.w.ledger) > before);
		w->done++;
		return;
	}
	ledger_rollback(w->k.w.ledger);
	if (st != E_CONFLICT && st != E_NOT_FOUND && st != E_DENIED)
		fail_msg("%s: %s", status_words(st), w->k.why.what);
	assert_int_equal(ledger_event_count(w->k.w.ledger), before);
	w->refused++;
}

/* Replays every event: each object's states must follow its lifecycle, from birth. */
struct history {
	struct idmap *last;
	struct kit *k;
	int steps;
};

static void follow(struct history *h, const char *key, enum vocab v, const char *now)
{
	const char *old = idmap_get(h->last, key);

	if (!lifecycle_allows(v, old ? old : "", now))
		fail_msg("%s: '%s' → '%s'", key, old ? old : "", now);
	idmap_put(h->last, key, (void *)(uintptr_t)vocab_find(v, now)->wire);
	h->steps++;
}

static bool check_event(void *ctx, const struct ledger_event *e)
{
	struct history *h = ctx;
	struct event ev = {0};
	struct json *json = NULL;
	char key[ID_CAP + 16];
	const struct kind_info *info;

	ok(h->k, json_parse(e->body, e->body_len, &json, &h->k->why));
	ok(h->k, event_decode(json, e->body, e->body_len, &ev, &h->k->why));
	assert_string_equal(ev.flaw, "");
	info = kind_info(ev.object.kind);
	assert_non_null(info);
	follow(h, object_id(&ev.object), info->vocab, object_status(&ev.object));
	if (ev.object.kind == OBJECT_PAYMENT && *ev.object.as.payment.settlement_status) {
		str_printf(key, sizeof(key), "settlement/%s", object_id(&ev.object));
		follow(h, key, VOCAB_SETTLEMENT, ev.object.as.payment.settlement_status);
	}
	if (ev.object.kind == OBJECT_INVOICE) {
		const struct invoice *v = &ev.object.as.invoice;

		assert_int_equal(v->amount_remaining,
				 v->amount_paid < v->amount ? v->amount - v->amount_paid : 0);
		if (str_equal(v->status, "paid"))
			assert_true(v->amount_paid >= v->amount);
	}
	if (ev.object.kind == OBJECT_ORDER)
		assert_int_equal(ev.object.as.order.can_cancel,
				 order_cancelable(&ev.object.as.order));
	event_release(&ev);
	json_free(json);
	return true;
}

/* The last event of an object says exactly what the ledger holds of it. */
static bool check_agreement(void *ctx, const struct ledger_event *e)
{
	struct kit *k = ctx;
	struct json *event = NULL, *doc = NULL, *inner;
	enum object_kind kind;
	char *stored = NULL, *said, *again;

	ok(k, json_parse(e->body, e->body_len, &event, &k->why));
	kind = kind_from_wire(text_at(event, "data.object.object"));
	ok(k, ledger_get(k->w.ledger, kind,
			 text_at(event,
				 kind == OBJECT_KYC ? "data.object.customer_id" : "data.object.id"),
			 &stored, &k->why));
	ok(k, json_parse(stored, strlen(stored), &doc, &k->why));
	inner = json_copy(at(event, "data.object"));
	if (kind == OBJECT_ORDER) {
		json_remove(inner, "object");
		json_remove(inner, "id");
	}
	said = json_print(inner);
	again = json_print(doc);
	assert_string_equal(said, again);
	free(said);
	free(again);
	free(stored);
	json_free(inner);
	json_free(doc);
	json_free(event);
	return false;
}

static void test_domain_random_walks_never_reach_an_impossible_state(void **state)
{
	int done = 0, refused_count = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct walk *w = xcalloc(1, sizeof(*w));
		struct history h = {.last = idmap_new(), .k = &w->k};
		struct ledger_event_filter f = {.limit = 0};

		kit_start(&w->k, NULL, seed);
		rng_seed(&w->rng, seed * 77);
		for (int i = 0; i < 400; i++)
			walk_step(w);
		ok(&w->k, ledger_events(w->k.w.ledger, &f, check_event, &h, NULL, &w->k.why));
		f.limit = 1;
		f.newest_first = true;
		for (size_t i = 0; i < w->invoice_count; i++) {
			f.types = "invoice.*";
			f.invoice_id = w->invoices[i];
			ok(&w->k, ledger_events(w->k.w.ledger, &f, check_agreement, &w->k, NULL,
						&w->k.why));
		}
		f.invoice_id = NULL;
		f.types = "commerce.order.*";
		for (size_t i = 0; i < w->order_count; i++) {
			f.order_id = w->orders[i];
			ok(&w->k, ledger_events(w->k.w.ledger, &f, check_agreement, &w->k, NULL,
						&w->k.why));
		}
		done += w->done;
		refused_count += w->refused;
		assert_true(h.steps > 100);
		kit_stop(&w->k);
		idmap_free(h.last);
		free(w);
	}
	assert_true(done > 1000);
	assert_true(refused_count > 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_domain_invoice_is_paid_in_full),
		cmocka_unit_test(test_domain_invoice_is_underpaid_then_topped_up),
		cmocka_unit_test(test_domain_overpaid_invoice_stays_paid_and_owes_nothing),
		cmocka_unit_test(test_domain_money_that_comes_late_does_not_revive_an_invoice),
		cmocka_unit_test(test_domain_expires_each_invoice_at_its_own_time),
		cmocka_unit_test(test_domain_settlement_goes_its_way_and_no_other),
		cmocka_unit_test(test_domain_only_an_unpaid_invoice_is_canceled),
		cmocka_unit_test(test_domain_order_goes_from_payment_to_delivery),
		cmocka_unit_test(test_domain_order_refuses_transitions_out_of_turn),
		cmocka_unit_test(test_domain_expired_commerce_invoice_takes_its_order_along),
		cmocka_unit_test(test_domain_cancelling_an_unpaid_order_cancels_its_invoice),
		cmocka_unit_test(test_domain_cancelling_a_paid_order_opens_its_refund),
		cmocka_unit_test(test_domain_payment_on_bsc_tells_where_a_refund_can_go),
		cmocka_unit_test(test_domain_payout_needs_an_approved_customer),
		cmocka_unit_test(test_domain_payout_amounts_are_converted_exactly),
		cmocka_unit_test(test_outbox_envelope_is_the_contracts),
		cmocka_unit_test(test_outbox_order_event_carries_the_snapshot_and_its_identity),
		cmocka_unit_test(test_outbox_shows_commerce_keys_what_belongs_to_orders),
		cmocka_unit_test(test_domain_random_walks_never_reach_an_impossible_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
