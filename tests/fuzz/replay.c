/*
 * Runs a fuzz target over files instead of a fuzzer's inventions: make check
 * holds the corpus, and every input that was ever wrong, against the build
 * with sanitizers.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static int replay(const char *path)
{
    static uint8_t bytes[4 * 1024 * 1024];
    FILE *f = fopen(path, "rb");
    size_t n;
    uint8_t *exact;

    if (f == NULL)
        return 0;
    n = fread(bytes, 1, sizeof(bytes), f);
    fclose(f);
    exact = malloc(n == 0 ? 1 : n); /* so that one byte too far is seen */
    if (exact == NULL)
        return 0;
    for (size_t i = 0; i < n; i++)
        exact[i] = bytes[i];
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    return 1;
}

int main(int argc, char **argv)
{
    int count = 0;

    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        const struct dirent *entry;
        char path[4096];

        if (folder == NULL)
            continue;
        while ((entry = readdir(folder)) != NULL) {
            snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
            if (entry->d_name[0] != '.')
                count += replay(path);
        }
        closedir(folder);
    }
    printf("%d passed, %d failed\n", count, count == 0);
    return count == 0;
}
