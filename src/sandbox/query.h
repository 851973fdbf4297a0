/*
 * Query strings: name=value pairs, percent-decoded once, '+' as a space.
 */
#ifndef PEPAYTOP_SANDBOX_QUERY_H
#define PEPAYTOP_SANDBOX_QUERY_H

#include "base/strbuf.h"
#include "sandbox/call.h"

/*
 * Fills params (CALL_PARAMS_MAX of them). E_INVALID on a bad percent-escape, an encoded control
 * character (NUL among them), invalid UTF-8, an empty name or a name sent twice; E_LIMIT on too
 * many parameters or one that is too long.
 */
must_check enum status query_parse(const char *query, struct call_param *params, size_t *ret_count,
				   struct problem *reterr);
const char *query_get(const struct call_param *params, size_t count, const char *name);

/* The query as a log may show it: what proves who asks is left out. */
void query_redact(const char *query, struct strbuf *out);

#endif
