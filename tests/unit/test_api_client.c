/* What leaves for the server, and what its answers mean. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_http.h"

#define ORDER_ROW                                                                       \
	"{\"orderId\":\"o-1\",\"invoiceId\":\"i-1\",\"networkEnvironment\":\"devnet\"," \
	"\"status\":\"placed\",\"substatus\":null,\"actions\":{\"canCancel\":true},"    \
	"\"retailer\":\"amazon\",\"customerId\":\"c\",\"total\":13.99,"                 \
	"\"createdAt\":1766320000,\"updatedAt\":1766320000,\"itemCount\":1}"
#define ORDERS(row) \
	SUCCESS("{\"orders\":[" row "],\"pagination\":{\"limit\":20,\"offset\":0,\"count\":1}}")
#define KYC                                                                         \
	"{\"object\":\"ramp_kyc\",\"customer_id\":\"a b\",\"status\":\"approved\"," \
	"\"country\":\"DE\",\"legal_name\":\"A B\",\"environment\":\"devnet\"}"
#define CANCELLATION(id) \
	SUCCESS("{\"orderId\":\"" id "\",\"status\":\"placed\",\"refundQuote\":{}}")

#define PAYMENT(id, invoice)                                                   \
	"{\"object\":\"invoice_payment\",\"id\":\"" id "\",\"merchant_id\":1," \
	"\"invoice_id\":\"" invoice "\",\"status\":\"confirmed\",\"amount_usd\":2.5}"
#define WITH_PAYMENTS(id, payments) \
	"{\"object\":\"invoice\",\"id\":\"" id "\",\"payments\":" payments "}"
#define INVOICE_PAID_TWICE(id) \
	WITH_PAYMENTS(id, LIST(PAYMENT("p-2", "i-1") "," PAYMENT("p-1", "i-1")))
#define LINK                                                               \
	"{\"object\":\"invoice_session\",\"invoice_id\":\"i-1\","          \
	"\"payment_url\":\"https://p.example/pay?session=a&signature=b\"," \
	"\"session_token\":\"a\",\"signature\":\"b\",\"quote\":null}"
#define ORDER_OF(invoice) \
	SUCCESS("{\"invoiceId\":\"" invoice "\",\"orderId\":\"o-1\",\"payment\":{},\"order\":{}}")
#define CART(customer) SUCCESS("{\"customerId\":\"" customer "\",\"items\":[]}")
#define REFUND(id)                                                                                \
	"{\"object\":\"refund\",\"id\":\"" id "\",\"invoice_id\":\"i-1\",\"merchant_id\":1,"      \
	"\"status\":\"pending\",\"currency\":\"usd\",\"amount\":10,\"amount_decimal\":\"0.010\"," \
	"\"amount_unit\":\"usd_millis\",\"environment\":\"devnet\"}"
#define REFUND_REST                                                                       \
	"\"id\":\"r-1\",\"invoice_id\":\"i-1\",\"merchant_id\":1,\"status\":\"pending\"," \
	"\"currency\":\"usd\",\"amount\":10,\"amount_unit\":\"usd_millis\"}"
#define DEPOSIT(id)                                                               \
	"{\"object\":\"ramp_deposit\",\"id\":\"" id "\",\"customer_id\":\"a b\"," \
	"\"status\":\"received\",\"token_symbol\":\"USDC\",\"network\":\"base\"," \
	"\"amount\":10,\"amount_decimal\":\"0.010\",\"environment\":\"devnet\"}"

/* --- what is sent ------------------------------------------------------------------- */

enum call_id {
	CALL_INVOICE_LIST,
	CALL_INVOICE_FILTERED,
	CALL_INVOICE_GET,
	CALL_INVOICE_CANCEL,
	CALL_ORDER_LIST,
	CALL_ORDER_CANCEL,
	CALL_KYC_GET,
	CALL_PAYOUT_LIST,
	CALL_EVENTS,
	CALL_EVENTS_UP,
	CALL_EVENT,
	CALL_INVOICE_WALLET,
	CALL_INVOICE_PAYMENTS,
	CALL_INVOICE_SESSION,
	CALL_SESSION,
	CALL_SESSION_TOKENS,
	CALL_SESSION_EMAIL,
	CALL_ORDERS_WALLET,
	CALL_ORDER_OF_INVOICE,
	CALL_CART,
	CALL_CART_WALLET,
	CALL_CART_VALIDATE,
	CALL_CART_TOTALS,
	CALL_SEARCH,
	CALL_PRODUCT,
	CALL_OFFERS,
	CALL_REFUNDS,
	CALL_REFUNDS_OF,
	CALL_REFUND,
	CALL_DEPOSITS,
	CALL_DEPOSIT,
	CALL_CAPABILITIES
};

static const struct payor_pass PASS = {.token = "pst_secret_1", .signature = "mac.1766320000000"};
static const struct cart_owner BUYER = {.customer_id = "cust 1"};
static const struct cart_owner WALLET = {.wallet_address = "0xAB", .wallet_network = "base"};

/* What is looked up beside the lists; S_OK when `id` is none of these. */
static enum status make_look_up(enum call_id id, const struct api_client *c, struct fault *f,
				struct problem *p)
{
	struct payor_session s;
	struct shop_cart cart = {.items = NULL};
	struct shop_products products = {.items = NULL};
	struct shop_listing listing = {.product_id = "B01", .retailer = "ebay"};
	char order[ID_CAP];
	enum status st = S_OK;

	payor_session_init(&s);
	switch (id) {
	case CALL_INVOICE_SESSION:
		st = api_invoice_session(c, "i-1", &s, f, p);
		break;
	case CALL_SESSION:
		st = api_session_details(c, &PASS, &s, f, p);
		break;
	case CALL_SESSION_TOKENS:
		st = api_session_tokens(c, &PASS, &s, f, p);
		break;
	case CALL_SESSION_EMAIL:
		st = api_session_email(c, &PASS, &s, f, p);
		break;
	case CALL_ORDER_OF_INVOICE:
		st = api_order_of_invoice(c, "i-1", order, f, p);
		break;
	case CALL_CART:
		st = api_cart_get(c, &BUYER, &cart, f, p);
		break;
	case CALL_CART_WALLET:
		st = api_cart_get(c, &WALLET, &cart, f, p);
		break;
	case CALL_CART_VALIDATE:
		st = api_cart_validate(c, &WALLET, &cart, f, p);
		break;
	case CALL_CART_TOTALS:
		st = api_cart_totals(c, &BUYER, &cart, f, p);
		break;
	case CALL_SEARCH:
		st = api_product_search(c, "red & blue", "", 5, &products, f, p);
		break;
	case CALL_PRODUCT:
		st = api_product_get(c, "B01", "ebay", &products, f, p);
		break;
	case CALL_OFFERS:
		st = api_product_offers(c, &listing, f, p);
		break;
	default:
		break;
	}
	payor_session_release(&s);
	shop_cart_release(&cart);
	shop_products_release(&products);
	free(listing.offers);
	return st;
}

static enum status make_call(enum call_id id, const struct api_client *c, struct fault *f,
			     struct problem *p)
{
	struct invoice_query all = {.limit = 0};
	struct invoice_query some = {.status = "unpaid,paid",
				     .customer_id = "a&b=c d",
				     .starting_after = "i-9",
				     .ending_before = "",
				     .limit = 100};
	struct page page = {.items = NULL};
	struct event_page events = {.items = NULL};
	struct object o = {.kind = OBJECT_NONE};
	struct event e = {.raw = NULL};
	struct capabilities caps;
	enum status st;

	switch (id) {
	case CALL_INVOICE_LIST:
		st = api_invoice_list(c, &all, &page, f, p);
		break;
	case CALL_INVOICE_FILTERED:
		st = api_invoice_list(c, &some, &page, f, p);
		break;
	case CALL_INVOICE_GET:
		st = api_invoice_get(c, "i-1", &o, NULL, f, p);
		break;
	case CALL_INVOICE_CANCEL:
		st = api_invoice_cancel(c, "i-1", UUID_A, &o, NULL, f, p);
		break;
	case CALL_ORDER_LIST:
		st = api_order_list(c, &(struct order_query){.limit = 20, .offset = 40}, &page, f,
				    p);
		break;
	case CALL_ORDER_CANCEL:
		st = api_order_cancel(c, "o-1", UUID_A, NULL, f, p);
		break;
	case CALL_KYC_GET:
		st = api_kyc_get(c, "a b", &o, NULL, f, p);
		break;
	case CALL_PAYOUT_LIST:
		st = api_payout_list(c, &(struct ramp_query){.limit = 25}, &page, f, p);
		break;
	case CALL_EVENTS:
		st = api_event_list(c,
				    &(struct event_query){.starting_after = "evt_1-1", .limit = 50},
				    &events, f, p);
		break;
	case CALL_EVENTS_UP:
		st = api_event_list(c,
				    &(struct event_query){.ending_before = "evt_1-1",
							  .environment = "devnet",
							  .limit = 100},
				    &events, f, p);
		break;
	case CALL_EVENT:
		st = api_event_get(c, "evt_1-0", &e, f, p);
		event_release(&e);
		break;
	case CALL_INVOICE_WALLET:
		st = api_invoice_list(c,
				      &(struct invoice_query){.payer_wallet_address = "0xAB",
							      .payer_wallet_network = "base"},
				      &page, f, p);
		break;
	case CALL_INVOICE_PAYMENTS:
		st = api_invoice_payments(c, "i-1", &page, f, p);
		break;
	case CALL_ORDERS_WALLET:
		st = api_order_list(c,
				    &(struct order_query){.wallet = "0xAB",
							  .wallet_network = "base",
							  .limit = 20},
				    &page, f, p);
		break;
	case CALL_REFUNDS:
		st = api_refund_list(c, "r-9", 25, &page, f, p);
		break;
	case CALL_REFUNDS_OF:
		st = api_refunds_of_invoice(c, "i-1", "", 25, &page, f, p);
		break;
	case CALL_REFUND:
		st = api_refund_get(c, "r-1", &o, NULL, f, p);
		break;
	case CALL_DEPOSITS:
		st = api_deposit_list(c,
				      &(struct ramp_query){.customer_id = "a b",
							   .status = "received"},
				      &page, f, p);
		break;
	case CALL_DEPOSIT:
		st = api_deposit_get(c, "d-1", &o, NULL, f, p);
		break;
	case CALL_CAPABILITIES:
		st = api_capabilities(c, &caps, f, p);
		break;
	default:
		st = make_look_up(id, c, f, p);
		break;
	}
	page_release(&page);
	event_page_release(&events);
	object_release(&o);
	return st;
}

#define MERCHANT "x-api-key: " FAKE_MERCHANT_KEY "\nAccept: application/json\n"
#define COMMERCE "x-commerce-api-key: " FAKE_COMMERCE_KEY "\nAccept: application/json\n"
#define PAYOR                                                                     \
	"x-session-token: pst_secret_1\nx-signature: mac.1766320000000\nAccept: " \
	"application/json\n"
#define WRITE "Idempotency-Key: " UUID_A "\nContent-Type: application/json\n"
#define BASE  "https://api.example.com"

static void test_client_sends_exactly_this(void **state)
{
	static const struct {
		enum call_id call;
		const char *answer;
		enum http_method method;
		const char *url, *headers, *body;
	} rows[] = {
		{CALL_INVOICE_LIST, LIST(INVOICE("i-1", "paid")), HTTP_GET, BASE "/api/v1/invoices",
		 MERCHANT, ""},
		{CALL_INVOICE_FILTERED, LIST(""), HTTP_GET,
		 BASE "/api/v1/invoices?limit=100&starting_after=i-9&status=unpaid%2Cpaid"
		      "&customer_id=a%26b%3Dc%20d",
		 MERCHANT, ""},
		{CALL_INVOICE_GET, INVOICE("i-1", "paid"), HTTP_GET,
		 BASE "/api/v1/invoices/i-1?expand=latest_payment", MERCHANT, ""},
		{CALL_INVOICE_CANCEL, INVOICE("i-1", "canceled"), HTTP_POST,
		 BASE "/api/v1/invoices/i-1/cancel", MERCHANT WRITE, "{}"},
		{CALL_ORDER_LIST, ORDERS(ORDER_ROW), HTTP_GET,
		 BASE "/api/commerce/merchant/orders?limit=20&offset=40", COMMERCE, ""},
		{CALL_ORDER_CANCEL, CANCELLATION("o-1"), HTTP_POST,
		 BASE "/api/commerce/merchant/orders/o-1/cancel", COMMERCE WRITE, "{}"},
		{CALL_KYC_GET, KYC, HTTP_GET, BASE "/api/v1/ramps/kyc/a%20b", MERCHANT, ""},
		{CALL_PAYOUT_LIST, LIST(""), HTTP_GET, BASE "/api/v1/ramps/payouts?limit=25",
		 MERCHANT, ""},
		{CALL_EVENTS, SUCCESS(LIST(EVENT_OF("evt_1-0"))), HTTP_GET,
		 BASE "/api/v1/events?limit=50&starting_after=evt_1-1", MERCHANT, ""},
		{CALL_EVENTS_UP, SUCCESS(LIST(EVENT_OF("evt_1-2"))), HTTP_GET,
		 BASE "/api/v1/events?limit=100&ending_before=evt_1-1&environment=devnet", MERCHANT,
		 ""},
		{CALL_EVENT, SUCCESS(EVENT_OF("evt_1-0")), HTTP_GET, BASE "/api/v1/events/evt_1-0",
		 MERCHANT, ""},
		{CALL_INVOICE_WALLET, LIST(""), HTTP_GET,
		 BASE "/api/v1/invoices?payer_wallet_address=0xAB&payer_wallet_network=base",
		 MERCHANT, ""},
		{CALL_INVOICE_PAYMENTS, INVOICE_PAID_TWICE("i-1"), HTTP_GET,
		 BASE "/api/v1/invoices/i-1?expand=payments&payments_limit=100", MERCHANT, ""},
		{CALL_INVOICE_SESSION, LINK, HTTP_GET, BASE "/api/v1/invoices/i-1/session",
		 MERCHANT, ""},
		{CALL_SESSION, "{\"invoice_id\":\"i-1\"}", HTTP_GET,
		 BASE "/api/v1/payments/session-details", PAYOR, ""},
		{CALL_SESSION_TOKENS, "[]", HTTP_GET, BASE "/api/v1/payments/available-tokens",
		 PAYOR, ""},
		{CALL_SESSION_EMAIL, "{\"email\":null,\"has_email\":false}", HTTP_GET,
		 BASE "/api/v1/payments/customer-email", PAYOR, ""},
		{CALL_ORDERS_WALLET, ORDERS(ORDER_ROW), HTTP_GET,
		 BASE "/api/commerce/merchant/orders?limit=20&wallet=0xAB&walletNetwork=base",
		 COMMERCE, ""},
		{CALL_ORDER_OF_INVOICE, ORDER_OF("i-1"), HTTP_GET,
		 BASE "/api/commerce/merchant/invoices/i-1/status", COMMERCE, ""},
		{CALL_CART, CART("cust 1"), HTTP_GET,
		 BASE "/api/commerce/merchant/carts?customer_id=cust%201", COMMERCE, ""},
		{CALL_CART_WALLET, SUCCESS("{\"walletAddress\":\"0xab\",\"items\":[]}"), HTTP_GET,
		 BASE "/api/commerce/merchant/carts?wallet_address=0xAB&wallet_network=base",
		 COMMERCE, ""},
		{CALL_CART_VALIDATE, "{\"success\":true,\"valid\":true,\"items\":[]}", HTTP_POST,
		 BASE "/api/commerce/merchant/carts/validate",
		 COMMERCE "Content-Type: application/json\n",
		 "{\"wallet_address\":\"0xAB\",\"wallet_network\":\"base\"}"},
		{CALL_CART_TOTALS, SUCCESS("{\"total\":1}"), HTTP_GET,
		 BASE "/api/commerce/merchant/carts/totals?customer_id=cust%201", COMMERCE, ""},
		{CALL_SEARCH, SUCCESS("{\"products\":[]}"), HTTP_GET,
		 BASE "/api/commerce/search?q=red%20%26%20blue&limit=5", COMMERCE, ""},
		{CALL_PRODUCT, SUCCESS("{\"productId\":\"B01\"}"), HTTP_GET,
		 BASE "/api/commerce/products/B01?retailer=ebay", COMMERCE, ""},
		{CALL_OFFERS, SUCCESS("{\"offers\":[]}"), HTTP_GET,
		 BASE "/api/commerce/products/B01/offers?retailer=ebay", COMMERCE, ""},
		{CALL_REFUNDS, LIST(""), HTTP_GET,
		 BASE "/api/v1/refunds?limit=25&starting_after=r-9", MERCHANT, ""},
		{CALL_REFUNDS_OF, LIST(""), HTTP_GET, BASE "/api/v1/invoices/i-1/refunds?limit=25",
		 MERCHANT, ""},
		{CALL_REFUND, REFUND("r-1"), HTTP_GET, BASE "/api/v1/refunds/r-1", MERCHANT, ""},
		{CALL_DEPOSITS, LIST(""), HTTP_GET,
		 BASE "/api/v1/ramps/deposits?status=received&customer_id=a%20b", MERCHANT, ""},
		{CALL_DEPOSIT, DEPOSIT("d-1"), HTTP_GET, BASE "/api/v1/ramps/deposits/d-1",
		 MERCHANT, ""},
		{CALL_CAPABILITIES,
		 "{\"object\":\"capabilities\",\"server\":\"s\",\"version\":\"1\","
		 "\"extensions\":[\"ramps\"]}",
		 HTTP_GET, BASE "/api/v1/capabilities", MERCHANT, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fake_http f = {.answers = {{.http_status = 200, .body = rows[i].answer}}};
		struct api_client c = fake_client(&f);
		struct fault fault;
		struct problem p = {.what = ""};
		enum status st = make_call(rows[i].call, &c, &fault, &p);

		if (st != S_OK)
			fail_msg("row %zu: %s", i, p.what);
		assert_int_equal(f.asked, 1);
		assert_int_equal(f.calls[0].method, rows[i].method);
		assert_string_equal(f.calls[0].url, rows[i].url);
		assert_string_equal(f.calls[0].headers, rows[i].headers);
		assert_string_equal(f.calls[0].body, rows[i].body);
	}
}

static void test_client_takes_only_the_event_it_asked_for(void **state)
{
	struct fake_http f = {
		.answers = {
			{.http_status = 200, .body = SUCCESS(EVENT_OF("evt_1-0"))},
			{.http_status = 200, .body = EVENT_OF("evt_1-0")},
			{.http_status = 200, .body = SUCCESS(EVENT_OF("evt_2-0"))},
			{.http_status = 200, .body = "{\"success\":true,\"data\":{}}"},
			{.http_status = 200, .body = "{"},
			{.http_status = 404, .body = "{}"},
		}};
	static const enum status expected[] = {S_OK,       S_OK,       E_PROTOCOL,
					       E_PROTOCOL, E_PROTOCOL, E_NOT_FOUND};
	struct api_client c = fake_client(&f);

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct event e = {.id = ""};
		struct problem p = {.what = ""};

		assert_int_equal(api_event_get(&c, "evt_1-0", &e, NULL, &p), expected[i]);
		assert_string_equal(e.id, expected[i] == S_OK ? "evt_1-0" : "");
		assert_true((p.what[0] == '\0') == (expected[i] == S_OK));
		event_release(&e);
	}
}

static void test_client_escapes_an_id_and_never_leaves_its_path(void **state)
{
	static const char *const bad[] = {"", ".", ".."};
	struct fake_http f = {.answers = {{.http_status = 404, .body = "{}"}}};
	struct api_client c = fake_client(&f);
	struct object o;
	struct fault fault;
	struct problem p;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(api_order_get(&c, bad[i], &o, NULL, &fault, &p), E_INVALID);
	assert_int_equal(f.asked, 0);
	assert_int_equal(api_order_get(&c, "o/1?x#", &o, NULL, &fault, &p), E_NOT_FOUND);
	assert_string_equal(f.calls[0].url, BASE "/api/commerce/merchant/orders/o%2F1%3Fx%23");
}

static void test_client_picks_one_key_a_surface(void **state)
{
	struct fake_http f = {.answers = {{.http_status = 200, .body = SUCCESS(LIST(""))}}};
	struct api_client c = fake_client(&f);
	struct event_page events;
	struct object o;
	struct page page;
	struct fault fault;
	struct problem p;

	(void)state;
	c.merchant_key = NULL;
	assert_int_equal(api_event_list(&c, &(struct event_query){.limit = 0}, &events, &fault, &p),
			 S_OK);
	assert_string_equal(f.calls[0].headers, COMMERCE);
	assert_string_equal(f.calls[0].url, BASE "/api/v1/events");
	assert_int_equal(api_invoice_get(&c, "i-1", &o, NULL, &fault, &p), E_AUTH);
	assert_non_null(strstr(p.what, "merchant key"));
	c = fake_client(&f);
	c.commerce_key = NULL;
	assert_int_equal(api_order_list(&c, &(struct order_query){.limit = 1}, &page, &fault, &p),
			 E_AUTH);
	assert_non_null(strstr(p.what, "commerce key"));
	assert_int_equal(f.asked, 1);
	event_page_release(&events);
}

static void test_client_says_which_key_is_missing(void **state)
{
	static const struct {
		enum call_id call;
		const char *words;
	} rows[] = {
		{CALL_REFUNDS, "needs a merchant key"},
		{CALL_DEPOSIT, "needs a merchant key"},
		{CALL_INVOICE_SESSION, "needs a merchant key"},
		{CALL_CART, "needs a commerce key"},
		{CALL_CART_VALIDATE, "needs a commerce key"},
		{CALL_SEARCH, "needs a commerce key"},
		{CALL_ORDER_OF_INVOICE, "needs a commerce key"},
		{CALL_EVENT, "needs a merchant or a commerce key"},
	};
	struct fake_http f = {.asked = 0};
	struct api_client c = fake_client(&f);

	(void)state;
	c.merchant_key = c.commerce_key = NULL;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem p = {.what = ""};

		assert_int_equal(make_call(rows[i].call, &c, NULL, &p), E_AUTH);
		if (strstr(p.what, rows[i].words) == NULL)
			fail_msg("row %zu: %s", i, p.what);
	}
	assert_int_equal(f.asked, 0);
}

/* The payor's surface takes the pass alone, and nobody's key. */
static void test_client_opens_a_session_only_with_its_whole_pass(void **state)
{
	static const struct payor_pass passes[] = {{.token = "", .signature = "b"},
						   {.token = "a", .signature = ""},
						   {.token = ""}};
	struct fake_http f = {.asked = 0};
	struct api_client c = fake_client(&f);
	struct payor_session s;
	struct problem p;

	(void)state;
	payor_session_init(&s);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(api_session_details(&c, &passes[i], &s, NULL, &p), E_AUTH);
		assert_non_null(strstr(p.what, "payment session"));
	}
	assert_int_equal(f.asked, 0);
}

/* A server that repeats what it was sent, in every form, must not get it onto a screen. */
static void test_client_keeps_the_pass_out_of_what_it_says(void **state)
{
	static const char *const bodies[] = {
		ERROR_A("pst_secret_1", "no session pst_secret_1 signed mac.1766320000000"),
		"{\"error\":\"mac.1766320000000\",\"code\":\"pst%5Fsecret%5F1\"}",
		"{\"message\":\"cHN0X3NlY3JldF8x\"}",
		"{\"message\":\"pst\\u005fsecret_1\",\"code\":\"mac\\u002e1766320000000\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		for (enum call_id call = CALL_SESSION; call <= CALL_SESSION_EMAIL; call++) {
			struct fake_http f = {.answers = {{.http_status = 403, .body = bodies[i]}}};
			struct api_client c = fake_client(&f);
			struct fault fault;
			struct problem p;
			char all[1024];

			assert_int_equal(make_call(call, &c, &fault, &p), E_DENIED);
			assert_int_equal(fault.http_status, 403);
			(void)str_printf(all, sizeof(all), "%s %s %s %s %s", p.what, p.next,
					 fault.code, fault.message, fault.request_id);
			assert_null(strstr(all, "secret"));
			assert_null(strstr(all, "1766320000000"));
			assert_null(strstr(all, "cHN0X3"));
			assert_non_null(strstr(all, "[redacted]"));
			assert_non_null(strstr(p.next, "paste"));
		}
}

static void test_client_gives_the_body_as_it_came(void **state)
{
	static const char body[] =
		" {\"object\":\"refund\",\"new\":[1.50,\"\\u00e9\"]," REFUND_REST;
	struct fake_http f = {.answers = {{.http_status = 200, .body = body},
					  {.http_status = 200, .body = REFUND("r-2")}}};
	struct api_client c = fake_client(&f);
	struct api_body raw = {.text = NULL};
	struct object o;

	(void)state;
	assert_int_equal(api_refund_get(&c, "r-1", &o, &raw, NULL, NULL), S_OK);
	assert_string_equal(raw.text, body);
	assert_int_equal(raw.len, strlen(body));
	free(raw.text);
	object_release(&o);
	raw = (struct api_body){.text = NULL};
	assert_int_equal(api_refund_get(&c, "r-1", &o, &raw, NULL, NULL), E_PROTOCOL);
	assert_null(raw.text);
}

static void test_client_reads_payments_in_either_container(void **state)
{
	static const struct {
		const char *body;
		bool more;
	} rows[] = {{INVOICE_PAID_TWICE("i-1"), true},
		    {WITH_PAYMENTS("i-1",
				   "[" PAYMENT("p-2", "i-1") "," PAYMENT("p-1", "i-1") ",{}]"),
		     false}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fake_http f = {.answers = {{.http_status = 200, .body = rows[i].body}}};
		struct api_client c = fake_client(&f);
		struct page page;

		assert_int_equal(api_invoice_payments(&c, "i-1", &page, NULL, NULL), S_OK);
		assert_int_equal(page.count, 2);
		assert_int_equal(page.skipped, i);
		assert_true(page.has_more == rows[i].more);
		assert_string_equal(object_id(&page.items[0]), "p-2");
		assert_int_equal(page.items[1].as.payment.amount_usd, 2500);
		page_release(&page);
	}
}

static void test_client_sends_no_write_without_a_proper_key(void **state)
{
	static const char *const keys[] = {NULL, "", "1", "11111111-2222-4333-8444-55555555555"};
	struct fake_http f = {.asked = 0};
	struct api_client c = fake_client(&f);
	struct object o;
	struct problem p;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(api_invoice_cancel(&c, "i-1", keys[i], &o, NULL, NULL, &p),
				 E_INVALID);
		assert_int_equal(api_order_cancel(&c, "o-1", keys[i], NULL, NULL, &p), E_INVALID);
	}
	assert_int_equal(f.asked, 0);
}

static void test_client_refuses_urls_that_do_not_fit(void **state)
{
	struct fake_http f = {.asked = 0};
	struct api_client c = fake_client(&f);
	static char huge[HTTP_URL_CAP];
	struct invoice_query q = {.status = huge};
	struct page page;
	struct problem p;

	(void)state;
	memset(huge, 'a', sizeof(huge) - 1);
	assert_int_equal(api_invoice_list(&c, &q, &page, NULL, &p), E_LIMIT);
	assert_int_equal(f.asked, 0);
}

/* --- what errors mean ------------------------------------------------------------------ */

static void test_client_reads_every_error_envelope(void **state)
{
	static const struct {
		int http_status;
		const char *type, *body;
		enum status read, write;
		const char *code;
	} rows[] = {
		{400, NULL, ERROR_A("INVOICE_NOT_CANCELABLE", "it is paid"), E_INVALID, E_INVALID,
		 "INVOICE_NOT_CANCELABLE"},
		{401, NULL, ERROR_A("API_KEY_INVALID", "no"), E_AUTH, E_AUTH, "API_KEY_INVALID"},
		{403, NULL, "{\"error\":\"no\",\"code\":\"FORBIDDEN\"}", E_DENIED, E_DENIED,
		 "FORBIDDEN"},
		{404, NULL, "{}", E_NOT_FOUND, E_NOT_FOUND, ""},
		{409, NULL, ERROR_A("IDEMPOTENCY_KEY_REUSED", "x"), E_CONFLICT, E_CONFLICT,
		 "IDEMPOTENCY_KEY_REUSED"},
		{409, NULL, ERROR_A("IDEMPOTENCY_IN_PROGRESS", "x"), E_CONFLICT, E_UNKNOWN_OUTCOME,
		 "IDEMPOTENCY_IN_PROGRESS"},
		{429, NULL,
		 "{\"success\":false,\"message\":\"slow\",\"error_code\":\"RATE_LIMIT_EXCEEDED\","
		 "\"retry_after\":\"15 minutes\"}",
		 E_RATE, E_RATE, "RATE_LIMIT_EXCEEDED"},
		{500, NULL, "{\"error\":\"x\",\"code\":\"INTERNAL_SERVER_ERROR\"}", E_NETWORK,
		 E_UNKNOWN_OUTCOME, "INTERNAL_SERVER_ERROR"},
		{503, "text/html", "<html>{\"code\":\"X\"}", E_NETWORK, E_UNKNOWN_OUTCOME, ""},
		{302, NULL, "{}", E_PROTOCOL, E_UNKNOWN_OUTCOME, ""},
		{408, NULL, "{}", E_TIMEOUT, E_UNKNOWN_OUTCOME, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct fake_answer a = {.http_status = rows[i].http_status,
					      .type = rows[i].type,
					      .body = rows[i].body,
					      .retry_after_ms = 3000};
		struct fake_http f = {.answers = {a, a}};
		struct api_client c = fake_client(&f);
		struct fault fault = {.http_status = -1};
		struct problem p;

		assert_int_equal(make_call(CALL_INVOICE_GET, &c, &fault, &p), rows[i].read);
		assert_int_equal(p.status, rows[i].read);
		assert_int_equal(fault.http_status, rows[i].http_status);
		assert_string_equal(fault.code, rows[i].code);
		assert_string_equal(fault.request_id, "req_7");
		assert_int_equal(fault.retry_after_ms, 3000);
		assert_non_null(strstr(p.what, "look up invoice i-1: HTTP "));
		assert_non_null(strstr(p.what, rows[i].code));
		assert_int_equal(make_call(CALL_INVOICE_CANCEL, &c, &fault, &p), rows[i].write);
	}
}

static void test_client_tells_sent_from_not_sent(void **state)
{
	static const struct {
		enum status transport, read, write;
	} rows[] = {
		{E_NETWORK, E_NETWORK, E_NETWORK},
		{E_UNKNOWN_OUTCOME, E_NETWORK, E_UNKNOWN_OUTCOME},
		{E_TIMEOUT, E_TIMEOUT, E_UNKNOWN_OUTCOME},
		{E_READ_ONLY, E_READ_ONLY, E_READ_ONLY},
		{E_CLOSED, E_CLOSED, E_CLOSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fake_http f = {
			.answers = {{.fails = rows[i].transport}, {.fails = rows[i].transport}}};
		struct api_client c = fake_client(&f);
		struct fault fault = {.http_status = 7};
		struct problem p;

		assert_int_equal(make_call(CALL_INVOICE_GET, &c, &fault, &p), rows[i].read);
		assert_int_equal(fault.http_status, 0);
		assert_non_null(strstr(p.what, "the line went dead"));
		assert_int_equal(make_call(CALL_ORDER_CANCEL, &c, &fault, &p), rows[i].write);
	}
}

/* A8: a success that cannot be believed. */
static void test_client_does_not_believe_every_success(void **state)
{
	static const struct {
		enum call_id call;
		const char *type, *body;
		enum status expected;
	} rows[] = {
		{CALL_INVOICE_CANCEL, NULL, INVOICE("i-2", "canceled"), E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_CANCEL, NULL, INVOICE("i-1", "unpaid"), E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_CANCEL, NULL, "", E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_CANCEL, NULL, "{\"object\":\"inv", E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_CANCEL, "text/html", INVOICE("i-1", "canceled"), E_UNKNOWN_OUTCOME},
		{CALL_ORDER_CANCEL, NULL, CANCELLATION("o-2"), E_UNKNOWN_OUTCOME},
		{CALL_ORDER_CANCEL, NULL, "{\"success\":false,\"data\":{\"orderId\":\"o-1\"}}",
		 E_UNKNOWN_OUTCOME},
		{CALL_ORDER_CANCEL, NULL, "{}", E_UNKNOWN_OUTCOME},
		{CALL_ORDER_CANCEL, NULL, NULL, E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_GET, NULL, INVOICE("i-2", "paid"), E_PROTOCOL},
		{CALL_INVOICE_GET, NULL, "not json", E_PROTOCOL},
		{CALL_INVOICE_GET, "text/html", INVOICE("i-1", "paid"), E_PROTOCOL},
		{CALL_INVOICE_GET, "application/jsonx", INVOICE("i-1", "paid"), E_PROTOCOL},
		{CALL_INVOICE_LIST, NULL, "{}", E_PROTOCOL},
		{CALL_INVOICE_LIST, NULL, NULL, E_PROTOCOL},
		{CALL_EVENTS, NULL, "[1", E_PROTOCOL},
		{CALL_CAPABILITIES, NULL, "\"yes\"", E_PROTOCOL},
		{CALL_INVOICE_PAYMENTS, NULL, INVOICE("i-1", "paid"), E_PROTOCOL},
		{CALL_INVOICE_PAYMENTS, NULL,
		 WITH_PAYMENTS("i-1", "[" PAYMENT("p-1", "i-1") "," PAYMENT("p-2", "i-2") "]"),
		 E_PROTOCOL},
		{CALL_ORDER_OF_INVOICE, NULL, ORDER_OF("i-2"), E_PROTOCOL},
		{CALL_ORDER_OF_INVOICE, NULL, SUCCESS("{\"invoiceId\":\"i-1\"}"), E_PROTOCOL},
		{CALL_CART, NULL, CART("cust 2"), E_PROTOCOL},
		{CALL_CART_WALLET, NULL, SUCCESS("{\"walletAddress\":\"0xac\",\"items\":[]}"),
		 E_PROTOCOL},
		{CALL_CART_VALIDATE, NULL, "{}", E_PROTOCOL}, /* nothing was to be done */
		{CALL_CART_TOTALS, "text/plain", SUCCESS("{\"total\":1}"), E_PROTOCOL},
		{CALL_PRODUCT, NULL, SUCCESS("{\"productId\":\"B02\"}"), E_PROTOCOL},
		{CALL_OFFERS, NULL, SUCCESS("{}"), E_PROTOCOL},
		{CALL_SEARCH, NULL, "[]", E_PROTOCOL},
		{CALL_SESSION, NULL, "{}", E_PROTOCOL},
		{CALL_INVOICE_SESSION, NULL, "{\"invoice_id\":\"i-1\"}", E_PROTOCOL},
		{CALL_REFUND, NULL, REFUND("r-2"), E_PROTOCOL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fake_http f = {
			.answers = {
				{.http_status = 200, .type = rows[i].type, .body = rows[i].body}}};
		struct api_client c = fake_client(&f);
		struct problem p = {.status = S_OK};
		enum status st = make_call(rows[i].call, &c, NULL, &p);

		if (st != rows[i].expected)
			fail_msg("row %zu: %s", i, status_words(st));
		assert_int_equal(p.status, rows[i].expected);
		assert_string_not_equal(p.what, "");
	}
}

static void test_client_tells_what_a_write_gave(void **state)
{
	struct fake_http f = {
		.answers = {
			{.http_status = 200, .body = INVOICE("i-1", "canceled"), .replayed = true},
			{.http_status = 400, .body = ERROR_A("X", "y"), .replayed = true}}};
	struct api_client c = fake_client(&f);
	struct api_reply reply;
	struct object o;
	struct fault fault;
	struct problem p;

	(void)state;
	assert_int_equal(api_invoice_cancel(&c, "i-1", UUID_A, &o, &reply, &fault, &p), S_OK);
	assert_true(reply.replayed);
	assert_int_equal(reply.latency_ms, 12);
	assert_string_equal(reply.request_id, "req_7");
	assert_string_equal(object_status(&o), "canceled");
	object_release(&o);
	assert_int_equal(api_invoice_cancel(&c, "i-1", UUID_A, &o, &reply, &fault, &p), E_INVALID);
	assert_true(reply.replayed); /* of refusals too: it tells them from fresh ones */
}

static void test_capabilities_of_a_server_without_the_route_are_none(void **state)
{
	struct fake_http f = {
		.answers = {{.http_status = 404, .type = "text/html", .body = "<h1>404"},
			    {.http_status = 500, .body = "{}"}}};
	struct api_client c = fake_client(&f);
	struct capabilities caps = {.count = 9};
	struct fault fault;
	struct problem p;

	(void)state;
	assert_int_equal(api_capabilities(&c, &caps, &fault, &p), S_OK);
	assert_true(caps.known);
	assert_int_equal(caps.count, 0);
	assert_string_equal(caps.server, "");
	assert_int_equal(fault.http_status, 0);
	assert_false(capabilities_have(&caps, "ramps"));
	assert_int_equal(api_capabilities(&c, &caps, NULL, &p), E_NETWORK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_client_sends_exactly_this),
		cmocka_unit_test(test_client_takes_only_the_event_it_asked_for),
		cmocka_unit_test(test_client_escapes_an_id_and_never_leaves_its_path),
		cmocka_unit_test(test_client_picks_one_key_a_surface),
		cmocka_unit_test(test_client_says_which_key_is_missing),
		cmocka_unit_test(test_client_opens_a_session_only_with_its_whole_pass),
		cmocka_unit_test(test_client_keeps_the_pass_out_of_what_it_says),
		cmocka_unit_test(test_client_gives_the_body_as_it_came),
		cmocka_unit_test(test_client_reads_payments_in_either_container),
		cmocka_unit_test(test_client_sends_no_write_without_a_proper_key),
		cmocka_unit_test(test_client_refuses_urls_that_do_not_fit),
		cmocka_unit_test(test_client_reads_every_error_envelope),
		cmocka_unit_test(test_client_tells_sent_from_not_sent),
		cmocka_unit_test(test_client_does_not_believe_every_success),
		cmocka_unit_test(test_client_tells_what_a_write_gave),
		cmocka_unit_test(test_capabilities_of_a_server_without_the_route_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
