#include "ui/osc52.h"

#include <string.h>

#define INTRO "\x1b]52;c;"
#define BEL   "\x07" /* ends it; ST would hold an ESC, and end screen's DCS too */
#define DCS    \
	"\x1b" \
	"P"
#define ST "\x1b\\"

static void add_base64(struct strbuf *sb, const unsigned char *p, size_t len)
{
	static const char DIGITS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (; len > 0; p += 3) {
		size_t n = len < 3 ? len : 3;
		uint32_t bits = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0) |
				(n > 2 ? p[2] : 0);
		char four[4] = {DIGITS[bits >> 18], DIGITS[bits >> 12 & 63], '=', '='};

		if (n > 1)
			four[2] = DIGITS[bits >> 6 & 63];
		if (n > 2)
			four[3] = DIGITS[bits & 63];
		strbuf_add(sb, four, sizeof(four));
		len -= n;
	}
}

/* Every ESC inside is doubled; there is one. */
static void add_for_tmux(struct strbuf *sb, const char *sequence)
{
	strbuf_addstr(sb, DCS "tmux;");
	for (; *sequence; sequence++) {
		if (*sequence == '\x1b')
			strbuf_addch(sb, '\x1b');
		strbuf_addch(sb, *sequence);
	}
	strbuf_addstr(sb, ST);
}

static void add_for_screen(struct strbuf *sb, const char *sequence, size_t len)
{
	const size_t most = OSC52_CHUNK_MAX - strlen(DCS) - strlen(ST);

	for (size_t n; len > 0; sequence += n, len -= n) {
		n = len < most ? len : most;
		strbuf_addstr(sb, DCS);
		strbuf_add(sb, sequence, n);
		strbuf_addstr(sb, ST);
	}
}

enum status osc52_make(const void *text, size_t len, enum osc52_wrap wrap, struct strbuf *ret)
{
	struct strbuf plain;

	if (len == 0)
		return E_INVALID;
	if (len > OSC52_TEXT_MAX)
		return E_LIMIT;
	strbuf_init(&plain, 2 * OSC52_TEXT_MAX);
	strbuf_addstr(&plain, INTRO);
	add_base64(&plain, text, len);
	strbuf_addstr(&plain, BEL);
	if (wrap != OSC52_SCREEN)
		strbuf_add(ret, strbuf_str(&plain), plain.len);
	if (wrap == OSC52_TMUX)
		add_for_tmux(ret, strbuf_str(&plain));
	if (wrap == OSC52_SCREEN)
		add_for_screen(ret, strbuf_str(&plain), plain.len);
	strbuf_release(&plain);
	return ret->overflow ? E_LIMIT : S_OK;
}
