#include "sandbox/works.h"

#include "base/strbuf.h"
#include "sandbox/ledger_docs.h"
#include "wire/fields.h"

#define COLLECTION  "works"
#define WORK_ID_CAP (NAME_CAP + 64) /* a customer id is the longest */

static const struct {
	const char *name;
	enum status (*act)(struct world *w, const char *subject, struct problem *reterr);
} works[WORK_COUNT] = {
#define X(constant, name, act) [constant] = {name, act},
	WORKS(X)
#undef X
};

/* "payment_confirm:<subject>" */
static const char *work_id(char buf[WORK_ID_CAP], enum work work, const char *subject)
{
	str_printf(buf, WORK_ID_CAP, "%s:%s", works[work].name, subject);
	return buf;
}

enum status work_schedule(struct world *w, enum work work, const char *subject, int64_t due_ms,
			  struct problem *reterr)
{
	char id[WORK_ID_CAP];

	return ledger_doc_put(w->ledger, COLLECTION, work_id(id, work, subject), subject, due_ms,
			      "{}", reterr);
}

enum status work_cancel(struct world *w, enum work work, const char *subject,
			struct problem *reterr)
{
	char id[WORK_ID_CAP];
	enum status st =
		ledger_doc_delete(w->ledger, COLLECTION, work_id(id, work, subject), reterr);

	return st == E_NOT_FOUND ? S_OK : st;
}

static bool work_seen(void *ctx, const char *id, const char *doc)
{
	(void)id;
	(void)doc;
	*(bool *)ctx = true;
	return false;
}

bool work_waits(struct world *w, const char *subject)
{
	bool seen = false;

	return ledger_doc_list(w->ledger, COLLECTION, subject, 1, 0, work_seen, &seen, NULL) ==
		       S_OK &&
	       seen;
}

int64_t work_next_due_ms(struct world *w)
{
	char *id = NULL;
	int64_t due;

	if (ledger_doc_next_due(w->ledger, COLLECTION, &id, &due, NULL) != S_OK)
		return TIME_NONE;
	free(id);
	return due;
}

/* FNV-1a: the same work draws the same numbers, whenever it runs. */
static uint64_t seed_of(const char *id)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *id; id++)
		h = (h ^ (unsigned char)*id) * UINT64_C(1099511628211);
	return h;
}

static enum status act_on(struct world *w, const char *id, struct problem *reterr)
{
	struct rng outside = w->rng;
	size_t len = strcspn(id, ":");
	enum status st = E_NOT_FOUND; /* written by a later version: dropped */

	rng_seed(&w->rng, seed_of(id));
	for (size_t i = 0; i < WORK_COUNT; i++)
		if (strlen(works[i].name) == len && !strncmp(works[i].name, id, len))
			st = works[i].act(w, id + len + 1, reterr);
	w->rng = outside;
	return st;
}

static bool is_over(enum status st)
{
	return st == E_CONFLICT || st == E_NOT_FOUND || st == E_DENIED;
}

/* With `act`, or only taken from the list. */
static enum status run(struct world *w, const char *id, bool act, struct problem *reterr)
{
	enum status st = ledger_begin(w->ledger, reterr);

	if (st != S_OK)
		return st;
	st = ledger_doc_delete(w->ledger, COLLECTION, id, reterr);
	if (st == S_OK && act)
		st = act_on(w, id, reterr);
	if (st == S_OK)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st;
}

enum status work_run_one(struct world *w, struct problem *reterr)
{
	char *id = NULL;
	int64_t due;
	enum status st = ledger_doc_next_due(w->ledger, COLLECTION, &id, &due, reterr);

	if (st != S_OK)
		return st;
	world_advance_to(w, due);
	st = run(w, id, true, reterr);
	if (is_over(st))
		st = run(w, id, false, reterr);
	free(id);
	return st;
}
