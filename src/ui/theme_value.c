/*
 * The right-hand sides of a theme file.
 */
#include "ui/theme_spec.h"

#include "base/strbuf.h"

static const char *const palette_names[16] = {
	"black",        "red",           "green",       "yellow",         "blue",
	"magenta",      "cyan",          "white",       "bright-black",   "bright-red",
	"bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
	"bright-white",
};

static const struct {
	const char *name;
	unsigned bit;
} attributes[] = {
	{"bold", PAINT_BOLD},           {"dim", PAINT_DIM},         {"italic", PAINT_ITALIC},
	{"underline", PAINT_UNDERLINE}, {"reverse", PAINT_REVERSE},
};

static enum status color_parse_hex(const char *digits, struct color *ret)
{
	int32_t rgb = 0;
	if (strlen(digits) != 6)
		return E_INVALID;
	for (; *digits; digits++) {
		int d = hex_digit_value(*digits);
		if (d < 0)
			return E_INVALID;
		rgb = rgb * 16 + d;
	}
	*ret = (struct color){COLOR_RGB, rgb};
	return S_OK;
}

enum status color_parse(const char *word, struct color *ret)
{
	if (word[0] == '#')
		return color_parse_hex(word + 1, ret);
	if (strcmp(word, "default") == 0) {
		*ret = (struct color){COLOR_DEFAULT, -1};
		return S_OK;
	}
	for (int i = 0; i < 16; i++) {
		if (strcmp(word, palette_names[i]) == 0) {
			*ret = (struct color){COLOR_INDEX, i};
			return S_OK;
		}
	}
	return E_INVALID;
}

static unsigned attribute_bit(const char *word)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		if (strcmp(attributes[i].name, word) == 0)
			return attributes[i].bit;
	}
	return 0;
}

/* Where in "colour, on colour, attributes" the words have got to. */
enum place { AT_START, AFTER_FG, AFTER_ON, AFTER_BG };

static enum status role_spec_word(struct role_spec *spec, const char *word, enum place *at)
{
	unsigned bit = attribute_bit(word);
	enum status st = E_INVALID;

	if (bit && *at != AFTER_ON) {
		spec->attrs |= bit;
		*at = AFTER_BG;
		st = S_OK;
	} else if (strcmp(word, "on") == 0 && (*at == AT_START || *at == AFTER_FG)) {
		*at = AFTER_ON;
		st = S_OK;
	} else if (*at == AT_START) {
		st = color_parse(word, &spec->fg);
		*at = AFTER_FG;
	} else if (*at == AFTER_ON) {
		st = color_parse(word, &spec->bg);
		*at = AFTER_BG;
	}
	return st;
}

enum status role_spec_parse(const char *value, struct role_spec *ret)
{
	struct role_spec spec = {.set = true, .fg = {COLOR_DEFAULT, -1}, .bg = {COLOR_DEFAULT, -1}};
	enum place at = AT_START;
	size_t words = 0;

	while (*(value += strspn(value, " \t"))) {
		char word[24];
		size_t len = strcspn(value, " \t");
		if (!str_printf(word, sizeof(word), "%.*s", (int)len, value))
			return E_INVALID;
		enum status st = role_spec_word(&spec, word, &at);
		if (st != S_OK)
			return st;
		value += len;
		words++;
	}
	if (!words || at == AFTER_ON)
		return E_INVALID;
	*ret = spec;
	return S_OK;
}
