#include "sandbox/us_states.h"

#include "base/strbuf.h"

/* clang-format off */
static const struct us_state states[] = {
	{"AL", 350, 369, 4000}, {"AK", 995, 999, 0},    {"AZ", 850, 865, 5600}, {"AR", 716, 729, 6500},
	{"CA", 900, 961, 7250}, {"CO", 800, 816, 2900}, {"CT", 60, 69, 6350},   {"DE", 197, 199, 0},
	{"DC", 200, 205, 6000}, {"FL", 320, 349, 6000}, {"GA", 300, 319, 4000}, {"GA", 398, 399, 4000},
	{"HI", 967, 968, 4000}, {"ID", 832, 838, 6000}, {"IL", 600, 629, 6250}, {"IN", 460, 479, 7000},
	{"IA", 500, 528, 6000}, {"KS", 660, 679, 6500}, {"KY", 400, 427, 6000}, {"LA", 700, 714, 5000},
	{"ME", 39, 49, 5500},   {"MD", 206, 219, 6000}, {"MA", 10, 27, 6250},   {"MI", 480, 499, 6000},
	{"MN", 550, 567, 6875}, {"MS", 386, 397, 7000}, {"MO", 630, 658, 4225}, {"MT", 590, 599, 0},
	{"NE", 680, 693, 5500}, {"NV", 889, 898, 6850}, {"NH", 30, 38, 0},      {"NJ", 70, 89, 6625},
	{"NM", 870, 884, 4875}, {"NY", 100, 149, 4000}, {"NC", 270, 289, 4750}, {"ND", 580, 588, 5000},
	{"OH", 430, 459, 5750}, {"OK", 730, 749, 4500}, {"OR", 970, 979, 0},    {"PA", 150, 196, 6000},
	{"RI", 28, 29, 7000},   {"SC", 290, 299, 6000}, {"SD", 570, 577, 4200}, {"TN", 370, 385, 7000},
	{"TX", 750, 799, 6250}, {"UT", 840, 847, 4850}, {"VT", 50, 59, 6000},   {"VA", 220, 246, 5300},
	{"PR", 6, 9, 0},        {"AE", 90, 98, 0},      {"AP", 962, 966, 0},    {"NY", 5, 5, 4000},
	{"WA", 980, 994, 6500}, {"WV", 247, 268, 6000}, {"WI", 530, 549, 5000}, {"WY", 820, 831, 4000},
};
/* clang-format on */

static bool us_zip_valid(const char *zip)
{
	size_t digits = strspn(zip, "0123456789");

	if (digits != 5)
		return false;
	if (!zip[5])
		return true;
	return zip[5] == '-' && strspn(zip + 6, "0123456789") == 4 && !zip[10];
}

const struct us_state *us_state_of_zip(const char *zip)
{
	int prefix;

	if (!us_zip_valid(zip))
		return NULL;
	prefix = (zip[0] - '0') * 100 + (zip[1] - '0') * 10 + (zip[2] - '0');
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (prefix >= states[i].zip_from && prefix <= states[i].zip_to)
			return &states[i];
	return NULL;
}
