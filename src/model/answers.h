/*
 * What was asked of the server or the history and is not a list or a record: the
 * last few answers, by what was asked. Each is WAITING from the moment it was
 * submitted, then DONE or FAILED; asking again keeps the old answer until the new one
 * is there. Part of the store; the texts and pointers are good until it changes.
 */
#ifndef PEPAYTOP_MODEL_ANSWERS_H
#define PEPAYTOP_MODEL_ANSWERS_H

#include "model/store.h"

#define ANSWERS_MAX       48
#define ANSWERS_BYTES_MAX (32u * 1024 * 1024) /* the longest unused go first */

/* How the asking went. */
struct asked {
	enum load_state load;          /* of the last time it was asked */
	const struct problem *problem; /* LOAD_FAILED */
	uint64_t serial;               /* of the request */
	uint64_t version;              /* of the answer: each that came has its own; 0: none yet */
};

/* Grows with every answer that went to make room. */
uint64_t answers_forgotten(const struct store *st);

/* Each is NULL until there is an answer; `ret` may be NULL. What is asked is the request's kind,
 * object, of, target and word (SESSION by pass: by the invoice the answer names, too). */
const struct findings *answer_findings(const struct store *st, const char *text, struct asked *ret);
const struct dossier *answer_dossier(const struct store *st, enum object_kind kind, const char *id,
				     struct asked *ret);
const struct payor_session *answer_session(const struct store *st, const char *invoice_id,
					   struct asked *ret);
/* Of the request with this serial, whatever invoice it turned out to be. */
const struct payor_session *answer_session_by_serial(const struct store *st, uint64_t serial,
						     struct asked *ret);
const struct shop_cart *answer_cart(const struct store *st, const char *customer,
				    const char *network, struct asked *ret);
const struct shop_products *answer_products(const struct store *st, const char *text,
					    struct asked *ret);
const struct shop_products *answer_product(const struct store *st, const char *product_id,
					   struct asked *ret);
/* The body of the last GET of an object, as the server sent it, NUL-terminated; NULL: none kept. */
const char *answer_raw(const struct store *st, enum object_kind kind, const char *id,
		       size_t *ret_len, int64_t *ret_answered_ms, struct asked *ret);
/* How a request went that only adds to the records: a LIST of someone's, an EVENT_FETCH. */
void answer_asked(const struct store *st, const struct request *rq, struct asked *ret);

/* Acknowledgements, of this session and of the history. NULL: none that stands. */
const struct acknowledgement *store_acknowledged(const struct store *st, const char *rule,
						 enum object_kind kind, const char *id);
/* Grows with every change to them. */
uint64_t store_acks_version(const struct store *st);

#endif
