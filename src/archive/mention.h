/*
 * What a body says that someone may look up: ids, hashes, addresses, references,
 * e-mail addresses, phone numbers, recipients' names, of kinds this build has never
 * heard of too. Found by the names of members, in one pass over the text: an event is
 * read this way each time one is written, and a tree would cost more than the writing.
 */
#ifndef PEPAYTOP_ARCHIVE_MENTION_H
#define PEPAYTOP_ARCHIVE_MENTION_H

#include "bus/findings.h"

#define MENTIONS_MAX     256 /* of one body; what comes after is not looked up */
#define MENTION_PATH_MAX 8   /* names of members that make a field's name; deeper is cut */

struct mention_name {
	const char *at; /* into the body, as written there */
	size_t len;
};

/* Lives as long as the call that tells it. */
struct mention {
	const char *text;  /* as it is looked up: folded (fold_text); a phone number without its
			      spaces */
	const char *value; /* as it stands there; of a recipient the whole name */
	size_t len;        /* of text */
	const struct mention_name *path; /* from the object down */
	size_t path_len;
};
/* "settlement.settlement_tx_hash" */
void mention_field(const struct mention *m, char *ret, size_t cap);
/* The name of the member itself. */
bool mention_is_of(const struct mention *m, const char *name);

/*
 * Tells what the object of an event says, then its request's id and key; or what an object says
 * that stands alone. Any bytes: what is no JSON ends it. Texts of more than NAME_CAP - 1 bytes are
 * passed over, and so are members whose names speak of secrets.
 */
struct mention_reader {
	void (*say)(void *ctx, const struct mention *m);
	void *ctx;
};
void mentions_of_event(const char *body, size_t len, const struct mention_reader *to);
void mentions_of_object(const char *body, size_t len, const struct mention_reader *to);
/*
 * Of what the first would tell, in a fraction of the time: another one for an event that says
 * anything else. It may be another for the same, too. `names` remembers what names of members mean;
 * begun as zeroes.
 */
#define MENTION_NAMES_KNOWN 256
struct mention_names {
	struct mention_known {
		unsigned char len, rule;
		char name[30];
	} known[MENTION_NAMES_KNOWN];
};
uint64_t mentions_fingerprint(struct mention_names *names, const char *body, size_t len);

/* Upper case matters in what is written in base58 or base64: addresses and hashes of some networks.
 * Not in hexadecimal, UUIDs, e-mail addresses and all that is short. */
bool mention_minds_case(const char *value);
/* A phone number without what people put between the digits; false: it is none. */
bool mention_fold_phone(const char *s, char *ret, size_t cap);

/* What is looked for. */
struct needle {
	char head[NAME_CAP], tail[NAME_CAP]; /* as typed */
	char folded[NAME_CAP], folded_tail[NAME_CAP];
	char word[NAME_CAP];  /* the longest of head's words, folded: all that say it have it */
	char phone[NAME_CAP]; /* head as a phone number, where that is another text; else "" */
};
void needle_set(struct needle *n, const char *text, const char *tail);
/* False: it does not say it. */
bool needle_matches(const struct needle *n, const struct mention *m, enum match *ret);

#endif
