/* Texts that are nearly JSON: fixtures with a few things in them changed by chance. */
#ifndef PEPAYTOP_TEST_WIRE_MUTATE_H
#define PEPAYTOP_TEST_WIRE_MUTATE_H

#include "base/rng.h"

#define MUTATE_ROOM 65536

/* Pieces that break parsers more often than chance would. */
static const char *const MUTATE_TOKENS[] = {"{",
					    "}",
					    "[",
					    "]",
					    ",",
					    "\"",
					    ":",
					    "\\u0000",
					    "\\ud800",
					    "null",
					    "true",
					    "1e999",
					    "-0",
					    "01",
					    "\xff",
					    "\xed\xa0\x80",
					    "\"id\":1,",
					    "\"object\":\"event\",",
					    "9223372036854775808",
					    "1.0005",
					    "\\",
					    "\x1b",
					    "[[[[[[[[[[",
					    "\"status\":\"?\",",
					    "\"data\":{}",
					    "\"success\":false,",
					    "2025-12-21T13:00:00Z",
					    "\\u00e9",
					    "\\ud83d\\ude00",
					    "\\n",
					    "\xc3\xa9",
					    "\xf0\x9f\x98\x80",
					    " ",
					    "\n",
					    "\\u0069d"};

static inline size_t mutate_replace(char *text, size_t len, size_t at, size_t gone,
				    const char *piece, size_t n)
{
	if (len - gone + n >= MUTATE_ROOM)
		return len;
	memmove(text + at + n, text + at + gone, len - at - gone);
	memcpy(text + at, piece, n);
	return len - gone + n;
}

static inline size_t mutate_once(struct rng *r, char *text, size_t len)
{
	size_t at = (size_t)rng_below(r, len + 1);
	size_t span = (size_t)rng_below(r, 12);
	size_t gone = span < len - at ? span : len - at;
	const char *token =
		MUTATE_TOKENS[rng_below(r, sizeof(MUTATE_TOKENS) / sizeof(MUTATE_TOKENS[0]))];
	char byte = (char)rng_below(r, 256);
	char copy[64];
	switch (rng_below(r, 7)) {
	case 0:
		return mutate_replace(text, len, at, gone, "", 0);
	case 1:
		return mutate_replace(text, len, at, 0, token, strlen(token));
	case 2:
		return mutate_replace(text, len, at, gone, token, strlen(token));
	case 3:
		return mutate_replace(text, len, at, at < len ? 1 : 0, &byte, 1);
	case 4: /* a number or letter for another, which often stays JSON */
		byte = "0123456789abcdefnull-.eE+"[rng_below(r, 25)];
		return mutate_replace(text, len, at, at < len ? 1 : 0, &byte, 1);
	case 5:
		memcpy(copy, text + at, gone);
		return mutate_replace(text, len, (size_t)rng_below(r, len + 1), 0, copy, gone);
	default:
		return (size_t)rng_below(r, 50) == 0 ? at : len;
	}
}

/* The text with one to four changes, in MUTATE_ROOM bytes; returns its length. */
static inline size_t mutate_text(struct rng *r, char *work, const char *text)
{
	size_t len = strlen(text);

	memcpy(work, text, len);
	for (uint64_t n = 1 + rng_below(r, 4); n > 0; n--)
		len = mutate_once(r, work, len);
	return len;
}

/* PEPAYTOP_MUTATIONS asks for another number of them. */
static inline size_t mutations_wanted(size_t otherwise)
{
	const char *text = getenv("PEPAYTOP_MUTATIONS");
	size_t wanted = text != NULL ? strtoul(text, NULL, 10) : 0;
	return wanted > 0 ? wanted : otherwise;
}

#endif
