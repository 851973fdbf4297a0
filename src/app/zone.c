#include "app/zone.h"

#include <time.h>

int64_t zone_local(int64_t ms, const char **ret_name)
{
	time_t at = (time_t)(ms / 1000 - (ms % 1000 < 0));
	struct tm tm;

	*ret_name = "UTC";
	if (!localtime_r(&at, &tm))
		return 0;
	if (tm.tm_zone && tm.tm_zone[0])
		*ret_name = tm.tm_zone;
	return (int64_t)tm.tm_gmtoff * 1000;
}
