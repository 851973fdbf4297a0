/*
 * The inside of a query: query.c and query_read.c read it, query_format.c writes it, query_match.c
 * and query_rows.c ask it, query_facts.c answers.
 */
#ifndef PEPAYTOP_MODEL_QUERY_PRIV_H
#define PEPAYTOP_MODEL_QUERY_PRIV_H

#include "base/strbuf.h"
#include "model/query.h"
#include "model/query_regex.h"

#define QUERY_TEXT_MAX   1024 /* bytes of a query */
#define QUERY_TERMS_MAX  32
#define QUERY_VALUES_MAX 32 /* of one field, between commas */
#define QUERY_NODES_MAX  96 /* terms, and groups of them */
#define QUERY_DEPTH_MAX  8  /* of groups */
#define FACTS_MAX        320
#define FACTS_SCRATCH    1024
#define QUERY_NAME_CAP   33

enum query_value_kind {
	QV_WORD, /* exact, ignoring case */
	QV_TEXT, /* contains, ignoring case */
	QV_MONEY,
	QV_NUMBER,
	QV_DURATION,
	QV_TIME
};

enum query_op { QOP_IS, QOP_LESS, QOP_AT_MOST, QOP_MORE, QOP_AT_LEAST };

/* A text to look for, folded when all of it is ASCII, the fast and usual case; or a range. */
struct needle {
	char *text;
	size_t len;
	bool ascii;
	bool prefix;               /* ended in `*`, which is not in text */
	bool quoted;               /* what it says is not an alias and no pattern */
	enum query_saying saying;  /* of a status */
	struct regex *regex;       /* text is its source */
	int64_t low, high;         /* numbers: from … to, both within */
	bool of_day;               /* low and high count from today's midnight */
	bool from_open, till_open; /* a range of text "10..": how it was written */
};

struct query_term {
	bool exact;             /* `field=value`: not "contains" */
	enum query_field field; /* QUERY_FIELD_COUNT: any text */
	enum query_op op;
	struct needle *values; /* one of them must match */
	size_t count;
	bool takes_ids; /* of events, that are made of numbers */
};

enum query_node_kind { NODE_TERM, NODE_ALL, NODE_ANY };

/* The terms as a tree; 0 is no node. */
struct query_node {
	uint8_t kind; /* enum query_node_kind */
	bool negated;
	uint8_t term;        /* NODE_TERM: index into terms */
	uint8_t first, next; /* child, and sibling */
};

struct query {
	char *text;
	struct query_term terms[QUERY_TERMS_MAX];
	size_t count;
	struct query_node nodes[QUERY_NODES_MAX];
	size_t node_count;
	uint8_t root;
	bool asks_object;       /* a term looks at more than an event's row */
	bool ages;              /* what it says changes by itself as time goes by */
	struct record *scratch; /* what is being looked at, unpacked */
	struct regex_budget budget;
	/* While many rows are asked about: what each term said of a name, and of the object it is
	 * the id of; one bit a term. NULL otherwise. */
	struct memo {
		uint32_t known, passes;
		uint8_t kind; /* of the object */
	} * names, *objects;
};

struct entry;

/* What is asked about: an object, and what is known of it. */
struct matter {
	const struct store *store;
	const struct record *record;
	const struct object *object; /* the record's */
	int64_t now_ms;
	bool has_payment; /* the next one is known */
	const struct invoice_payment *payment;
};

/* Texts borrowed from the matter, or put together in scratch. */
struct facts {
	const char *texts[FACTS_MAX];
	size_t count;
	size_t used; /* of scratch */
	char scratch[FACTS_SCRATCH];
};

enum query_value_kind query_field_kind(enum query_field f);
/* QUERY_FIELD_COUNT: no field goes by this name. */
enum query_field query_field_find(const char *name, size_t len);
/* Does a name of the field begin so? */
bool query_field_begins(enum query_field f, const char *typed);
/* A field of times under a name that says how it is compared: since, until, … */
bool query_field_compares(const char *name, size_t len, enum query_op *ret);
/* Edits (insert, delete, replace, swap of neighbours) from what was typed to a word in small
 * letters of at most 32 bytes. */
size_t query_word_edits(const char *typed, size_t len, const char *word, size_t width);
/* The name that was probably meant; false: no idea. */
bool query_field_suggest(const char *name, size_t len, char ret[QUERY_NAME_CAP]);
/* Words of kinds: "invoice", "payment", …; NULL after the last. */
const char *query_kind_word(size_t i);
/* A word people use for a status: the saying it is, or the wire word it stands for (ret_word,
 * else NULL). */
enum query_saying query_saying_find(const char *word, const char **ret_word);
const char *query_saying_word(enum query_saying s);
const char *query_saying_about(enum query_saying s);

static inline bool query_is_number(enum query_field f)
{
	return f != QUERY_FIELD_COUNT && query_field_kind(f) >= QV_MONEY;
}

/* query_read.c: one term */
struct reader {
	const char *text;
	size_t at;
	size_t failed_at;
	int depth; /* of groups */
	struct problem *problem;
};
bool reader_is_space(char c);
bool reader_is_end(const struct reader *r, char c); /* where a word or a bare value is over */
enum status reader_fail(struct reader *r, size_t at, enum status status, const char *what,
			const char *next);
/* Reads what stands at r->at, after any negation; *ret_unlike: it was written `!=`. */
enum status reader_term(struct reader *r, struct query_term *t, bool *ret_unlike);
void needle_release(struct needle *n);

/* query_number.c: a time; low and high are set. */
bool query_time_read(const char *text, struct needle *ret);
/* "2h30m", "1w"; seconds where there is no letter. */
must_check enum status query_duration_read(const char *text, int64_t *ret_ms);
/* "49.99", "$1.5k", "100usd". */
must_check enum status query_money_read(const char *text, int64_t *ret_millis);
/* Puts the one way to write its numbers into n->text. */
void query_number_write(enum query_field f, enum query_op op, struct needle *n);
int64_t query_day_start(int64_t now_ms); /* midnight, UTC */

/* The texts a field has on a matter; none when it has no such field. */
void facts_of_field(const struct matter *m, enum query_field f, struct facts *ret);
/* query_facts_goods.c: the part of it that is about goods and people */
void facts_of_goods(const struct matter *m, enum query_field f, struct facts *ret);
/* Every text a person might search for. */
void facts_of_all(const struct matter *m, struct facts *ret);
/* Added: those of them that no event about the object says itself. */
void facts_of_object(const struct matter *m, struct facts *ret);
void facts_clear(struct facts *f);
void facts_add(struct facts *f, const char *text);
/* The wire word, and what a person calls it. */
void facts_add_status(struct facts *f, enum vocab v, const char *status);
void facts_add_kind(struct facts *f, enum object_kind kind);
/* A money, number, duration or time field; false when the matter has none. */
bool facts_number(const struct matter *m, enum query_field f, int64_t *ret);
bool facts_saying(const struct matter *m, enum query_saying s);

/* query_format.c: the text as a value of a field, quoted when it must be. */
void query_write_value(struct strbuf *sb, const char *text);

/* query_match.c: what a term says of a text, of some, of a number */
bool term_takes_text(const struct query *q, const struct query_term *t, const char *text);
bool term_takes_facts(const struct query *q, const struct query_term *t, const struct facts *facts);
bool term_takes_number(const struct query_term *t, int64_t number, int64_t now_ms);
/* Does it ask what no word of Pepay says? */
bool term_has_saying(const struct query_term *t);
bool term_takes_sayings(const struct query_term *t, const struct matter *m);
/* Walks the tree, asking `ask` of each term. */
typedef bool query_ask_fn(void *ctx, size_t term);
bool query_walk(const struct query *q, query_ask_fn *ask, void *ctx);

/* The same of a record that need not be shown for it. */
bool query_matches_entry(const struct query *q, const struct store *st, const struct entry *en,
			 int64_t now_ms);
bool term_may_take_ids(const struct query_term *t);
bool row_amount_known(const struct store *st, const struct event_row *r, int64_t *ret);
/* Around looking at many rows while the store does not change. */
void query_begin_rows(struct query *q, const struct store *st);
void query_end_rows(struct query *q);
/* Of an event: does its object have a say? */
bool query_asks_object(const struct query *q);
/* What the query says changes by itself as time goes by. */
bool query_ages(const struct query *q);

#endif
