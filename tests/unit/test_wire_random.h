/* Random content for any shape, and comparison by what its fields mean. */
#ifndef PEPAYTOP_TEST_WIRE_RANDOM_H
#define PEPAYTOP_TEST_WIRE_RANDOM_H

#include "unit/test_wire_support.h"

#include "base/rng.h"
#include "wire/answers.h"

/* Every shape that travels by itself. */
static const struct shape *const SHAPES[] = {&SHAPE_SETTLEMENT, &SHAPE_INVOICE_PAYMENT,
					     &SHAPE_INVOICE,    &SHAPE_ORDER_ROW,
					     &SHAPE_ORDER,      &SHAPE_PAYOUT,
					     &SHAPE_KYC,        &SHAPE_INVOICE_TOTALS};
#define SHAPE_COUNT (sizeof(SHAPES) / sizeof(SHAPES[0]))

/* How much of a struct random_fill() fills. */
enum fill { FILL_SOME, FILL_EVERYTHING };

static inline void random_text(struct rng *r, char *at, size_t size, bool some)
{
	static const char *const PIECES[] = {
		"a", "Z",  "0",    "-",    " ",        "\"",           "\\",
		"/", "\n", "\x1b", "\x7f", "\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x98\x80",
		"_"};
	size_t room = (size_t)rng_below(r, size);
	size_t used = 0;
	if (some || room > 0)
		at[used++] = 'i';
	while (used + 4 < room) {
		const char *piece = PIECES[rng_below(r, sizeof(PIECES) / sizeof(PIECES[0]))];
		memcpy(at + used, piece, strlen(piece));
		used += strlen(piece);
	}
	at[used] = '\0';
}

static inline int64_t random_int(struct rng *r, bool some)
{
	switch (rng_below(r, 6)) {
	case 0:
		return some ? 1 : 0;
	case 1:
		return INT64_MAX;
	case 2:
		return INT64_MIN;
	case 3:
		return (int64_t)rng_next(r);
	case 4:
		return -(int64_t)rng_between(r, 1, 999999);
	default:
		return rng_between(r, 1, 100000000);
	}
}

static inline void random_fill(const struct shape *shape, void *it, struct rng *r, enum fill how)
{
	shape_init(shape, it);
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		char *at = (char *)it + f->offset;
		bool some = how == FILL_EVERYTHING || (f->flags & FIELD_REQUIRED) != 0;
		int64_t number = random_int(r, some);
		int64_t seconds = rng_between(r, 0, WHEN_MAX_MS / 1000);
		switch (f->kind) {
		case FIELD_ID:
		case FIELD_TEXT:
			random_text(r, at, f->size, some);
			break;
		case FIELD_INT:
		case FIELD_MILLIS:
		case FIELD_DOLLARS:
		case FIELD_DECIMAL:
			memcpy(at, &number, sizeof(number));
			break;
		case FIELD_BOOL:
			*(bool *)at = some || rng_chance(r, 50);
			break;
		case FIELD_TIME:
		case FIELD_TIME_ISO:
			number = seconds * 1000;
			if (f->kind == FIELD_TIME_ISO)
				number += rng_between(r, 0, 999);
			if (!some && rng_chance(r, 30))
				number = TIME_NONE;
			memcpy(at, &number, sizeof(number));
			break;
		case FIELD_OBJECT:
			if (f->present_offset != 0) {
				bool there = some || rng_chance(r, 50);
				*(bool *)((char *)it + f->present_offset) = there;
				if (!there)
					break;
			}
			random_fill(f->shape, at, r, how);
			break;
		case FIELD_LIST: {
			size_t count = (size_t)rng_between(r, some ? 1 : 0, 3);
			char *items = count > 0 ? xcalloc(count, f->shape->size) : NULL;
			for (size_t n = 0; n < count; n++)
				random_fill(f->shape, items + n * f->shape->size, r, how);
			memcpy(at, &items, sizeof(items));
			memcpy((char *)it + f->count_offset, &count, sizeof(count));
			break;
		}
		case FIELD_FIXED:
			break;
		}
	}
}

/* The key of the first field that differs, or NULL. */
static inline const char *shape_difference(const struct shape *shape, const void *a, const void *b)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		const char *x = (const char *)a + f->offset;
		const char *y = (const char *)b + f->offset;
		const char *inner = NULL;
		if (f->kind == FIELD_ID || f->kind == FIELD_TEXT) {
			if (strcmp(x, y) != 0)
				return f->key;
		} else if (f->kind == FIELD_OBJECT) {
			if (f->present_offset != 0 &&
			    *(const bool *)((const char *)a + f->present_offset) !=
				    *(const bool *)((const char *)b + f->present_offset))
				return f->key;
			inner = shape_difference(f->shape, x, y);
		} else if (f->kind == FIELD_LIST) {
			const char *items_x, *items_y;
			size_t count_x, count_y;
			memcpy(&items_x, x, sizeof(items_x));
			memcpy(&items_y, y, sizeof(items_y));
			memcpy(&count_x, (const char *)a + f->count_offset, sizeof(count_x));
			memcpy(&count_y, (const char *)b + f->count_offset, sizeof(count_y));
			if (count_x != count_y)
				return f->key;
			for (size_t n = 0; n < count_x && inner == NULL; n++)
				inner = shape_difference(f->shape, items_x + n * f->shape->size,
							 items_y + n * f->shape->size);
		} else if (f->kind != FIELD_FIXED && memcmp(x, y, f->size) != 0) {
			return f->key;
		}
		if (inner != NULL)
			return inner;
	}
	return NULL;
}

#endif
