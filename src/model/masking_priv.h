/* The inside of the stand-ins: masking.c knows what is personal, masking_find.c finds it in texts.
 */
#ifndef PEPAYTOP_MODEL_MASKING_PRIV_H
#define PEPAYTOP_MODEL_MASKING_PRIV_H

#include "model/masking.h"

#define STAND_IN_CAP 32
#define LEAST_LEN    3  /* a shorter value says nothing and would blacken half a text */
#define WORD_LEN     7  /* a shorter value is replaced only where it stands alone */
#define KEY_LEN_MAX  64 /* of a longer value its beginning finds it */
#define SAYING_MAX   512
#define SAYING_LEAST 20 /* bytes of a saying that was cut, to be known by */

enum sort {
	SORT_CUSTOMER,
	SORT_EMAIL,
	SORT_NAME,
	SORT_ADDRESS,
	SORT_PHONE,
	SORT_ACCOUNT,
	SORT_DATE,
	SORT_DOCUMENT,
	SORT_COUNT,
	SORT_FREE,   /* a text of people's own: masked whole, not learnt */
	SORT_SECRET, /* taken out */
	SORT_PLAIN
};

/* masking_members.c; `key` NULL: of no object. */
enum sort member_sort(const char *key);
enum said {
	SAID_BY_PROTOCOL, /* what no person may be called, or only by chance: it stays */
	SAID_BY_PEOPLE,   /* free text: in it a word of the protocol may be somebody */
	SAID_BY_ANYBODY
};
/* Of a string in a member that is SORT_PLAIN. */
enum said member_said(const char *key, const char *text, size_t len);
/* Could the name of a member be a word of the protocol's making? People may be keys, too. */
bool member_names_nobody(const char *key);
/* It is a member of some object of Pepay's, whoever is called so. */
bool member_is_known(const char *key);

struct masked_value {
	char *text;
	unsigned char *key; /* of the text, as far as it goes; see masking_key() */
	size_t len;         /* of the key */
	size_t longest;     /* of all texts that begin so, where some go on otherwise; else 0 */
	bool number;        /* digits only: not to be found in dates and amounts */
	bool word;          /* letters only: not to be found in other words */
	bool protocol;      /* a word of the protocol's, too: to be found in free text */
	bool by_its_name;   /* elsewhere not to be told from other text, but after what it is */
	char stand_in[STAND_IN_CAP];
};

/* A text of people's own in which somebody stands who is called like a word of the protocol. */
struct saying {
	unsigned char *key;
	size_t len;
};

struct masking {
	bool colleagues;              /* they may know whose it is */
	struct masked_value **values; /* by key */
	size_t count, cap;
	/* Where a key may begin: by its first byte, and by its first two. */
	bool first[256];
	unsigned char pairs[256 * 256 / 8];
	bool namesakes;         /* some of them are words of the protocol, too */
	struct saying *sayings; /* by key */
	size_t saying_count, saying_cap, sayings_found;
	size_t left_out; /* past MASKING_MAX */
	size_t counts[16];
	struct idmap *by_text;
};

/* A value without case, what may stand for a space being one; the caller's. */
unsigned char *masking_key(const char *text, size_t *ret_len);
/* Who is alike but for that, or NULL. */
struct masked_value *masking_alike(const struct masking *m, const unsigned char *key);
/* Takes a value that is like no other where it belongs; its flags are set. */
void masking_file(struct masking *m, struct masked_value *v);
/* Remembers a text when a note that quotes it would name somebody. All values are learnt. */
void masking_learn_saying(struct masking *m, const char *text);
/* Puts the sayings in order; they are found from then on. */
void masking_sort_sayings(struct masking *m);
/* How many bytes of a text are a saying, whole or its beginning; 0: none. */
size_t masking_saying_at(const struct masking *m, const char *text, size_t len, size_t at);
/* Appends the text with what was found in it replaced. */
void masking_bytes(const struct masking *m, const char *text, size_t len, bool free_text,
		   struct strbuf *out);
/* Is every word of it one of the protocol's ("invoice.updated", "paid", "usd")? */
bool masking_is_protocol(const char *text);

#endif
