/* Cases: what is in them, what is not, that they open again, and zips that mean harm. */
#include "unit/test_model_support.h"

#include "app/case.h"
#include "app/case_parts.h"
#include "bus/msg.h"
#include "life_kit.h"
#include "model/explain.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CANARY "CANARY"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	str_copy(folder, sizeof(folder), "/tmp/pepaytop-case-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	DIR *d = opendir(folder);

	(void)state;
	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		(void)unlink(path);
	}
	if (d)
		closedir(d);
	return rmdir(folder);
}

static char *read_file(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "rb");
	char *bytes = xmalloc(CASE_ZIP_MAX);

	assert_non_null(f);
	*ret_len = fread(bytes, 1, CASE_ZIP_MAX, f);
	fclose(f);
	return bytes;
}

static void write_file(const char *name, const char *bytes, size_t len, char ret_path[512])
{
	FILE *f;

	snprintf(ret_path, 512, "%s/%s", folder, name);
	f = fopen(ret_path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static struct case_of case_about(const struct store *st, const struct subject *s,
				 const struct attention *a, int64_t now_ms)
{
	return (struct case_of){.store = st,
				.subject = s,
				.attention = a,
				.server = "api.example.org",
				.environment = "devnet",
				.now_ms = now_ms};
}

static void write_case(const struct case_of *c, char ret_path[CASE_PATH_CAP])
{
	struct problem why = {.what = ""};

	if (case_write(c, folder, ret_path, &why) != S_OK)
		fail_msg("%s", why.what);
}

static struct case_file *open_case(const char *path)
{
	struct problem why = {.what = ""};
	struct case_file *f = NULL;

	if (case_open(path, &f, &why) != S_OK)
		fail_msg("%s: %s", path, why.what);
	return f;
}

/* --- a life, there and back ------------------------------------------------------------- */

static struct life *tell_life(const char *name, struct store *st, int64_t *ret_now)
{
	struct life *l = life_load(name);

	for (size_t i = 0; i < l->count; i++) {
		life_tell(l, st, i);
		*ret_now = l->moments[i].arrived_ms;
	}
	for (size_t i = 0; i < l->root_count; i++)
		if (subject_object(l->roots[i].kind) != OBJECT_NONE)
			life_tell_dossier(l, st, &l->roots[i], *ret_now);
	return l;
}

static void fill(struct case_file *f, struct store *st)
{
	struct msg *m;
	int64_t at;

	while ((m = case_take(f, &at))) {
		(void)store_apply(st, m, at);
		msg_free(m);
	}
}

static void ask(struct case_file *f, struct store *st, const struct subject *s, int64_t now_ms)
{
	static uint64_t serial = 5000;
	struct request rq = {.kind = REQUEST_DOSSIER,
			     .object = subject_object(s->kind),
			     .serial = ++serial};
	struct msg *m;

	str_copy(rq.target, sizeof(rq.target), s->id);
	(void)store_submitted(st, &rq, now_ms);
	m = case_answer(f, &rq);
	assert_int_equal(m->kind, MSG_DOSSIER);
	(void)store_apply(st, m, now_ms);
	msg_free(m);
}

static void headline_of(const struct store *st, const struct subject *s, int64_t now_ms,
			char ret[200], size_t *ret_attention)
{
	struct attention *a = attention_new();
	struct story *story = xcalloc(1, sizeof(*story));
	struct explain *x = xcalloc(1, sizeof(*x));

	attention_refresh(a, st, now_ms);
	story_build(story, st, s, now_ms);
	explain_build(x, story, a, st, now_ms);
	str_copy(ret, 200, x->headline);
	*ret_attention = attention_count(a);
	free(x);
	free(story);
	attention_free(a);
}

/* The answer of a session is in no case; its invoice's story is. */
static void test_the_case_of_a_session_opens_with_its_invoice(void **state)
{
	struct store *st = store_new(), *again = store_new();
	char path[CASE_PATH_CAP], of_invoice[200], headline[200];
	int64_t now = 0;
	struct life *l = tell_life("trouble-short", st, &now);
	struct subject session;
	struct case_of c = case_about(st, &session, NULL, now);
	struct case_file *f;
	size_t items;

	(void)state;
	assert_int_equal(l->roots[0].kind, SUBJECT_INVOICE);
	assert_true(subject_set(&session, SUBJECT_SESSION, l->roots[0].id));
	headline_of(st, &l->roots[0], now, of_invoice, &items);
	write_case(&c, path);
	f = open_case(path);
	fill(f, again);
	headline_of(again, case_subject(f), now, headline, &items);
	assert_string_equal(headline, of_invoice);
	case_close(f);
	store_free(again);
	store_free(st);
	life_free(l);
}

/* Whatever is asked in a case gets its answer at once: nobody waits for a server there. */
static void test_a_case_answers_at_once_whatever_it_is_asked(void **state)
{
	static const struct {
		enum request_kind kind;
		enum object_kind object;
		const char *why;
	} ROWS[] = {
		{REQUEST_CART, OBJECT_NONE, "not asked: a case has no server"},
		{REQUEST_SESSION, OBJECT_NONE, "not asked: a case has no server"},
		{REQUEST_PRODUCT, OBJECT_NONE, "not asked: a case has no server"},
		{REQUEST_LIST, OBJECT_INVOICE, "not asked: a case has no server"},
		{REQUEST_GET, OBJECT_INVOICE, "it is not in this case, and a case has no server"},
		{REQUEST_EVENT, OBJECT_NONE, "it is not in this case, and a case has no server"},
	};
	struct store *st = store_new();
	char path[CASE_PATH_CAP];
	int64_t now = 0;
	struct life *l = tell_life("refund", st, &now);
	struct case_of c = case_about(st, &l->roots[0], NULL, now);
	struct case_file *f;

	(void)state;
	write_case(&c, path);
	f = open_case(path);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct request rq = {.kind = ROWS[i].kind,
				     .object = ROWS[i].object,
				     .of = LIST_OF_CUSTOMER};
		struct msg *m;

		str_copy(rq.target, sizeof(rq.target), "nobody-knows-it");
		assert_true(request_is_of_someone(&rq));
		m = case_answer(f, &rq);
		assert_int_equal(m->kind, MSG_FAILED);
		assert_string_equal(m->as.failed.problem.what, ROWS[i].why);
		msg_free(m);
	}
	case_close(f);
	assert_int_equal(unlink(path), 0);
	life_free(l);
	store_free(st);
}

static void check_round_trip(const char *name)
{
	struct store *st = store_new(), *again = store_new();
	char path[CASE_PATH_CAP], before[200], after[200];
	int64_t now = 0;
	struct life *l = tell_life(name, st, &now);
	struct case_of c = case_about(st, &l->roots[0], NULL, now);
	size_t items = 0, items_again = 0;
	struct case_file *f;

	write_case(&c, path);
	f = open_case(path);
	assert_string_equal(case_server(f), "api.example.org");
	assert_string_equal(case_environment(f), "devnet");
	assert_int_equal(case_made_ms(f), now);
	assert_int_equal(case_subject(f)->kind, l->roots[0].kind);
	fill(f, again);
	assert_int_equal(store_history(again)->mode, HISTORY_CASE);
	ask(f, again, case_subject(f), now);
	headline_of(st, &l->roots[0], now, before, &items);
	headline_of(again, case_subject(f), now, after, &items_again);
	assert_string_equal(before, after);
	assert_int_equal(items, items_again);
	case_close(f);
	assert_int_equal(unlink(path), 0);
	life_free(l);
	store_free(again);
	store_free(st);
}

static void test_a_case_opens_again_and_says_the_same(void **state)
{
	static const char *const LIVES[] = {"trouble-late",        "trouble-short",
					    "trouble-order-off",   "trouble-came-back",
					    "trouble-kyc-refused", "refund",
					    "order-delivered",     "payout-retried",
					    "overpaid-late",       "request-stays-pending"};

	(void)state;
	for (size_t i = 0; i < COUNT(LIVES); i++)
		check_round_trip(LIVES[i]);
}

/* --- nothing personal, nothing secret ------------------------------------------------------- */

static const char ORDER_EVENT[] =
	"{\"id\":\"evt_1768478400000-7\",\"object\":\"event\",\"created\":1768478400,"
	"\"type\":\"commerce.order.updated\",\"livemode\":false,\"request\":{\"id\":\"req_1\","
	"\"idempotency_key\":\"0d5a1c2e-aaaa-4bbb-8ccc-121212121212\"},\"data\":{\"object\":{"
	"\"object\":\"commerce_order\",\"orderId\":\"ord-1\",\"invoiceId\":\"inv-1\","
	"\"status\":\"placed\",\"createdAt\":1768478000,\"updatedAt\":1768478400,"
	"\"customerId\":\"CANARY-customer@shop.example\","
	"\"timeline\":[{\"status\":\"placed\",\"timestamp\":\"2026-01-15T12:00:00Z\","
	"\"message\":\"Placed for CANARY-First CANARY-Last, mail other.CANARY@mail.example, by "
	"CANARY-Agent\"}],\"recipient\":\"CANARY-Agent\",\"seats\":{\"CANARY@seat.example\":1},"
	"\"payment\":{\"status\":\"paid\"},\"fulfillment\":{\"shipments\":[]},\"lineItems\":[],"
	"\"shippingAddress\":{\"first_name\":\"CANARY-First\",\"last_name\":\"CANARY-Last\","
	"\"street_address\":\"CANARY street 5\",\"address_line2\":\"CANARY floor\","
	"\"city\":\"CANARYville\",\"zip_code\":\"CANARY99\",\"country\":\"DE\","
	"\"phone\":\"+49 CANARY 555\",\"email\":\"CANARY@mail.example\"},"
	"\"customer_email\":\"CANARY2@mail.example\",\"metadata\":{\"CANARY-key\":\"CANARY-value\","
	"\"list\":[\"CANARY-item\",7]},\"description\":\"CANARY bought it\","
	"\"session_token\":\"pst_CANARYtoken1234\",\"x-signature\":\"CANARYsig\","
	"\"payment_url\":\"https://pay.example/pay?session=CANARYsess&signature=CANARYsig2\","
	"\"payment_session_headers\":{\"x-session-token\":\"CANARYhdr\"},"
	"\"api_key\":\"CANARYapi\",\"ws_connection\":{\"token\":\"CANARYws\"},"
	"\"link\":\"see https://pay.example/pay?session=CANARYsess3&signature=CANARYsig4 now\","
	"\"totalAmountUsd\":\"10.00\",\"commerceFeeUsd\":\"1.00\"}}}";

static const char INVOICE[] =
	"{\"object\":\"invoice\",\"id\":\"inv-1\",\"merchant_id\":7,\"status\":\"paid\","
	"\"amount\":10000,\"amount_paid\":10000,\"customer_id\":\"CANARY-customer@shop.example\","
	"\"commerce_order_id\":\"ord-1\",\"created_at\":1768478000,\"paid_at\":1768478300}";

static const char PAYOUT[] =
	"{\"object\":\"ramp_payout\",\"id\":\"out-1\",\"customer_id\":\"CANARY-customer@shop."
	"example\",\"status\":\"failed\",\"amount\":250000,\"fiat_currency\":\"EUR\","
	"\"fiat_amount_minor\":22950,\"fiat_exponent\":2,\"created_at\":1768478000,"
	"\"failure_message\":\"The account of CANARY Holder is closed\","
	"\"bank_account\":{\"holder\":\"CANARY "
	"Holder\",\"bank_name\":\"Bank\",\"last4\":\"CNRY\"}}";

static const char KYC[] =
	"{\"object\":\"ramp_kyc\",\"customer_id\":\"CANARY-customer@shop.example\","
	"\"status\":\"rejected\",\"legal_name\":\"CANARY Legal Name\","
	"\"rejection_reason\":\"CANARY Legal Name is not on the document\"}";

static struct store *canary_store(void)
{
	struct store *st = store_new();
	struct life l = {.name = "canary", .serial = 1};
	struct subject order;

	l.count = 1;
	l.moments[0].kind = LIFE_EVENT;
	l.moments[0].arrived_ms = T0;
	l.moments[0].event = event_of(ORDER_EVENT);
	life_tell(&l, st, 0);
	answer(st, OBJECT_INVOICE, INVOICE, T0);
	answer(st, OBJECT_PAYOUT, PAYOUT, T0);
	answer(st, OBJECT_KYC, KYC, T0);
	assert_true(subject_set(&order, SUBJECT_ORDER, "ord-1"));
	life_tell_dossier(&l, st, &order, T0);
	event_release(&l.moments[0].event);
	return st;
}

/* `digits`: those of the account may be there. */
static void check_no_canary(const char *where, const char *text, size_t len, bool digits)
{
	for (size_t i = 0; i + strlen(CANARY) <= len; i++)
		if (strncasecmp(text + i, CANARY, strlen(CANARY)) == 0 ||
		    (!digits && strncmp(text + i, "CNRY", 4) == 0))
			fail_msg("%s holds “%.60s”", where, text + (i > 20 ? i - 20 : 0));
}

static void test_no_personal_value_and_no_secret_leaves_in_a_note_or_bundle(void **state)
{
	static const struct {
		enum subject_kind kind;
		const char *id;
	} SUBJECTS_OF[] = {{SUBJECT_ORDER, "ord-1"},
			   {SUBJECT_INVOICE, "inv-1"},
			   {SUBJECT_PAYOUT, "out-1"},
			   {SUBJECT_KYC, "CANARY-customer@shop.example"},
			   {SUBJECT_CUSTOMER, "CANARY-customer@shop.example"}};
	struct store *st = canary_store();
	struct attention *a = attention_new();

	(void)state;
	attention_refresh(a, st, T0 + 1000);
	assert_true(attention_count(a) > 0);
	for (size_t i = 0; i < COUNT(SUBJECTS_OF); i++) {
		struct case_part parts[CASE_PART_COUNT] = {CASE_PART_ROWS};
		char path[CASE_PATH_CAP], *bytes;
		struct subject s;
		struct case_of c = case_about(st, &s, a, T0 + 1000);
		struct strbuf note;
		struct problem why;
		size_t len;

		assert_true(subject_set(&s, SUBJECTS_OF[i].kind, SUBJECTS_OF[i].id));
		strbuf_init(&note, 1 << 20);
		case_note(&c, false, &note);
		assert_true(note.len > 100);
		check_no_canary("the note", strbuf_str(&note), note.len, true);
		strbuf_clear(&note);
		case_note(&c, true, &note); /* who asks for it is told the names */
		assert_non_null(strstr(strbuf_str(&note), CANARY));
		strbuf_release(&note);
		write_case(&c, path);
		check_no_canary("the file's name", path, strlen(path), false);
		bytes = read_file(path, &len);
		assert_int_equal(case_zip_unpack(bytes, len, parts, CASE_PART_COUNT, &why), S_OK);
		for (size_t p = 0; p < CASE_PART_COUNT; p++) {
			assert_non_null(parts[p].text);
			check_no_canary(parts[p].name, parts[p].text, parts[p].len, false);
		}
		case_parts_release(parts, CASE_PART_COUNT);
		free(bytes);
		assert_int_equal(unlink(path), 0);
	}
	attention_free(a);
	store_free(st);
}

/* --- the lives ------------------------------------------------------------------------------- */

/* What is said of people in a body, by this test's own reckoning. */
struct people {
	char *values[256];
	bool ours[256]; /* a customer's id, the last digits of an account: for colleagues */
	size_t count;
};

static bool is_of_people(const char *key)
{
	static const char *const KEYS[] = {"customer_id", "customerId",     "first_name",
					   "last_name",   "street_address", "zip_code",
					   "city",        "phone",          "email",
					   "legal_name",  "holder",         "last4",
					   "order_ref"};

	for (size_t i = 0; key && i < COUNT(KEYS); i++)
		if (str_equal(KEYS[i], key))
			return true;
	return false;
}

static void people_in(struct people *p, const struct json *v, const char *key)
{
	const char *text = json_string(v);

	if (text && strlen(text) > 2 && is_of_people(key)) {
		for (size_t i = 0; i < p->count; i++)
			if (str_equal(p->values[i], text))
				return;
		assert_true(p->count < COUNT(p->values));
		p->ours[p->count] = str_equal(key, "customer_id") || str_equal(key, "customerId") ||
				    str_equal(key, "last4");
		p->values[p->count++] = xstrdup(text);
	}
	for (const struct json *c = text ? NULL : json_first(v); c; c = json_next(c))
		people_in(p, c, json_kind(v) == JSON_OBJECT ? json_key(c) : key);
}

static void people_of(struct people *p, const struct life *l)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct life_moment *m = &l->moments[i];
		const char *raw = m->kind == LIFE_EVENT ? m->event.raw : m->raw;
		struct json *v = NULL;

		if (raw && json_parse(raw, strlen(raw), &v, NULL) == S_OK)
			people_in(p, v, NULL);
		json_free(v);
	}
}

static bool is_part_of_a_number(char c)
{
	return (c >= '0' && c <= '9') || (c && strchr("-:.,+", c));
}

static const char *find(const char *text, const char *value)
{
	size_t len = strlen(value);

	for (; *text; text++)
		if (strncasecmp(text, value, len) == 0)
			return text;
	return NULL;
}

static void check_no_people(const struct people *p, bool ours, const char *life, const char *where,
			    const char *text)
{
	for (size_t i = 0; i < p->count; i++) {
		const char *value = p->values[i], *at = text;
		size_t len = strlen(value);
		bool number = strspn(value, "0123456789") == len;

		while ((!p->ours[i] || !ours) && (at = find(at, value))) {
			char before = at > text ? at[-1] : ' ';

			if (!number || (!is_part_of_a_number(before) && !isalpha(before) &&
					!is_part_of_a_number(at[len])))
				fail_msg("%s: %s holds %s: “%.60s”", life, where, value,
					 at - text > 20 ? at - 20 : text);
			at += len;
		}
	}
}

static size_t count_of(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

/* Where the case has a stand-in for what colleagues may know, the ticket has the thing itself. */
static void check_same_but_for_ours(const struct people *p, const char *life, const char *ticket,
				    const char *bundle)
{
	size_t stand_ins = count_of(bundle, "customer-") + count_of(bundle, "account-"), ours = 0;

	for (size_t i = 0; i < p->count; i++)
		ours += p->ours[i] && find(ticket, p->values[i]) != NULL;
	/* the last line of each note tells what is masked */
	if (count_of(ticket, "customer-") > 0 || count_of(ticket, "account-") > 0 ||
	    (stand_ins > 1) != (ours > 0) || count_of(ticket, "\n") != count_of(bundle, "\n"))
		fail_msg("%s: copied\n%s\nin the case\n%s", life, ticket, bundle);
}

static void check_bundle(const struct case_of *c, const struct people *p, const char *life,
			 const char *copied)
{
	struct case_part parts[CASE_PART_COUNT] = {CASE_PART_ROWS};
	struct problem why;
	char *bytes = NULL;
	size_t len = 0;

	assert_int_equal(case_pack(c, &bytes, &len, &why), S_OK);
	assert_int_equal(case_zip_unpack(bytes, len, parts, CASE_PART_COUNT, &why), S_OK);
	check_same_but_for_ours(p, life, copied, parts[CASE_NOTE].text);
	for (size_t i = 0; i < CASE_SUMS; i++)
		check_no_people(p, false, life, parts[i].name, parts[i].text);
	case_parts_release(parts, CASE_PART_COUNT);
	free(bytes);
}

/* As it is copied: by a view, which knows nothing of cases. */
static void note_copied(const struct case_of *c, struct strbuf *ret)
{
	struct story *story = xcalloc(1, sizeof(*story));
	struct explain *x = xcalloc(1, sizeof(*x));

	story_build(story, c->store, c->subject, c->now_ms);
	explain_build(x, story, c->attention, c->store, c->now_ms);
	assert_true(explain_note(ret, x, story, c->store, false, c->now_ms));
	free(x);
	free(story);
}

static void check_life(const char *name)
{
	struct store *st = store_new();
	struct attention *a = attention_new();
	struct people people = {.count = 0};
	int64_t now = 0;
	struct life *l = tell_life(name, st, &now);

	attention_refresh(a, st, now);
	people_of(&people, l);
	assert_true(people.count > 0);
	for (size_t i = 0; i < l->root_count; i++) {
		struct case_of c = case_about(st, &l->roots[i], a, now);
		struct strbuf note;

		strbuf_init(&note, 1 << 20);
		note_copied(&c, &note);
		check_no_people(&people, true, name, "the note", strbuf_str(&note));
		check_bundle(&c, &people, name, strbuf_str(&note));
		strbuf_release(&note);
	}
	for (size_t i = 0; i < people.count; i++)
		free(people.values[i]);
	life_free(l);
	attention_free(a);
	store_free(st);
}

static void test_nobody_of_any_life_is_in_its_notes_or_cases(void **state)
{
	DIR *d = opendir(LIVES_FOLDER);
	size_t lives = 0;

	(void)state;
	assert_non_null(d);
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		char name[64];
		char *dot;

		str_copy(name, sizeof(name), e->d_name);
		dot = strstr(name, ".ndjson");
		if (!dot)
			continue;
		*dot = '\0';
		check_life(name);
		lives++;
	}
	closedir(d);
	assert_true(lives > 40);
}

/* --- whatever somebody is called ------------------------------------------------------------ */

/* A payment with all that may belong to it, of a customer of this name. */
static struct store *named_store(const char *customer)
{
	static const char *const EVENTS[][2] = {
		{"invoice.created", "\"object\":\"invoice\",\"id\":\"inv-1\",\"merchant_id\":7,"
				    "\"status\":\"unpaid\",\"invoice_type\":\"commerce\","
				    "\"currency\":\"usd\",\"amount\":100000,\"amount_paid\":0,"
				    "\"amount_unit\":\"usd_millis\",\"environment\":\"devnet\","
				    "\"commerce_order_id\":\"ord-1\",\"created_at\":1768478400"},
		{"commerce.order.created",
		 "\"object\":\"commerce_order\",\"id\":\"ord-1\",\"status\":\"pending_payment\""},
		{"invoice_payment.updated",
		 "\"object\":\"invoice_payment\",\"id\":\"pay-1\",\"invoice_id\":\"inv-1\","
		 "\"merchant_id\":7,\"status\":\"confirmed\",\"settlement_status\":\"settled\","
		 "\"amount_usd\":100,\"settlement\":{\"summary_status\":\"settled\","
		 "\"stage\":\"settled\",\"network\":\"base\",\"status\":\"settled\"}"},
		{"invoice.updated",
		 "\"object\":\"invoice\",\"id\":\"inv-1\",\"merchant_id\":7,\"status\":\"paid\","
		 "\"invoice_type\":\"commerce\",\"currency\":\"usd\",\"amount\":100000,"
		 "\"amount_paid\":100000,\"payer_wallet_network\":\"base\","
		 "\"commerce_order_id\":\"ord-1\",\"created_at\":1768478400,"
		 "\"paid_at\":1768478403"},
		{"commerce.order.updated",
		 "\"object\":\"commerce_order\",\"orderId\":\"ord-1\",\"invoiceId\":\"inv-1\","
		 "\"status\":\"cancelled\",\"substatus\":\"CUSTOMER_ASKED\","
		 "\"createdAt\":1768478400,\"updatedAt\":1768478404,\"timeline\":[{\"status\":"
		 "\"cancelled\",\"timestamp\":\"2026-01-15T12:00:04Z\",\"message\":\"off\"}],"
		 "\"payment\":{\"status\":\"paid\"},\"fulfillment\":{\"shipments\":[]},"
		 "\"lineItems\":[],\"totalAmountUsd\":\"100.00\",\"commerceFeeUsd\":\"1.00\","
		 "\"refund\":{\"status\":\"NONE\"},\"refundStatus\":\"NONE\""},
		{"refund.created",
		 "\"object\":\"refund\",\"id\":\"ref-1\",\"invoice_id\":\"inv-1\","
		 "\"merchant_id\":7,\"status\":\"pending\",\"currency\":\"usd\","
		 "\"amount\":40000,\"created_at\":1768478405"},
		{"ramp.kyc.updated", "\"object\":\"ramp_kyc\",\"status\":\"pending\""},
	};
	static struct life l;
	struct store *st = store_new();
	struct subject s;

	memset(&l, 0, sizeof(l));
	l.serial = 1;
	for (size_t i = 0; i < COUNT(EVENTS); i++) {
		const char *member = strstr(EVENTS[i][0], "order") ? "customerId" : "customer_id";
		char object[2048];

		str_printf(object, sizeof(object), "{%s,\"%s\":\"%s\"}", EVENTS[i][1], member,
			   customer);
		l.moments[i].kind = LIFE_EVENT;
		l.moments[i].arrived_ms = T0 + (int64_t)i * 1000;
		l.moments[i].event =
			event_at(T0 + (int64_t)i * 1000, (int)i + 1, EVENTS[i][0], object, "");
		l.count = i + 1;
		life_tell(&l, st, i);
	}
	assert_true(subject_set(&s, SUBJECT_INVOICE, "inv-1"));
	life_tell_dossier(&l, st, &s, T0 + 9000);
	assert_true(subject_set(&s, SUBJECT_KYC, customer));
	life_tell_dossier(&l, st, &s, T0 + 9000);
	for (size_t i = 0; i < l.count; i++)
		event_release(&l.moments[i].event);
	return st;
}

/* Kinds, types and states of all that is in a case, and what it says when it is opened. */
static char *case_skeleton(const char *customer)
{
	struct store *st = named_store(customer), *again = store_new();
	char path[CASE_PATH_CAP], headline[200];
	struct subject s;
	struct case_of c = case_about(st, &s, NULL, T0 + 9000);
	struct case_file *f;
	struct strbuf sb;
	struct msg *m;
	size_t items;
	int64_t at;

	assert_true(subject_set(&s, SUBJECT_INVOICE, "inv-1"));
	write_case(&c, path);
	f = open_case(path);
	strbuf_init(&sb, 1 << 20);
	while ((m = case_take(f, &at))) {
		if (m->kind == MSG_EVENTS) {
			const struct event *e = &m->as.events.items[0];

			strbuf_addf(&sb, "%s %s %d %s\n", e->id, e->type, (int)e->object.kind,
				    object_status(&e->object));
		} else if (m->kind == MSG_PAGE) {
			const struct object *o = &m->as.page.page.items[0];

			strbuf_addf(&sb, "%d %s\n", (int)o->kind, object_status(o));
		}
		(void)store_apply(again, m, at);
		msg_free(m);
	}
	ask(f, again, case_subject(f), T0 + 9000);
	headline_of(again, case_subject(f), T0 + 9000, headline, &items);
	strbuf_addf(&sb, "%s, %zu\n", headline, items);
	case_close(f);
	assert_int_equal(unlink(path), 0);
	store_free(again);
	store_free(st);
	return strbuf_take(&sb);
}

static void test_a_case_says_the_same_whatever_the_customer_is_called(void **state)
{
	static const char *const NAMES[] = {"invoice",
					    "invoices",
					    "pending",
					    "settled",
					    "expired",
					    "confirmed",
					    "paid",
					    "PAID",
					    "usd",
					    "usd_millis",
					    "order",
					    "commerce",
					    "commerce_order",
					    "base",
					    "solana",
					    "evt",
					    "evt_",
					    "inv",
					    "inv-1",
					    "ord-1",
					    "pay",
					    "ref-1",
					    "1768478400",
					    "1768478400000",
					    "2026",
					    "2026-01-15",
					    "2026-01-15T12:00:04Z",
					    "100.00",
					    "100",
					    "100000",
					    "1.00",
					    "customer",
					    "customer-1",
					    "status",
					    "object",
					    "data",
					    "refund",
					    "updated",
					    "created",
					    "7",
					    "a",
					    "id",
					    "true",
					    "null",
					    "devnet",
					    "kyc",
					    "ramp_kyc",
					    "cancelled",
					    "canceled",
					    "none",
					    "NONE",
					    "CUSTOMER_ASKED",
					    "event",
					    "x-1",
					    "evt_1768478400000-1",
					    "invoice.updated",
					    "invoice_payment",
					    "settled settled",
					    "[removed]",
					    "[masked]",
					    "-",
					    "--",
					    "payment",
					    "underpaid"};
	char *want = case_skeleton("cust_neutral_77");

	(void)state;
	assert_non_null(strstr(want, "refund.created"));
	assert_non_null(strstr(want, "not all of the money went back"));
	for (size_t i = 0; i < COUNT(NAMES); i++) {
		char *got = case_skeleton(NAMES[i]);

		if (!str_equal(got, want))
			fail_msg("of “%s”:\n%s\nand not\n%s", NAMES[i], got, want);
		free(got);
	}
	free(want);
}

static void test_one_person_is_one_stand_in_all_through(void **state)
{
	struct case_part parts[CASE_PART_COUNT] = {CASE_PART_ROWS};
	struct store *st = canary_store();
	struct subject s;
	struct case_of c = case_about(st, &s, NULL, T0 + 1000);
	char path[CASE_PATH_CAP], *bytes;
	struct problem why;
	size_t len;

	(void)state;
	assert_true(subject_set(&s, SUBJECT_ORDER, "ord-1"));
	write_case(&c, path);
	bytes = read_file(path, &len);
	assert_int_equal(case_zip_unpack(bytes, len, parts, CASE_PART_COUNT, &why), S_OK);
	assert_non_null(strstr(parts[CASE_NOTE].text, "customer-1"));
	assert_non_null(strstr(parts[CASE_EVENTS].text, "\"customerId\":\"customer-1\""));
	assert_non_null(strstr(parts[CASE_EVENTS].text, "Placed for name-1 name-2, mail [email]"));
	assert_non_null(
		strstr(parts[CASE_EVENTS].text, "session=[removed]&signature=[removed] now"));
	assert_non_null(strstr(parts[CASE_EVENTS].text, "\"country\":\"DE\""));
	assert_non_null(strstr(parts[CASE_OBJECTS].text, "customer-1"));
	assert_null(strstr(parts[CASE_OBJECTS].text, "customer-2"));
	case_parts_release(parts, CASE_PART_COUNT);
	free(bytes);
	store_free(st);
}

/* --- files -------------------------------------------------------------------------------------
 */

static void test_a_case_is_its_owners_alone_and_replaces_nothing(void **state)
{
	struct store *st = canary_store();
	struct subject s;
	struct case_of c = case_about(st, &s, NULL, T0);
	char first[CASE_PATH_CAP], second[CASE_PATH_CAP];
	struct stat sb;

	(void)state;
	assert_true(subject_set(&s, SUBJECT_ORDER, "ord-1"));
	write_case(&c, first);
	write_case(&c, second);
	assert_string_not_equal(first, second);
	assert_non_null(strstr(first, "/order-ord-1-20260115T120000Z.zip"));
	assert_non_null(strstr(second, "/order-ord-1-20260115T120000Z-2.zip"));
	assert_int_equal(stat(first, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0600);
	store_free(st);
}

static void test_a_hostile_id_makes_no_hostile_name(void **state)
{
	struct store *st = store_new();
	struct subject s;
	struct case_of c = case_about(st, &s, NULL, T0);
	char path[CASE_PATH_CAP];

	(void)state;
	assert_true(subject_set(&s, SUBJECT_INVOICE, "../../etc/\x1b[31m passwd;$(reboot)\n"));
	write_case(&c, path);
	assert_int_equal(strncmp(path, folder, strlen(folder)), 0);
	assert_non_null(strstr(path, "/invoice-etc-31m-passwd-reboot-"));
	store_free(st);
}

static const char *env_data(const char *name)
{
	return str_equal(name, "XDG_DATA_HOME") ? "/data" : "/home/ana";
}

static const char *env_home(const char *name)
{
	return str_equal(name, "HOME") ? "/home/ana" : NULL;
}

static const char *env_relative(const char *name)
{
	return str_equal(name, "HOME") ? "/home/ana" : "relative";
}

static const char *env_none(const char *name)
{
	(void)name;
	return NULL;
}

static void test_cases_lie_where_data_lies(void **state)
{
	static const struct {
		const char *(*env)(const char *);
		const char *dir;
	} table[] = {{env_data, "/data/pepaytop/cases"},
		     {env_home, "/home/ana/.local/share/pepaytop/cases"},
		     {env_relative, "/home/ana/.local/share/pepaytop/cases"}};
	char dir[CASE_DIR_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		assert_int_equal(case_dir(dir, table[i].env, NULL), S_OK);
		assert_string_equal(dir, table[i].dir);
	}
	assert_int_equal(case_dir(dir, env_none, NULL), E_NOT_FOUND);
}

/* --- zips that mean harm -------------------------------------------------------------------------
 */

#define MANIFEST                                                                    \
	"{\"format\":\"pepaytop-case\",\"version\":1,\"made_at_ms\":1768478400000," \
	"\"subject\":{\"kind\":\"invoice\",\"id\":\"inv-1\"},\"server\":\"x\"}"

static void pack(const char *name, struct case_part *parts, size_t count, char ret_path[512])
{
	struct problem why = {.what = ""};
	char *bytes = NULL;
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		if (parts[i].text && parts[i].len == 0)
			parts[i].len = strlen(parts[i].text);
	if (case_zip_pack(parts, count, T0, &bytes, &len, &why) != S_OK)
		fail_msg("%s", why.what);
	write_file(name, bytes, len, ret_path);
	free(bytes);
}

static void check_refused(const char *path, enum status want, const char *says)
{
	struct problem why = {.what = ""};
	struct case_file *f = NULL;
	enum status s = case_open(path, &f, &why);

	if (s != want || !strstr(why.what, says))
		fail_msg("%s: %s, “%s”", path, status_words(s), why.what);
	assert_null(f);
}

static void test_what_is_no_case_is_said_to_be_none(void **state)
{
	static const struct {
		const char *name;
		const char *manifest, *events, *objects, *sums;
		enum status want;
		const char *says;
	} table[] = {
		{"no-manifest", NULL, "", "[]", NULL, E_INVALID, "has no case.json"},
		{"no-events", MANIFEST, NULL, "[]", NULL, E_INVALID, "has no events.ndjson"},
		{"bad-json", "{\"format\":", "", "[]", NULL, E_INVALID, "case.json cannot be read"},
		{"other-format", "{\"format\":\"zip\"}", "", "[]", NULL, E_INVALID,
		 "no case of pepaytop"},
		{"newer", "{\"format\":\"pepaytop-case\",\"version\":2}", "", "[]", NULL,
		 E_UNSUPPORTED, "of version 2"},
		{"no-subject",
		 "{\"format\":\"pepaytop-case\",\"version\":1,\"made_at_ms\":1,\"subject\":{"
		 "\"kind\":\"saucer\",\"id\":\"x\"}}",
		 "", "[]", NULL, E_INVALID, "what it is of"},
		{"bad-time",
		 "{\"format\":\"pepaytop-case\",\"version\":1,\"made_at_ms\":-5,\"subject\":{"
		 "\"kind\":\"order\",\"id\":\"x\"}}",
		 "", "[]", NULL, E_INVALID, "when it was made"},
		{"bad-line", MANIFEST, "{\"event\":{\"id\":\"e\",\"type\":\"t\"}}\n{nonsense\n",
		 "[]", NULL, E_INVALID, "line 2"},
		{"no-event", MANIFEST, "{\"via\":\"live\"}\n", "[]", NULL, E_INVALID,
		 "no event in it"},
		{"bad-object", MANIFEST, "", "[{\"kind\":\"saucer\"}]", NULL, E_INVALID,
		 "number 1 is of no kind"},
		{"no-list", MANIFEST, "", "{\"kind\":1}", NULL, E_INVALID, "not a list"},
		{"bad-amount", MANIFEST, "",
		 "[{\"kind\":\"invoice\",\"object\":{\"object\":\"invoice\",\"id\":\"i\","
		 "\"status\":\"paid\",\"amount\":1.5}}]",
		 NULL, E_INVALID, "objects.json, number 1"},
		{"changed", MANIFEST, "", "[]", "0000  case.json\n", E_INVALID,
		 "not what it was when it was made"},
	};
	char path[512];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct case_part parts[CASE_PART_COUNT] = {CASE_PART_ROWS};

		parts[CASE_MANIFEST].text = (char *)(uintptr_t)table[i].manifest;
		parts[CASE_EVENTS].text = (char *)(uintptr_t)table[i].events;
		parts[CASE_OBJECTS].text = (char *)(uintptr_t)table[i].objects;
		parts[CASE_SUMS].text = (char *)(uintptr_t)table[i].sums;
		pack(table[i].name, parts, CASE_PART_COUNT, path);
		check_refused(path, table[i].want, table[i].says);
	}
	snprintf(path, sizeof(path), "%s/nothing-here", folder);
	check_refused(path, E_NOT_FOUND, "cannot open");
	check_refused(folder, E_INVALID, "it is no file");
	write_file("text.zip", "hello", 5, path);
	check_refused(path, E_INVALID, "it is no zip");
	write_file("empty.zip", "", 0, path);
	check_refused(path, E_INVALID, "zip");
}

static void test_a_bomb_does_not_go_off(void **state)
{
	struct case_part parts[CASE_PART_COUNT] = {CASE_PART_ROWS};
	struct case_part many[CASE_ZIP_ENTRIES + 1] = {{.name = NULL}};
	char names[CASE_ZIP_ENTRIES + 1][16], path[512];
	char *zeros = xcalloc(1, 2 * CASE_EVENTS_MAX + 2);

	(void)state;
	memset(zeros, ' ', 2 * CASE_EVENTS_MAX + 1);
	parts[CASE_MANIFEST].text = (char *)(uintptr_t)MANIFEST;
	parts[CASE_OBJECTS].text = (char *)(uintptr_t) "[]";
	parts[CASE_EVENTS].text = zeros;
	pack("over.zip", parts, CASE_PART_COUNT, path);
	check_refused(path, E_LIMIT, "events.ndjson in the case would unpack to 16777217 bytes");
	parts[CASE_EVENTS].len = 2 * CASE_EVENTS_MAX - 5; /* allowed, but out of so little */
	pack("ratio.zip", parts, CASE_PART_COUNT, path);
	check_refused(path, E_LIMIT, "would unpack");
	for (size_t i = 0; i <= CASE_ZIP_ENTRIES; i++) {
		snprintf(names[i], sizeof(names[i]), "file%zu", i);
		many[i].name = names[i];
		many[i].text = (char *)(uintptr_t) "x";
	}
	pack("many.zip", many, CASE_ZIP_ENTRIES + 1, path);
	check_refused(path, E_LIMIT, "17 files");
	free(zeros);
}

static void test_a_name_that_stands_twice_is_refused(void **state)
{
	struct case_part parts[] = {
		{.name = "case.json", .text = (char *)(uintptr_t)MANIFEST},
		{.name = "casE.json", .text = (char *)(uintptr_t)MANIFEST},
		{.name = "events.ndjson", .text = (char *)(uintptr_t) ""},
		{.name = "objects.json", .text = (char *)(uintptr_t) "[]"},
	};
	char path[512], *bytes;
	size_t len;

	(void)state;
	pack("twice.zip", parts, COUNT(parts), path);
	bytes = read_file(path, &len);
	for (size_t i = 0; i + 4 < len; i++)
		if (memcmp(bytes + i, "casE", 4) == 0)
			bytes[i + 3] = 'e';
	write_file("twice.zip", bytes, len, path);
	check_refused(path, E_INVALID, "");
	free(bytes);
}

/* Every byte may be any other: it opens, or it says why not, and nothing is left behind. */
static void test_a_damaged_case_never_does_harm(void **state)
{
	struct store *st = store_new();
	int64_t now = 0;
	struct life *l = tell_life("trouble-short", st, &now);
	struct case_of c = case_about(st, &l->roots[0], NULL, now);
	char path[CASE_PATH_CAP], other[512], *bytes;
	struct rng rng;
	size_t len, opened = 0;

	(void)state;
	rng_seed(&rng, 20260115);
	write_case(&c, path);
	bytes = read_file(path, &len);
	for (int i = 0; i < 600; i++) {
		struct problem why = {.what = ""};
		struct case_file *f = NULL;
		char *copy = xmemdup0(bytes, len);
		size_t keep = rng_chance(&rng, 20) ? (size_t)rng_below(&rng, len) : len;

		for (uint64_t k = 0; k <= rng_below(&rng, 8); k++)
			copy[rng_below(&rng, len)] = (char)rng_below(&rng, 256);
		write_file("damaged.zip", copy, keep, other);
		if (case_open(other, &f, &why) == S_OK) {
			struct store *again = store_new();

			fill(f, again);
			store_free(again);
			case_close(f);
			opened++;
		} else {
			assert_true(why.what[0] != '\0');
		}
		free(copy);
	}
	assert_true(opened < 600);
	free(bytes);
	life_free(l);
	store_free(st);
}

/* The same within: what the sums would catch is harmless without them. */
static void test_damaged_texts_never_do_harm(void **state)
{
	struct case_part parts[CASE_PART_COUNT] = {CASE_PART_ROWS};
	struct store *st = store_new();
	int64_t now = 0;
	struct life *l = tell_life("refund", st, &now);
	struct case_of c = case_about(st, &l->roots[0], NULL, now);
	char path[CASE_PATH_CAP], other[512], *bytes;
	struct problem why = {.what = ""};
	struct rng rng;
	size_t len, opened = 0;

	(void)state;
	rng_seed(&rng, 7);
	write_case(&c, path);
	bytes = read_file(path, &len);
	assert_int_equal(case_zip_unpack(bytes, len, parts, CASE_PART_COUNT, &why), S_OK);
	free(parts[CASE_SUMS].text);
	parts[CASE_SUMS].text = NULL;
	for (int i = 0; i < 300; i++) {
		struct case_part *p = &parts[CASE_MANIFEST + rng_below(&rng, 3)];
		size_t at = (size_t)rng_below(&rng, p->len);
		struct case_file *f = NULL;
		char was = p->text[at];

		p->text[at] = "\"{}[],:0eE-\\u\x00\xff"[rng_below(&rng, 15)];
		pack("texts.zip", parts, CASE_PART_COUNT, other);
		if (case_open(other, &f, &why) == S_OK) {
			struct store *again = store_new();

			fill(f, again);
			store_free(again);
			case_close(f);
			opened++;
		}
		p->text[at] = was;
	}
	assert_true(opened > 20 && opened < 300);
	case_parts_release(parts, CASE_PART_COUNT);
	free(bytes);
	life_free(l);
	store_free(st);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_a_case_opens_again_and_says_the_same),
		IN_FOLDER(test_the_case_of_a_session_opens_with_its_invoice),
		IN_FOLDER(test_a_case_answers_at_once_whatever_it_is_asked),
		IN_FOLDER(test_no_personal_value_and_no_secret_leaves_in_a_note_or_bundle),
		IN_FOLDER(test_nobody_of_any_life_is_in_its_notes_or_cases),
		IN_FOLDER(test_one_person_is_one_stand_in_all_through),
		IN_FOLDER(test_a_case_says_the_same_whatever_the_customer_is_called),
		IN_FOLDER(test_a_case_is_its_owners_alone_and_replaces_nothing),
		IN_FOLDER(test_a_hostile_id_makes_no_hostile_name),
		cmocka_unit_test(test_cases_lie_where_data_lies),
		IN_FOLDER(test_what_is_no_case_is_said_to_be_none),
		IN_FOLDER(test_a_bomb_does_not_go_off),
		IN_FOLDER(test_a_name_that_stands_twice_is_refused),
		IN_FOLDER(test_a_damaged_case_never_does_harm),
		IN_FOLDER(test_damaged_texts_never_do_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
