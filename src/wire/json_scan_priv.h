/* Where the parser is; shared by json_scan*.c alone. */
#ifndef PEPAYTOP_WIRE_JSON_SCAN_PRIV_H
#define PEPAYTOP_WIRE_JSON_SCAN_PRIV_H

#include "wire/json_scan.h"

struct scanner {
	const char *text;
	size_t len;
	size_t pos;
	size_t depth;
	struct json *nodes; /* one allocation with `copy` behind them */
	size_t used;
	size_t room;
	char *copy; /* of the text; what was read becomes strings, unescaped and NUL-terminated */
	const struct json_limits *limits;
	struct problem *err;
};

enum status scan_fail(struct scanner *s, const char *why);

static inline int scan_peek(const struct scanner *s)
{
	return s->pos < s->len ? (unsigned char)s->text[s->pos] : -1;
}

/* At a quote. The content stays where it stood in the copy; without escapes it is there already. */
enum status scan_string(struct scanner *s, char **ret, uint32_t *ret_len);

#endif
