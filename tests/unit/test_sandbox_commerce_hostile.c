/* Every member of every commerce write, replaced by what it should not be. */
#include "unit/sandbox_commerce_kit.h"

struct write_call {
	enum http_method method;
	const char *target, *body;
};

static const struct write_call writes[] = {
	{HTTP_POST, CARTS,
	 "{\"customer_id\":\"c\",\"wallet_address\":\"" EVM "\",\"wallet_network\":\"base\","
	 "\"item\":{\"productId\":\"B0KET1L7\",\"retailer\":\"amazon\",\"quantity\":1,\"price\":1,"
	 "\"title\":\"T\",\"imageUrl\":\"https://a.example\"}}"},
	{HTTP_POST, CARTS "/items",
	 "{\"customer_id\":\"c\",\"productId\":\"B0KET1L7\",\"retailer\":\"amazon\",\"title\":"
	 "\"T\","
	 "\"price\":1,\"quantity\":1,\"imageUrl\":\"https://a.example\","
	 "\"productUrl\":\"https://a.example\",\"numReviews\":1,\"rating\":4.5}"},
	{HTTP_PUT, CARTS "/items/x", "{\"customer_id\":\"c\",\"quantity\":1}"},
	{HTTP_DELETE, CARTS "/items/x", "{\"customer_id\":\"c\"}"},
	{HTTP_DELETE, CARTS, "{\"customer_id\":\"other\"}"},
	{HTTP_POST, CARTS "/validate", "{\"customer_id\":\"c\"}"},
	{HTTP_POST, CHECKOUT "/estimate",
	 "{\"customer_id\":\"c\",\"items\":{\"0\":1},\"useCart\":false,\"itemOverrides\":null}"},
	{HTTP_POST, CHECKOUT "/estimate",
	 "{\"customer_id\":\"c\",\"useCart\":true,\"itemOverrides\":[{\"itemId\":\"x\"}]}"},
	{HTTP_POST, CHECKOUT "/address",
	 "{\"customer_id\":\"c\",\"estimateId\":\"x\",\"address\":" HOME "}"},
	{HTTP_POST, CHECKOUT "/invoice",
	 "{\"customer_id\":\"c\",\"estimateId\":\"x\",\"addressId\":\"y\","
	 "\"refundDestinationWalletAddressBsc\":\"" EVM "\",\"webhookUrl\":\"w\"}"},
	{HTTP_POST, "/api/commerce/merchant/payments/bulk-status", "{\"orderIds\":[\"x\"]}"},
	{HTTP_POST, "/api/commerce/devnet/orders/x/simulate",
	 "{\"transitionTo\":\"shipped\",\"tracking\":{\"carrier\":\"UPS\",\"trackingNumber\":\"1\"}"
	 ","
	 "\"walletNetwork\":\"bsc\",\"walletAddress\":\"" EVM "\"}"},
	{HTTP_DELETE, "/api/v1/commerce/merchant/addresses/x", "{}"},
};

static const char *const wrong[] = {
	"null",
	"true",
	"0",
	"-1",
	"1e99",
	"0.0001",
	"99999999999999999999",
	"\"\"",
	"\"x\"",
	"[]",
	"{}",
	"[[]]",
	"[null]",
	"[{}]",
	"[{\"itemId\":{}}]",
	"{\"customer_id\":[]}",
	"\"\\u0001\\n\\u202e\"",
};

static void must_not_break(struct kit *k, const struct write_call *w, const struct json *body)
{
	char *text = json_print(body);
	struct reply r = kit_call(k, SCOPE_COMMERCE, w->method, w->target, text, NULL);
	struct json *v = kit_parse(&r);

	if (r.status != 200 && r.status != 400 && r.status != 404)
		fail_msg("%s %s: %d %s", w->target, text, r.status, r.body);
	if (r.status != 200)
		assert_false(bool_at(v, "success"));
	json_free(v);
	reply_release(&r);
	free(text);
}

static struct json *parsed(const char *text)
{
	struct json *v = NULL;

	assert_int_equal(S_OK, json_parse(text, strlen(text), &v, NULL));
	return v;
}

/* Body with `key` of it, or of the object `inside` it, replaced. */
static struct json *with(const char *body, const char *inside, const char *key, const char *value)
{
	struct json *v = parsed(body);
	struct json *in = inside ? json_set_object(v, inside) : v;

	json_set_take(in, key, parsed(value));
	return v;
}

static void spoil_members(struct kit *k, const struct write_call *w, const char *inside)
{
	struct json *body = parsed(w->body);
	const struct json *object = inside ? json_get(body, inside) : body;

	for (const struct json *m = json_first(object); m; m = json_next(m)) {
		for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
			struct json *bad = with(w->body, inside, json_key(m), wrong[i]);

			must_not_break(k, w, bad);
			json_free(bad);
		}
		if (!inside && json_kind(m) == JSON_OBJECT)
			spoil_members(k, w, json_key(m));
	}
	json_free(body);
}

static void test_commerce_writes_survive_any_wrong_member(void **state)
{
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		spoil_members(&k, &writes[i], NULL);
	assert_int_equal(ledger_event_count(k.w.ledger), 0);
	kit_stop(&k);
}

static void test_commerce_writes_survive_no_body(void **state)
{
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		struct reply r =
			kit_call(&k, SCOPE_COMMERCE, writes[i].method, writes[i].target, "", NULL);

		if (r.status != 400 && r.status != 404)
			fail_msg("%s: %d %s", writes[i].target, r.status, r.body);
		reply_release(&r);
	}
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commerce_writes_survive_any_wrong_member),
		cmocka_unit_test(test_commerce_writes_survive_no_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
