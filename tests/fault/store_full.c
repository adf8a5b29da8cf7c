/*
 * A real disk of three megabytes that fills up, and one that turns read-only
 * (promises P3, P4): nothing told as stored is lost, what is refused is
 * refused in a sentence, and the open store goes on when it can.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "../tap.h"
#include "../unit/store_fixture.h"

enum { ITEMS = 200, TEXT = 40 * 1024 };

struct disk {
    struct fixture f;
    char filler[96];
    bool stored[2 * ITEMS];
};

/* A disk in a namespace of this process: nobody else sees it. */
static bool disk_make(struct disk *d)
{
    *d = (struct disk){ .filler = "" };
    fixture_folder(&d->f);
    snprintf(d->filler, sizeof(d->filler), "%s/filler", d->f.folder);
    return unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", d->f.folder, "tmpfs", 0, "size=3m") == 0;
}

static bool disk_again(struct disk *d, unsigned long flags, const char *size)
{
    return mount("none", d->f.folder, "tmpfs", MS_REMOUNT | flags, size) == 0;
}

static int store_one(struct disk *d, int i)
{
    char text[TEXT];
    struct filing one;
    int rc;

    memset(text, 'a' + i % 26, sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    one = filing_made(arena_printf(&d->f.a, "item-%d", i), "Pothole");
    one.raw.bytes = str_of(text);
    rc = store_run(d->f.store, filing_work, &one, &d->f.e);
    d->stored[i] = rc == 0;
    return rc;
}

struct seen {
    struct disk *disk;
    int missing, n;
};

static void origin_seen(void *arg, struct str origin, bool marked)
{
    struct seen *s = arg;
    int64_t i = -1;

    (void)marked;
    s->n++;
    if (str_int(str_slice(origin, 5, origin.n), &i))
        s->disk->stored[i] = false; /* found: ticked off */
}

static void all_that_was_told_is_there(struct disk *d, int want)
{
    struct seen s = { .disk = d };

    CHECK(store_origins(d->f.store, STR("publicworks-mail"), STR("item-"),
                        origin_seen, &s, &d->f.e) == 0);
    for (int i = 0; i < 2 * ITEMS; i++)
        s.missing += d->stored[i];
    CHECK(s.missing == 0);
    CHECK(s.n == want);
}

static void a_full_disk_refuses_and_recovers(struct disk *d)
{
    static const char zeros[65536];
    struct store_verdict v;
    int stored = 0;
    int refused = 0;
    int fd = open(d->filler, O_WRONLY | O_CREAT, 0600);

    for (int i = 0; i < 12; i++) /* most of a megabyte */
        CHECK(write(fd, zeros, sizeof(zeros)) == sizeof(zeros));
    close(fd);
    CHECK(fixture_open(&d->f, "springfield") == 0);
    for (int i = 0; i < ITEMS && refused < 5; i++) {
        int rc = store_one(d, i);

        stored += rc == 0;
        refused += rc == E_FULL;
        if (rc < 0 && rc != E_FULL)
            printf("# %d: %s\n", rc, d->f.e.text);
    }
    printf("# %d stored, %d refused: %s\n", stored, refused, d->f.e.text);
    CHECK(stored > 5 && refused == 5);
    CHECK(strstr(d->f.e.text, "no room") != NULL);
    CHECK(unlink(d->filler) == 0);
    for (int i = ITEMS; i < ITEMS + 5; i++)
        CHECK(store_one(d, i) == 0);
    all_that_was_told_is_there(d, stored + 5);
    CHECK(store_verify(d->f.store, &v, &d->f.a, &d->f.e) == 0);
    CHECK(v.damaged == 0);
}

static void a_read_only_disk_is_read_and_says_so(struct disk *d)
{
    struct store *s;
    struct ticket t;
    int rc;

    store_close(d->f.store);
    d->f.store = NULL;
    CHECK(disk_again(d, MS_RDONLY, "size=3m"));
    rc = fixture_open(&d->f, "springfield");
    printf("# %d: %s\n", rc, d->f.e.text);
    CHECK(rc == E_STORE && strstr(d->f.e.text, "cannot be written") != NULL);
    d->f.store = NULL;
    s = NULL;
    rc = store_open(&s,
                    &(struct store_options){ .path = d->f.path,
                                             .jurisdiction = STR("springfield"),
                                             .read_only = true },
                    &d->f.e);
    CHECK(rc == 0);
    CHECK(s != NULL && store_ticket_get(s, 1, &t, &d->f.a, &d->f.e) == 0);
    store_close(s);
    /* With room besides: the log fills the small one. */
    CHECK(disk_again(d, 0, "size=9m"));
    CHECK(fixture_open(&d->f, "springfield") == 0);
    rc = store_one(d, ITEMS + 9);
    CHECK(rc == 0);
}

int main(void)
{
    struct disk *d = calloc(1, sizeof(*d));

    if (disk_make(d)) {
        a_full_disk_refuses_and_recovers(d);
        a_read_only_disk_is_read_and_says_so(d);
        store_close(d->f.store);
        d->f.store = NULL;
        umount2(d->f.folder, MNT_DETACH);
    } else {
        printf("ok %d # SKIP no disk of its own: %s\n", ++tap_run,
               strerror(errno));
    }
    fixture_end(&d->f);
    free(d);
    return tap_done();
}
