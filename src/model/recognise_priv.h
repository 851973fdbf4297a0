/*
 * The inside of recognise(), shared by the recognise_*.c files: the text without what mail
 * programs do to it, the words that say what an id is of, and the shapes of ids.
 */
#ifndef PEPAYTOP_MODEL_RECOGNISE_PRIV_H
#define PEPAYTOP_MODEL_RECOGNISE_PRIV_H

#include "model/recognise.h"

/* --- recognise_clean.c: the text as it was meant ------------------------------------------------
 */
/* Entities decoded, invisible characters gone, dashes plain, "…" as three dots. NUL-terminated. */
struct clean {
	char *s;
	uint32_t *at; /* where each byte came from; [len] is the end */
	size_t len;
};
void clean_make(struct clean *c, const char *text, size_t len);
void clean_release(struct clean *c);

/* --- recognise_alike.c: letters of other scripts ------------------------------------------------
 */
/* In words that are Latin but for some letters, those become the Latin ones they look like. */
void clean_alike(struct clean *c);
/* O for 0 and l or I for 1, in what is of hexadecimal digits but for those. */
void clean_digits(struct clean *c);
/* "0 E F 8 3 0" in one. */
void clean_spelled(struct clean *c);
/* "ana at mail dot example" as it is written. */
void clean_spoken(struct clean *c);
/* Is there a letter that only looks Latin? */
bool has_alike(const char *text, size_t len);

/* --- recognise_amounts.c: what is no id --------------------------------------------------------
 */
struct amount_text {
	char text[16];    /* "1257.48" of "$1,257.48" and of "1.257,48 USD" */
	char currency[4]; /* "" where it says none */
	size_t fraction;  /* digits behind the point */
	bool money;       /* with a sign or a currency */
	bool grouped;     /* thousands are marked off */
};
/* The bytes of the amount at the beginning of a text; 0: there is none. */
size_t amount_at(const char *s, struct amount_text *ret);
/* The whole of a text, one that means money; "23.11.2026" as "2026-11-23". */
bool amount_read(const char *s, struct amount_text *ret);
bool date_read(const char *s, char ret[24]);

/* --- recognise_words.c: what words say of what follows them ------------------------------------
 */
enum word_class {
	WORD_PLAIN,
	WORD_NOUN,     /* `subject`: an id of it follows */
	WORD_SECRET,   /* a secret follows */
	WORD_MEMBER,   /* one may follow, behind a sign: "otp: 123456" */
	WORD_WEAK,     /* an id that is nobody's object follows: of a request, a trace */
	WORD_TRACKING, /* a tracking number follows, or a carrier is named */
	WORD_NETWORK   /* `network` */
};
struct said {
	enum word_class class;
	enum subject_kind subject;
	const char *network;
};
/* Of "order", "invoiceId", "x-session-token", "tx_hash". */
struct said word_says(const char *s, size_t len);

/* --- recognise_shapes.c: forms of ids ----------------------------------------------------------
 */
bool is_id_byte(char c); /* letters, digits, _ and - */
size_t count_hex(const char *s, size_t len);
bool has_digit(const char *s, size_t len);
bool has_letter(const char *s, size_t len);
/* 8-4-4-4-12, or 32 digits in one; one line break inside is passed over. Returns the bytes it took,
 * 0: none. */
size_t uuid_at(const char *s, size_t len, char ret[37]);
/* 0x and 40 or 64 digits, or 64 digits without: with one line break passed over. */
size_t chain_hex_at(const char *s, size_t len, char ret[67]);
bool is_base58_address(const char *s, size_t len);
bool is_base58_signature(const char *s, size_t len);
bool is_ton_address(const char *s, size_t len);
bool is_bech32_address(const char *s, size_t len, const char **ret_network);
/* How sure a number is of a parcel. */
enum tracking_sure {
	TRACKING_NOT,
	TRACKING_COULD_BE, /* the length of one */
	TRACKING_CHECKED   /* its check digit is right */
};
enum tracking_sure tracking_check(const char *s, size_t len);
/* The length of an e-mail address at `s`, 0: none. */
size_t email_at(const char *s, size_t len);

/* --- recognise.c ------------------------------------------------------------------------------ */
#define NOUN_REACH     40 /* bytes between "order" and its id */
#define VALUE_REACH    14 /* between "order" and something that is an id only because of that */
#define JOINS_MAX      256
#define SECRET_REACH   6
#define TRACKING_REACH 80

struct scan {
	const struct clean *c;
	const char *s;
	size_t len, at;
	struct scraps *ret;
	int rank[SCRAPS_MAX];
	struct said noun; /* the word last said of what follows */
	size_t noun_end;
	size_t tracking_until;
	const char *network;
	size_t network_until;
	size_t secret_end; /* behind a word that a secret follows */
	bool secret, signature;
	int doubt;        /* of what is added next: lowers it among the others */
	bool secrets;     /* there were some */
	unsigned joins;   /* numbers in groups tried: there is no end to columns of figures */
	size_t local_end; /* no e-mail address begins before it */
	char token[PAYOR_TOKEN_CAP], signed_by[PAYOR_TOKEN_CAP];
};

/* The text from `at` to `end`, unless the scrap has one; goes on at `end`. */
void scan_add(struct scan *sc, struct scrap *it, size_t at, size_t end);
/* The last word that said something stands no further before `at`. */
bool scan_near(const struct scan *sc, size_t at, size_t reach);
/* What the words before `at` say it is of; SUBJECT_EVENT: nothing. */
enum subject_kind scan_likely(const struct scan *sc, size_t at);
/* "number", "is": between "order" and its id. */
bool is_filler(const char *s, size_t len);

/* Each takes what is at `at` and goes on behind it, or is false. */
/* --- recognise_secrets.c */
bool scan_secret(struct scan *sc, size_t at);
bool scan_is_member(const struct scan *sc, size_t at, size_t end);
bool scan_link(struct scan *sc, size_t at);
bool scan_host(struct scan *sc, size_t end);
/* --- recognise_amounts.c */
bool scan_amount(struct scan *sc, size_t at);
bool scan_amount_alone(struct scan *sc); /* the whole text, and all is done */
/* --- recognise_ids.c */
bool scan_email(struct scan *sc, size_t at);
bool scan_uuid(struct scan *sc, size_t at);
bool scan_chain_hex(struct scan *sc, size_t at);
bool scan_other_chains(struct scan *sc, size_t at, size_t end);
bool scan_prefixed(struct scan *sc, size_t at, size_t end);
bool scan_tracking(struct scan *sc, size_t at, size_t end);
bool scan_shortened(struct scan *sc, size_t at, size_t end);
bool scan_plain(struct scan *sc, size_t at, size_t end);
bool scan_customer(struct scan *sc, size_t at);

#endif
