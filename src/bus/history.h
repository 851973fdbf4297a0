/*
 * How much of what Pepay emitted is on this machine, and how sure that is (product
 * N2). The archive thread decides it, the store keeps the latest word, views show it.
 */
#ifndef PEPAYTOP_BUS_HISTORY_H
#define PEPAYTOP_BUS_HISTORY_H

#include "bus/link.h"

/* Where events go before they are shown. X(constant, word on screen, tone) */
#define HISTORY_MODES(X)                                                                          \
	X(HISTORY_STARTING, "OPENING", TONE_NEUTRAL)                                              \
	X(HISTORY_WRITING, "HISTORY", TONE_GOOD)                                                  \
	X(HISTORY_TEMPORARY, "NO HISTORY",                                                        \
	  TONE_WARN) /* --no-history: gone when the program ends */                               \
	X(HISTORY_VIEW_ONLY, "VIEW ONLY", TONE_WARN) /* another instance, or the disk, forbids */ \
	X(HISTORY_STALLED, "CANNOT WRITE", TONE_BAD) /* nothing new is shown until it can */      \
	X(HISTORY_REPLAY, "REPLAY", TONE_BAD)                                                     \
	X(HISTORY_CASE, "CASE", TONE_WARN) /* a bundle of evidence that was opened again */

enum history_mode {
#define X(constant, word, tone) constant,
	HISTORY_MODES(X)
#undef X
		HISTORY_MODE_COUNT
};
const char *history_mode_word(enum history_mode m);
enum tone history_mode_tone(enum history_mode m);

/* How an event got into the history; kept with it. X(constant, word) */
#define EVENT_VIAS(X)                                                                       \
	X(VIA_LIVE, "live")          /* by the stream, as it happened */                    \
	X(VIA_REPLAY, "replayed")    /* by the stream, after a reconnect */                 \
	X(VIA_CATCH_UP, "caught up") /* by REST, for a time nobody was connected */         \
	X(VIA_REPAIR, "repaired")    /* by REST: a stream that looked healthy skipped it */ \
	X(VIA_POLL, "polled")        /* by REST, where no stream could be had */            \
	X(VIA_OLDER, "fetched")      /* by REST: older than where this history begins */

enum event_via {
#define X(constant, word) constant,
	EVENT_VIAS(X)
#undef X
		EVENT_VIA_COUNT
};
const char *event_via_word(enum event_via v);

/*
 * Every stretch of time in which something was not as it should be, one record each, kept in the
 * history for good. X(constant, words, tone)
 */
#define INCIDENT_KINDS(X)                                                            \
	X(INCIDENT_START, "the history begins here", TONE_NEUTRAL)                   \
	X(INCIDENT_AWAY, "pepaytop was not running", TONE_WAITING)                   \
	X(INCIDENT_DOWN, "no stream", TONE_WAITING)                                  \
	X(INCIDENT_SKIPPED, "skipped by a stream that looked healthy", TONE_WARN)    \
	X(INCIDENT_GAP, "not to be had from the server any more", TONE_BAD)          \
	X(INCIDENT_COLLISION, "one id with two bodies", TONE_BAD)                    \
	X(INCIDENT_UNREADABLE, "a message could not be read", TONE_WARN)             \
	X(INCIDENT_STRANGER, "an event of another account or environment", TONE_BAD) \
	X(INCIDENT_STORAGE, "the history could not be written", TONE_WARN)

enum incident_kind {
#define X(constant, words, tone) constant,
	INCIDENT_KINDS(X)
#undef X
		INCIDENT_KIND_COUNT
};
const char *incident_kind_words(enum incident_kind k);
enum tone incident_kind_tone(enum incident_kind k);

/* X(constant, word, tone) */
#define INCIDENT_STATES(X)                                                              \
	X(INCIDENT_OPEN, "open", TONE_WARN)         /* still being looked into */       \
	X(INCIDENT_REPAIRED, "repaired", TONE_GOOD) /* whole again: proven by REST */   \
	X(INCIDENT_LOST, "lost", TONE_BAD)          /* what is missing stays missing */ \
	X(INCIDENT_NOTED, "noted", TONE_NEUTRAL)    /* nothing is missing */

enum incident_state {
#define X(constant, word, tone) constant,
	INCIDENT_STATES(X)
#undef X
		INCIDENT_STATE_COUNT
};
const char *incident_state_word(enum incident_state s);
enum tone incident_state_tone(enum incident_state s);

struct incident {
	int64_t serial; /* in the history, from 1; grows with time */
	enum incident_kind kind;
	enum incident_state state;
	int64_t from_ms, to_ms; /* wall; TIME_NONE: not known, or not over yet */
	char from_id[ID_CAP];   /* events around the stretch; "" unknown */
	char to_id[ID_CAP];
	uint64_t recovered; /* events that came by another way than live */
	char note[160];     /* in words: which stream, why, what was done */
};

/* What can be said of completeness right now. X(constant, word, tone) */
#define PROOF_STATES(X)                                                                          \
	X(PROOF_NONE, "unproven", TONE_NEUTRAL)  /* nothing compared with the server yet */      \
	X(PROOF_COMPLETE, "complete", TONE_GOOD) /* all the server has, and a way to the next */ \
	X(PROOF_CATCHING_UP, "catching up", TONE_WAITING) /* a walk is under way */              \
	X(PROOF_BEHIND, "not proven", TONE_WARN) /* no stream and no REST since proven_to_ms */  \
	X(PROOF_UNKNOWN, "incomplete", TONE_BAD) /* a stretch is lost */

enum proof_state {
#define X(constant, word, tone) constant,
	PROOF_STATES(X)
#undef X
		PROOF_STATE_COUNT
};
const char *proof_state_word(enum proof_state s);
enum tone proof_state_tone(enum proof_state s);

struct history_report {
	enum history_mode mode;
	struct problem problem; /* why, where the mode is not WRITING; S_OK: nothing to say */
	char path[256];         /* of the file; "" temporary */
	enum proof_state proof;
	int64_t complete_since_ms; /* created time of the oldest event of the unbroken stretch */
	int64_t proven_to_ms;      /* wall: until when everything was compared, or TIME_NONE */
	uint64_t events;           /* on disk */
	uint64_t repairs;          /* incidents that are REPAIRED, in the unbroken stretch */
	uint64_t repaired_events;
	uint64_t unknown;     /* incidents that are LOST: stretches nobody can tell about */
	uint64_t alarms;      /* collisions and strangers */
	uint64_t catching_up; /* events the walk under way has brought so far */
	int64_t oldest_ms;    /* created time of the oldest event on disk, or TIME_NONE */
};

#endif
