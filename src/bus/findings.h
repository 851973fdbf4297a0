/*
 * What the archive finds when someone looks something up, and what people said of
 * what needs attention. Values that views may read.
 */
#ifndef PEPAYTOP_BUS_FINDINGS_H
#define PEPAYTOP_BUS_FINDINGS_H

#include "bus/history.h"
#include "wire/event.h"

#define FINDINGS_MAX       200
#define DOSSIER_EVENTS_MAX 2000
#define DOSSIER_BYTES_MAX                                                      \
	(12u * 1024 * 1024) /* of its events; the newest is in it all the same \
			     */

/* An event read back from disk, whole. */
struct kept_event {
	struct event event;
	enum event_via via;
	int64_t arrived_ms; /* wall, when it was committed */
};
void kept_event_release(struct kept_event *k);
size_t kept_event_bytes(const struct kept_event *k); /* of memory, about */

/* How a text was found in an object. */
enum match { MATCH_EXACT, MATCH_PREFIX, MATCH_PART };

/* An object that says the text somewhere. */
struct finding {
	enum object_kind kind; /* OBJECT_NONE: the event `id` itself */
	char id[NAME_CAP];
	char field[STATUS_CAP * 2]; /* where, as on the wire: "customer_id", "tx_hash" */
	char value[NAME_CAP];       /* all of what it says there */
	enum match match;
	char status[STATUS_CAP]; /* in its newest event; "" unknown */
	char customer[NAME_CAP];
	int64_t newest_ms; /* created time of its newest event, or TIME_NONE */
};

/* Answer to REQUEST_FIND: best match first, then newest first. */
struct findings {
	char text[NAME_CAP];   /* as asked */
	struct finding *items; /* heap */
	size_t count;
	bool more;         /* there are others */
	uint64_t events;   /* on disk when it was looked up: where it looked */
	int64_t oldest_ms; /* how far back that goes, or TIME_NONE */
};
void findings_release(struct findings *f);

/*
 * Answer to REQUEST_DOSSIER: every event on disk of an object and of what belongs to it (invoice,
 * its payments, order and refunds; a payout and the one it retries), oldest first. Of a customer
 * (`customer` set) the newest events of all that is theirs.
 */
struct dossier {
	enum object_kind kind; /* OBJECT_NONE: a customer's */
	char id[NAME_CAP];
	struct kept_event *items; /* heap */
	size_t count;
	bool cut; /* older ones were left out */
};
void dossier_release(struct dossier *d);

/* "I have seen this": of one rule and one object, while its facts stay as they are. */
struct acknowledgement {
	char rule[STATUS_CAP];
	enum object_kind kind;
	char id[NAME_CAP];
	uint64_t facts; /* fingerprint of what was true then */
	int64_t at_ms;  /* wall */
	bool withdrawn;
};

#endif
