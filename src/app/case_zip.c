#include "app/case_zip.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

void case_parts_release(struct case_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(parts[i].text);
		parts[i].text = NULL;
		parts[i].len = 0;
	}
}

/* --- writing ------------------------------------------------------------------------ */

static enum status pack_failed(zip_t *z, struct problem *reterr)
{
	return problem_set(reterr, E_IO, NULL, "the case cannot be packed: %s", zip_strerror(z));
}

static enum status pack_part(zip_t *z, const struct case_part *p, int64_t at_ms,
			     struct problem *reterr)
{
	zip_source_t *source = zip_source_buffer(z, p->text, p->len, 0);
	zip_int64_t at;

	if (!source)
		return pack_failed(z, reterr);
	at = zip_file_add(z, p->name, source, ZIP_FL_ENC_UTF_8);
	if (at < 0) {
		zip_source_free(source);
		return pack_failed(z, reterr);
	}
	if (zip_file_set_mtime(z, (zip_uint64_t)at, (time_t)(at_ms / 1000), 0) != 0 ||
	    zip_file_set_external_attributes(z, (zip_uint64_t)at, 0, ZIP_OPSYS_UNIX,
					     (zip_uint32_t)0100600 << 16) != 0)
		return pack_failed(z, reterr);
	return S_OK;
}

/* What was written into the source, as the caller's bytes. */
static enum status pack_take(zip_source_t *whole, char **ret, size_t *ret_len,
			     struct problem *reterr)
{
	zip_stat_t stat;
	char *bytes;
	bool read;

	if (zip_source_stat(whole, &stat) != 0 || stat.size > CASE_ZIP_MAX)
		return problem_set(reterr, E_LIMIT, NULL, "the case is too large for one file");
	if (zip_source_open(whole) != 0)
		return problem_set(reterr, E_IO, NULL, "the case cannot be packed");
	bytes = xmalloc(stat.size + 1);
	read = zip_source_read(whole, bytes, stat.size) == (zip_int64_t)stat.size;
	zip_source_close(whole);
	if (!read) {
		free(bytes);
		return problem_set(reterr, E_IO, NULL, "the case cannot be packed");
	}
	*ret = bytes;
	*ret_len = stat.size;
	return S_OK;
}

enum status case_zip_pack(const struct case_part *parts, size_t count, int64_t at_ms, char **ret,
			  size_t *ret_len, struct problem *reterr)
{
	zip_error_t error;
	zip_source_t *whole;
	zip_t *z;
	enum status s = S_OK;

	zip_error_init(&error);
	whole = zip_source_buffer_create(NULL, 0, 0, &error);
	z = whole ? zip_open_from_source(whole, ZIP_TRUNCATE, &error) : NULL;
	if (!z) {
		s = problem_set(reterr, E_IO, NULL, "the case cannot be packed: %s",
				zip_error_strerror(&error));
		zip_source_free(whole);
		zip_error_fini(&error);
		return s;
	}
	zip_error_fini(&error);
	zip_source_keep(whole);
	for (size_t i = 0; i < count && s == S_OK; i++)
		if (parts[i].text)
			s = pack_part(z, &parts[i], at_ms, reterr);
	if (s == S_OK && zip_close(z) != 0)
		s = pack_failed(z, reterr);
	else if (s == S_OK)
		z = NULL;
	if (z)
		zip_discard(z);
	if (s == S_OK)
		s = pack_take(whole, ret, ret_len, reterr);
	zip_source_free(whole);
	return s;
}

/* --- reading ------------------------------------------------------------------------- */

static struct case_part *part_named(struct case_part *parts, size_t count, const char *name)
{
	for (size_t i = 0; name && i < count; i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	return NULL;
}

static enum status unpack_read(zip_t *z, zip_uint64_t at, zip_uint64_t size, struct case_part *p,
			       struct problem *reterr)
{
	zip_file_t *f = zip_fopen_index(z, at, 0);
	char *text;
	zip_int64_t n;
	char beyond;

	if (!f)
		return problem_set(reterr, E_INVALID, NULL, "%s in the case cannot be read: %s",
				   p->name, zip_strerror(z));
	text = xmalloc(size + 1);
	n = zip_fread(f, text, size);
	/* One more: a size that lies, and the check of the sum at the end. */
	if (n != (zip_int64_t)size || zip_fread(f, &beyond, 1) != 0) {
		zip_fclose(f);
		free(text);
		return problem_set(reterr, E_INVALID, NULL, "%s in the case is damaged", p->name);
	}
	if (zip_fclose(f) != 0) {
		free(text);
		return problem_set(reterr, E_INVALID, NULL, "%s in the case is damaged", p->name);
	}
	text[size] = '\0';
	p->text = text;
	p->len = size;
	return S_OK;
}

static enum status unpack_entry(zip_t *z, zip_uint64_t at, struct case_part *parts, size_t count,
				struct problem *reterr)
{
	const zip_uint64_t needed =
		ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
	struct case_part *p;
	zip_stat_t st;

	if (zip_stat_index(z, at, 0, &st) != 0 || (st.valid & needed) != needed)
		return problem_set(reterr, E_INVALID, NULL, "the zip's directory is damaged");
	p = part_named(parts, count, st.name);
	if (!p)
		return S_OK;
	if (p->text)
		return problem_set(reterr, E_INVALID, NULL, "%s is in the case twice", p->name);
	if (st.encryption_method != ZIP_EM_NONE)
		return problem_set(reterr, E_UNSUPPORTED, NULL, "%s in the case is encrypted",
				   p->name);
	if (st.size > p->max || (st.size > 65536 && st.size / CASE_ZIP_RATIO > st.comp_size))
		return problem_set(reterr, E_LIMIT, NULL,
				   "%s in the case would unpack to %llu bytes: refused", p->name,
				   (unsigned long long)st.size);
	return unpack_read(z, at, st.size, p, reterr);
}

static enum status unpack_all(zip_t *z, struct case_part *parts, size_t count,
			      struct problem *reterr)
{
	zip_int64_t n = zip_get_num_entries(z, 0);
	enum status s = S_OK;

	if (n < 0 || n > CASE_ZIP_ENTRIES)
		return problem_set(reterr, E_LIMIT, NULL, "the zip holds %lld files: it is no case",
				   (long long)n);
	for (zip_int64_t i = 0; i < n && s == S_OK; i++)
		s = unpack_entry(z, (zip_uint64_t)i, parts, count, reterr);
	for (size_t i = 0; i < count && s == S_OK; i++)
		if (parts[i].required && !parts[i].text)
			s = problem_set(reterr, E_INVALID, NULL, "the zip has no %s: it is no case",
					parts[i].name);
	return s;
}

enum status case_zip_unpack(const char *bytes, size_t len, struct case_part *parts, size_t count,
			    struct problem *reterr)
{
	zip_error_t error;
	zip_source_t *source;
	zip_t *z;
	enum status s;

	if (len > CASE_ZIP_MAX)
		return problem_set(reterr, E_LIMIT, NULL, "the zip is larger than a case can be");
	zip_error_init(&error);
	source = zip_source_buffer_create(bytes, len, 0, &error);
	z = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : NULL;
	if (!z) {
		s = problem_set(reterr, E_INVALID, NULL, "it is no zip: %s",
				zip_error_strerror(&error));
		zip_source_free(source);
		zip_error_fini(&error);
		return s;
	}
	zip_error_fini(&error);
	s = unpack_all(z, parts, count, reterr);
	zip_discard(z);
	if (s != S_OK)
		case_parts_release(parts, count);
	return s;
}
