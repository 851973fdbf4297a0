#include "ui/theme.h"
#include "ui/theme_spec.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <ini.h>

#define FILE_MAX       65536
#define INHERITS_DEPTH 4

struct theme {
	struct theme_spec spec;
	struct paint_table paints;
};

/* One file being read. */
struct reading {
	struct theme_spec *spec;
	char complaint[160]; /* about the first bad line */
};

static int reading_refuse(struct reading *r, const char *what, const char *name)
{
	if (!r->complaint[0])
		(void)str_printf(r->complaint, sizeof(r->complaint), "%s '%s'", what, name);
	return 0;
}

static bool theme_name_valid(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";
	size_t len = strlen(name);
	return len > 0 && len < THEME_NAME_CAP && strspn(name, allowed) == len;
}

static int read_theme_key(struct reading *r, const char *name, const char *value)
{
	struct theme_spec *spec = r->spec;
	if (strcmp(name, "name") == 0)
		return theme_name_valid(value) ? str_copy(spec->name, sizeof(spec->name), value)
					       : reading_refuse(r, "not a theme's name:", value);
	if (strcmp(name, "inherits") == 0)
		return theme_name_valid(value)
			       ? str_copy(spec->inherits, sizeof(spec->inherits), value)
			       : reading_refuse(r, "not a theme's name:", value);
	if (strcmp(name, "background") == 0)
		return color_parse(value, &spec->background) == S_OK
			       ? 1
			       : reading_refuse(r, "not a colour:", value);
	if (strcmp(name, "paint") == 0) {
		spec->ground = strcmp(value, "yes") == 0  ? GROUND_PAINTED
			       : strcmp(value, "no") == 0 ? GROUND_TERMINALS
							  : GROUND_UNSAID;
		return spec->ground != GROUND_UNSAID
			       ? 1
			       : reading_refuse(r, "paint is yes or no, not", value);
	}
	return reading_refuse(r, "unknown key", name);
}

static int read_role(struct reading *r, const char *name, const char *value)
{
	enum role role = role_from_name(name);
	if (role == ROLE_NONE)
		return reading_refuse(r, "unknown role", name);
	if (role_spec_parse(value, &r->spec->roles[role]) != S_OK)
		return reading_refuse(r, "cannot read the colours of", name);
	return 1;
}

static int read_line(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	if (strcmp(section, "theme") == 0)
		return read_theme_key(r, name, value);
	if (strcmp(section, "roles") == 0)
		return read_role(r, name, value);
	return reading_refuse(r, "unknown section", section);
}

static enum status spec_read(struct theme_spec *spec, const char *text, const char *where,
			     struct problem *reterr)
{
	struct reading r = {.spec = spec};
	int line = ini_parse_string(text, read_line, &r);
	if (line == 0)
		return S_OK;
	return problem_set(reterr, E_INVALID,
			   "lines look like: good = #7fcf95 on default bold underline", "%s:%d: %s",
			   where, line, r.complaint[0] ? r.complaint : "not a 'name = value' line");
}

/* The whole file as text, or NULL with errno. */
static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	if (!f)
		return NULL;
	char *text = xmalloc(FILE_MAX + 1);
	size_t len = fread(text, 1, FILE_MAX, f);
	int error = ferror(f) ? EIO : feof(f) || fgetc(f) == EOF ? 0 : EFBIG;
	fclose(f);
	if (error) {
		free(text);
		errno = error;
		return NULL;
	}
	text[len] = '\0';
	return text;
}

/* Looks for the file; *ret_text stays NULL when no directory has it. */
static enum status find_file(const char *const *dirs, const char *name, char path[1024],
			     char **ret_text, struct problem *reterr)
{
	for (size_t i = 0; dirs && dirs[i]; i++) {
		if (!str_printf(path, 1024, "%s/%s.theme", dirs[i], name))
			continue;
		*ret_text = read_file(path);
		if (*ret_text)
			return S_OK;
		if (errno != ENOENT && errno != ENOTDIR)
			return problem_set(reterr, E_IO, "check the file, or choose another theme",
					   "%s: %s", path, strerror(errno));
	}
	return S_OK;
}

static enum status not_found(const char *const *dirs, const char *name, struct problem *reterr)
{
	struct strbuf sb;
	strbuf_init(&sb, 160);
	for (size_t i = 0; dirs && dirs[i]; i++)
		strbuf_addf(&sb, "%s%s", i ? ", " : "", dirs[i]);
	enum status st =
		problem_set(reterr, E_NOT_FOUND, "built in are dark, light, mono and high-contrast",
			    "no theme '%s' in %s", name,
			    sb.len ? strbuf_str(&sb) : "(no directory)");
	strbuf_release(&sb);
	return st;
}

static enum status spec_load(struct theme_spec *spec, const char *const *dirs, const char *name,
			     struct problem *reterr)
{
	char path[1024];
	char *text = NULL;

	if (!theme_name_valid(name))
		return problem_set(reterr, E_INVALID, "letters, digits, '-' and '_' only",
				   "'%s' is not a theme's name", name);
	enum status st = find_file(dirs, name, path, &text, reterr);
	if (st != S_OK)
		return st;
	(void)str_copy(spec->name, sizeof(spec->name), name);
	if (text) {
		st = spec_read(spec, text, path, reterr);
		free(text);
		return st;
	}
	if (!theme_builtin(name))
		return not_found(dirs, name, reterr);
	return spec_read(spec, theme_builtin(name), name, reterr);
}

static void spec_inherit(struct theme_spec *spec, const struct theme_spec *parent)
{
	for (int r = 0; r < ROLE_COUNT; r++) {
		if (!spec->roles[r].set)
			spec->roles[r] = parent->roles[r];
	}
	if (spec->background.kind == COLOR_DEFAULT)
		spec->background = parent->background;
	if (spec->ground == GROUND_UNSAID)
		spec->ground = parent->ground;
	(void)str_copy(spec->inherits, sizeof(spec->inherits), parent->inherits);
}

static enum status spec_load_ancestors(struct theme_spec *spec, const char *const *dirs,
				       struct problem *reterr)
{
	for (int depth = 0; spec->inherits[0]; depth++) {
		struct theme_spec parent = {0};
		if (depth == INHERITS_DEPTH)
			return problem_set(reterr, E_LIMIT, "themes inherit in a circle, perhaps",
					   "theme '%s' inherits from too many others", spec->name);
		enum status st = spec_load(&parent, dirs, spec->inherits, reterr);
		if (st != S_OK)
			return st;
		spec_inherit(spec, &parent);
	}
	return S_OK;
}

enum status theme_load(const char *const *dirs, const char *name, struct theme **ret,
		       struct problem *reterr)
{
	struct theme *t = xcalloc(1, sizeof(*t));
	enum status st = spec_load(&t->spec, dirs, name ? name : "", reterr);
	if (st == S_OK)
		st = spec_load_ancestors(&t->spec, dirs, reterr);
	if (st != S_OK) {
		theme_free(t);
		return st;
	}
	paint_table_fill(&t->paints, &t->spec);
	*ret = t;
	return S_OK;
}

void theme_free(struct theme *t)
{
	free(t);
}

const char *theme_name(const struct theme *t)
{
	return t->spec.name;
}

int32_t theme_background(const struct theme *t)
{
	return color_rgb(t->spec.background, -1);
}

struct paint theme_paint(const struct theme *t, enum role role, enum role over,
			 enum color_depth depth)
{
	if (role >= ROLE_COUNT || over >= ROLE_COUNT || depth > COLORS_TRUE)
		return (struct paint){-1, -1, 0};
	return t->paints.at[depth][role][over];
}
