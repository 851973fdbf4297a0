/*
 * The parser: reads the whole text once, refuses what json.h lists and leaves the
 * document behind. Private to the wire layer.
 */
#ifndef PEPAYTOP_WIRE_JSON_SCAN_H
#define PEPAYTOP_WIRE_JSON_SCAN_H

#include "wire/json.h"

struct json_limits {
	size_t size;   /* bytes; JSON_PAGE_SIZE_MAX at most */
	size_t values; /* of every kind, containers too */
};

/* E_LIMIT for size, depth and count of values, E_INVALID for everything else. */
must_check enum status json_scan(const char *text, size_t len, const struct json_limits *limits,
				 struct json **ret_root, struct problem *reterr);
/* Bytes of the JSON number at the start of s, 0 when there is none. */
size_t json_scan_number(const char *s, size_t len);

#endif
