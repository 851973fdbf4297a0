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

/* What takes of an answer's data what it knows, into what its caller handed over. */
typedef enum status answer_reader(const struct json *data, void *into, struct problem *reterr);
/* Opens an answer, has it read, and frees it. */
must_check enum status answer_read(const char *body, size_t len, answer_reader *read, void *into,
				   struct problem *reterr);

#endif
