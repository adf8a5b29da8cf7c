#!/bin/sh
# Prints assembly that carries the files of a folder, each as it is and as gzip
# has it, and the table that lists them: struct asset built_in_assets[] of
# web/embedded.h, ended by a NULL name.
set -eu
folder=$1
echo '    .section .rodata'
n=0
for f in "$folder"/*; do
    case $f in *.gz) continue ;; esac
    gzip -9nc "$f" >"$f.gz"
    printf 'name%d:\n    .asciz "%s"\n' $n "${f##*/}"
    printf 'bytes%d:\n    .incbin "%s"\nend%d:\n' $n "$f" $n
    printf 'packed%d:\n    .incbin "%s"\npend%d:\n    .byte 0\n' $n "$f.gz" $n
    n=$((n + 1))
done
echo '    .section .data.rel.ro,"aw"'
echo '    .balign 8'
echo '    .globl built_in_assets'
echo 'built_in_assets:'
i=0
while [ $i -lt $n ]; do
    printf '    .quad name%d, bytes%d, end%d - bytes%d, packed%d, pend%d - packed%d\n' \
        $i $i $i $i $i $i $i
    i=$((i + 1))
done
echo '    .quad 0, 0, 0, 0, 0'
echo '    .section .note.GNU-stack,"",@progbits'
