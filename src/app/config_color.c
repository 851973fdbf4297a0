#include "app/config_parts.h"

static bool is_set(const char *value)
{
	return value != NULL && *value != '\0';
}

static enum color_wish color_from_env(const char *(*env)(const char *name))
{
	const char *force = env("CLICOLOR_FORCE");
	const char *clicolor = env("CLICOLOR");
	const char *term = env("TERM");
	if (is_set(env("PEPAYTOP_NO_COLOR")) || is_set(env("NO_COLOR")))
		return COLOR_OFF;
	if (is_set(force) && strcmp(force, "0") != 0)
		return COLOR_FORCED;
	if (clicolor != NULL && strcmp(clicolor, "0") == 0)
		return COLOR_OFF;
	if (term != NULL && strcmp(term, "dumb") == 0)
		return COLOR_OFF;
	return COLOR_AS_TERMINAL;
}

enum status color_decide(const char *flag, const char *(*env)(const char *name),
			 enum color_wish *ret, struct problem *reterr)
{
	if (flag == NULL || strcmp(flag, "auto") == 0)
		*ret = color_from_env(env);
	else if (strcmp(flag, "always") == 0)
		*ret = COLOR_FORCED;
	else if (strcmp(flag, "never") == 0)
		*ret = COLOR_OFF;
	else
		return problem_set(reterr, E_INVALID, "auto, always or never",
				   "--color: '%.40s' is none of the choices", flag);
	return S_OK;
}
