/*
 * Pepay's resources as C structs, with the shape that reads and writes each.
 * Field names follow the wire (contract sections 4 to 8, 15). Text is bytes from
 * outside: show it only through safe_text. Times are ms or TIME_NONE; amounts are
 * usd_millis unless a field says otherwise; "" is null.
 */
#ifndef PEPAYTOP_WIRE_OBJECTS_H
#define PEPAYTOP_WIRE_OBJECTS_H

#include "wire/fields.h"
#include "wire/vocab.h"

#define TIMELINE_MAX   64
#define SHIPMENTS_MAX  32
#define LINE_ITEMS_MAX 200

struct settlement { /* contract 4.4, 5 */
	char summary_status[STATUS_CAP];
	char stage[STATUS_CAP];
	int64_t merchant_settlement_id;
	char settlement_tx_hash[ADDR_CAP];
	char network[STATUS_CAP];
	char status[STATUS_CAP];
};

struct invoice_payment { /* contract 5; the last five are carried by the sandbox and tolerated as
			    missing */
	char id[ID_CAP];
	char invoice_id[ID_CAP];
	int64_t merchant_id;
	char status[STATUS_CAP];
	char settlement_status[STATUS_CAP];
	bool has_settlement;
	struct settlement settlement;
	int64_t amount_usd; /* usd_millis; a number of dollars on the wire */
	char environment[STATUS_CAP];
};

struct invoice { /* contract 4.3 */
	char id[ID_CAP];
	int64_t merchant_id;
	char status[STATUS_CAP];
	char invoice_type[STATUS_CAP];
	char currency[STATUS_CAP]; /* "usd" */
	int64_t amount;
	int64_t amount_paid;
	bool tells_paid; /* amount_paid was there: list rows may leave it out */
	int64_t amount_remaining;
	char amount_unit[STATUS_CAP]; /* "usd_millis" */
	char customer_id[NAME_CAP];
	char payer_wallet_address[ADDR_CAP];
	char payer_wallet_network[STATUS_CAP];
	char commerce_order_id[ID_CAP];
	char environment[STATUS_CAP];
	int64_t expires_at;
	int64_t created_at;
	int64_t paid_at;
	int64_t last_payment_at;
	bool has_latest_payment;
	struct invoice_payment latest_payment;
};

struct order_step { /* timeline[] */
	char status[STATUS_CAP];
	int64_t timestamp; /* ISO on the wire */
	char message[NAME_CAP];
};

struct shipment {
	char shipment_id[ID_CAP];
	char carrier[STATUS_CAP];
	char tracking_number[ADDR_CAP];
	char carrier_tracking_url[NAME_CAP];
	char delivery_status[STATUS_CAP];
	char retailer_tracking_number[ADDR_CAP];
	char retailer_tracking_url[NAME_CAP];
	int64_t obtained_at;
};

struct line_item {
	char product_id[ID_CAP];
	char title[NAME_CAP];
	char image_url[NAME_CAP];
	int64_t quantity;
	int64_t price; /* usd_millis; a decimal string on the wire */
	char status[STATUS_CAP];
};

struct order_payment {
	char status[STATUS_CAP];
	char tx_hash[ADDR_CAP];
	bool has_settlement;
	struct order_settlement {
		char status[STATUS_CAP];
		char tx_hash[ADDR_CAP];
		char network[STATUS_CAP];
	} settlement;
};

struct order_refund {
	char status[STATUS_CAP];
	int64_t amount_usd;
	int64_t fee_usd;
	char destination_wallet_address_bsc[ADDR_CAP];
	char tx_hash[ADDR_CAP];
};

struct shipping_address { /* sandbox and contract 7.3/7.4; null when not shown */
	char first_name[STATUS_CAP * 2];
	char last_name[STATUS_CAP * 2];
	char street_address[NAME_CAP];
	char address_line2[NAME_CAP];
	char city[STATUS_CAP * 2];
	char state[STATUS_CAP * 2];
	char zip_code[STATUS_CAP];
	char country[STATUS_CAP];
	char phone[STATUS_CAP];
	char email[NAME_CAP];
};

/*
 * A commerce order, from a list row (contract 7.4 "Row") or a snapshot. A row
 * knows item_count, can_cancel and total but has no lines: has_snapshot is false.
 */
struct order {
	char order_id[ID_CAP];
	char invoice_id[ID_CAP];
	int64_t merchant_id;
	char network_environment[STATUS_CAP];
	char retailer[STATUS_CAP];
	int64_t created_at;
	int64_t updated_at;
	char customer_id[NAME_CAP];
	char wallet_address[ADDR_CAP];
	char wallet_network[STATUS_CAP];
	char status[STATUS_CAP];
	char substatus[STATUS_CAP * 2];
	bool can_cancel;    /* actions.canCancel */
	int64_t item_count; /* row: itemCount; snapshot: sum of quantities */
	int64_t total;      /* row: total (float dollars); snapshot: totalAmountUsd (string) */
	bool has_snapshot;  /* the fields below are filled */
	struct order_step *timeline;
	size_t timeline_count;
	struct order_payment payment;
	struct shipment *shipments;
	size_t shipment_count;
	struct line_item *lines;
	size_t line_count;
	bool has_shipping_address;
	struct shipping_address shipping_address;
	char cancellation_status[STATUS_CAP];
	char refund_status[STATUS_CAP];
	int64_t commerce_fee;
	struct order_refund refund;
};

struct bank_account {
	char holder[NAME_CAP];
	char bank_name[NAME_CAP];
	char last4[STATUS_CAP];
};

struct payout { /* contract 15.3, local extension */
	char id[ID_CAP];
	char customer_id[NAME_CAP];
	char quote_id[ID_CAP];
	char retry_of[ID_CAP];
	char status[STATUS_CAP];
	int64_t amount;
	int64_t fee;
	char fiat_currency[STATUS_CAP];
	int64_t fiat_amount_minor;
	int64_t fiat_exponent;
	char fx_rate[STATUS_CAP];
	char country[STATUS_CAP];
	char rail[STATUS_CAP];
	struct bank_account bank_account;
	char failure_code[STATUS_CAP * 2];
	char failure_message[NAME_CAP];
	int64_t estimated_arrival_at;
	int64_t paid_at;
	char environment[STATUS_CAP];
	int64_t created_at;
	int64_t updated_at;
};

struct kyc { /* contract 15.3, local extension; its id is the customer's */
	char customer_id[NAME_CAP];
	char status[STATUS_CAP];
	char country[STATUS_CAP];
	char legal_name[NAME_CAP];
	char rejection_reason[NAME_CAP];
	int64_t submitted_at;
	int64_t reviewed_at;
	char environment[STATUS_CAP];
};

struct ramp_quote { /* contract 15.3, local extension; a price, not a resource with a life */
	char id[ID_CAP];
	char customer_id[NAME_CAP];
	char direction[STATUS_CAP]; /* "deposit" | "payout" */
	int64_t amount;
	int64_t fee;
	char country[STATUS_CAP];
	char rail[STATUS_CAP];
	char fiat_currency[STATUS_CAP];
	int64_t fiat_amount_minor;
	int64_t fiat_exponent;
	char fx_rate[STATUS_CAP];
	int64_t expires_at;
};

struct deposit { /* contract 15.3, local extension */
	char id[ID_CAP];
	char customer_id[NAME_CAP];
	char status[STATUS_CAP];
	char token_symbol[STATUS_CAP];
	char network[STATUS_CAP];
	char deposit_address[ADDR_CAP];
	int64_t amount;
	char tx_hash[ADDR_CAP];
	char failure_code[STATUS_CAP * 2];
	char environment[STATUS_CAP];
	int64_t created_at;
	int64_t updated_at;
};

struct refund { /* contract 15.2, local extension */
	char id[ID_CAP];
	char invoice_id[ID_CAP];
	int64_t merchant_id;
	char status[STATUS_CAP];
	char currency[STATUS_CAP]; /* "usd" */
	int64_t amount;
	char destination_wallet_address[ADDR_CAP];
	char destination_wallet_network[STATUS_CAP];
	char tx_hash[ADDR_CAP];
	char failure_code[STATUS_CAP * 2];
	char failure_message[NAME_CAP];
	char reason[NAME_CAP];
	char environment[STATUS_CAP];
	int64_t created_at;
	int64_t updated_at;
};

/*
 * The kinds of object an event or a list can carry.
 * X(constant, struct, wire `object` word, id member, states, plural for a person)
 */
#define OBJECT_KINDS(X)                                                                      \
	X(OBJECT_INVOICE, invoice, "invoice", id, VOCAB_INVOICE, "invoices")                 \
	X(OBJECT_PAYMENT, invoice_payment, "invoice_payment", id, VOCAB_PAYMENT, "payments") \
	X(OBJECT_ORDER, order, "commerce_order", order_id, VOCAB_ORDER, "orders")            \
	X(OBJECT_PAYOUT, payout, "ramp_payout", id, VOCAB_PAYOUT, "payouts")                 \
	X(OBJECT_KYC, kyc, "ramp_kyc", customer_id, VOCAB_KYC, "KYC checks")                 \
	X(OBJECT_DEPOSIT, deposit, "ramp_deposit", id, VOCAB_DEPOSIT, "deposits")            \
	X(OBJECT_REFUND, refund, "refund", id, VOCAB_REFUND, "refunds")

enum object_kind {
	OBJECT_NONE, /* a kind this build does not know: only the raw JSON is kept */
#define X(constant, type, wire, id, vocab, plural) constant,
	OBJECT_KINDS(X)
#undef X
		OBJECT_KIND_COUNT
};

/* A tagged resource. Moves by assignment; copy with object_copy, free with object_release. */
struct object {
	enum object_kind kind;
	union {
		struct invoice invoice;
		struct invoice_payment payment;
		struct order order;
		struct payout payout;
		struct kyc kyc;
		struct deposit deposit;
		struct refund refund;
	} as;
};

struct kind_info {
	enum object_kind kind;
	const char *wire; /* "ramp_payout" */
	const char *plural;
	const struct shape *shape; /* what events and GET carry */
	enum vocab vocab;          /* of its status */
};

const struct kind_info *kind_info(enum object_kind kind); /* NULL for OBJECT_NONE */
enum object_kind kind_from_wire(const char *object_word);

extern const struct shape SHAPE_SHIPPING_ADDRESS;
extern const struct shape SHAPE_SETTLEMENT, SHAPE_INVOICE_PAYMENT, SHAPE_INVOICE, SHAPE_ORDER_ROW,
	SHAPE_ORDER, SHAPE_PAYOUT, SHAPE_KYC, SHAPE_DEPOSIT, SHAPE_REFUND, SHAPE_RAMP_QUOTE;

/*
 * Decodes by kind. An order is read as a snapshot when it has `lineItems`, else as
 * a row; the abbreviated `commerce_order` of events ({object,id,status}) is
 * accepted too (`id` for `orderId`). An invoice whose `amount` is missing but
 * which has `amount_usd` (webhook samples) is accepted. On failure *ret is OBJECT_NONE.
 */
must_check enum status object_decode(enum object_kind kind, const struct json *obj,
				     struct object *ret, struct problem *reterr);
/* An order without a snapshot becomes a row. */
struct json *object_to_json(const struct object *o);
/* A list row; its shipmentsSummary is made from the shipments and the status. */
struct json *order_row_to_json(const struct order *order);
void object_release(struct object *o);
size_t object_list_bytes(const struct object *o); /* of what it holds besides itself, in memory */
void object_copy(struct object *dst, const struct object *src);

const char *object_id(const struct object *o);          /* "" for OBJECT_NONE */
const char *object_status(const struct object *o);      /* wire word */
const char *object_customer(const struct object *o);    /* "" when it has none */
const char *object_environment(const struct object *o); /* "devnet", "mainnet", "" */
int64_t object_created_ms(const struct object *o);      /* or TIME_NONE; a KYC check's submission */
int64_t object_updated_ms(const struct object *o); /* latest time the object states, or TIME_NONE */
const struct word *object_word(const struct object *o); /* NULL when the status is unknown */

#endif
