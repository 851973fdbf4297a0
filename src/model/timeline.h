/*
 * The life of one object as far as the window knows it: the events that concern it
 * (its own, its payments', its order's, its invoice's), oldest first.
 */
#ifndef PEPAYTOP_MODEL_TIMELINE_H
#define PEPAYTOP_MODEL_TIMELINE_H

#include "model/store.h"

#define TIMELINE_STEPS_MAX 200

struct timeline_step {
	const struct event_row *row; /* the store's */
	struct event_brief event;
	int64_t gap_ms;  /* since the step before; 0 for the first */
	bool impossible; /* a transition the lifecycle does not allow */
	bool late;       /* arrived after something newer of the same object */
};
struct timeline {
	struct timeline_step steps[TIMELINE_STEPS_MAX];
	size_t count;
	bool cut; /* older steps did not fit */
};
void timeline_build(struct timeline *t, const struct store *st, enum object_kind kind,
		    const char *id);

#endif
