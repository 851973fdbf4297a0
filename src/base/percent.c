#include "base/percent.h"

#include "base/strbuf.h"

#define ENCODED_MAX 8 /* times one in another; nobody means more */

size_t percent_at(const char *text, size_t len, size_t at, unsigned char *ret_byte)
{
	size_t i = at;

	if (i >= len || text[i] != '%')
		return 0;
	i++;
	for (int n = 0; n < ENCODED_MAX && i + 4 <= len && text[i] == '2' && text[i + 1] == '5' &&
			hex_digit_value(text[i + 2]) >= 0 && hex_digit_value(text[i + 3]) >= 0;
	     n++)
		i += 2;
	if (i + 2 > len || hex_digit_value(text[i]) < 0 || hex_digit_value(text[i + 1]) < 0)
		return 0;
	*ret_byte = (unsigned char)(hex_digit_value(text[i]) * 16 + hex_digit_value(text[i + 1]));
	return i + 2 - at;
}

char percent_before(const char *text, size_t at)
{
	size_t i = at;
	unsigned char byte;

	if (at == 0)
		return ' ';
	if (at < 3 || hex_digit_value(text[at - 1]) < 0 || hex_digit_value(text[at - 2]) < 0)
		return text[at - 1];
	i = at - 2;
	for (int n = 0; n < ENCODED_MAX && i >= 2 && text[i - 1] == '5' && text[i - 2] == '2'; n++)
		i -= 2;
	if (i > 0 && text[i - 1] == '%' && percent_at(text, at, i - 1, &byte) == at - i + 1)
		return (char)(byte < 0x80 ? byte : 0x80);
	return text[at - 1];
}
