#include "archive/digest.h"

#include <openssl/sha.h>

const char *digest_sha256(const void *bytes, size_t len, char ret[DIGEST_HEX_CAP])
{
	static const char DIGITS[] = "0123456789abcdef";
	unsigned char sum[SHA256_DIGEST_LENGTH];

	SHA256(bytes, len, sum);
	for (size_t i = 0; i < sizeof(sum); i++) {
		ret[2 * i] = DIGITS[sum[i] >> 4];
		ret[2 * i + 1] = DIGITS[sum[i] & 15];
	}
	ret[2 * sizeof(sum)] = '\0';
	return ret;
}
