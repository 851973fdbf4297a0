#include "wire/objects.h"

#include "wire/shape_macros.h"

/*
 * The shapes, member by member in the contract's order. Required is only what every
 * published sample of the object has: lists and webhooks abbreviate the rest.
 */

/* --- invoices: contract 4.3, 4.4, 5 ------------------------------------------------ */

static const struct field SETTLEMENT_FIELDS[] = {
	SAME(TEXT, settlement, summary_status, 0),
	SAME(TEXT, settlement, stage, 0),
	SAME(INT, settlement, merchant_settlement_id, 0),
	SAME(ID, settlement, settlement_tx_hash, 0),
	SAME(TEXT, settlement, network, 0),
	SAME(TEXT, settlement, status, 0),
};
const struct shape SHAPE_SETTLEMENT = SHAPE("settlement", NULL, settlement, SETTLEMENT_FIELDS);

static const struct field INVOICE_PAYMENT_FIELDS[] = {
	SAME(ID, invoice_payment, id, REQUIRED),
	SAME(ID, invoice_payment, invoice_id, 0),
	SAME(INT, invoice_payment, merchant_id, NOT_NULL),
	SAME(TEXT, invoice_payment, status, REQUIRED),
	SAME(TEXT, invoice_payment, settlement_status, 0),
	OBJECT_MAYBE(invoice_payment, settlement, has_settlement, "settlement", SHAPE_SETTLEMENT,
		     0),
	SAME(DOLLARS, invoice_payment, amount_usd, NOT_NULL),
	SAME(TEXT, invoice_payment, environment, 0),
};
const struct shape SHAPE_INVOICE_PAYMENT =
	SHAPE("invoice_payment", "invoice_payment", invoice_payment, INVOICE_PAYMENT_FIELDS);

static const struct field INVOICE_FIELDS[] = {
	SAME(ID, invoice, id, REQUIRED),
	SAME(INT, invoice, merchant_id, NOT_NULL),
	SAME(TEXT, invoice, status, REQUIRED),
	SAME(TEXT, invoice, invoice_type, 0),
	SAME(TEXT, invoice, currency, 0),
	SAME(MILLIS, invoice, amount, REQUIRED),
	MILLIS_MAYBE(invoice, amount_paid, tells_paid, NOT_NULL),
	SAME(MILLIS, invoice, amount_remaining, NOT_NULL),
	SAME(TEXT, invoice, amount_unit, 0),
	SAME(ID, invoice, customer_id, 0),
	SAME(ID, invoice, payer_wallet_address, 0),
	SAME(TEXT, invoice, payer_wallet_network, 0),
	SAME(ID, invoice, commerce_order_id, 0),
	SAME(TEXT, invoice, environment, 0),
	SAME(TIME, invoice, expires_at, 0),
	SAME(TIME, invoice, created_at, 0),
	SAME(TIME, invoice, paid_at, 0),
	SAME(TIME, invoice, last_payment_at, 0),
	FIXED("metadata", NULL),
	OBJECT_MAYBE(invoice, latest_payment, has_latest_payment, "latest_payment",
		     SHAPE_INVOICE_PAYMENT, OMIT),
};
const struct shape SHAPE_INVOICE = SHAPE("invoice", "invoice", invoice, INVOICE_FIELDS);

/* --- orders: contract 7.4 ------------------------------------------------------------ */

static const struct field ORDER_ROW_FIELDS[] = {
	ALIAS(ID, order, order_id, "orderId", "id", REQUIRED),
	VALUE(ID, order, invoice_id, "invoiceId", 0),
	VALUE(TEXT, order, network_environment, "networkEnvironment", 0),
	SAME(TEXT, order, status, REQUIRED),
	SAME(TEXT, order, substatus, 0),
	VALUE(BOOL, order, can_cancel, "actions.canCancel", NOT_NULL),
	FIXED("shipmentsSummary", NULL),
	SAME(TEXT, order, retailer, 0),
	VALUE(ID, order, wallet_address, "walletAddress", 0),
	VALUE(TEXT, order, wallet_network, "walletNetwork", 0),
	VALUE(ID, order, customer_id, "customerId", 0),
	SAME(DOLLARS, order, total, NOT_NULL),
	VALUE(TIME, order, created_at, "createdAt", 0),
	VALUE(TIME, order, updated_at, "updatedAt", 0),
	VALUE(INT, order, item_count, "itemCount", NOT_NULL),
};
const struct shape SHAPE_ORDER_ROW = SHAPE("order", NULL, order, ORDER_ROW_FIELDS);

static const struct field ORDER_STEP_FIELDS[] = {
	SAME(TEXT, order_step, status, 0),
	SAME(TIME_ISO, order_step, timestamp, 0),
	SAME(TEXT, order_step, message, 0),
};
static const struct shape SHAPE_ORDER_STEP =
	SHAPE("order_step", NULL, order_step, ORDER_STEP_FIELDS);

static const struct field SHIPMENT_FIELDS[] = {
	VALUE(ID, shipment, shipment_id, "shipmentId", 0),
	SAME(TEXT, shipment, carrier, 0),
	VALUE(ID, shipment, tracking_number, "trackingNumber", 0),
	VALUE(TEXT, shipment, carrier_tracking_url, "carrierTrackingUrl", 0),
	VALUE(TEXT, shipment, delivery_status, "deliveryStatus", 0),
	VALUE(ID, shipment, retailer_tracking_number, "retailerTrackingNumber", 0),
	VALUE(TEXT, shipment, retailer_tracking_url, "retailerTrackingUrl", 0),
	VALUE(TIME_ISO, shipment, obtained_at, "obtainedAt", 0),
};
static const struct shape SHAPE_SHIPMENT = SHAPE("shipment", NULL, shipment, SHIPMENT_FIELDS);

static const struct field LINE_ITEM_FIELDS[] = {
	VALUE(ID, line_item, product_id, "productId", 0), SAME(TEXT, line_item, title, 0),
	VALUE(TEXT, line_item, image_url, "imageUrl", 0), SAME(INT, line_item, quantity, NOT_NULL),
	SAME(DECIMAL, line_item, price, NOT_NULL),        SAME(TEXT, line_item, status, 0),
};
static const struct shape SHAPE_LINE_ITEM = SHAPE("line_item", NULL, line_item, LINE_ITEM_FIELDS);

static const struct field ORDER_SETTLEMENT_FIELDS[] = {
	SAME(TEXT, order_settlement, status, 0),
	VALUE(ID, order_settlement, tx_hash, "txHash", 0),
	SAME(TEXT, order_settlement, network, 0),
};
static const struct shape SHAPE_ORDER_SETTLEMENT =
	SHAPE("order_settlement", NULL, order_settlement, ORDER_SETTLEMENT_FIELDS);

static const struct field ORDER_PAYMENT_FIELDS[] = {
	SAME(TEXT, order_payment, status, 0),
	VALUE(ID, order_payment, tx_hash, "txHash", 0),
	OBJECT_MAYBE(order_payment, settlement, has_settlement, "settlement",
		     SHAPE_ORDER_SETTLEMENT, 0),
};
static const struct shape SHAPE_ORDER_PAYMENT =
	SHAPE("order_payment", NULL, order_payment, ORDER_PAYMENT_FIELDS);

static const struct field ORDER_REFUND_FIELDS[] = {
	SAME(TEXT, order_refund, status, 0),
	VALUE(DECIMAL, order_refund, amount_usd, "amountUsd", 0),
	VALUE(DECIMAL, order_refund, fee_usd, "feeUsd", 0),
	VALUE(ID, order_refund, destination_wallet_address_bsc, "destinationWalletAddressBsc", 0),
	VALUE(ID, order_refund, tx_hash, "txHash", 0),
};
static const struct shape SHAPE_ORDER_REFUND =
	SHAPE("order_refund", NULL, order_refund, ORDER_REFUND_FIELDS);

static const struct field SHIPPING_ADDRESS_FIELDS[] = {
	SAME(TEXT, shipping_address, first_name, 0),
	SAME(TEXT, shipping_address, last_name, 0),
	SAME(TEXT, shipping_address, street_address, 0),
	SAME(TEXT, shipping_address, address_line2, 0),
	SAME(TEXT, shipping_address, city, 0),
	SAME(TEXT, shipping_address, state, 0),
	SAME(TEXT, shipping_address, zip_code, 0),
	SAME(TEXT, shipping_address, country, 0),
	SAME(TEXT, shipping_address, phone, 0),
	SAME(TEXT, shipping_address, email, 0),
};
const struct shape SHAPE_SHIPPING_ADDRESS =
	SHAPE("shipping_address", NULL, shipping_address, SHIPPING_ADDRESS_FIELDS);

static const struct field ORDER_FIELDS[] = {
	ALIAS(ID, order, order_id, "orderId", "id", REQUIRED),
	VALUE(ID, order, invoice_id, "invoiceId", 0),
	VALUE(INT, order, merchant_id, "merchantId", NOT_NULL),
	VALUE(TEXT, order, network_environment, "networkEnvironment", 0),
	SAME(TEXT, order, retailer, 0),
	VALUE(TIME, order, created_at, "createdAt", 0),
	VALUE(TIME, order, updated_at, "updatedAt", 0),
	VALUE(ID, order, customer_id, "customerId", 0),
	VALUE(ID, order, wallet_address, "walletAddress", 0),
	VALUE(TEXT, order, wallet_network, "walletNetwork", 0),
	SAME(TEXT, order, status, REQUIRED),
	SAME(TEXT, order, substatus, 0),
	VALUE(BOOL, order, can_cancel, "actions.canCancel", NOT_NULL),
	LIST_AT(order, timeline, timeline_count, "timeline", SHAPE_ORDER_STEP, TIMELINE_MAX),
	OBJECT_AT(order, payment, "payment", SHAPE_ORDER_PAYMENT),
	LIST_AT(order, shipments, shipment_count, "fulfillment.shipments", SHAPE_SHIPMENT,
		SHIPMENTS_MAX),
	LIST_AT(order, lines, line_count, "lineItems", SHAPE_LINE_ITEM, LINE_ITEMS_MAX),
	OBJECT_MAYBE(order, shipping_address, has_shipping_address, "shippingAddress",
		     SHAPE_SHIPPING_ADDRESS, 0),
	VALUE(TEXT, order, cancellation_status, "cancellationStatus", 0),
	VALUE(TEXT, order, refund_status, "refundStatus", 0),
	VALUE(DECIMAL, order, total, "totalAmountUsd", NOT_NULL),
	VALUE(DECIMAL, order, commerce_fee, "commerceFeeUsd", NOT_NULL),
	OBJECT_AT(order, refund, "refund", SHAPE_ORDER_REFUND),
};
const struct shape SHAPE_ORDER = SHAPE("order", NULL, order, ORDER_FIELDS);

/* --- ramps: contract 15.3, local extension ---------------------------------------------- */

static const struct field BANK_ACCOUNT_FIELDS[] = {
	SAME(TEXT, bank_account, holder, 0),
	SAME(TEXT, bank_account, bank_name, 0),
	SAME(TEXT, bank_account, last4, 0),
};
static const struct shape SHAPE_BANK_ACCOUNT =
	SHAPE("bank_account", NULL, bank_account, BANK_ACCOUNT_FIELDS);

static const struct field PAYOUT_FIELDS[] = {
	SAME(ID, payout, id, REQUIRED),
	SAME(ID, payout, customer_id, 0),
	SAME(ID, payout, quote_id, 0),
	SAME(ID, payout, retry_of, 0),
	SAME(TEXT, payout, status, REQUIRED),
	SAME(MILLIS, payout, amount, REQUIRED),
	SAME(MILLIS, payout, fee, NOT_NULL),
	FIXED("amount_unit", "usd_millis"),
	SAME(TEXT, payout, fiat_currency, 0),
	SAME(INT, payout, fiat_amount_minor, NOT_NULL),
	SAME(INT, payout, fiat_exponent, NOT_NULL),
	SAME(TEXT, payout, fx_rate, 0),
	SAME(TEXT, payout, country, 0),
	SAME(TEXT, payout, rail, 0),
	OBJECT_AT(payout, bank_account, "bank_account", SHAPE_BANK_ACCOUNT),
	SAME(TEXT, payout, failure_code, 0),
	SAME(TEXT, payout, failure_message, 0),
	SAME(TIME, payout, estimated_arrival_at, 0),
	SAME(TIME, payout, paid_at, 0),
	SAME(TEXT, payout, environment, 0),
	SAME(TIME, payout, created_at, 0),
	SAME(TIME, payout, updated_at, 0),
};
const struct shape SHAPE_PAYOUT = SHAPE("payout", "ramp_payout", payout, PAYOUT_FIELDS);

static const struct field KYC_FIELDS[] = {
	SAME(ID, kyc, customer_id, REQUIRED), SAME(TEXT, kyc, status, REQUIRED),
	SAME(TEXT, kyc, country, 0),          SAME(TEXT, kyc, legal_name, 0),
	SAME(TEXT, kyc, rejection_reason, 0), SAME(TIME, kyc, submitted_at, 0),
	SAME(TIME, kyc, reviewed_at, 0),      SAME(TEXT, kyc, environment, 0),
};
const struct shape SHAPE_KYC = SHAPE("kyc", "ramp_kyc", kyc, KYC_FIELDS);

static const struct field RAMP_QUOTE_FIELDS[] = {
	SAME(ID, ramp_quote, id, REQUIRED),
	SAME(ID, ramp_quote, customer_id, 0),
	SAME(TEXT, ramp_quote, direction, 0),
	SAME(MILLIS, ramp_quote, amount, REQUIRED),
	FIXED("amount_unit", "usd_millis"),
	SAME(MILLIS, ramp_quote, fee, NOT_NULL),
	SAME(TEXT, ramp_quote, country, 0),
	SAME(TEXT, ramp_quote, rail, 0),
	SAME(TEXT, ramp_quote, fiat_currency, 0),
	SAME(INT, ramp_quote, fiat_amount_minor, NOT_NULL),
	SAME(INT, ramp_quote, fiat_exponent, NOT_NULL),
	SAME(TEXT, ramp_quote, fx_rate, 0),
	SAME(TIME, ramp_quote, expires_at, 0),
};
const struct shape SHAPE_RAMP_QUOTE =
	SHAPE("ramp_quote", "ramp_quote", ramp_quote, RAMP_QUOTE_FIELDS);

static const struct field DEPOSIT_FIELDS[] = {
	SAME(ID, deposit, id, REQUIRED),         SAME(ID, deposit, customer_id, 0),
	SAME(TEXT, deposit, status, REQUIRED),   SAME(TEXT, deposit, token_symbol, 0),
	SAME(TEXT, deposit, network, 0),         SAME(ID, deposit, deposit_address, 0),
	SAME(MILLIS, deposit, amount, REQUIRED), FIXED("amount_unit", "usd_millis"),
	SAME(ID, deposit, tx_hash, 0),           SAME(TEXT, deposit, failure_code, 0),
	SAME(TEXT, deposit, environment, 0),     SAME(TIME, deposit, created_at, 0),
	SAME(TIME, deposit, updated_at, 0),
};
const struct shape SHAPE_DEPOSIT = SHAPE("deposit", "ramp_deposit", deposit, DEPOSIT_FIELDS);

/* --- refunds: contract 15.2, local extension --------------------------------------------- */

static const struct field REFUND_FIELDS[] = {
	SAME(ID, refund, id, REQUIRED),
	SAME(ID, refund, invoice_id, 0),
	SAME(INT, refund, merchant_id, NOT_NULL),
	SAME(TEXT, refund, status, REQUIRED),
	SAME(TEXT, refund, currency, 0),
	SAME(MILLIS, refund, amount, REQUIRED),
	FIXED("amount_unit", "usd_millis"),
	SAME(ID, refund, destination_wallet_address, 0),
	SAME(TEXT, refund, destination_wallet_network, 0),
	SAME(ID, refund, tx_hash, 0),
	SAME(TEXT, refund, failure_code, 0),
	SAME(TEXT, refund, failure_message, 0),
	SAME(TEXT, refund, reason, 0),
	SAME(TEXT, refund, environment, 0),
	SAME(TIME, refund, created_at, 0),
	SAME(TIME, refund, updated_at, 0),
};
const struct shape SHAPE_REFUND = SHAPE("refund", "refund", refund, REFUND_FIELDS);
