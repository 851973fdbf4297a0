/*
 * Plain words for a person who was not there (product N7): what happened, what the
 * customer sees, what to say and what to do; and the same as a note to paste. Only
 * facts of the record; pure.
 */
#ifndef PEPAYTOP_MODEL_EXPLAIN_H
#define PEPAYTOP_MODEL_EXPLAIN_H

#include "base/strbuf.h"
#include "model/attention.h"
#include "model/story.h"

#define EXPLAIN_LINES_MAX 24
#define EXPLAIN_NOTE_MAX  (256 * 1024) /* bytes of a note */

enum explain_part {
	EXPLAIN_HAPPENED,
	EXPLAIN_CUSTOMER_SEES,
	EXPLAIN_SAY,
	EXPLAIN_DO,
	EXPLAIN_PART_COUNT
};
const char *explain_part_title(enum explain_part p); /* "What happened", … */

struct explain_line {
	enum explain_part part;
	char text[320];        /* a sentence; bytes from outside may be in it */
	char event_id[ID_CAP]; /* what it rests on; "" a REST answer */
	enum tone tone;
};
struct explain {
	char headline[200]; /* "Underpaid: 60.00 USD are missing, 12 minutes left" */
	enum tone tone;
	/* "As of 12:01:18 UTC: not connected since then."; "" it is as true as it can be. What to
	 * say begins with it, too. */
	char as_of[160];
	struct explain_line lines[EXPLAIN_LINES_MAX]; /* by part */
	size_t count;
};
void explain_build(struct explain *x, const struct story *story, const struct attention *a,
		   const struct store *st, int64_t now_ms);
/*
 * Plain text for a ticket of the merchant's own: no tokens, no signatures; people are masked by
 * what masking_learn_story() learns, as in a case, but customer ids and last digits stay, by which
 * colleagues search. `personal`: nobody is masked. False, and nothing is written: it names more
 * people than can be masked.
 */
bool explain_note(struct strbuf *ret, const struct explain *x, const struct story *story,
		  const struct store *st, bool personal, int64_t now_ms);
/* For anybody, of a case: by a masking that has learnt. */
struct masking;
void explain_note_masked(struct strbuf *ret, const struct explain *x, const struct story *story,
			 const struct store *st, const struct masking *m, int64_t now_ms);

#endif
