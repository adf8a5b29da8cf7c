#include "geo/tile_write.h"

#include "geo/chart.h"

enum {
    COMMAND_MOVE = 1,
    COMMAND_LINE = 2,
    COMMAND_CLOSE = 7,
    WIRE_NUMBER = 0,
    WIRE_BYTES = 2,
    FEATURE_MAX = 1024 * 1024,
    VERSION = 2,
};

/* The fields of vector_tile.proto. */
enum {
    TILE_LAYERS = 3,
    LAYER_NAME = 1,
    LAYER_FEATURES = 2,
    LAYER_KEYS = 3,
    LAYER_VALUES = 4,
    LAYER_EXTENT = 5,
    LAYER_VERSION = 15,
    FEATURE_TAGS = 2,
    FEATURE_TYPE = 3,
    FEATURE_GEOMETRY = 4,
    VALUE_STRING = 1,
};

static void put(struct buf *out, uint64_t n)
{
    while (n > 0x7f) {
        buf_byte(out, (char)(n | 0x80));
        n >>= 7;
    }
    buf_byte(out, (char)n);
}

static void put_number(struct buf *out, unsigned field, uint64_t n)
{
    put(out, field << 3 | WIRE_NUMBER);
    put(out, n);
}

static void put_bytes(struct buf *out, unsigned field, struct str bytes)
{
    put(out, field << 3 | WIRE_BYTES);
    put(out, bytes.n);
    buf_add(out, bytes);
}

/* ---- geometry ---- */

static void command(struct tile_pen *pen, unsigned what, int times)
{
    put(&pen->commands, what | (uint64_t)times << 3);
}

/* Small numbers of either sign become small ones: 0, -1, 1, -2. */
static void step(struct tile_pen *pen, struct tile_spot to)
{
    int32_t d[] = { to.x - pen->x, to.y - pen->y };

    for (int i = 0; i < 2; i++)
        put(&pen->commands, (uint32_t)d[i] << 1 ^ (d[i] < 0 ? UINT32_MAX : 0));
    pen->x = to.x;
    pen->y = to.y;
}

void tile_pen_points(struct tile_pen *pen, const struct tile_spot *at, int n)
{
    command(pen, COMMAND_MOVE, n);
    for (int i = 0; i < n; i++)
        step(pen, at[i]);
}

void tile_pen_line(struct tile_pen *pen, const struct tile_spot *at, int n)
{
    tile_pen_points(pen, at, 1);
    command(pen, COMMAND_LINE, n - 1);
    for (int i = 1; i < n; i++)
        step(pen, at[i]);
}

void tile_pen_ring(struct tile_pen *pen, const struct tile_spot *at, int n)
{
    tile_pen_line(pen, at, n);
    command(pen, COMMAND_CLOSE, 1);
}

/* ---- features and layers ---- */

int tile_value(struct tile_layer *layer, struct str text)
{
    struct buf value = buf_init(FEATURE_MAX);
    struct buf field = buf_init(FEATURE_MAX);
    int index = -1;

    put_bytes(&value, VALUE_STRING, text);
    put_bytes(&field, LAYER_VALUES, buf_str(&value));
    if (!field.over && buf_add(&layer->values, buf_str(&field)) == 0)
        index = layer->value_count++;
    buf_free(&value);
    buf_free(&field);
    return index;
}

void tile_feature(struct tile_layer *layer, int form, const int *values,
                  const struct tile_pen *pen)
{
    struct buf tags = buf_init(FEATURE_MAX);
    struct buf feature = buf_init(TILE_MAX);
    struct buf field = buf_init(TILE_MAX);

    for (int i = 0; layer->keys[i] != NULL; i++) {
        if (values[i] < 0)
            continue;
        put(&tags, (uint64_t)i);
        put(&tags, (uint64_t)values[i]);
    }
    if (tags.n > 0)
        put_bytes(&feature, FEATURE_TAGS, buf_str(&tags));
    put_number(&feature, FEATURE_TYPE, (uint64_t)form);
    put_bytes(&feature, FEATURE_GEOMETRY, buf_str(&pen->commands));
    put_bytes(&field, LAYER_FEATURES, buf_str(&feature));
    /* Whole or not at all: a tile that is too large lacks its last ones. */
    if (!pen->commands.over && !field.over)
        buf_add(&layer->features, buf_str(&field));
    buf_free(&tags);
    buf_free(&feature);
    buf_free(&field);
}

void tile_layer_end(struct tile_layer *layer, struct buf *out)
{
    struct buf whole = buf_init(3 * (size_t)TILE_MAX);
    struct buf field = buf_init(3 * (size_t)TILE_MAX);

    if (layer->features.n > 0) {
        put_bytes(&whole, LAYER_NAME, str_of(layer->name));
        buf_add(&whole, buf_str(&layer->features));
        for (int i = 0; layer->keys[i] != NULL; i++)
            put_bytes(&whole, LAYER_KEYS, str_of(layer->keys[i]));
        buf_add(&whole, buf_str(&layer->values));
        put_number(&whole, LAYER_EXTENT, TILE_EXTENT);
        put_number(&whole, LAYER_VERSION, VERSION);
        put_bytes(&field, TILE_LAYERS, buf_str(&whole));
        buf_add(out, buf_str(&field));
    }
    buf_free(&whole);
    buf_free(&field);
    buf_free(&layer->features);
    buf_free(&layer->values);
}
