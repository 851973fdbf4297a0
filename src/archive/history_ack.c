/* What people said they have seen. */
#include "archive/history_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <string.h>

static const char ACK_PUT[] =
	"INSERT INTO ack (rule, kind, id, facts, at) VALUES (?, ?, ?, ?, ?)"
	" ON CONFLICT (rule, kind, id) DO UPDATE SET facts = excluded.facts, at = excluded.at";
static const char ACK_BOUND[] =
	"DELETE FROM ack WHERE (rule, kind, id) IN"
	" (SELECT rule, kind, id FROM ack ORDER BY at DESC, rule, kind, id LIMIT -1 OFFSET ?)";
static const char ACK_REMOVE[] = "DELETE FROM ack WHERE rule = ? AND kind = ? AND id = ?";

static void bind_key(struct query *q, const struct acknowledgement *ack)
{
	const struct kind_info *info = kind_info(ack->kind);

	query_str(q, ack->rule);
	query_str(q, info != NULL ? info->wire : "");
	query_str(q, ack->id);
}

static enum status ack_put(struct history *h, const struct acknowledgement *ack,
			   struct problem *why)
{
	struct query q;
	int64_t facts;
	enum status st;

	memcpy(&facts, &ack->facts, sizeof(facts));
	query_start(&q, h->db, ACK_PUT);
	bind_key(&q, ack);
	query_int(&q, facts);
	query_int(&q, ack->at_ms);
	st = query_run(&q, why);
	if (st != S_OK)
		return st;
	query_start(&q, h->db, ACK_BOUND);
	query_int(&q, HISTORY_ACKS_MAX);
	return query_run(&q, why);
}

static enum status ack_write(struct history *h, const struct acknowledgement *ack,
			     struct problem *why)
{
	struct query q;

	if (!ack->withdrawn)
		return ack_put(h, ack, why);
	query_start(&q, h->db, ACK_REMOVE);
	bind_key(&q, ack);
	return query_run(&q, why);
}

enum status history_put_ack(struct history *h, const struct acknowledgement *ack,
			    struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	enum status st = history_may_write(h, reterr);

	if (st != S_OK)
		return st;
	st = ack_write(h, ack, &why);
	return history_wrote(h, st, &why, reterr);
}

/* Of a connection of its own: nothing the owner keeps in memory speaks of this table. */
enum status history_lend_ack(struct history *h, const struct acknowledgement *ack,
			     struct problem *reterr)
{
	struct history pen = {.path = h->path, .vfs = h->vfs, .lock_fd = -1};
	struct db_options opt = {.path = h->path, .vfs = h->vfs};
	struct problem why = {.status = S_OK};
	enum status st = db_open(&opt, &pen.db, reterr);

	if (st != S_OK)
		return st;
	st = schema_lend(&pen, &why);
	if (st == S_OK)
		st = db_run(pen.db, "BEGIN IMMEDIATE", &why);
	if (st == S_OK)
		st = ack_write(&pen, ack, &why);
	if (st == S_OK)
		st = db_run(pen.db, "COMMIT", &why);
	db_close(pen.db); /* undoes what was not committed */
	if (st != S_OK && reterr != NULL)
		*reterr = why;
	return st;
}

static const char ACKS[] = "SELECT rule, kind, id, facts, at FROM ack ORDER BY at, rule, kind, id";

static void ack_read(const struct query *q, struct acknowledgement *ret)
{
	int64_t facts = query_get_int(q, 3);

	*ret = (struct acknowledgement){.kind = kind_from_wire(query_get_text(q, 1)),
					.at_ms = query_get_int(q, 4)};
	str_copy(ret->rule, sizeof(ret->rule), query_get_text(q, 0));
	str_copy(ret->id, sizeof(ret->id), query_get_text(q, 2));
	memcpy(&ret->facts, &facts, sizeof(facts));
}

enum status history_acks(struct history *h, struct acknowledgement **ret, size_t *ret_count,
			 struct problem *reterr)
{
	struct acknowledgement *items = NULL;
	size_t count = 0, cap = 0;
	struct query q;
	enum status st = history_may_read(h, reterr);

	if (st != S_OK)
		return st;
	query_start(&q, h->db, ACKS);
	while (query_step(&q)) {
		array_reserve((void **)&items, &cap, count + 1, sizeof(*items));
		ack_read(&q, &items[count++]);
	}
	st = history_read(h, query_end(&q, reterr));
	if (st != S_OK) {
		free(items);
		return st;
	}
	*ret = items;
	*ret_count = count;
	return S_OK;
}
