#include "unit/sandbox_kit.h"

#include "wire/lifecycle.h"
#include "scratch.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the state machines, as the database guards them --------------------------------------- */

static struct ledger_row row(enum object_kind kind, const char *id, const char *status)
{
	return (struct ledger_row){.kind = kind,
				   .id = id,
				   .status = status,
				   .environment = "devnet",
				   .created_ms = KIT_EPOCH,
				   .updated_ms = KIT_EPOCH,
				   .due_ms = TIME_NONE,
				   .doc = "{}"};
}

/* Puts an object into any state by way of a path of allowed steps. */
static bool walk_to(struct ledger *l, enum object_kind kind, enum vocab v, const char *id,
		    const char *goal)
{
	size_t count;
	const struct transition *table = lifecycle_table(v, &count);
	const char *now = "";
	struct ledger_row r = row(kind, id, "");

	for (int guard = 0; guard < 20 && !str_equal(now, goal); guard++) {
		const char *step = NULL;

		if (lifecycle_allows(v, now, goal))
			step = goal;
		for (size_t i = 0; i < count && !step; i++)
			if (str_equal(table[i].from, now) &&
			    lifecycle_reaches(v, table[i].to, goal))
				step = table[i].to;
		if (!step)
			return false;
		r.status = step;
		if ((*now ? ledger_update(l, &r, NULL) : ledger_insert(l, &r, NULL)) != S_OK)
			return false;
		now = step;
	}
	return str_equal(now, goal);
}

static void test_ledger_refuses_every_status_change_that_no_lifecycle_allows(void **state)
{
	struct kit k;
	int refusals = 0, passes = 0;

	(void)state;
	kit_start(&k, NULL, 1);
	ok(&k, ledger_begin(k.w.ledger, &k.why));
	for (int kind = OBJECT_NONE + 1; kind < OBJECT_KIND_COUNT; kind++) {
		enum vocab v = kind_info((enum object_kind)kind)->vocab;

		for (int from = 1; from <= (int)vocab_count(v); from++)
			for (int to = 1; to <= (int)vocab_count(v); to++) {
				const char *a = vocab_word(v, from)->wire,
					   *b = vocab_word(v, to)->wire;
				char id[ID_CAP];
				struct ledger_row r;
				enum status st;

				str_printf(id, sizeof(id), "%d-%d-%d", kind, from, to);
				if (!walk_to(k.w.ledger, (enum object_kind)kind, v, id, a))
					fail_msg("cannot reach %s", a);
				r = row((enum object_kind)kind, id, b);
				st = ledger_update(k.w.ledger, &r, &k.why);
				if (st != (lifecycle_allows(v, a, b) ? S_OK : E_CONFLICT))
					fail_msg("kind %d %s → %s gave %s", kind, a, b,
						 status_words(st));
				refusals += st == E_CONFLICT;
				passes += st == S_OK;
			}
	}
	ledger_rollback(k.w.ledger);
	assert_true(refusals > 60);
	assert_true(passes > 40);
	kit_stop(&k);
}

static void test_ledger_refuses_every_birth_but_the_first_states(void **state)
{
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (int kind = OBJECT_NONE + 1; kind < OBJECT_KIND_COUNT; kind++) {
		enum vocab v = kind_info((enum object_kind)kind)->vocab;

		for (int to = 1; to <= (int)vocab_count(v); to++) {
			const char *word = vocab_word(v, to)->wire;
			struct ledger_row r = row((enum object_kind)kind, word, word);

			assert_int_equal(ledger_insert(k.w.ledger, &r, &k.why),
					 lifecycle_allows(v, "", word) ? S_OK : E_CONFLICT);
		}
	}
	kit_stop(&k);
}

static void test_ledger_guards_a_payments_settlement_as_well(void **state)
{
	static const struct {
		const char *from, *to;
		enum status want;
	} cases[] = {{"", "settled", E_CONFLICT},           {"", "pending", S_OK},
		     {"pending", "settled", E_CONFLICT},    {"pending", "processing", S_OK},
		     {"processing", "pending", E_CONFLICT}, {"processing", "settled", S_OK},
		     {"settled", "failed", E_CONFLICT},     {"settled", "", E_CONFLICT}};
	struct kit k;
	struct ledger_row r = row(OBJECT_PAYMENT, "p", "pending");

	(void)state;
	kit_start(&k, NULL, 1);
	ok(&k, ledger_insert(k.w.ledger, &r, &k.why));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		r.settlement_status = cases[i].to;
		assert_int_equal(ledger_update(k.w.ledger, &r, &k.why), cases[i].want);
	}
	kit_stop(&k);
}

static void test_ledger_says_which_change_it_refused(void **state)
{
	struct kit k;
	struct ledger_row r = row(OBJECT_INVOICE, "i1", "unpaid");

	(void)state;
	kit_start(&k, NULL, 1);
	ok(&k, ledger_insert(k.w.ledger, &r, &k.why));
	r.status = "paid";
	ok(&k, ledger_update(k.w.ledger, &r, &k.why));
	r.status = "expired";
	assert_int_equal(ledger_update(k.w.ledger, &r, &k.why), E_CONFLICT);
	assert_non_null(strstr(k.why.what, "invoice i1 cannot go from 'paid' to 'expired'"));
	r.status = "unpaid";
	assert_int_equal(ledger_insert(k.w.ledger, &r, &k.why), E_CONFLICT);
	assert_non_null(strstr(k.why.what, "exists already"));
	r.id = "nobody";
	assert_int_equal(ledger_update(k.w.ledger, &r, &k.why), E_NOT_FOUND);
	kit_stop(&k);
}

/* --- lists --- */

struct seen {
	char text[512];
	bool has_more;
};

static bool see(void *ctx, const char *doc)
{
	struct seen *s = ctx;
	size_t len = strlen(s->text);

	str_printf(s->text + len, sizeof(s->text) - len, "%s", doc);
	return true;
}

static void fill(struct kit *k)
{
	static const char *const statuses[] = {"unpaid", "paid", "unpaid", "expired", "paid"};

	for (int i = 0; i < 10; i++) {
		char id[8], doc[8];
		struct ledger_row r;

		str_printf(id, sizeof(id), "i%d", i);
		str_printf(doc, sizeof(doc), "%d", i);
		r = row(OBJECT_INVOICE, id, "unpaid");
		r.customer_id = i % 2 ? "odd" : "even";
		r.amount = 100 + i;
		r.created_ms = KIT_EPOCH + i / 2 * 1000; /* pairs share a time */
		r.doc = doc;
		ok(k, ledger_insert(k->w.ledger, &r, &k->why));
		r.status = statuses[i % 5];
		ok(k, ledger_update(k->w.ledger, &r, &k->why));
	}
}

static void test_ledger_lists_newest_first_in_both_directions(void **state)
{
	static const struct {
		struct ledger_filter f;
		const char *want;
		bool has_more;
	} cases[] = {
		{{.limit = 3}, "987", true},
		{{.limit = 0}, "9876543210", false},
		{{.limit = 10}, "9876543210", false},
		{{.limit = 3, .starting_after = "i7"}, "654", true},
		{{.limit = 9, .starting_after = "i3"}, "210", false},
		{{.limit = 3, .ending_before = "i2"}, "543", true},
		{{.limit = 9, .ending_before = "i7"}, "98", false},
		{{.limit = 4, .offset = 8}, "10", false},
		{{.limit = 4, .offset = 3}, "6543", true},
		{{.limit = 9, .status = "expired"}, "83", false},
		{{.limit = 3, .status = "paid,expired"}, "986", true},
		{{.limit = 2, .status = "expired,paid", .starting_after = "i8"}, "64", true},
		{{.limit = 2, .status = "paid,expired", .ending_before = "i4"}, "86", true},
		{{.limit = 2, .status = "paid,unpaid", .offset = 2}, "65", true},
		{{.limit = 9, .status = "paid,unpaid", .customer_id = "odd"}, "9751", false},
		{{.limit = 9, .customer_id = "even", .starting_after = "i5"}, "420", false},
		{{.limit = 9, .created_from_ms = KIT_EPOCH + 3000}, "9876", false},
		{{.limit = 9, .created_to_ms = KIT_EPOCH + 1999}, "3210", false},
		{{.limit = 9, .customer_id = "nobody"}, "", false},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	fill(&k);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ledger_filter f = cases[i].f;
		struct seen s = {.has_more = !cases[i].has_more};

		f.kind = OBJECT_INVOICE;
		ok(&k, ledger_list(k.w.ledger, &f, see, &s, &s.has_more, &k.why));
		if (!str_equal(s.text, cases[i].want) || s.has_more != cases[i].has_more)
			fail_msg("case %zu: '%s' %d", i, s.text, s.has_more);
	}
	kit_stop(&k);
}

static void test_ledger_refuses_a_cursor_that_names_nothing(void **state)
{
	struct kit k;
	struct ledger_filter f = {.kind = OBJECT_ORDER, .limit = 3, .starting_after = "i3"};
	struct seen s = {.has_more = false};

	(void)state;
	kit_start(&k, NULL, 1);
	fill(&k);
	assert_int_equal(ledger_list(k.w.ledger, &f, see, &s, &s.has_more, &k.why), E_NOT_FOUND);
	kit_stop(&k);
}

static void test_ledger_totals_what_the_filter_matches(void **state)
{
	struct kit k;
	struct ledger_filter f = {.kind = OBJECT_INVOICE, .status = "expired", .limit = 1};
	int64_t count, amount;

	(void)state;
	kit_start(&k, NULL, 1);
	fill(&k);
	ok(&k, ledger_total(k.w.ledger, &f, &count, &amount, &k.why));
	assert_int_equal(count, 2);
	assert_int_equal(amount, 103 + 108);
	f = (struct ledger_filter){.kind = OBJECT_INVOICE, .customer_id = "odd"};
	ok(&k, ledger_total(k.w.ledger, &f, &count, &amount, &k.why));
	assert_int_equal(count, 5);
	assert_int_equal(amount, 101 + 103 + 105 + 107 + 109);
	kit_stop(&k);
}

static void test_ledger_gives_the_earliest_due_object(void **state)
{
	struct kit k;
	struct ledger_row late = row(OBJECT_INVOICE, "late", "unpaid");
	struct ledger_row soon = row(OBJECT_INVOICE, "soon", "unpaid");
	enum object_kind kind;
	char *id = NULL;
	int64_t due;

	(void)state;
	kit_start(&k, NULL, 1);
	assert_int_equal(ledger_next_due(k.w.ledger, &kind, &id, &due, &k.why), E_NOT_FOUND);
	late.due_ms = KIT_EPOCH + 9000;
	soon.due_ms = KIT_EPOCH + 2000;
	ok(&k, ledger_insert(k.w.ledger, &late, &k.why));
	ok(&k, ledger_insert(k.w.ledger, &soon, &k.why));
	ok(&k, ledger_next_due(k.w.ledger, &kind, &id, &due, &k.why));
	assert_string_equal(id, "soon");
	assert_int_equal(due, KIT_EPOCH + 2000);
	assert_int_equal(kind, OBJECT_INVOICE);
	free(id);
	kit_stop(&k);
}

/* --- events
 * ---------------------------------------------------------------------------------------- */

static void append(struct kit *k, int seq, const char *type, const char *invoice, bool commerce)
{
	char body[16];
	struct ledger_event e = {.type = type,
				 .created_ms = KIT_EPOCH + seq * 1000,
				 .invoice_id = invoice,
				 .environment = "devnet",
				 .commerce = commerce,
				 .body = body};

	str_printf(body, sizeof(body), "%d", seq);
	str_printf(e.id, sizeof(e.id), "evt_%lld-%d", (long long)e.created_ms, seq);
	ok(k, ledger_append_event(k->w.ledger, &e, &k->why));
}

static bool see_event(void *ctx, const struct ledger_event *e)
{
	assert_int_equal(e->body_len, strlen(e->body));
	return see(ctx, e->body);
}

static void test_ledger_filters_events(void **state)
{
	static const struct {
		struct ledger_event_filter f;
		const char *want;
		bool has_more;
	} cases[] = {
		{{.limit = 3}, "123", true},
		{{.limit = 3, .newest_first = true}, "765", true},
		{{.limit = 0}, "1234567", false},
		{{.limit = 9, .types = "invoice.*"}, "1246", false},
		{{.limit = 9, .types = "invoice.created"}, "14", false},
		{{.limit = 9, .types = "invoice.*,invoice.created,ramp.*"}, "12467", false},
		{{.limit = 2, .types = "invoice.*,ramp.*", .newest_first = true}, "76", true},
		{{.limit = 9, .types = "nothing.*"}, "", false},
		{{.limit = 9, .types = "*"}, "1234567", false},
		{{.limit = 9, .invoice_id = "a"}, "123", false},
		{{.limit = 9, .invoice_id = "a", .types = "invoice_payment.*"}, "3", false},
		{{.limit = 9, .commerce_only = true}, "56", false},
		{{.limit = 9, .after_seq = 5}, "67", false},
		{{.limit = 9, .before_seq = 3, .newest_first = true}, "21", false},
		{{.limit = 9, .created_from_ms = KIT_EPOCH + 6000}, "67", false},
		{{.limit = 9, .created_to_ms = KIT_EPOCH + 1500}, "1", false},
		{{.limit = 9, .created_from_ms = KIT_EPOCH + 99000}, "", false},
		{{.limit = 9, .created_to_ms = KIT_EPOCH - 5}, "", false},
		{{.limit = 9, .environment = "mainnet"}, "", false},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	append(&k, 1, "invoice.created", "a", false);
	append(&k, 2, "invoice.updated", "a", false);
	append(&k, 3, "invoice_payment.created", "a", false);
	append(&k, 4, "invoice.created", "b", false);
	append(&k, 5, "commerce.order.created", "b", true);
	append(&k, 6, "invoice.updated", "b", true);
	append(&k, 7, "ramp.kyc.updated", "", false);
	assert_int_equal(ledger_event_count(k.w.ledger), 7);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen s = {.has_more = !cases[i].has_more};

		ok(&k, ledger_events(k.w.ledger, &cases[i].f, see_event, &s, &s.has_more, &k.why));
		if (!str_equal(s.text, cases[i].want) || s.has_more != cases[i].has_more)
			fail_msg("case %zu: '%s' %d", i, s.text, s.has_more);
	}
	kit_stop(&k);
}

static void test_ledger_refuses_an_event_older_than_the_newest(void **state)
{
	struct kit k;
	struct ledger_event e = {.id = "evt_1-2",
				 .type = "x",
				 .created_ms = KIT_EPOCH,
				 .body = "{}"};

	(void)state;
	kit_start(&k, NULL, 1);
	append(&k, 5, "invoice.created", "a", false);
	assert_int_equal(ledger_append_event(k.w.ledger, &e, &k.why), E_INVALID);
	kit_stop(&k);
}

static void test_ledger_rollback_takes_the_event_back_too(void **state)
{
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	append(&k, 1, "invoice.created", "a", false);
	ok(&k, ledger_begin(k.w.ledger, &k.why));
	append(&k, 2, "invoice.updated", "a", false);
	ledger_rollback(k.w.ledger);
	assert_int_equal(ledger_event_count(k.w.ledger), 1);
	append(&k, 2, "invoice.updated", "a", false);
	kit_stop(&k);
}

/* --- files
 * ------------------------------------------------------------------------------------------- */

static char *temporary(void)
{
	char path[128];
	int fd = scratch_file(path, sizeof(path), "test_ledger_XXXXXX");

	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	return xstrdup(path);
}

static void test_ledger_goes_on_after_a_restart(void **state)
{
	struct kit k;
	char *path = temporary(), *value = NULL, *doc = NULL;
	struct ledger_row r = row(OBJECT_INVOICE, "i1", "unpaid");
	struct stat st;
	int64_t seq;

	(void)state;
	kit_start(&k, path, 1);
	r.doc = "{\"a\":1}";
	ok(&k, ledger_insert(k.w.ledger, &r, &k.why));
	append(&k, 1, "invoice.created", "i1", false);
	ok(&k, ledger_meta_set(k.w.ledger, "seed", "41", &k.why));
	ok(&k, ledger_meta_set(k.w.ledger, "seed", "42", &k.why));
	kit_stop(&k);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	kit_start(&k, path, 1);
	ok(&k, ledger_get(k.w.ledger, OBJECT_INVOICE, "i1", &doc, &k.why));
	assert_string_equal(doc, "{\"a\":1}");
	ok(&k, ledger_next_event_seq(k.w.ledger, &seq, &k.why));
	assert_int_equal(seq, 2);
	ok(&k, ledger_meta_get(k.w.ledger, "seed", &value, &k.why));
	assert_string_equal(value, "42");
	r.status = "canceled";
	ok(&k, ledger_update(k.w.ledger, &r, &k.why));
	r.status = "paid";
	assert_int_equal(ledger_update(k.w.ledger, &r, &k.why), E_CONFLICT);
	free(value);
	free(doc);
	kit_stop(&k);
	unlink(path);
	free(path);
}

/* Another connection sees what is on the disk, and nothing else. */
static int64_t events_on_disk(const char *path)
{
	struct kit k;
	int64_t count;

	kit_start(&k, path, 1);
	count = ledger_event_count(k.w.ledger);
	kit_stop(&k);
	return count;
}

static void test_ledger_batch_undoes_only_the_change_that_failed(void **state)
{
	struct kit k;
	char *path = temporary(), *doc = NULL;
	struct ledger_row r = row(OBJECT_INVOICE, "i1", "unpaid");

	(void)state;
	kit_start(&k, path, 1);
	ok(&k, ledger_batch_begin(k.w.ledger, &k.why));
	in_transaction(&k, ledger_insert(k.w.ledger, &r, &k.why));
	ok(&k, ledger_begin(k.w.ledger, &k.why));
	append(&k, 1, "invoice.created", "i1", false);
	r.status = "refunded";
	assert_int_equal(ledger_update(k.w.ledger, &r, &k.why), E_CONFLICT);
	ledger_rollback(k.w.ledger);
	assert_int_equal(ledger_event_count(k.w.ledger), 0);
	ok(&k, ledger_begin(k.w.ledger, &k.why));
	append(&k, 2, "invoice.updated", "i1", false);
	ok(&k, ledger_commit(k.w.ledger, &k.why));
	ok(&k, ledger_batch_commit(k.w.ledger, &k.why));
	ok(&k, ledger_begin(k.w.ledger, &k.why)); /* and on without one */
	append(&k, 3, "invoice.updated", "i1", false);
	ok(&k, ledger_commit(k.w.ledger, &k.why));
	kit_stop(&k);

	assert_int_equal(events_on_disk(path), 2);
	kit_start(&k, path, 1);
	ok(&k, ledger_get(k.w.ledger, OBJECT_INVOICE, "i1", &doc, &k.why));
	free(doc);
	kit_stop(&k);
	unlink(path);
	free(path);
}

static void test_ledger_batch_that_is_not_committed_never_was(void **state)
{
	static const enum {
		ROLLED_BACK,
		CLOSED,
		CLOSED_IN_A_CHANGE,
		WAYS
	} ways[] = {ROLLED_BACK, CLOSED, CLOSED_IN_A_CHANGE};

	(void)state;
	for (size_t i = 0; i < WAYS; i++) {
		struct kit k;
		char *path = temporary();

		kit_start(&k, path, 1);
		ok(&k, ledger_batch_begin(k.w.ledger, &k.why));
		ok(&k, ledger_begin(k.w.ledger, &k.why));
		append(&k, 1, "invoice.created", "i1", false);
		if (ways[i] != CLOSED_IN_A_CHANGE)
			ok(&k, ledger_commit(k.w.ledger, &k.why));
		if (ways[i] == ROLLED_BACK) {
			ledger_batch_rollback(k.w.ledger);
			assert_int_equal(ledger_event_count(k.w.ledger), 0);
		}
		kit_stop(&k);
		assert_int_equal(events_on_disk(path), 0);
		unlink(path);
		free(path);
	}
}

static void foreign(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_ledger_refuses_a_file_that_is_not_its_own(void **state)
{
	char *path = temporary();
	struct ledger *l = NULL;
	struct problem why = {0};
	FILE *f;

	(void)state;
	foreign(path, "CREATE TABLE precious(x)");
	assert_int_equal(ledger_open(path, &l, &why), E_CONFLICT);
	assert_non_null(strstr(why.what, "not a sandbox ledger"));
	unlink(path);

	f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 400; i++)
		fputs("not a database at all\n", f);
	fclose(f);
	assert_int_equal(ledger_open(path, &l, &why), E_CONFLICT);
	unlink(path);

	foreign(path,
		"PRAGMA application_id=1346719833; PRAGMA user_version=99; CREATE TABLE t(x)");
	assert_int_equal(ledger_open(path, &l, &why), E_CONFLICT);
	assert_non_null(strstr(why.what, "schema 99"));
	unlink(path);
	assert_int_equal(ledger_open("/nonexistent/dir/ledger", &l, &why), E_IO);
	assert_null(l);
	free(path);
}

static void test_ledger_file_has_one_owner_at_a_time(void **state)
{
	char *path = temporary();
	struct kit k;
	struct ledger *second = NULL;

	(void)state;
	kit_start(&k, path, 1);
	assert_int_equal(ledger_open(path, &second, &k.why), E_CONFLICT);
	assert_non_null(strstr(k.why.next, "another pepay-sandbox"));
	kit_stop(&k);
	unlink(path);
	free(path);
}

/* --- idempotency
 * ------------------------------------------------------------------------------------------ */

static void test_ledger_keeps_idempotency_records_by_principal(void **state)
{
	struct kit k;
	struct idempotency_record rec = {0};

	(void)state;
	kit_start(&k, NULL, 1);
	ok(&k, ledger_idempotency_put(k.w.ledger, "merchant", KEY_1, "hash", 0, "", 5, &k.why));
	ok(&k, ledger_idempotency_put(k.w.ledger, "merchant", KEY_1, "hash", 201, "{}", 7, &k.why));
	assert_int_equal(ledger_idempotency_get(k.w.ledger, "commerce", KEY_1, &rec, &k.why),
			 E_NOT_FOUND);
	ok(&k, ledger_idempotency_get(k.w.ledger, "merchant", KEY_1, &rec, &k.why));
	assert_string_equal(rec.body_hash, "hash");
	assert_int_equal(rec.status, 201);
	assert_string_equal(rec.response, "{}");
	assert_int_equal(rec.created_ms, 7);
	free(rec.response);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ledger_refuses_every_status_change_that_no_lifecycle_allows),
		cmocka_unit_test(test_ledger_refuses_every_birth_but_the_first_states),
		cmocka_unit_test(test_ledger_guards_a_payments_settlement_as_well),
		cmocka_unit_test(test_ledger_says_which_change_it_refused),
		cmocka_unit_test(test_ledger_lists_newest_first_in_both_directions),
		cmocka_unit_test(test_ledger_refuses_a_cursor_that_names_nothing),
		cmocka_unit_test(test_ledger_totals_what_the_filter_matches),
		cmocka_unit_test(test_ledger_gives_the_earliest_due_object),
		cmocka_unit_test(test_ledger_filters_events),
		cmocka_unit_test(test_ledger_refuses_an_event_older_than_the_newest),
		cmocka_unit_test(test_ledger_rollback_takes_the_event_back_too),
		cmocka_unit_test(test_ledger_goes_on_after_a_restart),
		cmocka_unit_test(test_ledger_batch_undoes_only_the_change_that_failed),
		cmocka_unit_test(test_ledger_batch_that_is_not_committed_never_was),
		cmocka_unit_test(test_ledger_refuses_a_file_that_is_not_its_own),
		cmocka_unit_test(test_ledger_file_has_one_owner_at_a_time),
		cmocka_unit_test(test_ledger_keeps_idempotency_records_by_principal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
