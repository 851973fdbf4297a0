#include "unit/sandbox_ramp_kit.h"
#include "scratch.h"

#include <unistd.h>

#define WALLET "0x52908400098527886E0F7030069857D2E4169EE7"
#define TO     "\"destination_wallet_address\":\"" WALLET "\",\"destination_wallet_network\":\"base\""

static void paid_invoice(struct kit *k, int64_t amount, int64_t paid, char id[ID_CAP])
{
	char payment[ID_CAP];
	struct invoice v;

	in_transaction(k, invoice_create(&k->w,
					 &(struct invoice_params){.amount = amount,
								  .customer_id = "cust_A",
								  .expires_in_ms = 600000},
					 &v, &k->why));
	str_copy(id, ID_CAP, v.id);
	if (paid == 0)
		return;
	in_transaction(k, invoice_payment_see(&k->w, id, paid, "base", payment, &k->why));
	in_transaction(k, invoice_payment_confirm(&k->w, payment, &k->why));
}

static const char *path(char buf[128], const char *invoice, const char *end)
{
	str_printf(buf, 128, "/api/v1/invoices/%s/%s", invoice, end);
	return buf;
}

static const char *refund_path(const char *id)
{
	static char buf[128];

	str_printf(buf, sizeof(buf), "/api/v1/refunds/%s", id);
	return buf;
}

static void assert_exceeds(struct kit *k, const char *target, const char *body, int64_t refundable)
{
	struct reply r = send(k, target, body);
	struct json *v = kit_parse(&r);

	if (r.status != 400 || !str_equal(text_at(v, "error.code"), "REFUND_EXCEEDS_PAID"))
		fail_msg("%s: %d %s", body, r.status, r.body);
	assert_int_equal(int_at(v, "error.refundable"), refundable);
	json_free(v);
	reply_release(&r);
}

static void test_refund_has_every_field_of_the_contract(void **state)
{
	struct kit k;
	char invoice[ID_CAP], target[128];
	struct json *v, *again;

	(void)state;
	kit_start(&k, NULL, 1);
	paid_invoice(&k, 10000, 10000, invoice);
	world_advance_to(&k.w, KIT_EPOCH + 3000);
	v = sent(&k, 201, path(target, invoice, "refund"),
		 "{\"amount\":2500," TO ",\"reason\":\"two of four broke\"}");
	assert_keys(v, "object id invoice_id merchant_id status currency amount amount_decimal"
		       " amount_unit destination_wallet_address destination_wallet_network tx_hash"
		       " failure_code failure_message reason environment created_at updated_at");
	assert_string_equal(text_at(v, "object"), "refund");
	assert_true(uuid_valid(text_at(v, "id")));
	assert_string_equal(text_at(v, "invoice_id"), invoice);
	assert_int_equal(int_at(v, "merchant_id"), MERCHANT_ID);
	assert_string_equal(text_at(v, "status"), "pending");
	assert_string_equal(text_at(v, "currency"), "usd");
	assert_int_equal(int_at(v, "amount"), 2500);
	assert_string_equal(text_at(v, "amount_decimal"), "2.500");
	assert_string_equal(text_at(v, "amount_unit"), "usd_millis");
	assert_string_equal(text_at(v, "destination_wallet_address"), WALLET);
	assert_string_equal(text_at(v, "destination_wallet_network"), "base");
	assert_null_at(v, "tx_hash");
	assert_null_at(v, "failure_code");
	assert_null_at(v, "failure_message");
	assert_string_equal(text_at(v, "reason"), "two of four broke");
	assert_string_equal(text_at(v, "environment"), "devnet");
	assert_int_equal(int_at(v, "created_at"), KIT_EPOCH / 1000 + 3);
	assert_int_equal(int_at(v, "updated_at"), KIT_EPOCH / 1000 + 3);
	again = kit_get(&k, SCOPE_MERCHANT, refund_path(text_at(v, "id")));
	assert_same_json(again, v);
	json_free(again);
	json_free(v);
	kit_stop(&k);
}

static void test_refund_refuses_bad_bodies_by_field(void **state)
{
	static const struct {
		const char *body, *word;
	} cases[] = {
		{"", "destination_wallet_network"},
		{"{}", "destination_wallet_network"},
		{"{\"destination_wallet_network\":\"base\"}", "destination_wallet_address"},
		{"{\"destination_wallet_network\":\"doge\",\"destination_wallet_address\":\"D\"}",
		 "destination_wallet_network: unknown network 'doge'"},
		{"{\"destination_wallet_network\":\"solana\",\"destination_wallet_address\":"
		 "\"" WALLET "\"}",
		 "destination_wallet_address"},
		{"{\"destination_wallet_network\":\"base\",\"destination_wallet_address\":"
		 "\"0x123\"}",
		 "destination_wallet_address"},
		{"{\"destination_wallet_network\":7," TO "}", "body"},
		{"{\"amount\":0," TO "}", "amount"},
		{"{\"amount\":-5," TO "}", "amount"},
		{"{\"amount\":1000000001," TO "}", "amount"},
		{"{\"amount\":1.5," TO "}", "amount"},
		{"{\"amount\":\"100\"," TO "}", "amount"},
		{"{\"reason\":1," TO "}", "reason"},
	};
	struct kit k;
	char invoice[ID_CAP], target[128];

	(void)state;
	kit_start(&k, NULL, 1);
	paid_invoice(&k, 10000, 10000, invoice);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_body_refused(&k, path(target, invoice, "refund"), cases[i].body,
				    cases[i].word);
	kit_stop(&k);
}

static void test_refund_never_exceeds_what_was_paid(void **state)
{
	struct kit k;
	char invoice[ID_CAP], unpaid[ID_CAP], target[128], id[ID_CAP];
	struct json *v;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	paid_invoice(&k, 12000, 10000, invoice); /* underpaid: what came in can go back */
	path(target, invoice, "refund");
	assert_exceeds(&k, target, "{\"amount\":10001," TO "}", 10000);
	sent_id(&k, target, "{\"amount\":4000," TO "}", id);
	assert_exceeds(&k, target, "{\"amount\":6001," TO "}", 6000);
	v = sent(&k, 201, target, "{" TO "}");
	assert_int_equal(int_at(v, "amount"), 6000);
	assert_null_at(v, "reason");
	json_free(v);
	assert_exceeds(&k, target, "{" TO "}", 0);
	assert_exceeds(&k, target, "{\"amount\":1," TO "}", 0);
	paid_invoice(&k, 5000, 0, unpaid);
	assert_exceeds(&k, path(target, unpaid, "refund"), "{" TO "}", 0);
	r = send(&k, "/api/v1/invoices/nobody/refund", "{" TO "}");
	assert_refusal(&r, 404, "NOT_FOUND", "nobody");
	kit_stop(&k);
}

static void test_refund_is_made_once_a_key(void **state)
{
	struct kit k;
	char invoice[ID_CAP], target[128];
	struct reply first, r;
	struct json *list;

	(void)state;
	kit_start(&k, NULL, 1);
	paid_invoice(&k, 10000, 10000, invoice);
	path(target, invoice, "refund");
	r = kit_call(&k, SCOPE_MERCHANT, HTTP_POST, target, "{" TO "}", NULL);
	assert_refusal(&r, 400, "IDEMPOTENCY_KEY_MISSING", "");
	first = kit_call(&k, SCOPE_MERCHANT, HTTP_POST, target, "{\"amount\":100," TO "}", KEY_1);
	assert_int_equal(first.status, 201);
	r = kit_call(&k, SCOPE_MERCHANT, HTTP_POST, target, "{\"amount\":100," TO "}", KEY_1);
	assert_int_equal(r.status, 201);
	assert_true(r.replayed);
	assert_string_equal(r.body, first.body);
	reply_release(&r);
	r = kit_call(&k, SCOPE_MERCHANT, HTTP_POST, target, "{\"amount\":200," TO "}", KEY_1);
	assert_refusal(&r, 409, "IDEMPOTENCY_KEY_REUSED", "");
	list = kit_get(&k, SCOPE_MERCHANT, "/api/v1/refunds");
	assert_int_equal(json_count(json_get(list, "data")), 1);
	json_free(list);
	reply_release(&first);
	kit_stop(&k);
}

static void test_refund_settles_by_the_clock_and_a_few_fail(void **state)
{
	enum { MANY = 300 };
	struct kit k;
	char invoice[ID_CAP], target[128], id[ID_CAP];
	size_t failed = 0, succeeded = 0;

	(void)state;
	kit_start(&k, NULL, 1);
	paid_invoice(&k, 10000000, 10000000, invoice);
	path(target, invoice, "refund");
	for (int i = 0; i < MANY; i++) {
		struct json *v;
		bool bad;

		sent_id(&k, target, "{\"amount\":1000," TO "}", id);
		run_for(&k, 5900);
		v = kit_get(&k, SCOPE_MERCHANT, refund_path(id));
		assert_string_equal(text_at(v, "status"), "pending");
		json_free(v);
		run_for(&k, 4200);
		v = kit_get(&k, SCOPE_MERCHANT, refund_path(id));
		bad = str_equal(text_at(v, "status"), "failed");
		failed += bad;
		succeeded += str_equal(text_at(v, "status"), "succeeded");
		assert_true(int_at(v, "updated_at") > int_at(v, "created_at"));
		if (bad) {
			assert_null_at(v, "tx_hash");
			assert_true(strlen(text_at(v, "failure_code")) > 0);
			assert_true(strlen(text_at(v, "failure_message")) > 0);
		} else {
			assert_int_equal(strlen(text_at(v, "tx_hash")), 66);
			assert_null_at(v, "failure_code");
		}
		json_free(v);
	}
	assert_int_equal(failed + succeeded, MANY);
	assert_in_range(failed, 3, 50);
	/* What failed can be asked for again, and nothing else. */
	assert_exceeds(&k, target, "{\"amount\":9999999," TO "}",
		       10000000 - 1000 * (int64_t)succeeded);
	assert_events_equal_objects(&k);
	kit_stop(&k);
}

static void test_refund_tells_of_itself_in_two_events(void **state)
{
	static const char *const statuses[] = {"pending", "succeeded", "failed"};
	struct kit k;
	char invoice[ID_CAP], target[128];
	struct json *v, *refund;

	(void)state;
	kit_start(&k, NULL, 1);
	paid_invoice(&k, 10000, 10000, invoice);
	refund = sent(&k, 201, path(target, invoice, "refund"), "{" TO "}");
	v = kit_get(&k, SCOPE_MERCHANT, "/api/v1/events?type=refund.*");
	assert_int_equal(json_count(at(v, "data.data")), 1);
	assert_string_equal(text_at(v, "data.data.0.type"), "refund.created");
	assert_string_equal(text_at(v, "data.data.0.request.id"), "req_test");
	assert_same_json(at(v, "data.data.0.data.object"), refund);
	json_free(v);
	json_free(refund);
	run_for(&k, 11000);
	str_printf(target, sizeof(target), "/api/v1/events?type=refund.*&invoice_id=%s", invoice);
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_int_equal(json_count(at(v, "data.data")), 2);
	assert_string_equal(text_at(v, "data.data.0.type"), "refund.updated");
	assert_string_equal(text_at(v, "data.data.0.data.previous_attributes.status"), statuses[0]);
	assert_true(str_equal(text_at(v, "data.data.0.data.object.status"), statuses[1]) ||
		    str_equal(text_at(v, "data.data.0.data.object.status"), statuses[2]));
	json_free(v);
	kit_stop(&k);
}

static char *settled_after(const char *file, bool restart)
{
	struct kit k;
	char invoice[ID_CAP], target[128], id[ID_CAP];
	struct json *v;
	char *text;

	kit_start(&k, file, 7);
	paid_invoice(&k, 10000, 10000, invoice);
	sent_id(&k, path(target, invoice, "refund"), "{" TO "}", id);
	if (restart) {
		kit_stop(&k);
		kit_start(&k, file, 99);
	}
	run_for(&k, 20000);
	v = kit_get(&k, SCOPE_MERCHANT, refund_path(id));
	assert_string_not_equal(text_at(v, "status"), "pending");
	text = json_print(v);
	json_free(v);
	kit_stop(&k);
	return text;
}

static void test_refund_settles_the_same_after_a_restart(void **state)
{
	char file[128];
	int fd = scratch_file(file, sizeof(file), "refundsXXXXXX");
	char *with, *without;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	with = settled_after(file, true);
	without = settled_after(NULL, false);
	assert_string_equal(with, without);
	free(with);
	free(without);
	unlink(file);
}

static void test_refund_lists_filter_and_page(void **state)
{
	struct kit k;
	char a[ID_CAP], b[ID_CAP], target[200], ids[5][ID_CAP];
	static const struct {
		const char *query;
		size_t want;
	} cases[] = {
		{"", 5},
		{"?limit=2", 2},
		{"?status=pending", 2},
		{"?status=succeeded,failed", 3},
		{"?customer_id=cust_A", 5},
		{"?customer_id=cust_Z", 0},
		{"?created_gte=1768478410", 2},
		{"?created_lte=1768478409", 3},
	};
	struct json *v;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	paid_invoice(&k, 10000, 10000, a);
	paid_invoice(&k, 10000, 10000, b);
	for (size_t i = 0; i < 5; i++) {
		if (i == 3)
			run_for(&k, 11000);
		sent_id(&k, path(target, i % 2 ? b : a, "refund"), "{\"amount\":10," TO "}",
			ids[i]);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		str_printf(target, sizeof(target), "/api/v1/refunds%s", cases[i].query);
		v = kit_get(&k, SCOPE_MERCHANT, target);
		if (json_count(json_get(v, "data")) != cases[i].want)
			fail_msg("%s: %zu", target, json_count(json_get(v, "data")));
		json_free(v);
	}
	str_printf(target, sizeof(target), "/api/v1/refunds?limit=2&starting_after=%s", ids[3]);
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "object"), "list");
	assert_string_equal(text_at(v, "data.0.id"), ids[2]);
	assert_string_equal(text_at(v, "data.1.id"), ids[1]);
	assert_true(bool_at(v, "has_more"));
	json_free(v);
	v = kit_get(&k, SCOPE_MERCHANT, path(target, a, "refunds"));
	assert_int_equal(json_count(json_get(v, "data")), 3);
	assert_string_equal(text_at(v, "data.0.id"), ids[4]);
	assert_string_equal(text_at(v, "data.2.id"), ids[0]);
	assert_false(bool_at(v, "has_more"));
	json_free(v);
	r = kit_call(&k, SCOPE_MERCHANT, HTTP_GET, "/api/v1/invoices/nobody/refunds", NULL, NULL);
	assert_refusal(&r, 404, "NOT_FOUND", "nobody");
	r = kit_call(&k, SCOPE_MERCHANT, HTTP_GET, "/api/v1/refunds/nobody", NULL, NULL);
	assert_refusal(&r, 404, "NOT_FOUND", "nobody");
	r = kit_call(&k, SCOPE_MERCHANT, HTTP_GET, "/api/v1/refunds?status=lost", NULL, NULL);
	assert_refusal(&r, 400, "VALIDATION_ERROR", "status");
	kit_stop(&k);
}

/* An order that has the money is refunded as orders are; one that never had it is not in the way.
 */
static void test_refund_leaves_an_orders_money_to_the_order(void **state)
{
	const struct order_item_params item = {.product_id = "B1",
					       .title = "Kettle",
					       .quantity = 1,
					       .price = 10000};
	const struct order_params p = {.customer_id = "cust_B",
				       .retailer = "amazon",
				       .items = &item,
				       .item_count = 1};
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP], payment[ID_CAP], target[128];
	struct invoice v;
	struct reply r;
	struct json *events;

	(void)state;
	kit_start(&k, NULL, 1);
	in_transaction(&k, order_create(&k.w, &p, order, invoice, &k.why));
	in_transaction(&k, invoice_payment_see(&k.w, invoice, 500, "base", payment, &k.why));
	in_transaction(&k, invoice_payment_confirm(&k.w, payment, &k.why));
	path(target, invoice, "refund");
	json_free(sent(&k, 201, target, "{\"amount\":100," TO "}"));
	ok(&k, invoice_load(&k.w, invoice, &v, &k.why));
	in_transaction(&k, invoice_payment_see(&k.w, invoice, v.amount_remaining, "base", payment,
					       &k.why));
	in_transaction(&k, invoice_payment_confirm(&k.w, payment, &k.why));
	r = send(&k, target, "{" TO "}");
	assert_refusal(&r, 400, "INVOICE_NOT_REFUNDABLE", order);
	/* Refunds are the merchant's: a commerce key hears of none. */
	events = kit_get(&k, SCOPE_COMMERCE, "/api/v1/events?type=refund.*");
	assert_int_equal(json_count(at(events, "data.data")), 0);
	json_free(events);
	kit_stop(&k);
}

/* --- a long random life ---------------------------------------------------------------------- */

#define INVOICES 6

static int64_t refunded(struct kit *k, const char *invoice)
{
	char target[128];
	struct json *v;
	int64_t sum = 0;

	str_printf(target, sizeof(target), "/api/v1/invoices/%s/refunds?limit=100", invoice);
	v = kit_get(k, SCOPE_MERCHANT, target);
	assert_false(bool_at(v, "has_more"));
	for (const struct json *r = json_first(json_get(v, "data")); r; r = json_next(r))
		if (!str_equal(text_at(r, "status"), "failed"))
			sum += int_at(r, "amount");
	json_free(v);
	return sum;
}

static void one_step(struct kit *k, struct rng *dice, char (*ids)[ID_CAP])
{
	const char *id = ids[rng_below(dice, INVOICES)];
	char body[200], target[128], payment[ID_CAP];
	struct reply r;

	switch (rng_below(dice, 4)) {
	case 0:
		run_for(k, rng_between(dice, 100, 6000));
		break;
	case 1:
		in_transaction(k, invoice_payment_see(&k->w, id, rng_between(dice, 1, 300), "base",
						      payment, &k->why));
		in_transaction(k, invoice_payment_confirm(&k->w, payment, &k->why));
		break;
	default:
		str_printf(body, sizeof(body), "{\"amount\":%lld," TO "}",
			   (long long)rng_between(dice, 1, 400));
		r = send(k, path(target, id, "refund"), rng_chance(dice, 5) ? "{" TO "}" : body);
		assert_true(r.status == 201 || r.status == 400);
		reply_release(&r);
		break;
	}
}

static void test_refunds_of_a_random_life_never_exceed_what_came_in(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct kit k;
		struct rng dice;
		char ids[INVOICES][ID_CAP];

		rng_seed(&dice, seed);
		kit_start(&k, NULL, seed);
		for (size_t i = 0; i < INVOICES; i++)
			paid_invoice(&k, 3000, 1, ids[i]);
		for (int step = 0; step < 250; step++) {
			const char *id = ids[rng_below(&dice, INVOICES)];
			struct invoice v;

			one_step(&k, &dice, ids);
			ok(&k, invoice_load(&k.w, id, &v, &k.why));
			assert_true(refunded(&k, id) <= v.amount_paid);
		}
		assert_true(assert_events_equal_objects(&k) > INVOICES + 20);
		kit_stop(&k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refund_has_every_field_of_the_contract),
		cmocka_unit_test(test_refund_refuses_bad_bodies_by_field),
		cmocka_unit_test(test_refund_never_exceeds_what_was_paid),
		cmocka_unit_test(test_refund_is_made_once_a_key),
		cmocka_unit_test(test_refund_settles_by_the_clock_and_a_few_fail),
		cmocka_unit_test(test_refund_tells_of_itself_in_two_events),
		cmocka_unit_test(test_refund_settles_the_same_after_a_restart),
		cmocka_unit_test(test_refund_lists_filter_and_page),
		cmocka_unit_test(test_refund_leaves_an_orders_money_to_the_order),
		cmocka_unit_test(test_refunds_of_a_random_life_never_exceed_what_came_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
