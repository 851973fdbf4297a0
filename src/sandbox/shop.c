/* People, goods and mishaps. Invented; any likeness is chance. */
#include "sandbox/shop.h"

#include "base/strbuf.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* --- people -------------------------------------------------------------------------------- */

#define FIRSTS 6
#define LASTS  6

static const struct locale {
	const char *country;
	const char *first[FIRSTS];
	const char *last[LASTS];
	const char *street, *city, *state, *zip;
} locales[] = {
	{"US",
	 {"Maya", "Owen", "Tessa", "Darnell", "Ruth", "Wes"},
	 {"Calloway", "Brandt", "Okafor", "Whitfield", "Sorensen", "Vance"},
	 "418 Juniper St",
	 "Portland",
	 "OR",
	 "97205"},
	{"CA",
	 {"Élise", "Noah", "Aurélie", "Gavin", "Simone", "Tariq"},
	 {"Tremblay", "Lavoie", "MacRae", "Côté", "Pelletier", "Singh"},
	 "77 rue Saint-Viateur",
	 "Montréal",
	 "QC",
	 "H2T 1A8"},
	{"MX",
	 {"Ximena", "Andrés", "Lucía", "Íñigo", "Paola", "Rubén"},
	 {"Cárdenas", "Núñez", "Villaseñor", "Ibarra", "Quintero", "Peña"},
	 "Av. Ámsterdam 240",
	 "Ciudad de México",
	 "CDMX",
	 "06100"},
	{"BR",
	 {"João", "Beatriz", "Thiago", "Antônia", "Caio", "Letícia"},
	 {"Gonçalves", "Araújo", "Moreira", "Simões", "Brandão", "Teixeira"},
	 "Rua Augusta 1508",
	 "São Paulo",
	 "SP",
	 "01304-001"},
	{"GB",
	 {"Imogen", "Callum", "Priya", "Rhys", "Fiona", "Desmond"},
	 {"Ashworth", "Pryce", "Mackintosh", "Hargreaves", "Oyelaran", "Blythe"},
	 "12 Harcourt Row",
	 "Bristol",
	 "",
	 "BS1 5TJ"},
	{"DE",
	 {"Jörg", "Annika", "Käthe", "Björn", "Mareike", "Uwe"},
	 {"Müller-Lüdenscheidt", "Krause", "Schröder", "Weiß", "Böhm", "Voigt"},
	 "Schönhauser Allee 61",
	 "Berlin",
	 "",
	 "10437"},
	{"FR",
	 {"Zoé", "Théo", "Maëlys", "Régis", "Inès", "Benoît"},
	 {"Lefèvre", "D'Aubigné", "Garnier", "Noël", "Chevallier", "Marchand"},
	 "9 rue des Abbesses",
	 "Paris",
	 "",
	 "75018"},
	{"ES",
	 {"Iñaki", "Marta", "Begoña", "Óscar", "Núria", "Tomás"},
	 {"Echeverría", "Muñoz", "Ferrer", "Ibáñez", "Puig", "Castaño"},
	 "Carrer de Mallorca 310",
	 "Barcelona",
	 "",
	 "08037"},
	{"PL",
	 {"Łukasz", "Zofia", "Grażyna", "Paweł", "Świętosława", "Jan"},
	 {"Wójcik", "Dąbrowska", "Żurek", "Kowal", "Brzęczyszczykiewicz", "Mazur"},
	 "ul. Piękna 24",
	 "Warszawa",
	 "",
	 "00-549"},
	{"TR",
	 {"Çağla", "Emre", "Şule", "Oğuz", "İpek", "Barış"},
	 {"Yıldız", "Öztürk", "Aydın", "Güneş", "Kılıç", "Şahin"},
	 "İstiklal Cad. 88",
	 "İstanbul",
	 "",
	 "34433"},
	{"NG",
	 {"Adaeze", "Tunde", "Ngozi", "Ifeanyi", "Zainab", "Segun"},
	 {"Adéyẹmí", "Nwosu", "Balogun", "Eze", "Danjuma", "Okonkwo"},
	 "5 Broad Street",
	 "Lagos",
	 "LA",
	 "101233"},
	{"IN",
	 {"Ananya", "Rohan", "Lakshmi", "Vikram", "Meera", "Sanjay"},
	 {"Iyer", "Chatterjee", "Patil", "Krishnamurthy", "Bhatt", "Rao"},
	 "14 MG Road",
	 "Bengaluru",
	 "KA",
	 "560001"},
	{"SG",
	 {"Wei Ling", "Farid", "Hui Min", "Arun", "Jia Hao", "Nadia"},
	 {"Tan", "Rahman", "Ong", "Pillai", "Koh", "Lim"},
	 "21 Tanjong Pagar Rd",
	 "Singapore",
	 "",
	 "088444"},
	{"JP",
	 {"Haruka", "Kenji", "Aoi", "Ｍｉｋａ", "Sōta", "Yūko"},
	 {"Ōtsuka", "Nakagawa", "Ｓａｔｏ", "Hayashi", "Kobayashi", "Fujimoto"},
	 "3-8-1 Nishi-Shinjuku",
	 "Tōkyō",
	 "",
	 "160-0023"},
	{"AU",
	 {"Matilda", "Lachlan", "Aroha", "Jarrah", "Sophie", "Dimitri"},
	 {"Hartigan", "Nguyen", "Doyle", "Papadopoulos", "Kelleher", "Frost"},
	 "60 Lygon St",
	 "Melbourne",
	 "VIC",
	 "3053"},
	{"KW",
	 {"Dana", "Yousef", "Noura", "Faisal", "Maryam", "Khaled"},
	 {"Al-Sabeeh", "Al-Mutairi", "Al-Rashidi", "Al-Enezi", "Behbehani", "Al-Fadhli"},
	 "Block 4, Salem Mubarak St",
	 "Salmiya",
	 "",
	 "22004"},
};

#define PER_LOCALE ((size_t)FIRSTS * LASTS)

size_t shop_person_count(void)
{
	return COUNT(locales) * PER_LOCALE;
}

/* splitmix64's finaliser: neighbours get unlike ids. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

static void customer_id(size_t index, char *buf, size_t cap)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t bits = mix(index + 1);
	char code[8];

	for (size_t i = 0; i < 7; i++, bits >>= 5)
		code[i] = alphabet[bits & 31];
	code[7] = '\0';
	str_printf(buf, cap, "cust_%s", code);
}

/* Neighbouring indices live in different countries, so that any run of people is a mixed crowd. */
void shop_person(size_t index, struct shop_person *ret)
{
	const struct locale *l = &locales[index % COUNT(locales)];
	size_t within = index / COUNT(locales) % PER_LOCALE;

	*ret = (struct shop_person){
		.first = l->first[within % FIRSTS],
		.last = l->last[(within + within / FIRSTS) % LASTS],
		.street = l->street,
		.city = l->city,
		.state = l->state,
		.zip = l->zip,
		.country = l->country,
	};
	customer_id(index, ret->customer_id, sizeof(ret->customer_id));
	str_printf(ret->legal_name, sizeof(ret->legal_name), "%s %s", ret->first, ret->last);
	str_printf(ret->email, sizeof(ret->email), "%s@mail.example", ret->customer_id + 5);
}

/* --- goods ------------------------------------------------------------------------------------ */

static const struct shop_product products[] = {
	{"B0KET1L7", "Gooseneck kettle 1.0 L, brushed steel", "amazon", 64950},
	{"B0GRND22", "Conical burr coffee grinder", "amazon", 139000},
	{"B0HDPH90", "Over-ear headphones, noise cancelling", "bestbuy", 249990},
	{"B0USBC10", "USB-C cable 2 m, braided (2-pack)", "amazon", 15990},
	{"B0DESK47", "Standing desk 140 × 70 cm, oak", "walmart", 389000},
	{"B0LAMP03", "Desk lamp, dimmable, warm white", "target", 42500},
	{"B0BPCK28", "Commuter backpack 28 L", "amazon", 89900},
	{"B0TENT2P", "Two-person trekking tent", "ebay", 219500},
	{"B0BIKE01", "Bicycle repair stand, foldable", "amazon", 74250},
	{"B0RUNS42", "Trail running shoes, size 42", "target", 118000},
	{"B0YOGA60", "Yoga mat 6 mm, natural rubber", "target", 38990},
	{"B0PANX26", "Cast-iron skillet 26 cm", "walmart", 34900},
	{"B0KNIF20", "Chef's knife 20 cm", "amazon", 79900},
	{"B0SSD2TB", "Portable SSD 2 TB", "bestbuy", 169990},
	{"B0MONI27", "27-inch monitor, 1440p", "bestbuy", 299000},
	{"B0KEYB75", "Mechanical keyboard, 75 %", "amazon", 129500},
	{"B0MOUS11", "Vertical mouse, wireless", "amazon", 45990},
	{"B0CAMR50", "50 mm f/1.8 lens", "ebay", 189000},
	{"B0FLTR99", "HEPA air purifier filter", "walmart", 29990},
	{"B0TOYB36", "Wooden building blocks, 36 pieces", "target", 27500},
	{"B0BOOKC1", "The Café at the End of the Line (paperback)", "amazon", 14950},
	{"B0NOTE05", "Dotted notebooks A5 (5-pack)", "other", 23900},
	{"B0SEAT12", "Child car seat, 9–36 kg", "walmart", 159000},
	{"B0TEAB80", "Sencha loose-leaf tea 80 g ＵＪＩ", "other", 18750},
	{"B0SOLR20", "Foldable solar panel 20 W", "ebay", 94900},
	{"B0SPKR04", "Bluetooth speaker, waterproof", "bestbuy", 59990},
};

const struct shop_product *shop_products(size_t *ret_count)
{
	*ret_count = COUNT(products);
	return products;
}

static const struct shop_charge charges[] = {
	{"Basket at the web shop", "web", 49990, 1},
	{"Basket at the web shop", "web", 18450, 3},
	{"Click & collect", "pos", 27900, 2},
	{"Espresso machine, refurbished", "web", 1249000, 1},
	{"Gift card", "web", 25000, 4},
	{"Spare parts", "phone", 83200, 2},
	{"Ticket: Sunday roasting class", "web", 65000, 2},
	{"Starter plan, monthly", "subscription", 9990, 1},
	{"Team plan, monthly", "subscription", 29000, 5},
	{"Studio plan, yearly", "subscription", 348000, 1},
	{"Bean club, quarterly", "subscription", 57000, 1},
	{"Support retainer, November", "b2b", 1250000, 2},
	{"Pallet of green coffee, 18 bags", "b2b", 6174000, 2},
	{"Fit-out deposit, café Šárka", "b2b", 12480000, 1},
	{"API usage over quota", "b2b", 412375, 1},
	{"Freight Rotterdam–Kraków", "b2b", 3750500, 1},
	{"Consulting, 3 days", "b2b", 2700000, 1},
	{"Workshop hire", "pos", 180000, 1},
	{"Tip jar", "pos", 3500, 3},
	{"Digital download: field recordings", "web", 7000, 1},
};

const struct shop_charge *shop_charges(size_t *ret_count)
{
	*ret_count = COUNT(charges);
	return charges;
}

/* --- mishaps --- */

static const struct shop_failure payout_failures[] = {
	{"account_closed", "The beneficiary account is closed"},
	{"beneficiary_name_mismatch", "The account holder's name does not match"},
	{"invalid_account_number", "The bank knows no such account"},
	{"bank_offline", "The receiving bank did not answer in time"},
	{"limit_exceeded", "The amount is above the rail's limit"},
};

const struct shop_failure *shop_payout_failures(size_t *ret_count)
{
	*ret_count = COUNT(payout_failures);
	return payout_failures;
}

static const struct shop_failure payout_returns[] = {
	{"beneficiary_refused", "The beneficiary sent the money back"},
	{"account_dormant", "The account is dormant; the bank returned the money"},
};

const struct shop_failure *shop_payout_returns(size_t *ret_count)
{
	*ret_count = COUNT(payout_returns);
	return payout_returns;
}

static const char *const kyc_rejections[] = {"The document is not legible",
					     "The document has expired",
					     "The name differs from the document",
					     "The selfie does not match the document"};

const char *const *shop_kyc_rejections(size_t *ret_count)
{
	*ret_count = COUNT(kyc_rejections);
	return kyc_rejections;
}

static const char *const carriers[] = {"UPS",      "DHL",        "Correios",
				       "PostNord", "Royal Mail", "Yamato"};

const char *const *shop_carriers(size_t *ret_count)
{
	*ret_count = COUNT(carriers);
	return carriers;
}

static const char *const networks[] = {"base",     "base",      "base", "solana",  "solana",
				       "ethereum", "ethereum",  "bsc",  "bsc",     "arbitrum",
				       "optimism", "avalanche", "ton",  "cardano", "sui"};

const char *const *shop_networks(size_t *ret_count)
{
	*ret_count = COUNT(networks);
	return networks;
}
