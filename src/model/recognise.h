/*
 * What a scrap of text is: an id, a hash, an address, an e-mail, a tracking number, a
 * payment URL; out of messy pasted text. Pure; says what it might be, never what it is.
 */
#ifndef PEPAYTOP_MODEL_RECOGNISE_H
#define PEPAYTOP_MODEL_RECOGNISE_H

#include "model/subject.h"
#include "wire/payor.h"

#define SCRAPS_MAX 16

/* X(constant, words) */
#define SCRAP_KINDS(X)                                                                           \
	X(SCRAP_PAYMENT_URL, "payment link")                                                     \
	X(SCRAP_EVENT, "event id")                                                               \
	X(SCRAP_UUID, "id") /* an invoice, order, payment, … */                                \
	X(SCRAP_HASH, "transaction hash")                                                        \
	X(SCRAP_ADDRESS, "wallet address")                                                       \
	X(SCRAP_EMAIL, "e-mail address")                                                         \
	X(SCRAP_TRACKING, "tracking number")                                                     \
	X(SCRAP_CUSTOMER, "customer id")                                                         \
	X(SCRAP_ID, "id") /* prefixed: inv_…, po_…, …; or part of one */                   \
	X(SCRAP_PART, "part of an id or address") /* 0x3f2a…9c1d: head and tail */             \
	X(SCRAP_AMOUNT, "amount")                 /* "257.48" */                                 \
	X(SCRAP_DATE, "date")                     /* "2026-11-23": what lists are filtered by */ \
	X(SCRAP_WORD, "text")

enum scrap_kind {
#define X(constant, words) constant,
	SCRAP_KINDS(X)
#undef X
		SCRAP_KIND_COUNT
};
const char *scrap_kind_words(enum scrap_kind k);

struct scrap {
	enum scrap_kind kind;
	char text[NAME_CAP];      /* as ids are written: unquoted, trimmed; case as it came */
	char tail[ADDR_CAP];      /* PART: what it ends in; "" none */
	char network[STATUS_CAP]; /* ADDRESS, HASH: where that form is at home; "" several */
	char currency[4];         /* AMOUNT: where it says so */
	enum subject_kind likely; /* the text says so (a URL path, "invoice: …"); EVENT: no idea */
	bool short_end;           /* PART: its end says too little and is not in `tail` */
	bool alike;               /* letters of it only looked Latin; here they are */
	bool mended;              /* letters of it stood for digits */
	size_t at, len;           /* where in the input */
};
struct scraps {
	struct scrap items[SCRAPS_MAX]; /* the most telling first */
	size_t count;
	struct payor_pass pass; /* of a PAYMENT_URL; secret */
	bool secret; /* the text holds a token, a signature or a key: it is not for keeping */
};
/* "transaction hash on base", "id, likely of an order": what it looks like, without itself. */
void scrap_say(const struct scrap *s, char *ret, size_t cap);
/* What a list shows it by: "amount=257.48", "at:2026-11-23"; "" where it is looked up. */
void scrap_filter(const struct scrap *s, char *ret, size_t cap);
/* Any bytes; nothing is too long or too strange. */
void recognise(struct scraps *ret, const char *text, size_t len);

#endif
