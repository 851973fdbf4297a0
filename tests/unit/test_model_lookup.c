/* A look-up from its text to what it opens, against scripted answers of history and server. */
#include "test_model_support.h"

#include "model/lookup.h"

#define U1   "9b0d1c2e-7f3a-4c21-8b5d-0a1b2c3d4e5f"
#define U2   "7c1e55aa-0b1c-4d2e-9f30-112233445566"
#define ADDR "0x8f3a5c0b9e21d4477a0c6b2e8d91f0aa12c4c41b"
#define HASH "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060"
#define URL  "https://pay.pepay.io/pay?session=pst_abcdef012345&signature=0123abcd.1768478400000"

struct bench {
	struct store *st;
	struct outbox out;
	struct lookup l;
};

static int setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->st = store_new();
	outbox_init(&b->out);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	store_free(b->st);
	free(b);
	return 0;
}

/* --- the world ------------------------------------------------------------------------------- */

static void have_invoice(struct bench *b, const char *id, const char *extra)
{
	char buf[4096];

	answer(b->st, OBJECT_INVOICE, invoice_json(buf, id, "paid", 49990, extra), T0);
}

/* `payment`, `shipments`, `address`: what is in them. */
static void have_order(struct bench *b, const char *id, const char *payment, const char *shipments,
		       const char *address)
{
	char buf[4096];

	snprintf(buf, sizeof(buf),
		 "{\"object\":\"commerce_order\",\"orderId\":\"%s\",\"invoiceId\":\"of-%s\","
		 "\"merchantId\":7,\"networkEnvironment\":\"devnet\",\"retailer\":\"amazon\","
		 "\"createdAt\":1768478400,\"updatedAt\":1768478400,\"customerId\":\"cust_9\","
		 "\"status\":\"shipped\",\"actions\":{\"canCancel\":true},\"timeline\":[],"
		 "\"payment\":{\"status\":\"paid\"%s},\"fulfillment\":{\"shipments\":[%s]},"
		 "\"lineItems\":[{\"productId\":\"B01\",\"title\":\"Blue Teapot\",\"quantity\":2,"
		 "\"price\":\"9.00\",\"status\":\"processing\"}],\"shippingAddress\":%s,"
		 "\"totalAmountUsd\":\"19.00\"}",
		 id, id, payment, shipments, address);
	answer(b->st, OBJECT_ORDER, buf, T0);
}

static void have_extensions(struct bench *b, const char *name)
{
	struct msg *m = msg_new(MSG_CAPABILITIES);

	m->as.capabilities.known = true;
	m->as.capabilities.count = 1;
	str_copy(m->as.capabilities.extensions[0], sizeof(m->as.capabilities.extensions[0]), name);
	store_apply(b->st, m, T0);
	msg_free(m);
}

/* What is in the outbox in one line, "FIND 0x8f3a|c41b, GET invoice 9b0d…"; it is handed over. */
static const char *asked(struct bench *b)
{
	static char text[1024];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < b->out.count; i++) {
		const struct request *rq = &b->out.items[i];
		const char *name = rq->kind == REQUEST_FIND          ? "FIND"
				   : rq->kind == REQUEST_GET         ? "GET"
				   : rq->kind == REQUEST_LIST        ? "LIST"
				   : rq->kind == REQUEST_EVENT_FETCH ? "EVENT"
				   : rq->kind == REQUEST_SESSION     ? "SESSION"
				   : rq->kind == REQUEST_PRODUCT     ? "PRODUCT"
								     : "?";
		const struct kind_info *k = kind_info(rq->object);

		str_printf(text + n, sizeof(text) - n, "%s%s%s%s%s%s%s%s%s", n ? ", " : "", name,
			   k ? " " : "", k ? k->wire : "",
			   rq->of == LIST_OF_CUSTOMER ? " of customer"
			   : rq->of == LIST_OF_WALLET ? " of wallet"
						      : "",
			   rq->target[0] ? " " : "", rq->target, rq->word[0] ? " on " : "",
			   rq->word);
		n = strlen(text);
		if (rq->cursor[0])
			str_printf(text + n, sizeof(text) - n, "|%s", rq->cursor);
		n = strlen(text);
		store_submitted(b->st, rq, T0);
	}
	return text;
}

/* The oldest request in the outbox, taken out. */
static struct request take(struct bench *b)
{
	struct request rq;

	assert_true(b->out.count > 0);
	rq = b->out.items[0];
	memmove(&b->out.items[0], &b->out.items[1], (b->out.count - 1) * sizeof(rq));
	b->out.count--;
	return rq;
}

static bool apply(struct bench *b, struct msg *m)
{
	store_apply(b->st, m, T0);
	msg_free(m);
	return lookup_update(&b->l, b->st, &b->out);
}

static void begin(struct bench *b, const char *text)
{
	b->out.count = 0;
	lookup_begin(&b->l, text, b->st, &b->out);
}

/* The history answers the FIND: `items` are copied. */
static void history_says(struct bench *b, const struct finding *items, size_t count)
{
	struct request rq = take(b);
	struct msg *m = msg_new(MSG_FINDINGS);

	assert_int_equal(rq.kind, REQUEST_FIND);
	m->as.findings.serial = rq.serial;
	str_copy(m->as.findings.found.text, NAME_CAP, rq.target);
	m->as.findings.found.items = xcalloc(count + 1, sizeof(*items));
	if (count > 0)
		memcpy(m->as.findings.found.items, items, count * sizeof(*items));
	m->as.findings.found.count = count;
	m->as.findings.found.events = 1000000;
	m->as.findings.found.oldest_ms = T0 - 86400000;
	assert_true(apply(b, m));
}

static void nothing_on_disk(struct bench *b)
{
	history_says(b, NULL, 0);
}

static void fails(struct bench *b, enum status status, const char *what)
{
	struct msg *m = msg_new(MSG_FAILED);

	m->as.failed.request = take(b);
	problem_set(&m->as.failed.problem, status, NULL, "%s", what);
	assert_true(apply(b, m));
}

static void not_found(struct bench *b)
{
	fails(b, E_NOT_FOUND, "get: 404");
}

static void server_gives(struct bench *b, enum object_kind kind, const char *text)
{
	struct request rq = take(b);
	struct msg *m = msg_new(MSG_OBJECT);

	assert_int_equal(rq.kind, REQUEST_GET);
	m->as.object.serial = rq.serial;
	m->as.object.object = object_of(kind, text);
	assert_true(apply(b, m));
}

static void server_lists(struct bench *b, enum object_kind kind, const char *text)
{
	struct request rq = take(b);
	struct msg *m = msg_new(MSG_PAGE);

	assert_int_equal(rq.kind, REQUEST_LIST);
	m->as.page.serial = rq.serial;
	m->as.page.object = rq.object;
	m->as.page.of = rq.of;
	if (text) {
		m->as.page.page.items = xcalloc(1, sizeof(struct object));
		m->as.page.page.items[0] = object_of(kind, text);
		m->as.page.page.count = 1;
	}
	assert_true(apply(b, m));
}

static void opens(const struct bench *b, enum subject_kind kind, const char *id)
{
	const struct lookup_hit *hit = lookup_answer(&b->l);

	if (!hit)
		fail_msg("nothing to open; %zu hits", b->l.count);
	else if (hit->subject.kind != kind || strcmp(hit->subject.id, id) != 0)
		fail_msg("opens %s %s", subject_word(hit->subject.kind), hit->subject.id);
}

static struct finding finding(enum object_kind kind, const char *id, const char *field,
			      const char *value, enum match match)
{
	struct finding f = {.kind = kind, .match = match, .newest_ms = T0};

	str_copy(f.id, sizeof(f.id), id);
	str_copy(f.field, sizeof(f.field), field);
	str_copy(f.value, sizeof(f.value), value);
	return f;
}

/* --- what is asked ------------------------------------------------------------------------------
 */

static void test_lookup_asks_what_fits_what_it_recognised(void **state)
{
	static const struct {
		const char *text, *history,
			*server; /* the second after the history found nothing */
	} ROWS[] = {
		{U1, "FIND " U1, "GET invoice " U1},
		{"9B0D1C2E-7F3A-4C21-8B5D-0A1B2C3D4E5F",
		 "FIND 9B0D1C2E-7F3A-4C21-8B5D-0A1B2C3D4E5F", "GET invoice " U1},
		{"order " U1, "FIND " U1, "GET commerce_order " U1},
		{"payout " U1, "FIND " U1, ""},
		{"customer: " U1, "FIND " U1,
		 "LIST invoice of customer " U1 ", LIST commerce_order of customer " U1},
		{"evt_1768478400000-17", "FIND evt_1768478400000-17", "EVENT evt_1768478400000-17"},
		{HASH, "FIND " HASH, ""},
		{ADDR, "FIND " ADDR, "LIST invoice of wallet " ADDR},
		{"https://basescan.org/address/" ADDR, "FIND " ADDR,
		 "LIST invoice of wallet " ADDR " on base, LIST commerce_order of wallet " ADDR
		 " on base"},
		{"0x8f3a...c41b", "FIND 0x8f3a|c41b", ""},
		{"maria@example.com", "FIND maria@example.com", ""},
		{"1Z999AA10123456784", "FIND 1Z999AA10123456784", ""},
		{"cust_8F3KQ2A", "FIND cust_8F3KQ2A",
		 "LIST invoice of customer cust_8F3KQ2A, LIST commerce_order of customer "
		 "cust_8F3KQ2A"},
		{"acme", "FIND acme",
		 "LIST invoice of customer acme, LIST commerce_order of customer acme"},
		{"inv_123", "FIND inv_123", "GET invoice inv_123"},
		{"B0C1234XYZ", "FIND B0C1234XYZ", "PRODUCT B0C1234XYZ"},
		{"Maria Silva", "FIND Maria Silva", ""},
		{"", "", ""},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const char *what;

		begin(b, ROWS[i].text);
		what = asked(b);
		if (strcmp(what, ROWS[i].history) != 0)
			fail_msg("%s: asks %s first", ROWS[i].text, what);
		if (ROWS[i].history[0])
			nothing_on_disk(b);
		what = asked(b);
		if (strcmp(what, ROWS[i].server) != 0)
			fail_msg("%s: asks the server %s", ROWS[i].text, what);
		assert_int_equal(b->l.over, ROWS[i].server[0] == '\0');
		if (!ROWS[i].server[0]) {
			assert_int_equal(b->l.looks[LOOKED_SERVER].state, LOAD_NOT_ASKED);
			assert_true(b->l.looks[LOOKED_SERVER].note[0]);
		}
	}
}

static void test_lookup_asks_for_extensions_only_where_they_are(void **state)
{
	struct bench *b = *state;

	have_extensions(b, "ramps");
	begin(b, "payout " U1);
	asked(b);
	nothing_on_disk(b);
	assert_string_equal(asked(b), "GET ramp_payout " U1);
	begin(b, "refund " U1);
	asked(b);
	nothing_on_disk(b);
	assert_string_equal(asked(b), "");
	assert_non_null(strstr(b->l.looks[LOOKED_SERVER].note, "no route"));
}

static void test_lookup_sends_a_payment_link_to_the_server_only(void **state)
{
	struct bench *b = *state;
	struct msg *m = msg_new(MSG_SESSION);
	struct request rq;

	begin(b, "please: " URL);
	assert_string_equal(asked(b), "SESSION");
	assert_null(strstr(b->l.text, "pst_"));
	rq = take(b);
	assert_string_equal(rq.pass.token, "pst_abcdef012345");
	m->as.session.serial = rq.serial;
	str_copy(m->as.session.session.invoice_id, ID_CAP, U1);
	assert_true(apply(b, m));
	opens(b, SUBJECT_SESSION, U1);
}

static void test_lookup_hears_that_a_payment_link_opens_nothing(void **state)
{
	struct bench *b = *state;
	struct msg *m = msg_new(MSG_FAILED);

	begin(b, URL);
	asked(b);
	m->as.failed.request = take(b);
	memset(&m->as.failed.request.pass, 0,
	       sizeof(m->as.failed.request.pass)); /* never comes back */
	problem_set(&m->as.failed.problem, E_AUTH, NULL, "session: 401");
	assert_true(apply(b, m));
	assert_true(b->l.over);
	assert_int_equal(b->l.looks[LOOKED_SERVER].state, LOAD_DONE); /* it is an answer */
	assert_string_equal(b->l.looks[LOOKED_SERVER].note, "the link is not valid (any more)");
	begin(b, URL);
	asked(b);
	fails(b, E_TIMEOUT, "session: it took too long");
	assert_int_equal(b->l.looks[LOOKED_SERVER].state, LOAD_FAILED); /* it is none */
}

/* A mail with a link in it is about more than the link. */
static void test_lookup_asks_for_what_stands_beside_a_payment_link(void **state)
{
	struct bench *b = *state;
	struct finding f = finding(OBJECT_ORDER, U2, "id", U2, MATCH_EXACT);

	begin(b, "From: ana@example.com\nmy order " U2 " paid by " HASH "\n" URL "\nthanks");
	assert_string_equal(asked(b), "FIND " U2);
	nothing_on_disk(b);
	assert_string_equal(asked(b), "SESSION, GET commerce_order " U2);
	fails(b, E_AUTH, "session: HTTP 401 SESSION_INVALID");
	assert_false(b->l.over);
	not_found(b);
	assert_true(b->l.over);
	assert_string_equal(b->l.looks[LOOKED_SERVER].note,
			    "the link is not valid (any more) and it knows no order of this id");
	begin(b, "my order " U2 "\n" URL); /* the history has it: only the link is asked for */
	asked(b);
	history_says(b, &f, 1);
	assert_string_equal(asked(b), "SESSION");
	fails(b, E_NOT_FOUND, "session: 404");
	assert_true(b->l.over);
	opens(b, SUBJECT_ORDER, U2);
}

/* What a link holds goes to Pepay only when the link is Pepay's, whatever it is made to look like.
 */
static void test_lookup_sends_no_link_of_another_host(void **state)
{
#define PASS "/pay?session=pst_abcdef012345&signature=0123abcd.1768478400000"
	static const struct {
		const char *link, *server;
		bool is_sent;
		const char *host; /* that is told */
	} ROWS[] = {
		{"https://pay.pepay.io" PASS, NULL, true, ""},
		{"https://PEPAY.IO" PASS, NULL, true, ""},
		{"http://127.0.0.1:18400" PASS, "api.pepay.io", true, ""},
		{"http://localhost:3000" PASS, NULL, true, ""},
		{"https://pay.shop.example:9000" PASS, "pay.shop.example:8443", true, ""},
		{"https://pay.shop.example" PASS, NULL, false, "pay.shop.example"},
		{"https://pay.shop.example" PASS, "api.shop.example", false, "pay.shop.example"},
		{"https://evilpepay.io" PASS, NULL, false, "evilpepay.io"},
		{"https://pepay.io.evil.example" PASS, NULL, false, "pepay.io.evil.example"},
		{"https://pay.pepay.io@evil.example" PASS, NULL, false, "evil.example"},
		{"https://evil.example/pay.pepay.io" PASS, NULL, false, "evil.example"},
		{"http://127.0.0.1.evil.example" PASS, NULL, false, "127.0.0.1.evil.example"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(ROWS); i++) {
		b->out.count = 0;
		lookup_begin_at(&b->l, ROWS[i].link, ROWS[i].server, b->st, &b->out);
		if (strcmp(asked(b), ROWS[i].is_sent ? "SESSION" : "") != 0 ||
		    !strstr(b->l.looks[LOOKED_SERVER].note, ROWS[i].host))
			fail_msg("%s at %s: %s", ROWS[i].link,
				 ROWS[i].server ? ROWS[i].server : "(unknown)",
				 b->l.looks[LOOKED_SERVER].note);
		assert_int_equal(b->l.over, !ROWS[i].is_sent);
		assert_int_equal(b->l.scraps.pass.token[0] != '\0', ROWS[i].is_sent);
	}
	/* What else the text says is looked up; that the link was not is told all the same. */
	begin(b, "my order " U2 "\nhttps://evil.example" PASS);
	asked(b);
	nothing_on_disk(b);
	assert_string_equal(asked(b), "GET commerce_order " U2);
	not_found(b);
	not_found(b);
	assert_non_null(strstr(b->l.looks[LOOKED_SERVER].note, "; the link is of evil.example"));
#undef PASS
}

/* The store hears that nothing is on disk; the look-up is not told. */
static void findings_come(struct bench *b, uint64_t serial, const char *text)
{
	struct msg *m = msg_new(MSG_FINDINGS);

	m->as.findings.serial = serial;
	str_copy(m->as.findings.found.text, NAME_CAP, text);
	store_apply(b->st, m, T0);
	msg_free(m);
}

/* Its answer came and went before anybody looked: it is asked for once more, and no third time. */
static void test_lookup_does_not_wait_for_an_answer_that_went(void **state)
{
	struct bench *b = *state;
	struct request other = {.kind = REQUEST_FIND};

	begin(b, HASH);
	for (unsigned round = 1; round <= 2; round++) {
		assert_string_equal(asked(b), "FIND " HASH);
		findings_come(b, take(b).serial, HASH);
		for (unsigned i = 0; i < ANSWERS_MAX; i++) {
			other.serial = 1000 * round + i;
			str_printf(other.target, sizeof(other.target), "%u-%u", round, i);
			store_submitted(b->st, &other, T0);
			findings_come(b, other.serial, other.target);
		}
		lookup_update(&b->l, b->st, &b->out);
		assert_int_equal(b->out.count, round == 1);
	}
	assert_int_equal(b->l.looks[LOOKED_HISTORY].state, LOAD_FAILED);
	assert_non_null(strstr(b->l.looks[LOOKED_HISTORY].note, "R asks again"));
}

static void test_lookup_of_a_secret_looks_nowhere_and_claims_nothing(void **state)
{
	struct bench *b = *state;

	have_invoice(b, U1, "");
	begin(b, "https://pay.pepay.io/pay?session=abc&sig=def");
	assert_string_equal(asked(b), "");
	assert_true(b->l.over);
	for (int p = 0; p < LOOKUP_PLACE_COUNT; p++) {
		assert_int_equal(b->l.looks[p].state, LOAD_NOT_ASKED);
		assert_string_equal(b->l.looks[p].note, "there is nothing to look for");
	}
}

/* Who is asked for is the customer that was found, and what is said names him. */
static void test_lookup_asks_for_the_customer_it_found(void **state)
{
	struct bench *b = *state;

	have_invoice(b, U1, ",\"customer_id\":\"cust_16Q4G4J\"");
	begin(b, "cust _16Q4G4J");
	assert_int_equal(b->l.count, 1);
	asked(b);
	nothing_on_disk(b);
	assert_string_equal(asked(b), "LIST invoice of customer cust_16Q4G4J, "
				      "LIST commerce_order of customer cust_16Q4G4J");
	assert_string_equal(b->l.looks[LOOKED_SERVER].note,
			    "asking for invoices and orders of customer cust_16Q4G4J");
	server_lists(b, OBJECT_INVOICE, NULL);
	server_lists(b, OBJECT_ORDER, NULL);
	assert_true(b->l.over);
	assert_null(strstr(b->l.looks[LOOKED_SERVER].note, "knows no"));
	opens(b, SUBJECT_CUSTOMER, "cust_16Q4G4J");
	begin(b, "cust_NOBODY1"); /* of a text nobody goes by, that text is named */
	asked(b);
	nothing_on_disk(b);
	asked(b);
	server_lists(b, OBJECT_INVOICE, NULL);
	server_lists(b, OBJECT_ORDER, NULL);
	assert_string_equal(b->l.looks[LOOKED_SERVER].note,
			    "it knows no invoices and no orders of customer cust_NOBODY1");
}

static void is_kept_in(struct bench *b, enum history_mode mode)
{
	struct msg *m = msg_new(MSG_HISTORY);

	m->as.history.mode = mode;
	m->as.history.complete_since_ms = m->as.history.proven_to_ms = m->as.history.oldest_ms =
		TIME_NONE;
	store_apply(b->st, m, T0);
	msg_free(m);
}

static void test_lookup_in_a_case_asks_nobody_and_says_so(void **state)
{
	static const char *const TEXTS[] = {"cust_DFAX0GZ", U1, "Maria Silva", URL, ADDR};
	struct bench *b = *state;

	is_kept_in(b, HISTORY_CASE);
	for (size_t i = 0; i < COUNT(TEXTS); i++) {
		begin(b, TEXTS[i]);
		assert_string_equal(asked(b), "");
		assert_true(b->l.over);
		assert_true(b->l.masked);
		assert_int_equal(b->l.looks[LOOKED_HISTORY].state, LOAD_NOT_ASKED);
		assert_int_equal(b->l.looks[LOOKED_SERVER].state, LOAD_NOT_ASKED);
		assert_string_equal(b->l.looks[LOOKED_SERVER].note, "a case has no server");
	}
}

static void test_lookup_in_a_recording_asks_its_history_only(void **state)
{
	struct bench *b = *state;

	is_kept_in(b, HISTORY_REPLAY);
	begin(b, "cust_DFAX0GZ");
	assert_string_equal(asked(b), "FIND cust_DFAX0GZ");
	nothing_on_disk(b);
	assert_string_equal(asked(b), "");
	assert_true(b->l.over);
	assert_string_equal(b->l.looks[LOOKED_SERVER].note, "a recording has no server");
}

/* --- what comes of it
 * ----------------------------------------------------------------------------- */

static void test_lookup_opens_at_once_what_is_here(void **state)
{
	static const struct {
		const char *text;
		enum subject_kind kind;
		const char *id;
	} ROWS[] = {
		{U1, SUBJECT_INVOICE, U1},
		{"Re: invoice 9B0D1C2E-7F3A-4C21-8B5D-0A1B2C3D4E5F please!!", SUBJECT_INVOICE, U1},
		{"https://dashboard.example.com/orders/" U2, SUBJECT_ORDER, U2},
		{"cust_8F3KQ2A", SUBJECT_CUSTOMER, "cust_8F3KQ2A"},
		{"order " U2 " of cust_8F3KQ2A, invoice?", SUBJECT_ORDER, U2},
		{"evt_1768478400000-3", SUBJECT_EVENT, "evt_1768478400000-3"},
	};
	struct bench *b = *state;

	have_invoice(b, U1, ",\"customer_id\":\"cust_8F3KQ2A\"");
	have_order(b, U2, "", "", "null");
	tell(b->st, SOURCE_STREAM, order_event(T0, 3, "other", "placed"), T0);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		begin(b, ROWS[i].text);
		assert_string_equal(asked(b), "");
		assert_true(b->l.over);
		opens(b, ROWS[i].kind, ROWS[i].id);
		assert_int_equal(b->l.hits[0].place, LOOKED_WINDOW);
		assert_string_equal(b->l.looks[LOOKED_SERVER].note, "not needed: it is here");
	}
}

static void test_lookup_finds_what_objects_here_say(void **state)
{
	static const struct {
		const char *text, *field, *id;
		enum match match;
	} ROWS[] = {
		{HASH, "payment.txHash", U2, MATCH_EXACT},
		{"5C504ED432CB51138BCF09AA5E8A410DD4A1E204EF84BFED1BE16DFBA1B22060",
		 "payment.txHash", U2, MATCH_EXACT},
		{ADDR, "payer_wallet_address", U1, MATCH_EXACT},
		{"0x8F3A5C0B9E21D4477A0C6B2E8D91F0AA12C4C41B", "payer_wallet_address", U1,
		 MATCH_EXACT},
		{"0x8f3a\xe2\x80\xa6"
		 "c41b",
		 "payer_wallet_address", U1, MATCH_PREFIX},
		{"8f3a..c41b", "payer_wallet_address", U1, MATCH_PREFIX},
		{"1Z999AA10123456784", "fulfillment.shipments.trackingNumber", U2, MATCH_EXACT},
		{"7c1e55aa", "id", U2, MATCH_PREFIX},
		{"teapot", "lineItems.title", U2, MATCH_PART},
		{"Blue Teapot", "lineItems.title", U2, MATCH_EXACT},
	};
	struct bench *b = *state;

	have_invoice(b, U1, ",\"payer_wallet_address\":\"" ADDR "\"");
	have_order(b, U2, ",\"txHash\":\"" HASH "\"",
		   "{\"shipmentId\":\"s1\",\"carrier\":\"UPS\",\"trackingNumber\":"
		   "\"1Z999AA10123456784\"}",
		   "null");
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct lookup_hit *hit = &b->l.hits[0];

		begin(b, ROWS[i].text);
		if (b->l.count == 0)
			fail_msg("%s: nothing found", ROWS[i].text);
		if (strcmp(hit->subject.id, ROWS[i].id) != 0 ||
		    strcmp(hit->field, ROWS[i].field) != 0 || hit->match != ROWS[i].match)
			fail_msg("%s: found in %s of %s", ROWS[i].text, hit->field,
				 hit->subject.id);
		assert_int_equal(hit->place, LOOKED_WINDOW);
		assert_int_equal(b->l.looks[LOOKED_WINDOW].found, b->l.count);
	}
}

static void test_lookup_opens_what_only_the_history_has(void **state)
{
	struct bench *b = *state;
	struct finding f = finding(OBJECT_ORDER, U2, "orderId", U2, MATCH_EXACT);

	begin(b, U2);
	asked(b);
	assert_null(lookup_answer(&b->l));
	history_says(b, &f, 1);
	assert_string_equal(asked(b), "");
	assert_true(b->l.over);
	opens(b, SUBJECT_ORDER, U2);
	assert_int_equal(b->l.hits[0].place, LOOKED_HISTORY);
	assert_string_equal(b->l.looks[LOOKED_HISTORY].note,
			    "1000000 events on disk, back to 2026-01-14 12:00 UTC");
	assert_string_equal(b->l.looks[LOOKED_SERVER].note, "not needed: the history has it");
}

static void test_lookup_merges_what_places_say_of_one_object(void **state)
{
	struct bench *b = *state;
	struct finding f[3];

	have_order(b, U2, ",\"txHash\":\"" HASH "\"", "", "null");
	f[0] = finding(OBJECT_ORDER, U2, "payment.txHash", HASH, MATCH_EXACT);
	f[1] = finding(OBJECT_REFUND, U1, "tx_hash", HASH, MATCH_EXACT);
	f[2] = finding(OBJECT_NONE, "evt_1-1", "data.object.hash", HASH "00", MATCH_PREFIX);
	begin(b, HASH);
	asked(b);
	history_says(b, f, 3);
	assert_int_equal(b->l.count, 3);
	assert_int_equal(b->l.looks[LOOKED_WINDOW].found, 1);
	assert_int_equal(b->l.looks[LOOKED_HISTORY].found, 2);
	assert_int_equal(b->l.hits[2].subject.kind, SUBJECT_EVENT);
	assert_null(lookup_answer(&b->l)); /* two are exact: a person chooses */
}

static void test_lookup_asks_for_the_order_when_no_invoice_has_the_id(void **state)
{
	struct bench *b = *state;
	char buf[4096];

	begin(b, U2);
	asked(b);
	nothing_on_disk(b);
	assert_string_equal(asked(b), "GET invoice " U2);
	not_found(b);
	assert_string_equal(asked(b), "GET commerce_order " U2);
	assert_string_equal(b->l.looks[LOOKED_SERVER].note, "asking for an order of this id");
	server_gives(b, OBJECT_ORDER, order_json(buf, U2, "placed", T0, ""));
	assert_true(b->l.over);
	opens(b, SUBJECT_ORDER, U2);
	assert_int_equal(b->l.looks[LOOKED_SERVER].found, 1);
}

static void test_lookup_says_where_it_looked_for_nothing(void **state)
{
	struct bench *b = *state;

	begin(b, U2);
	asked(b);
	nothing_on_disk(b);
	asked(b);
	not_found(b);
	asked(b);
	not_found(b);
	assert_true(b->l.over);
	assert_int_equal(b->l.count, 0);
	assert_null(lookup_answer(&b->l));
	assert_int_equal(b->l.history_events, 1000000);
	assert_string_equal(b->l.looks[LOOKED_SERVER].note,
			    "it knows no invoice and no order of this id");
	assert_int_equal(b->l.looks[LOOKED_SERVER].state, LOAD_DONE);
	assert_int_equal(b->out.count, 0); /* never more than two */
}

static void test_lookup_goes_on_when_a_place_does_not_answer(void **state)
{
	struct bench *b = *state;

	begin(b, U2);
	asked(b);
	fails(b, E_IO, "the history cannot be read");
	assert_int_equal(b->l.looks[LOOKED_HISTORY].state, LOAD_FAILED);
	assert_string_equal(b->l.looks[LOOKED_HISTORY].note, "the history cannot be read");
	assert_string_equal(asked(b), "GET invoice " U2);
	fails(b, E_NETWORK, "the server cannot be reached");
	assert_string_equal(asked(b), ""); /* nor for an order */
	assert_int_equal(b->l.looks[LOOKED_SERVER].state, LOAD_FAILED);
	assert_string_equal(b->l.looks[LOOKED_SERVER].note, "the server cannot be reached");
	assert_true(b->l.over);
}

static void test_lookup_finds_a_customer_by_what_the_server_lists(void **state)
{
	struct bench *b = *state;
	char buf[4096];

	begin(b, "cust_new");
	asked(b);
	nothing_on_disk(b);
	asked(b);
	server_lists(b, OBJECT_INVOICE,
		     invoice_json(buf, U1, "paid", 49990, ",\"customer_id\":\"cust_new\""));
	assert_int_equal(b->l.looks[LOOKED_SERVER].state, LOAD_WAITING);
	opens(b, SUBJECT_CUSTOMER, "cust_new"); /* what else there may be changes nothing */
	server_lists(b, OBJECT_ORDER, NULL);
	assert_true(b->l.over);
	assert_int_equal(b->l.looks[LOOKED_SERVER].state, LOAD_DONE);
}

static void test_lookup_finds_invoices_by_what_the_server_knows_of_a_wallet(void **state)
{
	struct bench *b = *state;
	char buf[4096];

	begin(b, ADDR);
	asked(b);
	nothing_on_disk(b);
	asked(b);
	server_lists(b, OBJECT_INVOICE,
		     invoice_json(buf, U1, "paid", 49990,
				  ",\"payer_wallet_address\":\"" ADDR "\""));
	assert_true(b->l.over);
	opens(b, SUBJECT_INVOICE, U1);
	assert_int_equal(b->l.hits[0].place, LOOKED_SERVER);
}

static void test_lookup_leads_from_an_address_to_the_customer(void **state)
{
	struct bench *b = *state;

	have_order(b, U2, "", "", "{\"firstName\":\"Maria\",\"email\":\"maria@example.com\"}");
	begin(b, "Maria@Example.com");
	if (b->l.count != 2)
		fail_msg("%zu hits", b->l.count);
	assert_int_equal(b->l.hits[0].subject.kind, SUBJECT_CUSTOMER);
	assert_string_equal(b->l.hits[0].subject.id, "cust_9");
	assert_int_equal(b->l.hits[1].subject.kind, SUBJECT_ORDER);
}

static void test_lookup_tells_customers_that_begin_alike_once_each(void **state)
{
	struct bench *b = *state;

	have_invoice(b, "i1", ",\"customer_id\":\"cust_8F3KQ2A\"");
	have_invoice(b, "i2", ",\"customer_id\":\"cust_8F3KQ2A\"");
	have_invoice(b, "i3", ",\"customer_id\":\"cust_8F3999\"");
	begin(b, "cust_8F3");
	assert_int_equal(b->l.count, 2);
	assert_int_equal(b->l.hits[0].subject.kind, SUBJECT_CUSTOMER);
	assert_int_equal(b->l.hits[1].subject.kind, SUBJECT_CUSTOMER);
	assert_null(lookup_answer(&b->l));
}

static void test_lookup_opens_what_goes_by_part_of_an_id(void **state)
{
	struct bench *b = *state;
	struct finding f = finding(OBJECT_REFUND, U2, "invoice_id", U1, MATCH_PREFIX);

	have_invoice(b, U1, "");
	have_order(b, U2, "", "", "null");
	tell(b->st, SOURCE_STREAM, payment_event(T0, 9, "p-1", U1, "confirmed"), T0);
	begin(b, "Re: invoice 9B0D1C2E\xe2\x80\xa6 please");
	asked(b);
	history_says(b, &f, 1);
	assert_int_equal(b->l.count, 3); /* the payment and the refund speak of it */
	opens(b, SUBJECT_INVOICE, U1);
}

static void test_lookup_tells_what_a_place_knows_besides(void **state)
{
	struct bench *b = *state;
	struct finding f = finding(OBJECT_ORDER, U2, "payment.txHash", HASH, MATCH_EXACT);

	have_order(b, U2, ",\"txHash\":\"" HASH "\"", "", "null");
	begin(b, HASH);
	asked(b);
	history_says(b, &f, 1);
	assert_int_equal(b->l.looks[LOOKED_WINDOW].found, 1);
	assert_int_equal(b->l.looks[LOOKED_HISTORY].found, 0);
	assert_int_equal(b->l.looks[LOOKED_HISTORY].known, 1);
}

static void test_lookup_of_a_date_asks_nobody(void **state)
{
	struct bench *b = *state;

	have_invoice(b, U1, "");
	begin(b, "2026-11-23");
	assert_string_equal(asked(b), "");
	assert_true(b->l.over);
	assert_int_equal(b->l.count, 0);
	for (int p = 0; p < LOOKUP_PLACE_COUNT; p++) {
		assert_int_equal(b->l.looks[p].state, LOAD_NOT_ASKED);
		assert_true(b->l.looks[p].note[0]);
	}
}

static void have_payout(struct bench *b, const char *id)
{
	char buf[1024];

	snprintf(buf, sizeof(buf),
		 "{\"object\":\"ramp_payout\",\"id\":\"%s\",\"customer_id\":\"cust_7\","
		 "\"status\":\"failed\",\"amount\":1750000,\"fiat_currency\":\"MXN\","
		 "\"fiat_amount_minor\":3219604,\"fiat_exponent\":2,"
		 "\"created_at\":1768478400,\"updated_at\":1768478400}",
		 id);
	answer(b->st, OBJECT_PAYOUT, buf, T0);
}

/* What a person knows of a payment: how much it was, or a bit less than that. */
/* Parcels' numbers come in groups; what all ids begin with is left out. */
static void test_lookup_finds_what_is_written_another_way(void **state)
{
	static const struct {
		const char *typed;
		enum subject_kind kind;
		const char *id;
	} ROWS[] = {
		{"parcel 3329-3752-5048-7294", SUBJECT_ORDER, U2},
		{"parcel 332937525048 7294", SUBJECT_ORDER, U2},
		{"cust 2k3m", SUBJECT_CUSTOMER, "cust_2K3MAQ9"},
		{"2K3MAQ9", SUBJECT_CUSTOMER, "cust_2K3MAQ9"},
		{"cust 2 k 3 m a q 9", SUBJECT_CUSTOMER, "cust_2K3MAQ9"},
		{"7 C 1 E 5 5 A A", SUBJECT_ORDER, U2},
		{"7cle55aa", SUBJECT_ORDER, U2},
	};
	struct bench *b = *state;

	have_invoice(b, U1, ",\"customer_id\":\"cust_2K3MAQ9\"");
	have_order(b, U2, "", "{\"shipmentId\":\"s\",\"trackingNumber\":\"3329 3752 5048 7294\"}",
		   "null");
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		begin(b, ROWS[i].typed);
		if (b->l.count == 0 || b->l.hits[0].subject.kind != ROWS[i].kind)
			fail_msg("%s: %zu found", ROWS[i].typed, b->l.count);
		assert_string_equal(b->l.hits[0].subject.id, ROWS[i].id);
	}
}

static void test_lookup_finds_amounts_in_the_window(void **state)
{
	static const struct {
		const char *typed, *field, *value; /* NULL: nothing */
		enum subject_kind kind;
		enum match match;
	} ROWS[] = {
		{"49.99", "amount", "49.99 USD", SUBJECT_INVOICE, MATCH_EXACT},
		{"I paid $49.99 on Monday", "amount", "49.99 USD", SUBJECT_INVOICE, MATCH_EXACT},
		{"$49", "amount", "49.99 USD", SUBJECT_INVOICE, MATCH_PREFIX},
		{"49.98", NULL, NULL, 0, 0},
		{"50.0", "amount", "49.99 USD", SUBJECT_INVOICE, MATCH_PREFIX},
		{"$50", NULL, NULL, 0, 0},
		{"19,00 USD", "total", "19.00 USD", SUBJECT_ORDER, MATCH_EXACT},
		{"1.750,00", "amount", "1,750.00 USD", SUBJECT_PAYOUT, MATCH_EXACT},
		{"32.196,04 MXN", "to bank", "32,196.04 MXN", SUBJECT_PAYOUT, MATCH_EXACT},
		{"32196 pesos", "to bank", "32,196.04 MXN", SUBJECT_PAYOUT, MATCH_PREFIX},
		{"32196.04 PLN", NULL, NULL, 0, 0},
		{"0.00", NULL, NULL, 0, 0},
		{"30.01", "too much", "30.01 USD", SUBJECT_INVOICE, MATCH_EXACT},
		{"80.02", "missing", "80.02 USD", SUBJECT_INVOICE, MATCH_EXACT},
	};
	struct bench *b = *state;

	have_invoice(b, U1, "");
	answer(b->st, OBJECT_INVOICE,
	       "{\"id\":\"over\",\"status\":\"paid\",\"amount\":130000,\"amount_paid\":160010,"
	       "\"created_at\":1768478000}",
	       T0);
	answer(b->st, OBJECT_INVOICE,
	       "{\"id\":\"short\",\"status\":\"underpaid\",\"amount\":270050,\"amount_paid\":"
	       "190030,"
	       "\"created_at\":1768478000}",
	       T0);
	have_order(b, U2, "", "", "null");
	have_payout(b, "po_1");
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		begin(b, ROWS[i].typed);
		assert_string_equal(asked(b), ""); /* neither disk nor server know amounts */
		assert_true(b->l.over);
		assert_int_equal(b->l.looks[LOOKED_WINDOW].state, LOAD_DONE);
		if (b->l.count != (ROWS[i].field != NULL))
			fail_msg("%s: %zu found", ROWS[i].typed, b->l.count);
		if (!ROWS[i].field)
			continue;
		assert_string_equal(b->l.hits[0].field, ROWS[i].field);
		assert_string_equal(b->l.hits[0].value, ROWS[i].value);
		assert_int_equal(b->l.hits[0].subject.kind, ROWS[i].kind);
		assert_int_equal(b->l.hits[0].match, ROWS[i].match);
		assert_non_null(lookup_answer(&b->l)); /* it is the one: it opens */
	}
	begin(b, "49.99 EUR"); /* what people say for everything: offered, not opened */
	assert_int_equal(b->l.count, 1);
	assert_true(b->l.hits[0].near);
	assert_null(lookup_answer(&b->l));
}

/* Words that stand in several members; a sentence; an id with a wrong digit. */
static void test_lookup_offers_what_is_nearly_it_and_opens_none(void **state)
{
	static const struct {
		const char *typed;
		bool found, near;
		const char *field;
	} ROWS[] = {
		{"Benoit Lefevre, 75018 paris", true, false, "shippingAddress.first_name"},
		{"lefevre 75018", true, false, "shippingAddress.last_name"},
		{"Hello, my blue teapot for Benoit never came", true, true, NULL},
		{"benoit smith of baker street in oxford", false, false, NULL},
		{"please where is my money", false, false, NULL},
		{"7c1e55aa-0b1c-4d2e-9f30-112233445567", true, true, "id"},
		{"7c1e55aa-0b1c-4d2e-9f03-112233445566", true, true, "id"},
		{"7c1e55aa-0b1c-4d2e-9f30-112233445999", false, false, NULL},
	};
	struct bench *b = *state;

	have_order(b, U2, "", "",
		   "{\"first_name\":\"Beno\\u00eet\",\"last_name\":\"Lef\\u00e8vre\","
		   "\"zip_code\":\"75018\",\"city\":\"Paris\"}");
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		begin(b, ROWS[i].typed);
		asked(b);
		nothing_on_disk(b);
		if ((b->l.count == 1) != ROWS[i].found)
			fail_msg("%s: %zu found", ROWS[i].typed, b->l.count);
		if (!ROWS[i].found)
			continue;
		assert_string_equal(b->l.hits[0].subject.id, U2);
		assert_int_equal(b->l.hits[0].near, ROWS[i].near);
		if (ROWS[i].field)
			assert_string_equal(b->l.hits[0].field, ROWS[i].field);
		if (ROWS[i].near)
			assert_null(lookup_answer(&b->l));
	}
}

static void test_lookup_finds_names_without_accents_and_in_any_order(void **state)
{
	static const struct {
		const char *first, *last, *typed;
		bool found;
	} ROWS[] = {
		{"Beno\\u00eet", "Lef\\u00e8vre", "Lefevre", true},
		{"Beno\\u00eet", "Lef\\u00e8vre", "lefèvre benoit", true},
		{"Beno\\u00eet", "Lef\\u00e8vre", "BENOÎT LEFEVRE", true},
		{"Benoit", "Lefevre", "benoît lefèvre", true},
		{"Benoit", "Lefevre",
		 "lefe\xcc\x80"
		 "vre",
		 true}, /* an accent by itself */
		{"Jos\\u00e9", "Mu\\u00f1oz", "munoz jose", true},
		{"Max", "Stra\\u00dfer", "strasser", true},
		{"\\u0410\\u043d\\u043d\\u0430", "\\u041a\\u0438\\u043c", "ким анна", true},
		{"Beno\\u00eet", "Lef\\u00e8vre", "lefevre bernard", false},
		{"Beno\\u00eet", "Lef\\u00e8vre", "lefebvre", false},
	};
	struct bench *b = *state;
	char address[300];

	for (size_t i = 0; i < COUNT(ROWS); i++) {
		str_printf(address, sizeof(address), "{\"first_name\":\"%s\",\"last_name\":\"%s\"}",
			   ROWS[i].first, ROWS[i].last);
		have_order(b, U2, "", "", address);
		begin(b, ROWS[i].typed);
		if ((b->l.count > 0) != ROWS[i].found)
			fail_msg("%s: %s %s %s", ROWS[i].typed, ROWS[i].first, ROWS[i].last,
				 ROWS[i].found ? "is not found" : "is found");
	}
}

static void test_lookup_does_not_find_words_in_states(void **state)
{
	struct bench *b = *state;

	have_invoice(b, U1, ",\"payer_wallet_network\":\"base\"");
	begin(b, "paid");
	assert_int_equal(b->l.count, 0);
	begin(b, "base");
	assert_int_equal(b->l.count, 0);
}

static void test_lookup_asks_again_and_waits_for_the_new_answer(void **state)
{
	struct bench *b = *state;

	begin(b, U2);
	asked(b);
	nothing_on_disk(b);
	begin(b, U2);
	assert_false(lookup_update(&b->l, b->st, &b->out)); /* the old answer is not this one's */
	asked(b);
	assert_false(lookup_update(&b->l, b->st, &b->out));
	assert_int_equal(b->l.looks[LOOKED_HISTORY].state, LOAD_WAITING);
}

static void test_lookup_says_when_nothing_can_be_asked(void **state)
{
	struct bench *b = *state;
	struct request rq = {.kind = REQUEST_INCIDENTS};

	while (outbox_add(&b->out, &rq) != 0)
		;
	lookup_begin(&b->l, HASH, b->st, &b->out);
	assert_int_equal(b->l.looks[LOOKED_HISTORY].state, LOAD_FAILED);
	assert_true(b->l.over);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_lookup_asks_what_fits_what_it_recognised),
		test(test_lookup_asks_for_extensions_only_where_they_are),
		test(test_lookup_sends_a_payment_link_to_the_server_only),
		test(test_lookup_hears_that_a_payment_link_opens_nothing),
		test(test_lookup_asks_for_what_stands_beside_a_payment_link),
		test(test_lookup_sends_no_link_of_another_host),
		test(test_lookup_does_not_wait_for_an_answer_that_went),
		test(test_lookup_of_a_secret_looks_nowhere_and_claims_nothing),
		test(test_lookup_asks_for_the_customer_it_found),
		test(test_lookup_in_a_case_asks_nobody_and_says_so),
		test(test_lookup_in_a_recording_asks_its_history_only),
		test(test_lookup_opens_at_once_what_is_here),
		test(test_lookup_finds_what_objects_here_say),
		test(test_lookup_opens_what_only_the_history_has),
		test(test_lookup_merges_what_places_say_of_one_object),
		test(test_lookup_asks_for_the_order_when_no_invoice_has_the_id),
		test(test_lookup_says_where_it_looked_for_nothing),
		test(test_lookup_goes_on_when_a_place_does_not_answer),
		test(test_lookup_finds_a_customer_by_what_the_server_lists),
		test(test_lookup_finds_invoices_by_what_the_server_knows_of_a_wallet),
		test(test_lookup_leads_from_an_address_to_the_customer),
		test(test_lookup_tells_customers_that_begin_alike_once_each),
		test(test_lookup_opens_what_goes_by_part_of_an_id),
		test(test_lookup_tells_what_a_place_knows_besides),
		test(test_lookup_of_a_date_asks_nobody),
		test(test_lookup_finds_amounts_in_the_window),
		test(test_lookup_finds_what_is_written_another_way),
		test(test_lookup_offers_what_is_nearly_it_and_opens_none),
		test(test_lookup_finds_names_without_accents_and_in_any_order),
		test(test_lookup_does_not_find_words_in_states),
		test(test_lookup_asks_again_and_waits_for_the_new_answer),
		test(test_lookup_says_when_nothing_can_be_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
