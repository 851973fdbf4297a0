#include "views/count.h"

const char *count_words(char buf[COUNT_CAP], uint64_t n)
{
	char digits[COUNT_CAP];
	size_t len, out = 0;

	str_printf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	len = strlen(digits);
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf[out++] = ',';
		buf[out++] = digits[i];
	}
	buf[out] = '\0';
	return buf;
}
