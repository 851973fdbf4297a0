/*
 * The history against a model that is as simple as can be: an array of ids with their bodies,
 * copied at each begin. Thousands of random steps a seed; a failure prints its seed.
 */
#include "archive_kit.h"

#include "base/rng.h"

#define IDS       220
#define OBJECTS   9
#define SEEDS     8
#define STEPS     900
#define BODIES    3
#define MINE      77
#define STRANGERS 78

struct kept {
	bool here;
	int body;        /* which of BODIES came first */
	unsigned others; /* bits of the bodies that came after */
	int64_t row;     /* order of arrival */
	enum event_via via;
};

struct model {
	struct kept ids[IDS];
	size_t count;
	int64_t rows;
	int verified; /* an id, -1 none */
	int incidents;
};

struct world_of_two {
	struct kit kit;
	struct model now, committed;
	struct rng rng;
	bool open;
	uint64_t steps;
};

/* --- ids: most numbered, some text, some that only look numbered ------------------------- */

static const char *id_text(int n, char ret[64])
{
	if (n % 11 == 5)
		(void)snprintf(ret, 64, "event-%d", n);
	else if (n % 11 == 7)
		(void)snprintf(ret, 64, "evt_%lld-0%d", (long long)(KIT_NOW + n / 5), n % 5);
	else
		(void)snprintf(ret, 64, "evt_%lld-%d", (long long)(KIT_NOW + n / 5), n % 5);
	return ret;
}

static struct event make(int n, int body, int64_t merchant)
{
	char id[64], object[64];

	(void)snprintf(object, sizeof(object), "inv-%d", n % OBJECTS);
	return kit_event_of(id_text(n, id), object, 1000 + body, merchant);
}

/* --- steps ------------------------------------------------------------------------------- */

static enum keeping model_add(struct model *m, int n, int body, int64_t merchant,
			      enum event_via via)
{
	struct kept *k = &m->ids[n];

	if (merchant == STRANGERS)
		return KEPT_APART;
	if (!k->here) {
		*k = (struct kept){.here = true, .body = body, .row = ++m->rows, .via = via};
		m->count++;
		return KEPT_NEW;
	}
	if (k->body == body || (k->others & (1u << body)) != 0)
		return KEPT_BEFORE;
	k->others |= 1u << body;
	return KEPT_COLLISION;
}

static void step_add(struct world_of_two *w)
{
	int n = (int)rng_below(&w->rng, IDS);
	int body = rng_chance(&w->rng, 90) ? 0 : (int)rng_below(&w->rng, BODIES);
	int64_t merchant = w->now.rows > 0 && rng_chance(&w->rng, 5) ? STRANGERS : MINE;
	enum event_via via = (enum event_via)rng_below(&w->rng, EVENT_VIA_COUNT);
	struct event e = make(n, body, merchant);
	enum keeping keeping;

	assert_int_equal(history_add_event(w->kit.h, &e, via, w->kit.time.wall_ms, &keeping, NULL),
			 S_OK);
	assert_int_equal(keeping, model_add(&w->now, n, body, merchant, via));
	event_release(&e);
}

static void step_via(struct world_of_two *w)
{
	int n = (int)rng_below(&w->rng, IDS);
	char id[64];
	enum status st = history_set_via(w->kit.h, id_text(n, id), VIA_LIVE, NULL);

	assert_int_equal(st, w->now.ids[n].here ? S_OK : E_NOT_FOUND);
	w->now.ids[n].via = VIA_LIVE;
}

static void step_verify(struct world_of_two *w)
{
	int n = (int)rng_below(&w->rng, IDS);
	char id[64];

	if (!w->now.ids[n].here)
		return;
	assert_int_equal(history_set_cursor(w->kit.h, CURSOR_VERIFIED, id_text(n, id), NULL), S_OK);
	w->now.verified = n;
}

static void step_incident(struct world_of_two *w)
{
	struct incident inc = {.kind = INCIDENT_DOWN};

	assert_int_equal(history_put_incident(w->kit.h, &inc, NULL), S_OK);
	assert_int_equal(inc.serial, ++w->now.incidents);
}

static void step_begin(struct world_of_two *w)
{
	kit_begin(&w->kit);
	w->now = w->committed;
	w->open = true;
}

static void step_end(struct world_of_two *w)
{
	if (rng_chance(&w->rng, 70)) {
		kit_commit(&w->kit);
		w->committed = w->now;
	} else {
		history_rollback(w->kit.h);
		w->now = w->committed;
	}
	w->open = false;
}

static void step_again(struct world_of_two *w)
{
	kit_close(&w->kit); /* in the middle of a commit too: it is undone */
	kit_open(&w->kit);
	w->now = w->committed;
	w->open = false;
}

/* --- what must hold ---------------------------------------------------------------------- */

struct placed {
	int64_t ms, seq;
	bool numbered; /* before text in the same place */
	char id[64];
};

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->ms != y->ms)
		return x->ms < y->ms ? -1 : 1;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return strcmp(x->numbered ? "" : x->id, y->numbered ? "" : y->id);
}

/* The ids of the model, or those of one object, in the server's order. */
static size_t model_sorted(const struct model *m, int object, struct placed *ret)
{
	size_t count = 0;

	for (int n = 0; n < IDS; n++) {
		struct placed *p = &ret[count];
		struct event e;
		if (!m->ids[n].here || (object >= 0 && n % OBJECTS != object))
			continue;
		e = make(n, 0, MINE);
		*p = (struct placed){e.order_ms, e.order_seq, n % 11 != 5 && n % 11 != 7, ""};
		(void)id_text(n, p->id);
		event_release(&e);
		count++;
	}
	qsort(ret, count, sizeof(*ret), by_place);
	return count;
}

static void check_same(struct event *items, size_t count, const struct placed *wanted)
{
	for (size_t i = 0; i < count; i++)
		assert_string_equal(items[i].id, wanted[i].id);
	kit_free_events(items, count);
}

static void check_lists(struct world_of_two *w)
{
	static struct placed all[IDS];
	struct event *items;
	size_t got, count = model_sorted(&w->now, -1, all);
	size_t limit = 1 + (size_t)rng_below(&w->rng, 30), at, from;
	int object = (int)rng_below(&w->rng, OBJECTS);
	char id[64];

	at = count > 0 ? (size_t)rng_below(&w->rng, count) : 0;
	if (count > 0) {
		from = at > limit ? at - limit : 0;
		assert_int_equal(history_older(w->kit.h, all[at].id, limit, &items, &got, NULL),
				 S_OK);
		assert_int_equal(got, at - from);
		check_same(items, got, all + from);
	}
	count = model_sorted(&w->now, object, all);
	(void)snprintf(id, sizeof(id), "inv-%d", object);
	assert_int_equal(history_of_object(w->kit.h, OBJECT_INVOICE, id, limit, &items, &got, NULL),
			 S_OK);
	from = count > limit ? count - limit : 0;
	assert_int_equal(got, count - from);
	check_same(items, got, all + from);
}

static void check_one(struct world_of_two *w)
{
	int n = (int)rng_below(&w->rng, IDS);
	const struct kept *k = &w->now.ids[n];
	struct event got, wanted;
	enum event_via via;
	int64_t arrived;
	char *other, id[64];
	enum status st =
		history_event(w->kit.h, id_text(n, id), &got, &via, &arrived, &other, NULL);

	assert_int_equal(st, k->here ? S_OK : E_NOT_FOUND);
	assert_int_equal(history_has(w->kit.h, id), k->here);
	if (st != S_OK)
		return;
	wanted = make(n, k->body, MINE);
	assert_string_equal(got.raw, wanted.raw);
	assert_int_equal(via, k->via);
	assert_int_equal(other != NULL, k->others != 0);
	free(other);
	event_release(&got);
	event_release(&wanted);
}

static void check_told_again(struct world_of_two *w)
{
	struct history_place place = {0, 0};
	struct recorded r;
	int64_t last = 0;
	size_t count = 0;

	while (history_next(w->kit.h, &place, &r, NULL) == S_OK) {
		int n = 0;
		char id[64];
		while (n < IDS && !str_equal(id_text(n, id), r.event.id))
			n++;
		assert_true(n < IDS && w->now.ids[n].here);
		assert_true(w->now.ids[n].row > last);
		last = w->now.ids[n].row;
		count++;
		recorded_release(&r);
	}
	assert_int_equal(count, w->now.count);
}

static void check_facts(struct world_of_two *w)
{
	struct sync_position position;
	struct incident *incidents;
	size_t count;
	char id[64] = "";

	assert_int_equal(history_count(w->kit.h), w->now.count);
	history_position(w->kit.h, &position);
	if (w->now.verified >= 0)
		(void)id_text(w->now.verified, id);
	assert_string_equal(position.verified, id);
	assert_true(id[0] == '\0' || history_has(w->kit.h, position.overlap));
	assert_int_equal(history_incidents(w->kit.h, 100000, &incidents, &count, NULL), S_OK);
	assert_int_equal(count, w->now.incidents);
	free(incidents);
}

static void step(struct world_of_two *w)
{
	uint64_t dice = rng_below(&w->rng, 100);

	w->kit.time.wall_ms += (int64_t)rng_below(&w->rng, 5);
	w->steps++;
	if (dice < 2)
		step_again(w);
	else if (dice < 10)
		check_lists(w);
	else if (dice < 20)
		check_one(w);
	else if (dice < 22)
		check_told_again(w);
	else if (dice < 26)
		check_facts(w);
	else if (!w->open)
		step_begin(w);
	else if (dice < 34)
		step_end(w);
	else if (dice < 37)
		step_via(w);
	else if (dice < 40)
		step_verify(w);
	else if (dice < 42)
		step_incident(w);
	else
		step_add(w);
}

static void test_history_agrees_with_a_simple_model(void **state)
{
	uint64_t steps = 0, events = 0;
	(void)state;

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct world_of_two *w = xcalloc(1, sizeof(*w));
		kit_init(&w->kit);
		kit_open(&w->kit);
		w->now.verified = w->committed.verified = -1;
		rng_seed(&w->rng, seed);
		print_message("seed %llu\n", (unsigned long long)seed);
		for (int i = 0; i < STEPS; i++)
			step(w);
		check_facts(w);
		steps += w->steps;
		events += w->now.count;
		kit_release(&w->kit);
		free(w);
	}
	print_message("%llu steps, %llu events\n", (unsigned long long)steps,
		      (unsigned long long)events);
	assert_true(events > SEEDS * 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_history_agrees_with_a_simple_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
