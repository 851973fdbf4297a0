/* The inside of a query: what query.c reads, query_match.c asks and query_facts.c answers. */
#ifndef PEPAYTOP_MODEL_QUERY_PRIV_H
#define PEPAYTOP_MODEL_QUERY_PRIV_H

#include "model/query.h"

#define QUERY_TEXT_MAX   1024 /* bytes of a query */
#define QUERY_TERMS_MAX  32
#define QUERY_VALUES_MAX 32 /* of one field, between commas */
#define FACTS_MAX        256

enum query_value_kind {
	QV_WORD, /* exact, ignoring case */
	QV_TEXT, /* contains, ignoring case */
	QV_MONEY,
	QV_NUMBER,
	QV_DURATION
};

enum query_op { QOP_IS, QOP_LESS, QOP_AT_MOST, QOP_MORE, QOP_AT_LEAST };

/* A text to look for; `lower` is folded when all of it is ASCII, the fast and usual case. */
struct needle {
	char *text;
	size_t len;
	bool ascii;
	bool prefix; /* ended in `*`, which is not in text */
	int64_t number;
};

struct query_term {
	bool negated;
	bool exact;             /* `field=value`: not "contains" */
	enum query_field field; /* QUERY_FIELD_COUNT: any text */
	enum query_op op;
	struct needle *values; /* one of them must match */
	size_t count;
};

struct query {
	char *text;
	struct query_term terms[QUERY_TERMS_MAX];
	size_t count;
	bool has_words;         /* a term looks at any text */
	bool asks_object;       /* a term looks at more than an event's row */
	struct record *scratch; /* what is being looked at, unpacked */
	/* While many rows are asked about: what each term said of a name, and of the object it is
	 * the id of; one bit a term. NULL otherwise. */
	struct memo {
		uint32_t known, passes;
	} * names, *objects;
};

/* What is asked about: a record and its object. */
struct subject {
	const struct store *store;
	const struct record *record;
	const struct object *object; /* the record's */
	int64_t now_ms;
};

/* Texts borrowed from the subject. */
struct facts {
	const char *texts[FACTS_MAX];
	size_t count;
};

enum query_value_kind query_field_kind(enum query_field f);
/* The texts a field has on a subject; none when it has no such field. */
void facts_of_field(const struct subject *s, enum query_field f, struct facts *ret);
/* Every text a person might search for. */
void facts_of_all(const struct subject *s, struct facts *ret);
/* Added: those of them that no event about the object says itself. */
void facts_of_object(const struct subject *s, struct facts *ret);
void facts_add(struct facts *f, const char *text);
/* The wire word, and what a person calls it. */
void facts_add_status(struct facts *f, enum vocab v, const char *status);
void facts_add_kind(struct facts *f, enum object_kind kind);
/* A money, number or duration field; false when the subject has none. */
bool facts_number(const struct subject *s, enum query_field f, int64_t *ret);
/* query_match.c: what a term says of a text, of some, of a number */
bool term_takes_text(const struct query_term *t, const char *text);
bool term_takes_facts(const struct query_term *t, const struct facts *facts);
bool term_takes_number(const struct query_term *t, int64_t number);

struct entry;
/* The same of a record that need not be shown for it. */
bool query_matches_entry(const struct query *q, const struct store *st, const struct entry *en,
			 int64_t now_ms);
bool row_amount_known(const struct store *st, const struct event_row *r, int64_t *ret);
/* Around looking at many rows while the store does not change. */
void query_begin_rows(struct query *q, const struct store *st);
void query_end_rows(struct query *q);
/* Of an event: does its object have a say? */
bool query_asks_object(const struct query *q);
/* What the query says changes by itself as time goes by. */
bool query_ages(const struct query *q);

#endif
