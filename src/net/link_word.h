/*
 * What a link's facts are called: the word on screen and its reason. Private to the
 * link machine.
 */
#ifndef PEPAYTOP_NET_LINK_WORD_H
#define PEPAYTOP_NET_LINK_WORD_H

#include "net/link.h"

static inline bool link_is_waiting(const struct link *l)
{
	return l->report.next_try_mono_ms != TIME_NONE;
}

static inline bool link_is_checking(const struct link *l)
{
	return l->checking_since_mono_ms != TIME_NONE;
}

/* Derives state and problem from the facts; true when the report says something else than before.
 */
bool link_judge(struct link *l, const struct link_input *in);

#endif
