/*
 * Events that were never emitted: event n of a story of so many objects, the same on every
 * machine. They have the shapes and sizes of real ones (833 bytes in the mean) and every object
 * goes through a lifecycle that adds up.
 */
#ifndef TESTS_BENCH_LIB_EVENTS_H
#define TESTS_BENCH_LIB_EVENTS_H

#include "base/strbuf.h"

#define CANNED_BASE_MS 1768392000000LL /* 2026-01-14T12:00:00Z */

struct canned {
	uint64_t objects; /* event n tells about object n % objects */
	int64_t base_ms;  /* when event 0 was made; one a millisecond from there */
};

/* Appends the envelope of event n. */
void canned_event(const struct canned *c, uint64_t n, struct strbuf *out);
void canned_event_id(const struct canned *c, uint64_t n, char *ret, size_t cap);
/* The object of event n, as in data.object.id. */
void canned_object_id(const struct canned *c, uint64_t n, char *ret, size_t cap);

#endif
