/* The inside of the stand-ins: masking.c knows what is personal, masking_find.c finds it in texts.
 */
#ifndef PEPAYTOP_MODEL_MASKING_PRIV_H
#define PEPAYTOP_MODEL_MASKING_PRIV_H

#include "model/masking.h"

#define STAND_IN_CAP 32
#define LEAST_LEN    3 /* a shorter value says nothing and would blacken half a text */
#define WORD_LEN     7 /* a shorter value is replaced only where it stands alone */

struct masked_value {
	char *text;
	unsigned char *key; /* the text without case; what may stand for a space is one */
	size_t len;
	bool number;      /* digits only: not to be found in dates and amounts */
	bool word;        /* letters only: not to be found in other words */
	bool by_its_name; /* not to be told from any other text but after what it is */
	char stand_in[STAND_IN_CAP];
};

struct masking {
	struct masked_value **values; /* by key */
	size_t count, cap;
	bool first[256]; /* of the keys */
	size_t left_out; /* past MASKING_MAX */
	size_t counts[16];
	struct idmap *by_text;
};

/* Where a value is kept; its flags are set. */
void masking_file(struct masking *m, struct masked_value *v);
/* Appends the text with what was found in it replaced. */
void masking_bytes(const struct masking *m, const char *text, size_t len, struct strbuf *out);
/* Is every word of it one of the protocol's ("invoice.updated", "paid", "usd")? */
bool masking_is_protocol(const char *text);

#endif
