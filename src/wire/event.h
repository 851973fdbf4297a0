/*
 * The event envelope `event_v1` (contract 9.1) and the other frames a stream
 * carries (10.2).
 */
#ifndef PEPAYTOP_WIRE_EVENT_H
#define PEPAYTOP_WIRE_EVENT_H

#include "wire/objects.h"

#define EVENT_TYPE_CAP 64

/* Types we know, contract 9.2 and 15.3: X(wire, object kind, origin is ours) */
#define EVENT_TYPES(X)                                  \
	X("invoice.created", OBJECT_INVOICE, 0)         \
	X("invoice.updated", OBJECT_INVOICE, 0)         \
	X("invoice_payment.created", OBJECT_PAYMENT, 0) \
	X("invoice_payment.updated", OBJECT_PAYMENT, 0) \
	X("commerce.order.created", OBJECT_ORDER, 0)    \
	X("commerce.order.updated", OBJECT_ORDER, 0)    \
	X("test.ping", OBJECT_NONE, 0)                  \
	X("ramp.kyc.updated", OBJECT_KYC, 1)            \
	X("ramp.payout.created", OBJECT_PAYOUT, 1)      \
	X("ramp.payout.updated", OBJECT_PAYOUT, 1)      \
	X("ramp.deposit.created", OBJECT_DEPOSIT, 1)    \
	X("ramp.deposit.updated", OBJECT_DEPOSIT, 1)    \
	X("refund.created", OBJECT_REFUND, 1)           \
	X("refund.updated", OBJECT_REFUND, 1)

bool event_type_known(const char *type);

struct event {
	char id[ID_CAP];
	char type[EVENT_TYPE_CAP];
	char api_version[STATUS_CAP];
	int64_t created_ms; /* from `created`, whole seconds */
	/* Where the id has the form evt_<ms>-<seq>: its numbers, for putting events in order.
	 * Otherwise created_ms and 0. Never for dedupe: that is by exact id. */
	int64_t order_ms;
	int64_t order_seq;
	bool livemode;
	char request_id[ID_CAP];
	char idempotency_key[ID_CAP];
	struct object object;     /* OBJECT_NONE when the kind is unknown or it does not decode */
	char object_id[NAME_CAP]; /* data.object's id even then, "" when it has none */
	char object_word[STATUS_CAP];     /* data.object.object */
	char status[STATUS_CAP];          /* data.object.status, "" when it has none */
	char previous_status[STATUS_CAP]; /* data.previous_attributes.status, "" */
	char flaw[160];                   /* why data.object could not be read, "" when it could */
	char *raw; /* the envelope as received, byte for byte, from a page too; NUL-terminated;
		      owned */
	size_t raw_len;
};

/*
 * Decodes an envelope. Fails (E_INVALID) only without a usable id or type; a
 * data.object that does not decode, or is not what the type says, leaves the event
 * whole with `flaw` set. Ids that do not fit are left "" rather than cut; a missing
 * `created` is taken from the id or is TIME_NONE. `raw` is copied from (text, len).
 * On failure *ret holds nothing to release.
 */
must_check enum status event_decode(const struct json *envelope, const char *text, size_t len,
				    struct event *ret, struct problem *reterr);
void event_release(struct event *e);
void event_copy(struct event *dst, const struct event *src);

enum frame_kind { FRAME_EVENT, FRAME_CONTROL, FRAME_ERROR, FRAME_OTHER };

/* One WebSocket text frame. For CONTROL and ERROR the members are whatever came; all may be "". */
struct frame {
	enum frame_kind kind;
	struct event event;     /* FRAME_EVENT */
	char type[STATUS_CAP];  /* ws_control type, ws_error code */
	char message[NAME_CAP]; /* ws_error message */
	char since[ID_CAP];
	char oldest_event_id[ID_CAP];
	char latest_event_id[ID_CAP];
	bool snapshot;
};
/* On failure *ret holds nothing to release. */
must_check enum status frame_decode(const char *text, size_t len, struct frame *ret,
				    struct problem *reterr);
void frame_release(struct frame *f);

#endif
