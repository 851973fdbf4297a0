/*
 * A subject as JSON made of what is known: for what came as no body of its own, or is
 * put together. Tokens and signatures are masked.
 */
#ifndef PEPAYTOP_VIEWS_SUBJECT_JSON_H
#define PEPAYTOP_VIEWS_SUBJECT_JSON_H

#include "model/related.h"
#include "wire/json.h"

/* The caller frees; NULL: nothing is known of it. */
struct json *subject_to_json(const struct store *st, const struct subject *s,
			     const struct related *related);

#endif
