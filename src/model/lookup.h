/*
 * A look-up under way (product F8): what was recognised, where was looked, what was
 * found. In the window at once, in the history by one request, at the server by at most
 * two. Pure: it is told when the store changed and says what to ask.
 */
#ifndef PEPAYTOP_MODEL_LOOKUP_H
#define PEPAYTOP_MODEL_LOOKUP_H

#include "model/answers.h"
#include "model/recognise.h"

#define LOOKUP_HITS_MAX 200

enum lookup_place { LOOKED_WINDOW, LOOKED_HISTORY, LOOKED_SERVER, LOOKUP_PLACE_COUNT };
const char *lookup_place_words(enum lookup_place p);

struct lookup_hit {
	struct subject subject;
	enum lookup_place place;
	enum match match;
	bool near; /* it says something like it: most of the words, an id but for a digit */
	char field[STATUS_CAP * 2]; /* where it says so: "tx_hash" */
	char value[NAME_CAP];
	int64_t newest_ms; /* or TIME_NONE */
	/* As the history knows it; "" where it did not say, or the record is here. */
	char status[STATUS_CAP];
	char customer[NAME_CAP];
	size_t scrap; /* which of the scraps it says */
	int rank;     /* private: what the order is by */
};

struct lookup_look {
	enum load_state state; /* NOT_ASKED: there was no need */
	size_t found;          /* and nowhere before */
	size_t known;          /* found there, too */
	char note[200]; /* what was asked, or why it failed: "no invoice, order or payout of this
			   id" */
};

struct lookup {
	char text[NAME_CAP * 2]; /* as typed */
	struct scraps scraps;
	struct lookup_look looks[LOOKUP_PLACE_COUNT];
	struct lookup_hit hits[LOOKUP_HITS_MAX]; /* best first, an object once */
	size_t count;
	bool cut;
	bool masked; /* people go by stand-ins here: it is a case */
	bool over;   /* nothing is on its way any more */
	/* A payment link of a host that is not Pepay's: what it holds is sent nowhere. "" none. */
	char foreign[ADDR_CAP];
	/* Where it looked and found nothing, or found. */
	size_t window_objects;     /* how many are here */
	uint64_t history_events;   /* looked through on disk; 0 unknown */
	int64_t history_oldest_ms; /* how far back that goes, or TIME_NONE */
	/* private */
	struct lookup_question {
		struct request request;
		enum load_state state;
		size_t scrap; /* it is asked for */
		bool again;   /* its answer went before it was looked at, and it was asked anew */
	} asked[3];           /* the history, and at most two of the server */
	size_t asked_count;
	bool server_planned; /* what to ask the server is decided */
	struct request next; /* to ask if the first finds nothing; kind CAPABILITIES: none */
};
/* Requests go to `out`. `server` is whom they reach, "host:port", or NULL: payment links of that
 * host are its own, too. */
void lookup_begin_at(struct lookup *l, const char *text, const char *server, const struct store *st,
		     struct outbox *out);
void lookup_begin(struct lookup *l, const char *text, const struct store *st, struct outbox *out);
/* The store changed. True when something of it did. */
bool lookup_update(struct lookup *l, const struct store *st, struct outbox *out);
/* The one thing to open without asking: a single hit, or a single exact one. NULL: show the list.
 */
const struct lookup_hit *lookup_answer(const struct lookup *l);

#endif
