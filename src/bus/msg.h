/*
 * What travels towards the UI thread. A msg owns what it holds and has exactly one
 * owner at any time: mailbox_post takes it, mailbox_take gives it.
 */
#ifndef PEPAYTOP_BUS_MSG_H
#define PEPAYTOP_BUS_MSG_H

#include "bus/history.h"
#include "bus/request.h"
#include "bus/sync.h"
#include "wire/shop.h"

/* Which way a batch came. HISTORY: read back from disk, at a start or because someone scrolled
 * there; it tells nothing new. */
enum event_source { SOURCE_STREAM, SOURCE_REPLAY, SOURCE_REST, SOURCE_HISTORY };

/* How an action ended (product F19). */
#define OUTCOMES(X)                             \
	X(OUTCOME_DONE, "Done", TONE_GOOD)      \
	X(OUTCOME_REFUSED, "Refused", TONE_BAD) \
	X(OUTCOME_UNKNOWN, "Unknown", TONE_WARN)
enum outcome {
#define X(constant, word, tone) constant,
	OUTCOMES(X)
#undef X
		OUTCOME_COUNT
};
const char *outcome_word(enum outcome o);
enum tone outcome_tone(enum outcome o);

enum msg_kind {
	MSG_EVENTS,       /* a batch from a stream or from REST */
	MSG_LINK,         /* the state of a stream changed */
	MSG_GAP,          /* the server could not replay: events between two cursors are unknown */
	MSG_PAGE,         /* a list page */
	MSG_OBJECT,       /* one resource */
	MSG_CAPABILITIES, /* what this server can do beyond Pepay's contract */
	MSG_OUTCOME,      /* an action ended */
	MSG_FAILED,       /* a read failed */
	MSG_EVENT,        /* one event whole, from the history */
	MSG_HISTORY,      /* how complete things are */
	MSG_INCIDENT,     /* a record of the proof ledger is new or changed */
	MSG_RECEIPT,      /* archive → sync: a page is committed */
	MSG_FINDINGS,     /* what the history knows of a text */
	MSG_DOSSIER,      /* every event of an object and what belongs to it */
	MSG_ACK,          /* an acknowledgement kept on disk; told at the start */
	MSG_SESSION,      /* a payment session */
	MSG_CART,
	MSG_PRODUCTS /* a search, or one product with its offers */
};

#define MSG_EVENTS_MAX   256
#define MSG_BAD_TEXT_MAX (64 * 1024)

struct msg {
	enum msg_kind kind;
	union {
		struct msg_events {
			enum event_source source;
			enum stream_id stream;
			struct event *items; /* oldest first as received; heap */
			size_t count;
			size_t bad_frames; /* frames that could not be read, since the last batch */
			char bad_reason[160];
			char *bad_text;  /* the first such frame as it came, with a NUL behind;
					    owned; NULL: none */
			size_t bad_len;  /* at most MSG_BAD_TEXT_MAX: what is longer is cut */
			uint64_t serial; /* of the request, for SOURCE_REST and HISTORY; 0: nobody's
					  */
			struct sync_mark mark; /* SOURCE_REST */
			size_t known;          /* taken out by the archive: they were on disk */
			size_t collisions;     /* taken out: another body under an id on disk */
			bool oldest;           /* HISTORY: there is nothing older on disk */
		} events;
		struct link_report link;
		struct msg_gap {
			enum stream_id stream;
			char from[ID_CAP], to[ID_CAP];
		} gap;
		struct msg_page {
			uint64_t serial;
			enum object_kind object;
			struct page page;
			enum list_of of;
			bool first; /* the newest page: what it does not hold may still exist */
			bool from_history;   /* read back from disk: nobody asked */
			int64_t answered_ms; /* from_history: when the server said it */
		} page;
		struct msg_object {
			uint64_t serial;
			struct object object;
			char *raw; /* the answer as it came, NUL-terminated; owned; NULL: not kept
				    */
			size_t raw_len;
		} object;
		struct capabilities capabilities;
		struct msg_outcome {
			struct request request;
			enum outcome outcome;
			struct fault fault; /* what the server said, for REFUSED; http_status 0 if
					       nothing */
			struct problem problem; /* what happened, for UNKNOWN and local refusals */
			bool replayed;          /* the server had already done it under this key */
			int64_t latency_ms;
		} outcome;
		struct msg_failed {
			struct request request;
			struct problem problem;
			struct fault fault;
		} failed;
		struct msg_event {
			uint64_t serial;
			struct event event;
			enum event_via via;
			int64_t arrived_ms; /* wall, when it was committed */
			char *other; /* another body that came under the same id, or NULL; owned */
		} event;
		struct history_report history;
		struct incident incident;
		struct sync_receipt receipt;
		struct msg_findings {
			uint64_t serial;
			struct findings found;
		} findings;
		struct msg_dossier {
			uint64_t serial;
			struct dossier dossier;
		} dossier;
		struct acknowledgement ack;
		struct msg_session {
			uint64_t serial;
			struct payor_session session;
		} session;
		struct msg_cart {
			uint64_t serial;
			struct shop_cart cart;
		} cart;
		struct msg_products {
			uint64_t serial;
			struct shop_products products;
		} products;
	} as;
};

struct msg *msg_new(enum msg_kind kind); /* zeroed */
void msg_free(struct msg *m);            /* with what it still owns; NULL is fine */
/* Moves the whole content into a message of its own; *m owns nothing any more. */
struct msg *msg_take(struct msg *m);

/* Takes a page's events: REST answers newest first, a batch is oldest first. Rows that could not be
 * read become its bad frames. */
void msg_events_take_page(struct msg_events *batch, struct event_page *page);

#endif
