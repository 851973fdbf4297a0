#include "sandbox/ledger_private.h"

#include "wire/lifecycle.h"

/* Under which word a payment's second machine is kept in `transitions`. */
#define SETTLEMENT_WORD "settlement"

static const char schema[] =
	"CREATE TABLE transitions("
	" kind TEXT NOT NULL, from_status TEXT NOT NULL, to_status TEXT NOT NULL,"
	" PRIMARY KEY(kind, from_status, to_status)) WITHOUT ROWID;"

	"CREATE TABLE objects("
	" n INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, status TEXT NOT NULL,"
	" settlement_status TEXT NOT NULL, type TEXT NOT NULL, customer_id TEXT NOT NULL,"
	" parent_id TEXT NOT NULL, country TEXT NOT NULL, retailer TEXT NOT NULL,"
	" wallet TEXT NOT NULL, wallet_network TEXT NOT NULL, environment TEXT NOT NULL,"
	" amount INTEGER NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,"
	" due_ms INTEGER, doc TEXT NOT NULL, hidden TEXT NOT NULL DEFAULT '{}');"
	"CREATE UNIQUE INDEX objects_id ON objects(kind, id);"
	"CREATE INDEX objects_created ON objects(kind, created_ms);"
	"CREATE INDEX objects_by_status ON objects(kind, status, created_ms);"
	"CREATE INDEX objects_by_customer ON objects(kind, customer_id, created_ms);"
	"CREATE INDEX objects_parent ON objects(parent_id, kind) WHERE parent_id <> '';"
	"CREATE INDEX objects_sums ON objects(kind, status, type, environment, amount);"
	"CREATE INDEX objects_due ON objects(due_ms) WHERE due_ms IS NOT NULL;"

	"CREATE TRIGGER objects_birth BEFORE INSERT ON objects"
	" WHEN NOT EXISTS (SELECT 1 FROM transitions WHERE kind = NEW.kind"
	"  AND from_status = '' AND to_status = NEW.status)"
	" BEGIN SELECT RAISE(ABORT, 'no such first status'); END;"
	"CREATE TRIGGER objects_status BEFORE UPDATE ON objects"
	" WHEN OLD.status <> NEW.status AND NOT EXISTS (SELECT 1 FROM transitions"
	"  WHERE kind = OLD.kind AND from_status = OLD.status AND to_status = NEW.status)"
	" BEGIN SELECT RAISE(ABORT, 'impossible status change'); END;"
	"CREATE TRIGGER objects_settlement_birth BEFORE INSERT ON objects"
	" WHEN NEW.settlement_status <> '' AND NOT EXISTS (SELECT 1 FROM transitions"
	"  WHERE kind = '" SETTLEMENT_WORD
	"' AND from_status = '' AND to_status = NEW.settlement_status)"
	" BEGIN SELECT RAISE(ABORT, 'no such first settlement status'); END;"
	"CREATE TRIGGER objects_settlement BEFORE UPDATE ON objects"
	" WHEN OLD.settlement_status <> NEW.settlement_status AND NOT EXISTS"
	"  (SELECT 1 FROM transitions WHERE kind = '" SETTLEMENT_WORD "'"
	"  AND from_status = OLD.settlement_status AND to_status = NEW.settlement_status)"
	" BEGIN SELECT RAISE(ABORT, 'impossible settlement status change'); END;"

	"CREATE TABLE events("
	" seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,"
	" created_ms INTEGER NOT NULL, invoice_id TEXT NOT NULL, order_id TEXT NOT NULL,"
	" customer_id TEXT NOT NULL, invoice_type TEXT NOT NULL, wallet TEXT NOT NULL,"
	" wallet_network TEXT NOT NULL, environment TEXT NOT NULL, commerce INTEGER NOT NULL,"
	" body TEXT NOT NULL);"
	"CREATE INDEX events_by_type ON events(type, seq);"
	"CREATE INDEX events_created ON events(created_ms);"
	"CREATE INDEX events_by_invoice ON events(invoice_id) WHERE invoice_id <> '';"
	"CREATE INDEX events_by_order ON events(order_id) WHERE order_id <> '';"
	"CREATE INDEX events_by_customer ON events(customer_id) WHERE customer_id <> '';"
	"CREATE INDEX events_commerce ON events(seq) WHERE commerce = 1;"
	/* The types that ever occurred: a wildcard is answered from here. */
	"CREATE TABLE event_types(type TEXT PRIMARY KEY) WITHOUT ROWID;"

	"CREATE TABLE idempotency("
	" principal TEXT NOT NULL, key TEXT NOT NULL, body_hash TEXT NOT NULL,"
	" status INTEGER NOT NULL, response TEXT NOT NULL, created_ms INTEGER NOT NULL,"
	" PRIMARY KEY(principal, key)) WITHOUT ROWID;"
	"CREATE TABLE docs("
	" n INTEGER PRIMARY KEY, collection TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL,"
	" due_ms INTEGER, doc TEXT NOT NULL);"
	"CREATE UNIQUE INDEX docs_id ON docs(collection, id);"
	"CREATE INDEX docs_parent ON docs(collection, parent, n);"
	"CREATE INDEX docs_due ON docs(collection, due_ms) WHERE due_ms IS NOT NULL;"
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

const char *ledger_kind_word(enum object_kind kind)
{
	const struct kind_info *info = kind_info(kind);

	return info ? info->wire : "";
}

static enum status load_machine(struct ledger *l, const char *word, enum vocab v,
				struct problem *reterr)
{
	size_t count;
	const struct transition *table = lifecycle_table(v, &count);

	for (size_t i = 0; i < count; i++) {
		struct sql_query q;
		enum status st;

		sql_query_init(&q, "INSERT INTO transitions VALUES(");
		sql_query_text(&q, "?", word);
		sql_query_text(&q, ",?", table[i].from);
		sql_query_text(&q, ",?)", table[i].to);
		st = sql_write(l->sql, &q, NULL, reterr);
		sql_query_release(&q);
		if (st != S_OK)
			return st;
	}
	return S_OK;
}

static enum status load_machines(struct ledger *l, struct problem *reterr)
{
	enum status st = sql_script(l->sql, "DELETE FROM transitions", reterr);

	for (int kind = OBJECT_NONE + 1; kind < OBJECT_KIND_COUNT && st == S_OK; kind++)
		st = load_machine(l, ledger_kind_word((enum object_kind)kind),
				  kind_info((enum object_kind)kind)->vocab, reterr);
	if (st == S_OK)
		st = load_machine(l, SETTLEMENT_WORD, VOCAB_SETTLEMENT, reterr);
	return st;
}

/* 0: new and empty; 1: ours. */
static enum status recognise(struct ledger *l, bool *ret_empty, struct problem *reterr)
{
	static const char next[] = "name a file that pepay-sandbox made, or a new one";
	int64_t application = 0, version = 0, tables = 0;
	struct sql_query q;
	enum status st = sql_pragma_get(l->sql, "application_id", &application, reterr);

	if (st == S_OK)
		st = sql_pragma_get(l->sql, "user_version", &version, reterr);
	if (st != S_OK)
		return st;
	sql_query_init(&q, "SELECT count(*) FROM sqlite_schema");
	st = sql_number(l->sql, &q, 0, &tables, reterr);
	sql_query_release(&q);
	if (st != S_OK)
		return st;
	*ret_empty = application == 0 && version == 0 && tables == 0;
	if (*ret_empty)
		return S_OK;
	if (application != LEDGER_APPLICATION_ID)
		return problem_set(reterr, E_CONFLICT, next, "the file is not a sandbox ledger");
	if (version > LEDGER_SCHEMA_VERSION)
		return problem_set(reterr, E_CONFLICT, "use a newer pepay-sandbox",
				   "the ledger has schema %lld, newer than %d", (long long)version,
				   LEDGER_SCHEMA_VERSION);
	return S_OK;
}

static enum status stamp(struct ledger *l, struct problem *reterr)
{
	char text[96];

	str_printf(text, sizeof(text), "PRAGMA application_id=%d; PRAGMA user_version=%d;",
		   LEDGER_APPLICATION_ID, LEDGER_SCHEMA_VERSION);
	return sql_script(l->sql, text, reterr);
}

enum status ledger_schema_apply(struct ledger *l, struct problem *reterr)
{
	bool empty;
	enum status st = recognise(l, &empty, reterr);

	if (st == S_OK)
		st = ledger_begin(l, reterr);
	if (st != S_OK)
		return st;
	if (empty) {
		st = sql_script(l->sql, schema, reterr);
		if (st == S_OK)
			st = stamp(l, reterr);
	}
	if (st == S_OK)
		st = load_machines(l, reterr);
	if (st == S_OK)
		return ledger_commit(l, reterr);
	ledger_rollback(l);
	return st;
}
