/*
 * One table a JSON shape, read both ways: the client decodes with it, the sandbox
 * encodes with it. A field says where it lives in the C struct, what it is on the
 * wire, and whether it may be missing or null.
 *
 * Decoding is strict about types and tolerant about extras: unknown members are
 * ignored, a missing or null optional field leaves the empty value ("" / TIME_NONE
 * / 0 / false / no items), a missing required field or a wrong type is E_INVALID
 * with a problem that names the path ("invoice.amount: expected an integer, got a string").
 * So is a required ID that is "", a time before 1970 or after 9999, and an `object` member that is
 * not the shape's word.
 *
 * Encoding writes every member of the table. An empty value (see above; for numbers 0, for BOOL
 * false) becomes null unless the flags say otherwise; a required one is never null.
 */
#ifndef PEPAYTOP_WIRE_FIELDS_H
#define PEPAYTOP_WIRE_FIELDS_H

#include "base/when.h"
#include "wire/json.h"

#define ID_CAP     72  /* object ids: uuids, evt_<ms>-<seq>; longer is E_INVALID, never cut */
#define STATUS_CAP 32  /* status words, kept as text so that an unknown one can be shown */
#define NAME_CAP   256 /* customer ids (≤ 255) and short human text; longer human text is cut */
#define ADDR_CAP   160 /* wallet addresses, transaction hashes */

enum field_kind {
	FIELD_ID,   /* char[]: a string; too long for its array is E_INVALID */
	FIELD_TEXT, /* char[]: a string; too long is cut at a UTF-8 boundary */
	FIELD_INT,  /* int64_t: a whole number */
	FIELD_BOOL, /* bool */
	FIELD_TIME, /* int64_t ms: epoch seconds (REV-B) or an ISO string (REV-A); encoded REV-B */
	FIELD_TIME_ISO, /* int64_t ms: both accepted; encoded as an ISO string with ms and Z */
	FIELD_MILLIS,  /* int64_t usd_millis: integer `key`, plus its string twin `key_decimal` when
			  encoding; the twin, when present, must agree (E_INVALID otherwise) */
	FIELD_DOLLARS, /* int64_t usd_millis: a JSON number of dollars (13.99) */
	FIELD_DECIMAL, /* int64_t usd_millis: a decimal string of dollars ("13.99"); 2 decimals out,
			  3 when needed */
	FIELD_OBJECT,  /* a nested struct described by `shape` */
	FIELD_LIST,    /* `void *` to heap items described by `shape`, `count` beside it */
	FIELD_FIXED /* no C member: not looked at when decoding; encoded as the string `fixed`, or,
		       without one, as {} where the object has no such member yet */
};

enum field_flags {
	FIELD_REQUIRED = 1 << 0, /* must be there and not null */
	FIELD_OMIT = 1 << 1,     /* left out when empty instead of encoded as null */
	FIELD_NOT_NULL =
		1 << 2 /* empty is encoded as the empty value, not as null; no use for times */
};

struct shape;

struct field {
	const char *key;   /* member name on the wire; "actions.canCancel" is canCancel inside the
			      object actions, which is made when encoding */
	const char *alias; /* where the member is not there, a string of this name is read for it */
	enum field_kind kind;
	unsigned flags;
	size_t offset;             /* in the C struct */
	size_t size;               /* of the array, for ID and TEXT */
	const struct shape *shape; /* OBJECT and LIST */
	size_t count_offset;       /* LIST: a size_t */
	size_t present_offset; /* OBJECT, MILLIS: a bool set when the member is there; 0 = none kept
				*/
	size_t max;            /* LIST: most items; more is E_LIMIT */
	const char *fixed;     /* FIXED: the text, or NULL */
};

struct shape {
	const char *name;   /* for problems: "invoice" */
	const char *object; /* constant `"object"` member, or NULL where there is none */
	size_t size;        /* of the C struct */
	const struct field *fields;
	size_t field_count;
};

/* Sets *ret from nothing: times to TIME_NONE, everything else zero. Call before building one. */
void shape_init(const struct shape *shape, void *ret);
/* *ret must not hold lists (fresh or released); on failure it is released. */
must_check enum status shape_decode(const struct shape *shape, const struct json *obj, void *ret,
				    struct problem *reterr);
/* Sets the shape's members on obj, keeping members it does not know. */
void shape_encode(const struct shape *shape, const void *in, struct json *obj);
struct json *shape_to_json(const struct shape *shape, const void *in);
/* Frees the lists inside; the struct itself is the caller's. */
void shape_release(const struct shape *shape, void *it);
size_t shape_list_bytes(const struct shape *shape, const void *it); /* of its lists, in memory */
/* Copies with its lists. */
void shape_copy(const struct shape *shape, void *dst, const void *src);

/* usd_millis as a JSON number of dollars: 49990 is 49.99. */
void json_set_dollars(struct json *obj, const char *key, int64_t millis);

#endif
