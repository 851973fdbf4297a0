#include "unit/sandbox_ramp_kit.h"

#include "base/money.h"
#include "sandbox/shop.h"

#define QUOTES  "/api/v1/ramps/quotes"
#define PAYOUTS "/api/v1/ramps/payouts"
#define BANK    "\"bank_account\":{\"holder\":\"Ada\",\"bank_name\":\"Bank\",\"last4\":\"1234\"}"

static const char *quote_body(char buf[256], const char *direction, int64_t amount,
			      const char *country, const char *rail)
{
	str_printf(buf, 256,
		   "{\"customer_id\":\"cust_A\",\"direction\":\"%s\",\"amount\":%lld,"
		   "\"country\":\"%s\",\"rail\":\"%s\"}",
		   direction, (long long)amount, country, rail);
	return buf;
}

static void make_quote(struct kit *k, const char *direction, const char *country, const char *rail,
		       char id[ID_CAP])
{
	char body[256];

	sent_id(k, QUOTES, quote_body(body, direction, 20000, country, rail), id);
}

static struct reply pay_by(struct kit *k, const char *quote)
{
	char body[256];

	str_printf(body, sizeof(body), "{\"quote_id\":\"%s\"," BANK "}", quote);
	return send(k, PAYOUTS, body);
}

/* --- arithmetic --------------------------------------------------------------------------------
 */

/* Worked out by hand; rates as the catalogue has them. */
static void test_quote_converts_exactly_at_every_exponent(void **state)
{
	static const struct {
		const char *country;
		int64_t usd_millis, rate_e4, down, up;
	} cases[] = {
		{"JP", 100000, 1563000, 15630, 15630},      /* 100.000 × 156.3 */
		{"JP", 99999, 1563000, 15629, 15630},       /* 15629.8437 */
		{"JP", 1, 1563000, 0, 1},                   /* 0.1563 */
		{"DE", 100000, 8640, 8640, 8640},           /* 86.40 */
		{"DE", 99995, 8640, 8639, 8640},            /* 86.39568 */
		{"DE", 10, 8640, 0, 1},                     /* 0.00864 */
		{"KW", 12345, 3071, 3791, 3792},            /* 3.7911495 */
		{"KW", 10000, 3071, 3071, 3071},            /* 3.071 */
		{"KW", 50000000, 3071, 15355000, 15355000}, /* 15355.000 */
		{"ID", 50000000, 166900000, 83450000000, 83450000000},
		{"VN", 50000000, 263500000, 1317500000, 1317500000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct shop_corridor *c = shop_corridor(cases[i].country);

		assert_int_equal(shop_convert(c, cases[i].usd_millis, cases[i].rate_e4),
				 cases[i].down);
		assert_int_equal(shop_convert_up(c, cases[i].usd_millis, cases[i].rate_e4),
				 cases[i].up);
	}
}

static void test_quote_fee_is_half_a_percent_in_cents_and_half_a_dollar(void **state)
{
	static const struct {
		int64_t amount, fee;
	} cases[] = {{5000, 520}, {20000, 600}, {20999, 600}, {22000, 610}, {50000000, 250500}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(shop_fee(cases[i].amount), cases[i].fee);
}

/* From what the quote itself states, and by multiplication only: fiat × 10^7 against
 * thousandths × rate × 10^exponent. A payout's is the last unit that fits, a deposit's the first.
 */
static void check_arithmetic(const struct json *q, bool payout)
{
	int64_t amount = int_at(q, "amount"), fee = int_at(q, "fee");
	int64_t fiat = int_at(q, "fiat_amount_minor"), rate, exact;

	assert_int_equal(money_parse_decimal(text_at(q, "fx_rate"), 4, &rate), S_OK);
	exact = (payout ? amount - fee : amount + fee) * rate;
	for (int64_t i = 0; i < int_at(q, "fiat_exponent"); i++)
		exact *= 10;
	if (payout)
		assert_true(fiat * 10000000 <= exact && exact < (fiat + 1) * 10000000);
	else
		assert_true((fiat - 1) * 10000000 < exact && exact <= fiat * 10000000);
}

static void test_quote_states_what_its_own_rate_gives(void **state)
{
	static const struct {
		const char *country, *rail, *currency;
		int64_t exponent;
	} corridors[] = {
		{"JP", "zengin", "JPY", 0}, {"DE", "sepa_instant", "EUR", 2},
		{"KW", "knet", "KWD", 3},   {"ID", "bi_fast", "IDR", 2},
		{"US", "rtp", "USD", 2},
	};
	static const int64_t amounts[] = {5000, 5001, 9999, 12345, 999999, 50000000};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t c = 0; c < sizeof(corridors) / sizeof(corridors[0]); c++)
		for (size_t a = 0; a < sizeof(amounts) / sizeof(amounts[0]); a++)
			for (int payout = 0; payout < 2; payout++) {
				char body[256];
				struct json *q;

				quote_body(body, payout ? "payout" : "deposit", amounts[a],
					   corridors[c].country, corridors[c].rail);
				q = sent(&k, 201, QUOTES, body);
				assert_string_equal(text_at(q, "fiat_currency"),
						    corridors[c].currency);
				assert_int_equal(int_at(q, "fiat_exponent"), corridors[c].exponent);
				assert_int_equal(int_at(q, "amount"), amounts[a]);
				check_arithmetic(q, payout);
				json_free(q);
			}
	kit_stop(&k);
}

/* --- the object
 * ------------------------------------------------------------------------------------ */

static void test_quote_has_every_field_of_the_contract(void **state)
{
	struct kit k;
	char body[256];
	struct json *q;

	(void)state;
	kit_start(&k, NULL, 1);
	world_advance_to(&k.w, KIT_EPOCH + 1500);
	q = sent(&k, 201, QUOTES, quote_body(body, "payout", 20000, "US", "ach"));
	assert_keys(q, "object id customer_id direction amount amount_decimal amount_unit fee"
		       " fee_decimal country rail fiat_currency fiat_amount_minor fiat_exponent"
		       " fx_rate expires_at");
	assert_string_equal(text_at(q, "object"), "ramp_quote");
	assert_true(uuid_valid(text_at(q, "id")));
	assert_string_equal(text_at(q, "customer_id"), "cust_A");
	assert_string_equal(text_at(q, "direction"), "payout");
	assert_int_equal(int_at(q, "amount"), 20000);
	assert_string_equal(text_at(q, "amount_decimal"), "20.000");
	assert_string_equal(text_at(q, "amount_unit"), "usd_millis");
	assert_int_equal(int_at(q, "fee"), 600);
	assert_string_equal(text_at(q, "fee_decimal"), "0.600");
	assert_string_equal(text_at(q, "country"), "US");
	assert_string_equal(text_at(q, "rail"), "ach");
	assert_string_equal(text_at(q, "fiat_currency"), "USD");
	assert_int_equal(int_at(q, "fiat_amount_minor"), 1940);
	assert_int_equal(int_at(q, "fiat_exponent"), 2);
	assert_string_equal(text_at(q, "fx_rate"), "1.0000");
	assert_int_equal(int_at(q, "expires_at"), KIT_EPOCH / 1000 + 62); /* a whole second */
	json_free(q);
	kit_stop(&k);
}

static void test_quote_refuses_bad_bodies_by_field(void **state)
{
	static const struct {
		const char *direction;
		int64_t amount;
		const char *country, *rail, *word;
	} cases[] = {
		{"sideways", 20000, "US", "ach", "direction"},
		{"", 20000, "US", "ach", "direction"},
		{"payout", 4999, "US", "ach", "amount: must be between 5000 and 50000000"},
		{"payout", 50000001, "US", "ach", "amount"},
		{"payout", 20000, "XX", "ach", "country"},
		{"payout", 20000, "us", "ach", "country"},
		{"payout", 20000, "US", "pix", "rail: US has no rail 'pix'"},
		{"deposit", 20000, "AR", "cvu", "country: money can only go out"},
	};
	static const char *const others[] = {
		"{\"direction\":\"payout\",\"amount\":20000,\"country\":\"US\",\"rail\":\"ach\"}",
		"{\"customer_id\":\"c\",\"direction\":\"payout\",\"country\":\"US\"}",
		"{\"customer_id\":\"c\",\"direction\":\"payout\",\"amount\":20000}",
	};
	static const char *const words[] = {"customer_id", "amount: is required", "country"};
	struct kit k;
	char body[256];

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_body_refused(&k, QUOTES,
				    quote_body(body, cases[i].direction, cases[i].amount,
					       cases[i].country, cases[i].rail),
				    cases[i].word);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_body_refused(&k, QUOTES, others[i], words[i]);
	json_free(sent(&k, 201, QUOTES, quote_body(body, "payout", 20000, "AR", "cvu")));
	kit_stop(&k);
}

/* --- its life
 * ---------------------------------------------------------------------------------------- */

static void test_quote_is_good_for_sixty_seconds(void **state)
{
	static const struct {
		int64_t after_ms;
		int status;
	} cases[] = {{0, 201}, {59999, 201}, {60000, 400}, {3600000 + 59999, 400}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kit k;
		char quote[ID_CAP];
		struct reply r;

		kit_start(&k, NULL, 1);
		approve(&k, "cust_A", "US");
		make_quote(&k, "payout", "US", "ach", quote);
		world_advance_to(&k.w, KIT_EPOCH + cases[i].after_ms);
		r = pay_by(&k, quote);
		if (r.status != cases[i].status)
			fail_msg("after %lld: %d %s", (long long)cases[i].after_ms, r.status,
				 r.body);
		if (r.status == 400)
			assert_refusal(&r, 400, "QUOTE_EXPIRED", quote);
		reply_release(&r);
		kit_stop(&k);
	}
}

static void test_quote_is_forgotten_an_hour_after_its_end(void **state)
{
	struct kit k;
	char old[ID_CAP], fresh[ID_CAP];
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	make_quote(&k, "payout", "US", "ach", old);
	world_advance_to(&k.w, KIT_EPOCH + 3660000);
	make_quote(&k, "payout", "US", "ach", fresh);
	r = pay_by(&k, old);
	assert_refusal(&r, 400, "VALIDATION_ERROR", "quote_id: names no quote");
	kit_stop(&k);
}

static void test_quote_is_good_once_and_only_for_its_own_direction(void **state)
{
	struct kit k;
	char quote[ID_CAP], deposit[ID_CAP];
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	make_quote(&k, "payout", "US", "ach", quote);
	make_quote(&k, "deposit", "US", "ach", deposit);
	r = pay_by(&k, deposit);
	assert_refusal(&r, 400, "VALIDATION_ERROR", "quote_id: is a quote for a deposit");
	r = pay_by(&k, "nothing");
	assert_refusal(&r, 400, "VALIDATION_ERROR", "quote_id: names no quote");
	r = pay_by(&k, quote);
	assert_int_equal(r.status, 201);
	reply_release(&r);
	r = pay_by(&k, quote);
	assert_refusal(&r, 400, "QUOTE_USED", quote);
	kit_stop(&k);
}

/* A refused payout leaves its quote as it was: who is approved in time can still use it. */
static void test_quote_survives_a_refused_payout(void **state)
{
	struct kit k;
	char quote[ID_CAP];
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	make_quote(&k, "payout", "US", "ach", quote);
	r = pay_by(&k, quote);
	assert_refusal(&r, 403, "KYC_REQUIRED", "not_started");
	approve(&k, "cust_A", "US");
	r = pay_by(&k, quote);
	assert_int_equal(r.status, 201);
	reply_release(&r);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quote_converts_exactly_at_every_exponent),
		cmocka_unit_test(test_quote_fee_is_half_a_percent_in_cents_and_half_a_dollar),
		cmocka_unit_test(test_quote_states_what_its_own_rate_gives),
		cmocka_unit_test(test_quote_has_every_field_of_the_contract),
		cmocka_unit_test(test_quote_refuses_bad_bodies_by_field),
		cmocka_unit_test(test_quote_is_good_for_sixty_seconds),
		cmocka_unit_test(test_quote_is_forgotten_an_hour_after_its_end),
		cmocka_unit_test(test_quote_is_good_once_and_only_for_its_own_direction),
		cmocka_unit_test(test_quote_survives_a_refused_payout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
