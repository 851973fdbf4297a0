/*
 * The director's insides. A story is a table of steps with waits between them; a
 * play is one story being lived by one customer; plays wait in a heap by virtual
 * time. Casts of stories start at a rate of their own.
 */
#ifndef PEPAYTOP_SANDBOX_DIRECTOR_PRIVATE_H
#define PEPAYTOP_SANDBOX_DIRECTOR_PRIVATE_H

#include "sandbox/director.h"
#include "sandbox/domain.h"

#define NO_HOLD   SIZE_MAX
#define LINES_MAX 3 /* different goods in an order */

struct cue;
struct scenario;
struct telling;

struct play {
	const struct story *story;
	size_t step; /* the one to play at at_ms */
	int64_t at_ms;
	uint64_t tie; /* plays of the same millisecond go in the order they were queued */
	size_t person;
	int64_t stretch; /* waits are this many times as long (the past is slower than the demo) */
	size_t hold;     /* this step waits until after the epoch; NO_HOLD: none does */
	char invoice[ID_CAP], order[ID_CAP], payment[ID_CAP], payout[ID_CAP], deposit[ID_CAP];
	char customer[NAME_CAP]; /* "": the person's */
	const struct cue *cue;   /* the scenario's line; NULL: a story's step */
	struct telling *telling; /* this is a scenario's turn, not a story's */
};

struct step {
	/* E_CONFLICT, E_NOT_FOUND and E_DENIED end the story: someone else changed its object. */
	enum status (*act)(struct director *d, struct play *p, const struct step *s,
			   struct problem *reterr);
	int64_t least_ms, most_ms; /* the wait before it */
	const char *word;          /* a status, a transition: what the act needs */
	int64_t number;            /* a share in percent, a duration */
};

struct story {
	const char *name;
	const struct step *steps;
	size_t step_count;
};

/* How often a story comes in a shuffled deck: in the first one, and in those after. */
struct part {
	const struct story *story;
	int first, later;
};

struct cast {
	const char *name;
	int64_t gap_ms; /* between two beginnings, on average, in the demo */
	double events;  /* of one of its stories, on average */
	const struct part *parts;
	size_t part_count;
};

enum { CAST_INVOICES, CAST_ORDERS, CAST_PAYOUTS, CAST_KYC, CASTS };
extern const struct cast casts[CASTS];

#define DECK_MAX 48

struct deck {
	const struct story *cards[DECK_MAX];
	size_t count, dealt;
	bool first_dealt;
};

enum check { CHECK_NONE, CHECK_PENDING, CHECK_APPROVED, CHECK_REJECTED, CHECK_EXPIRED };

struct person_state {
	enum check check;
	bool known; /* has bought before */
};

struct director {
	struct world *w;
	struct scenario *scenario; /* what plays */
	struct scenario *given;    /* what the director was made for; may be the same */
	struct telling *tellings;  /* all of them, for the end */
	struct telling *main;      /* the scenario itself */
	size_t telling_count;
	int64_t skipped; /* lines that were not possible any more */
	char caption[CAPTION_CAP];
	bool live;      /* false: the past only */
	struct rng rng; /* the story's own: what clients do never changes what it draws */
	double pace;    /* gaps are divided by it */
	bool paused;
	int64_t event_limit;   /* 0: none */
	int64_t live_events;   /* appended by the director since it went live */
	int64_t epoch_ms;      /* where the past ends and the live part begins */
	int64_t gap_ms[CASTS]; /* between two beginnings; 0: never */
	struct play *heap;
	size_t count, cap;
	uint64_t ties;
	int64_t arrival_ms[CASTS]; /* when the next story of each cast begins */
	struct deck decks[CASTS];
	int64_t mood_until_ms;
	int mood_percent; /* gaps are this much of their average: bursts and lulls */
	struct person_state *people;
	size_t person_count;
};

/* A waiting play, by time and then by order of queueing. */
void plays_push(struct director *d, const struct play *p);
const struct play *plays_peek(const struct director *d); /* NULL when none waits */
struct play plays_pop(struct director *d);

/* A new play of a story, with its customer, to begin at at_ms. */
void play_cast(struct director *d, const struct story *story, int64_t at_ms, struct play *ret);
/* When a story's next step comes. */
int64_t play_wait_ms(struct director *d, const struct play *p);
/* Somebody who fits and lives in a country (NULL: anywhere), looking on from a random place; when
 * nobody does, somebody of that country; else anybody. */
size_t person_find(struct director *d, bool (*fits)(const struct person_state *s),
		   const char *country);
bool person_is_known(const struct person_state *s);
bool person_is_new(const struct person_state *s);
bool person_is_approved(const struct person_state *s);
bool person_is_unchecked(const struct person_state *s);
/* The cast's next story out of its shuffled deck. */
const struct story *deck_deal(struct director *d, int cast);

/* director_clock.c: everything due by `until`, a turn's worth at most; *ret_done when nothing due
 * is left. */
must_check enum status director_run_until(struct director *d, int64_t until, bool *ret_done,
					  struct problem *reterr);
/* An act in a transaction of its own. E_CONFLICT, E_NOT_FOUND and E_DENIED: not possible any more.
 */
must_check enum status director_act(struct director *d, struct play *p, const struct step *s,
				    struct problem *reterr);
bool director_is_refusal(enum status st);
/* The event limit is reached. */
bool director_is_over(const struct director *d);
/* While the director acts, the world draws from the director's own numbers. */
void director_take_dice(struct director *d, struct rng *outside);
void director_give_dice_back(struct director *d, const struct rng *outside);

/* director_script.c: the scenario's own lines. */
void script_begin(struct director *d); /* from epoch_ms on */
void script_end(struct director *d);
/* A telling's next line; it queues itself again while it has more. */
must_check enum status script_turn(struct director *d, struct telling *t, struct problem *reterr);

/* director_past.c: queues the stories of the day before the epoch. */
void past_plan(struct director *d);
#define SCENARIOS_MAX 64
#define PAST_MS       (24LL * 3600 * 1000)
/* Takes up what a ledger that has a past left unfinished. */
must_check enum status past_adopt(struct director *d, struct problem *reterr);

/*
 * director_asides.c: what people do beside the story: open payment pages, fill carts. Nothing of
 * it is an event, and it is drawn from numbers of its own, so that the story stays what it was.
 * Inside a transaction, but for the last.
 */
/* The payor opens the page of what was just billed; most do. */
must_check enum status aside_open_page(struct director *d, const char *invoice_id,
				       struct problem *reterr);
/* The payor asks where to send money over a network, and will have paid there. */
must_check enum status aside_pay_on(struct director *d, const struct invoice *v,
				    const char *network, struct problem *reterr);
/* What was underpaid is quoted again, for the rest. */
must_check enum status aside_quote_rest(struct director *d, const char *invoice_id,
					struct problem *reterr);
/* What was checked out stays in the cart (contract 7.3). */
must_check enum status aside_keep_cart(struct director *d, const char *customer_id,
				       const struct order_params *order, struct problem *reterr);
/* The day before the epoch leaves full carts and open pages. */
must_check enum status aside_past(struct director *d, struct problem *reterr);

/* director_acts.c and scenario_acts.c */
#define ACTS(X)             \
	X(say)              \
	X(introduce)        \
	X(confirm_all)      \
	X(settle_all)       \
	X(expire_bill)      \
	X(refund_bill)      \
	X(lapse)            \
	X(pay_out_approved) \
	X(deposit)          \
	X(move_deposit)     \
	X(bill)             \
	X(pay)              \
	X(confirm)          \
	X(settle)           \
	X(cancel_bill)      \
	X(order)            \
	X(advance)          \
	X(call_off)         \
	X(submit)           \
	X(review)           \
	X(pay_out)          \
	X(move_payout)
#define X(name)                                                                          \
	enum status act_##name(struct director *d, struct play *p, const struct step *s, \
			       struct problem *reterr);
ACTS(X)
#undef X

/* The stories that the past names. */
extern const struct story STORY_PAID, STORY_TOPPED_UP, STORY_UNDERPAID, STORY_OVERPAID,
	STORY_EXPIRED, STORY_CANCELED, STORY_PAID_LATE, STORY_MANUAL, STORY_DELIVERED,
	STORY_ORDER_FAILED, STORY_ORDER_CANCELLED, STORY_PAYOUT_PAID, STORY_PAYOUT_FAILED,
	STORY_PAYOUT_RETURNED, STORY_KYC_APPROVED, STORY_KYC_REJECTED, STORY_ABANDONED,
	STORY_UNPAID;
/* Where a story is taken up again: the index of its first step with this act word. */
size_t story_step(const struct story *story, const char *word);

#endif
