/* Opening, what to do with a file that is damaged, and transactions. */
#include "archive/history_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <assert.h>

static bool history_writes(const struct history *h)
{
	return h->mode == HISTORY_WRITING || h->mode == HISTORY_TEMPORARY;
}

/* --- opening ----------------------------------------------------------------------------- */

static enum status tally_load(struct history *h, struct problem *reterr)
{
	struct tally t = {.events = 0};
	enum status st = state_get_int(h->db, STATE_EVENTS, 0, &t.events, reterr);

	if (st == S_OK)
		st = state_get_int(h->db, STATE_NEXT_ROW, 1, &t.next_row, reterr);
	if (st == S_OK)
		st = state_get_int(h->db, STATE_MERCHANT_ID, 0, &t.merchant_id, reterr);
	if (st == S_OK)
		st = state_get_int(h->db, STATE_TOLD_FROM, 0, &t.told_from, reterr);
	if (st == S_OK)
		st = state_get_int(h->db, STATE_TOLD_ANSWERS_FROM, 0, &t.told_answers_from, reterr);
	if (st == S_OK)
		st = state_get_int(h->db, STATE_FOLDED_FROM, 0, &t.folded_from, reterr);
	if (st == S_OK)
		st = state_get_int(h->db, STATE_FOLDED_ANSWERS_FROM, 0, &t.folded_answers_from,
				   reterr);
	for (int c = 0; st == S_OK && c < HISTORY_CURSOR_COUNT; c++)
		st = state_get(h->db, history_cursor_name(c), t.cursors[c], ID_CAP, reterr);
	if (st == S_OK)
		h->tally = h->committed = t;
	return st;
}

/* What was learnt of a file that is another now: a run closed since may be filled with others. */
static void history_forget_known(struct history *h)
{
	said_forget(h);
	h->recent_bytes = -1;
	filters_free(h->filters);
	h->filters = NULL;
}

static void history_disconnect(struct history *h)
{
	db_close(h->db);
	h->db = NULL;
	h->suspect = false;
	h->open = false;
	history_forget_known(h);
}

/* The connection, ready for use. h->damaged is set when the file turns out to be. */
static enum status history_connect(struct history *h, struct history_opening *o,
				   struct problem *reterr)
{
	bool writes = history_writes(h);
	struct db_options opt = {.path = h->path, .vfs = h->vfs, .read_only = !writes};
	enum status st = db_open(&opt, &h->db, reterr);

	if (st != S_OK)
		return st;
	st = schema_apply(h, writes, &o->upgraded_from, &o->fresh, reterr);
	if (st == S_OK)
		st = schema_bind_world(h, writes, reterr);
	if (st == S_OK)
		st = tally_load(h, reterr);
	h->damaged = db_damaged(h->db);
	if (st != S_OK)
		history_disconnect(h);
	return st;
}

static enum status history_begin_anew(struct history *h, struct history_opening *o,
				      struct problem *reterr)
{
	enum status st = S_OK;

	if (h->path != NULL)
		st = file_set_aside(h->path, clock_wall_ms(&h->clock), h->set_aside_to,
				    sizeof(h->set_aside_to), reterr);
	if (st == S_OK && h->path != NULL)
		st = file_create(h->path, reterr);
	h->damaged = false;
	return st == S_OK ? history_connect(h, o, reterr) : st;
}

/* Connects; a damaged file makes room for a new one when it is ours to write. */
static enum status history_connect_or_begin_anew(struct history *h, struct history_opening *o,
						 struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	enum status st = h->damaged ? E_IO : S_OK;

	if (st == S_OK && history_writes(h) && h->path != NULL && file_is_missing(h->path))
		st = file_create(h->path, &why);
	if (st == S_OK)
		st = history_connect(h, o, &why);
	if (st == S_OK || !h->damaged || !history_writes(h)) {
		if (st != S_OK)
			*reterr = why;
		return st;
	}
	st = history_begin_anew(h, o, reterr);
	if (st == S_OK && h->path != NULL) {
		(void)str_copy(o->set_aside, sizeof(o->set_aside), h->set_aside_to);
		(void)problem_set(&o->problem, E_IO, "nothing was deleted; it is fetched again",
				  "the history was damaged; it is now %s", h->set_aside_to);
	}
	return st;
}

/* May it really be written? Said now, not at the first event. A number that changes, because
 * SQLite does not write what is there already. */
static enum status history_try_writing(struct history *h, struct problem *reterr)
{
	int64_t times = 0;
	enum status st = db_run(h->db, "BEGIN IMMEDIATE", reterr);

	if (st == S_OK)
		st = state_get_int(h->db, STATE_OPENED, 0, &times, reterr);
	if (st == S_OK)
		st = state_set_int(h->db, STATE_OPENED, times + 1, reterr);
	if (st == S_OK)
		st = db_run(h->db, "COMMIT", reterr);
	if (st != S_OK && db_in_transaction(h->db))
		(void)!db_run(h->db, "ROLLBACK", NULL);
	return st;
}

static enum status history_open_view(struct history *h, const struct problem *why,
				     struct history_opening *o, struct problem *reterr)
{
	history_disconnect(h);
	file_unlock(h->lock_fd);
	h->lock_fd = -1;
	h->mode = HISTORY_VIEW_ONLY;
	o->problem = *why;
	return history_connect(h, o, reterr);
}

static enum status history_open_writing(struct history *h, bool exists, struct history_opening *o,
					struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	enum status st = file_lock(h->path, &h->lock_fd, &why);

	if (exists && (st == E_CONFLICT || st == E_READ_ONLY))
		return history_open_view(h, &why, o, reterr);
	if (st != S_OK) {
		*reterr = why;
		return st;
	}
	h->mode = HISTORY_WRITING;
	st = history_connect_or_begin_anew(h, o, &why);
	if (st == S_OK) {
		st = history_try_writing(h, &why);
		h->suspect = db_io_failed(h->db); /* the next history_begin tells */
		st = st == E_READ_ONLY ? st : S_OK;
	}
	if (st == E_READ_ONLY && exists)
		return history_open_view(h, &why, o, reterr);
	if (st != S_OK)
		*reterr = why;
	return st;
}

static enum status history_open_path(struct history *h, const struct history_options *opt,
				     struct history_opening *o, struct problem *reterr)
{
	struct problem none = {.status = S_OK};
	bool exists = false;
	enum status st = file_check(opt->path, !opt->read_only, &h->path, &exists, reterr);

	if (st != S_OK)
		return st;
	if (!opt->read_only)
		return history_open_writing(h, exists, o, reterr);
	if (!exists)
		return problem_set(reterr, E_NOT_FOUND, "run pepaytop once",
				   "there is no history %s", opt->path);
	return history_open_view(h, &none, o, reterr);
}

enum status history_open(const struct history_options *opt, struct history **ret,
			 struct history_opening *ret_opening, struct problem *reterr)
{
	struct history *h = xcalloc(1, sizeof(*h));
	struct history_opening o = {.upgraded_from = 0};
	struct problem why = {.status = S_OK};
	enum status st;

	h->lock_fd = -1;
	h->recent_bytes = -1;
	h->vfs = opt->vfs ? xstrdup(opt->vfs) : NULL;
	h->world = opt->world;
	h->clock = opt->clock;
	h->limits = opt->limits;
	h->mode = HISTORY_TEMPORARY;
	if (opt->path != NULL)
		st = history_open_path(h, opt, &o, &why);
	else
		st = history_connect(h, &o, &why);
	if (st != S_OK) {
		history_close(h);
		if (reterr != NULL)
			*reterr = why;
		return st;
	}
	o.mode = h->mode;
	*ret = h;
	*ret_opening = o;
	return S_OK;
}

void history_close(struct history *h)
{
	if (h == NULL)
		return;
	history_disconnect(h);
	file_unlock(h->lock_fd);
	free(h->path);
	free(h->vfs);
	free(h->said);
	free(h);
}

/* --- opening again ----------------------------------------------------------------------- */

/* Of a temporary file nothing would be left: it is kept as long as it is whole. */
static bool history_must_reopen(const struct history *h)
{
	if (h->db == NULL || h->damaged)
		return true;
	return h->suspect && h->path != NULL;
}

static enum status history_reopen(struct history *h, struct problem *reterr)
{
	struct history_opening o = {.upgraded_from = 0};
	struct problem why = {.status = S_OK};
	enum status st;

	history_disconnect(h);
	st = history_connect_or_begin_anew(h, &o, &why);
	if (st == S_OK && h->doubtful_row > 0)
		h->landed_row = h->committed.next_row;
	if (st != S_OK && reterr != NULL)
		*reterr = why;
	return st;
}

enum status history_may_read(struct history *h, struct problem *reterr)
{
	if (h->open || !history_must_reopen(h))
		return S_OK;
	return history_reopen(h, reterr);
}

static void history_look(struct history *h)
{
	h->damaged |= db_damaged(h->db);
	h->suspect |= db_io_failed(h->db);
}

enum status history_read(struct history *h, enum status st)
{
	if (st != S_OK)
		history_look(h);
	return st;
}

enum status history_out_of_order(struct history *h, struct problem *reterr)
{
	db_set_damaged(h->db);
	return problem_set(reterr, E_IO, NULL, "the history's order is damaged");
}

bool history_set_aside(struct history *h, char ret[256])
{
	bool any = h->set_aside_to[0] != '\0';

	if (any)
		(void)str_copy(ret, sizeof(h->set_aside_to), h->set_aside_to);
	h->set_aside_to[0] = '\0';
	return any;
}

/* --- transactions ------------------------------------------------------------------------ */

enum status history_begin(struct history *h, struct problem *reterr)
{
	enum status st = S_OK;

	assert(!h->open);
	if (!history_writes(h))
		return problem_set(reterr, E_READ_ONLY, NULL, "this history is only viewed");
	if (history_must_reopen(h))
		st = history_reopen(h, reterr);
	if (st == S_OK)
		st = history_read(h, db_run(h->db, "BEGIN IMMEDIATE", reterr));
	if (st != S_OK)
		return st;
	h->open = true;
	h->changed = false;
	h->tally = h->committed;
	h->failed = (struct problem){.status = S_OK};
	return S_OK;
}

enum status history_may_write(struct history *h, struct problem *reterr)
{
	assert(h->open);
	/* A failed read can end the transaction; what came now would be a commit of its own. */
	if (h->failed.status == S_OK && !db_in_transaction(h->db))
		(void)problem_set(&h->failed, E_IO, NULL, "the commit was cut short by a failure");
	if (h->failed.status != S_OK && reterr != NULL)
		*reterr = h->failed;
	return h->failed.status;
}

enum status history_wrote(struct history *h, enum status st, const struct problem *why,
			  struct problem *reterr)
{
	h->changed = true;
	if (st == S_OK)
		return S_OK;
	h->failed = *why;
	if (reterr != NULL)
		*reterr = *why;
	return st;
}

void history_rollback(struct history *h)
{
	if (!h->open)
		return;
	if (db_in_transaction(h->db))
		(void)!db_run(h->db, "ROLLBACK", NULL);
	history_look(h);
	h->suspect |= db_in_transaction(h->db);
	h->open = false;
	h->tally = h->committed;
	history_forget_known(h);
}

/* The tallies, where they differ from what the file says. */
static enum status tally_write(struct history *h, struct problem *reterr)
{
	const struct tally *t = &h->tally, *was = &h->committed;
	enum status st = S_OK;
	char seen[24];

	if (t->events != was->events)
		st = state_set_int(h->db, STATE_EVENTS, t->events, reterr);
	if (st == S_OK && t->next_row != was->next_row)
		st = state_set_int(h->db, STATE_NEXT_ROW, t->next_row, reterr);
	if (st == S_OK && t->merchant_id != was->merchant_id)
		st = state_set_int(h->db, STATE_MERCHANT_ID, t->merchant_id, reterr);
	if (st == S_OK && t->told_from != was->told_from)
		st = state_set_int(h->db, STATE_TOLD_FROM, t->told_from, reterr);
	if (st == S_OK && t->told_answers_from != was->told_answers_from)
		st = state_set_int(h->db, STATE_TOLD_ANSWERS_FROM, t->told_answers_from, reterr);
	if (st == S_OK && t->folded_from != was->folded_from)
		st = state_set_int(h->db, STATE_FOLDED_FROM, t->folded_from, reterr);
	if (st == S_OK && t->folded_answers_from != was->folded_answers_from)
		st = state_set_int(h->db, STATE_FOLDED_ANSWERS_FROM, t->folded_answers_from,
				   reterr);
	(void)str_printf(seen, sizeof(seen), "%lld", (long long)clock_wall_ms(&h->clock));
	if (st == S_OK)
		st = history_set_cursor(h, CURSOR_SEEN, seen, reterr);
	return st;
}

enum status history_commit(struct history *h, struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	enum status st = history_may_write(h, &why);

	if (st == S_OK && h->changed)
		st = tally_write(h, &why);
	if (st == S_OK) {
		st = db_run(h->db, "COMMIT", &why);
		if (st != S_OK && h->landed_row == 0)
			h->doubtful_row = h->committed.next_row;
	}
	if (st != S_OK) {
		history_rollback(h);
		if (reterr != NULL)
			*reterr = why;
		return st;
	}
	h->committed = h->tally;
	h->doubtful_row = h->landed_row = 0;
	h->open = false;
	return S_OK;
}
