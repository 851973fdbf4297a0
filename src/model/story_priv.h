/*
 * The inside of a story. story_gather.c brings together whose life it is and what was heard of
 * it, story_walk.c goes through that in order and makes steps of it, story_infer.c puts in what
 * nobody told of, story_words_*.c say in words what a step changed, story_facts.c adds what only
 * answers tell, and story_next.c says what should come.
 */
#ifndef PEPAYTOP_MODEL_STORY_PRIV_H
#define PEPAYTOP_MODEL_STORY_PRIV_H

#include "model/expectations.h"
#include "model/purse.h"
#include "model/related_priv.h"
#include "model/story.h"

#define STORY_ACTORS_MAX (RELATED_MAX + 1) /* objects whose life is told */
#define STORY_HEARD_MAX  4000              /* events looked at; older ones are left out */
#define STORY_TEXT_CAP   sizeof(((struct story_step *)0)->text)
#define SAME_MOMENT_MS   2000 /* fields know whole seconds */

/* An object of the story. */
struct actor {
	enum object_kind kind;
	char id[NAME_CAP];
	const struct entry *entry;    /* NULL: the store does not have it */
	const struct record *record;  /* NULL likewise */
	const struct object *latest;  /* the newest that is known of it, or NULL */
	const char *status;           /* "" unknown; after the walk the one that holds */
	const char *settlement;       /* of a payment, likewise */
	int64_t since_ms;             /* of the status, or TIME_NONE */
	int64_t settlement_since_ms;  /* likewise */
	int64_t first_ms;             /* of its first step, or TIME_NONE */
	const struct heard *last;     /* the walk: the newest so far … */
	const struct heard *last_now; /* … that came with a body */
	int64_t ended_ms;             /* when it came to a terminal state, or TIME_NONE */
	bool born;                    /* a step tells how it began */
	bool heard;                   /* an event spoke of it */
};

/* An event of the story. */
struct heard {
	struct event_brief brief;
	const struct event *whole; /* NULL: only its row is known */
	const struct object *now;  /* what it says of the object; NULL unknown */
	struct actor *actor;
	int64_t ms; /* when it happened */
	int64_t seq;
	int64_t arrived_ms; /* on disk, or TIME_NONE */
	uint32_t arrival;   /* in the window */
	uint8_t rank;
	bool in_window, asked;   /* a row; which tells nothing by when it came */
	bool on_disk, disk_asks; /* from a dossier; likewise */
	unsigned marks;
};

/* Where a step stands: by ms, then by seq, then by sub. */
struct place {
	int64_t ms, seq; /* INT64_MAX: after all that is known */
	int sub;
};
/* Before an event: what settled until then, and before that the states it came from. */
#define SUB_SETTLEMENT        (-RANKS_MAX)
#define SUB_BEFORE_SETTLEMENT SUB_SETTLEMENT

struct draft {
	struct story_step step;
	struct place at;
};

/* The states that nobody told of, in order. */
#define WAY_MAX (2 * RANKS_MAX)
struct way {
	int states[WAY_MAX]; /* of the actor's vocabulary */
	size_t count;
};

struct telling {
	struct story *s;
	const struct store *st;
	struct subject at; /* what the root stands for */
	int64_t now_ms;
	struct actor actors[STORY_ACTORS_MAX];
	size_t actor_count;
	struct quick quick; /* the actors */
	struct heard *heard;
	size_t heard_count, heard_cap;
	struct heard **order; /* oldest first, each event once */
	size_t order_count;
	struct draft *drafts;
	size_t draft_count, draft_cap;
	bool dossier;      /* all that is on disk is here */
	bool tells_before; /* this server says what a status was before */
};

/* What is said of one object from one moment to the next. */
struct change {
	enum object_kind kind;
	const char *status; /* from then on */
	const char *before_status;
	const char *settlement, *before_settlement;
	const struct object *now, *before; /* NULL unknown */
	const struct event_brief *brief;   /* NULL: it is no event */
	int64_t ms;                        /* when it was changed so, or TIME_NONE */
	bool born;
	bool ended;               /* it was in a terminal state before */
	bool past;                /* `now` is what became of it later */
	struct purse_sum pending; /* of an invoice: payments that are seen and not confirmed */
};

/* A text that grows, cut where it is full. */
struct line {
	char *text;
	size_t cap, len;
};

/* story_gather.c */
void telling_gather(struct telling *t);
struct actor *telling_actor(struct telling *t, enum object_kind kind, const char *id);
/* The first of a kind, or NULL. */
const struct actor *telling_first(const struct telling *t, enum object_kind kind);
/* The invoice that a payment, an order or a refund belongs to, where it is told; or NULL. */
const struct actor *telling_invoice_of(const struct telling *t, const struct actor *a);

int64_t heard_key_ms(const struct heard *h); /* by which it is put in order */
bool brief_is_birth(const struct event_brief *b);

/* story_walk.c */
void telling_walk(struct telling *t);
/* A step to be filled further; its place is its time. */
struct draft *telling_draft(struct telling *t, const struct actor *a, int64_t ms,
			    enum story_source source);
/* What is odd about such a change at such a time. */
unsigned telling_marks(const struct telling *t, const struct actor *a, const struct change *c,
		       int64_t ms);

/* story_infer.c */
void way_add(struct way *w, enum vocab v, const char *status);
/* What lies between, by what the object says of itself, else the shortest way. */
void way_add_between(struct way *w, const struct telling *t, const struct actor *a,
		     const char *from, const char *to);
/* Makes steps of a way, before a step of the actor that has its place and comes to `to`. */
void telling_infer(struct telling *t, struct actor *a, const struct way *w, const char *to,
		   struct place limit);
/* Likewise of what lies between the settlement that is known and `to`. */
void telling_infer_settlement(struct telling *t, const struct actor *a, const char *to,
			      struct place limit);
/* Of a change whose object nobody has: what became of it later still tells some of it. */
void change_by_hindsight(struct change *c, const struct object *latest);
/* Of a fact, which has no event: after what it comes of. */
struct place telling_place(const struct telling *t, const struct actor *a, int64_t ms, bool birth);
/* Was it changed at `ms`, when it had come to the status already? `tells_before`: whoever says so
 * would have said what it was before. */
bool changed_after(const struct object *o, const char *status, int64_t ms, bool tells_before);
bool settles_after(const struct actor *a, const char *settlement, bool tells_before);

/* story_answer.c */
void telling_add_answer(struct telling *t, struct actor *a);

/* story_facts.c */
void telling_add_facts(struct telling *t);
/* A step that a field of the object tells, and no event. */
struct draft *telling_fact(struct telling *t, const struct actor *a, int64_t ms, enum tone tone);
/* When an object came to a status, as its fields tell; TIME_NONE: they do not. */
int64_t fact_status_ms(const struct object *o, const char *status);
const char *birth_status(enum object_kind kind); /* "" there are several */

/* story_words.c: false: nothing changed that is worth words. */
bool change_words(const struct change *c, char ret[STORY_TEXT_CAP], enum tone *ret_tone);
bool purchase_words(const struct change *c, struct line *l);
bool order_words(const struct change *c, struct line *l);
bool ramp_words(const struct change *c, struct line *l);
/* What a status is called when nothing else is known. */
void state_words(enum object_kind kind, const char *status, char ret[STORY_TEXT_CAP]);
const char *status_phrase(enum vocab v, const char *status); /* NULL: not a word of it */
void parcel_words(const struct shipment *p, struct line *l); /* " with UPS 1Z…" */
void line_add(struct line *l, const char *fmt, ...) printf_like(2, 3);
/* The same, after ", " where there is something before. */
void line_more(struct line *l, const char *fmt, ...) printf_like(2, 3);
/* Outside text, cut with an ellipsis where it is longer than so many bytes. */
void line_clip(struct line *l, const char *text, size_t most);
const char *usd_text(char buf[MONEY_TEXT_CAP], int64_t millis);   /* "1,234.50 USD" */
const char *usd_number(char buf[MONEY_TEXT_CAP], int64_t millis); /* "1,234.50" */
const char *fiat_text(char buf[MONEY_TEXT_CAP], const struct payout *p);
bool is_near(int64_t a, int64_t b); /* one moment, as well as fields know; never TIME_NONE */
/* "0xf107e4ea…5118": a hash or an id for a sentence. */
const char *short_text(char buf[STATUS_CAP], const char *hash);

/* story_next.c */
void telling_look_ahead(struct telling *t);

/* What is to come, while it is collected. */
struct ahead {
	struct telling *t;
	struct story_next *items; /* room for more than are kept */
	size_t count;
};
#define AHEAD_MAX 64
struct story_next *ahead_add(struct ahead *x, const struct actor *a, enum tone tone);
/* `promised`: by the server; else it is our experience. TIME_NONE: nobody knows. */
void ahead_by(const struct ahead *x, struct story_next *n, int64_t by_ms, bool promised);
int64_t ahead_later(int64_t from_ms, int64_t expected); /* never for TIME_NONE */
int64_t actor_since(const struct actor *a); /* when it came to be as it is, as well as known */

/* story_next_*.c */
/* Of an invoice of the story, with all that belongs to it. */
struct purse telling_purse(const struct telling *t, const struct actor *inv);
void ahead_invoice(struct ahead *x, const struct actor *a);
void ahead_payment(struct ahead *x, const struct actor *a);
void ahead_refund(struct ahead *x, const struct actor *a);
void ahead_order(struct ahead *x, const struct actor *a);
void ahead_payout(struct ahead *x, const struct actor *a);
void ahead_deposit(struct ahead *x, const struct actor *a);
void ahead_kyc(struct ahead *x, const struct actor *a);

#endif
