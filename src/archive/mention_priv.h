/* What the files of the mentions share. Nothing else includes it. */
#ifndef PEPAYTOP_ARCHIVE_MENTION_PRIV_H
#define PEPAYTOP_ARCHIVE_MENTION_PRIV_H

#include "archive/mention.h"

static inline char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_letter(char c)
{
	return small(c) >= 'a' && small(c) <= 'z';
}

/* What the name of a member says of its value. SPECIAL: the whole name tells. */
enum rule {
	RULE_NONE,
	RULE_SPECIAL,
	RULE_ID,
	RULE_LONG,
	RULE_PHONE,
	RULE_NAME,
	RULE_FIRST_NAME,
	RULE_LAST_NAME
};

enum rule mention_rule_of(const char *key, size_t len);
/* Most names end in another letter than those that tell anything. */
extern const bool MENTION_NAME_ENDS[256];
/* Whatever the case of the first; the second is small. */
bool mention_word_is(const char *at, size_t len, const char *word);

/* What stands between quotes, without its escapes. False: it is too long, empty, or holds what no
 * reference holds. */
bool mention_read_string(const struct mention_name *s, bool escapes, char ret[NAME_CAP]);

#endif
