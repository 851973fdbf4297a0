#include "faults.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* splitmix64 */
uint64_t dice_roll(struct dice *d)
{
	uint64_t z = (d->state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void dice_seed(struct dice *d, uint64_t seed, uint64_t stream)
{
	d->state = seed;
	d->state = dice_roll(d) ^ (stream * 0xd1342543de82ef95u);
	(void)dice_roll(d);
}

uint64_t dice_below(struct dice *d, uint64_t bound)
{
	return dice_roll(d) % bound;
}

int64_t dice_between(struct dice *d, int64_t lo, int64_t hi)
{
	return hi <= lo ? lo : lo + (int64_t)dice_below(d, (uint64_t)(hi - lo) + 1);
}

bool dice_chance(struct dice *d, double probability)
{
	return probability > 0 && (double)(dice_roll(d) >> 11) / 9007199254740992.0 < probability;
}

static const char *const REFUSALS[REFUSAL_COUNT] = {
	[REFUSE_503] = "503",     [REFUSE_500] = "500",           [REFUSE_401] = "401",
	[REFUSE_403] = "403",     [REFUSE_429] = "429",           [REFUSE_HTML] = "html",
	[REFUSE_CLOSE] = "close", [REFUSE_REDIRECT] = "redirect",
};

enum refusal refusal_parse(const char *word)
{
	int r = 0;
	while (r < REFUSAL_COUNT && strcmp(REFUSALS[r], word) != 0)
		r++;
	return (enum refusal)r;
}

void faults_quiet(struct faults *f)
{
	*f = (struct faults){.times = 1, .window = 2, .drop_at = -1};
}

uint64_t counters_disconnects(const struct counters *c)
{
	return c->cut_fin + c->cut_rst + c->cut_mid_frame + c->cut_mid_frame_rst + c->cut_half_open;
}

void counters_print(const struct counters *c, uint64_t seed)
{
	printf("{\"seed\":%" PRIu64 ",\"disconnects\":%" PRIu64, seed, counters_disconnects(c));
#define X(member, what) printf(",\"%s\":%" PRIu64, #member, c->member);
	CHAOS_COUNTERS(X)
#undef X
	printf("}\n");
	fflush(stdout);
}

static bool number(const char *word, double lo, double hi, double *ret)
{
	char *end;
	double v = strtod(word, &end);
	if (end == word || *end != '\0' || !(v >= lo && v <= hi))
		return false;
	*ret = v;
	return true;
}

static int set_refusal(struct faults *f, char *const *words, size_t count)
{
	double p;
	enum refusal kind = count > 2 ? refusal_parse(words[2]) : REFUSE_503;
	if (count < 2 || count > 4 || !number(words[1], 0, 1, &p) || kind == REFUSAL_COUNT ||
	    (count == 4) != (kind == REFUSE_REDIRECT))
		return -1;
	f->refuse = p;
	f->refusal = kind;
	if (count == 4)
		snprintf(f->redirect, sizeof(f->redirect), "%s", words[3]);
	return 1;
}

/* NAME CHANCE [HOW-MUCH] */
static int set_chance(double *chance, unsigned *extent, char *const *words, size_t count)
{
	double p, n;
	if (count < 2 || count > (extent != NULL ? 3 : 2) || !number(words[1], 0, 1, &p))
		return -1;
	if (count == 3 && !number(words[2], 0, 100000, &n))
		return -1;
	*chance = p;
	if (count == 3)
		*extent = (unsigned)n;
	return 1;
}

/* NAME NUMBER [NUMBER] */
static int set_numbers(int64_t *first, int64_t *second, char *const *words, size_t count)
{
	double a, b = 0;
	if (count < 2 || count > (second != NULL ? 3 : 2) || !number(words[1], -1, 1e9, &a) ||
	    (count == 3 && !number(words[2], 0, 1e9, &b)))
		return -1;
	*first = (int64_t)a;
	if (second != NULL)
		*second = (int64_t)b;
	return 1;
}

int faults_command(struct faults *f, char *const *words, size_t count)
{
	const struct {
		const char *name;
		double *chance;
		unsigned *extent;
	} chances[] = {
		{"gap", &f->gap, NULL},
		{"duplicate", &f->duplicate, &f->times},
		{"reorder", &f->reorder, &f->window},
		{"drop", &f->drop, NULL},
		{"drop-rst", &f->drop_rst, NULL},
		{"rest-429", &f->rest_429, &f->retry_after},
		{"rest-500", &f->rest_500, NULL},
		{"rest-cut", &f->rest_cut, NULL},
		{"rest-hang", &f->rest_hang, NULL},
	};
	for (size_t i = 0; i < sizeof(chances) / sizeof(chances[0]); i++)
		if (strcmp(words[0], chances[i].name) == 0)
			return set_chance(chances[i].chance, chances[i].extent, words, count);
	int64_t slice = f->slice;
	int set = 0;
	if (strcmp(words[0], "drop-at") == 0)
		set = set_numbers(&f->drop_at, NULL, words, count);
	else if (strcmp(words[0], "latency") == 0)
		set = set_numbers(&f->latency_ms, &f->jitter_ms, words, count);
	else if (strcmp(words[0], "bandwidth") == 0)
		set = set_numbers(&f->bandwidth, NULL, words, count);
	else if (strcmp(words[0], "slice") == 0)
		set = set_numbers(&slice, NULL, words, count);
	else if (strcmp(words[0], "refuse") == 0)
		set = set_refusal(f, words, count);
	if (slice < 0)
		return -1;
	f->slice = (unsigned)slice;
	return set;
}
