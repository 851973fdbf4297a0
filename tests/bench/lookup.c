/*
 * Looking things up in a history: `lookup PATH TIMES OBJECTS`, of one that `history fill` made with
 * as many objects alive at a time. Other things each time, over all of it. Prints a line each,
 *
 *	WHAT TIMES FOUND P50 P99
 *
 * in milliseconds: by id, customer, wallet, the ends of a wallet, a part of one, nothing; and the
 * dossier of an invoice and of a customer, where FOUND are events.
 */
#include "base/alloc.h"
#include "bench/lib_blast.h"
#include "bench/lib_pipe.h"

#include <inttypes.h>

#define TIMES_MAX 10000
#define LIMIT     50
#define CUSTOMERS 5000 /* of lib_events */

struct run {
	struct history *h;
	struct canned story;
	uint64_t objects; /* that have come to life */
};

static struct history *history_at(const char *path)
{
	struct history_options opt = {.path = path, .read_only = true, .clock = clock_system()};
	struct history_opening opening;
	struct problem why = {.status = S_OK};
	struct history *h = NULL;

	if (history_open(&opt, &h, &opening, &why) != S_OK)
		pipe_die(path, &why);
	return h;
}

static size_t find(struct history *h, const char *text, const char *tail)
{
	struct sought sought = {text, tail, LIMIT, TIME_NONE};
	struct problem why = {.status = S_OK};
	struct findings f;
	size_t count;

	if (history_find(h, &sought, &f, &why) != S_OK)
		pipe_die("find", &why);
	count = f.count;
	findings_release(&f);
	return count;
}

static size_t dossier(struct history *h, enum object_kind kind, const char *id)
{
	struct dossier_asked asked = {kind, id, DOSSIER_EVENTS_MAX, TIME_NONE};
	struct problem why = {.status = S_OK};
	struct known_states states;
	struct dossier d;
	size_t count;

	if (history_dossier(h, &asked, &d, &states, &why) != S_OK)
		pipe_die("dossier", &why);
	count = d.count;
	dossier_release(&d);
	known_states_release(&states);
	return count;
}

/* An invoice: six in ten objects are. */
static uint64_t some_invoice(const struct run *r, size_t i)
{
	uint64_t object = (i * 2654435761u + 17) % r->objects;

	return object - object % 10 + object % 6;
}

static void wallet_of(uint64_t object, char ret[64])
{
	(void)str_printf(ret, 64, "0x146a84daff96ab8cdbdf0cfae9f64c4e%08" PRIx64, object);
}

static void customer_of(uint64_t object, char ret[64])
{
	(void)str_printf(ret, 64, "cust_%07" PRIX64, object % CUSTOMERS);
}

static size_t by_id(const struct run *r, uint64_t object)
{
	char id[64];

	canned_object_id(&r->story, canned_creation(&r->story, object), id, sizeof(id));
	return find(r->h, id, "");
}

static size_t by_customer(const struct run *r, uint64_t object)
{
	char customer[64];

	customer_of(object, customer);
	return find(r->h, customer, "");
}

static size_t by_wallet(const struct run *r, uint64_t object)
{
	char wallet[64];

	wallet_of(object, wallet);
	return find(r->h, wallet, "");
}

static size_t by_ends(const struct run *r, uint64_t object)
{
	char id[64], head[16];

	canned_object_id(&r->story, canned_creation(&r->story, object), id, sizeof(id));
	(void)str_copy(head, 7, id);
	return find(r->h, head, id + strlen(id) - 6);
}

static size_t by_part(const struct run *r, uint64_t object)
{
	char wallet[64];

	wallet_of(object, wallet);
	return find(r->h, wallet + strlen(wallet) - 9, "");
}

static size_t by_nothing(const struct run *r, uint64_t object)
{
	char text[64];

	(void)str_printf(text, sizeof(text), "nobody-%" PRIu64, object);
	return find(r->h, text, "");
}

static size_t invoice_dossier(const struct run *r, uint64_t object)
{
	char id[64];

	canned_object_id(&r->story, canned_creation(&r->story, object), id, sizeof(id));
	return dossier(r->h, OBJECT_INVOICE, id);
}

static size_t customer_dossier(const struct run *r, uint64_t object)
{
	char customer[64];

	customer_of(object, customer);
	return dossier(r->h, OBJECT_NONE, customer);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(const struct run *r, const char *what,
		    size_t (*look)(const struct run *r, uint64_t object), size_t times)
{
	static double ms[TIMES_MAX];
	size_t found = 0;

	for (size_t i = 0; i < times; i++) {
		uint64_t object = some_invoice(r, i);
		double began = bench_now();

		found += look(r, object);
		ms[i] = (bench_now() - began) * 1e3;
	}
	qsort(ms, times, sizeof(double), by_size);
	printf("%s %zu %zu %.4f %.4f\n", what, times, found, ms[times / 2],
	       ms[(times * 99 + 99) / 100 - 1]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: lookup PATH TIMES OBJECTS\n");
		return 2;
	}
	size_t times = strtoull(argv[2], NULL, 10);
	struct run r = {.h = history_at(argv[1]), .story.base_ms = CANNED_BASE_MS};

	times = times < 10 ? 10 : times > TIMES_MAX ? TIMES_MAX : times;
	r.story.objects = strtoull(argv[3], NULL, 10);
	r.objects = history_count(r.h) / CANNED_STEPS;
	measure(&r, "id", by_id, times);
	measure(&r, "customer", by_customer, times);
	measure(&r, "wallet", by_wallet, times);
	measure(&r, "ends", by_ends, times);
	measure(&r, "part", by_part, times / 10);
	measure(&r, "nothing", by_nothing, times / 10);
	measure(&r, "dossier", invoice_dossier, times);
	measure(&r, "customer's", customer_dossier, times);
	history_close(r.h);
	return 0;
}
