#!/bin/sh
# Prints assembly that carries the files named, and the table that lists them:
# struct template_file built_in_templates[], ended by a NULL name.
set -eu
echo '    .section .rodata'
n=0
for f in "$@"; do
    [ -f "$f" ] || continue
    printf 'name%d:\n    .asciz "%s"\n' $n "${f#templates/}"
    printf 'text%d:\n    .incbin "%s"\nend%d:\n    .byte 0\n' $n "$f" $n
    n=$((n + 1))
done
echo '    .section .data.rel.ro,"aw"'
echo '    .balign 8'
echo '    .globl built_in_templates'
echo 'built_in_templates:'
i=0
while [ $i -lt $n ]; do
    printf '    .quad name%d, text%d, end%d - text%d\n' $i $i $i $i
    i=$((i + 1))
done
echo '    .quad 0, 0, 0'
echo '    .section .note.GNU-stack,"",@progbits'
