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
	int64_t updated_at, valid_until; /* or TIME_NONE */
	int64_t token_id;                /* 0 unknown */
	int64_t amount;                  /* usd_millis it is for */
};

struct payor_session {
	char invoice_id[ID_CAP];
	char status[STATUS_CAP];          /* invoice_status */
	int64_t amount, amount_remaining; /* usd_millis; float dollars on the wire */
	bool has_amount, has_remaining;   /* false: not said, and 0 */
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
	size_t tokens_left_out; /* past PAYOR_TOKENS_MAX, or not readable */
	bool tokens_known;      /* available-tokens answered */
	bool email_known;       /* customer-email answered */
	bool quote_known;       /* the extension answered: without a quote there is none */
	bool has_quote;
	struct payor_quote quote;
	struct payor_pass pass;
	char payment_url[PAYOR_URL_CAP]; /* with token and signature in it: secret; "" unknown */
	char note[160];                  /* what is missing, and why, in words; "" */
	int64_t answered_ms;             /* wall */
};
void payor_session_init(struct payor_session *s); /* nothing known: times are TIME_NONE */
void payor_session_release(struct payor_session *s);

/*
 * Each reads one answer into a session that was init'ed, adding to what is there; a failure leaves
 * it as it was. Of an answer only what names it is required: what is missing or of a type this
 * build does not expect stays unknown.
 */
/* Contract 6.1. E_CONFLICT when the session knows its invoice and this is another's. */
must_check enum status payor_details_decode(const char *body, size_t len, struct payor_session *s,
					    struct problem *reterr);
/* Contract 6.2; replaces the tokens. */
must_check enum status payor_tokens_decode(const char *body, size_t len, struct payor_session *s,
					   struct problem *reterr);
/* Contract 6.5, GET customer-email. */
must_check enum status payor_email_decode(const char *body, size_t len, struct payor_session *s,
					  struct problem *reterr);
/* Local extension 15.6: invoice, pass, URL, quote. */
must_check enum status payor_link_decode(const char *body, size_t len, struct payor_session *s,
					 struct problem *reterr);

/* Reads token and signature out of a payment URL (4.1): http or https, `session` and `signature` in
 * its query, also as an e-mail's HTML has it (&amp;). False: it is none. */
bool payor_url_read(const char *url, size_t len, struct payor_pass *ret);
/* The URL with dots for whatever could open it, for a screen or a note: every value of its query,
 * the fragment, a user name, long parts of the path. Cut to fit. */
void payor_url_mask(char *ret, size_t cap, const char *url);

#endif
