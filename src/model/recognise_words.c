/* Words around an id that say what it is of. */
#include "model/recognise_priv.h"

#include "base/secrets.h"
#include "base/strbuf.h"
#include "model/networks.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX  48
#define PARTS_MAX 6
#define PART_CAP  16

/* Sorted: looked up by bsearch. SUBJECT_EVENT where there is no subject. */
static const struct known {
	char word[PART_CAP];
	enum word_class class;
	enum subject_kind subject;
} KNOWN[] = {
	{"account", WORD_NOUN, SUBJECT_CUSTOMER},
	{"aftership", WORD_TRACKING, SUBJECT_ORDER},
	{"awb", WORD_TRACKING, SUBJECT_ORDER},
	{"basket", WORD_NOUN, SUBJECT_CART},
	{"bestellung", WORD_NOUN, SUBJECT_ORDER},
	{"buyer", WORD_NOUN, SUBJECT_CUSTOMER},
	{"carrier", WORD_TRACKING, SUBJECT_ORDER},
	{"cart", WORD_NOUN, SUBJECT_CART},
	{"carts", WORD_NOUN, SUBJECT_CART},
	{"client", WORD_NOUN, SUBJECT_CUSTOMER},
	{"colis", WORD_TRACKING, SUBJECT_ORDER},
	{"commande", WORD_NOUN, SUBJECT_ORDER},
	{"correlation", WORD_WEAK, SUBJECT_EVENT},
	{"correos", WORD_TRACKING, SUBJECT_ORDER},
	{"cust", WORD_NOUN, SUBJECT_CUSTOMER},
	{"customer", WORD_NOUN, SUBJECT_CUSTOMER},
	{"customers", WORD_NOUN, SUBJECT_CUSTOMER},
	{"deposit", WORD_NOUN, SUBJECT_DEPOSIT},
	{"deposits", WORD_NOUN, SUBJECT_DEPOSIT},
	{"dhl", WORD_TRACKING, SUBJECT_ORDER},
	{"dpd", WORD_TRACKING, SUBJECT_ORDER},
	{"envio", WORD_TRACKING, SUBJECT_ORDER},
	{"event", WORD_WEAK, SUBJECT_EVENT},
	{"evri", WORD_TRACKING, SUBJECT_ORDER},
	{"factura", WORD_NOUN, SUBJECT_INVOICE},
	{"facture", WORD_NOUN, SUBJECT_INVOICE},
	{"fedex", WORD_TRACKING, SUBJECT_ORDER},
	{"gls", WORD_TRACKING, SUBJECT_ORDER},
	{"hermes", WORD_TRACKING, SUBJECT_ORDER},
	{"idempotency", WORD_WEAK, SUBJECT_EVENT},
	{"inv", WORD_NOUN, SUBJECT_INVOICE},
	{"invoice", WORD_NOUN, SUBJECT_INVOICE},
	{"invoices", WORD_NOUN, SUBJECT_INVOICE},
	{"kunde", WORD_NOUN, SUBJECT_CUSTOMER},
	{"kyc", WORD_NOUN, SUBJECT_KYC},
	{"lasership", WORD_TRACKING, SUBJECT_ORDER},
	{"ontrac", WORD_TRACKING, SUBJECT_ORDER},
	{"ord", WORD_NOUN, SUBJECT_ORDER},
	{"order", WORD_NOUN, SUBJECT_ORDER},
	{"orders", WORD_NOUN, SUBJECT_ORDER},
	{"paket", WORD_TRACKING, SUBJECT_ORDER},
	{"parcel", WORD_TRACKING, SUBJECT_ORDER},
	{"pay", WORD_NOUN, SUBJECT_PAYMENT},
	{"payer", WORD_NOUN, SUBJECT_CUSTOMER},
	{"payment", WORD_NOUN, SUBJECT_PAYMENT},
	{"payments", WORD_NOUN, SUBJECT_PAYMENT},
	{"payout", WORD_NOUN, SUBJECT_PAYOUT},
	{"payouts", WORD_NOUN, SUBJECT_PAYOUT},
	{"pedido", WORD_NOUN, SUBJECT_ORDER},
	{"postnl", WORD_TRACKING, SUBJECT_ORDER},
	{"product", WORD_NOUN, SUBJECT_PRODUCT},
	{"products", WORD_NOUN, SUBJECT_PRODUCT},
	{"quote", WORD_WEAK, SUBJECT_EVENT},
	{"rechnung", WORD_NOUN, SUBJECT_INVOICE},
	{"refund", WORD_NOUN, SUBJECT_REFUND},
	{"refunds", WORD_NOUN, SUBJECT_REFUND},
	{"request", WORD_WEAK, SUBJECT_EVENT},
	{"royalmail", WORD_TRACKING, SUBJECT_ORDER},
	{"sagawa", WORD_TRACKING, SUBJECT_ORDER},
	{"sendung", WORD_TRACKING, SUBJECT_ORDER},
	{"shipment", WORD_TRACKING, SUBJECT_ORDER},
	{"span", WORD_WEAK, SUBJECT_EVENT},
	{"trace", WORD_WEAK, SUBJECT_EVENT},
	{"track", WORD_TRACKING, SUBJECT_ORDER},
	{"tracking", WORD_TRACKING, SUBJECT_ORDER},
	{"trackingnumber", WORD_TRACKING, SUBJECT_ORDER},
	{"transfer", WORD_NOUN, SUBJECT_PAYOUT},
	{"ups", WORD_TRACKING, SUBJECT_ORDER},
	{"user", WORD_NOUN, SUBJECT_CUSTOMER},
	{"usps", WORD_TRACKING, SUBJECT_ORDER},
	{"waybill", WORD_TRACKING, SUBJECT_ORDER},
	{"yamato", WORD_TRACKING, SUBJECT_ORDER},
};

/* "invoiceId", "x-session-token", "tx_hash" in their parts, small; those too long are no words. */
static size_t split(const char *s, size_t len, char ret[PARTS_MAX][PART_CAP])
{
	size_t parts = 0, n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char ch = (unsigned char)s[i];
		bool begins = isupper(ch) && i > 0 && islower((unsigned char)s[i - 1]);

		if (ch == '_' || ch == '-' || begins) {
			if (n > 0 && ++parts == PARTS_MAX)
				return parts;
			n = 0;
		}
		if (ch == '_' || ch == '-')
			continue;
		if (n == PART_CAP - 1)
			return 0;
		ret[parts][n++] = (char)tolower(ch);
		ret[parts][n] = '\0';
	}
	return parts + (n > 0);
}

static int compare_known(const void *key, const void *it)
{
	return strcmp(key, ((const struct known *)it)->word);
}

static struct said part_says(const char *part)
{
	const struct known *k = bsearch(part, KNOWN, sizeof(KNOWN) / sizeof(KNOWN[0]),
					sizeof(KNOWN[0]), compare_known);
	const char *network;

	if (k)
		return (struct said){.class = k->class, .subject = k->subject};
	network = network_of_word(part);
	if (network)
		return (struct said){.class = WORD_NETWORK, .network = network};
	return (struct said){.class = WORD_PLAIN};
}

struct said word_says(const char *s, size_t len)
{
	char parts[PARTS_MAX][PART_CAP];
	struct said said = {.class = WORD_PLAIN}, one;
	size_t n;

	if (len < 2 || len > WORD_MAX)
		return said;
	switch (secret_name(s, len)) {
	case SECRET_NAME_ALWAYS:
		return (struct said){.class = WORD_SECRET};
	case SECRET_NAME_OF_MEMBER:
		return (struct said){.class = WORD_MEMBER};
	case SECRET_NAME_NONE:
		break;
	}
	n = split(s, len, parts);
	for (size_t i = 0; i < n; i++) {
		one = part_says(parts[i]);
		if (one.class == WORD_WEAK)
			return one; /* "idempotency_key", "order request" */
		if (one.class != WORD_PLAIN)
			said = one;
	}
	return said;
}

static bool is_evm_form(const struct scrap *s)
{
	return s->text[0] == '0' && (s->text[1] == 'x' || s->text[1] == 'X');
}

void scrap_say(const struct scrap *s, char *ret, size_t cap)
{
	const char *what = scrap_kind_words(s->kind);
	char filter[64];
	size_t n;

	scrap_filter(s, filter, sizeof(filter));

	if ((s->kind == SCRAP_UUID || s->kind == SCRAP_ID) && s->likely != SUBJECT_EVENT)
		str_printf(ret, cap, "id, likely of %s %s",
			   strchr("aeio", subject_word(s->likely)[0]) ? "an" : "a",
			   subject_word(s->likely));
	else if (s->kind == SCRAP_WORD && s->likely == SUBJECT_CUSTOMER)
		str_printf(ret, cap, "word: a name or a customer id?");
	else if (s->network[0])
		str_printf(ret, cap, "%s on %s", what, s->network);
	else if ((s->kind == SCRAP_HASH || s->kind == SCRAP_ADDRESS) && is_evm_form(s))
		str_printf(ret, cap, "%s on ethereum, base, bsc or alike", what);
	else if (s->kind == SCRAP_PART && s->tail[0])
		str_printf(ret, cap, "%s, by both ends", what);
	else if (s->kind == SCRAP_PART && s->short_end)
		str_printf(ret, cap, "part of an id; its end is too short to use");
	else if (s->kind == SCRAP_ID && s->likely == SUBJECT_EVENT && !strchr(s->text, '_'))
		str_printf(ret, cap, "part of an id");
	else if (s->kind == SCRAP_AMOUNT)
		str_printf(ret, cap, "%s%s%s", what, s->currency[0] ? " of " : "", s->currency);
	else
		str_printf(ret, cap, "%s", what);
	n = strlen(ret);
	if (filter[0])
		str_printf(ret + n, cap - n, ": / %s finds it in a list", filter);
	if (s->mended)
		str_printf(ret + n, cap - n, ", with O read as 0 and l as 1");
	else if (s->alike)
		str_printf(ret + n, cap - n, ", with letters that only look Latin");
}

void scrap_filter(const struct scrap *s, char *ret, size_t cap)
{
	ret[0] = '\0';
	if (s->kind == SCRAP_DATE)
		str_printf(ret, cap, "at:%s", s->text);
}
