#include "model/names.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_FIRST 64 /* places in the table at first; a power of two */

struct name {
	uint32_t holders;
	uint32_t hash;
	void *owner;
	uint32_t len;
	char text[];
};

struct names {
	struct name **items; /* by number; [0] is never used */
	size_t used, cap;    /* numbers ever given */
	uint32_t *spare;     /* numbers to give again */
	size_t spare_count, spare_cap;
	uint32_t *table; /* open addressing, 0 = empty; at most three quarters full */
	size_t places;
	size_t count;
};

static uint32_t names_hash(const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	uint64_t h = 0x9e3779b97f4a7c15u ^ len;

	for (; len >= 8; p += 8, len -= 8) {
		uint64_t w;
		memcpy(&w, p, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	for (; len > 0; p++, len--)
		h = (h ^ *p) * 0x100000001b3u;
	return (uint32_t)(h ^ (h >> 29));
}

struct names *names_new(void)
{
	struct names *ns = xcalloc(1, sizeof(*ns));

	ns->places = NAMES_FIRST;
	ns->table = xcalloc(ns->places, sizeof(*ns->table));
	ns->used = 1;
	return ns;
}

void names_free(struct names *ns)
{
	if (!ns)
		return;
	for (size_t i = 1; i < ns->used; i++)
		free(ns->items[i]);
	free(ns->items);
	free(ns->spare);
	free(ns->table);
	free(ns);
}

/* The place where these bytes are, or would be put. */
static size_t names_place(const struct names *ns, const void *bytes, size_t len, uint32_t hash)
{
	size_t at = hash & (ns->places - 1);

	for (; ns->table[at] != 0; at = (at + 1) & (ns->places - 1)) {
		const struct name *n = ns->items[ns->table[at]];
		if (n->hash == hash && n->len == len && memcmp(n->text, bytes, len) == 0)
			break;
	}
	return at;
}

static void names_grow(struct names *ns)
{
	uint32_t *old = ns->table;
	size_t old_places = ns->places;

	ns->places *= 2;
	ns->table = xcalloc(ns->places, sizeof(*ns->table));
	for (size_t i = 0; i < old_places; i++) {
		size_t at;
		if (old[i] == 0)
			continue;
		at = ns->items[old[i]]->hash & (ns->places - 1);
		while (ns->table[at] != 0)
			at = (at + 1) & (ns->places - 1);
		ns->table[at] = old[i];
	}
	free(old);
}

static uint32_t names_number(struct names *ns)
{
	if (ns->spare_count > 0)
		return ns->spare[--ns->spare_count];
	array_reserve((void **)&ns->items, &ns->cap, ns->used + 1, sizeof(*ns->items));
	return (uint32_t)ns->used++;
}

static uint32_t names_add(struct names *ns, const void *bytes, size_t len, uint32_t hash)
{
	struct name *n = xmalloc(sizeof(*n) + len + 1);
	uint32_t number;

	if ((ns->count + 1) * 4 > ns->places * 3)
		names_grow(ns);
	number = names_number(ns);
	*n = (struct name){.holders = 1, .hash = hash, .len = (uint32_t)len};
	memcpy(n->text, bytes, len);
	n->text[len] = '\0';
	ns->items[number] = n;
	ns->table[names_place(ns, bytes, len, hash)] = number;
	ns->count++;
	return number;
}

uint32_t names_hold(struct names *ns, const void *bytes, size_t len)
{
	uint32_t hash, number;

	if (len == 0)
		return 0;
	hash = names_hash(bytes, len);
	number = ns->table[names_place(ns, bytes, len, hash)];
	if (number == 0)
		return names_add(ns, bytes, len, hash);
	ns->items[number]->holders++;
	return number;
}

uint32_t names_hold_text(struct names *ns, const char *text)
{
	return names_hold(ns, text, strlen(text));
}

uint32_t names_find(const struct names *ns, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	return len == 0 ? 0 : ns->table[names_place(ns, text, len, names_hash(text, len))];
}

void names_keep(struct names *ns, uint32_t name)
{
	if (name != 0)
		ns->items[name]->holders++;
}

/* Closes the hole in the run of places after it. */
static void names_unplace(struct names *ns, size_t hole)
{
	size_t mask = ns->places - 1;

	for (size_t at = (hole + 1) & mask; ns->table[at] != 0; at = (at + 1) & mask) {
		size_t home = ns->items[ns->table[at]]->hash & mask;
		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		ns->table[hole] = ns->table[at];
		hole = at;
	}
	ns->table[hole] = 0;
}

void names_drop(struct names *ns, uint32_t name)
{
	struct name *n;

	if (name == 0 || --ns->items[name]->holders > 0)
		return;
	n = ns->items[name];
	names_unplace(ns, names_place(ns, n->text, n->len, n->hash));
	ns->items[name] = NULL;
	free(n);
	array_reserve((void **)&ns->spare, &ns->spare_cap, ns->spare_count + 1, sizeof(*ns->spare));
	ns->spare[ns->spare_count++] = name;
	ns->count--;
}

const char *names_text(const struct names *ns, uint32_t name)
{
	return name != 0 ? ns->items[name]->text : "";
}

void *names_owner(const struct names *ns, uint32_t name)
{
	return name != 0 ? ns->items[name]->owner : NULL;
}

void names_set_owner(struct names *ns, uint32_t name, void *owner)
{
	ns->items[name]->owner = owner;
}

size_t names_count(const struct names *ns)
{
	return ns->count;
}

size_t names_limit(const struct names *ns)
{
	return ns->used;
}
