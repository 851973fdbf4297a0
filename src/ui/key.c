#include "ui/key.h"

#include "base/strbuf.h"
#include "base/text.h"

static const struct {
	uint32_t code;
	const char *name;
} key_names[] = {
	{KEYC_TAB, "Tab"},
	{KEYC_ENTER, "Enter"},
	{KEYC_ESC, "Esc"},
	{KEYC_SPACE, "Space"},
	{KEYC_BACKSPACE, "Backspace"},
	{KEYC_UP, "Up"},
	{KEYC_DOWN, "Down"},
	{KEYC_LEFT, "Left"},
	{KEYC_RIGHT, "Right"},
	{KEYC_HOME, "Home"},
	{KEYC_END, "End"},
	{KEYC_PGUP, "PgUp"},
	{KEYC_PGDN, "PgDn"},
	{KEYC_INSERT, "Insert"},
	{KEYC_DELETE, "Delete"},
	{KEYC_BACKTAB, "S-Tab"},
	{KEYC_F1, "F1"},
	{KEYC_F2, "F2"},
	{KEYC_F3, "F3"},
	{KEYC_F4, "F4"},
	{KEYC_F5, "F5"},
	{KEYC_F6, "F6"},
	{KEYC_F7, "F7"},
	{KEYC_F8, "F8"},
	{KEYC_F9, "F9"},
	{KEYC_F10, "F10"},
	{KEYC_F11, "F11"},
	{KEYC_F12, "F12"},
};

/* Not for key files: what the terminal tells rather than what a finger presses. */
static const struct {
	uint32_t code;
	const char *name;
} notice_names[] = {
	{KEYC_NONE, "None"},          {KEYC_RESIZE, "(resize)"}, {KEYC_PASTE, "(paste)"},
	{KEYC_PASTE_END, "(pasted)"}, {KEYC_MOUSE, "(mouse)"},   {KEYC_GONE, "(gone)"},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Surrogates are no characters. */
static bool key_is_character(uint32_t code)
{
	return code > KEYC_SPACE && code != KEYC_BACKSPACE && code < KEYC_UP &&
	       (code < 0xd800 || code > 0xdfff) && utf8_width(code) >= 0;
}

static bool key_parse_code(const char *name, uint32_t *ret_code)
{
	for (size_t i = 0; i < COUNT(key_names); i++) {
		if (strcmp(key_names[i].name, name) == 0) {
			*ret_code = key_names[i].code;
			return true;
		}
	}
	size_t len = strlen(name), used;
	if (!len || !utf8_valid(name, len))
		return false;
	uint32_t code = utf8_decode(name, len, &used);
	if (used != len || !key_is_character(code))
		return false;
	*ret_code = code;
	return true;
}

enum status key_parse(const char *name, struct key *ret)
{
	struct key k = {0};
	if (!name)
		return E_INVALID;
	if (str_starts_with(name, "C-") && name[2]) {
		k.ctrl = true;
		name += 2;
	}
	if (!key_parse_code(name, &k.code))
		return E_INVALID;
	/* A terminal sends the same byte for C-a and C-A. */
	if (k.ctrl && k.code >= 'A' && k.code <= 'Z')
		k.code += 'a' - 'A';
	*ret = k;
	return S_OK;
}

static size_t utf8_encode(uint32_t code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | (code >> 6));
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | (code >> 12));
		out[1] = (char)(0x80 | ((code >> 6) & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | (code >> 18));
	out[1] = (char)(0x80 | ((code >> 12) & 0x3f));
	out[2] = (char)(0x80 | ((code >> 6) & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

size_t key_utf8(struct key k, char out[4])
{
	return key_is_text(k) ? utf8_encode(k.code, out) : 0;
}

const char *key_to_name(struct key k, char buf[KEY_NAME_CAP])
{
	const char *prefix = k.ctrl ? "C-" : "";
	for (size_t i = 0; i < COUNT(key_names); i++) {
		if (key_names[i].code == k.code) {
			(void)str_printf(buf, KEY_NAME_CAP, "%s%s", prefix, key_names[i].name);
			return buf;
		}
	}
	for (size_t i = 0; i < COUNT(notice_names); i++) {
		if (notice_names[i].code == k.code) {
			(void)str_copy(buf, KEY_NAME_CAP, notice_names[i].name);
			return buf;
		}
	}
	if (!key_is_character(k.code)) {
		(void)str_printf(buf, KEY_NAME_CAP, "%s<%X>", prefix, (unsigned)k.code);
		return buf;
	}
	char bytes[5] = {0};
	utf8_encode(k.code, bytes);
	(void)str_printf(buf, KEY_NAME_CAP, "%s%s", prefix, bytes);
	return buf;
}

bool key_equal(struct key a, struct key b)
{
	return a.code == b.code && a.ctrl == b.ctrl;
}

bool key_is_text(struct key k)
{
	return !k.ctrl && (k.code == KEYC_SPACE || key_is_character(k.code));
}
