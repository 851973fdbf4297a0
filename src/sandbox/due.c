/* The clock's own work: objects that fall due, and works. */
#include "sandbox/domain.h"
#include "sandbox/ledger.h"
#include "sandbox/works.h"

/* What time does to an object of each kind that has a due_ms. */
static enum status due_act(struct world *w, enum object_kind kind, const char *id,
			   struct problem *reterr)
{
	switch (kind) {
	case OBJECT_INVOICE:
		return invoice_expire(w, id, reterr);
	default:
		return problem_set(reterr, E_UNSUPPORTED, NULL, "nothing is ever due on %s", id);
	}
}

static int64_t object_due_ms(struct world *w)
{
	enum object_kind kind;
	char *id = NULL;
	int64_t due;

	if (ledger_next_due(w->ledger, &kind, &id, &due, NULL) != S_OK)
		return TIME_NONE;
	free(id);
	return due;
}

/* TIME_NONE is the least of all, so it cannot be compared with. */
static bool sooner(int64_t a, int64_t b)
{
	return a != TIME_NONE && (b == TIME_NONE || a < b);
}

int64_t domain_next_due_ms(struct world *w)
{
	int64_t object = object_due_ms(w), work = work_next_due_ms(w);

	return sooner(work, object) ? work : object;
}

static enum status run_object(struct world *w, enum object_kind kind, const char *id,
			      struct problem *reterr)
{
	enum status st = ledger_begin(w->ledger, reterr);

	if (st != S_OK)
		return st;
	st = due_act(w, kind, id, reterr);
	if (st == S_OK)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st;
}

enum status domain_run_due_one(struct world *w, struct problem *reterr)
{
	enum object_kind kind;
	char *id = NULL;
	int64_t due;
	enum status st;

	if (sooner(work_next_due_ms(w), object_due_ms(w)))
		return work_run_one(w, reterr);
	st = ledger_next_due(w->ledger, &kind, &id, &due, reterr);
	if (st == S_OK) {
		world_advance_to(w, due);
		st = run_object(w, kind, id, reterr);
	}
	free(id);
	return st;
}

enum status domain_run_due(struct world *w, int64_t until_ms, struct problem *reterr)
{
	bool any = false;
	enum status st = S_OK;

	for (;;) {
		int64_t due = domain_next_due_ms(w);

		if (st != S_OK || due == TIME_NONE || due > until_ms)
			break;
		st = domain_run_due_one(w, reterr);
		any |= st == S_OK;
	}
	if (any)
		world_wake(w);
	return st;
}
