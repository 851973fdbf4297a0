#include "app/skew.h"

#include "base/when.h"

#include <stdlib.h>

#define SKEW_STEP_MS 2000 /* a second more or less is the seconds of the Date: ages stay calm */

bool skew_look(struct skew *s, int64_t wall_ms, int64_t server_ms, int64_t newest_ms,
	       struct safe_text *ret_said)
{
	int64_t ahead = server_ms != TIME_NONE ? server_ms - wall_ms : 0;
	char by[WHEN_TEXT_CAP];

	/* An event cannot be of later than now. */
	if (newest_ms != TIME_NONE && newest_ms - wall_ms > ahead)
		ahead = newest_ms - wall_ms;
	if (llabs(ahead) < SKEW_LEAST_MS)
		ahead = 0;
	if (ahead == 0 || llabs(ahead - s->ahead_ms) >= SKEW_STEP_MS)
		s->ahead_ms = ahead;
	if (ahead == 0 || s->told)
		return false;
	s->told = true;
	safe_text_fmt(ret_said,
		      "This machine's clock is %s %s the server's: ages go by the server's.",
		      when_age(by, llabs(ahead)), ahead > 0 ? "behind" : "ahead of");
	return true;
}
