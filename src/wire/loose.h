/*
 * Reading answers whose members Pepay shows in one sample or not at all: what is
 * missing, null or of another type stays as it was, and is false. Private to wire.
 */
#ifndef PEPAYTOP_WIRE_LOOSE_H
#define PEPAYTOP_WIRE_LOOSE_H

#include "wire/json.h"

/* The first of the members that is there and not null; each may be dotted: "pricing.price".
 * `paths` ends in NULL. */
const struct json *loose_find(const struct json *obj, const char *const *paths);
#define LOOSE(obj, ...) loose_find((obj), (const char *const[]){__VA_ARGS__, NULL})

/* Text, or a number as it is written; cut where it does not fit. */
bool loose_text(const struct json *v, char *ret, size_t cap);
/* The same, but nothing when it is empty or does not fit: half an id is another's. */
bool loose_id(const struct json *v, char *ret, size_t cap);
bool loose_int(const struct json *v, int64_t *ret);
bool loose_bool(const struct json *v, bool *ret);
/* Epoch seconds or ISO text, as ms. */
bool loose_time(const struct json *v, int64_t *ret_ms);
/*
 * Dollars as a number or a decimal string, as usd_millis, out of its own text. What is finer than
 * a thousandth (the dust of somebody's floating point, a tax that was not rounded) goes to the
 * nearest: such amounts are looked at, never charged.
 */
bool loose_dollars(const struct json *v, int64_t *ret);

#endif
