/* What people really paste, and what of it is seen. */
#include "test_model_support.h"

#include "model/recognise.h"

#include <time.h>

#define U1   "9b0d1c2e-7f3a-4c21-8b5d-0a1b2c3d4e5f"
#define U2   "7c1e55aa-0b1c-4d2e-9f30-112233445566"
#define ADDR "0x8F3a5c0b9E21d4477a0c6B2e8d91F0aA12c4c41b"
#define HASH "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060"
#define SOL  "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU"
#define SIG                                                                                    \
	"5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZ" \
	"kQUW"
#define TON "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N"
#define ADA "addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer"
#define MAC "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PST "pst_9b0d1c2e7f3a4c218b5d0a1b2c3d4e5f" MAC
#define URL "https://pay.example.com/pay?session=" PST "&signature=" MAC ".1768478400000"

static struct scraps seen(const char *text)
{
	struct scraps s;

	recognise(&s, text, strlen(text));
	return s;
}

struct paste {
	const char *text;
	enum scrap_kind kind; /* of the first */
	const char *want;
	enum subject_kind likely; /* SUBJECT_EVENT: nothing says */
	const char *tail, *network;
};

static void check(const struct paste *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct paste *p = &rows[i];
		struct scraps s = seen(p->text);
		const struct scrap *it = &s.items[0];

		if (s.count == 0)
			fail_msg("nothing seen in: %s", p->text);
		if (it->kind != p->kind || strcmp(it->text, p->want) != 0 ||
		    it->likely != p->likely || strcmp(it->tail, p->tail ? p->tail : "") != 0 ||
		    strcmp(it->network, p->network ? p->network : "") != 0)
			fail_msg("%s\n  seen: %s [%s] likely %s, tail [%s], network [%s]", p->text,
				 scrap_kind_words(it->kind), it->text, subject_word(it->likely),
				 it->tail, it->network);
		assert_true(it->at + it->len <= strlen(p->text));
	}
}

static void test_recognise_finds_ids_in_what_people_paste(void **state)
{
	static const struct paste ROWS[] = {
		{U1, SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"  \"" U1 "\"  \n", SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"9B0D1C2E-7F3A-4C21-8B5D-0A1B2C3D4E5F", SCRAP_UUID,
		 "9B0D1C2E-7F3A-4C21-8B5D-0A1B2C3D4E5F", SUBJECT_EVENT, NULL, NULL},
		{"9b0d1c2e7f3a4c218b5d0a1b2c3d4e5f", SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"{" U1 "}", SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"urn:uuid:" U1, SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"`" U1 "`", SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"**" U1 "**", SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"_" U1 "_", SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{U1 ".", SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{U1 "...", SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"invoice " U1 "?!", SCRAP_UUID, U1, SUBJECT_INVOICE, NULL, NULL},
		{"Invoice #: " U1, SCRAP_UUID, U1, SUBJECT_INVOICE, NULL, NULL},
		{"Rechnung Nr. " U1, SCRAP_UUID, U1, SUBJECT_INVOICE, NULL, NULL},
		{"order: " U1, SCRAP_UUID, U1, SUBJECT_ORDER, NULL, NULL},
		{"My order number is " U1 ", where is it", SCRAP_UUID, U1, SUBJECT_ORDER, NULL,
		 NULL},
		{"ORDER_ID=" U1, SCRAP_UUID, U1, SUBJECT_ORDER, NULL, NULL},
		{"orderId=" U1 "&x=1", SCRAP_UUID, U1, SUBJECT_ORDER, NULL, NULL},
		{"inv_" U1, SCRAP_UUID, U1, SUBJECT_INVOICE, NULL, NULL},
		{"/api/v1/invoices/" U1 "/status", SCRAP_UUID, U1, SUBJECT_INVOICE, NULL, NULL},
		{"https://dashboard.pepay.io/orders/" U1, SCRAP_UUID, U1, SUBJECT_ORDER, NULL,
		 NULL},
		{"https://dashboard.pepay.io/en/payouts?id=" U1 "#top", SCRAP_UUID, U1,
		 SUBJECT_PAYOUT, NULL, NULL},
		{"<https://dashboard.pepay.io/refunds/" U1 ">", SCRAP_UUID, U1, SUBJECT_REFUND,
		 NULL, NULL},
		{"[the invoice](https://dashboard.pepay.io/invoices/" U1 ")", SCRAP_UUID, U1,
		 SUBJECT_INVOICE, NULL, NULL},
		{"{\"object\":\"invoice\",\"id\":\"" U1 "\",\"status\":\"paid\"}", SCRAP_UUID, U1,
		 SUBJECT_INVOICE, NULL, NULL},
		{"{&quot;orderId&quot;:&quot;" U1 "&quot;}", SCRAP_UUID, U1, SUBJECT_ORDER, NULL,
		 NULL},
		{"> > the payout\n> > " U1 "\n> never came", SCRAP_UUID, U1, SUBJECT_PAYOUT, NULL,
		 NULL},
		{"9b0d1c2e-7f3a-4c21-\n  8b5d-0a1b2c3d4e5f", SCRAP_UUID, U1, SUBJECT_EVENT, NULL,
		 NULL},
		{"> 9b0d1c2e-7f3a-4c21-8b5d-\r\n> 0a1b2c3d4e5f", SCRAP_UUID, U1, SUBJECT_EVENT,
		 NULL, NULL},
		{"9b0d1c2e\xe2\x80\x91"
		 "7f3a\xe2\x80\x91"
		 "4c21\xe2\x80\x91"
		 "8b5d\xe2\x80\x91"
		 "0a1b2c3d4e5f",
		 SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"9b0d\xe2\x80\x8b"
		 "1c2e-7f3a-4c21-8b5d-0a1b2c3d4e5f\xef\xbb\xbf",
		 SCRAP_UUID, U1, SUBJECT_EVENT, NULL, NULL},
		{"order=3D9b0d1c2e-7f3a-=\r\n4c21-8b5d-0a1b2c3d4e5f", SCRAP_UUID, U1, SUBJECT_ORDER,
		 NULL, NULL},
		{"req=" U2 " request_id=" U2 " invoice_id=" U1, SCRAP_UUID, U1, SUBJECT_INVOICE,
		 NULL, NULL},
		{"2026-01-15T12:00:03.123Z INFO [http] trace=" U2 " POST /api/commerce/orders/" U1
		 "/cancel 200 12ms",
		 SCRAP_UUID, U1, SUBJECT_ORDER, NULL, NULL},
		{"evt_1768478400000-17", SCRAP_EVENT, "evt_1768478400000-17", SUBJECT_EVENT, NULL,
		 NULL},
		{"event evt_1768478400000-17.", SCRAP_EVENT, "evt_1768478400000-17", SUBJECT_EVENT,
		 NULL, NULL},
		{"{\"id\":\"evt_1768478400000-17\",\"type\":\"invoice.updated\",\"data\":{"
		 "\"object\":{"
		 "\"id\":\"" U1 "\"}}}",
		 SCRAP_EVENT, "evt_1768478400000-17", SUBJECT_EVENT, NULL, NULL},
		{"evt_1768478400000-ping-0a1b", SCRAP_EVENT, "evt_1768478400000-ping-0a1b",
		 SUBJECT_EVENT, NULL, NULL},
		{"inv_123", SCRAP_ID, "inv_123", SUBJECT_INVOICE, NULL, NULL},
		{"please check po_55ab01 asap", SCRAP_ID, "po_55ab01", SUBJECT_EVENT, NULL, NULL},
		{"ord_0017", SCRAP_ID, "ord_0017", SUBJECT_ORDER, NULL, NULL},
		{"re: order #10023", SCRAP_ID, "10023", SUBJECT_ORDER, NULL, NULL},
		{"Order no. A-10023 has not come", SCRAP_ID, "A-10023", SUBJECT_ORDER, NULL, NULL},
		{"B0C1234XYZ", SCRAP_ID, "B0C1234XYZ", SUBJECT_PRODUCT, NULL, NULL},
		{"id 9b0d1c2e ok?", SCRAP_ID, "9b0d1c2e", SUBJECT_EVENT, NULL, NULL},
		{"9b0d1c2e-7f3a", SCRAP_ID, "9b0d1c2e-7f3a", SUBJECT_EVENT, NULL, NULL},
	};

	(void)state;
	check(ROWS, COUNT(ROWS));
}

static void test_recognise_finds_what_chains_write(void **state)
{
	static const struct paste ROWS[] = {
		{ADDR, SCRAP_ADDRESS, ADDR, SUBJECT_EVENT, NULL, NULL},
		{"from wallet " ADDR ", thanks", SCRAP_ADDRESS, ADDR, SUBJECT_EVENT, NULL, NULL},
		{HASH, SCRAP_HASH, HASH, SUBJECT_EVENT, NULL, NULL},
		{"tx_hash=" HASH ";", SCRAP_HASH, HASH, SUBJECT_EVENT, NULL, NULL},
		{"0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204\nef84bfed1be16dfba1b22060", SCRAP_HASH,
		 HASH, SUBJECT_EVENT, NULL, NULL},
		{MAC, SCRAP_HASH, MAC, SUBJECT_EVENT, NULL, NULL},
		{"https://etherscan.io/tx/" HASH, SCRAP_HASH, HASH, SUBJECT_EVENT, NULL,
		 "ethereum"},
		{"https://sepolia.etherscan.io/tx/" HASH, SCRAP_HASH, HASH, SUBJECT_EVENT, NULL,
		 "ethereum"},
		{"https://optimistic.etherscan.io/tx/" HASH "#eventlog", SCRAP_HASH, HASH,
		 SUBJECT_EVENT, NULL, "optimism"},
		{"see https://basescan.org/address/" ADDR "#tokentxns", SCRAP_ADDRESS, ADDR,
		 SUBJECT_EVENT, NULL, "base"},
		{"https://bscscan.com/tx/" HASH ")", SCRAP_HASH, HASH, SUBJECT_EVENT, NULL, "bsc"},
		{"https://solscan.io/tx/" SIG "?cluster=devnet", SCRAP_HASH, SIG, SUBJECT_EVENT,
		 NULL, "solana"},
		{"https://explorer.solana.com/address/" SOL, SCRAP_ADDRESS, SOL, SUBJECT_EVENT,
		 NULL, "solana"},
		{"https://suiscan.xyz/mainnet/account/" HASH, SCRAP_ADDRESS, HASH, SUBJECT_EVENT,
		 NULL, "sui"},
		{"https://suiscan.xyz/mainnet/tx/" SOL, SCRAP_HASH, SOL, SUBJECT_EVENT, NULL,
		 "sui"},
		{"base:" ADDR, SCRAP_ADDRESS, ADDR, SUBJECT_EVENT, NULL, "base"},
		{"ethereum:" ADDR "@8453/transfer", SCRAP_ADDRESS, ADDR, SUBJECT_EVENT, NULL,
		 "ethereum"},
		{SOL, SCRAP_ADDRESS, SOL, SUBJECT_EVENT, NULL, "solana"},
		{"Signature: " SIG, SCRAP_HASH, SIG, SUBJECT_EVENT, NULL, "solana"},
		{"(" SIG ")", SCRAP_HASH, SIG, SUBJECT_EVENT, NULL, "solana"},
		{TON, SCRAP_ADDRESS, TON, SUBJECT_EVENT, NULL, "ton"},
		{ADA, SCRAP_ADDRESS, ADA, SUBJECT_EVENT, NULL, "cardano"},
		{"0x8f3a\xe2\x80\xa6"
		 "c41b",
		 SCRAP_PART, "0x8f3a", SUBJECT_EVENT, "c41b", NULL},
		{"0x8f3a...c41b", SCRAP_PART, "0x8f3a", SUBJECT_EVENT, "c41b", NULL},
		{"wallet 0x8f3a..c41b sent 10", SCRAP_PART, "0x8f3a", SUBJECT_EVENT, "c41b", NULL},
		{"7xKX...gAsU", SCRAP_PART, "7xKX", SUBJECT_EVENT, "gAsU", NULL},
		{"7xKX****gAsU", SCRAP_PART, "7xKX", SUBJECT_EVENT, "gAsU", NULL},
		{"Re: invoice 9B0D\xe2\x80\xa6 please!!", SCRAP_PART, "9B0D", SUBJECT_INVOICE, "",
		 NULL},
		{"Re: invoice 9b0d&hellip; please", SCRAP_PART, "9b0d", SUBJECT_INVOICE, "", NULL},
		{"0x8f3a5c0b9E21", SCRAP_PART, "0x8f3a5c0b9E21", SUBJECT_EVENT, "", NULL},
	};

	(void)state;
	check(ROWS, COUNT(ROWS));
}

static void test_recognise_finds_people_and_parcels(void **state)
{
	static const struct paste ROWS[] = {
		{"maria@example.com", SCRAP_EMAIL, "maria@example.com", SUBJECT_CUSTOMER, NULL,
		 NULL},
		{"From: Maria Silva <maria.silva+shop@mail.example.co.uk>", SCRAP_EMAIL,
		 "maria.silva+shop@mail.example.co.uk", SUBJECT_CUSTOMER, NULL, NULL},
		{"mailto:maria@example.com?subject=hi", SCRAP_EMAIL, "maria@example.com",
		 SUBJECT_CUSTOMER, NULL, NULL},
		{"write to maria@example.com.", SCRAP_EMAIL, "maria@example.com", SUBJECT_CUSTOMER,
		 NULL, NULL},
		{"cust_8F3KQ2A", SCRAP_CUSTOMER, "cust_8F3KQ2A", SUBJECT_CUSTOMER, NULL, NULL},
		{"customer 'cust_8F3KQ2A' says", SCRAP_CUSTOMER, "cust_8F3KQ2A", SUBJECT_CUSTOMER,
		 NULL, NULL},
		{"{\"customer_id\": \"acme-west\"}", SCRAP_CUSTOMER, "acme-west", SUBJECT_CUSTOMER,
		 NULL, NULL},
		{"customerId=acme.west&limit=10", SCRAP_CUSTOMER, "acme.west", SUBJECT_CUSTOMER,
		 NULL, NULL},
		{"https://dashboard.pepay.io/customers/acme-west/invoices", SCRAP_CUSTOMER,
		 "acme-west", SUBJECT_CUSTOMER, NULL, NULL},
		{"user 48213", SCRAP_CUSTOMER, "48213", SUBJECT_CUSTOMER, NULL, NULL},
		{"acme42", SCRAP_CUSTOMER, "acme42", SUBJECT_CUSTOMER, NULL, NULL},
		{"acme", SCRAP_WORD, "acme", SUBJECT_CUSTOMER, NULL, NULL},
		{"  Maria   Silva ", SCRAP_WORD, "Maria Silva", SUBJECT_EVENT, NULL, NULL},
		{"\"Jos\xc3\xa9 N\xc3\xba\xc3\xb1"
		 "ez\"",
		 SCRAP_WORD,
		 "Jos\xc3\xa9 N\xc3\xba\xc3\xb1"
		 "ez",
		 SUBJECT_EVENT, NULL, NULL},
		{"1Z999AA10123456784", SCRAP_TRACKING, "1Z999AA10123456784", SUBJECT_ORDER, NULL,
		 NULL},
		{"UPS 1Z 999 AA1 01 2345 6784 says delivered", SCRAP_TRACKING, "1Z999AA10123456784",
		 SUBJECT_ORDER, NULL, NULL},
		{"https://www.ups.com/track?tracknum=1Z999AA10123456784", SCRAP_TRACKING,
		 "1Z999AA10123456784", SUBJECT_ORDER, NULL, NULL},
		{"9400 1118 9956 0737 5833 92", SCRAP_TRACKING, "9400111899560737583392",
		 SUBJECT_ORDER, NULL, NULL},
		{"RR473124829GB", SCRAP_TRACKING, "RR473124829GB", SUBJECT_ORDER, NULL, NULL},
		{"TBA123456789012", SCRAP_TRACKING, "TBA123456789012", SUBJECT_ORDER, NULL, NULL},
		{"FedEx 986578788855", SCRAP_TRACKING, "986578788855", SUBJECT_ORDER, NULL, NULL},
		{"dhl waybill 1234567890", SCRAP_TRACKING, "1234567890", SUBJECT_ORDER, NULL, NULL},
		{"https://track.example.com/4929183746529174", SCRAP_TRACKING, "4929183746529174",
		 SUBJECT_ORDER, NULL, NULL},
		{"4929183746529174", SCRAP_TRACKING, "4929183746529174", SUBJECT_ORDER, NULL, NULL},
	};

	(void)state;
	check(ROWS, COUNT(ROWS));
}

static void test_recognise_uses_both_ends_however_short(void **state)
{
	static const struct {
		const char *text, *head, *tail, *say;
	} ROWS[] = {
		{"0x12…ab", "0x12", "ab", "part of an id or address, by both ends"},
		{"0x12...b", "0x12", "b", "part of an id or address, by both ends"},
		{"938cd03c...25d9", "938cd03c", "25d9", "part of an id or address, by both ends"},
		{"9...c41b", "9", "c41b", "part of an id or address, by both ends"},
		{"0x12ab...zz", "0x12ab", "", "part of an id; its end is too short to use"},
		{"0x12ab...", "0x12ab", "", "part of an id or address"},
	};
	char say[200];

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scraps s = seen(ROWS[i].text);

		assert_int_equal(s.count, 1);
		assert_int_equal(s.items[0].kind, SCRAP_PART);
		assert_string_equal(s.items[0].text, ROWS[i].head);
		assert_string_equal(s.items[0].tail, ROWS[i].tail);
		scrap_say(&s.items[0], say, sizeof(say));
		assert_string_equal(say, ROWS[i].say);
	}
}

static void test_recognise_knows_dates_and_beginnings_of_ids(void **state)
{
	static const struct {
		const char *text;
		enum scrap_kind kind;
		const char *want, *filter;
	} ROWS[] = {
		{"2026-11-23", SCRAP_DATE, "2026-11-23", "at:2026-11-23"},
		{"23.11.2026", SCRAP_DATE, "2026-11-23", "at:2026-11-23"},
		{"2026-13-23", SCRAP_CUSTOMER, "2026-13-23", ""},
		{"0048213", SCRAP_CUSTOMER, "0048213", ""},
		{"48213768", SCRAP_CUSTOMER, "48213768", ""},
		{"1.2.3.4", SCRAP_CUSTOMER, "1.2.3.4", ""},
		{"0d3f", SCRAP_ID, "0d3f", ""},
		{"3F2a1", SCRAP_ID, "3F2a1", ""},
		{"cafe", SCRAP_WORD, "cafe", ""},
	};
	char filter[80], say[200];

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scraps s = seen(ROWS[i].text);

		assert_int_equal(s.count, 1);
		if (s.items[0].kind != ROWS[i].kind || strcmp(s.items[0].text, ROWS[i].want) != 0)
			fail_msg("%s: %s [%s]", ROWS[i].text, scrap_kind_words(s.items[0].kind),
				 s.items[0].text);
		scrap_filter(&s.items[0], filter, sizeof(filter));
		assert_string_equal(filter, ROWS[i].filter);
		scrap_say(&s.items[0], say, sizeof(say));
		if (ROWS[i].kind == SCRAP_ID)
			assert_string_equal(say, "part of an id");
		if (filter[0])
			assert_non_null(strstr(say, filter));
	}
}

static void test_recognise_knows_amounts(void **state)
{
	static const struct {
		const char *text, *want, *currency;
	} ROWS[] = {
		{"257.48", "257.48", ""},
		{" $257.48 ", "257.48", "USD"},
		{"257.48 USD", "257.48", "USD"},
		{"USD 257.48", "257.48", "USD"},
		{"257,48", "257.48", ""},
		{"$1,257.48", "1257.48", "USD"},
		{"1.257,48", "1257.48", ""},
		{"1,750", "1750", ""},
		{"12 480", "12480", ""},
		{"12 480,00 \xe2\x82\xac", "12480.00", "EUR"},
		{"$250", "250", "USD"},
		{"$5 USD", "5", "USD"},
		{"32.196,04 MXN", "32196.04", "MXN"},
		{"250 dollars", "250", "USD"},
		{"\u20ac 12,50", "12.50", "EUR"},
		{"12.50 USDC", "12.50", "USD"},
		{"I paid $1,249.50 on 2026-01-15 at 12:00:03", "1249.50", "USD"},
		{"order total 12.50, 3 items", "12.50", ""},
		{"it was 250 euros.", "250", "EUR"},
		{"only mxn 596063.96 came", "596063.96", "MXN"},
	};
	char say[200];

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scraps s = seen(ROWS[i].text);

		if (s.count != 1 || s.items[0].kind != SCRAP_AMOUNT ||
		    strcmp(s.items[0].text, ROWS[i].want) != 0)
			fail_msg("%s: %zu, %s [%s]", ROWS[i].text, s.count,
				 scrap_kind_words(s.items[0].kind), s.items[0].text);
		assert_string_equal(s.items[0].currency, ROWS[i].currency);
	}
	scrap_say(&seen("250 \u20ac").items[0], say, sizeof(say));
	assert_string_equal(say, "amount of EUR");
}

/* Some merchants number their customers. */
static void test_recognise_takes_a_bare_number_for_both(void **state)
{
	struct scraps s = seen("1750");

	(void)state;
	assert_int_equal(s.count, 2);
	assert_int_equal(s.items[0].kind, SCRAP_CUSTOMER);
	assert_int_equal(s.items[1].kind, SCRAP_AMOUNT);
	assert_string_equal(s.items[1].text, "1750");
}

static void test_recognise_mends_what_is_mistyped_or_spoken(void **state)
{
	static const struct {
		const char *text;
		enum scrap_kind kind;
		const char *want;
		bool mended;
	} ROWS[] = {
		{"0x5ba74O89O68e", SCRAP_PART, "0x5ba74089068e", true},
		{"0x5ba74089068e", SCRAP_PART, "0x5ba74089068e", false},
		{"fc4l6d5e", SCRAP_ID, "fc416d5e", true},
		{"9bOd1c2e-7f3a-4c21-8b5d-Oa1b2c3d4e5f", SCRAP_UUID,
		 "9b0d1c2e-7f3a-4c21-8b5d-0a1b2c3d4e5f", true},
		{"foliole1", SCRAP_CUSTOMER, "foliole1", false}, /* more guessed than read */
		{"x86lib64", SCRAP_CUSTOMER, "x86lib64", false},
		{"ana.b at mail dot example dot com", SCRAP_EMAIL, "ana.b@mail.example.com", false},
		{"it is Ana at mail dot example", SCRAP_EMAIL, "Ana@mail.example", false},
		{"0 E F 8 3 0 E A", SCRAP_ID, "0EF830EA", false},
		{"it is a b c", SCRAP_WORD, "it is a b c", false},
		{"parcel 3329-3752-5048-7294 (YAMATO)", SCRAP_TRACKING, "3329375250487294", false},
		{"parcel 3329 3752 5048 7294", SCRAP_TRACKING, "3329375250487294", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scraps s = seen(ROWS[i].text);

		assert_true(s.count > 0);
		if (s.items[0].kind != ROWS[i].kind || strcmp(s.items[0].text, ROWS[i].want) != 0)
			fail_msg("%s: %s [%s]", ROWS[i].text, scrap_kind_words(s.items[0].kind),
				 s.items[0].text);
		assert_int_equal(s.items[0].mended, ROWS[i].mended);
	}
}

static void test_recognise_says_when_letters_only_look_latin(void **state)
{
	static const struct {
		const char *text;
		enum scrap_kind kind;
		const char *want;
		bool alike;
	} ROWS[] = {
		{"ана@ехаmple.com", SCRAP_EMAIL, "ana@example.com", true},
		{"ana@example.com", SCRAP_EMAIL, "ana@example.com", false},
		{"сust_8F3KQ2A", SCRAP_CUSTOMER, "cust_8F3KQ2A", true},
		{"0х8f3a5c0b9e21d4477a0c6b2e8d91f0aa12c4c41b", SCRAP_ADDRESS,
		 "0x8f3a5c0b9e21d4477a0c6b2e8d91f0aa12c4c41b", true},
		{"Анна Ким", SCRAP_WORD, "Анна Ким", false},
		{"Müller", SCRAP_WORD, "Müller", false},
	};
	char say[200];

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scraps s = seen(ROWS[i].text);

		assert_int_equal(s.count, 1);
		if (s.items[0].kind != ROWS[i].kind || strcmp(s.items[0].text, ROWS[i].want) != 0)
			fail_msg("%s: %s [%s]", ROWS[i].text, scrap_kind_words(s.items[0].kind),
				 s.items[0].text);
		assert_int_equal(s.items[0].alike, ROWS[i].alike);
		scrap_say(&s.items[0], say, sizeof(say));
		assert_int_equal(strstr(say, "only look Latin") != NULL, ROWS[i].alike);
	}
}

static void test_recognise_takes_no_everyday_text_for_an_id(void **state)
{
	static const char *const ROWS[] = {
		"wait... what happened to my money",
		"I paid 1,249 on 2026-01-15 at 12:00:03",
		"call me on +1 555 010 1234 please",
		"created 1768478400 updated 1768478400000",
		"the customer is angry and the order is late",
		"50% of utf_8 files are x86_64",
		"order total 12, 3 items, 12.50% off, version 1.2.3, from 10.0.0.1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scraps s = seen(ROWS[i]);

		if (s.count != 1 || s.items[0].kind != SCRAP_WORD)
			fail_msg("%s\n  taken for: %s [%s]", ROWS[i],
				 scrap_kind_words(s.items[0].kind), s.items[0].text);
	}
}

static void test_recognise_sees_several_things_the_most_telling_first(void **state)
{
	struct scraps s =
		seen("Hi, maria@example.com here (cust_8F3KQ2A). Paid from " ADDR " in " HASH
		     " for order " U1 " and invoice " U2 "; again: order " U1 ".");
	static const enum scrap_kind WANT[] = {SCRAP_UUID,    SCRAP_UUID,  SCRAP_HASH,
					       SCRAP_ADDRESS, SCRAP_EMAIL, SCRAP_CUSTOMER};

	(void)state;
	assert_int_equal(s.count, COUNT(WANT));
	for (size_t i = 0; i < COUNT(WANT); i++)
		assert_int_equal(s.items[i].kind, WANT[i]);
	assert_string_equal(s.items[0].text, U1);
	assert_int_equal(s.items[0].likely, SUBJECT_ORDER);
	assert_int_equal(s.items[1].likely, SUBJECT_INVOICE);
}

static void test_recognise_reads_payment_links_and_shows_no_secret(void **state)
{
	static const char *const ROWS[] = {
		URL,
		"Pay here: <" URL ">.",
		"[pay](" URL ")",
		"https://pay.example.com/pay?session=" PST "&amp;signature=" MAC ".1768478400000",
		"{\"payment_url\":\"https:\\/\\/pay.example.com\\/pay?session=" PST
		"\\u0026signature=" MAC ".1768478400000\"}",
		"https://eu.safelinks.example.com/"
		"?url=https%3A%2F%2Fpay.example.com%2Fpay%3Fsession%3D" PST "%26signature%3D" MAC
		".1768478400000",
		"https://pay.example.com/pay?session=" PST "\r\n&signature=" MAC
		".1768478400000\r\nThanks",
		"https://pay.example.com/pay?session=3D" PST "=\r\n&signature=3D" MAC
		".1768478400000",
		"x-session-token: " PST "\nx-signature: " MAC ".1768478400000",
		"{\"session_token\":\"" PST "\",\"signature\":\"sig_abcdef0123456789\"}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scraps s = seen(ROWS[i]);

		if (s.count == 0 || s.items[0].kind != SCRAP_PAYMENT_URL ||
		    s.items[0].likely != SUBJECT_SESSION || !s.secret ||
		    strcmp(s.pass.token, PST) != 0 || !s.pass.signature[0])
			fail_msg("no link seen in: %s\n  token [%s] signature [%s]", ROWS[i],
				 s.pass.token, s.pass.signature);
		for (size_t k = 0; k < s.count; k++)
			if (strstr(s.items[k].text, "pst_") ||
			    strstr(s.items[k].text, "0123456789abcdef"))
				fail_msg("shown: %s\n  of: %s", s.items[k].text, ROWS[i]);
	}
}

static void test_recognise_never_gives_back_tokens_and_keys(void **state)
{
	static const char *const ROWS[] = {
		PST,
		"token " PST,
		"sig_abcdef0123456789",
		MAC ".1768478400000",
		"x-api-key: sk_live_51H8abcdefgh12345678",
		"Authorization: Bearer abcdef0123456789abcdef",
		"export PEPAY_API_KEY=9b0d1c2e7f3a4c218b5d0a1b2c3d4e5f",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl",
		"https://pay.example.com/pay?session=" PST,
		("signature=" MAC),
		"wst_abcdefgh123456789",
		"rk_live_abcdefgh123456",
		"refused: PST_ABCDEFGH12345",
		"X-Session-Token: abcdefghijklmnop0123",
		"api_key=abcdef0123456789",
		"{\"wallet_session\":\"abcdefghij12\"}",
		"otp: 123456",
		"jwt=abcdef0123456789",
		"Cookie: sid=abcdef0123456789",
		"apikey=abcdef0123456789",
		"token: abcdefghijklmnop0123",
	};
	static const char *const OPEN[] = {
		"token:usdc",
		"session: 9b0d1c2e-7f3a-4c21-8b5d-0a1b2c3d4e5f",
		"session 9b0d1c2e",
		"a cookie, an otp, a token",
		"settlement_token=usdc20",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scraps s = seen(ROWS[i]);

		if (!s.secret)
			fail_msg("not taken for a secret: %s", ROWS[i]);
		for (size_t k = 0; k < s.count; k++)
			if (strlen(s.items[k].text) >= 6 && strstr(ROWS[i], s.items[k].text) &&
			    s.items[k].kind != SCRAP_WORD)
				fail_msg("given back: %s\n  of: %s", s.items[k].text, ROWS[i]);
	}
	for (size_t i = 0; i < COUNT(OPEN); i++) {
		struct scraps s = seen(OPEN[i]);

		if (s.secret)
			fail_msg("taken for a secret: %s", OPEN[i]);
	}
}

static void test_recognise_keeps_the_best_of_very_many(void **state)
{
	struct strbuf sb;
	struct scraps s;

	(void)state;
	strbuf_init(&sb, 1 << 20);
	for (int i = 0; i < 500; i++)
		strbuf_addf(&sb, "cust_%05d maria%d@example.com ", i, i);
	strbuf_addstr(&sb, "evt_1768478400000-17 invoice " U1);
	recognise(&s, sb.buf, sb.len);
	assert_int_equal(s.count, SCRAPS_MAX);
	assert_int_equal(s.items[0].kind, SCRAP_EVENT);
	assert_int_equal(s.items[1].kind, SCRAP_UUID);
	strbuf_release(&sb);
}

/* --- any bytes, quickly ---------------------------------------------------------------------- */

/* 5 ms of processor time where nothing else runs; a second is what only square growth takes. */
#define SLOW_MS 1000

static double took_ms(const char *text, size_t len)
{
	struct timespec a, b;
	struct scraps s;
	double best = 1e9, ms;

	for (int i = 0; i < 3; i++) {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
		recognise(&s, text, len);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
		ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
		best = ms < best ? ms : best;
	}
	return best;
}

static void test_recognise_is_never_slow(void **state)
{
	static const char *const PIECES[] = {
		"a",
		"@",
		"a@",
		"9b0d1c2e-",
		"0x",
		"0x8f3a...",
		"1Z",
		"9400 1118 ",
		"-",
		"_",
		"session=",
		"https://",
		"order: ",
		"&amp;",
		"%3A",
		"=\n",
		"9",
		"1 ",
		"5VERv8NMvzbJMEkV8xnr",
		"customer=",
		"a.a@a",
		"pst_",
		"evt_1",
		".",
		"\n> ",
		"Dear support, I paid invoice " U1 " from " ADDR " yesterday. ",
	};
	const size_t len = 100 * 1024;
	char *text = xmalloc(len + 128);

	(void)state;
	for (size_t p = 0; p < COUNT(PIECES); p++) {
		size_t n = 0, piece = strlen(PIECES[p]);
		double ms;

		while (n < len) {
			memcpy(text + n, PIECES[p], piece);
			n += piece;
		}
		ms = took_ms(text, n);
		if (ms > SLOW_MS)
			fail_msg("100 KB of \"%s\" take %.1f ms", PIECES[p], ms);
	}
	free(text);
}

static void test_recognise_takes_any_bytes(void **state)
{
	static const char *const SEEDS[] = {URL,
					    ADDR,
					    HASH,
					    SOL,
					    "cust_8F3KQ2A",
					    U1,
					    "maria@example.com",
					    "1Z999AA10123456784",
					    "&quot;",
					    "%3D",
					    "=\r\n",
					    "\xe2\x80\xa6",
					    "...",
					    "session=",
					    "order ",
					    "evt_1-1",
					    "\xff\xfe",
					    "://",
					    "signature="};
	struct rng r;
	char text[700];

	(void)state;
	rng_seed(&r, 5);
	for (int round = 0; round < 6000; round++) {
		size_t n = 0, want = 1 + rng_below(&r, 500);
		struct scraps s;

		while (n < want) {
			const char *seed = SEEDS[rng_below(&r, COUNT(SEEDS))];
			size_t from = rng_below(&r, strlen(seed)), to = 1 + rng_below(&r, 40);

			if (rng_below(&r, 3) == 0) {
				text[n++] = (char)rng_below(&r, 256);
				continue;
			}
			for (size_t i = from; seed[i] && i < from + to && n < want; i++)
				text[n++] = seed[i];
		}
		recognise(&s, text, n);
		assert_true(s.count <= SCRAPS_MAX);
		for (size_t i = 0; i < s.count; i++) {
			const struct scrap *it = &s.items[i];

			assert_true(it->kind < SCRAP_KIND_COUNT);
			assert_true(it->at + it->len <= n);
			assert_true(it->text[0] != '\0' && strlen(it->text) < NAME_CAP);
			if (strncmp(it->text, "pst_", 4) == 0 && it->kind != SCRAP_WORD &&
			    it->kind != SCRAP_EMAIL)
				fail_msg("shown: %s", it->text);
		}
	}
}

static void test_recognise_sees_nothing_in_nothing(void **state)
{
	static const char *const ROWS[] = {"",    " \n\t ", "\"\"", "...", "\xe2\x80\x8b",
					   "-_-", "()"};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct scraps s = seen(ROWS[i]);

		if (s.count != 0)
			fail_msg("seen in \"%s\": [%s]", ROWS[i], s.items[0].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recognise_finds_ids_in_what_people_paste),
		cmocka_unit_test(test_recognise_finds_what_chains_write),
		cmocka_unit_test(test_recognise_finds_people_and_parcels),
		cmocka_unit_test(test_recognise_uses_both_ends_however_short),
		cmocka_unit_test(test_recognise_knows_dates_and_beginnings_of_ids),
		cmocka_unit_test(test_recognise_knows_amounts),
		cmocka_unit_test(test_recognise_mends_what_is_mistyped_or_spoken),
		cmocka_unit_test(test_recognise_takes_a_bare_number_for_both),
		cmocka_unit_test(test_recognise_says_when_letters_only_look_latin),
		cmocka_unit_test(test_recognise_takes_no_everyday_text_for_an_id),
		cmocka_unit_test(test_recognise_sees_several_things_the_most_telling_first),
		cmocka_unit_test(test_recognise_reads_payment_links_and_shows_no_secret),
		cmocka_unit_test(test_recognise_never_gives_back_tokens_and_keys),
		cmocka_unit_test(test_recognise_keeps_the_best_of_very_many),
		cmocka_unit_test(test_recognise_is_never_slow),
		cmocka_unit_test(test_recognise_takes_any_bytes),
		cmocka_unit_test(test_recognise_sees_nothing_in_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
