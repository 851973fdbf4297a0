#include "app/burst.h"

#define PASTE_LETTERS 6 /* so many different ones at once are no held key and no command */

void burst_line(struct burst *b, int64_t mono_ms)
{
	*b = (struct burst){.on = true, .last_ms = mono_ms};
}

static bool held_before(const struct burst *b, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (key_equal(b->held[k], b->held[i]))
			return true;
	return false;
}

static bool is_a_paste(const struct burst *b)
{
	size_t letters = 0;

	for (size_t i = 0; i < b->count; i++)
		letters += key_is_text(b->held[i]) && !held_before(b, i);
	return letters >= PASTE_LETTERS;
}

bool burst_takes(struct burst *b, struct key k, int64_t mono_ms)
{
	if (!b->on)
		return false;
	if (mono_ms - b->last_ms > BURST_GAP_MS || k.pasted || k.code == KEYC_PASTE) {
		b->on = false;
		return false;
	}
	b->last_ms = mono_ms;
	if (b->drops)
		return true;
	b->held[b->count++] = k;
	b->drops = is_a_paste(b) || b->count == BURST_KEYS;
	if (b->drops)
		b->count = 0;
	return true;
}

size_t burst_release(struct burst *b)
{
	size_t n = b->count;

	b->count = 0;
	return n;
}
