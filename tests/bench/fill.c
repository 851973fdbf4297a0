/*
 * Makes a ledger long: copies of the events it has, under new ids and later times, until there are
 * as many as asked for.
 *
 *	fill LEDGER COUNT
 */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/ledger.h"

#define BATCH   50000
#define STEP_MS 20 /* between two events: the rate of the busy scenario */
#define MODELS  1024

struct models {
	struct ledger_event items[MODELS];
	size_t count;
	int64_t newest_ms;
};

static void check(enum status st, const struct problem *why)
{
	if (st == S_OK)
		return;
	fprintf(stderr, "fill: %s\n", why->what);
	exit(1);
}

/* What follows the id, which is the first member. */
static const char *after_id(const char *body)
{
	static const char before[] = "{\"id\":\"";
	const char *end = strncmp(body, before, sizeof(before) - 1) == 0
				  ? strchr(body + sizeof(before) - 1, '"')
				  : NULL;

	if (!end) {
		fprintf(stderr, "fill: the id is not where it was: %.40s\n", body);
		exit(1);
	}
	return end;
}

static bool remember(void *ctx, const struct ledger_event *e)
{
	struct models *m = ctx;
	struct ledger_event *copy = &m->items[m->count++];

	*copy = *e;
	copy->type = xstrdup(e->type);
	copy->invoice_id = xstrdup(e->invoice_id);
	copy->order_id = xstrdup(e->order_id);
	copy->customer_id = xstrdup(e->customer_id);
	copy->invoice_type = xstrdup(e->invoice_type);
	copy->wallet = xstrdup(e->wallet);
	copy->wallet_network = xstrdup(e->wallet_network);
	copy->environment = xstrdup(e->environment);
	copy->body = xstrdup(after_id(e->body));
	m->newest_ms = e->created_ms;
	return m->count < MODELS;
}

static void append(struct ledger *l, struct models *m, int64_t seq, struct strbuf *body)
{
	struct ledger_event e = m->items[(size_t)seq % m->count];
	struct problem why = {0};

	e.created_ms = m->newest_ms += STEP_MS;
	str_printf(e.id, sizeof(e.id), "evt_%lld-%lld", (long long)e.created_ms, (long long)seq);
	strbuf_clear(body);
	strbuf_addf(body, "{\"id\":\"%s", e.id);
	strbuf_addstr(body, e.body);
	e.body = strbuf_str(body);
	e.body_len = body->len;
	check(ledger_append_event(l, &e, &why), &why);
}

static void fill(struct ledger *l, struct models *m, int64_t count)
{
	struct strbuf body;
	struct problem why = {0};
	int64_t seq;

	strbuf_init(&body, 1u << 20);
	check(ledger_next_event_seq(l, &seq, &why), &why);
	while (seq <= count) {
		check(ledger_begin(l, &why), &why);
		for (int i = 0; i < BATCH && seq <= count; i++)
			append(l, m, seq++, &body);
		check(ledger_commit(l, &why), &why);
	}
	strbuf_release(&body);
}

int main(int argc, char **argv)
{
	static struct models models;
	struct ledger_event_filter f = {.limit = MODELS, .session = true};
	struct ledger *l = NULL;
	struct problem why = {0};

	if (argc != 3) {
		fprintf(stderr, "usage: fill LEDGER COUNT\n");
		return 2;
	}
	check(ledger_open(argv[1], &l, &why), &why);
	check(ledger_events(l, &f, remember, &models, NULL, &why), &why);
	if (models.count == 0) {
		fprintf(stderr, "fill: %s has no events to copy\n", argv[1]);
		return 1;
	}
	fill(l, &models, strtoll(argv[2], NULL, 10));
	ledger_close(l);
	return 0;
}
