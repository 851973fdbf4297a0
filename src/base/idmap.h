/*
 * A map from an opaque id (bytes up to a NUL, compared exactly) to a pointer the
 * map does not own. The one file that knows uthash.
 */
#ifndef PEPAYTOP_BASE_IDMAP_H
#define PEPAYTOP_BASE_IDMAP_H

#include "base/status.h"

struct idmap;

struct idmap *idmap_new(void);
void idmap_free(struct idmap *m); /* values are not touched */
void *idmap_get(const struct idmap *m, const char *id);
bool idmap_has(const struct idmap *m, const char *id);
/* Copies the id; returns the value it replaces, or NULL. A NULL value is allowed. */
void *idmap_put(struct idmap *m, const char *id, void *value);
void *idmap_remove(struct idmap *m, const char *id); /* the removed value, or NULL */
size_t idmap_count(const struct idmap *m);

#endif
