#include "net/http_curl.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "net/http_curl_url.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <strings.h>
#include <time.h>

#define CONNECT_TIMEOUT_MS 10000L
#define DEFAULT_TIMEOUT_MS 30000
#define LOW_SPEED_BYTES    1L
#define LOW_SPEED_SECONDS  20L
#define POLL_MS            1000

struct http_curl {
	/* immutable */
	struct http_curl_options opt;
	/* the thread that performs; the multi's wake-up is for any thread */
	CURL *easy;
	CURLM *multi;
	char errbuf[CURL_ERROR_SIZE];
	/* shared */
	atomic_bool aborted;
	/* The server's clock less the machine's monotonic one, as the last answer told; 0: none
	 * did. */
	_Atomic int64_t server_less_mono_ms;
};

enum status http_curl_global_init(struct problem *reterr)
{
	CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);

	if (code != CURLE_OK)
		return problem_set(reterr, E_IO, NULL, "cannot start libcurl: %s",
				   curl_easy_strerror(code));
	return S_OK;
}

enum status http_curl_new(const struct http_curl_options *opt, struct http_curl **ret,
			  struct problem *reterr)
{
	struct http_curl *h = xcalloc(1, sizeof(*h));

	h->opt = *opt;
	if (h->opt.timeout_ms <= 0)
		h->opt.timeout_ms = DEFAULT_TIMEOUT_MS;
	atomic_init(&h->aborted, false);
	h->easy = curl_easy_init();
	h->multi = curl_multi_init();
	if (h->easy == NULL || h->multi == NULL) {
		http_curl_free(h);
		return problem_set(reterr, E_IO, NULL, "cannot set libcurl up");
	}
	*ret = h;
	return S_OK;
}

void http_curl_free(struct http_curl *h)
{
	if (h == NULL)
		return;
	if (h->easy != NULL)
		curl_easy_cleanup(h->easy);
	if (h->multi != NULL)
		curl_multi_cleanup(h->multi);
	free(h);
}

void http_curl_abort(struct http_curl *h)
{
	atomic_store(&h->aborted, true);
	(void)curl_multi_wakeup(h->multi);
}

static bool is_write(const struct http_request *rq)
{
	return rq->method != HTTP_GET && !rq->harmless;
}

/* --- building the request ------------------------------------------------------ */

/* A control character in a value could smuggle in a second header. */
static bool header_safe(const struct http_header *h)
{
	if (h->name[0] == '\0' || h->value[0] == '\0')
		return false;
	for (const char *p = h->name; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == ':')
			return false;
	for (const char *p = h->value; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	return true;
}

static enum status headers_build(const struct http_request *rq, struct curl_slist **ret,
				 struct problem *reterr)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:"); /* never wait for a 100 */
	struct strbuf line;
	enum status st = S_OK;

	strbuf_init(&line, 4096);
	for (size_t i = 0; i < rq->header_count && st == S_OK && list != NULL; i++) {
		struct curl_slist *longer = NULL;

		strbuf_clear(&line);
		strbuf_addf(&line, "%s: %s", rq->headers[i].name, rq->headers[i].value);
		if (!header_safe(&rq->headers[i]) || line.overflow)
			st = problem_set(reterr, E_INVALID, "check the key for stray characters",
					 "header %.40s holds characters that no header may hold",
					 rq->headers[i].name);
		else
			longer = curl_slist_append(list, strbuf_str(&line));
		if (st == S_OK && longer == NULL)
			st = problem_set(reterr, E_LIMIT, NULL, "out of memory");
	}
	strbuf_release(&line);
	if (st == S_OK && list == NULL)
		st = problem_set(reterr, E_LIMIT, NULL, "out of memory");
	if (st != S_OK) {
		curl_slist_free_all(list);
		return st;
	}
	*ret = list;
	return S_OK;
}

static size_t body_add(char *bytes, size_t size, size_t count, void *ctx)
{
	struct strbuf *body = ctx;

	strbuf_add(body, bytes, size * count);
	return body->overflow ? 0 : size * count;
}

/* Options whose failure would weaken the promises in the header: each is checked. */
static bool options_guard(CURL *e, const struct http_url *u)
{
	bool ok = true;

#define SET(option, value) ok = ok && curl_easy_setopt(e, option, value) == CURLE_OK
	SET(CURLOPT_PROTOCOLS_STR, u->loopback ? "http,https" : "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)HTTP_BODY_MAX);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L); /* an abort does not wait for a resolver thread */
	if (u->loopback)
		SET(CURLOPT_PROXY, "");
#undef SET
	return ok;
}

static bool options_request(struct http_curl *h, const struct http_request *rq,
			    struct curl_slist *headers, struct strbuf *body)
{
	CURL *e = h->easy;
	bool ok = true;

#define SET(option, value) ok = ok && curl_easy_setopt(e, option, value) == CURLE_OK
	SET(CURLOPT_URL, rq->url);
	SET(CURLOPT_USERAGENT, "pepaytop/" PEPAYTOP_VERSION);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_ERRORBUFFER, h->errbuf);
	SET(CURLOPT_WRITEFUNCTION, body_add);
	SET(CURLOPT_WRITEDATA, body);
	SET(CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	SET(CURLOPT_TIMEOUT_MS, (long)h->opt.timeout_ms);
	SET(CURLOPT_LOW_SPEED_LIMIT, LOW_SPEED_BYTES);
	SET(CURLOPT_LOW_SPEED_TIME, LOW_SPEED_SECONDS);
	if (rq->method != HTTP_GET) {
		/* On a used connection that turns out dead libcurl would send again by itself. */
		SET(CURLOPT_FRESH_CONNECT, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rq->body_len);
		SET(CURLOPT_POSTFIELDS, rq->body != NULL ? rq->body : "");
		SET(CURLOPT_CUSTOMREQUEST, http_method_name(rq->method));
	}
#undef SET
	return ok;
}

/* --- running it ------------------------------------------------------------------ */

static CURLcode transfer_run(struct http_curl *h)
{
	CURLcode code = CURLE_ABORTED_BY_CALLBACK;
	int running = 1;

	if (curl_multi_add_handle(h->multi, h->easy) != CURLM_OK)
		return CURLE_FAILED_INIT;
	while (!atomic_load(&h->aborted)) {
		CURLMsg *done;
		int left;

		if (curl_multi_perform(h->multi, &running) != CURLM_OK)
			break;
		done = curl_multi_info_read(h->multi, &left);
		if (done != NULL && done->msg == CURLMSG_DONE) {
			code = done->data.result;
			break;
		}
		if (curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL) != CURLM_OK)
			break;
	}
	curl_multi_remove_handle(h->multi, h->easy);
	return code;
}

/* Whether any byte of the request itself was handed to the system. */
static bool transfer_was_sent(CURL *e, CURLcode code)
{
	long request_size = 0;
	curl_off_t pretransfer = 0;

	(void)curl_easy_getinfo(e, CURLINFO_REQUEST_SIZE, &request_size);
	(void)curl_easy_getinfo(e, CURLINFO_PRETRANSFER_TIME_T, &pretransfer);
	return request_size > 0 || pretransfer > 0 || code == CURLE_SEND_ERROR ||
	       code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING || code == CURLE_PARTIAL_FILE;
}

static enum status failure_status(CURLcode code, bool write, bool sent)
{
	if (write && sent)
		return E_UNKNOWN_OUTCOME;
	switch (code) {
	case CURLE_ABORTED_BY_CALLBACK:
		return E_CLOSED;
	case CURLE_OPERATION_TIMEDOUT:
		return write ? E_NETWORK : E_TIMEOUT;
	case CURLE_WRITE_ERROR:
	case CURLE_FILESIZE_EXCEEDED:
		return E_LIMIT;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		return E_DENIED;
	default:
		return E_NETWORK;
	}
}

static const char *failure_advice(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return "check the URL, the proxy and the network";
	case CURLE_COULDNT_CONNECT:
		return "check that the server runs at this address";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
		return "check the certificate, the host name and this machine's clock";
	case CURLE_WRITE_ERROR:
	case CURLE_FILESIZE_EXCEEDED:
		return "look at it another way: it will not get shorter";
	default:
		return "try again";
	}
}

static enum status transfer_failed(const struct http_curl *h, const struct http_request *rq,
				   CURLcode code, struct problem *reterr)
{
	bool sent = transfer_was_sent(h->easy, code);
	enum status st = failure_status(code, is_write(rq), sent);
	const char *why = h->errbuf[0] != '\0' ? h->errbuf : curl_easy_strerror(code);

	if (code == CURLE_ABORTED_BY_CALLBACK)
		why = "stopped from here";
	else if (st == E_LIMIT)
		why = "the answer is longer than 8 MiB, the most that is taken";
	return problem_set(reterr, st,
			   st == E_UNKNOWN_OUTCOME ? "look at what became of it"
						   : failure_advice(code),
			   "%s%s", why,
			   st == E_UNKNOWN_OUTCOME ? "; the request may have arrived" : "");
}

/* --- reading the answer ------------------------------------------------------------ */

static const char *header_value(CURL *e, const char *name)
{
	struct curl_header *h = NULL;

	if (curl_easy_header(e, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return NULL;
	return h->value;
}

/* A date is measured against the server's own clock: ours may be wrong. */
static int64_t retry_after(CURL *e)
{
	const char *date = header_value(e, "Date");
	int64_t now = date != NULL ? http_date_ms(date) : TIME_NONE;
	const char *text = header_value(e, "Retry-After");

	return text != NULL ? http_retry_after_ms(text, now) : -1;
}

static int64_t mono_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A Date has whole seconds: on average it is half of one ago. */
static void note_date(struct http_curl *h)
{
	const char *date = header_value(h->easy, "Date");
	int64_t ms = date != NULL ? http_date_ms(date) : TIME_NONE;

	if (ms != TIME_NONE)
		atomic_store(&h->server_less_mono_ms, ms + 500 - mono_now_ms());
}

int64_t http_curl_server_ms(struct http_curl *h)
{
	int64_t less = atomic_load(&h->server_less_mono_ms);

	return less != 0 ? less + mono_now_ms() : TIME_NONE;
}

static void answer_fill(CURL *e, struct strbuf *body, struct http_response *ret)
{
	const char *type = header_value(e, "Content-Type");
	const char *id = header_value(e, "X-Request-Id");
	const char *replayed = header_value(e, "Idempotent-Replayed");
	long status = 0;
	curl_off_t us = 0;

	(void)curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(e, CURLINFO_TOTAL_TIME_T, &us);
	if (id == NULL)
		id = header_value(e, "Request-Id");
	*ret = (struct http_response){
		.status = (int)status,
		.idempotent_replayed = replayed != NULL && strcasecmp(replayed, "true") == 0,
		.retry_after_ms = retry_after(e),
		.latency_ms = (int64_t)us / 1000,
	};
	(void)str_copy(ret->content_type, sizeof(ret->content_type), type != NULL ? type : "");
	(void)str_copy(ret->request_id, sizeof(ret->request_id), id != NULL ? id : "");
	if (body->len > 0) {
		ret->body_len = body->len;
		ret->body = strbuf_take(body);
	}
}

/* The query may name customers: it stays out of the log. */
static void log_result(const struct http_curl *h, const struct http_request *rq, CURLcode code,
		       const struct http_response *answer)
{
	int path_len = (int)strcspn(rq->url, "?");

	if (code == CURLE_OK)
		log_msg(h->opt.log, LOG_DEBUG, "http: %s %.*s: %d in %lld ms",
			http_method_name(rq->method), path_len, rq->url, answer->status,
			(long long)answer->latency_ms);
	else
		log_msg(h->opt.log, LOG_DEBUG, "http: %s %.*s: %s", http_method_name(rq->method),
			path_len, rq->url, h->errbuf);
}

static enum status perform_checked(struct http_curl *h, const struct http_request *rq,
				   const struct http_url *u, struct curl_slist *headers,
				   struct http_response *ret, struct problem *reterr)
{
	struct strbuf body;
	CURLcode code;
	enum status st = S_OK;

	strbuf_init(&body, HTTP_BODY_MAX);
	h->errbuf[0] = '\0';
	curl_easy_reset(h->easy);
	if (!options_guard(h->easy, u) || !options_request(h, rq, headers, &body))
		return problem_set(reterr, E_UNSUPPORTED, NULL,
				   "libcurl refuses an option this program relies on");
	code = transfer_run(h);
	if (code == CURLE_OK) {
		answer_fill(h->easy, &body, ret);
		note_date(h);
	} else {
		st = transfer_failed(h, rq, code, reterr);
	}
	log_result(h, rq, code, ret);
	strbuf_release(&body);
	return st;
}

static enum status http_curl_perform(void *ctx, const struct http_request *rq,
				     struct http_response *ret, struct problem *reterr)
{
	struct http_curl *h = ctx;
	struct http_url u;
	struct curl_slist *headers = NULL;
	enum status st;

	if (h->opt.read_only && is_write(rq))
		return problem_set(reterr, E_READ_ONLY, "start without --read-only to act",
				   "read-only: nothing was sent");
	if (atomic_load(&h->aborted))
		return problem_set(reterr, E_CLOSED, NULL, "the connection is shut down");
	st = http_url_parse(rq->url, false, &u, reterr);
	if (st == S_OK)
		st = headers_build(rq, &headers, reterr);
	if (st == S_OK)
		st = perform_checked(h, rq, &u, headers, ret, reterr);
	curl_slist_free_all(headers);
	return st;
}

const struct http_ops HTTP_CURL_OPS = {.perform = http_curl_perform};
