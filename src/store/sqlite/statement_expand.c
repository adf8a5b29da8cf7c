/* Tables of columns put into SQL, where {columns} and the like stand. */
#include "base/buf.h"
#include "store/sqlite/sqlite_internal.h"

enum { SET_NAMES, SET_MINE, SET_VALUES, SET_SETS, SETS };

static const struct str marks[SETS] = {
    [SET_NAMES] = { "{columns}", 9 },
    [SET_MINE] = { "{m.columns}", 11 },
    [SET_VALUES] = { "{values}", 8 },
    [SET_SETS] = { "{sets}", 6 },
};

static void columns_write(const struct column *columns, int set,
                          struct buf *out)
{
    const char *between = "";
    int param = 2;

    for (const struct column *c = columns; c->name != NULL; c++) {
        if (set == SET_SETS && c->fixed)
            continue;
        if (set == SET_NAMES) {
            buf_printf(out, "%s%s", between, c->name);
        } else if (set == SET_MINE) {
            buf_printf(out, "%sm.%s", between, c->name);
        } else if (set == SET_VALUES) {
            buf_printf(out, "%s?%d", between, param++);
        } else {
            buf_printf(out, "%s%s = ?%d", between, c->name, param++);
        }
        between = ", ";
    }
}

void statement_expand(struct str sql, const struct column *columns,
                      struct buf *out)
{
    while (sql.n > 0) {
        int set = 0;

        while (set < SETS && !str_starts(sql, marks[set]))
            set++;
        if (set == SETS) {
            buf_byte(out, sql.p[0]);
            sql = str_slice(sql, 1, sql.n);
            continue;
        }
        columns_write(columns, set, out);
        sql = str_slice(sql, marks[set].n, sql.n);
    }
}
