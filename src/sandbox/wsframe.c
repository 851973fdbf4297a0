#include "sandbox/wsframe.h"

#include "base/text.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#define WS_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

enum status ws_accept(const char *key, char ret[WS_ACCEPT_CAP])
{
	unsigned char raw[18 + 1];
	unsigned char digest[SHA_DIGEST_LENGTH];
	char text[24 + sizeof(WS_GUID)];

	/* 16 bytes are 22 characters and two pads; 18 bytes come out, the last two from the pads.
	 */
	if (strlen(key) != 24 || strcspn(key, "=") != 22 || key[23] != '=' ||
	    EVP_DecodeBlock(raw, (const unsigned char *)key, 24) != 18)
		return E_INVALID;
	str_printf(text, sizeof(text), "%s%s", key, WS_GUID);
	SHA1((const unsigned char *)text, strlen(text), digest);
	EVP_EncodeBlock((unsigned char *)ret, digest, sizeof(digest));
	return S_OK;
}

void ws_write_frame(struct strbuf *out, enum ws_opcode opcode, const void *payload, size_t len)
{
	unsigned char head[10] = {(unsigned char)(0x80 | opcode)};
	size_t n = 2;

	if (len < 126) {
		head[1] = (unsigned char)len;
	} else {
		n = len <= 0xffff ? 4 : 10;
		head[1] = n == 4 ? 126 : 127;
		for (size_t i = 2; i < n; i++)
			head[i] = (unsigned char)((uint64_t)len >> (8 * (n - 1 - i)));
	}
	strbuf_add(out, head, n);
	strbuf_add(out, payload, len);
}

void ws_write_close(struct strbuf *out, int code, const char *reason)
{
	char payload[125] = {(char)(code >> 8), (char)code};

	str_copy(payload + 2, sizeof(payload) - 2, reason);
	ws_write_frame(out, WS_CLOSE, payload,
		       code == WS_CLOSE_NO_STATUS ? 0 : 2 + strlen(payload + 2));
}

struct ws_head {
	bool final;
	enum ws_opcode opcode;
	uint64_t len;
	size_t size; /* with the mask */
	unsigned char mask[4];
};

/* 0, or the code to close with; head->size 0 while bytes are missing. */
static int ws_read_head(const unsigned char *b, size_t len, struct ws_head *h)
{
	size_t extra;

	*h = (struct ws_head){0};
	if (len < 2)
		return 0;
	h->final = b[0] & 0x80;
	h->opcode = (enum ws_opcode)(b[0] & 0x0f);
	h->len = b[1] & 0x7f;
	if ((b[0] & 0x70) || !(b[1] & 0x80))
		return WS_CLOSE_PROTOCOL;
	if ((h->opcode > WS_BINARY && h->opcode < WS_CLOSE) || h->opcode > WS_PONG)
		return WS_CLOSE_PROTOCOL;
	if (h->opcode >= WS_CLOSE && (!h->final || h->len > 125))
		return WS_CLOSE_PROTOCOL;
	extra = h->len == 126 ? 2 : h->len == 127 ? 8 : 0;
	if (len < 2 + extra + 4)
		return 0;
	if (extra) {
		h->len = 0;
		for (size_t i = 0; i < extra; i++)
			h->len = h->len << 8 | b[2 + i];
	}
	/* Lengths not in their shortest form, and the bit that must be zero. */
	if ((extra == 2 && h->len < 126) || (extra == 8 && (h->len <= 0xffff || h->len >> 63)))
		return WS_CLOSE_PROTOCOL;
	memcpy(h->mask, b + 2 + extra, 4);
	h->size = 2 + extra + 4;
	return 0;
}

static void ws_unmask(char *dst, const unsigned char *src, size_t len, const unsigned char *mask)
{
	for (size_t i = 0; i < len; i++)
		dst[i] = (char)(src[i] ^ mask[i % 4]);
	dst[len] = '\0';
}

static bool ws_close_code_valid(int code)
{
	return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
	       (code >= 3000 && code <= 4999);
}

static enum ws_result ws_take_control(struct ws_reader *r, const struct ws_head *h,
				      struct ws_message *ret, int *ret_close)
{
	const unsigned char *p = (const unsigned char *)r->control;

	*ret = (struct ws_message){.opcode = h->opcode,
				   .payload = r->control,
				   .len = (size_t)h->len,
				   .close_code = WS_CLOSE_NO_STATUS};
	if (h->opcode != WS_CLOSE || !h->len)
		return WS_MESSAGE;
	ret->close_code = h->len < 2 ? 0 : p[0] << 8 | p[1];
	if (!ws_close_code_valid(ret->close_code)) {
		*ret_close = WS_CLOSE_PROTOCOL;
		return WS_FAIL;
	}
	if (!utf8_valid(r->control + 2, (size_t)h->len - 2)) {
		*ret_close = WS_CLOSE_BAD_TEXT;
		return WS_FAIL;
	}
	return WS_MESSAGE;
}

static enum ws_result ws_take_data(struct ws_reader *r, const struct ws_head *h,
				   struct ws_message *ret, int *ret_close)
{
	if (h->opcode != WS_CONTINUATION)
		r->opcode = h->opcode;
	r->len += (size_t)h->len;
	r->in_message = !h->final;
	if (!h->final)
		return WS_AGAIN;
	*ret = (struct ws_message){.opcode = r->opcode, .payload = r->message, .len = r->len};
	r->len = 0;
	if (r->opcode == WS_TEXT && !utf8_valid(ret->payload, ret->len)) {
		*ret_close = WS_CLOSE_BAD_TEXT;
		return WS_FAIL;
	}
	return WS_MESSAGE;
}

enum ws_result ws_read_message(struct ws_reader *r, const unsigned char *bytes, size_t len,
			       size_t *ret_used, struct ws_message *ret, int *ret_close)
{
	struct ws_head h;
	bool control;

	*ret_used = 0;
	*ret_close = ws_read_head(bytes, len, &h);
	control = h.opcode >= WS_CLOSE;
	/* A continuation of nothing, or a new message inside another. */
	if (!*ret_close && len >= 2 && !control && (h.opcode == WS_CONTINUATION) != r->in_message)
		*ret_close = WS_CLOSE_PROTOCOL;
	/* Refused as soon as it is announced, not when it has arrived. */
	if (!*ret_close && h.size && !control && h.len > WS_MESSAGE_MAX - r->len)
		*ret_close = WS_CLOSE_TOO_BIG;
	if (*ret_close)
		return WS_FAIL;
	if (!h.size || len - h.size < h.len)
		return WS_NEED_MORE;
	ws_unmask(control ? r->control : r->message + r->len, bytes + h.size, (size_t)h.len,
		  h.mask);
	*ret_used = h.size + (size_t)h.len;
	return control ? ws_take_control(r, &h, ret, ret_close)
		       : ws_take_data(r, &h, ret, ret_close);
}
