/*
 * What text looks like on a screen that has only ASCII.
 */
#include "ui/canvas_grid.h"

/* U+00A0 to U+00FF. */
static const char latin1[] = " !cL$Y|S\"ca<-?r-o?23'u|.,1o>???\?"
			     "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"
			     "aaaaaaaceeeeiiiidnooooo/ouuuuyty";

static const struct {
	uint32_t code;
	char as;
} stand_ins[] = {
	{0x2010, '-'},  {0x2011, '-'},  {0x2012, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2015, '-'},
	{0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'}, {0x201d, '"'}, {0x2022, '*'}, {0x2026, '~'},
	{0x2032, '\''}, {0x2039, '<'},  {0x203a, '>'}, {0x20ac, 'E'}, {0x2190, '<'}, {0x2191, '^'},
	{0x2192, '>'},  {0x2193, 'v'},  {0x2212, '-'}, {0x2219, '.'}, {0x2248, '~'}, {0x2260, '!'},
	{0x2264, '<'},  {0x2265, '>'},  {0x22c5, '.'}, {0x2500, '-'}, {0x2502, '|'}, {0x250c, '+'},
	{0x2510, '+'},  {0x2514, '`'},  {0x2518, '+'}, {0x251c, '+'}, {0x2524, '+'}, {0x252c, '+'},
	{0x2534, '+'},  {0x253c, '+'},  {0x256d, '+'}, {0x256e, '+'}, {0x256f, '+'}, {0x2570, '+'},
	{0x258c, '>'},  {0x25b2, '^'},  {0x25b6, '>'}, {0x25b8, '>'}, {0x25bc, 'v'}, {0x25be, 'v'},
	{0x25c6, '*'},  {0x25cb, 'o'},  {0x25cf, '*'}, {0x25d0, '@'}, {0x2713, '+'}, {0x2714, '+'},
	{0x2717, 'x'},  {0x2718, 'x'},
};

char ascii_stand_in(const struct cluster *cl)
{
	size_t used;
	uint32_t code = utf8_decode(cl->bytes, cl->len, &used);
	if (code < 0x80)
		return (char)code;
	if (code >= 0xa0 && code <= 0xff)
		return latin1[code - 0xa0];
	for (size_t i = 0; i < sizeof(stand_ins) / sizeof(stand_ins[0]); i++) {
		if (stand_ins[i].code == code)
			return stand_ins[i].as;
	}
	return '?';
}
