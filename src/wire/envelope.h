/*
 * What is around an answer (contract 3.1). Private to wire.
 */
#ifndef PEPAYTOP_WIRE_ENVELOPE_H
#define PEPAYTOP_WIRE_ENVELOPE_H

#include "wire/json.h"

/* Parses a successful answer and goes into success/data where there is one. E_PROTOCOL when it
 * says `"success":false`. The caller frees *ret_root. */
must_check enum status answer_open(const char *body, size_t len, struct json **ret_root,
				   const struct json **ret_data, struct problem *reterr);

/* Opens an answer, has `read` take of its data what it knows, and frees it. */
must_check enum status answer_read(const char *body, size_t len,
				   enum status (*read)(const struct json *data, void *into,
						       struct problem *reterr),
				   void *into, struct problem *reterr);

#endif
