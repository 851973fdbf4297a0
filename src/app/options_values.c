#include "app/options_values.h"

#include "ui/canvas.h"

#define WORD_MAX 32

enum status value_uint64(const char *text, uint64_t *ret)
{
	uint64_t v = 0;
	if (*text == '\0')
		return E_INVALID;
	for (const char *p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return E_INVALID;
		uint64_t digit = (uint64_t)(*p - '0');
		if (v > (UINT64_MAX - digit) / 10)
			return E_LIMIT;
		v = v * 10 + digit;
	}
	*ret = v;
	return S_OK;
}

enum status value_int64(const char *text, int64_t *ret)
{
	bool negative = *text == '-';
	uint64_t magnitude = 0;
	enum status st = value_uint64(text + negative, &magnitude);
	if (st != S_OK)
		return st;
	if (magnitude > (uint64_t)INT64_MAX)
		return E_LIMIT;
	*ret = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	return S_OK;
}

static enum status value_extent(const char *text, size_t len, uint64_t max, int *ret)
{
	char digits[8];
	uint64_t v = 0;
	if (len >= sizeof(digits))
		return E_LIMIT;
	memcpy(digits, text, len);
	digits[len] = '\0';
	enum status st = value_uint64(digits, &v);
	if (st != S_OK)
		return st;
	if (v < 1 || v > max)
		return E_LIMIT;
	*ret = (int)v;
	return S_OK;
}

enum status value_size(const char *text, int *ret_width, int *ret_height)
{
	const char *x = strchr(text, 'x');
	int w = 0, h = 0;
	if (x == NULL)
		return E_INVALID;
	enum status st = value_extent(text, (size_t)(x - text), GRID_WIDTH_MAX, &w);
	if (st == S_OK)
		st = value_extent(x + 1, strlen(x + 1), GRID_HEIGHT_MAX, &h);
	if (st != S_OK)
		return st;
	*ret_width = w;
	*ret_height = h;
	return S_OK;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;
	return ab < c ? ab : c;
}

/* Optimal string alignment; longer words than WORD_MAX are compared by their beginnings. */
unsigned value_distance(const char *a, const char *b)
{
	unsigned d[WORD_MAX + 1][WORD_MAX + 1];
	size_t la = strlen(a), lb = strlen(b);
	la = la < WORD_MAX ? la : WORD_MAX;
	lb = lb < WORD_MAX ? lb : WORD_MAX;
	for (size_t i = 0; i <= la; i++)
		d[i][0] = (unsigned)i;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		for (size_t j = 1; j <= lb; j++) {
			unsigned differ = a[i - 1] != b[j - 1];
			unsigned best =
				min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + differ);
			bool swapped =
				i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
			if (swapped && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[la][lb];
}

const char *value_nearest(const char *word, const char *const *words, size_t count)
{
	const char *nearest = NULL;
	size_t len = strlen(word);
	unsigned limit = len < 4 ? 1 : len < 8 ? 2 : 3;
	unsigned best = limit + 1;
	for (size_t i = 0; i < count; i++) {
		unsigned distance = value_distance(word, words[i]);
		/* An unfinished word is meant too: --read for --read-only. */
		if (len >= 3 && strncmp(word, words[i], len) == 0)
			distance = 1;
		if (distance < best) {
			best = distance;
			nearest = words[i];
		}
	}
	return nearest;
}
