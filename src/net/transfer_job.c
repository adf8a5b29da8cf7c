/* One request: what it may do, what curl is told, what came of it. */
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "net/address.h"
#include "net/transfer_internal.h"

enum {
    HOPS_MAX = 3,
    HEADERS_MAX = 64,
    ANSWER_BYTES = 1024 * 1024, /* where the caller does not say */
    ANSWER_MS = 60 * 1000,
    CONNECT_MS = 15 * 1000,
    REPLY_BYTES = 1024,
};

/* A line break in any of these would let its writer say a line of protocol. */
static bool printable(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    }
    return true;
}

static const char *text_copy(struct job *j, const char *text)
{
    if (text == NULL)
        return NULL;
    if (!printable(text))
        error(&j->why, E_SYNTAX, "a control character in a request");
    return arena_dup(&j->arena, str_of(text));
}

static const char *const *list_copy(struct job *j, const char *const *list)
{
    const char **copy;
    size_t n = 0;

    if (list == NULL)
        return NULL;
    while (list[n] != NULL)
        n++;
    copy = arena_array(&j->arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = text_copy(j, list[i]);
    if (n > HEADERS_MAX)
        error(&j->why, E_LIMIT, "%zu headers or recipients", n);
    return copy;
}

static const struct setting_list *hosts_copy(struct job *j,
                                             const struct setting_list *list)
{
    struct setting_list *first = NULL;
    struct setting_list **tail = &first;

    for (; list != NULL; list = list->next) {
        struct setting_list *item = arena_new(&j->arena, struct setting_list);

        item->value = arena_str(&j->arena, list->value);
        *tail = item;
        tail = &item->next;
    }
    return first;
}

bool transfer_host_listed(const struct setting_list *list, struct str host)
{
    while (host.n > 0 && host.p[host.n - 1] == '.')
        host.n--;
    for (; list != NULL; list = list->next) {
        struct str v = list->value;

        if (str_case_eq(host, v))
            return true;
        if (v.n > 1 && v.p[0] == '.' && host.n > v.n &&
            str_case_eq(str_slice(host, host.n - v.n, host.n), v))
            return true;
    }
    return false;
}

struct url_parts {
    char *scheme, *host, *port, *user;
};

static void parts_free(struct url_parts *p)
{
    curl_free(p->scheme);
    curl_free(p->host);
    curl_free(p->port);
    curl_free(p->user);
}

static int parts_read(struct url_parts *p, const char *url, struct error *e)
{
    CURLU *u = curl_url();
    CURLUcode code;

    *p = (struct url_parts){ 0 };
    if (u == NULL)
        abort();
    code = curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    if (code == CURLUE_OK)
        code = curl_url_get(u, CURLUPART_SCHEME, &p->scheme, 0);
    if (code == CURLUE_OK)
        code = curl_url_get(u, CURLUPART_HOST, &p->host, 0);
    curl_url_get(u, CURLUPART_PORT, &p->port, CURLU_DEFAULT_PORT);
    curl_url_get(u, CURLUPART_USER, &p->user, 0);
    curl_url_cleanup(u);
    if (code == CURLUE_OK && p->host != NULL)
        return 0;
    parts_free(p);
    *p = (struct url_parts){ 0 };
    return error(e, E_SYNTAX, "not an address that can be fetched");
}

static int guard(const struct job *j, const struct url_parts *p,
                 struct error *e)
{
    if (strcmp(p->scheme, "https") != 0 &&
        !(j->ask.plain && strcmp(p->scheme, "http") == 0))
        return error(e, E_DENIED, "%s: is not fetched", p->scheme);
    if (p->user != NULL)
        return error(e, E_DENIED, "a user name in an address from outside");
    if (!transfer_host_listed(j->ask.hosts, str_of(p->host))) {
        return error(e, E_DENIED, "%s is not among the hosts to fetch from",
                     p->host);
    }
    return 0;
}

static bool same(const char *a, const char *b)
{
    return str_case_eq(str_of(a), str_of(b));
}

/* May this hop be made, and does it go where the first one went? */
static int hop_check(struct job *j)
{
    struct url_parts first;
    struct url_parts here;
    int rc = parts_read(&here, j->url, &j->why);

    if (rc < 0)
        return rc;
    if (j->ask.guarded)
        rc = guard(j, &here, &j->why);
    j->mail = same(here.scheme, "smtp") || same(here.scheme, "smtps");
    if (rc == 0)
        rc = parts_read(&first, j->ask.url, &j->why);
    if (rc == 0) {
        j->same_origin = same(here.scheme, first.scheme) &&
                         same(here.host, first.host) &&
                         same(here.port, first.port);
        parts_free(&first);
    }
    parts_free(&here);
    return rc;
}

struct job *job_new(struct transfers *owner, const struct transfer *t,
                    transfer_done_fn *done, void *arg)
{
    struct arena a = { 0 };
    struct job *j = arena_new(&a, struct job);
    int64_t ms = t->timeout_ms > 0 ? t->timeout_ms : ANSWER_MS;

    j->arena = a;
    j->owner = owner;
    j->done = done;
    j->arg = arg;
    j->fd = -1;
    j->ask = *t;
    j->ask.url = text_copy(j, t->url);
    j->ask.method = text_copy(j, t->method);
    j->ask.body = arena_str(&j->arena, t->body);
    j->ask.headers = list_copy(j, t->headers);
    j->ask.user = text_copy(j, t->user);
    j->ask.password = text_copy(j, t->password);
    j->ask.aws = text_copy(j, t->aws);
    j->ask.bearer = text_copy(j, t->bearer);
    j->ask.ca_file = text_copy(j, t->ca_file);
    j->ask.mail_from = text_copy(j, t->mail_from);
    j->ask.mail_to = list_copy(j, t->mail_to);
    j->ask.hosts = hosts_copy(j, t->hosts);
    j->url = j->ask.url;
    j->deadline = clock_monotonic_ms() + ms;
    j->body = buf_init(t->max_bytes > 0 ? t->max_bytes : ANSWER_BYTES);
    j->reply = buf_init(REPLY_BYTES);
    return j;
}

static size_t take_answer(const char *p, size_t size, size_t n, void *arg)
{
    struct job *j = arg;

    if (buf_add(&j->body, (struct str){ p, size * n }) < 0) {
        j->over = true;
        return 0;
    }
    return size * n;
}

static size_t take_reply(const char *p, size_t size, size_t n, void *arg)
{
    struct job *j = arg;

    if (str_starts((struct str){ p, size * n }, STR("221")))
        return size * n; /* good-bye: what was said before counts */
    buf_clear(&j->reply);
    buf_add(&j->reply, str_slice((struct str){ p, size * n }, 0, REPLY_BYTES));
    return size * n;
}

static size_t give_mail(char *p, size_t size, size_t n, void *arg)
{
    struct job *j = arg;
    struct str part = str_slice(j->ask.body, j->given, j->given + size * n);

    if (part.p != NULL)
        memcpy(p, part.p, part.n);
    j->given += part.n;
    return part.n;
}

static void set_mail(struct job *j)
{
    CURL *c = j->easy;

    for (const char *const *to = j->ask.mail_to; to != NULL && *to != NULL;
         to++)
        j->to = curl_slist_append(j->to, *to);
    curl_easy_setopt(c, CURLOPT_MAIL_FROM,
                     j->ask.mail_from != NULL ? j->ask.mail_from : "");
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, j->to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give_mail);
    curl_easy_setopt(c, CURLOPT_READDATA, j);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)j->ask.body.n);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_reply);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, j);
    if (j->ask.bearer != NULL) {
        curl_easy_setopt(c, CURLOPT_XOAUTH2_BEARER, j->ask.bearer);
        curl_easy_setopt(c, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
    }
    if (j->ask.start_tls)
        curl_easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
}

static bool only_reads(const struct job *j)
{
    const char *method = j->ask.method;

    if (method == NULL)
        return j->ask.body.n == 0;
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

static void set_http(struct job *j)
{
    CURL *c = j->easy;
    const char *method = j->ask.method;

    for (const char *const *h = j->ask.headers;
         h != NULL && *h != NULL && j->same_origin; h++)
        j->headers = curl_slist_append(j->headers, *h);
    if (j->ask.body.n > 0 || (method != NULL && strcmp(method, "POST") == 0)) {
        /* Curl would sign the header that is left out. */
        if (j->ask.aws == NULL)
            j->headers = curl_slist_append(j->headers, "Expect:");
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)j->ask.body.n);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS,
                         j->ask.body.n > 0 ? j->ask.body.p : "");
    }
    if (method != NULL && strcmp(method, "HEAD") == 0) {
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    } else if (method != NULL) {
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    }
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, j->headers);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)j->body.max);
    /*
     * On a kept connection that dies curl sends the request again by itself.
     * What is not only reading must never go out twice.
     */
    if (!only_reads(j))
        curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
}

/* Looks at the address itself: a name may lead anywhere, and change. */
static curl_socket_t open_public(void *arg, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    struct job *j = arg;
    int fd;

    (void)purpose;
    if (!address_public(&address->addr)) {
        j->denied = true;
        return CURL_SOCKET_BAD;
    }
    fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* Redirects are followed here, hop by hop, so curl never follows one. */
static void set_guard(struct job *j)
{
    CURL *c = j->easy;

    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
                     j->ask.plain ? "https,http" : "https");
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_public);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, j);
    /* A connection another request has opened was not looked at. */
    curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
}

static void set_common(struct job *j, long ms)
{
    CURL *c = j->easy;

    curl_easy_setopt(c, CURLOPT_PRIVATE, j);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, j->says);
    curl_easy_setopt(c, CURLOPT_URL, j->url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http,smtp,smtps");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)HOPS_MAX);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L); /* wait for no resolver */
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ms);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
                     ms < CONNECT_MS ? ms : (long)CONNECT_MS);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    if (j->ask.ca_file != NULL)
        curl_easy_setopt(c, CURLOPT_CAINFO, j->ask.ca_file);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, j);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "inlet");
    curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    if (j->ask.aws != NULL)
        curl_easy_setopt(c, CURLOPT_AWS_SIGV4, j->ask.aws);
    if (j->ask.user != NULL && j->same_origin) {
        curl_easy_setopt(c, CURLOPT_USERNAME, j->ask.user);
        curl_easy_setopt(c, CURLOPT_PASSWORD,
                         j->ask.password != NULL ? j->ask.password : "");
    }
}

int job_prepare(struct job *j)
{
    int64_t left = j->deadline - clock_monotonic_ms();
    int rc = hop_check(j);

    if (rc < 0)
        return rc;
    if (left <= 0)
        return error(&j->why, E_TIMEOUT, "took too long");
    j->easy = curl_easy_init();
    if (j->easy == NULL)
        abort();
    set_common(j, (long)left);
    if (j->mail) {
        set_mail(j);
    } else {
        set_http(j);
    }
    if (j->ask.guarded)
        set_guard(j);
    return 0;
}

int job_begin(struct job *j)
{
    int rc = job_prepare(j);

    if (rc < 0)
        return rc;
    if (j->mail) {
        mail_begin(j);
        return 0;
    }
    if (curl_multi_add_handle(j->owner->multi, j->easy) == CURLM_OK)
        return 0;
    job_let_go(j);
    return error(&j->why, E_REMOTE, "libcurl refuses the request");
}

/*
 * Where the answer sends us, in full, or NULL. Curl's own word for it carries
 * the user's name and password along.
 */
static const char *redirect_of(struct job *j)
{
    struct curl_header *location = NULL;
    CURLU *u = curl_url();
    const char *to = NULL;
    char *full = NULL;
    long status = 0;

    if (u == NULL)
        abort();
    curl_easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 300 && status < 400 &&
        curl_easy_header(j->easy, "Location", 0, CURLH_HEADER, -1, &location) ==
            CURLHE_OK &&
        curl_url_set(u, CURLUPART_URL, j->url, 0) == CURLUE_OK &&
        curl_url_set(u, CURLUPART_URL, location->value,
                     CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_URL, &full, 0) == CURLUE_OK)
        to = arena_dup(&j->arena, str_of(full));
    curl_free(full);
    curl_url_cleanup(u);
    return to;
}

bool job_redirected(struct job *j, CURLcode code)
{
    const char *to;

    if (code != CURLE_OK || !j->ask.guarded || !only_reads(j))
        return false;
    to = redirect_of(j);
    if (to == NULL)
        return false;
    j->url = to;
    job_let_go(j);
    buf_clear(&j->body);
    if (++j->hops > HOPS_MAX) {
        error(&j->why, E_DENIED, "more than %d redirects", HOPS_MAX);
    } else if (job_begin(j) < 0) {
        error_in(&j->why, "redirected");
    }
    return true;
}

/* The server's own no to this mail, not to us or to the way there. */
static bool mail_refused(const struct job *j, CURLcode code, long status)
{
    return j->mail && status >= 400 &&
           (code == CURLE_SEND_ERROR ||
            (code == CURLE_WEIRD_SERVER_REPLY && j->given == j->ask.body.n));
}

static int job_code(const struct job *j, CURLcode code)
{
    if (j->over || code == CURLE_FILESIZE_EXCEEDED)
        return E_LIMIT;
    if ((j->denied && code == CURLE_COULDNT_CONNECT) ||
        code == CURLE_LOGIN_DENIED)
        return E_DENIED;
    return code == CURLE_OPERATION_TIMEDOUT ? E_TIMEOUT : E_REMOTE;
}

static void job_failed(struct job *j, CURLcode code, struct transfer_result *r)
{
    const char *says = j->says[0] != '\0' ? j->says : curl_easy_strerror(code);
    struct str reply = str_trim(buf_str(&j->reply));

    r->rc = job_code(j, code);
    if (r->rc == E_LIMIT) {
        error(&r->why, r->rc, "the answer is longer than %zu bytes",
              j->body.max);
    } else if (r->rc == E_DENIED && j->denied) {
        error(&r->why, r->rc, "the host's address is not a public one");
    } else if (j->mail && reply.n > 0) {
        error(&r->why, r->rc, "%s (last reply: %.*s)", says, STR_FMT(reply));
    } else {
        error(&r->why, r->rc, "%s", says);
    }
}

void job_result(struct job *j, CURLcode code, struct transfer_result *r)
{
    char *type = NULL;
    long bytes = 0;

    *r = (struct transfer_result){ .sent = j->hops > 0 };
    if (j->easy == NULL) {
        r->why = j->why;
        r->rc = j->why.code;
        if (r->rc == 0)
            r->rc = error(&r->why, E_TIMEOUT, "ended before it began");
        return;
    }
    curl_easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &r->status);
    curl_easy_getinfo(j->easy, CURLINFO_REQUEST_SIZE, &bytes);
    curl_easy_getinfo(j->easy, CURLINFO_CONTENT_TYPE, &type);
    if (j->mail) {
        r->sent = j->given > 0 && j->given == j->ask.body.n;
    } else {
        r->sent = r->sent || bytes > 0 || code == CURLE_OK;
    }
    if (code != CURLE_OK && !mail_refused(j, code, r->status)) {
        job_failed(j, code, r);
        return;
    }
    r->body = buf_str(&j->body);
    if (j->mail) /* the answer to QUIT is still to come */
        r->body = arena_str(&j->arena, str_trim(buf_str(&j->reply)));
    r->type = arena_str(&j->arena, str_of(type));
}

void job_let_go(struct job *j)
{
    if (j->easy != NULL) {
        if (!j->mail)
            curl_multi_remove_handle(j->owner->multi, j->easy);
        curl_easy_cleanup(j->easy);
    }
    curl_slist_free_all(j->headers);
    curl_slist_free_all(j->to);
    j->easy = NULL;
    j->headers = NULL;
    j->to = NULL;
}

void job_free(struct job *j)
{
    struct arena a = j->arena;

    buf_free(&j->body);
    buf_free(&j->reply);
    arena_free(&a);
}
