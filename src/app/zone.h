/*
 * Local time as the system has it: $TZ, or what the machine is set to.
 */
#ifndef PEPAYTOP_APP_ZONE_H
#define PEPAYTOP_APP_ZONE_H

#include "base/when.h"

/* How far it is ahead of UTC at that instant, in ms, and its name there ("CET", "-03"). */
int64_t zone_local(int64_t ms, const char **ret_name);

#endif
