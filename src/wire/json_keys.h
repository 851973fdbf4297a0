/* The keys of one object, as the scan sees them. Private to json_scan.c. */
#ifndef PEPAYTOP_WIRE_JSON_KEYS_H
#define PEPAYTOP_WIRE_JSON_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct key {
	const char *bytes; /* unescaped; into the text, or into the scanner's store */
	size_t len;
};

/* Whether one is there twice. May sort them. */
bool json_keys_repeat(struct key *keys, size_t count);

#endif
