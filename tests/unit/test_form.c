/* Forms: what a resident typed arrives whole, and nothing else does. */
#include "../tap.h"
#include "http/form.h"
#include "http/multipart.h"

static struct arena a;

#define KIND "multipart/form-data; boundary=XbX"

static struct form_field *form(const char *body)
{
    struct form_field *f;
    struct error e;

    return form_read(&f, str_of(body), &a, &e) == 0 ? f : NULL;
}

static void a_form_is_decoded_as_browsers_write_it(void)
{
    struct form_field *f = form("report=caf%C3%A9+%26%0D%0Abar&x=&=v&a=1&a=2");

    CHECK_STR(form_value(f, "report"), "caf\xc3\xa9 &\r\nbar");
    CHECK_STR(form_value(f, "x"), "");
    CHECK_STR(form_value(f, ""), "v");
    CHECK_STR(form_value(f, "a"), "1");
    CHECK_STR(form_value(f, "none"), "");
}

static void a_percent_sign_that_codes_nothing_stays(void)
{
    CHECK_STR(form_value(form("a=100%&b=5%zz&c=%4"), "a"), "100%");
    CHECK_STR(form_value(form("a=100%&b=5%zz&c=%4"), "b"), "5%zz");
    CHECK_STR(form_value(form("a=100%&b=5%zz&c=%4"), "c"), "%4");
    CHECK_STR(form_value(form("a%3Db=c%3Dd=e"), "a=b"), "c=d=e");
}

static void a_form_has_limits(void)
{
    struct buf b = buf_init(64 * 1024);
    struct form_field *f;
    struct error e;

    for (int i = 0; i < FORM_FIELDS; i++)
        buf_add(&b, STR("a=b&&"));
    CHECK(form_read(&f, buf_str(&b), &a, &e) == 0);
    buf_add(&b, STR("a=b"));
    CHECK(form_read(&f, buf_str(&b), &a, &e) == E_LIMIT);
    buf_clear(&b);
    memset(buf_room(&b, FORM_NAME + 1), 'n', FORM_NAME + 1);
    CHECK(form_read(&f, buf_str(&b), &a, &e) == E_LIMIT);
    buf_free(&b);
}

/* ---- multipart ---- */

static int parts(struct form_field **f, const char *type, struct str body)
{
    struct error e;

    return multipart_read(f, str_of(type), body, &a, &e);
}

static const struct str photo_form = STR_INIT(
    "--XbX\r\nContent-Disposition: form-data; name=\"report\"\r\n\r\n"
    "Pothole\r\n--Xb\r\n-- XbX\r\n\r\n--XbX\r\n"
    "content-disposition:form-data;name=photos; filename=\"a;b \\\"c\\\".jpg\""
    "\r\nContent-Type: image/jpeg\r\n\r\n\r\r\n\0\r\n--Xb\xff\r\n--XbX  \r\n"
    "Content-Disposition: form-data; name=\"photos\"; filename=\"\"\r\n\r\n\r\n"
    "--XbX--\r\nepilogue --XbX");

static void parts_are_read_to_the_byte(void)
{
    struct form_field *f;

    CHECK(parts(&f, KIND, photo_form) == 0);
    CHECK_STR(f->value, "Pothole\r\n--Xb\r\n-- XbX\r\n");
    CHECK(f->file_name.p == NULL);
    f = f->next;
    CHECK_STR(f->name, "photos");
    CHECK_STR(f->file_name, "a;b \"c\".jpg");
    CHECK_STR(f->type, "image/jpeg");
    CHECK(str_eq(f->value, STR("\r\r\n\0\r\n--Xb\xff")));
    f = f->next;
    CHECK(f->file_name.p != NULL && f->file_name.n == 0);
    CHECK(f->value.n == 0 && f->next == NULL);
}

/* ---- the same, in slices ---- */

struct collected {
    struct buf all;
};

static int collect_begin(void *arg, const struct multipart_part *p,
                         struct error *e)
{
    struct collected *c = arg;

    (void)e;
    return buf_printf(&c->all, "[%.*s|%.*s|%.*s]", STR_FMT(p->name),
                      STR_FMT(p->file_name), STR_FMT(p->type));
}

static int collect_bytes(void *arg, struct str bytes, struct error *e)
{
    struct collected *c = arg;

    (void)e;
    return buf_add(&c->all, bytes);
}

static struct str in_slices(size_t size)
{
    struct collected c = { buf_init(4096) };
    struct multipart_sink sink = { collect_begin, collect_bytes, &c };
    struct multipart m;
    struct error e;
    struct str got;
    int rc = multipart_begin(&m, STR(KIND), &sink, &e);

    for (size_t i = 0; i < photo_form.n && rc == 0; i += size) {
        /* a copy, so that what is read beyond it is seen by a sanitizer */
        struct arena own = { 0 };
        struct str slice = str_slice(photo_form, i, i + size);

        rc = multipart_feed(&m, arena_str(&own, slice), &e);
        arena_free(&own);
    }
    CHECK(rc == 0);
    CHECK(multipart_end(&m, &e) == 0);
    got = arena_str(&a, buf_str(&c.all));
    buf_free(&c.all);
    return got;
}

static void how_a_body_is_cut_changes_nothing(void)
{
    struct str whole = in_slices(photo_form.n);

    CHECK(whole.n > 60);
    for (size_t size = 1; size < 40; size++)
        CHECK(str_eq(in_slices(size), whole));
}

static void what_is_not_well_formed_is_refused(void)
{
    static const struct {
        const char *type, *body;
        int rc;
    } cases[] = {
        { KIND, "", E_SYNTAX },
        { KIND, "--XbX", E_SYNTAX },
        { KIND, "--XbX--", 0 },
        { KIND, "preamble\r\n--XbX--\r\n", 0 },
        { KIND, "preamble--XbX--\r\n", E_SYNTAX },
        { KIND, "--XbX\r\n\r\nx\r\n--XbX--", E_SYNTAX },
        { KIND, "--XbX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XbX--",
          E_SYNTAX },
        { KIND,
          "--XbX\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n"
          "--XbX--",
          E_SYNTAX },
        { KIND,
          "--XbX\r\nContent-Disposition: form-data; name=a\r\n"
          "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--XbX--",
          E_SYNTAX },
        { KIND,
          "--XbX\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--XbX",
          E_SYNTAX },
        { KIND,
          "--XbX\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n"
          "--XbXY\r\n\r\n--XbX--",
          E_SYNTAX },
        { KIND, "--XbX-\r\n--XbX--", E_SYNTAX },
        { "multipart/form-data", "--XbX--", E_SYNTAX },
        { "multipart/form-data; boundary=", "--\r\n----", E_SYNTAX },
        { "multipart/mixed; boundary=XbX", "--XbX--", E_SYNTAX },
        { "multipart/form-data; charset=utf-8; boundary=\"X bX\"", "--X bX--",
          0 },
        { "multipart/form-data; boundary="
          "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"
          "gggggggggghhhhhhhhhh",
          "", E_SYNTAX },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct form_field *f;
        int rc = parts(&f, cases[i].type, str_of(cases[i].body));

        if (rc != cases[i].rc)
            printf("# case %zu: %d\n", i, rc);
        CHECK(rc == cases[i].rc);
    }
}

static void a_name_keeps_its_quotes_and_its_folders(void)
{
    struct form_field *f;

    CHECK(parts(&f, KIND,
                STR("--XbX\r\nContent-Disposition: form-data; "
                    "name=\"a%22b%0D%0A%41\"; filename*=UTF-8''no; "
                    "filename=\"C:\\temp\\x.jpg\"\r\n\r\n\r\n--XbX--")) == 0);
    CHECK_STR(f->name, "a\"b\r\n%41");
    CHECK_STR(f->file_name, "C:\\temp\\x.jpg");
}

static void parts_have_limits(void)
{
    struct buf b = buf_init(1024 * 1024);
    struct form_field *f;

    for (int i = 0; i <= FORM_FIELDS; i++)
        buf_add(&b, STR("--XbX\r\nContent-Disposition: form-data; "
                        "name=a\r\n\r\n\r\n"));
    buf_add(&b, STR("--XbX--"));
    CHECK(parts(&f, KIND, buf_str(&b)) == E_LIMIT);

    buf_clear(&b);
    buf_add(&b, STR("--XbX\r\nX: "));
    memset(buf_room(&b, 20000), 'x', 20000);
    CHECK(parts(&f, KIND, buf_str(&b)) == E_LIMIT);
    buf_free(&b);
}

int main(void)
{
    a_form_is_decoded_as_browsers_write_it();
    a_percent_sign_that_codes_nothing_stays();
    a_form_has_limits();
    parts_are_read_to_the_byte();
    how_a_body_is_cut_changes_nothing();
    what_is_not_well_formed_is_refused();
    a_name_keeps_its_quotes_and_its_folders();
    parts_have_limits();
    arena_free(&a);
    return tap_done();
}
