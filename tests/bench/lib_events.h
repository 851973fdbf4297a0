/*
 * Events that were never emitted: event n of a story in which so many objects are alive at a time,
 * the same on every machine. They have the shapes and sizes of real ones (some 835 bytes in the
 * mean); every object goes through CANNED_STEPS events that add up, then others take over.
 */
#ifndef TESTS_BENCH_LIB_EVENTS_H
#define TESTS_BENCH_LIB_EVENTS_H

#include "base/strbuf.h"

#define CANNED_BASE_MS 1768392000000LL /* 2026-01-14T12:00:00Z */

#define CANNED_STEPS 10

struct canned {
	uint64_t objects; /* alive at a time; they take turns */
	int64_t base_ms;  /* when event 0 was made; one a millisecond from there */
};

/* Appends the envelope of event n. */
void canned_event(const struct canned *c, uint64_t n, struct strbuf *out);
void canned_event_id(const struct canned *c, uint64_t n, char *ret, size_t cap);
/* The object of event n, as in data.object.id. */
void canned_object_id(const struct canned *c, uint64_t n, char *ret, size_t cap);
/* The event that creates the object that comes to life as number `object`. */
uint64_t canned_creation(const struct canned *c, uint64_t object);

#endif
