/*
 * A payment session: what the payor of one invoice sees (contract 6), and what a
 * merchant may know of it (local extension 15.6).
 */
#ifndef PEPAYTOP_WIRE_PAYOR_H
#define PEPAYTOP_WIRE_PAYOR_H

#include "wire/objects.h"

#define PAYOR_TOKEN_CAP  256 /* session token, signature: opaque, and secret */
#define PAYOR_URL_CAP    640
#define PAYOR_TOKENS_MAX 64

/* What opens a session. Secret: never logged, never on screen but masked. */
struct payor_pass {
	char token[PAYOR_TOKEN_CAP];
	char signature[PAYOR_TOKEN_CAP];
};

struct payor_token { /* available-tokens, 6.2 */
	int64_t id;
	char symbol[STATUS_CAP];
	char network[STATUS_CAP];
	char availability[STATUS_CAP];
};

/* The quote and address the payor holds. Only who asked for it is told (6.3), and asking again
 * would give the payor another address: so it comes from the local extension, or not at all. */
struct payor_quote {
	char address[ADDR_CAP];
	char network[STATUS_CAP];
	char token_symbol[STATUS_CAP];
	char token_amount[STATUS_CAP]; /* decimal string */
	char exchange_rate[STATUS_CAP];
	int64_t updated_at, valid_until;
};

struct payor_session {
	char invoice_id[ID_CAP];
	char status[STATUS_CAP];          /* invoice_status */
	int64_t amount, amount_remaining; /* usd_millis; float dollars on the wire */
	bool has_remaining;
	char description[NAME_CAP];
	char merchant_name[NAME_CAP];
	char environment[STATUS_CAP];
	int64_t expires_at;
	char locked_network[STATUS_CAP]; /* "" null */
	int64_t locked_token_id;         /* 0 null */
	char locked_address[ADDR_CAP];
	bool has_email;
	char email[NAME_CAP];
	struct payor_token *tokens; /* heap */
	size_t token_count;
	bool has_quote;
	struct payor_quote quote;
	struct payor_pass pass;
	char payment_url[PAYOR_URL_CAP]; /* with token and signature in it: secret; "" unknown */
	int64_t answered_ms;             /* wall */
};
void payor_session_release(struct payor_session *s);

/* Reads token and signature out of a payment URL (4.1). False: it is none. */
bool payor_url_read(const char *url, size_t len, struct payor_pass *ret);
/* The URL with token and signature as dots, for a screen or a note. */
void payor_url_mask(char *ret, size_t cap, const char *url);

#endif
