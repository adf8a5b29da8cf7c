#include "spine/reading.h"

#include "../tap.h"

static struct attachment photo = {
    .name = { "hole.jpg", 8 },
    .media_type = { "image/jpeg", 10 },
    .size = 20480,
    .sha256 = { "00", 2 },
    .part = 3,
    .photo = true,
    .exif = { 41.5, -72.25, true },
    .width = 640,
    .height = 480,
};

static struct location place = {
    .kind = LOCATION_INTERSECTION,
    .streets = { { "Elm St", 6 }, { "Oak Av", 6 } },
    .street_count = 2,
    .label = { "Elm St & Oak Av", 15 },
    .span = { 2, 5, ZONE_VISIBLE },
    .at = { 41.3, -72.9, true },
    .method = METHOD_INTERSECTION,
    .uncertainty_m = 20,
    .confidence = 0.9,
};

static struct reading sample(void)
{
    static struct finding found = { .field = { "street", 6 },
                                    .value = { "Elm", 3 },
                                    .span = { 0, 3, ZONE_TITLE } };

    static struct answer answers[] = {
        { { "depth", 5 }, { "knee", 4 }, &answers[1] },
        { { "lane", 4 }, { "", 0 }, NULL },
    };

    return (struct reading){
        .message = { .sender = { STR("Ana"), STR("ana@example.org") },
                     .subject = STR("Elm has a hole"),
                     .visible = STR("at Elm and Oak"),
                     .automatic = AUTOMATIC_LIST,
                     .answers = answers,
                     .attachments = &photo },
        .extract = { .category = { .name = STR("pothole"), .score = 2.5 },
                     .findings = &found },
        .locations = &place,
        .decision = DECISION_CLERK,
        .question = STR("Which corner?"),
    };
}

static void a_reading_comes_back_as_it_went(void)
{
    struct buf b = buf_init(READING_MAX);
    struct arena a = { 0 };
    struct reading in = sample();
    struct reading out;
    struct error e;

    reading_encode(&in, &b);
    CHECK(reading_decode(&out, buf_str(&b), &a, &e) == 0);
    CHECK_STR(out.message.sender.address, "ana@example.org");
    CHECK(out.message.automatic == AUTOMATIC_LIST);
    CHECK_STR(out.message.answers->code, "depth");
    CHECK_STR(out.message.answers->value, "knee");
    CHECK_STR(out.message.answers->next->code, "lane");
    CHECK(out.message.answers->next->next == NULL);
    CHECK_STR(out.message.attachments->name, "hole.jpg");
    CHECK(out.message.attachments->part == 3);
    CHECK(out.message.attachments->exif.lat == 41.5);
    CHECK(out.message.attachments->next == NULL);
    CHECK(out.extract.category.score == 2.5);
    CHECK_STR(out.extract.findings->value, "Elm");
    CHECK(out.extract.findings->span.in == ZONE_TITLE);
    CHECK_STR(out.locations->streets[1], "Oak Av");
    CHECK(out.locations->method == METHOD_INTERSECTION);
    CHECK(out.decision == DECISION_CLERK);
    CHECK_STR(out.question, "Which corner?");
    arena_free(&a);
    buf_free(&b);
}

static void a_reading_cut_anywhere_is_refused(void)
{
    struct buf b = buf_init(READING_MAX);
    struct arena a = { 0 };
    struct reading in = sample();
    struct reading out;
    struct error e;
    int taken = 0;

    reading_encode(&in, &b);
    for (size_t n = 0; n < b.n; n++)
        taken +=
            reading_decode(&out, str_slice(buf_str(&b), 0, n), &a, &e) == 0;
    CHECK(taken == 0);
    arena_free(&a);
    buf_free(&b);
}

/* A worker that has been taken over may say anything. */
static void a_span_outside_its_text_is_refused(void)
{
    struct buf b = buf_init(READING_MAX);
    struct arena a = { 0 };
    struct reading in = sample();
    struct location far = place;
    struct reading out;
    struct error e;

    far.span.end = 5000;
    in.locations = &far;
    reading_encode(&in, &b);
    CHECK(reading_decode(&out, buf_str(&b), &a, &e) < 0 ||
          out.locations->span.end <= in.message.visible.n);
    arena_free(&a);
    buf_free(&b);
}

static void any_byte_changed_is_refused_or_harmless(void)
{
    struct buf b = buf_init(READING_MAX);
    struct reading in = sample();
    int wild = 0;

    reading_encode(&in, &b);
    for (size_t i = 0; i < b.n; i++) {
        struct arena a = { 0 };
        struct reading out;
        struct error e;

        b.p[i] = (char)(b.p[i] ^ 0x81);
        if (reading_decode(&out, buf_str(&b), &a, &e) == 0)
            wild += out.locations != NULL && out.locations->at.known &&
                    (out.locations->at.lat > 90 || out.locations->at.lat < -90);
        b.p[i] = (char)(b.p[i] ^ 0x81);
        arena_free(&a);
    }
    CHECK(wild == 0);
    buf_free(&b);
}

static void answers_are_shown_where_there_are_some(void)
{
    struct buf out = buf_init(READING_MAX);
    struct json j = json_to(&out);
    struct reading r = sample();

    json_begin_object(&j);
    reading_json(&j, &r);
    r.message.answers = NULL;
    reading_json(&j, &r);
    json_end_object(&j);
    CHECK(str_find(buf_str(&out),
                   STR("\"answers\":[{\"code\":\"depth\",\"value\":\"knee\"},"
                       "{\"code\":\"lane\",\"value\":\"\"}]")) < out.n);
    CHECK(str_case_find(str_slice(buf_str(&out), out.n / 2, out.n),
                        STR("answers")) == out.n - out.n / 2);
    buf_free(&out);
}

int main(void)
{
    answers_are_shown_where_there_are_some();
    a_reading_comes_back_as_it_went();
    a_reading_cut_anywhere_is_refused();
    a_span_outside_its_text_is_refused();
    any_byte_changed_is_refused_or_harmless();
    return tap_done();
}
