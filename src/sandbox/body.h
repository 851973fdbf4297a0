/*
 * Members of a JSON body with their bounds. On bad input each fills the reply with
 * a 400 VALIDATION_ERROR that names the field, and returns false. An absent or null
 * member is fine unless it is said otherwise, and gives the empty value.
 */
#ifndef PEPAYTOP_SANDBOX_BODY_H
#define PEPAYTOP_SANDBOX_BODY_H

#include "sandbox/call.h"

/* At most `max` characters; also at most `max` bytes where `bytes` says so (ids). *ret borrowed. */
bool body_string(const struct call *c, struct reply *r, const char *key, size_t max, bool bytes,
		 const char **ret);
/* The same, but it must be there and not be "". */
bool body_required(const struct call *c, struct reply *r, const char *key, size_t max, bool bytes,
		   const char **ret);
bool email_valid(const char *text);
bool body_email(const struct call *c, struct reply *r, const char *key, const char **ret);
/* http or https with a host. */
bool body_url(const struct call *c, struct reply *r, const char *key, const char **ret);
/* 0x and 40 hex digits. */
bool body_evm_address(const struct call *c, struct reply *r, const char *key, const char **ret);
bool body_int(const struct call *c, struct reply *r, const char *key, int64_t min, int64_t max,
	      int64_t fallback, int64_t *ret);
bool body_bool(const struct call *c, struct reply *r, const char *key);
bool body_object(const struct call *c, struct reply *r, const char *key, const struct json **ret);
/* A call to read an object inside the body through: members of `v`, named "name.key" in answers. */
void body_part(struct call *part, const struct json *v, const char *name);
/* A required number of dollars, exact to a thousandth, read from its own text. */
bool body_dollars(const struct call *c, struct reply *r, const char *key, int64_t min_millis,
		  int64_t max_millis, int64_t *ret_millis);

#endif
