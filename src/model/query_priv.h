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
};

/* What is asked about: an event, or a record's object. */
struct subject {
	const struct store *store;
	const struct event_brief *event; /* or NULL */
	const struct record *record;     /* the event's object's, where it is known, or NULL */
	const struct object *object;     /* the record's; kind OBJECT_NONE without one */
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
/* A money, number or duration field; false when the subject has none. */
bool facts_number(const struct subject *s, enum query_field f, int64_t *ret);
struct entry;
/* The same of a record that need not be shown for it. */
bool query_matches_entry(const struct query *q, const struct store *st, const struct entry *en,
			 int64_t now_ms);
/* Of an event: does its object have a say? */
bool query_asks_object(const struct query *q);
/* What the query says changes by itself as time goes by. */
bool query_ages(const struct query *q);

#endif
