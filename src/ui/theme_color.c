#include "ui/theme_spec.h"

#include <math.h>

/* xterm's first sixteen: a guess, since every terminal lets its user change them. */
static const int32_t palette16[16] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
};

int32_t color_rgb(struct color c, int32_t if_default)
{
	switch (c.kind) {
	case COLOR_RGB:
		return c.value;
	case COLOR_INDEX:
		return palette16[c.value & 15];
	case COLOR_DEFAULT:
		break;
	}
	return if_default;
}

int32_t color_of_256(int index)
{
	static const int32_t step[6] = {0, 95, 135, 175, 215, 255};
	if (index >= 232) {
		int32_t grey = 8 + (index - 232) * 10;
		return grey << 16 | grey << 8 | grey;
	}
	index -= 16;
	return step[index / 36] << 16 | step[index / 6 % 6] << 8 | step[index % 6];
}

/* "Redmean": close to how different two colours look, without leaving sRGB. */
static long color_distance(int32_t a, int32_t b)
{
	long ar = a >> 16 & 255, ag = a >> 8 & 255, ab = a & 255;
	long br = b >> 16 & 255, bg = b >> 8 & 255, bb = b & 255;
	long mean = (ar + br) / 2, dr = ar - br, dg = ag - bg, db = ab - bb;
	return ((512 + mean) * dr * dr >> 8) + 4 * dg * dg + ((767 - mean) * db * db >> 8);
}

int color_nearest_256(int32_t rgb)
{
	int best = 16;
	for (int i = 17; i < 256; i++) {
		if (color_distance(rgb, color_of_256(i)) < color_distance(rgb, color_of_256(best)))
			best = i;
	}
	return best;
}

static double linear(int32_t channel)
{
	double c = (double)(channel & 255) / 255.0;
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

double color_luminance(int32_t rgb)
{
	return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
}

double color_contrast(int32_t a, int32_t b)
{
	double la = color_luminance(a), lb = color_luminance(b);
	return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}
