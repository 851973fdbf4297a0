/*
 * What is at hand about one story: every event known of it, with its body. From the
 * dossiers and from what was read back for somebody; the note's stand-ins are learnt
 * from it, and it goes into a case. Pure.
 */
#ifndef PEPAYTOP_MODEL_EVIDENCE_H
#define PEPAYTOP_MODEL_EVIDENCE_H

#include "base/idmap.h"
#include "model/story.h"

#define EVIDENCE_BYTES_MAX (8u * 1024 * 1024) /* of the bodies */

struct evidence {
	struct evidence_item {
		const struct event *event; /* good until the store changes */
		enum event_via via;
		int64_t arrived_ms;
	} * items; /* oldest first, none twice */
	size_t count, cap, bytes;
	bool cut; /* there was more */
	struct idmap *ids;
};
void evidence_gather(struct evidence *e, const struct story *story, const struct store *st);
void evidence_release(struct evidence *e);
bool evidence_has(const struct evidence *e, const char *event_id);
/* Of what belongs to the story's root: is it part of the same evidence? */
bool evidence_takes(const struct story *story, const struct related_item *item);

#endif
