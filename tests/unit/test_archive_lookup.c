/*
 * Looking anything up in the history: against a plain search through everything that was written,
 * through retirement, upgrades and crashes, with hostile texts.
 */
#include "archive_kit.h"
#include "fault_vfs.h"

#include "archive/mention.h"
#include "base/fold.h"
#include "base/idmap.h"
#include "base/rng.h"
#include "wire/json.h"

/* --- what a body says ------------------------------------------------------------------- */

struct heard {
	char text[40][NAME_CAP], field[40][64];
	size_t count;
};

static void hear(void *ctx, const struct mention *m)
{
	struct heard *h = ctx;

	assert_true(h->count < 40);
	(void)str_copy(h->text[h->count], NAME_CAP, m->text);
	mention_field(m, h->field[h->count++], 64);
}

static struct heard hear_object(const char *body)
{
	struct heard h = {.count = 0};
	struct mention_reader to = {hear, &h};

	mentions_of_object(body, strlen(body), &to);
	return h;
}

static void test_mention_finds_what_a_person_would_look_up(void **state)
{
	static const struct {
		const char *body, *field, *text; /* NULL: nothing is said */
	} TABLE[] = {
		{"{\"id\":\"INV-1\"}", "id", "inv-1"},
		{"{\"customerId\":\"Cus 7\"}", "customerId", "cus 7"},
		{"{\"settlement\":{\"settlement_tx_hash\":\"0xAB\"}}",
		 "settlement.settlement_tx_hash", "0xab"},
		{"{\"shipments\":[{\"tracking_number\":\"1Z9\"}]}", "shipments.tracking_number",
		 "1z9"},
		{"{\"merchant_settlement_id\":172001}", "merchant_settlement_id", "172001"},
		{"{\"retry_of\":\"po-1\"}", "retry_of", "po-1"},
		{"{\"email\":\"Ann@X.org\"}", "email", "ann@x.org"},
		{"{\"phone\":\"+64 (21) 555-123\"}", "phone", "+6421555123"},
		{"{\"holder\":\"Aroha Nguyen\"}", "holder", "aroha nguyen"},
		{"{\"refund_wallet_address_bsc\":\"0x0123456789abcdef0\"}",
		 "refund_wallet_address_bsc", "0x0123456789abcdef0"},
		{"{\"metadata\":{\"basket\":\"W-17\"}}", "metadata.basket", "w-17"},
		{"{\"metadata\":{\"order\":100234}}", "metadata.order", "100234"},
		{"{\"id\":\"a\\/b\\u00e9\\ud83d\\ude00\"}", "id", "a/be\xf0\x9f\x98\x80"},
		{"{\"newThing\":{\"deepId\":\"x9\"}}", "newThing.deepId", "x9"},
		{"{\"merchant_id\":4217}", NULL, NULL},
		{"{\"amount_paid\":\"12\"}", NULL, NULL},
		{"{\"session_id\":\"s1\",\"metadata\":{\"api_token\":\"t0ken1\"}}", NULL, NULL},
		{"{\"metadata\":{\"wallet_session\":\"abc1\",\"otp\":123456,\"apikey\":\"k3y\"}}",
		 NULL, NULL},
		{"{\"metadata\":{\"Authorization\":\"x1\",\"jwt\":\"j1\",\"Set-Cookie\":\"c=1\"}}",
		 NULL, NULL},
		{"{\"metadata\":{\"session\":{\"id\":\"s1\",\"of\":[\"s2\"]}}}", NULL, NULL},
		{"{\"metadata\":{\"a\":\"sk_live_12345\",\"b\":\"x?api_key=abcd1234\"}}", NULL,
		 NULL},
		{"{\"reference\":\"pst_abcdefgh1\"}", NULL, NULL},
		{"{\"token_id\":7,\"token_address\":\"0x0123456789abcdef0\"}", NULL, NULL},
		{"{\"metadata\":{\"token_no\":\"T-17\"}}", "metadata.token_no", "t-17"},
		{"{\"street_address\":\"12 Some Long Street\"}", NULL, NULL},
		{"{\"metadata\":{\"note\":\"came with 2 gifts\"}}", NULL, NULL},
		{"{\"id\":\"\"}", NULL, NULL},
		{"{\"id\":1.5}", NULL, NULL},
		{"{\"id\":null}", NULL, NULL},
		{"{\"id\":\"a\\u0000b\"}", NULL, NULL},
		{"{\"id\":\"a\\ud800b\"}", NULL, NULL},
		{"{\"id\":\"a\\nb\"}", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct heard h = hear_object(TABLE[i].body);

		if (h.count != (TABLE[i].field != NULL ? 1 : 0))
			fail_msg("%s: %zu texts", TABLE[i].body, h.count);
		if (h.count == 0)
			continue;
		assert_string_equal(h.field[0], TABLE[i].field);
		assert_string_equal(h.text[0], TABLE[i].text);
	}
}

static void test_mention_tells_a_recipient_by_both_names(void **state)
{
	struct heard h = hear_object("{\"shipping_address\":{\"first_name\":\"Mere\","
				     "\"last_name\":\"Tane\"},\"last_name\":\"Other\"}");

	(void)state;
	assert_int_equal(h.count, 3);
	assert_string_equal(h.text[0], "tane");
	assert_string_equal(h.text[1], "mere tane");
	assert_string_equal(h.text[2], "other");
}

static bool heard_same(const struct heard *a, const struct heard *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++)
		same = str_equal(a->text[i], b->text[i]);
	return same;
}

static void scratch(struct rng *r, char *bytes, size_t len, uint64_t times)
{
	for (; times > 0; times--)
		bytes[rng_below(r, len)] = "\"\\{}[],:u0\0\xff x"[rng_below(r, 14)];
}

static uint64_t hear_event(struct mention_names *names, const char *body, size_t len,
			   struct heard *ret)
{
	struct mention_reader to = {hear, ret};

	ret->count = 0;
	mentions_of_event(body, len, &to);
	return mentions_fingerprint(names, body, len);
}

/* JSON that names the parts of the envelope as the contract does. */
static bool is_event(const char *body, size_t len)
{
	struct json *json = NULL;
	bool is = json_parse(body, len, &json, NULL) == S_OK &&
		  json_get(json_get(json, "data"), "object") != NULL &&
		  json_get(json, "request") != NULL;

	json_free(json);
	return is;
}

/* Whatever the bytes, it ends, and reads nothing beyond them; and an event that says anything else
 * than another has another fingerprint. */
static void test_mention_survives_any_bytes(void **state)
{
	static const char SEED[] =
		"{\"id\":\"evt_1-1\",\"request\":{\"id\":\"req\\u0041\",\"idempotency_key\":\"k7\"}"
		","
		"\"data\":{\"object\":{\"id\":\"a\",\"ref\" : \"b\",\"metadata\":{\"k\":\"v1x\","
		"\"m\":{\"n\":17}},\"hash\":[[\"x\"],{\"id\":3}],\"number\":-1e5,\"last4\":1234}}}";
	struct mention_names names = {.known = {{0}}};
	struct heard was = {.count = 0}, is = {.count = 0};
	struct rng r;

	(void)state;
	rng_seed(&r, 5);
	for (int i = 0; i < 12000; i++) {
		size_t len =
			rng_below(&r, 3) ? sizeof(SEED) - 1 : 1 + rng_below(&r, sizeof(SEED) - 1);
		char *copy = xmalloc(len); /* exactly, so that a sanitizer sees a step too far */
		uint64_t before, after;
		bool valid;

		memcpy(copy, SEED, len);
		for (char *p = copy; i % 2 && (p = memchr(p, '\\', (size_t)(copy + len - p)));)
			*p = '-'; /* there are two ways to read on */
		scratch(&r, copy, len, rng_below(&r, 3));
		valid = is_event(copy, len);
		before = hear_event(&names, copy, len, &was);
		scratch(&r, copy, len, 1 + rng_below(&r, 2));
		after = hear_event(&names, copy, len, &is);
		if (valid && before == after && !heard_same(&was, &is) && is_event(copy, len))
			fail_msg("one fingerprint for what says different things: %.*s", (int)len,
				 copy);
		free(copy);
	}
}

/* What changes with every event does not make it another one, or nothing would be saved. */
static void test_mention_fingerprint_minds_only_what_is_said(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} TABLE[] = {
		{"{\"id\":\"evt_1\",\"created\":1,\"data\":{\"object\":{\"id\":\"x\",\"status\":"
		 "\"a\"}}}",
		 "{\"id\":\"evt_2\",\"created\":2,\"data\":{\"object\":{\"id\":\"x\",\"status\":"
		 "\"b\"}}}",
		 true},
		{"{\"data\":{\"object\":{\"tx_hash\":null}}}",
		 "{\"data\":{\"object\":{\"tx_hash\":\"0x1\"}}}", false},
		{"{\"data\":{\"object\":{\"metadata\":{\"a\":[{\"b\":\"}x1\"}],\"c\":1}}}}",
		 "{\"data\":{\"object\":{\"metadata\":{\"a\":[{\"b\":\"}x1\"}],\"c\":2}}}}", false},
		{"{\"data\":{\"object\":{\"ids\":[\"a\"],\"ref\":[\"b\"]}}}",
		 "{\"data\":{\"object\":{\"ids\":[\"a\"],\"ref\":[\"c\"]}}}", false},
		{"{\"data\":{\"object\":{\"address\":\"0123456789abcdef\"}}}",
		 "{\"data\":{\"object\":{\"bank_ref\":\"0123456789abcdef\"}}}", false},
		{"{\"request\":{\"Idempotency_Key\":\"k1\"}}",
		 "{\"request\":{\"Idempotency_Key\":\"k2\"}}", false},
		{"{\"data\":{\"object\":{\"retry_of\" :\n \"p1\"}}}",
		 "{\"data\":{\"object\":{\"retry_of\" :\n \"p2\"}}}", false},
	};
	struct mention_names names = {.known = {{0}}};

	(void)state;
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		uint64_t a = mentions_fingerprint(&names, TABLE[i].a, strlen(TABLE[i].a));
		uint64_t b = mentions_fingerprint(&names, TABLE[i].b, strlen(TABLE[i].b));

		if ((a == b) != TABLE[i].same)
			fail_msg("%s and %s", TABLE[i].a, TABLE[i].b);
	}
}

static void test_mention_nests_no_deeper_than_it_may(void **state)
{
	char *deep = xmalloc(200001);
	struct heard h;

	(void)state;
	memset(deep, '[', 200000);
	deep[200000] = '\0';
	h = hear_object(deep);
	assert_int_equal(h.count, 0);
	free(deep);
}

static void test_mention_minds_case_only_where_it_counts(void **state)
{
	(void)state;
	assert_true(mention_minds_case("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU"));
	assert_true(mention_minds_case("EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N"));
	assert_false(mention_minds_case("0x52908400098527886E0F7030069857D2E4169EE7aaaa"));
	assert_false(mention_minds_case("0fB7C9A2-5eed-4000-8000-00000000000a"));
	assert_false(mention_minds_case("Some.One.With.A.Long.Name@example.org"));
	assert_false(mention_minds_case("1Z999AA10123456784"));
	assert_false(mention_minds_case("cust_00A1bC2"));
}

/* --- the history ------------------------------------------------------------------------ */

static struct disk disk; /* whose syncs cost nothing */

static int set_up(void **state)
{
	struct kit *k = xcalloc(1, sizeof(*k));

	kit_init(k);
	disk_register(&disk);
	k->options.vfs = FAULT_VFS;
	*state = k;
	return 0;
}

static int tear_down(void **state)
{
	kit_release(*state);
	disk_unregister(&disk);
	free(*state);
	return 0;
}

/* An event of an object made to measure: `members` go into data.object. */
static struct event event_saying(int64_t n, const char *type, const char *word, const char *id,
				 const char *members)
{
	struct strbuf sb;
	struct event e;

	strbuf_init(&sb, SIZE_MAX / 2);
	strbuf_addf(&sb,
		    "{\"id\":\"evt_%lld-%lld\",\"object\":\"event\",\"created\":%lld,"
		    "\"type\":\"%s\",\"livemode\":false,\"request\":{\"id\":null},"
		    "\"data\":{\"object\":{\"object\":\"%s\",\"id\":\"%s\"%s%s}}}",
		    (long long)(KIT_NOW + n), (long long)n, (long long)((KIT_NOW + n) / 1000), type,
		    word, id, members[0] ? "," : "", members);
	e = kit_decode(strbuf_str(&sb));
	strbuf_release(&sb);
	return e;
}

static void say(struct kit *k, int64_t n, const char *type, const char *word, const char *id,
		const char *members)
{
	assert_int_equal(kit_add(k, event_saying(n, type, word, id, members)), KEPT_NEW);
}

static struct findings find_of(struct history *h, const char *text, const char *tail, size_t limit)
{
	struct sought sought = {text, tail, limit, TIME_NONE};
	struct problem why = {.status = S_OK};
	struct findings f;

	if (history_find(h, &sought, &f, &why) != S_OK)
		fail_msg("history_find: %s", why.what);
	return f;
}

static struct findings find(struct kit *k, const char *text)
{
	return find_of(k->h, text, "", 100);
}

static void assert_finds_one(struct kit *k, const char *text, const char *tail, const char *id,
			     enum match match)
{
	struct findings f = find_of(k->h, text, tail, 100);

	if (f.count != 1)
		fail_msg("\"%s\" \"%s\" finds %zu", text, tail, f.count);
	assert_string_equal(f.items[0].id, id);
	assert_int_equal(f.items[0].match, match);
	findings_release(&f);
}

static void assert_finds_none(struct kit *k, const char *text)
{
	struct findings f = find(k, text);

	if (f.count != 0)
		fail_msg("\"%s\" finds %zu", text, f.count);
	findings_release(&f);
}

#define WALLET "0x52908400098527886E0F7030069857D2E4169EE7"
#define SOLANA "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU"

static void test_find_by_whole_beginning_ends_and_part(void **state)
{
	struct kit *k = *state;

	kit_open(k);
	kit_begin(k);
	say(k, 1, "refund.created", "refund", "re-AB12-1",
	    "\"destination_wallet_address\":\"" WALLET "\",\"status\":\"pending\"");
	say(k, 2, "ramp.deposit.updated", "ramp_deposit", "dep-77",
	    "\"deposit_address\":\"" SOLANA "\",\"customer_id\":\"cus_9\","
	    "\"metadata\":{\"shop_order\":\"W-0017-X\"}");
	kit_commit(k);
	assert_finds_one(k, "RE-ab12-1", "", "re-AB12-1", MATCH_EXACT);
	assert_finds_one(k, "0x52908400098527886e0f7030069857d2e4169ee7", "", "re-AB12-1",
			 MATCH_EXACT);
	assert_finds_one(k, "0x5290", "", "re-AB12-1", MATCH_PREFIX);
	assert_finds_one(k, "0x52", "9ee7", "re-AB12-1", MATCH_PREFIX);
	assert_finds_one(k, "", "9EE7", "re-AB12-1", MATCH_PART);
	assert_finds_one(k, "57D2e416", "", "re-AB12-1", MATCH_PART);
	assert_finds_one(k, SOLANA, "", "dep-77", MATCH_EXACT);
	assert_finds_one(k, "7xKXtg", "gAsU", "dep-77", MATCH_PREFIX);
	assert_finds_one(k, "w-0017-x", "", "dep-77", MATCH_EXACT);
	assert_finds_none(k, "7xkxtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU"); /* another one */
	assert_finds_none(k, "7xkxtg");
	assert_finds_none(k, "9ee");
	assert_finds_none(k, "");
}

static void test_find_says_where_and_how_things_stand(void **state)
{
	struct kit *k = *state;
	struct findings f;

	kit_open(k);
	kit_fill(k, 0, 20);
	f = find(k, "CUS_1");
	assert_int_equal(f.count, 7);
	assert_string_equal(f.text, "CUS_1");
	assert_int_equal(f.items[0].kind, OBJECT_INVOICE);
	assert_string_equal(f.items[0].id, "inv-6"); /* of event 20, the newest */
	assert_string_equal(f.items[0].field, "customer_id");
	assert_string_equal(f.items[0].value, "cus_1");
	assert_string_equal(f.items[0].status, "paid");
	assert_string_equal(f.items[0].customer, "cus_1");
	assert_int_equal(f.events, 21);
	assert_false(f.more);
	findings_release(&f);
	f = find_of(k->h, "cus_1", "", 3);
	assert_int_equal(f.count, 3);
	assert_true(f.more);
	findings_release(&f);
	assert_finds_one(k, "evt_1767225600013-13", "", "evt_1767225600013-13", MATCH_EXACT);
	f = find(k, "evt_176722560001");
	assert_int_equal(f.count, 10);
	assert_int_equal(f.items[0].kind, OBJECT_NONE);
	assert_int_equal(f.items[0].match, MATCH_PREFIX);
	findings_release(&f);
}

/* Without accents, in any case, its words in any order, however the letters are written. */
static void test_find_names_as_people_type_them(void **state)
{
	static const struct {
		const char *typed, *id;
		enum match match;
	} TABLE[] = {
		{"beno\u00eet lef\u00e8vre", "po-1", MATCH_EXACT},
		{"BENOIT LEFEVRE", "po-1", MATCH_EXACT},
		{"Beno\u00cet", "po-1", MATCH_PREFIX},
		{"lefevre benoit", "po-1", MATCH_PART},
		{"Lefe\u0300vre  B", "po-1", MATCH_PART},
		{"strasser", "po-2", MATCH_PREFIX},
		{"\u0436\u0443\u043a", "po-3", MATCH_EXACT},
		{"zoe+1@example.org", "po-3", MATCH_EXACT},
	};
	struct kit *k = *state;

	kit_open(k);
	kit_begin(k);
	say(k, 1, "ramp.payout.created", "ramp_payout", "po-1",
	    "\"bank_account\":{\"holder\":\"Beno\\u00eet Lef\u00e8vre\"}");
	say(k, 2, "ramp.payout.created", "ramp_payout", "po-2",
	    "\"bank_account\":{\"holder\":\"Stra\u00dfer, A\"},\"reference\":\"\u0301\"");
	say(k, 3, "ramp.payout.created", "ramp_payout", "po-3",
	    "\"bank_account\":{\"holder\":\"\u0416\u0423\u041a\"},"
	    "\"email\":\"Zo\u00eb+1@example.org\"");
	kit_commit(k);
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++)
		assert_finds_one(k, TABLE[i].typed, "", TABLE[i].id, TABLE[i].match);
	assert_finds_none(k, "lefevre bernard");
	assert_finds_none(k, "\u0301\u0301");
}

static void test_find_hears_kinds_it_has_never_heard_of(void **state)
{
	struct kit *k = *state;

	kit_open(k);
	kit_begin(k);
	say(k, 1, "dispute.opened", "dispute", "dp-1", "\"claim_reference\":\"CLM-9\"");
	say(k, 2, "dispute.closed", "dispute", "dp-1", "\"claim_reference\":\"CLM-9\"");
	kit_commit(k);
	assert_finds_one(k, "clm-9", "", "evt_1767225600002-2", MATCH_EXACT);
	assert_finds_one(k, "dp-1", "", "evt_1767225600002-2", MATCH_EXACT);
}

static struct object an_order(const char *id, const char *email)
{
	struct object o = {.kind = OBJECT_ORDER};

	shape_init(&SHAPE_ORDER, &o.as.order);
	(void)str_copy(o.as.order.order_id, ID_CAP, id);
	(void)str_copy(o.as.order.invoice_id, ID_CAP, "inv-1");
	(void)str_copy(o.as.order.status, STATUS_CAP, "placed");
	o.as.order.created_at = o.as.order.updated_at = KIT_NOW;
	o.as.order.has_snapshot = true;
	o.as.order.has_shipping_address = true;
	(void)str_copy(o.as.order.shipping_address.email, NAME_CAP, email);
	(void)str_copy(o.as.order.shipping_address.phone, STATUS_CAP, "+64 21 555 123");
	return o;
}

static void put_answer(struct kit *k, const struct object *o, int64_t ms)
{
	kit_begin(k);
	assert_int_equal(history_add_answer(k->h, o, ms, NULL), S_OK);
	kit_commit(k);
}

static void test_find_in_what_only_answers_say(void **state)
{
	struct kit *k = *state;
	struct object o = an_order("ord-1", "Mere@Example.org");

	kit_open(k);
	put_answer(k, &o, KIT_NOW);
	assert_finds_one(k, "mere@example.org", "", "ord-1", MATCH_EXACT);
	assert_finds_one(k, "+6421555123", "", "ord-1", MATCH_EXACT);
	assert_finds_one(k, "+64 21 555-123", "", "ord-1", MATCH_EXACT);
	assert_finds_one(k, "ord-", "", "ord-1", MATCH_PREFIX);
	object_release(&o);
}

/* --- against a plain search ---------------------------------------------------------------------
 */

#define WORLD_EVENTS 400
#define WORLD_IDS    60

/* What was written: an object, and one text it says beside its id. */
struct said_thing {
	char id[32], text[64];
	bool kept;
};

/* "re-17" is 17. */
static size_t number_of(const char *id)
{
	return (size_t)strtol(id + strlen("re-"), NULL, 10);
}

static const char LETTERS[] = "ab1%_\\'-A";

static void random_text(struct rng *r, char *ret, size_t max)
{
	size_t len = 1 + rng_below(r, max);

	for (size_t i = 0; i < len; i++)
		ret[i] = LETTERS[rng_below(r, sizeof(LETTERS) - 1)];
	ret[len] = '\0';
}

static void say_random(struct kit *k, struct rng *r, int64_t n, struct said_thing *t)
{
	char members[300], escaped[140];
	size_t e = 0;

	(void)snprintf(t->id, sizeof(t->id), "re-%llu",
		       (unsigned long long)rng_below(r, WORLD_IDS));
	random_text(r, t->text, 8);
	for (size_t i = 0; t->text[i] != '\0'; i++) {
		if (t->text[i] == '\\')
			escaped[e++] = '\\';
		escaped[e++] = t->text[i];
	}
	escaped[e] = '\0';
	(void)snprintf(members, sizeof(members), "\"shop_reference\":\"%s\"", escaped);
	say(k, n, "refund.updated", "refund", t->id, members);
	t->kept = true;
}

static int plain_match(const char *typed, const char *said)
{
	char a[NAME_CAP], b[NAME_CAP];

	(void)fold_text(typed, a, sizeof(a));
	(void)fold_text(said, b, sizeof(b));
	if (str_equal(a, b))
		return MATCH_EXACT;
	if (strlen(a) >= 2 && str_starts_with(b, a))
		return MATCH_PREFIX;
	return strlen(a) >= SOUGHT_PART_MIN && strstr(b, a) != NULL ? MATCH_PART : 9;
}

/* The best match of every object, by looking at everything. */
static size_t plain_find(const struct said_thing *all, size_t count, const char *text,
			 int ret_best[WORLD_IDS])
{
	int best = 9;
	size_t n = 0;

	for (size_t i = 0; i < WORLD_IDS; i++)
		ret_best[i] = 9;
	for (size_t i = 0; i < count; i++) {
		int *at = &ret_best[number_of(all[i].id)];
		int m = plain_match(text, all[i].text), by_id = plain_match(text, all[i].id);

		m = by_id < m ? by_id : m;
		if (all[i].kept && m < *at)
			*at = m;
	}
	for (size_t i = 0; i < WORLD_IDS; i++)
		best = ret_best[i] < best ? ret_best[i] : best;
	for (size_t i = 0; i < WORLD_IDS; i++) {
		if (ret_best[i] == MATCH_PART && best != MATCH_PART)
			ret_best[i] = 9;
		n += ret_best[i] != 9;
	}
	return n;
}

static void assert_as_plain(struct kit *k, const struct said_thing *all, size_t count,
			    const char *text)
{
	struct findings f = find(k, text);
	int best[WORLD_IDS];
	size_t wanted = plain_find(all, count, text, best);

	if (f.count != wanted)
		fail_msg("\"%s\": %zu instead of %zu", text, f.count, wanted);
	for (size_t i = 0; i < f.count; i++) {
		assert_int_equal(f.items[i].match, best[number_of(f.items[i].id)]);
		assert_true(i == 0 || f.items[i - 1].match <= f.items[i].match);
		assert_true(i == 0 || f.items[i - 1].match != f.items[i].match ||
			    f.items[i - 1].newest_ms >= f.items[i].newest_ms);
	}
	findings_release(&f);
}

static void assert_all_as_plain(struct kit *k, struct rng *r, const struct said_thing *all,
				size_t count)
{
	char text[32];

	for (int i = 0; i < 300; i++) {
		if (i % 3 == 0)
			(void)str_copy(text, sizeof(text), all[rng_below(r, count)].text);
		else
			random_text(r, text, 1 + (size_t)(i % 6));
		assert_as_plain(k, all, count, text);
	}
	for (size_t i = 0; i < count; i += 7)
		assert_as_plain(k, all, count, all[i].id);
}

static void fill_world(struct kit *k, struct rng *r, struct said_thing *all)
{
	char id[ID_CAP];

	for (int64_t n = 0; n < WORLD_EVENTS; n++) {
		if (n % 50 == 0)
			kit_begin(k);
		say_random(k, r, n, &all[n]);
		if (n % 50 == 49)
			kit_commit(k);
	}
	kit_begin(k);
	(void)snprintf(id, sizeof(id), "evt_%lld-%d", (long long)(KIT_NOW + WORLD_EVENTS - 1),
		       WORLD_EVENTS - 1);
	assert_int_equal(history_set_cursor(k->h, CURSOR_VERIFIED, id, NULL), S_OK);
	kit_commit(k);
}

static void test_find_is_what_a_plain_search_finds(void **state)
{
	struct kit *k = *state;
	struct said_thing all[WORLD_EVENTS];
	struct rng r;

	for (uint64_t seed = 1; seed <= 3; seed++) {
		rng_seed(&r, seed);
		kit_close(k);
		kit_empty_folder(k->dir);
		kit_open(k);
		fill_world(k, &r, all);
		assert_all_as_plain(k, &r, all, WORLD_EVENTS);
		kit_close(k);
		kit_open(k);
		assert_all_as_plain(k, &r, all, WORLD_EVENTS);
	}
}

static int64_t raw_number(const char *path, const char *text)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

/* Objects lose their oldest events, and some all: what is found is what the rest says. */
static void test_find_after_retirement_is_what_is_left(void **state)
{
	struct kit *k = *state;
	struct said_thing all[WORLD_EVENTS];
	struct rng r;
	bool more = true;

	rng_seed(&r, 11);
	kit_open(k);
	fill_world(k, &r, all);
	for (int64_t cut = 50; cut <= 250; cut += 100) {
		k->options.limits.keep_ms = 1000;
		k->time.wall_ms = KIT_NOW + cut + 1000;
		kit_close(k);
		kit_open(k);
		for (more = true; more;)
			assert_int_equal(history_retire(k->h, &more, NULL), S_OK);
		for (int64_t n = 0; n < cut; n++)
			all[n].kept = false;
		assert_int_equal(history_count(k->h), WORLD_EVENTS - cut);
		assert_all_as_plain(k, &r, all, WORLD_EVENTS);
	}
	kit_close(k);
	assert_int_equal(raw_number(k->path, "SELECT count(*) FROM mention_recent WHERE row NOT IN"
					     " (SELECT row FROM event)"),
			 0);
}

static void test_find_after_retirement_forgets_answers(void **state)
{
	struct kit *k = *state;
	struct object o = an_order("ord-1", "mere@example.org");
	bool more;

	kit_open(k);
	put_answer(k, &o, KIT_NOW);
	object_release(&o);
	k->options.limits.keep_ms = 1000;
	k->time.wall_ms = KIT_NOW + 5000;
	kit_close(k);
	kit_open(k);
	assert_int_equal(history_retire(k->h, &more, NULL), S_OK);
	assert_finds_none(k, "mere@example.org");
	assert_finds_none(k, "ord-1");
	kit_close(k);
	assert_int_equal(raw_number(k->path, "SELECT count(*) FROM mention_answer"), 0);
}

#define MANY    (16384 + 3000)
#define REFUNDS 12000

static void say_many(struct kit *k)
{
	char id[ID_CAP];

	for (int64_t n = 1; n <= MANY; n++) {
		char refund[32], members[64];

		if (n % 2000 == 1)
			kit_begin(k);
		(void)snprintf(refund, sizeof(refund), "re-%lld", (long long)(n % REFUNDS));
		(void)snprintf(members, sizeof(members), "\"tx_hash\":\"0xAA%06lld\"",
			       (long long)(n % REFUNDS));
		say(k, n, "refund.updated", "refund", refund, members);
		if (n % 2000 == 0)
			kit_commit(k);
	}
	(void)snprintf(id, sizeof(id), "evt_%lld-%d", (long long)(KIT_NOW + MANY), MANY);
	assert_int_equal(history_set_cursor(k->h, CURSOR_VERIFIED, id, NULL), S_OK);
	kit_commit(k);
}

/* So many different texts are left. */
static void assert_texts(struct kit *k, size_t count)
{
	struct idmap *texts = idmap_new();
	sqlite3 *db = NULL;
	sqlite3_stmt *all = NULL;

	assert_int_equal(sqlite3_open(k->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT texts FROM mention_recent UNION ALL"
					    " SELECT texts FROM mention_block UNION ALL"
					    " SELECT x'00000000' || CAST(text AS BLOB)"
					    " || x'00' FROM mention_run",
					    -1, &all, NULL),
			 SQLITE_OK);
	while (sqlite3_step(all) == SQLITE_ROW) {
		const unsigned char *p = sqlite3_column_blob(all, 0);
		const unsigned char *end = p + sqlite3_column_bytes(all, 0);

		for (; p < end; p += 4 + strlen((const char *)p + 4) + 1)
			(void)idmap_put(texts, (const char *)p + 4, texts);
	}
	sqlite3_finalize(all);
	sqlite3_close(db);
	assert_int_equal(idmap_count(texts), count);
	idmap_free(texts);
}

/* More than a run of rows, so that what is looked up lies in runs and in front of them; and what
 * loses the event it was found by is found by another, in the same run or in front of it. */
static void test_find_across_runs_and_what_retirement_leaves(void **state)
{
	struct kit *k = *state;
	bool more = true;

	k->options.limits.keep_ms = 1000;
	k->time.wall_ms = KIT_NOW + 6000;
	kit_open(k);
	say_many(k);
	assert_finds_one(k, "0xaa000005", "", "re-5", MATCH_EXACT);    /* twice in the first */
	assert_finds_one(k, "0xaa004900", "", "re-4900", MATCH_EXACT); /* once in each */
	assert_finds_one(k, "aa009998", "", "re-9998", MATCH_PART);    /* in the first alone */
	assert_finds_one(k, "0xaa0", "09997", "re-9997", MATCH_PREFIX);
	while (more)
		assert_int_equal(history_retire(k->h, &more, NULL), S_OK);
	assert_int_equal(history_count(k->h), MANY - 4999);
	assert_finds_one(k, "0xaa000005", "", "re-5", MATCH_EXACT);
	assert_finds_one(k, "0xaa004900", "", "re-4900", MATCH_EXACT);
	assert_finds_one(k, "0xaa009998", "", "re-9998", MATCH_EXACT);
	kit_close(k);
	assert_int_equal(raw_number(k->path, "SELECT count(*) FROM mention_run WHERE row NOT IN"
					     " (SELECT row FROM event)"),
			 0);
	assert_int_equal(raw_number(k->path, "SELECT count(*) FROM mention_recent WHERE row NOT IN"
					     " (SELECT row FROM event)"),
			 0);
	assert_texts(k, 2 * REFUNDS);
}

/* --- dossiers --------------------------------------------------------------------------- */

static struct dossier dossier_of(struct kit *k, enum object_kind kind, const char *id, size_t limit,
				 struct known_states *states)
{
	struct dossier_asked asked = {kind, id, limit, TIME_NONE};
	struct problem why = {.status = S_OK};
	struct dossier d;

	if (history_dossier(k->h, &asked, &d, states, &why) != S_OK)
		fail_msg("history_dossier: %s", why.what);
	return d;
}

/* The numbers of the events in it, as one line. */
static void assert_dossier(struct kit *k, enum object_kind kind, const char *id, size_t limit,
			   const char *numbers, bool cut)
{
	struct known_states states;
	struct dossier d = dossier_of(k, kind, id, limit, &states);
	char line[200] = "";

	for (size_t i = 0; i < d.count; i++) {
		size_t n = strlen(line);

		(void)snprintf(line + n, sizeof(line) - n, "%s%lld", i ? " " : "",
			       (long long)d.items[i].event.order_seq);
	}
	assert_string_equal(line, numbers);
	assert_int_equal(d.cut, cut);
	dossier_release(&d);
	known_states_release(&states);
}

static void tell_a_story(struct kit *k)
{
	kit_open(k);
	kit_begin(k);
	say(k, 1, "commerce.order.created", "commerce_order", "o1",
	    "\"status\":\"pending_payment\"");
	say(k, 2, "invoice.created", "invoice", "i1",
	    "\"commerce_order_id\":\"o1\",\"customer_id\":\"c1\"");
	say(k, 3, "invoice_payment.created", "invoice_payment", "p1", "\"invoice_id\":\"i1\"");
	say(k, 4, "invoice.created", "invoice", "i2", "\"customer_id\":\"c1\"");
	say(k, 5, "invoice_payment.updated", "invoice_payment", "p1", "\"invoice_id\":\"i1\"");
	say(k, 6, "refund.created", "refund", "r1", "\"invoice_id\":\"i1\"");
	say(k, 7, "dispute.opened", "dispute", "d1", "\"invoice_id\":\"i1\"");
	say(k, 8, "ramp.payout.created", "ramp_payout", "po1", "\"customer_id\":\"c1\"");
	say(k, 9, "ramp.payout.created", "ramp_payout", "po2",
	    "\"customer_id\":\"c1\",\"retry_of\":\"po1\"");
	say(k, 10, "ramp.payout.created", "ramp_payout", "po3",
	    "\"customer_id\":\"c1\",\"retry_of\":\"po2\"");
	say(k, 11, "ramp.kyc.updated", "ramp_kyc", "c1", "\"customer_id\":\"c1\"");
	say(k, 12, "invoice.created", "invoice", "i3", "\"customer_id\":\"c2\"");
	kit_commit(k);
}

static void test_dossier_follows_links_but_not_the_customer(void **state)
{
	struct kit *k = *state;

	tell_a_story(k);
	assert_dossier(k, OBJECT_INVOICE, "i1", 100, "1 2 3 5 6 7", false);
	assert_dossier(k, OBJECT_ORDER, "o1", 100, "1 2 3 5 6 7", false);
	assert_dossier(k, OBJECT_REFUND, "r1", 100, "1 2 3 5 6 7", false);
	assert_dossier(k, OBJECT_PAYMENT, "p1", 3, "5 6 7", true);
	assert_dossier(k, OBJECT_INVOICE, "i2", 100, "4", false);
	assert_dossier(k, OBJECT_PAYOUT, "po1", 100, "8 9 10", false);
	assert_dossier(k, OBJECT_PAYOUT, "po3", 100, "8 9 10", false);
	assert_dossier(k, OBJECT_KYC, "c1", 100, "11", false);
	assert_dossier(k, OBJECT_INVOICE, "nobody", 100, "", false);
}

static void test_dossier_of_a_customer_is_all_that_is_theirs(void **state)
{
	struct kit *k = *state;

	tell_a_story(k);
	assert_dossier(k, OBJECT_NONE, "c1", 100, "1 2 3 4 5 6 7 8 9 10 11", false);
	assert_dossier(k, OBJECT_NONE, "c1", 2, "10 11", true);
	assert_dossier(k, OBJECT_NONE, "c2", 100, "12", false);
	assert_dossier(k, OBJECT_NONE, "", 100, "", false);
}

/* Of a size that `fits` of them are all that a dossier may hold. */
static void say_large(struct kit *k, int64_t n, const char *invoice, size_t fits)
{
	size_t len = DOSSIER_BYTES_MAX / fits - sizeof(struct kept_event) - 300;
	char *members = xmalloc(len + 1);

	(void)str_copy(members, len + 1, "\"note\":\"");
	memset(members + strlen(members), 'x', len - 9);
	members[len - 1] = '"';
	members[len] = '\0';
	say(k, n, "invoice.updated", "invoice", invoice, members);
	free(members);
}

/* An order in few words that takes much memory once it is read. */
static void say_wide(struct kit *k, int64_t n)
{
	struct strbuf sb;

	strbuf_init(&sb, SIZE_MAX / 2);
	strbuf_addstr(&sb, "\"orderId\":\"wide\",\"status\":\"placed\",\"timeline\":[],"
			   "\"payment\":{\"status\":\"paid\"},\"fulfillment\":{\"shipments\":[]},"
			   "\"totalAmountUsd\":\"1.00\",\"commerceFeeUsd\":\"0.00\","
			   "\"lineItems\":[{}");
	for (size_t i = 1; i < LINE_ITEMS_MAX; i++)
		strbuf_addstr(&sb, ",{}");
	strbuf_addstr(&sb, "]");
	say(k, n, "commerce.order.updated", "commerce_order", "wide", strbuf_str(&sb));
	strbuf_release(&sb);
}

static void test_dossier_counts_what_its_objects_take(void **state)
{
	struct kit *k = *state;
	struct known_states states;
	struct dossier d;

	kit_open(k);
	kit_begin(k);
	for (int64_t n = 1; n <= 150; n++)
		say_wide(k, n);
	kit_commit(k);
	d = dossier_of(k, OBJECT_ORDER, "wide", 1000, &states);
	assert_int_equal(d.items[0].event.object.as.order.line_count, LINE_ITEMS_MAX);
	assert_true(d.cut);
	assert_true(d.count * LINE_ITEMS_MAX * sizeof(struct line_item) < DOSSIER_BYTES_MAX);
	assert_int_equal(d.items[d.count - 1].event.order_seq, 150);
	dossier_release(&d);
	known_states_release(&states);
}

static size_t dossier_bytes(const struct dossier *d)
{
	size_t sum = 0;

	for (size_t i = 0; i < d->count; i++)
		sum += kept_event_bytes(&d->items[i]);
	return sum;
}

/* It is cut where it gets too large for those who keep it: no hole, whatever small came before. */
static void test_dossier_is_cut_by_its_bytes(void **state)
{
	struct kit *k = *state;
	struct known_states states;
	struct dossier d;

	kit_open(k);
	kit_begin(k);
	say(k, 1, "invoice.created", "invoice", "big", "\"status\":\"unpaid\"");
	say(k, 2, "invoice_payment.created", "invoice_payment", "pay", "\"invoice_id\":\"big\"");
	for (int64_t n = 3; n <= 25; n++)
		say_large(k, n, "big", 16);
	say(k, 26, "invoice_payment.updated", "invoice_payment", "pay", "\"invoice_id\":\"big\"");
	for (int64_t n = 27; n <= 42; n++)
		say_large(k, n, "fits", 16);
	kit_commit(k);
	assert_dossier(k, OBJECT_INVOICE, "big", 100,
		       "11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26", true);
	assert_dossier(k, OBJECT_INVOICE, "fits", 100,
		       "27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42", false);
	d = dossier_of(k, OBJECT_INVOICE, "big", 100, &states);
	assert_true(dossier_bytes(&d) <= DOSSIER_BYTES_MAX);
	dossier_release(&d);
	known_states_release(&states);
}

static void test_dossier_tells_the_latest_of_each_object(void **state)
{
	struct kit *k = *state;
	struct object o = an_order("o9", "x@y.org"), *told;
	struct known_states states;
	struct dossier d;

	kit_open(k);
	kit_fill(k, 1, 3); /* inv-1 among them */
	put_answer(k, &o, KIT_NOW - 500);
	object_release(&o);
	kit_begin(k);
	say(k, 5, "commerce.order.updated", "commerce_order", "o9", "\"status\":\"shipped\"");
	kit_commit(k);
	d = dossier_of(k, OBJECT_ORDER, "o9", 100, &states);
	assert_int_equal(d.count, 2);
	assert_int_equal(states.count, 2);
	told = &states.items[states.items[0].object.kind == OBJECT_ORDER ? 0 : 1].object;
	assert_int_equal(told->kind, OBJECT_ORDER);
	assert_string_equal(told->as.order.status, "shipped"); /* of the newest event */
	assert_true(told->as.order.has_snapshot);              /* and the rest of the answer */
	assert_string_equal(told->as.order.shipping_address.email, "x@y.org");
	dossier_release(&d);
	known_states_release(&states);
}

static void test_lookup_knows_nothing_of_what_came_later(void **state)
{
	struct kit *k = *state;
	struct dossier_asked asked = {OBJECT_INVOICE, "inv-1", 100, KIT_NOW + 50};
	struct sought sought = {"inv-", "", 100, KIT_NOW + 50};
	struct known_states states;
	struct findings f;
	struct dossier d;

	kit_open(k);
	kit_fill(k, 1, 3);
	k->time.wall_ms += 100;
	kit_fill(k, 4, 15);
	assert_int_equal(history_find(k->h, &sought, &f, NULL), S_OK);
	assert_int_equal(f.count, 3);
	findings_release(&f);
	assert_int_equal(history_dossier(k->h, &asked, &d, &states, NULL), S_OK);
	assert_int_equal(d.count, 1);
	dossier_release(&d);
	known_states_release(&states);
}

/* --- hostile ---------------------------------------------------------------------------- */

static void test_find_takes_texts_as_they_are(void **state)
{
	struct kit *k = *state;
	char long_text[300], huge[NAME_CAP];

	kit_open(k);
	kit_begin(k);
	say(k, 1, "refund.created", "refund", "re-1", "\"shop_reference\":\"100%_x';--\"");
	say(k, 2, "refund.created", "refund", "re-2", "\"shop_reference\":\"\\u001b[31mred1\"");
	memset(long_text, 'z', 256);
	long_text[256] = '\0';
	(void)snprintf(huge, sizeof(huge), "%s", "zzzz");
	{
		char members[400];

		(void)snprintf(members, sizeof(members), "\"shop_reference\":\"%s\"", long_text);
		say(k, 3, "refund.created", "refund", "re-3", members);
	}
	kit_commit(k);
	assert_finds_one(k, "100%_x';--", "", "re-1", MATCH_EXACT);
	assert_finds_none(k, "100__x';--");
	assert_finds_none(k, "%%%%");
	assert_finds_none(k, "____");
	assert_finds_none(k, huge); /* longer than any reference is */
	assert_finds_none(k, "\xff\xfe\xfd\xfc");
	assert_finds_none(k, "re-\xff");
	assert_finds_none(k, "\x1b[31mred1"); /* no reference holds that */
}

/* --- failures and views ----------------------------------------------------------------- */

/* What was committed is found, and what was not is not, wherever the disk fails. */
static void test_find_is_as_true_as_the_commit(void **state)
{
	struct kit *k = *state;

	for (int64_t n = 1; n <= 60; n++) {
		struct findings f;
		bool committed = true;

		kit_empty_folder(k->dir);
		disk_arm(&disk, FAULT_NONE, 0, 0, false);
		kit_open(k);
		kit_begin(k);
		say(k, 1, "refund.created", "refund", "re-1", "\"tx_hash\":\"0xa1\"");
		kit_commit(k);
		disk_arm(&disk, FAULT_EIO, CALL_CHANGES, n, false);
		if (history_begin(k->h, NULL) == S_OK) {
			struct event e = event_saying(2, "refund.updated", "refund", "re-1",
						      "\"tx_hash\":\"0xb2\"");
			enum keeping keeping;

			(void)!history_add_event(k->h, &e, VIA_LIVE, 1, &keeping, NULL);
			event_release(&e);
			committed = history_commit(k->h, NULL) == S_OK;
		}
		disk_arm(&disk, FAULT_NONE, 0, 0, false);
		if (!committed) { /* tried again, it is found: memory has forgotten it too */
			kit_begin(k);
			(void)kit_add(k, event_saying(2, "refund.updated", "refund", "re-1",
						      "\"tx_hash\":\"0xb2\""));
			kit_commit(k);
		}
		f = find(k, "0xb2");
		assert_int_equal(f.count, history_count(k->h) > 1 ? 1 : 0);
		findings_release(&f);
		kit_close(k);
	}
}

static void test_find_in_another_ones_file(void **state)
{
	struct kit *k = *state;
	struct history *view;
	struct history_opening o;
	struct findings f;

	kit_open(k);
	kit_fill(k, 0, 9);
	assert_int_equal(history_open(&k->options, &view, &o, NULL), S_OK);
	assert_int_equal(o.mode, HISTORY_VIEW_ONLY);
	kit_fill(k, 10, 19);
	f = find_of(view, "inv-", "", 100);
	assert_int_equal(f.count, 7);
	assert_int_equal(f.events, 20);
	findings_release(&f);
	history_close(view);
	kit_fill(k, 20, 29); /* nothing is held */
}

/* --- acknowledgements ------------------------------------------------------------------- */

static void put_ack(struct kit *k, const char *rule, const char *id, uint64_t facts, bool withdrawn)
{
	struct acknowledgement a = {.kind = OBJECT_INVOICE,
				    .facts = facts,
				    .at_ms = KIT_NOW,
				    .withdrawn = withdrawn};

	(void)str_copy(a.rule, sizeof(a.rule), rule);
	(void)str_copy(a.id, sizeof(a.id), id);
	kit_begin(k);
	assert_int_equal(history_put_ack(k->h, &a, NULL), S_OK);
	kit_commit(k);
}

static void test_acks_are_kept_replaced_and_withdrawn(void **state)
{
	struct kit *k = *state;
	struct acknowledgement *items;
	size_t count;

	kit_open(k);
	put_ack(k, "underpaid", "inv-1", UINT64_MAX, false);
	put_ack(k, "underpaid", "inv-2", 5, false);
	put_ack(k, "overpaid", "inv-1", 6, false);
	put_ack(k, "underpaid", "inv-1", UINT64_MAX - 1, false);
	put_ack(k, "underpaid", "inv-2", 5, true);
	put_ack(k, "never", "inv-9", 1, true);
	kit_close(k);
	kit_open(k);
	assert_int_equal(history_acks(k->h, &items, &count, NULL), S_OK);
	assert_int_equal(count, 2);
	assert_string_equal(items[0].rule, "overpaid");
	assert_string_equal(items[1].rule, "underpaid");
	assert_string_equal(items[1].id, "inv-1");
	assert_int_equal(items[1].kind, OBJECT_INVOICE);
	assert_true(items[1].facts == UINT64_MAX - 1);
	assert_int_equal(items[1].at_ms, KIT_NOW);
	free(items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define P(f) cmocka_unit_test(f)
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		P(test_mention_finds_what_a_person_would_look_up),
		P(test_mention_tells_a_recipient_by_both_names),
		P(test_mention_survives_any_bytes),
		P(test_mention_fingerprint_minds_only_what_is_said),
		P(test_mention_nests_no_deeper_than_it_may),
		P(test_mention_minds_case_only_where_it_counts),
		T(test_find_by_whole_beginning_ends_and_part),
		T(test_find_says_where_and_how_things_stand),
		T(test_find_names_as_people_type_them),
		T(test_find_hears_kinds_it_has_never_heard_of),
		T(test_find_in_what_only_answers_say),
		T(test_find_is_what_a_plain_search_finds),
		T(test_find_after_retirement_is_what_is_left),
		T(test_find_after_retirement_forgets_answers),
		T(test_find_across_runs_and_what_retirement_leaves),
		T(test_dossier_follows_links_but_not_the_customer),
		T(test_dossier_is_cut_by_its_bytes),
		T(test_dossier_counts_what_its_objects_take),
		T(test_dossier_of_a_customer_is_all_that_is_theirs),
		T(test_dossier_tells_the_latest_of_each_object),
		T(test_lookup_knows_nothing_of_what_came_later),
		T(test_find_takes_texts_as_they_are),
		T(test_find_is_as_true_as_the_commit),
		T(test_find_in_another_ones_file),
		T(test_acks_are_kept_replaced_and_withdrawn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
