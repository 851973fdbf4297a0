/* Countries, currencies, rails and banks. Rates are of no particular day. */
#include "sandbox/shop.h"

#include "base/strbuf.h"

#define SEPA                                        \
	{                                           \
		"sepa_instant", "sepa_credit", NULL \
	}

static const struct shop_corridor corridors[] = {
	{"US",
	 "United States",
	 "USD",
	 2,
	 10000,
	 {"ach", "rtp", "wire"},
	 {"First Prairie Bank", "Harbor National", "Copperline Credit Union"}},
	{"CA",
	 "Canada",
	 "CAD",
	 2,
	 13890,
	 {"eft", "interac", NULL},
	 {"Banque du Saint-Laurent", "Maple Trust", "Pacific Shield Bank"}},
	{"MX",
	 "Mexico",
	 "MXN",
	 2,
	 184200,
	 {"spei", NULL},
	 {"Banco del Bajío Norte", "Banca Azteca Nueva", "Banco Mirador"}},
	{"BR",
	 "Brazil",
	 "BRL",
	 2,
	 54300,
	 {"pix", "ted", NULL},
	 {"Banco São Jorge", "Banco Itamaraju", "Nova Conta Digital"}},
	{"AR", "Argentina", "ARS", 2, 14350000, {"cvu", NULL}, {"Banco del Plata Sur", NULL}},
	{"CL", "Chile", "CLP", 0, 9480000, {"tef", NULL}, {"Banco Cordillera", NULL}},
	{"CO",
	 "Colombia",
	 "COP",
	 2,
	 40800000,
	 {"pse", "ach_co", NULL},
	 {"Banco de la Sabana", NULL}},
	{"PE", "Peru", "PEN", 2, 35600, {"cce", NULL}, {"Banco Andino del Perú", NULL}},
	{"GB",
	 "United Kingdom",
	 "GBP",
	 2,
	 7610,
	 {"faster_payments", "bacs", "chaps"},
	 {"Thames & Avon Bank", "Northgate Building Society", "Kestrel Bank"}},
	{"DE",
	 "Germany",
	 "EUR",
	 2,
	 8640,
	 SEPA,
	 {"Volksbank Grünau", "Elbe Privatbank", "Sparkasse Königstal"}},
	{"FR", "France", "EUR", 2, 8640, SEPA, {"Crédit de l'Estérel", "Banque Rhône-Océan", NULL}},
	{"ES", "Spain", "EUR", 2, 8640, SEPA, {"Caja Peñalba", "Banco Montseny", NULL}},
	{"IT", "Italy", "EUR", 2, 8640, SEPA, {"Banca di Valdarno", "Cassa Lagunare", NULL}},
	{"NL", "Netherlands", "EUR", 2, 8640, SEPA, {"Waterlandse Bank", NULL}},
	{"PT", "Portugal", "EUR", 2, 8640, SEPA, {"Banco do Mondego", NULL}},
	{"IE", "Ireland", "EUR", 2, 8640, SEPA, {"Liffey Bank", NULL}},
	{"PL",
	 "Poland",
	 "PLN",
	 2,
	 36700,
	 {"elixir", "blik", NULL},
	 {"Bank Żuławski", "Wiślany Bank Spółdzielczy", NULL}},
	{"SE", "Sweden", "SEK", 2, 95200, {"bankgirot", NULL}, {"Mälarbanken", NULL}},
	{"NO", "Norway", "NOK", 2, 100800, {"nics", NULL}, {"Fjordbanken", NULL}},
	{"DK", "Denmark", "DKK", 2, 64500, {"straksclearing", NULL}, {"Østersø Bank", NULL}},
	{"CH", "Switzerland", "CHF", 2, 8060, {"sic", NULL}, {"Kantonalbank Rhäzüns", NULL}},
	{"CZ", "Czechia", "CZK", 2, 210500, {"certis", NULL}, {"Vltavská banka", NULL}},
	{"TR",
	 "Türkiye",
	 "TRY",
	 2,
	 421000,
	 {"fast_tr", NULL},
	 {"Boğaziçi Ticaret Bankası", "Anadolu Yıldız Bank", NULL}},
	{"NG",
	 "Nigeria",
	 "NGN",
	 2,
	 14480000,
	 {"nip", NULL},
	 {"Sahel Merchant Bank", "Lagoon Bank", NULL}},
	{"KE", "Kenya", "KES", 2, 1295000, {"pesalink", NULL}, {"Rift Valley Commercial", NULL}},
	{"GH", "Ghana", "GHS", 2, 109000, {"ghipss", NULL}, {"Volta Savings", NULL}},
	{"ZA",
	 "South Africa",
	 "ZAR",
	 2,
	 173000,
	 {"payshap", "eft_za", NULL},
	 {"Drakensberg Bank", NULL}},
	{"EG", "Egypt", "EGP", 2, 474000, {"instapay_eg", NULL}, {"Delta Commercial Bank", NULL}},
	{"KW", "Kuwait", "KWD", 3, 3071, {"knet", NULL}, {"Gulf Pearl Bank", NULL}},
	{"BH", "Bahrain", "BHD", 3, 3770, {"fawri", NULL}, {"Dilmun Bank", NULL}},
	{"AE",
	 "United Arab Emirates",
	 "AED",
	 2,
	 36725,
	 {"uaefts", "aani", NULL},
	 {"Dune Bank", NULL}},
	{"IN",
	 "India",
	 "INR",
	 2,
	 889000,
	 {"upi", "imps", "neft"},
	 {"Deccan Commerce Bank", "Sahyadri Bank", "Ganga Co-operative"}},
	{"SG",
	 "Singapore",
	 "SGD",
	 2,
	 12960,
	 {"fast", "giro", NULL},
	 {"Straits Pacific Bank", NULL}},
	{"MY", "Malaysia", "MYR", 2, 41300, {"duitnow", NULL}, {"Bank Selat", NULL}},
	{"ID", "Indonesia", "IDR", 2, 166900000, {"bi_fast", NULL}, {"Bank Nusantara Jaya", NULL}},
	{"PH",
	 "Philippines",
	 "PHP",
	 2,
	 588000,
	 {"instapay", "pesonet", NULL},
	 {"Banko Mabini", NULL}},
	{"TH", "Thailand", "THB", 2, 324000, {"promptpay", NULL}, {"Chao Phraya Bank", NULL}},
	{"VN", "Vietnam", "VND", 0, 263500000, {"napas247", NULL}, {"Ngân hàng Sông Hồng", NULL}},
	{"JP",
	 "Japan",
	 "JPY",
	 0,
	 1563000,
	 {"zengin", NULL},
	 {"Aozora Minato Bank", "Kaede Shinkin", NULL}},
	{"KR", "South Korea", "KRW", 0, 14700000, {"kftc", NULL}, {"Hangang Bank", NULL}},
	{"AU",
	 "Australia",
	 "AUD",
	 2,
	 15450,
	 {"npp", "becs", NULL},
	 {"Southern Cross Mutual", "Wattle Bank", NULL}},
	{"NZ", "New Zealand", "NZD", 2, 17800, {"sbi", NULL}, {"Kauri Savings Bank", NULL}},
};

#define CORRIDORS (sizeof(corridors) / sizeof(corridors[0]))

const struct shop_corridor *shop_corridors(size_t *ret_count)
{
	*ret_count = CORRIDORS;
	return corridors;
}

const struct shop_corridor *shop_corridor(const char *country)
{
	for (size_t i = 0; i < CORRIDORS; i++)
		if (str_equal(corridors[i].country, country))
			return &corridors[i];
	return NULL;
}

/* Thousandths, and the rate's four decimals, against the currency's own. */
static int64_t divisor(const struct shop_corridor *c)
{
	int64_t divide = 10000000;

	for (int i = 0; i < c->exponent; i++)
		divide /= 10;
	return divide;
}

/* 10^9 thousandths at 10^8.5 fits. */
int64_t shop_convert(const struct shop_corridor *c, int64_t usd_millis, int64_t rate_e4)
{
	return usd_millis * rate_e4 / divisor(c);
}

int64_t shop_convert_up(const struct shop_corridor *c, int64_t usd_millis, int64_t rate_e4)
{
	int64_t divide = divisor(c);

	return (usd_millis * rate_e4 + divide - 1) / divide;
}

int64_t shop_fee(int64_t usd_millis)
{
	return usd_millis / 200 / 10 * 10 + 500;
}
