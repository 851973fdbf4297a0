#include "wire/json_keys.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FEW_KEYS 32

static int key_compare(const void *a, const void *b)
{
	const struct key *x = a;
	const struct key *y = b;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->bytes, y->bytes, x->len);
}

/* Looks back only where the length and the ends of a key were seen before. */
static bool few_repeat(const struct key *keys, size_t count)
{
	uint64_t seen = 0;
	for (size_t i = 0; i < count; i++) {
		const char *bytes = keys[i].bytes;
		size_t len = keys[i].len;
		size_t ends = len == 0 ? 0
				       : (unsigned char)bytes[0] +
						 (size_t)5 * (unsigned char)bytes[len - 1];
		uint64_t bit = UINT64_C(1) << ((ends + 11 * len) & 63);
		if ((seen & bit) != 0)
			for (size_t before = 0; before < i; before++)
				if (key_compare(&keys[before], &keys[i]) == 0)
					return true;
		seen |= bit;
	}
	return false;
}

static bool many_repeat(struct key *keys, size_t count)
{
	qsort(keys, count, sizeof(*keys), key_compare);
	for (size_t i = 1; i < count; i++)
		if (key_compare(&keys[i - 1], &keys[i]) == 0)
			return true;
	return false;
}

bool json_keys_repeat(struct key *keys, size_t count)
{
	return count <= FEW_KEYS ? few_repeat(keys, count) : many_repeat(keys, count);
}
