/* Where scenarios come from: the program itself, and files. */
#include "sandbox/scenario.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <stdio.h>

const struct builtin_scenario *scenario_builtin(const char *name)
{
	size_t count;
	const struct builtin_scenario *all = scenario_builtins(&count);

	for (size_t i = 0; i < count; i++)
		if (str_equal(all[i].name, name))
			return &all[i];
	return NULL;
}

/* One byte more than may be there tells a file that is too long. */
static enum status read_file(const char *path, char *buf, size_t *ret_len, struct problem *reterr)
{
	FILE *f = fopen(path, "re");
	bool failed;

	if (!f && errno == ENOENT)
		return problem_set(reterr, E_NOT_FOUND,
				   "see --list-scenarios, or give the path of a file",
				   "there is no scenario '%s'", path);
	if (!f)
		return problem_set(reterr, E_IO, NULL, "cannot read %s: %s", path, strerror(errno));
	*ret_len = fread(buf, 1, SCENARIO_BYTES_MAX + 1, f);
	failed = ferror(f);
	fclose(f);
	return failed ? problem_set(reterr, E_IO, NULL, "cannot read %s", path) : S_OK;
}

enum status scenario_open(const char *name_or_path, struct scenario **ret, struct problem *reterr)
{
	const struct builtin_scenario *b = scenario_builtin(name_or_path);
	size_t len = 0;
	char *buf;
	enum status st;

	if (b)
		return scenario_parse(b->text, strlen(b->text), b->name, ret, reterr);
	buf = xmalloc(SCENARIO_BYTES_MAX + 1);
	st = read_file(name_or_path, buf, &len, reterr);
	if (st == S_OK)
		st = scenario_parse(buf, len, name_or_path, ret, reterr);
	free(buf);
	return st;
}
