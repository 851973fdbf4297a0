/*
 * The sandbox's own small records, which are no Pepay resource with a lifecycle:
 * payment sessions, carts, quotes, saved addresses, webhook endpoints and their
 * deliveries. JSON documents in named collections, in the same ledger and the same
 * transactions as everything else.
 */
#ifndef PEPAYTOP_SANDBOX_LEDGER_DOCS_H
#define PEPAYTOP_SANDBOX_LEDGER_DOCS_H

#include "sandbox/ledger.h"

/* Inserts or replaces by (collection, id); a replaced one keeps its place in order.
 * `parent` groups ("" for none). due_ms: when the clock must act on it, or TIME_NONE. */
must_check enum status ledger_doc_put(struct ledger *l, const char *collection, const char *id,
				      const char *parent, int64_t due_ms, const char *doc,
				      struct problem *reterr);
/* malloc'd; E_NOT_FOUND. */
must_check enum status ledger_doc_get(struct ledger *l, const char *collection, const char *id,
				      char **ret_doc, struct problem *reterr);
/* E_NOT_FOUND when there was none. */
must_check enum status ledger_doc_delete(struct ledger *l, const char *collection, const char *id,
					 struct problem *reterr);
/* Those of a parent (NULL: of the whole collection), oldest first. visit may stop with false; its
 * strings live until it returns, and it must not write to the ledger. */
must_check enum status ledger_doc_list(struct ledger *l, const char *collection, const char *parent,
				       int64_t limit, int64_t offset,
				       bool (*visit)(void *ctx, const char *id, const char *doc),
				       void *ctx, struct problem *reterr);
/* The earliest due of a collection: id malloc'd; E_NOT_FOUND when nothing is due at all. */
must_check enum status ledger_doc_next_due(struct ledger *l, const char *collection, char **ret_id,
					   int64_t *ret_due_ms, struct problem *reterr);

#endif
