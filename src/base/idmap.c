#include "base/idmap.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define uthash_malloc(size)    xmalloc(size)
#define uthash_free(ptr, size) free(ptr)
#include <uthash.h>

struct idmap_entry {
	UT_hash_handle hh;
	void *value;
	char id[];
};

struct idmap {
	struct idmap_entry *entries;
};

struct idmap *idmap_new(void)
{
	return xcalloc(1, sizeof(struct idmap));
}

void idmap_free(struct idmap *m)
{
	struct idmap_entry *e, *next;

	if (!m)
		return;
	/* The table goes first: unhooking entries one by one would only cost time. */
	e = m->entries;
	HASH_CLEAR(hh, m->entries);
	for (; e; e = next) {
		next = e->hh.next;
		free(e);
	}
	free(m);
}

static struct idmap_entry *idmap_find(const struct idmap *m, const char *id)
{
	struct idmap_entry *e;

	HASH_FIND(hh, m->entries, id, strlen(id), e);
	return e;
}

void *idmap_get(const struct idmap *m, const char *id)
{
	struct idmap_entry *e = idmap_find(m, id);

	return e ? e->value : NULL;
}

bool idmap_has(const struct idmap *m, const char *id)
{
	return idmap_find(m, id) != NULL;
}

void *idmap_put(struct idmap *m, const char *id, void *value)
{
	struct idmap_entry *e = idmap_find(m, id);
	void *old = e ? e->value : NULL;
	size_t len;

	if (!e) {
		len = strlen(id);
		e = xmalloc(sizeof(*e) + len + 1);
		memcpy(e->id, id, len + 1);
		HASH_ADD_KEYPTR(hh, m->entries, e->id, len, e);
	}
	e->value = value;
	return old;
}

void *idmap_remove(struct idmap *m, const char *id)
{
	struct idmap_entry *e = idmap_find(m, id);
	void *old;

	if (!e)
		return NULL;
	old = e->value;
	HASH_DEL(m->entries, e);
	free(e);
	return old;
}

size_t idmap_count(const struct idmap *m)
{
	return HASH_COUNT(m->entries);
}
