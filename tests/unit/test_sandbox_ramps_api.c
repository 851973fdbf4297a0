#include "unit/sandbox_ramp_kit.h"
#include "scratch.h"

#include <unistd.h>

#define QUOTES   "/api/v1/ramps/quotes"
#define PAYOUTS  "/api/v1/ramps/payouts"
#define DEPOSITS "/api/v1/ramps/deposits"
#define BANK                                                                               \
	"\"bank_account\":{\"holder\":\"Ada Byron\",\"bank_name\":\"First Prairie Bank\"," \
	"\"last4\":\"6789\"}"
#define DEPOSIT "{\"customer_id\":\"cust_A\",\"amount\":20000}"

static const char *path(char buf[400], const char *resource, const char *id, const char *end)
{
	str_printf(buf, 400, "/api/v1/ramps/%s/%s%s", resource, id, end);
	return buf;
}

static struct json *look_up(struct kit *k, const char *resource, const char *id)
{
	char target[400];

	return kit_get(k, SCOPE_MERCHANT, path(target, resource, id, ""));
}

static void assert_status(struct kit *k, const char *resource, const char *id, const char *want)
{
	struct json *v = look_up(k, resource, id);

	assert_string_equal(text_at(v, "status"), want);
	json_free(v);
}

static void quote(struct kit *k, const char *customer, int64_t amount, const char *country,
		  const char *rail, char id[ID_CAP])
{
	char body[512];

	str_printf(body, sizeof(body),
		   "{\"customer_id\":\"%s\",\"direction\":\"payout\",\"amount\":%lld,"
		   "\"country\":\"%s\",\"rail\":\"%s\"}",
		   customer, (long long)amount, country, rail);
	sent_id(k, QUOTES, body, id);
}

static const char *payout_body(struct kit *k, const char *customer, char buf[512])
{
	char id[ID_CAP];

	quote(k, customer, 20000, "US", "ach", id);
	str_printf(buf, 512, "{\"quote_id\":\"%s\"," BANK "}", id);
	return buf;
}

static void make_payout(struct kit *k, const char *customer, char id[ID_CAP])
{
	char body[512];

	sent_id(k, PAYOUTS, payout_body(k, customer, body), id);
}

static struct reply simulate(struct kit *k, const char *resource, const char *id, const char *to)
{
	char target[400], body[96];

	str_printf(target, sizeof(target), "/api/v1/ramps/devnet/%s/%s/simulate", resource, id);
	str_printf(body, sizeof(body), "{\"transitionTo\":\"%s\"}", to);
	return send(k, target, body);
}

static void simulated(struct kit *k, const char *resource, const char *id, const char *to)
{
	struct reply r = simulate(k, resource, id, to);

	if (r.status != 200)
		fail_msg("%s %s: %d %s", resource, to, r.status, r.body);
	reply_release(&r);
}

/* --- countries -------------------------------------------------------------------------------- */

static void test_ramp_countries_span_continents_and_exponents(void **state)
{
	static const char *const continents[] = {"US CA MX BR", "GB DE FR PL", "JP IN SG KW",
						 "NG KE ZA EG", "AU NZ"};
	struct kit k;
	struct json *v;
	size_t exponents[4] = {0};

	(void)state;
	kit_start(&k, NULL, 1);
	v = kit_get(&k, SCOPE_MERCHANT, "/api/v1/ramps/countries");
	assert_keys(v, "object data has_more");
	assert_string_equal(text_at(v, "object"), "list");
	assert_false(bool_at(v, "has_more"));
	assert_true(json_count(json_get(v, "data")) >= 32);
	for (const struct json *c = json_first(json_get(v, "data")); c; c = json_next(c)) {
		assert_keys(c, "country name currency exponent rails onramp offramp min_amount"
			       " max_amount");
		assert_int_equal(strlen(text_at(c, "country")), 2);
		assert_int_equal(strlen(text_at(c, "currency")), 3);
		assert_in_range(int_at(c, "exponent"), 0, 3);
		exponents[int_at(c, "exponent")]++;
		assert_true(json_count(json_get(c, "rails")) > 0);
		assert_true(bool_at(c, "onramp") || bool_at(c, "offramp"));
		assert_true(0 < int_at(c, "min_amount") &&
			    int_at(c, "min_amount") < int_at(c, "max_amount"));
		for (const struct json *d = json_next(c); d; d = json_next(d))
			assert_string_not_equal(text_at(c, "country"), text_at(d, "country"));
	}
	assert_true(exponents[0] > 0 && exponents[2] > 0 && exponents[3] > 0);
	for (size_t i = 0; i < sizeof(continents) / sizeof(continents[0]); i++)
		for (const char *code = continents[i]; *code; code += code[2] ? 3 : 2) {
			bool found = false;

			for (const struct json *c = json_first(json_get(v, "data")); c;
			     c = json_next(c))
				found |= !strncmp(text_at(c, "country"), code, 2);
			if (!found)
				fail_msg("no %.2s", code);
		}
	json_free(v);
	kit_stop(&k);
}

/* --- KYC ----------------------------------------------------------------------------------------
 */

#define SUBMIT "{\"country\":\"JP\",\"legal_name\":\"Ada Byron\"}"

static void test_kyc_submission_has_every_field_and_is_decided_by_the_clock(void **state)
{
	struct kit k;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	world_advance_to(&k.w, KIT_EPOCH + 2000);
	v = sent(&k, 200, "/api/v1/ramps/kyc/cust_A", SUBMIT);
	assert_keys(v, "object customer_id status country legal_name rejection_reason submitted_at"
		       " reviewed_at environment");
	assert_string_equal(text_at(v, "object"), "ramp_kyc");
	assert_string_equal(text_at(v, "customer_id"), "cust_A");
	assert_string_equal(text_at(v, "status"), "pending");
	assert_string_equal(text_at(v, "country"), "JP");
	assert_string_equal(text_at(v, "legal_name"), "Ada Byron");
	assert_null_at(v, "rejection_reason");
	assert_int_equal(int_at(v, "submitted_at"), KIT_EPOCH / 1000 + 2);
	assert_null_at(v, "reviewed_at");
	assert_string_equal(text_at(v, "environment"), "devnet");
	json_free(v);
	run_for(&k, 11900);
	assert_status(&k, "kyc", "cust_A", "pending");
	run_for(&k, 13200);
	v = look_up(&k, "kyc", "cust_A");
	assert_string_not_equal(text_at(v, "status"), "pending");
	assert_true(int_at(v, "reviewed_at") >= int_at(v, "submitted_at") + 12);
	json_free(v);
	assert_int_equal(domain_next_due_ms(&k.w), TIME_NONE);
	assert_events_equal_objects(&k);
	kit_stop(&k);
}

/* Some are refused with a reason, and may try again: then it is decided anew. */
static void test_kyc_refuses_a_few_who_may_try_again(void **state)
{
	enum { PEOPLE = 120 };
	struct kit k;
	size_t rejected = 0, tries = 0;

	(void)state;
	kit_start(&k, NULL, 1);
	for (int i = 0; i < PEOPLE; i++) {
		char who[32], target[64];
		bool approved = false;

		str_printf(who, sizeof(who), "cust_%d", i);
		str_printf(target, sizeof(target), "/api/v1/ramps/kyc/%s", who);
		for (int n = 0; n < 20 && !approved; n++) {
			struct json *v;

			json_free(sent(&k, 200, target, SUBMIT));
			run_for(&k, 26000);
			v = look_up(&k, "kyc", who);
			approved = str_equal(text_at(v, "status"), "approved");
			if (!approved) {
				assert_string_equal(text_at(v, "status"), "rejected");
				assert_true(strlen(text_at(v, "rejection_reason")) > 0);
				rejected++;
			}
			tries++;
			json_free(v);
		}
		assert_true(approved);
	}
	assert_in_range(rejected, 3, 40);
	assert_int_equal(tries, PEOPLE + rejected);
	kit_stop(&k);
}

static void test_kyc_is_submitted_only_when_there_is_something_to_check(void **state)
{
	static const struct {
		const char *status;
		bool possible;
	} cases[] = {{"pending", false},
		     {"approved", false},
		     {"rejected", true},
		     {"expired", true}};
	struct kit k;
	char target[64];

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *who = cases[i].status;
		struct reply r;

		str_printf(target, sizeof(target), "/api/v1/ramps/kyc/%s", who);
		json_free(sent(&k, 200, target, SUBMIT));
		if (str_equal(who, "expired"))
			simulated(&k, "kyc", who, "approved");
		if (!str_equal(who, "pending"))
			simulated(&k, "kyc", who, who);
		r = send(&k, target, SUBMIT);
		if (cases[i].possible) {
			assert_int_equal(r.status, 200);
			reply_release(&r);
			assert_status(&k, "kyc", who, "pending");
		} else {
			assert_refusal(&r, 400, "KYC_NOT_SUBMITTABLE", who);
		}
	}
	assert_body_refused(&k, "/api/v1/ramps/kyc/new", "{\"legal_name\":\"A\"}", "country");
	assert_body_refused(&k, "/api/v1/ramps/kyc/new",
			    "{\"country\":\"XX\",\"legal_name\":\"A\"}", "country");
	assert_body_refused(&k, "/api/v1/ramps/kyc/new", "{\"country\":\"JP\"}", "legal_name");
	assert_body_refused(&k, "/api/v1/ramps/kyc/new", "{\"country\":\"JP\",\"legal_name\":\"\"}",
			    "legal_name");
	kit_stop(&k);
}

static void test_kyc_of_the_longest_customer_id_is_decided(void **state)
{
	struct kit k;
	char who[NAME_CAP], target[400];

	(void)state;
	kit_start(&k, NULL, 1);
	memset(who, 'c', sizeof(who) - 1);
	who[sizeof(who) - 1] = '\0';
	json_free(sent(&k, 200, path(target, "kyc", who, ""), SUBMIT));
	run_for(&k, 26000);
	assert_int_equal(domain_next_due_ms(&k.w), TIME_NONE);
	struct json *v = look_up(&k, "kyc", who);
	assert_string_not_equal(text_at(v, "status"), "pending");
	json_free(v);
	kit_stop(&k);
}

/* --- the gate ------------------------------------------------------------------------------------
 */

static void test_kyc_gates_deposits_and_payouts(void **state)
{
	static const char *const ways[][4] = {
		{"not_started"},
		{"pending", "pending"},
		{"approved", "pending", "approved"},
		{"rejected", "pending", "rejected"},
		{"expired", "pending", "approved", "expired"},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		const char *who = ways[i][0];
		bool open = str_equal(who, "approved");
		char body[512], deposit[128];
		int64_t before;

		for (size_t n = 1; n < 4 && ways[i][n]; n++)
			in_transaction(&k,
				       kyc_set(&k.w, who, ways[i][n], "US", "Ada", "no", &k.why));
		before = ledger_event_count(k.w.ledger);
		str_printf(deposit, sizeof(deposit), "{\"customer_id\":\"%s\",\"amount\":20000}",
			   who);
		for (int payout = 0; payout < 2; payout++) {
			struct reply r = send(&k, payout ? PAYOUTS : DEPOSITS,
					      payout ? payout_body(&k, who, body) : deposit);

			if (open)
				assert_int_equal(r.status, 201);
			else
				assert_refusal(&r, 403, "KYC_REQUIRED", who);
			reply_release(&r);
		}
		assert_int_equal(ledger_event_count(k.w.ledger), before + (open ? 2 : 0));
	}
	kit_stop(&k);
}

/* --- deposits
 * -------------------------------------------------------------------------------------- */

static void test_deposit_has_every_field_of_the_contract(void **state)
{
	struct kit k;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "JP");
	v = sent(&k, 201, DEPOSITS,
		 "{\"customer_id\":\"cust_A\",\"amount\":20000,\"token_symbol\":\"USDT\","
		 "\"network\":\"solana\"}");
	assert_keys(v, "object id customer_id status token_symbol network deposit_address amount"
		       " amount_decimal amount_unit tx_hash failure_code environment created_at"
		       " updated_at");
	assert_string_equal(text_at(v, "object"), "ramp_deposit");
	assert_string_equal(text_at(v, "status"), "awaiting_funds");
	assert_string_equal(text_at(v, "customer_id"), "cust_A");
	assert_string_equal(text_at(v, "token_symbol"), "USDT");
	assert_string_equal(text_at(v, "network"), "solana");
	assert_int_equal(strlen(text_at(v, "deposit_address")), 44);
	assert_int_equal(int_at(v, "amount"), 20000);
	assert_string_equal(text_at(v, "amount_decimal"), "20.000");
	assert_string_equal(text_at(v, "amount_unit"), "usd_millis");
	assert_null_at(v, "tx_hash");
	assert_null_at(v, "failure_code");
	assert_string_equal(text_at(v, "environment"), "devnet");
	assert_int_equal(int_at(v, "created_at"), KIT_EPOCH / 1000);
	json_free(v);
	v = sent(&k, 201, DEPOSITS, DEPOSIT);
	assert_string_equal(text_at(v, "token_symbol"), "USDC");
	assert_string_equal(text_at(v, "network"), "base");
	json_free(v);
	kit_stop(&k);
}

static void test_deposit_refuses_bad_bodies_by_field(void **state)
{
	static const struct {
		const char *body, *word;
	} cases[] = {
		{"", "customer_id"},
		{"{\"amount\":20000}", "customer_id"},
		{"{\"customer_id\":\"cust_A\"}", "amount: is required"},
		{"{\"customer_id\":\"cust_A\",\"amount\":4999}", "amount"},
		{"{\"customer_id\":\"cust_A\",\"amount\":50000001}", "amount"},
		{"{\"customer_id\":\"cust_A\",\"amount\":\"20000\"}", "amount"},
		{"{\"customer_id\":\"cust_A\",\"amount\":20000,\"network\":\"doge\"}", "network"},
		{"{\"customer_id\":\"cust_A\",\"amount\":20000,\"token_symbol\":\"DOGE\"}",
		 "token_symbol"},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "JP");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_body_refused(&k, DEPOSITS, cases[i].body, cases[i].word);
	kit_stop(&k);
}

/* How many of `count` objects end in each state; the table is NULL-terminated. */
static void assert_ends(struct kit *k, const char *resource, char (*ids)[ID_CAP], size_t count,
			const char *const *ends, size_t most)
{
	size_t usual = 0;

	for (size_t i = 0; i < count; i++) {
		struct json *v = look_up(k, resource, ids[i]);
		const char *status = text_at(v, "status");
		bool known = false;

		for (size_t e = 0; ends[e]; e++)
			known |= str_equal(ends[e], status);
		if (!known)
			fail_msg("%s ends as %s", resource, status);
		if (str_equal(status, ends[0]))
			usual++;
		else
			assert_true(strlen(text_at(v, "failure_code")) > 0);
		json_free(v);
	}
	assert_true(usual < count); /* some go wrong */
	assert_true(count - usual <= most);
	assert_int_equal(domain_next_due_ms(&k->w), TIME_NONE);
}

static void test_deposits_go_their_way_by_the_clock(void **state)
{
	enum { MANY = 200 };
	static const char *const ends[] = {"confirmed", "failed", "returned", NULL};
	static char ids[MANY][ID_CAP];
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "JP");
	for (int i = 0; i < MANY; i++)
		sent_id(&k, DEPOSITS, DEPOSIT, ids[i]);
	run_for(&k, 7900);
	assert_status(&k, "deposits", ids[0], "awaiting_funds");
	run_for(&k, 60000);
	assert_ends(&k, "deposits", ids, MANY, ends, MANY / 5);
	assert_int_equal(assert_events_equal_objects(&k), MANY + 1);
	kit_stop(&k);
}

/* --- payouts
 * ---------------------------------------------------------------------------------------- */

static void test_payout_has_every_field_of_the_contract(void **state)
{
	struct kit k;
	char body[512];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	v = sent(&k, 201, PAYOUTS, payout_body(&k, "cust_A", body));
	assert_keys(v, "object id customer_id quote_id retry_of status amount amount_decimal fee"
		       " fee_decimal amount_unit fiat_currency fiat_amount_minor fiat_exponent"
		       " fx_rate country rail bank_account failure_code failure_message"
		       " estimated_arrival_at paid_at environment created_at updated_at");
	assert_string_equal(text_at(v, "object"), "ramp_payout");
	assert_string_equal(text_at(v, "status"), "queued");
	assert_non_null(strstr(body, text_at(v, "quote_id")));
	assert_null_at(v, "retry_of");
	assert_int_equal(int_at(v, "amount"), 20000);
	assert_int_equal(int_at(v, "fee"), 600);
	assert_int_equal(int_at(v, "fiat_amount_minor"), 1940);
	assert_string_equal(text_at(v, "fx_rate"), "1.0000");
	assert_string_equal(text_at(v, "rail"), "ach");
	assert_keys(json_get(v, "bank_account"), "holder bank_name last4");
	assert_string_equal(text_at(v, "bank_account.holder"), "Ada Byron");
	assert_string_equal(text_at(v, "bank_account.bank_name"), "First Prairie Bank");
	assert_string_equal(text_at(v, "bank_account.last4"), "6789");
	assert_null_at(v, "paid_at");
	assert_null_at(v, "failure_code");
	assert_true(int_at(v, "estimated_arrival_at") > int_at(v, "created_at"));
	json_free(v);
	kit_stop(&k);
}

static void test_payout_refuses_bad_bodies_by_field(void **state)
{
	static const struct {
		const char *rest, *word;
	} cases[] = {
		{"", "bank_account: is required"},
		{",\"bank_account\":7", "bank_account: must be an object"},
		{",\"bank_account\":{}", "bank_account.holder"},
		{",\"bank_account\":{\"holder\":\"A\"}", "bank_account.bank_name"},
		{",\"bank_account\":{\"holder\":\"A\",\"bank_name\":\"B\"}", "bank_account.last4"},
		{",\"bank_account\":{\"holder\":\"A\",\"bank_name\":\"B\",\"last4\":\"123\"}",
		 "bank_account.last4"},
		{",\"bank_account\":{\"holder\":\"A\",\"bank_name\":\"B\",\"last4\":\"12-4\"}",
		 "bank_account.last4"},
		{"," BANK ",\"customer_id\":\"cust_B\"", "customer_id"},
	};
	struct kit k;
	char id[ID_CAP], body[512];

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	quote(&k, "cust_A", 20000, "US", "ach", id);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		str_printf(body, sizeof(body), "{\"quote_id\":\"%s\"%s}", id, cases[i].rest);
		assert_body_refused(&k, PAYOUTS, body, cases[i].word);
	}
	assert_body_refused(&k, PAYOUTS, "{" BANK "}", "quote_id");
	kit_stop(&k);
}

static void test_payouts_go_their_way_by_the_clock(void **state)
{
	enum { MANY = 200 };
	static const char *const ends[] = {"paid", "failed", "returned", NULL};
	static char ids[MANY][ID_CAP];
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	for (int i = 0; i < MANY; i++)
		make_payout(&k, "cust_A", ids[i]);
	run_for(&k, 4900);
	assert_status(&k, "payouts", ids[0], "queued");
	run_for(&k, 4200);
	assert_status(&k, "payouts", ids[0], "processing");
	run_for(&k, 60000);
	assert_ends(&k, "payouts", ids, MANY, ends, MANY / 5);
	assert_int_equal(assert_events_equal_objects(&k), MANY + 1);
	kit_stop(&k);
}

static void test_payout_is_canceled_only_while_it_is_queued(void **state)
{
	static const char *const ways[][4] = {
		{"queued"},
		{"processing", "processing"},
		{"paid", "processing", "paid"},
		{"failed", "failed"},
		{"returned", "processing", "paid", "returned"},
		{"canceled", "canceled"},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		char id[ID_CAP], target[400];
		struct reply r;

		make_payout(&k, "cust_A", id);
		for (size_t n = 1; n < 4 && ways[i][n]; n++)
			simulated(&k, "payouts", id, ways[i][n]);
		r = send(&k, path(target, "payouts", id, "/cancel"), "{}");
		if (i == 0)
			assert_int_equal(r.status, 200);
		else
			assert_refusal(&r, 400, "PAYOUT_NOT_CANCELABLE", ways[i][0]);
		reply_release(&r);
		assert_status(&k, "payouts", id, i == 0 ? "canceled" : ways[i][0]);
	}
	run_for(&k, 120000);
	assert_events_equal_objects(&k);
	kit_stop(&k);
}

static void retry_body(struct kit *k, char buf[512], const char *customer, int64_t amount,
		       const char *country, const char *rail, const char *rest)
{
	char id[ID_CAP];

	quote(k, customer, amount, country, rail, id);
	str_printf(buf, 512, "{\"quote_id\":\"%s\"%s}", id, rest);
}

static void test_payout_is_retried_once_and_as_it_was(void **state)
{
	struct kit k;
	char id[ID_CAP], again[ID_CAP], target[400], body[512];
	struct reply r;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	approve(&k, "cust_B", "US");
	make_payout(&k, "cust_A", id);
	path(target, "payouts", id, "/retry");
	retry_body(&k, body, "cust_A", 20000, "US", "rtp", "");
	r = send(&k, target, body);
	assert_refusal(&r, 400, "PAYOUT_NOT_RETRYABLE", "queued");
	simulated(&k, "payouts", id, "failed");
	assert_body_refused(&k, target, "{}", "quote_id");
	retry_body(&k, body, "cust_B", 20000, "US", "ach", "");
	assert_body_refused(&k, target, body, "another customer");
	retry_body(&k, body, "cust_A", 20001, "US", "ach", "");
	assert_body_refused(&k, target, body, "another amount");
	retry_body(&k, body, "cust_A", 20000, "JP", "zengin", "");
	assert_body_refused(&k, target, body, "another country");
	retry_body(&k, body, "cust_A", 20000, "US", "rtp", "");
	world_advance_to(&k.w, k.w.now_ms + 60000);
	r = send(&k, target, body);
	assert_refusal(&r, 400, "QUOTE_EXPIRED", "");
	retry_body(&k, body, "cust_A", 20000, "US", "rtp", "");
	v = sent(&k, 201, target, body);
	assert_string_equal(text_at(v, "retry_of"), id);
	assert_string_equal(text_at(v, "status"), "queued");
	assert_string_equal(text_at(v, "rail"), "rtp");
	assert_string_equal(text_at(v, "bank_account.last4"), "6789");
	str_copy(again, sizeof(again), text_at(v, "id"));
	json_free(v);
	assert_status(&k, "payouts", id, "failed");
	retry_body(&k, body, "cust_A", 20000, "US", "rtp", "");
	r = send(&k, target, body);
	assert_refusal(&r, 400, "PAYOUT_NOT_RETRYABLE", "retried already");
	simulated(&k, "payouts", again, "processing");
	simulated(&k, "payouts", again, "paid");
	simulated(&k, "payouts", again, "returned");
	retry_body(&k, body, "cust_A", 20000, "JP", "zengin", "," BANK);
	v = sent(&k, 201, path(target, "payouts", again, "/retry"), body);
	assert_string_equal(text_at(v, "country"), "JP");
	json_free(v);
	r = send(&k, path(target, "payouts", "nobody", "/retry"), body);
	assert_refusal(&r, 404, "NOT_FOUND", "nobody");
	kit_stop(&k);
}

static void test_payout_is_made_once_a_key(void **state)
{
	struct kit k;
	char body[512];
	struct reply first, second;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	payout_body(&k, "cust_A", body);
	first = kit_call(&k, SCOPE_MERCHANT, HTTP_POST, PAYOUTS, body, KEY_1);
	second = kit_call(&k, SCOPE_MERCHANT, HTTP_POST, PAYOUTS, body, KEY_1);
	assert_int_equal(first.status, 201);
	assert_int_equal(second.status, 201);
	assert_true(second.replayed);
	assert_string_equal(first.body, second.body);
	reply_release(&first);
	reply_release(&second);
	second = kit_call(&k, SCOPE_MERCHANT, HTTP_POST, PAYOUTS, body, NULL);
	assert_refusal(&second, 400, "IDEMPOTENCY_KEY_MISSING", "");
	kit_stop(&k);
}

/* --- the simulator
 * ------------------------------------------------------------------------------------ */

static const struct machine {
	const char *resource;
	enum object_kind kind;
} machines[] = {{"payouts", OBJECT_PAYOUT}, {"deposits", OBJECT_DEPOSIT}, {"kyc", OBJECT_KYC}};

static void make_one(struct kit *k, const struct machine *m, uint64_t n, char id[ID_CAP])
{
	if (m->kind == OBJECT_PAYOUT) {
		make_payout(k, "cust_A", id);
	} else if (m->kind == OBJECT_DEPOSIT) {
		sent_id(k, DEPOSITS, DEPOSIT, id);
	} else {
		char target[400];

		str_printf(id, ID_CAP, "cust_%llu", (unsigned long long)n);
		json_free(sent(k, 200, path(target, "kyc", id, ""), SUBMIT));
	}
}

/* Brings a new object from its birth to `goal` by the shortest way the lifecycle has; false when
 * the simulator cannot get there. */
static bool walk(struct kit *k, const struct machine *m, const char *id, const char *goal)
{
	enum vocab v = kind_info(m->kind)->vocab;
	struct json *doc = look_up(k, m->resource, id);
	char now[STATUS_CAP];

	str_copy(now, sizeof(now), text_at(doc, "status"));
	json_free(doc);
	for (int steps = 0; steps < 6 && !str_equal(now, goal); steps++) {
		const char *next = NULL;

		for (int s = 1; s <= (int)vocab_count(v); s++) {
			const char *word = vocab_word(v, s)->wire;

			if (str_equal(word, now) || !lifecycle_allows(v, now, word))
				continue;
			if (str_equal(word, goal) || (!next && lifecycle_reaches(v, word, goal)))
				next = word;
			if (str_equal(word, goal))
				break;
		}
		if (!next)
			return false;
		simulated(k, m->resource, id, next);
		str_copy(now, sizeof(now), next);
	}
	return str_equal(now, goal);
}

static void test_simulator_allows_what_the_lifecycle_allows_and_no_more(void **state)
{
	size_t allowed = 0, refused_count = 0;
	uint64_t n = 0;
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	for (size_t m = 0; m < sizeof(machines) / sizeof(machines[0]); m++) {
		enum vocab v = kind_info(machines[m].kind)->vocab;

		for (int from = 1; from <= (int)vocab_count(v); from++)
			for (int to = 1; to <= (int)vocab_count(v); to++) {
				const char *a = vocab_word(v, from)->wire;
				const char *b = vocab_word(v, to)->wire;
				char id[ID_CAP];
				struct reply r;

				make_one(&k, &machines[m], n++, id);
				if (!walk(&k, &machines[m], id, a))
					continue;
				r = simulate(&k, machines[m].resource, id, b);
				if (from != to && lifecycle_allows(v, a, b)) {
					assert_int_equal(r.status, 200);
					assert_status(&k, machines[m].resource, id, b);
					allowed++;
				} else {
					assert_refusal(&r, 400, "TRANSITION_NOT_ALLOWED", "");
					assert_status(&k, machines[m].resource, id, a);
					refused_count++;
				}
				reply_release(&r);
			}
	}
	assert_int_equal(allowed, 6 + 5 + 5);
	assert_int_equal(refused_count, 30 + 20 + 15); /* nobody can be brought to not_started */
	assert_events_equal_objects(&k);
	kit_stop(&k);
}

static void test_simulator_refuses_strangers_and_nonsense(void **state)
{
	struct kit k;
	char id[ID_CAP], target[400];
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	make_payout(&k, "cust_A", id);
	for (size_t m = 0; m < sizeof(machines) / sizeof(machines[0]); m++) {
		r = simulate(&k, machines[m].resource, "nobody",
			     machines[m].kind == OBJECT_KYC ? "approved" : "failed");
		assert_refusal(&r, 404, "NOT_FOUND", "nobody");
		r = simulate(&k, machines[m].resource, "nobody", "flying");
		assert_refusal(&r, 400, "VALIDATION_ERROR", "transitionTo: unknown value 'flying'");
	}
	str_printf(target, sizeof(target), "/api/v1/ramps/devnet/payouts/%s/simulate", id);
	assert_body_refused(&k, target, "{}", "transitionTo");
	str_copy(k.w.environment, sizeof(k.w.environment), "mainnet");
	r = simulate(&k, "payouts", id, "processing");
	assert_refusal(&r, 403, "DEVNET_ONLY", "devnet");
	kit_stop(&k);
}

/* What is pushed on goes on by itself from there, and what its old plan was comes to nothing. */
static void test_simulated_objects_go_on_by_themselves(void **state)
{
	struct kit k;
	char payout[ID_CAP], deposit[ID_CAP];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	make_payout(&k, "cust_A", payout);
	sent_id(&k, DEPOSITS, DEPOSIT, deposit);
	simulated(&k, "payouts", payout, "processing");
	simulated(&k, "deposits", deposit, "received");
	run_for(&k, 9500);
	assert_status(&k, "payouts", payout, "processing");
	v = look_up(&k, "deposits", deposit);
	assert_string_not_equal(text_at(v, "status"), "received");
	assert_int_equal(strlen(text_at(v, "tx_hash")), 66);
	json_free(v);
	run_for(&k, 60000);
	v = look_up(&k, "payouts", payout);
	assert_string_not_equal(text_at(v, "status"), "processing");
	json_free(v);
	assert_int_equal(domain_next_due_ms(&k.w), TIME_NONE);
	kit_stop(&k);
}

/* --- lists and events
 * ------------------------------------------------------------------------------------ */

static void test_ramp_lists_filter_and_page(void **state)
{
	static const struct {
		const char *target;
		size_t want;
	} cases[] = {
		{DEPOSITS, 3},
		{DEPOSITS "?status=awaiting_funds", 2},
		{DEPOSITS "?status=awaiting_funds,received", 3},
		{DEPOSITS "?customer_id=cust_B", 1},
		{DEPOSITS "?country=JP", 1},
		{DEPOSITS "?country=US&status=received", 1},
		{DEPOSITS "?country=FR", 0},
		{DEPOSITS "?created_gte=1768478401", 1},
		{DEPOSITS "?created_lte=1768478400", 2},
		{DEPOSITS "?limit=1", 1},
		{PAYOUTS "?country=US", 1},
		{PAYOUTS "?status=queued&customer_id=cust_A", 1},
		{"/api/v1/ramps/kyc?status=approved", 2},
		{"/api/v1/ramps/kyc?country=JP", 1},
	};
	struct kit k;
	char id[ID_CAP], last[ID_CAP];
	struct json *v;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	approve(&k, "cust_B", "JP");
	sent_id(&k, DEPOSITS, DEPOSIT, id);
	simulated(&k, "deposits", id, "received");
	sent_id(&k, DEPOSITS, "{\"customer_id\":\"cust_B\",\"amount\":9000}", id);
	world_advance_to(&k.w, KIT_EPOCH + 1000);
	sent_id(&k, DEPOSITS, DEPOSIT, last);
	make_payout(&k, "cust_A", id);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		v = kit_get(&k, SCOPE_MERCHANT, cases[i].target);
		assert_string_equal(text_at(v, "object"), "list");
		if (json_count(json_get(v, "data")) != cases[i].want)
			fail_msg("%s: %zu", cases[i].target, json_count(json_get(v, "data")));
		json_free(v);
	}
	v = kit_get(&k, SCOPE_MERCHANT, DEPOSITS);
	assert_string_equal(text_at(v, "data.0.id"), last);
	json_free(v);
	r = kit_call(&k, SCOPE_MERCHANT, HTTP_GET, DEPOSITS "?status=paid", NULL, NULL);
	assert_refusal(&r, 400, "VALIDATION_ERROR", "status");
	r = kit_call(&k, SCOPE_MERCHANT, HTTP_GET, DEPOSITS "/nobody", NULL, NULL);
	assert_refusal(&r, 404, "NOT_FOUND", "nobody");
	kit_stop(&k);
}

static void test_ramp_events_name_who_asked_and_what_it_was_before(void **state)
{
	struct kit k;
	char id[ID_CAP];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	approve(&k, "cust_A", "US");
	sent_id(&k, DEPOSITS, DEPOSIT, id);
	simulated(&k, "deposits", id, "received");
	v = kit_get(&k, SCOPE_MERCHANT, "/api/v1/events?type=ramp.deposit.*");
	assert_string_equal(text_at(v, "data.data.0.type"), "ramp.deposit.updated");
	assert_string_equal(text_at(v, "data.data.0.data.previous_attributes.status"),
			    "awaiting_funds");
	assert_string_equal(text_at(v, "data.data.0.request.id"), "req_test");
	assert_true(uuid_valid(text_at(v, "data.data.0.request.idempotency_key")));
	assert_string_equal(text_at(v, "data.data.1.type"), "ramp.deposit.created");
	json_free(v);
	v = kit_get(&k, SCOPE_COMMERCE, "/api/v1/events?type=ramp.*");
	assert_int_equal(json_count(at(v, "data.data")), 0);
	json_free(v);
	kit_stop(&k);
}

/* --- restarts, and a long random life
 * ------------------------------------------------------------------- */

static char *truth_after(const char *file, bool restart)
{
	struct kit k;
	char payout[ID_CAP], deposit[ID_CAP];
	struct strbuf all;

	kit_start(&k, file, 7);
	approve(&k, "cust_A", "US");
	json_free(sent(&k, 200, "/api/v1/ramps/kyc/cust_B", SUBMIT));
	make_payout(&k, "cust_A", payout);
	sent_id(&k, DEPOSITS, DEPOSIT, deposit);
	if (restart) {
		kit_stop(&k);
		kit_start(&k, file, 99);
	}
	run_for(&k, 90000);
	strbuf_init(&all, 10000);
	for (int i = 0; i < 3; i++) {
		char *doc = NULL;

		ok(&k, ledger_get(k.w.ledger, machines[i].kind,
				  i == 0   ? payout
				  : i == 1 ? deposit
					   : "cust_B",
				  &doc, &k.why));
		strbuf_addstr(&all, doc);
		free(doc);
	}
	kit_stop(&k);
	return strbuf_take(&all);
}

/* A live director takes up what an earlier run left, but not what goes on by itself. */
static char *payouts_after(const char *file, bool restart)
{
	struct kit k;
	enum { MANY = 60 };
	static char ids[MANY][ID_CAP];
	struct strbuf all;
	int64_t next;

	kit_start(&k, file, 7);
	ok(&k, director_new(&k.w, "demo", 0, &k.d, &k.why));
	ok(&k, director_seed(k.d, &k.why));
	approve(&k, "cust_A", "US");
	for (int i = 0; i < MANY; i++)
		make_payout(&k, "cust_A", ids[i]);
	if (restart) {
		kit_stop(&k);
		kit_start(&k, file, 99);
		ok(&k, director_new(&k.w, "demo", 0, &k.d, &k.why));
		ok(&k, director_seed(k.d, &k.why));
	}
	kit_wait(&k, 90000);
	for (next = 0; next == 0;)
		ok(&k, director_run(k.d, &next, &k.why));
	strbuf_init(&all, 100000);
	for (int i = 0; i < MANY; i++) {
		char *doc = NULL;

		ok(&k, ledger_get(k.w.ledger, OBJECT_PAYOUT, ids[i], &doc, &k.why));
		strbuf_addstr(&all, doc);
		free(doc);
	}
	kit_stop(&k);
	return strbuf_take(&all);
}

static void assert_same_after_a_restart(char *(*run)(const char *file, bool restart))
{
	char file[128];
	int fd = scratch_file(file, sizeof(file), "rampsXXXXXX");
	char *with, *without;

	assert_true(fd >= 0);
	close(fd);
	with = run(file, true);
	without = run(NULL, false);
	assert_string_equal(with, without);
	assert_null(strstr(with, "\"status\":\"queued\""));
	assert_null(strstr(with, "\"status\":\"pending\""));
	free(with);
	free(without);
	unlink(file);
}

static void test_ramps_go_on_the_same_after_a_restart(void **state)
{
	(void)state;
	assert_same_after_a_restart(truth_after);
}

static void test_director_leaves_what_clients_started_to_itself(void **state)
{
	(void)state;
	assert_same_after_a_restart(payouts_after);
}

#define OBJECTS 400

struct life {
	struct kit k;
	struct rng dice;
	char ids[OBJECTS][ID_CAP];
	const struct machine *machines[OBJECTS];
	size_t count;
};

static const char *any_status(struct life *l, enum vocab v)
{
	return vocab_word(v, (int)rng_between(&l->dice, 1, (int64_t)vocab_count(v)))->wire;
}

static void change_one(struct life *l)
{
	size_t i = rng_below(&l->dice, l->count);
	const struct machine *m = l->machines[i];
	char target[400], body[512];
	struct reply r;

	switch (rng_below(&l->dice, 4)) {
	case 0:
		path(target, m->resource, l->ids[i], "/cancel");
		if (m->kind != OBJECT_PAYOUT)
			return;
		r = send(&l->k, target, "{}");
		break;
	case 1:
		path(target, m->resource, l->ids[i], "/retry");
		if (m->kind != OBJECT_PAYOUT)
			return;
		retry_body(&l->k, body, "cust_A", 20000, "US", "ach", "");
		r = send(&l->k, target, body);
		break;
	default:
		r = simulate(&l->k, m->resource, l->ids[i],
			     any_status(l, kind_info(m->kind)->vocab));
		break;
	}
	assert_true(r.status == 200 || r.status == 201 || r.status == 400);
	reply_release(&r);
}

static void test_ramps_of_a_random_life_never_take_an_impossible_step(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct life *l = xcalloc(1, sizeof(*l));

		rng_seed(&l->dice, seed);
		kit_start(&l->k, NULL, seed);
		approve(&l->k, "cust_A", "US");
		for (int step = 0; step < 400; step++) {
			uint64_t what = rng_below(&l->dice, 10);

			if (what < 3 || l->count == 0) {
				const struct machine *m = &machines[rng_below(&l->dice, 3)];

				l->machines[l->count] = m;
				make_one(&l->k, m, 1000 + l->count, l->ids[l->count]);
				l->count++;
			} else if (what < 8) {
				change_one(l);
			} else {
				run_for(&l->k, rng_between(&l->dice, 100, 9000));
			}
		}
		run_for(&l->k, 200000);
		assert_true(assert_events_equal_objects(&l->k) > l->count);
		kit_stop(&l->k);
		free(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ramp_countries_span_continents_and_exponents),
		cmocka_unit_test(test_kyc_submission_has_every_field_and_is_decided_by_the_clock),
		cmocka_unit_test(test_kyc_refuses_a_few_who_may_try_again),
		cmocka_unit_test(test_kyc_is_submitted_only_when_there_is_something_to_check),
		cmocka_unit_test(test_kyc_of_the_longest_customer_id_is_decided),
		cmocka_unit_test(test_kyc_gates_deposits_and_payouts),
		cmocka_unit_test(test_deposit_has_every_field_of_the_contract),
		cmocka_unit_test(test_deposit_refuses_bad_bodies_by_field),
		cmocka_unit_test(test_deposits_go_their_way_by_the_clock),
		cmocka_unit_test(test_payout_has_every_field_of_the_contract),
		cmocka_unit_test(test_payout_refuses_bad_bodies_by_field),
		cmocka_unit_test(test_payouts_go_their_way_by_the_clock),
		cmocka_unit_test(test_payout_is_canceled_only_while_it_is_queued),
		cmocka_unit_test(test_payout_is_retried_once_and_as_it_was),
		cmocka_unit_test(test_payout_is_made_once_a_key),
		cmocka_unit_test(test_simulator_allows_what_the_lifecycle_allows_and_no_more),
		cmocka_unit_test(test_simulator_refuses_strangers_and_nonsense),
		cmocka_unit_test(test_simulated_objects_go_on_by_themselves),
		cmocka_unit_test(test_ramp_lists_filter_and_page),
		cmocka_unit_test(test_ramp_events_name_who_asked_and_what_it_was_before),
		cmocka_unit_test(test_ramps_go_on_the_same_after_a_restart),
		cmocka_unit_test(test_director_leaves_what_clients_started_to_itself),
		cmocka_unit_test(test_ramps_of_a_random_life_never_take_an_impossible_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
