/*
 * How shapes are spelled: one macro a kind of member. Only for files that hold
 * tables of `struct field`.
 */
#ifndef PEPAYTOP_WIRE_SHAPE_MACROS_H
#define PEPAYTOP_WIRE_SHAPE_MACROS_H

#include "wire/fields.h"

#define AT(type, member) \
	.offset = offsetof(struct type, member), .size = sizeof(((struct type *)0)->member)
#define VALUE(kind_, type, member, key_, flags_)                                          \
	{                                                                                 \
		.key = (key_), .kind = FIELD_##kind_, .flags = (flags_), AT(type, member) \
	}
#define ALIAS(kind_, type, member, key_, alias_, flags_)                                    \
	{                                                                                   \
		.key = (key_), .alias = (alias_), .kind = FIELD_##kind_, .flags = (flags_), \
		AT(type, member)                                                            \
	}
/* Where the C member has the wire's name. */
#define SAME(kind_, type, member, flags_) VALUE(kind_, type, member, #member, flags_)
/* An amount whose absence is not zero. */
#define MILLIS_MAYBE(type, member, has, flags_)                                            \
	{                                                                                  \
		.key = #member, .kind = FIELD_MILLIS, .flags = (flags_), AT(type, member), \
		.present_offset = offsetof(struct type, has)                               \
	}
#define OBJECT_AT(type, member, key_, shape_)                                             \
	{                                                                                 \
		.key = (key_), .kind = FIELD_OBJECT, AT(type, member), .shape = &(shape_) \
	}
#define OBJECT_MAYBE(type, member, has, key_, shape_, flags_)                             \
	{                                                                                 \
		.key = (key_), .kind = FIELD_OBJECT, .flags = (flags_), AT(type, member), \
		.shape = &(shape_), .present_offset = offsetof(struct type, has)          \
	}
#define LIST_AT(type, member, counter, key_, shape_, max_)                                        \
	{                                                                                         \
		.key = (key_), .kind = FIELD_LIST, .flags = FIELD_NOT_NULL, AT(type, member),     \
		.shape = &(shape_), .count_offset = offsetof(struct type, counter), .max = (max_) \
	}
#define FIXED(key_, text_)                                           \
	{                                                            \
		.key = (key_), .kind = FIELD_FIXED, .fixed = (text_) \
	}
#define SHAPE(name_, object_, type, fields_)                                               \
	{                                                                                  \
		.name = (name_), .object = (object_), .size = sizeof(struct type),         \
		.fields = (fields_), .field_count = sizeof(fields_) / sizeof((fields_)[0]) \
	}

enum { REQUIRED = FIELD_REQUIRED, NOT_NULL = FIELD_NOT_NULL, OMIT = FIELD_OMIT };

#endif
