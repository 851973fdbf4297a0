#include "ui/style.h"

static const char *const role_names[ROLE_COUNT] = {
#define X(constant, name) [constant] = name,
	ROLES(X)
#undef X
};

const char *role_name(enum role r)
{
	if ((int)r <= ROLE_NONE || r >= ROLE_COUNT)
		return NULL;
	return role_names[r];
}

enum role role_from_name(const char *name)
{
	for (int r = ROLE_NONE + 1; name && r < ROLE_COUNT; r++) {
		if (strcmp(role_names[r], name) == 0)
			return (enum role)r;
	}
	return ROLE_NONE;
}
