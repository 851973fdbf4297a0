/*
 * Cursor lists as every resource answers them (contract 3.2), and the documents
 * gathered for one.
 */
#ifndef PEPAYTOP_SANDBOX_LISTS_H
#define PEPAYTOP_SANDBOX_LISTS_H

#include "sandbox/call.h"
#include "sandbox/ledger.h"

#define LIST_LIMIT_DEFAULT 10
#define LIST_LIMIT_MAX     100

/* limit, starting_after, ending_before, customer_id, created_gte, created_lte. */
bool list_read_paging(const struct call *c, struct reply *r, struct ledger_filter *f);
/*
 * Runs the list. *ret_items: a JSON array of the documents, each through `edit` when given (which
 * may add to it). False: the reply says why (an unknown cursor is a 400).
 */
bool list_read(struct world *w, const struct ledger_filter *f, struct reply *r,
	       bool (*edit)(void *ctx, struct json *item), void *ctx, struct json **ret_items,
	       bool *ret_has_more);
/* {"object":"list","data":[…],"has_more":…}; takes the items. */
struct json *list_envelope(struct json *items_take, bool has_more);
/* A resource's whole list: paging, and the filters status and country. */
void list_answer(struct world *w, const struct call *c, struct reply *r, enum object_kind kind);
/* Those that belong to the object in the path. */
void list_answer_children(struct world *w, const struct call *c, struct reply *r,
			  enum object_kind kind);
/* GET of one, bare; `status` of the answer. */
void document_answer(struct world *w, struct reply *r, int status, enum object_kind kind,
		     const char *id);
/* The document of one object, or a filled reply and NULL. */
struct json *document_read(struct world *w, enum object_kind kind, const char *id, struct reply *r);

#endif
