#include "ui/term_keys.h"

#include "base/text.h"

#define ESC          0x1b
#define BEL          0x07
#define CAN          0x18
#define SUB          0x1a
#define CSI_MAX      48
#define MOUSE_REPORT 6 /* ESC [ M and three bytes */
#define MOUSE_MAX    9999

static const char paste_end[] = "\x1b[201~";

/* Final byte of "ESC [ … X" and "ESC O X". */
static const struct {
	char final;
	uint32_t code;
} letters[] = {
	{'A', KEYC_UP},  {'B', KEYC_DOWN}, {'C', KEYC_RIGHT}, {'D', KEYC_LEFT}, {'H', KEYC_HOME},
	{'F', KEYC_END}, {'P', KEYC_F1},   {'Q', KEYC_F2},    {'R', KEYC_F3},   {'S', KEYC_F4},
};

/* n of "ESC [ n ~". */
static const uint32_t tildes[] = {
	[1] = KEYC_HOME, [2] = KEYC_INSERT, [3] = KEYC_DELETE, [4] = KEYC_END,  [5] = KEYC_PGUP,
	[6] = KEYC_PGDN, [7] = KEYC_HOME,   [8] = KEYC_END,    [11] = KEYC_F1,  [12] = KEYC_F2,
	[13] = KEYC_F3,  [14] = KEYC_F4,    [15] = KEYC_F5,    [17] = KEYC_F6,  [18] = KEYC_F7,
	[19] = KEYC_F8,  [20] = KEYC_F9,    [21] = KEYC_F10,   [23] = KEYC_F11, [24] = KEYC_F12,
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void keys_init(struct term_keys *k)
{
	memset(k, 0, sizeof(*k));
}

void keys_add(struct term_keys *k, const char *bytes, uint32_t code)
{
	size_t len = strlen(bytes);
	if (bytes[0] != ESC || len < 3 || len > TERM_KEYS_EXTRA_CAP ||
	    k->extra_count == TERM_KEYS_EXTRA_MAX)
		return;
	memcpy(k->extra[k->extra_count].bytes, bytes, len);
	k->extra[k->extra_count].len = len;
	k->extra[k->extra_count++].code = code;
}

size_t keys_room(struct term_keys *k)
{
	if (k->at) {
		memmove(k->in, k->in + k->at, k->end - k->at);
		k->end -= k->at;
		k->at = 0;
	}
	return sizeof(k->in) - k->end;
}

void keys_feed(struct term_keys *k, const void *bytes, size_t len)
{
	size_t room = keys_room(k);
	len = len < room ? len : room;
	memcpy(k->in + k->end, bytes, len);
	k->end += len;
}

static size_t keys_left(const struct term_keys *k)
{
	return k->end - k->at;
}

static enum keys_result keys_emit(struct term_keys *k, size_t used, struct key key, struct key *ret)
{
	k->at += used;
	*ret = key;
	return KEYS_KEY;
}

/* Nothing to tell of these bytes; the caller looks at what follows. */
static enum keys_result keys_skip(struct term_keys *k, size_t used)
{
	k->at += used;
	return KEYS_NONE;
}

int keys_wait_ms(const struct term_keys *k)
{
	bool sure = k->in_string || k->in_csi || keys_left(k) > 2;
	return sure ? TERM_SEQUENCE_WAIT_MS : TERM_ESC_WAIT_MS;
}

/* --- control sequences ------------------------------------------------------- */

struct csi {
	bool odd; /* a private marker, an intermediate byte, or more than two numbers */
	unsigned numbers[2];
	size_t count;
	char final;
};

static void csi_parse(struct csi *c, const unsigned char *s, size_t len)
{
	*c = (struct csi){.final = (char)s[len - 1]};
	for (size_t i = 0; i + 1 < len; i++) {
		if (s[i] == ';')
			c->count += c->count < 3;
		else if (s[i] >= '0' && s[i] <= '9' && c->count < 2)
			c->numbers[c->count] = (c->numbers[c->count] * 10 + (s[i] - '0')) % 10000;
		else
			c->odd = true;
	}
	c->count += len > 1;
	c->odd = c->odd || c->count > 2;
}

/* xterm's modifiers: 1 + shift 1, alt 2, ctrl 4. With Alt it is no key of ours. */
static bool csi_modifiers(const struct csi *c, struct key *key)
{
	unsigned bits = c->count == 2 && c->numbers[1] ? c->numbers[1] - 1 : 0;
	key->ctrl = bits & 4;
	return !(bits & ~5u);
}

static uint32_t csi_code(const struct csi *c)
{
	if (c->final == '~')
		return c->numbers[0] < COUNT(tildes) ? tildes[c->numbers[0]] : KEYC_NONE;
	if (c->final == 'Z')
		return c->count == 0 ? KEYC_BACKTAB : KEYC_NONE;
	/* "ESC [ 12 ; 40 R" tells where the cursor is. */
	bool plain = c->count == 0 || (c->numbers[0] <= 1 && c->final != 'R');
	for (size_t i = 0; plain && i < COUNT(letters); i++) {
		if (letters[i].final == c->final)
			return letters[i].code;
	}
	return KEYC_NONE;
}

/* "ESC [ < button ; column ; row M"; with m at the end it is a release. */
static bool csi_mouse(const unsigned char *s, size_t len, struct key *ret)
{
	unsigned n[3] = {0};
	size_t at = 0;

	if (len < 2 || s[0] != '<' || s[len - 1] != 'M')
		return false;
	for (size_t i = 1; i + 1 < len; i++) {
		if (s[i] == ';' && at < 2)
			at++;
		else if (s[i] >= '0' && s[i] <= '9' && n[at] < 10000)
			n[at] = n[at] * 10 + (s[i] - '0');
		else
			return false;
	}
	if (at != 2 || n[1] == 0 || n[2] == 0 || n[1] > MOUSE_MAX || n[2] > MOUSE_MAX ||
	    (n[0] != 0 && n[0] != 64 && n[0] != 65))
		return false;
	*ret = (struct key){
		.code = KEYC_MOUSE,
		.button = n[0] == 0    ? MOUSE_LEFT
			  : n[0] == 64 ? MOUSE_WHEEL_UP
				       : MOUSE_WHEEL_DOWN,
		.x = (int)n[1] - 1,
		.y = (int)n[2] - 1,
	};
	return true;
}

static enum keys_result keys_csi_done(struct term_keys *k, size_t len, struct key *ret)
{
	struct csi c;
	struct key key = {0};

	if (csi_mouse(k->in + k->at + 2, len - 2, &key))
		return keys_emit(k, len, key, ret);
	csi_parse(&c, k->in + k->at + 2, len - 2);
	if (c.odd)
		return keys_skip(k, len);
	if (c.final == '~' && c.count == 1 && c.numbers[0] == 200) {
		k->pasting = true;
		return keys_emit(k, len, (struct key){.code = KEYC_PASTE, .pasted = true}, ret);
	}
	key.code = csi_code(&c);
	if (key.code == KEYC_NONE || !csi_modifiers(&c, &key))
		return keys_skip(k, len);
	return keys_emit(k, len, key, ret);
}

/* The Linux console's F1 to F5: ESC [ [ A to E. */
static enum keys_result keys_console_f(struct term_keys *k, struct key *ret)
{
	unsigned char c = k->in[k->at + 3];
	if (c < 'A' || c > 'E')
		return keys_skip(k, 4);
	return keys_emit(k, 4, (struct key){.code = KEYC_F1 + (uint32_t)(c - 'A')}, ret);
}

static enum keys_result keys_csi(struct term_keys *k, bool quiet, struct key *ret)
{
	const unsigned char *s = k->in + k->at;
	size_t left = keys_left(k), i = 2;
	bool console = left > 2 && s[2] == '[', mouse = left > 2 && s[2] == 'M';

	if (console && left > 3)
		return keys_console_f(k, ret);
	if (mouse && left >= MOUSE_REPORT)
		return keys_skip(k, MOUSE_REPORT);
	while (i < left && s[i] >= 0x20 && s[i] < 0x40)
		i++;
	bool partial = i == left || mouse || console;
	if (partial && i < CSI_MAX && !quiet)
		return KEYS_MORE;
	if (i >= CSI_MAX) {
		k->in_csi = true;
		return keys_skip(k, i);
	}
	if (partial)
		return keys_skip(k, left);
	if (s[i] < 0x20 || s[i] >= 0x7f) /* broken off by something else, which stands */
		return keys_skip(k, i);
	return keys_csi_done(k, i + 1, ret);
}

static enum keys_result keys_ss3(struct term_keys *k, bool quiet, struct key *ret)
{
	if (keys_left(k) < 3)
		return quiet ? keys_skip(k, 2) : KEYS_MORE;
	char final = (char)k->in[k->at + 2];
	if (final == 'M')
		return keys_emit(k, 3, (struct key){.code = KEYC_ENTER}, ret);
	for (size_t i = 0; i < COUNT(letters); i++) {
		if (letters[i].final == final)
			return keys_emit(k, 3, (struct key){.code = letters[i].code}, ret);
	}
	return keys_skip(k, final == ESC ? 2 : 3);
}

static enum keys_result keys_extra(struct term_keys *k, struct key *ret)
{
	for (size_t i = 0; i < k->extra_count; i++) {
		size_t len = k->extra[i].len;
		if (keys_left(k) >= len && memcmp(k->in + k->at, k->extra[i].bytes, len) == 0)
			return keys_emit(k, len, (struct key){.code = k->extra[i].code}, ret);
	}
	return KEYS_NONE;
}

static enum keys_result keys_escape(struct term_keys *k, bool quiet, struct key *ret)
{
	static const struct key esc = {.code = KEYC_ESC};
	if (keys_left(k) < 2)
		return quiet ? keys_emit(k, 1, esc, ret) : KEYS_MORE;
	if (keys_extra(k, ret) == KEYS_KEY)
		return KEYS_KEY;
	switch (k->in[k->at + 1]) {
	case '[':
		return keys_csi(k, quiet, ret);
	case 'O':
		return keys_ss3(k, quiet, ret);
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		k->in_string = true;
		return keys_skip(k, 2);
	case '\\':
		return keys_skip(k, 2);
	default:
		return keys_emit(k, 1, esc, ret);
	}
}

/* --- inside something -------------------------------------------------------- */

static enum keys_result keys_in_string(struct term_keys *k, bool quiet)
{
	while (keys_left(k)) {
		unsigned char c = k->in[k->at];
		if (c == ESC && keys_left(k) < 2 && !quiet)
			return KEYS_MORE;
		if (c == ESC || c == BEL || c == CAN || c == SUB) {
			bool terminator = c == ESC && keys_left(k) > 1 && k->in[k->at + 1] == '\\';
			k->in_string = false;
			return keys_skip(k, terminator ? 2 : c == ESC ? 0 : 1);
		}
		k->at++;
	}
	k->in_string = !quiet;
	return quiet ? KEYS_NONE : KEYS_MORE;
}

static enum keys_result keys_in_csi(struct term_keys *k, bool quiet)
{
	while (keys_left(k)) {
		unsigned char c = k->in[k->at];
		if (c < 0x20 || c >= 0x40) {
			k->in_csi = false;
			return keys_skip(k, c >= 0x40);
		}
		k->at++;
	}
	k->in_csi = !quiet;
	return quiet ? KEYS_NONE : KEYS_MORE;
}

/* One character of UTF-8 at the front; *ret_code is KEYC_NONE when it is not one to deliver. */
static enum keys_result keys_character(struct term_keys *k, bool quiet, uint32_t *ret_code)
{
	const unsigned char *s = k->in + k->at;
	size_t left = keys_left(k), used;
	size_t need = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] >= 0xc2 && s[0] < 0xf5 && left < need &&
	    (left < 2 || (s[left - 1] & 0xc0) == 0x80) && !quiet)
		return KEYS_MORE;
	uint32_t code = utf8_decode((const char *)s, left, &used);
	bool bad = (used == 1 && s[0] >= 0x80) || utf8_width(code) < 0;
	*ret_code = bad ? KEYC_NONE : code;
	k->at += used;
	return KEYS_KEY;
}

static bool begins_paste_end(const struct term_keys *k)
{
	size_t len = keys_left(k) < sizeof(paste_end) - 1 ? keys_left(k) : sizeof(paste_end) - 1;
	return memcmp(k->in + k->at, paste_end, len) == 0;
}

static enum keys_result keys_paste_escape(struct term_keys *k, bool quiet, struct key *ret)
{
	size_t left = keys_left(k);
	if (!begins_paste_end(k))
		return keys_skip(k, 1);
	if (left < sizeof(paste_end) - 1 && !quiet)
		return KEYS_MORE;
	/* An ESC with silence after it is a finger's: the end of the paste got lost. */
	if (left < sizeof(paste_end) - 1 && left > 1)
		return keys_skip(k, 1);
	k->pasting = false;
	return keys_emit(k, left > 1 ? sizeof(paste_end) - 1 : 0,
			 (struct key){.code = KEYC_PASTE_END, .pasted = true}, ret);
}

static enum keys_result keys_in_paste(struct term_keys *k, bool quiet, struct key *ret)
{
	struct key key = {.pasted = true};
	unsigned char c = k->in[k->at];

	if (c == ESC)
		return keys_paste_escape(k, quiet, ret);
	if (c == '\r' || c == '\n') {
		bool both = c == '\r' && keys_left(k) > 1 && k->in[k->at + 1] == '\n';
		key.code = KEYC_ENTER;
		return keys_emit(k, both ? 2 : 1, key, ret);
	}
	if (c == '\t')
		key.code = KEYC_TAB;
	if (c < 0x20 || c == 0x7f)
		return c == '\t' ? keys_emit(k, 1, key, ret) : keys_skip(k, 1);
	enum keys_result r = keys_character(k, quiet, &key.code);
	if (r != KEYS_KEY || key.code == KEYC_NONE)
		return r == KEYS_MORE ? KEYS_MORE : KEYS_NONE;
	return keys_emit(k, 0, key, ret);
}

/* --- the ground --------------------------------------------------------------- */

static struct key key_of_control(unsigned char c)
{
	switch (c) {
	case '\r':
	case '\n':
		return (struct key){.code = KEYC_ENTER};
	case '\t':
		return (struct key){.code = KEYC_TAB};
	case '\b':
	case 0x7f:
		return (struct key){.code = KEYC_BACKSPACE};
	case 0:
		return (struct key){.code = KEYC_SPACE, .ctrl = true};
	default:
		return (struct key){.code = c + (c <= 26 ? 'a' - 1u : '@' + 0u), .ctrl = true};
	}
}

static enum keys_result keys_ground(struct term_keys *k, bool quiet, struct key *ret)
{
	struct key key = {0};
	unsigned char c = k->in[k->at];

	if (c == ESC)
		return keys_escape(k, quiet, ret);
	if (c < 0x20 || c == 0x7f)
		return keys_emit(k, 1, key_of_control(c), ret);
	enum keys_result r = keys_character(k, quiet, &key.code);
	if (r != KEYS_KEY || key.code == KEYC_NONE)
		return r == KEYS_MORE ? KEYS_MORE : KEYS_NONE;
	return keys_emit(k, 0, key, ret);
}

enum keys_result keys_next(struct term_keys *k, bool quiet, struct key *ret)
{
	enum keys_result r = KEYS_NONE;
	do {
		if (k->in_string)
			r = keys_in_string(k, quiet);
		else if (k->in_csi)
			r = keys_in_csi(k, quiet);
		else if (!keys_left(k))
			return KEYS_NONE;
		else if (k->pasting)
			r = keys_in_paste(k, quiet, ret);
		else
			r = keys_ground(k, quiet, ret);
	} while (r == KEYS_NONE);
	return r;
}
