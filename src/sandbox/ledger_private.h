/*
 * What the ledger's files share. Nobody else includes this.
 */
#ifndef PEPAYTOP_SANDBOX_LEDGER_PRIVATE_H
#define PEPAYTOP_SANDBOX_LEDGER_PRIVATE_H

#include "sandbox/ledger.h"
#include "sandbox/ledger_sql.h"

struct ledger {
	struct sql *sql;
	bool in_transaction;
	bool in_batch;   /* a transaction around transactions */
	bool batch_lost; /* SQLite has rolled it back by itself */
};

#define LEDGER_APPLICATION_ID 0x50455059 /* "PEPY" */
#define LEDGER_SCHEMA_VERSION 1

/* Makes or checks the schema, and loads the state machines (ledger_schema.c). */
must_check enum status ledger_schema_apply(struct ledger *l, struct problem *reterr);

/* The word a kind is stored under; kinds may be renumbered, words last. */
const char *ledger_kind_word(enum object_kind kind);

#endif
