/*
 * Whatever order events arrive in, and however often, the store ends up knowing the same.
 * Histories are walks through the lifecycles; a naive model says what should come out.
 */
#include "unit/test_model_support.h"
#include "model/store_priv.h"
#include "wire/lifecycle.h"

#define PAST_MAX 120
#define ROUNDS   300

struct past {
	struct event events[PAST_MAX];
	size_t count;
	int64_t now_ms;
	bool opaque; /* ids without a sequence: order is by whole seconds */
};

static void past_free(struct past *h)
{
	for (size_t i = 0; i < h->count; i++)
		event_release(&h->events[i]);
}

static void past_add(struct past *h, struct rng *rng, const char *type, const char *object,
		     const char *before)
{
	char id[ID_CAP];

	if (h->count == PAST_MAX)
		return;
	h->now_ms += rng_between(rng, 0, 1500);
	if (h->opaque)
		str_printf(id, sizeof(id), "ev_%016llx", (unsigned long long)rng_next(rng));
	else /* the sequence alone tells apart what happened in one millisecond */
		str_printf(id, sizeof(id), "evt_%lld-%zu", (long long)h->now_ms, h->count);
	h->events[h->count++] =
		event_about(id, h->now_ms, type, object, rng_chance(rng, 60) ? before : "");
}

/* A random step out of `from`, now and then a forbidden one. */
static const char *walk(struct rng *rng, enum vocab v, const char *from)
{
	size_t n, choices = 0;
	const struct transition *t = lifecycle_table(v, &n);
	const char *to = NULL;

	if (from[0] && rng_chance(rng, 5))
		return vocab_word(v, (int)rng_between(rng, 1, (int64_t)vocab_count(v)))->wire;
	for (size_t i = 0; i < n; i++)
		if (str_equal(t[i].from, from) && rng_below(rng, ++choices) == 0)
			to = t[i].to;
	return to;
}

static void live_invoice(struct past *h, struct rng *rng, const char *id, const char *before,
			 const char *status)
{
	char buf[4096], extra[128];
	snprintf(extra, sizeof(extra), ",\"customer_id\":\"cust_%u\"%s",
		 (unsigned)rng_below(rng, 9),
		 rng_chance(rng, 30) ? ",\"commerce_order_id\":\"order-1\"" : "");
	if (rng_chance(rng, 15))
		snprintf(
			buf, sizeof(buf),
			"{\"object\":\"invoice\",\"id\":\"%s\",\"status\":\"%s\",\"amount_usd\":3}",
			id, status);
	else
		invoice_json(buf, id, status, (int64_t)rng_below(rng, 1000), extra);
	past_add(h, rng, before[0] ? "invoice.updated" : "invoice.created", buf, before);
}

static void live_order(struct past *h, struct rng *rng, const char *id, const char *before,
		       const char *status)
{
	char buf[4096];
	if (rng_chance(rng, 50))
		snprintf(buf, sizeof(buf),
			 "{\"object\":\"commerce_order\",\"id\":\"%s\",\"status\":\"%s\"}", id,
			 status);
	else
		order_json(buf, id, status, h->now_ms, "");
	past_add(h, rng, before[0] ? "commerce.order.updated" : "commerce.order.created", buf,
		 before);
}

static unsigned payment_amount(const char *id)
{
	return 10u + (unsigned char)id[strlen(id) - 1];
}

static void live_payment(struct past *h, struct rng *rng, const char *id, const char *before,
			 const char *status)
{
	char buf[512], amount[32] = "";
	if (!rng_chance(rng, 30)) /* some leave it out; it never changes */
		snprintf(amount, sizeof(amount), ",\"amount_usd\":%u", payment_amount(id));
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"invoice_payment\",\"id\":\"%s\",\"invoice_id\":\"invoice-1\","
		 "\"status\":\"%s\"%s}",
		 id, status, amount);
	past_add(h, rng, before[0] ? "invoice_payment.updated" : "invoice_payment.created", buf,
		 before);
}

static void live_kyc(struct past *h, struct rng *rng, const char *id, const char *before,
		     const char *status)
{
	char buf[512];
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"ramp_kyc\",\"customer_id\":\"%s\",\"status\":\"%s\",\"country\":"
		 "\"BR\","
		 "\"legal_name\":\"Name %u\"}",
		 id, status, (unsigned)rng_below(rng, 100));
	past_add(h, rng, "ramp.kyc.updated", buf, before);
}

static const struct {
	enum object_kind kind;
	const char *id;
	enum vocab vocab;
	void (*live)(struct past *, struct rng *, const char *, const char *, const char *);
} cast[] = {
	{OBJECT_INVOICE, "invoice-1", VOCAB_INVOICE, live_invoice},
	{OBJECT_INVOICE, "invoice-2", VOCAB_INVOICE, live_invoice},
	{OBJECT_ORDER, "order-1", VOCAB_ORDER, live_order},
	{OBJECT_PAYMENT, "payment-1", VOCAB_PAYMENT, live_payment},
	{OBJECT_PAYMENT, "payment-2", VOCAB_PAYMENT, live_payment},
	{OBJECT_KYC, "customer-1", VOCAB_KYC, live_kyc},
};

static void past_make(struct past *h, struct rng *rng, bool opaque)
{
	char status[COUNT(cast)][STATUS_CAP] = {""};

	memset(h, 0, sizeof(*h));
	h->now_ms = T0;
	h->opaque = opaque;
	for (size_t n = (size_t)rng_between(rng, 5, 60); n > 0; n--) {
		size_t who = (size_t)rng_below(rng, COUNT(cast));
		const char *to = walk(rng, cast[who].vocab, status[who]);
		if (!to)
			to = status[who]; /* finished: news without a change */
		cast[who].live(h, rng, cast[who].id, status[who], to);
		str_copy(status[who], STATUS_CAP, to);
	}
}

/* Everything a record shows but when it was last touched. */
static void describe(struct strbuf *sb, const struct record *r)
{
	struct json *j = object_to_json(&r->object);
	char *text = json_print(j);
	strbuf_addf(sb, "%s stated=%lld changed=%lld previous=%s incomplete=%d flaw=%s\n", text,
		    (long long)r->stated_ms, (long long)r->changed_ms, r->previous_status,
		    r->incomplete, r->flaw);
	free(text);
	json_free(j);
}

static char *describe_store(const struct store *st)
{
	struct strbuf sb;
	strbuf_init(&sb, 1 << 20);
	for (size_t i = 0; i < COUNT(cast); i++) {
		const struct record *r = store_record(st, cast[i].kind, cast[i].id);
		strbuf_addf(&sb, "%s: ", cast[i].id);
		if (r)
			describe(&sb, r);
		else
			strbuf_addstr(&sb, "unknown\n");
	}
	const struct record *p = store_payment_of(st, "invoice-1");
	const struct record *o = store_order_of(st, "inv-of-order-1");
	const struct record *i = store_invoice_of(st, "order-1");
	strbuf_addf(&sb, "payment_of=%s order_of=%s invoice_of=%d\n",
		    p ? object_id(&p->object) : "-", o ? object_id(&o->object) : "-", i != NULL);
	return strbuf_take(&sb);
}

static void tell_copy(struct store *st, enum event_source source, const struct event *e)
{
	struct event copy;
	event_copy(&copy, e);
	tell(st, source, copy, T0);
}

static void shuffle(size_t *order, size_t n, struct rng *rng)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)rng_below(rng, i);
		size_t held = order[i - 1];
		order[i - 1] = order[j];
		order[j] = held;
	}
}

/* Every event once or more, in any order, from any source. */
static struct store *live_through(const struct past *h, struct rng *rng)
{
	size_t order[PAST_MAX * 3], n = 0;
	struct store *st = store_new();

	for (size_t i = 0; i < h->count; i++)
		for (uint64_t copies = 1 + rng_below(rng, 3); copies > 0; copies--)
			order[n++] = i;
	shuffle(order, n, rng);
	for (size_t i = 0; i < n; i++)
		tell_copy(st, (enum event_source)rng_below(rng, 3), &h->events[order[i]]);
	assert_int_equal(store_event_count(st), h->count);
	assert_int_equal(store_stats(st)->events_received, h->count);
	assert_int_equal(store_stats(st)->duplicates, n - h->count);
	assert_int_equal(store_stats(st)->collisions, 0);
	return st;
}

static struct store *live_in_order(const struct past *h)
{
	struct store *st = store_new();
	for (size_t i = 0; i < h->count; i++)
		tell_copy(st, SOURCE_STREAM, &h->events[i]);
	return st;
}

static void converge(uint64_t seed, bool opaque)
{
	struct rng rng;
	struct past h;

	rng_seed(&rng, seed);
	past_make(&h, &rng, opaque);
	struct store *st = live_in_order(&h);
	char *expected = describe_store(st);
	store_free(st);
	for (int i = 0; i < 4; i++) {
		st = live_through(&h, &rng);
		char *got = describe_store(st);
		if (!str_equal(expected, got))
			fail_msg("seed %llu:\nin order:\n%s\nshuffled:\n%s",
				 (unsigned long long)seed, expected, got);
		free(got);
		store_free(st);
	}
	free(expected);
	past_free(&h);
}

static void test_any_order_and_any_duplication_ends_in_the_same_records(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= ROUNDS; seed++)
		converge(seed, false);
}

static void test_the_same_holds_for_opaque_ids(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= ROUNDS; seed++)
		converge(seed, true);
}

/* --- what is on disk comes back -----------------------------------------------------------------
 */

/* Events [0, count) of the past are on disk; the store is told the rest of them live. */
struct disk {
	const struct past *past;
	size_t count;
};

static void disk_live(struct disk *d, struct store *st)
{
	if (d->count < d->past->count)
		tell_copy(st, SOURCE_STREAM, &d->past->events[d->count++]);
}

/* The restore of a start: slices from the newest down, live events in between. */
static struct store *restored(const struct past *p, struct rng *rng)
{
	struct disk d = {.past = p, .count = (size_t)rng_between(rng, 1, (int64_t)p->count)};
	struct store *st = store_new();
	size_t left, slice;

	for (left = d.count; left > 0; left -= slice) {
		slice = (size_t)rng_between(rng, 1, 9);
		slice = slice < left ? slice : left;
		tell_history(st, p->events + left - slice, slice, 0, left == slice);
		if (rng_chance(rng, 30))
			disk_live(&d, st);
	}
	assert_true(store_history_exhausted(st));
	slice = d.count;
	while (d.count < p->count)
		disk_live(&d, st);
	assert_int_equal(store_event_count(st), p->count);
	for (size_t i = 0; i < p->count; i++)
		assert_string_equal(brief_at(st, i).id, p->events[i].id);
	assert_int_equal(store_stats(st)->duplicates, 0);
	return st;
}

static void test_a_restore_ends_in_the_same_records(void **state)
{
	(void)state;
	for (uint64_t seed = 2000; seed < 2000 + 2 * ROUNDS; seed++) {
		struct rng rng;
		struct past h;
		rng_seed(&rng, seed);
		past_make(&h, &rng, seed % 2);
		struct store *before = live_in_order(&h), *after = restored(&h, &rng);
		char *expected = describe_store(before), *got = describe_store(after);
		if (!str_equal(expected, got))
			fail_msg("seed %llu:\nlived:\n%s\nrestored:\n%s", (unsigned long long)seed,
				 expected, got);
		free(expected);
		free(got);
		store_free(before);
		store_free(after);
		past_free(&h);
	}
}

/* The window is some stretch of what is on disk, up to its end. */
static void check_window(const struct store *st, const struct disk *d, uint64_t seed)
{
	size_t n = store_event_count(st);
	size_t most = st->window.looking ? st->window.keep_looking : st->window.keep;

	if (n > most || n > d->count)
		fail_msg("seed %llu: %zu rows", (unsigned long long)seed, n);
	for (size_t i = 0; i < n; i++)
		if (!str_equal(brief_at(st, i).id, d->past->events[d->count - n + i].id))
			fail_msg("seed %llu: row %zu of %zu is %s", (unsigned long long)seed, i, n,
				 brief_at(st, i).id);
}

/* Someone scrolls, stops scrolling, is answered late or never, while events come and go. */
static struct store *scrolled(const struct past *p, struct rng *rng, uint64_t seed)
{
	struct disk d = {.past = p};
	struct store *st = store_new();
	uint64_t serial = 0;
	size_t asked = 0; /* how many on disk are older than the row it was asked from */
	char id[ID_CAP];

	st->window.keep = 6;
	st->window.keep_looking = 30;
	while (d.count < p->count) {
		switch (rng_below(rng, 5)) {
		case 0:
			if (store_event_count(st) == 0)
				break;
			asked = d.count - store_event_count(st);
			serial = ask_older(st, store_row_id(st, store_event(st, 0), id));
			break;
		case 1:
			if (serial != 0) {
				size_t n = asked < 4 ? asked : 4;
				tell_history(st, p->events + asked - n, n, serial, asked < 5);
			}
			break;
		case 2:
			if (rng_chance(rng, 30))
				store_trim(st);
			break;
		default:
			disk_live(&d, st);
		}
		check_window(st, &d, seed);
	}
	return st;
}

static void test_windows_that_cut_scroll_and_trim_change_no_record(void **state)
{
	(void)state;
	for (uint64_t seed = 9000; seed < 9000 + 2 * ROUNDS; seed++) {
		struct rng rng;
		struct past h;
		rng_seed(&rng, seed);
		past_make(&h, &rng, false);
		struct store *whole = live_in_order(&h), *cut = scrolled(&h, &rng, seed);
		char *expected = describe_store(whole), *got = describe_store(cut);
		if (!str_equal(expected, got))
			fail_msg("seed %llu:\nwhole:\n%s\ncut:\n%s", (unsigned long long)seed,
				 expected, got);
		assert_int_equal(store_stats(cut)->events_received, h.count);
		assert_int_equal(store_stats(cut)->duplicates, 0);
		free(expected);
		free(got);
		store_free(whole);
		store_free(cut);
		past_free(&h);
	}
}

/* --- the naive model ------------------------------------------------------------------------ */

/* The last of an object's events, and the last that had the whole object. */
static void check_against_naive(const struct past *h, const struct store *st, size_t who)
{
	const struct event *last = NULL, *whole = NULL, *before = NULL;
	const struct record *r = store_record(st, cast[who].kind, cast[who].id);
	int64_t said = 0;

	for (size_t i = 0; i < h->count; i++) { /* made in order */
		const struct event *e = &h->events[i];
		if (!str_equal(e->object_id, cast[who].id))
			continue;
		if (last && !str_equal(last->status, e->status))
			before = last;
		last = e;
		if (e->object.kind == OBJECT_PAYMENT && e->object.as.payment.amount_usd != 0)
			said = e->object.as.payment.amount_usd;
		if (e->object.kind == OBJECT_ORDER ? e->object.as.order.has_snapshot
						   : object_created_ms(&e->object) != TIME_NONE ||
							     e->object.kind == OBJECT_PAYMENT ||
							     e->object.kind == OBJECT_KYC)
			whole = e;
	}
	if (!last) {
		assert_null(r);
		return;
	}
	assert_string_equal(object_status(&r->object), last->status);
	assert_int_equal(r->stated_ms, last->created_ms);
	assert_int_equal(r->incomplete, whole != last);
	if (before && !before->previous_status[0] && !last->previous_status[0])
		assert_string_equal(r->previous_status, before->status);
	if (!whole)
		return;
	struct object expected;
	object_copy(&expected, &whole->object);
	if (cast[who].kind == OBJECT_INVOICE) {
		assert_int_equal(r->object.as.invoice.amount_paid, expected.as.invoice.amount_paid);
		assert_string_equal(r->object.as.invoice.customer_id,
				    expected.as.invoice.customer_id);
	} else if (cast[who].kind == OBJECT_ORDER) {
		assert_int_equal(r->object.as.order.updated_at, expected.as.order.updated_at);
		assert_int_equal(r->object.as.order.line_count, 1);
	} else if (cast[who].kind == OBJECT_PAYMENT) {
		/* said by any, it is known */
		assert_int_equal(r->object.as.payment.amount_usd, said);
	} else {
		assert_string_equal(r->object.as.kyc.legal_name, expected.as.kyc.legal_name);
	}
	object_release(&expected);
}

static void test_the_store_agrees_with_a_naive_model(void **state)
{
	(void)state;
	for (uint64_t seed = 1000; seed < 1000 + ROUNDS; seed++) {
		struct rng rng;
		struct past h;
		rng_seed(&rng, seed);
		past_make(&h, &rng, false);
		struct store *st = live_through(&h, &rng);
		for (size_t i = 0; i < h.count; i++)
			assert_string_equal(brief_at(st, i).id, h.events[i].id);
		for (size_t who = 0; who < COUNT(cast); who++)
			check_against_naive(&h, st, who);
		store_free(st);
		past_free(&h);
	}
}

/* --- answers in between ------------------------------------------------------------------------
 */

/* A truthful server is asked at a random moment; the answer arrives at any other. */
static void test_a_truthful_answer_never_ends_in_another_status(void **state)
{
	(void)state;
	for (uint64_t seed = 5000; seed < 5000 + ROUNDS; seed++) {
		static const char *const life[] = {"unpaid", "underpaid", "paid"};
		struct rng rng;
		char buf[4096], extra[96];
		size_t order[4] = {0, 1, 2, 3};
		rng_seed(&rng, seed);
		int64_t at[3] = {T0, T0 + 5000 + (int64_t)rng_below(&rng, 4000),
				 T0 + 20000 + (int64_t)rng_below(&rng, 4000)};
		size_t asked = (size_t)rng_below(&rng, 3);
		size_t told = (size_t)rng_below(&rng, 3); /* events up to here are told */
		struct store *st = store_new();
		shuffle(order, 4, &rng);
		for (size_t i = 0; i < 4; i++) {
			if (order[i] < 3 && order[i] <= told) {
				tell(st, SOURCE_STREAM,
				     invoice_event(at[order[i]], 1, "inv", life[order[i]], ""), T0);
			} else if (order[i] == 3) {
				snprintf(extra, sizeof(extra), ",\"last_payment_at\":%lld",
					 (long long)(at[asked] / 1000));
				answer(st, OBJECT_INVOICE,
				       invoice_json(buf, "inv", life[asked], 0, asked ? extra : ""),
				       T0 + 60000);
			}
		}
		const char *expected = life[asked > told ? asked : told];
		if (!str_equal(status_of(st, OBJECT_INVOICE, "inv"), expected))
			fail_msg("seed %llu: %s, expected %s", (unsigned long long)seed,
				 status_of(st, OBJECT_INVOICE, "inv"), expected);
		assert_string_equal(store_record(st, OBJECT_INVOICE, "inv")->flaw, "");
		store_free(st);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order_and_any_duplication_ends_in_the_same_records),
		cmocka_unit_test(test_the_same_holds_for_opaque_ids),
		cmocka_unit_test(test_a_restore_ends_in_the_same_records),
		cmocka_unit_test(test_windows_that_cut_scroll_and_trim_change_no_record),
		cmocka_unit_test(test_the_store_agrees_with_a_naive_model),
		cmocka_unit_test(test_a_truthful_answer_never_ends_in_another_status),
	};
	return cmocka_run_group_tests_name("model convergence", tests, NULL, NULL);
}
