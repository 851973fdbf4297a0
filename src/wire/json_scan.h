/*
 * The guard in front of the parser: reads the whole text once, by hand, and
 * refuses what json.h lists. Private to the wire layer.
 */
#ifndef PEPAYTOP_WIRE_JSON_SCAN_H
#define PEPAYTOP_WIRE_JSON_SCAN_H

#include "base/status.h"

struct json_span {
	size_t at;
	size_t len;
};

struct json_scan {
	struct json_span *spans; /* where numbers, nulls, arrays and objects stand; heap */
	size_t span_count;       /* in document order, what contains before what is in it */
	size_t span_cap;
	size_t number_count;
	size_t value_count; /* of every kind */
	size_t failed_at;   /* the byte it stopped at, when it refuses */
};

struct json_limits {
	size_t size;   /* bytes */
	size_t values; /* of every kind, containers too */
};

/* E_LIMIT for size, depth and count of values, E_INVALID for everything else. *ret is empty but for
 * `failed_at` on failure; release it after success. */
must_check enum status json_scan(const char *text, size_t len, const struct json_limits *limits,
				 struct json_scan *ret, struct problem *reterr);
void json_scan_release(struct json_scan *scan);
/* Bytes of the JSON number at the start of s, 0 when there is none. */
size_t json_scan_number(const char *s, size_t len);

#endif
